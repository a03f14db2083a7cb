//! How the municipality addresses people: for admins of its own organisation, who speak for all of it.

use app::letters::address::{AddressPage, PATH};
use app::texts::letters::setting as words;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::letters::FormOfAddress;
use leptos::prelude::*;

use crate::access::Actor;
use crate::audit::{self, Entry};
use crate::error::Error;
use crate::letters;
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
    let chosen = letters::form_of_address(&mut tx).await?;
    drop(tx);
    let (lang, saved) = (reader.lang, said == "saved");
    Ok(page(&reader, words::title(lang), move || view! { <AddressPage lang chosen saved/> }.into_any()).await)
}

/// What no form of this page sends changes nothing, nor does one in which nothing was chosen anew: another admin may have
/// chosen meanwhile.
async fn save(sent: Sent) -> Result<Response, Error> {
    sent.reader.require_own_admin(&sent.actor)?;
    let sent = &sent;
    let done = || see_other(&format!("{PATH}?said=saved"));
    let Some(form) = FormOfAddress::from_code(sent.fields.one("form")) else { return Ok(see_other(PATH)) };
    if sent.fields.one("was") == form.code() {
        return Ok(done());
    }
    let written = sent.state.write(sent.scope(), |mut tx| async move {
        let now = sent.state.now();
        letters::set_form_of_address(&mut tx, form, now).await?;
        let entry = Entry::at_the_desk(&sent.actor, now, "letters.set", &sent.request_id);
        let entry = Entry { fields: form.code().to_owned(), ..entry };
        audit::append_in_scope(&mut tx, &sent.state.secrets, &entry).await?;
        Ok(tx.done(done()))
    });
    written.await
}
