//! The page of emergency access: asking for it, seeing that it is open, ending it.

use app::access::break_glass::{AskTyped, BreakGlassPage, OpenNow, PastLine, break_glass as view};
use app::texts::access::break_glass as words;
use app::texts::day_words;
use app::ui::FieldError;
use axum::extract::State;
use axum::response::Response;
use domain::access::{Action, Role};
use domain::ids::ParticipantId;
use domain::input::birth_date_typed;
use leptos::prelude::*;

use super::reading::Reading;
use super::saving::Sent;
use super::{Reader, form_status, page_with_status, see_other};
use crate::access::break_glass::{self, REASON, Refused, Wanted};
use crate::access::{Actor, ScopedTx};
use crate::db::Unscoped;
use crate::error::Error;
use crate::routes::Routes;
use crate::state::AppState;

/// How far back the list goes: this month and the last.
const LISTED_DAYS: i64 = 62;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/break-glass", show).post("/break-glass", begin).post("/break-glass/end", end)
}

async fn show(State(state): State<AppState>, reader: Reader, actor: Actor) -> Result<Response, Error> {
    actor.scope.require(Action::BreakGlass)?;
    let mut tx = state.db.read(&actor.scope).await?;
    draw(&state, &reader, &actor, &mut tx, AskTyped::default(), Vec::new()).await
}

async fn draw(
    state: &AppState,
    reader: &Reader,
    actor: &Actor,
    tx: &mut ScopedTx,
    typed: AskTyped,
    errors: Vec<FieldError>,
) -> Result<Response, Error> {
    let until = break_glass::open_until(tx, actor.user, state.now()).await?;
    let open = until.map(|until| OpenNow {
        until: until.in_finland().1,
        // In another session of the same account it can only be ended.
        href: actor.opened.map(|opened| format!("/people/{}", opened.person)),
    });
    let past = if actor.role == Role::OrganisationAdmin { past(state, tx).await? } else { Vec::new() };
    let status = form_status(&errors);
    let (lang, shown) = (reader.lang, BreakGlassPage { open, typed, errors, past });
    Ok(page_with_status(reader, status, words::title(lang), move || view(lang, shown).into_any()).await)
}

/// Who has used it lately, for admins: neither about whom nor why, which may say something of the person.
async fn past(state: &AppState, tx: &mut ScopedTx) -> Result<Vec<PastLine>, Error> {
    let now = state.now();
    let from = now.plus_millis(-LISTED_DAYS * 24 * 3_600_000);
    let (bare, tenant) = tx.unscoped(Unscoped::Account);
    let mut lines = break_glass::between(bare, tenant, from, now.plus_millis(1)).await?;
    lines.reverse();
    Ok(lines
        .into_iter()
        .map(|line| PastLine { by: line.by, role: line.role, at: line.begun_at.in_finland() })
        .collect())
}

async fn begin(sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::BreakGlass)?;
    let (sent, typed) = (&sent, typed(&sent));
    let wanted = match read(sent, &typed) {
        Ok(wanted) => wanted,
        Err(errors) => return again(sent, typed, errors).await,
    };
    let wanted = &wanted;
    if let Some(person) = opened_just_so(sent, wanted).await? {
        return Ok(see_other(&format!("/people/{person}")));
    }
    let begun = sent.state.write(sent.scope(), |mut tx| async move {
        let begun = break_glass::begin(&sent.state, &mut tx, &sent.actor, wanted, &sent.request_id).await?;
        Ok(tx.done(begun))
    });
    match begun.await? {
        Ok(person) => Ok(see_other(&format!("/people/{person}"))),
        Err(refused) => {
            let lang = sent.lang();
            let (field, text) = match refused {
                Refused::Open => ("reason", words::open_already(lang)),
                Refused::Nobody => ("family_name", words::nobody(lang)),
                Refused::NobodyToTell => ("reason", words::nobody_to_tell(lang)),
            };
            again(sent, typed, vec![FieldError::new(field, text)]).await
        }
    }
}

/// The person, where this session has opened just this for just this reason: the button was pressed twice. Nothing is
/// made longer, and nothing is opened.
async fn opened_just_so(sent: &Sent, wanted: &Wanted) -> Result<Option<ParticipantId>, Error> {
    let Some(opened) = sent.actor.opened else { return Ok(None) };
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let same = break_glass::is_for(&mut tx, opened, wanted, sent.state.now()).await?;
    Ok(same.then_some(opened.person))
}

async fn again(sent: &Sent, typed: AskTyped, errors: Vec<FieldError>) -> Result<Response, Error> {
    let mut tx = sent.state.db.read(sent.scope()).await?;
    draw(&sent.state, &sent.reader, &sent.actor, &mut tx, typed, errors).await
}

fn typed(sent: &Sent) -> AskTyped {
    let one = |name| sent.fields.one(name).to_owned();
    AskTyped {
        family_name: one("family_name"),
        given_names: one("given_names"),
        birth_date: one("birth_date"),
        reason: one("reason"),
    }
}

fn read(sent: &Sent, typed: &AskTyped) -> Result<Wanted, Vec<FieldError>> {
    use app::texts::people::error as e;
    let (lang, mut form) = (sent.lang(), Reading::new(sent.lang()));
    let family_name = form.line("family_name", &typed.family_name, Some(e::family_name(lang)));
    let given_names = form.line("given_names", &typed.given_names, Some(e::given_names(lang)));
    let birth_date = match birth_date_typed(&typed.birth_date, sent.scope().today()) {
        Ok(day) => Some(day),
        Err(why) => form.wrong("birth_date", day_words(lang, why, e::birth_date(lang))),
    };
    let reason = typed.reason.split_whitespace().collect::<Vec<_>>().join(" ");
    let long_enough = REASON.contains(&reason.chars().count()) && !reason.chars().any(char::is_control);
    let reason = form.chosen("reason", Some(reason).filter(|_| long_enough), words::reason_short(lang));
    match (family_name, given_names, birth_date, reason) {
        (Some(family_name), Some(given_names), Some(birth_date), Some(reason)) if form.errors.is_empty() => {
            Ok(Wanted { family_name, given_names, birth_date, reason })
        }
        _ => Err(form.errors),
    }
}

/// Ending what has ended is no error: the button was pressed twice.
async fn end(sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::BreakGlass)?;
    let sent = &sent;
    let ended = sent.state.write(sent.scope(), |mut tx| async move {
        break_glass::end(&sent.state, &mut tx, &sent.actor, &sent.request_id).await?;
        Ok(tx.done(()))
    });
    ended.await?;
    Ok(see_other("/break-glass"))
}
