//! Somebody who takes part shows something to a relative, on their own page: one question on a screen, after the PIN; and
//! ends it in one press (docs/access.md, Relatives).

use std::collections::BTreeSet;

use app::own::invite::{EXTEND, InvitePage, InviteView, Invited as Typed, MadePage, Step};
use app::texts::{Lang, kin::invite as words};
use app::ui::FieldError;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::consents::{ConsentChannel, ConsentPurpose, SHOWN_AT_MOST};
use domain::ids::{RelativeId, uuid_v7};
use domain::names::name_typed;
use http::StatusCode;
use leptos::prelude::*;
use uuid::Uuid;

use super::Own;
use super::cards::{self, Secrets};
use super::desk::{Printed, printed};
use super::door;
use super::page::own_again;
use super::relatives::{self, Invited, Relative, Said};
use crate::access::shown_once::{self, Look, Slot};
use crate::audit;
use crate::db::Unscoped;
use crate::error::Error;
use crate::pages::saving::id_of_new;
use crate::pages::{Said as SaidBefore, form_status, id_in, own_page, see_other};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::compression::as_it_is;
use crate::web::form::Fields;
use app::own::card::NewCard;

pub fn routes(routes: Routes) -> Routes {
    routes.get(START, begin).post(START, go_on).post("/own/relatives/end", end)
}

/// Where it begins.
pub(super) const START: &str = "/own/relatives/new";
/// Where the PIN is asked for before.
pub(super) const PIN: &str = "/own/pin?then=relatives";

async fn begin(
    State(state): State<AppState>,
    own: Own,
    Query(SaidBefore { said }): Query<SaidBefore>,
) -> Result<Response, Error> {
    if !own.session.has_pin(state.now()) {
        return Ok(see_other(PIN));
    }
    if said == shown_once::MADE {
        return shown(&state, &own).await;
    }
    let rev = id_of_new(&state, uuid_v7).to_string();
    let typed = Typed { rev, until: "12".to_owned(), ..Typed::default() };
    Ok(draw(&own, Step::Who, typed, Vec::new()).await)
}

async fn draw(own: &Own, step: Step, typed: Typed, errors: Vec<FieldError>) -> Response {
    let (lang, status) = (own.reader.lang, form_status(&errors));
    let view = InviteView { person: own.found.person.id, step, typed, errors };
    own_page(&own.reader, status, words::title(lang), true, move || view! { <InvitePage lang view/> }.into_any()).await
}

/// The next question, the same again with what to do, or the card.
async fn go_on(State(state): State<AppState>, own: Own, fields: Fields) -> Result<Response, Error> {
    if !own.drew(&fields) {
        return Ok(own_again());
    }
    if !own.session.has_pin(state.now()) {
        return Ok(door::pin_meanwhile(&state, &own, "relatives", kept(&fields)).await);
    }
    with_pin(&state, own, &fields).await
}

/// Names and values of the form, to be carried through the page that asks for the PIN; nothing of any other.
pub(super) fn kept(fields: &Fields) -> Vec<(String, String)> {
    if fields.one("step").is_empty() {
        return Vec::new();
    }
    let one = ["step", "person", "rev", "relative", "name", "relation", "until"].map(|name| (name, fields.one(name)));
    let shown = fields.all("shown").into_iter().map(|value| ("shown", value));
    one.into_iter().chain(shown).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// As [`go_on`], after the PIN.
pub(super) async fn with_pin(state: &AppState, mut own: Own, fields: &Fields) -> Result<Response, Error> {
    if !own.drew(fields) {
        return Ok(own_again());
    }
    if fields.one("step") == EXTEND {
        return extend(state, &own, fields).await;
    }
    START.clone_into(&mut own.reader.here);
    let one = |name| fields.one(name).to_owned();
    let shown = fields.all("shown").into_iter().map(str::to_owned).collect();
    let typed = Typed { rev: one("rev"), name: one("name"), relation: one("relation"), shown, until: one("until") };
    let step = Step::from_code(fields.one("step"));
    if fields.one("back") == "yes" {
        return Ok(draw(&own, step.before().unwrap_or(Step::Who), typed, Vec::new()).await);
    }
    let lang = own.reader.lang;
    for asked in Step::ALL.into_iter().take_while(|asked| *asked <= step) {
        let errors = wrong(lang, asked, &typed);
        if !errors.is_empty() {
            return Ok(draw(&own, asked, typed, errors).await);
        }
    }
    match step.next() {
        Some(next) => Ok(draw(&own, next, typed, Vec::new()).await),
        None => make(state, &own, typed).await,
    }
}

/// What is missing of one question's answer.
fn wrong(lang: Lang, step: Step, typed: &Typed) -> Vec<FieldError> {
    let error = |field, text: &'static str| vec![FieldError::new(field, text)];
    match step {
        Step::Who if name_typed(&typed.name).is_err() => error("name", words::name_missing(lang)),
        Step::Who if name_typed(&typed.relation).is_err() => error("relation", words::relation_missing(lang)),
        Step::What if purposes(&typed.shown).is_empty() => error("shown", words::shown_missing(lang)),
        Step::Until if days(&typed.until).is_none() => error("until", words::until_missing(lang)),
        _ => Vec::new(),
    }
}

pub(super) fn purposes(codes: &[String]) -> BTreeSet<ConsentPurpose> {
    codes.iter().filter_map(|code| ConsentPurpose::from_code(code)).filter(|one| one.is_for_relative()).collect()
}

/// For how many days, by the months that can be chosen.
fn days(months: &str) -> Option<i64> {
    match months {
        "3" => Some(91),
        "6" => Some(183),
        "12" => Some(SHOWN_AT_MOST - 1),
        _ => None,
    }
}

async fn make(state: &AppState, own: &Own, typed: Typed) -> Result<Response, Error> {
    let (lang, today) = (own.reader.lang, own.scope.today());
    let rev: Uuid = id_in(&typed.rev)?;
    let relative = RelativeId::of(own.found.person.id, rev);
    let (Ok(name), Ok(relation)) = (name_typed(&typed.name), name_typed(&typed.relation)) else {
        return Err(Error::NotFound);
    };
    let said = Said {
        rev,
        relative,
        name,
        relation,
        shown: purposes(&typed.shown),
        until: today.plus_days(days(&typed.until).ok_or(Error::NotFound)?),
        channel: ConsentChannel::OwnPhone,
        on: today,
        language: lang.alone(),
    };
    let secrets = Secrets::new(state);
    let pin = cards::hashed(state, &secrets.pin).await?;
    let (said_ref, secrets_ref, card) = (&said, &secrets, Some((&secrets, &*pin)));
    let slot = &slot_of(own);
    let made = state.write(&own.scope, |mut tx| async move {
        let made = relatives::invite(state, &mut tx, &own.request_id, own.found.reached, said_ref, card).await?;
        let Invited::Card(id, number) = &made else { return Ok(tx.undone(made)) };
        let (bare, tenant) = tx.unscoped(Unscoped::Audit);
        let entry = own.relatives_entry(state, "card.make", relative, Some(id));
        audit::append(bare, &state.secrets, tenant, &entry).await?;
        let what = Printed::of_relative(&said_ref.name, number.clone(), secrets_ref, lang);
        shown_once::keep(state, bare, tenant, slot, &what).await?;
        Ok(tx.done(made))
    });
    match made.await? {
        Invited::Card(..) => Ok(see_other(&format!("{START}?said={}", shown_once::MADE))),
        Invited::HasCard => Ok(see_other("/own/seen")),
        // An old form that is sent again: it begins anew.
        Invited::Refused(_) | Invited::Elsewhere => Ok(see_other(START)),
    }
}

/// What a relative is shown goes on for another year, from today, as it is. Pressed twice it is said once; what has ended
/// meanwhile stays so.
async fn extend(state: &AppState, own: &Own, fields: &Fields) -> Result<Response, Error> {
    let (relative, rev): (RelativeId, Uuid) = (id_in(fields.one("relative"))?, id_in(fields.one("rev"))?);
    let extended = state.write(&own.scope, |mut tx| async move {
        let all = relatives::of_records(&mut tx, &own.records).await?;
        let known = all.into_iter().find(|one| one.id == relative).ok_or(Error::NotFound)?;
        let shown = relatives::shown_by(&mut tx, &own.records, relative).await?;
        let record = own.records.iter().copied().find(|record| record.id() == known.person).ok_or(Error::NotFound)?;
        let said = for_a_year(own, known, rev, shown.into_keys().collect());
        if said.shown.is_empty() {
            return Ok(tx.undone(false));
        }
        let made = relatives::invite(state, &mut tx, &own.request_id, record, &said, None).await?;
        if made != Invited::HasCard {
            return Ok(tx.undone(false));
        }
        let (bare, tenant) = tx.unscoped(Unscoped::Audit);
        let entry = own.relatives_entry(state, "relative.invite", relative, None);
        audit::append(bare, &state.secrets, tenant, &entry).await?;
        Ok(tx.done(true))
    });
    Ok(see_other(if extended.await? { "/own/seen?said=extended" } else { "/own/seen" }))
}

/// That the relative is shown this for another year.
fn for_a_year(own: &Own, known: Relative, rev: Uuid, shown: BTreeSet<ConsentPurpose>) -> Said {
    let today = own.scope.today();
    Said {
        rev,
        relative: known.id,
        name: known.name,
        relation: known.relation,
        shown,
        until: today.plus_days(SHOWN_AT_MOST - 1),
        channel: ConsentChannel::OwnPhone,
        on: today,
        language: own.reader.lang.alone(),
    }
}

/// Where this phone finds the card that was made by it.
fn slot_of(own: &Own) -> Slot {
    Slot::of(&own.session.token, START)
}

/// The new card, once; afterwards the page of relatives, which says so.
async fn shown(state: &AppState, own: &Own) -> Result<Response, Error> {
    let what: Printed = match shown_once::take(state, &slot_of(own)).await? {
        Look::First(what) => what,
        Look::Again => return Ok(see_other("/own/seen?said=already")),
        Look::Nothing => return Ok(see_other("/own/seen")),
    };
    let card: NewCard = printed(state, own.reader.help.clone(), &what)?;
    let lang = own.reader.lang;
    let body = move || view! { <MadePage lang card/> }.into_any();
    Ok(as_it_is(own_page(&own.reader, StatusCode::OK, words::made(lang), true, body).await))
}

/// One press, and nothing is shown to that relative any more by any record of the person. Pressed twice it is no error.
async fn end(State(state): State<AppState>, own: Own, fields: Fields) -> Result<Response, Error> {
    // Two people on one phone may show something to the same relative.
    if !own.drew(&fields) {
        return Ok(own_again());
    }
    let relative: RelativeId = id_in(fields.one("relative"))?;
    let (state, own) = (&state, &own);
    let ended = state.write(&own.scope, |mut tx| async move {
        let how = (ConsentChannel::OwnPhone, own.reader.lang);
        let (mut known, mut ended) = (false, false);
        for record in own.records.iter().copied() {
            if relatives::name_of(&mut tx, record, relative).await?.is_some() {
                known = true;
                ended |= relatives::end(state, &mut tx, &own.request_id, record, relative, how).await?;
            }
        }
        if ended {
            let (bare, tenant) = tx.unscoped(Unscoped::Audit);
            let entry = own.relatives_entry(state, "relative.end", relative, None);
            audit::append(bare, &state.secrets, tenant, &entry).await?;
        }
        if known { Ok(tx.done(())) } else { Err(Error::NotFound) }
    });
    ended.await?;
    Ok(see_other("/own/seen?said=ended"))
}

impl Own {
    /// A row of the log about one of the person's relatives.
    fn relatives_entry(&self, state: &AppState, verb: &str, relative: RelativeId, card: Option<&str>) -> audit::Entry {
        let card = card.map(|card| format!(" card:{card}")).unwrap_or_default();
        let entities = format!("participant:{} relative:{relative}{card}", self.found.person.id);
        audit::Entry { entities, ..self.session.whose.entry(state, verb, &self.request_id) }
    }
}
