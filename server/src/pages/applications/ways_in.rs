//! Whether anybody may apply by the public form, and how the criteria of the target group are joined: for admins of the
//! municipality's own organisation, who speak for all of it.

use app::applications::ways_in::{CLOSED, OPEN, PATH, WaysInPage, WaysInView};
use app::texts::applications::setting as words;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::eligibility::Mode;
use leptos::prelude::*;

use crate::access::Actor;
use crate::applications::settings;
use crate::audit::{self, Entry};
use crate::error::Error;
use crate::pages::{Reader, Said, Sent, page, see_other};
use crate::routes::Routes;
use crate::state::AppState;

pub fn routes(routes: Routes) -> Routes {
    routes.get(PATH, show).post(PATH, save)
}

async fn show(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(Said { said }): Query<Said>,
) -> Result<Response, Error> {
    reader.require_own_admin(&actor)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let (open, mode) = (settings::is_open(&mut tx).await?, settings::mode(&mut tx).await?);
    drop(tx);
    let address = format!("{}/apply/{}", state.config.public_url, actor.scope.municipality().as_str());
    let (lang, view) = (reader.lang, WaysInView { open, mode, address, saved: said == "saved" });
    Ok(page(&reader, words::title(lang), move || view! { <WaysInPage lang view/> }.into_any()).await)
}

/// What was chosen anew; what nobody touched in this form stays as it is, also where another admin has chosen meanwhile.
async fn save(sent: Sent) -> Result<Response, Error> {
    sent.reader.require_own_admin(&sent.actor)?;
    let sent = &sent;
    let anew = |name, was| Some(sent.fields.one(name)).filter(|chosen| *chosen != sent.fields.one(was));
    let open = anew("public_form", "public_form_was").filter(|code| [OPEN, CLOSED].contains(code));
    let mode = anew("target_group", "target_group_was").and_then(Mode::from_code);
    let written = sent.state.write(sent.scope(), |mut tx| async move {
        let (now, mut fields) = (sent.state.now(), Vec::new());
        if let Some(code) = open {
            settings::open_or_close(&mut tx, code == OPEN, now).await?;
            fields.push(format!("public_form={code}"));
        }
        if let Some(mode) = mode {
            settings::choose_mode(&mut tx, mode, now).await?;
            fields.push(format!("target_group={mode}"));
        }
        let done = see_other(&format!("{PATH}?said=saved"));
        if fields.is_empty() {
            return Ok(tx.undone(done));
        }
        let entry = Entry::at_the_desk(&sent.actor, now, "ways_in.set", &sent.request_id);
        let entry = Entry { fields: fields.join(" "), ..entry };
        audit::append_in_scope(&mut tx, &sent.state.secrets, &entry).await?;
        Ok(tx.done(done))
    });
    written.await
}
