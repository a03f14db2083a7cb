//! Whom people call for help: for admins of the municipality's own organisation, who speak for all of it.

use app::access::help_line::{HelpLinePage, HelpLineView, PATH, REMOVE, as_one};
use app::texts::access::help_line as words;
use app::ui::FieldError;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::devices::Help;
use leptos::prelude::*;

use super::saving::saved_beside;
use super::{Reader, Said, Sent, form_status, page_with_status, see_other};
use crate::access::{Actor, manage};
use crate::audit::{self, Entry};
use crate::error::Error;
use crate::help;
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
    let saved = help::chosen(&mut tx).await?;
    drop(tx);
    let done = match said.as_str() {
        "saved" => Some(words::saved(reader.lang)),
        "removed" => Some(words::removed(reader.lang)),
        _ => None,
    };
    Ok(draw(&reader, HelpLineView { done, ..HelpLineView::of(saved) }).await)
}

async fn draw(reader: &Reader, view: HelpLineView) -> Response {
    let (lang, status) = (reader.lang, form_status(&view.errors));
    let body = move || view! { <HelpLinePage lang view/> }.into_any();
    page_with_status(reader, status, words::title(lang), body).await
}

/// Sets it or takes it away. What another admin has saved meanwhile is shown first.
async fn save(sent: Sent) -> Result<Response, Error> {
    sent.reader.require_own_admin(&sent.actor)?;
    let sent = &sent;
    let written = sent.state.write(sent.scope(), |mut tx| async move {
        let saved = help::chosen(&mut tx).await?;
        let wanted = match wanted(sent, saved.as_ref()) {
            Ok(wanted) => wanted,
            Err(errors) => return Ok(tx.undone(draw(&sent.reader, typed(sent, saved, errors)).await)),
        };
        let said = if is_removal(sent) { "removed" } else { "saved" };
        let done = see_other(&format!("{PATH}?said={said}"));
        let Some(help) = wanted.into_iter().next() else { return Ok(tx.undone(done)) };
        help::choose(&mut tx, help.as_ref()).await?;
        let verb = if help.is_some() { "help_line.set" } else { "help_line.remove" };
        let entry = Entry::at_the_desk(&sent.actor, sent.state.now(), verb, &sent.request_id);
        audit::append_in_scope(&mut tx, &sent.state.secrets, &entry).await?;
        Ok(tx.done(done))
    });
    written.await
}

fn is_removal(sent: &Sent) -> bool {
    sent.fields.one(REMOVE) == "yes"
}

/// What is to be saved; empty where it is saved already.
fn wanted(sent: &Sent, saved: Option<&Help>) -> Result<Vec<Option<Help>>, Vec<FieldError>> {
    let read = read(sent).map(|help| if help.as_ref() == saved { Vec::new() } else { vec![help] });
    let (now, mut was) = (as_one(saved), sent.fields.one("was").to_owned());
    sent.over_beside(now, &mut was, "phone", read, || {
        let (name, phone) = (sent.fields.one("name"), sent.fields.one("phone"));
        let now = saved.map_or(("", ""), |help| (help.name.as_str(), help.phone.as_str()));
        saved_beside(sent.lang(), [("name", now.0, now.0 == name), ("phone", now.1, now.1 == phone)])
    })
}

/// Who answers under which number; nothing where it is taken away.
fn read(sent: &Sent) -> Result<Option<Help>, Vec<FieldError>> {
    if is_removal(sent) {
        return Ok(None);
    }
    let (lang, name) = (sent.lang(), sent.fields.one("name"));
    let mut errors = Vec::new();
    if !manage::is_name(name) {
        errors.push(FieldError::new("name", words::missing_name(lang)));
    }
    match manage::phone_line(sent.fields.one("phone")) {
        Some(phone) if errors.is_empty() => return Ok(Some(Help { name: name.to_owned(), phone })),
        Some(_) => {}
        None => errors.push(FieldError::new("phone", words::wrong_phone(lang))),
    }
    Err(errors)
}

/// The form as it was typed, over what is saved now.
fn typed(sent: &Sent, saved: Option<Help>, errors: Vec<FieldError>) -> HelpLineView {
    let view = HelpLineView { errors, ..HelpLineView::of(saved) };
    if is_removal(sent) {
        return view;
    }
    let typed = |name| sent.fields.one(name).to_owned();
    HelpLineView { name: typed("name"), phone: typed("phone"), ..view }
}
