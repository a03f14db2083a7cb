//! What a municipality sets for itself: for admins of its own organisation, who speak for all of it.

use app::access::settings::{PATH, SettingsPage, SettingsView, field, value_words, wrong};
use app::texts::access::settings as words;
use app::ui::FieldError;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::settings::{Changes, Setting, Settings};
use leptos::prelude::*;

use super::saving::saved_beside;
use super::{Reader, Said, Sent, form_status, page_with_status, see_other};
use crate::access::Actor;
use crate::audit::Entry;
use crate::error::Error;
use crate::routes::Routes;
use crate::settings;
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
    let saved = settings::all(&mut tx).await?;
    drop(tx);
    Ok(draw(&reader, SettingsView { done: said == "saved", ..SettingsView::of(saved) }).await)
}

async fn draw(reader: &Reader, view: SettingsView) -> Response {
    let (lang, status) = (reader.lang, form_status(&view.errors));
    let body = move || view! { <SettingsPage lang view/> }.into_any();
    page_with_status(reader, status, words::title(lang), body).await
}

/// Sets what was typed otherwise. What another admin has saved meanwhile is shown first.
async fn save(sent: Sent) -> Result<Response, Error> {
    sent.reader.require_own_admin(&sent.actor)?;
    let sent = &sent;
    let written = sent.state.write(sent.scope(), |mut tx| async move {
        let saved = settings::all(&mut tx).await?;
        let changes = match wanted(sent, &saved) {
            Ok(changes) => changes,
            Err(errors) => return Ok(tx.undone(draw(&sent.reader, again(sent, saved, errors)).await)),
        };
        let done = see_other(&format!("{PATH}?said=saved"));
        if changes.is_empty() {
            return Ok(tx.undone(done));
        }
        let entry = Entry::at_the_desk(&sent.actor, sent.state.now(), settings::SET, &sent.request_id);
        settings::set(&mut tx, &sent.state.secrets, &changes, entry).await?;
        Ok(tx.done(done))
    });
    written.await
}

/// What came in a setting's field.
fn typed(sent: &Sent, setting: Setting) -> Option<&str> {
    sent.fields.all(field(setting)).into_iter().next()
}

/// What is to be set; empty where it is so already.
fn wanted(sent: &Sent, saved: &Settings) -> Result<Changes, Vec<FieldError>> {
    let mut was = sent.fields.one("was").to_owned();
    let is_same = |setting: Setting| typed(sent, setting).is_none_or(|typed| typed == saved.get(setting));
    let other = Setting::ALL.iter().copied().find(|setting| !is_same(*setting));
    let at = field(other.unwrap_or(Setting::RetentionMonths));
    sent.over_beside(saved.as_one(), &mut was, at, read(sent, saved), || {
        let now = |setting: Setting| value_words(sent.lang(), setting, saved.get(setting));
        let all = Setting::ALL.iter().copied();
        saved_beside(sent.lang(), all.map(|setting| (field(setting), now(setting), is_same(setting))))
    })
}

/// A field that did not come, and one that nobody touched, change nothing: what was set further than this page allows stays.
fn read(sent: &Sent, saved: &Settings) -> Result<Changes, Vec<FieldError>> {
    let (lang, mut changes, mut errors) = (sent.lang(), Changes::new(), Vec::new());
    for setting in Setting::ALL.iter().copied() {
        let now = saved.get(setting);
        let Some(typed) = typed(sent, setting).filter(|typed| *typed != now) else { continue };
        match setting.read(typed) {
            Some(value) if value == now => {}
            Some(value) => changes.push((setting, value)),
            None => errors.push(FieldError::new(field(setting), wrong(lang, setting))),
        }
    }
    if errors.is_empty() && saved.would_tell_means_of_too_few(&changes) {
        errors.push(FieldError::new(field(Setting::ReportBasis), words::behind_too_few(lang)));
    }
    if errors.is_empty() { Ok(changes) } else { Err(errors) }
}

/// The form as it was typed, over what is saved now.
fn again(sent: &Sent, saved: Settings, errors: Vec<FieldError>) -> SettingsView {
    let typed = Setting::ALL.iter().filter_map(|setting| Some((*setting, typed(sent, *setting)?.to_owned())));
    SettingsView { typed: typed.collect(), errors, ..SettingsView::of(saved) }
}
