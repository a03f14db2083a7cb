//! A person's relatives at the desk and in the hall: invited on paper or in person, given a new card, and ended in one press
//! (docs/access.md, Relatives).

use app::own::relatives::{RelativeLine, RelativeTyped, RelativesDesk, RelativesDeskPage};
use app::texts::{self, Lang, kin::desk as words, typed_day};
use app::ui::{FieldError, Tone};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::consents::{ConsentChannel, SHOWN_AT_MOST};
use domain::ids::{ParticipantId, RelativeId, uuid_v7};
use http::HeaderMap;
use leptos::prelude::*;

use super::cards::{self, Managed, Secrets, digits, in_groups};
use super::desk::{Printed, back_to, ended, found_to_end, keep, new_card, slot_of};
use super::invite::purposes;
use super::language_of;
use super::relatives::{self, Invited, Relative, Said};
use crate::access::shown_once::{self, Look};
use crate::access::{Actor, Scope, ScopedTx};
use crate::audit;
use crate::db::Unscoped;
use crate::error::Error;
use crate::letters;
use crate::pages::reading::Reading;
use crate::pages::saving::{Sent, alive, id_of_new};
use crate::pages::{Reader, Said as SaidBefore, form_status, id_in, page_with_status, see_other};
use crate::people::{self, Found, merged};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::request;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/people/{id}/relatives", show)
        .post("/people/{id}/relatives", invite)
        .post("/people/{id}/relatives/card", card)
        .post("/people/{id}/relatives/end", end)
}

async fn show(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    Query(SaidBefore { said }): Query<SaidBefore>,
    headers: HeaderMap,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::Share)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let found = people::find(&mut tx, Action::Share, id_in(&id)?).await?;
    if let Some(kept) = merged::stood_for(&mut tx, Action::Share, found.person.id).await? {
        let told = ["ended", "shared", FORGOTTEN].into_iter().find(|word| *word == said);
        let told = told.map(|word| format!("?said={word}")).unwrap_or_default();
        return Ok(see_other(&format!("{}{told}", page_path(kept))));
    }
    let all = of_records(&mut tx, &found).await?;
    drop(tx);
    note_look(&state, &actor, &found, &request::id_of(&extensions)).await?;
    let typed = untyped(&state, &actor.scope, &found, reader.lang);
    let slot = slot_of(&state, &headers, &page_path(found.person.id))?;
    let said = match said.as_str() {
        "ended" => Some((Tone::Good, words::ended(reader.lang))),
        "shared" => Some((Tone::Good, words::shared(reader.lang))),
        FORGOTTEN => Some((Tone::Good, words::forgotten(reader.lang))),
        shown_once::MADE => match shown_once::take::<Printed>(&state, &slot).await? {
            Look::First(what) => {
                let back = (page_path(found.person.id), words::back_to_list(reader.lang).to_owned());
                return new_card(&state, &reader, words::title(reader.lang), back, &what).await;
            }
            Look::Again => Some((Tone::Look, words::already(reader.lang))),
            Look::Nothing => None,
        },
        _ => None,
    };
    let view = view_of(&actor.scope, reader.lang, (&found, all), typed, Vec::new());
    Ok(draw(&reader, RelativesDesk { said, ..view }).await)
}

/// The relatives by all records of the person, by name.
async fn of_records(tx: &mut ScopedTx, found: &Found) -> Result<Vec<Relative>, Error> {
    let records = merged::all(tx, found.reached, Action::Share).await?;
    let mut all = relatives::of_records(tx, &records).await?;
    all.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
    Ok(all)
}

/// A form in which nothing was typed. In the hall the person stands there and says it.
fn untyped(state: &AppState, scope: &Scope, found: &Found, lang: Lang) -> RelativeTyped {
    let channel = if scope.may(Action::UseDesk) { ConsentChannel::Paper } else { ConsentChannel::Spoken };
    RelativeTyped {
        rev: id_of_new(state, uuid_v7).to_string(),
        until: typed_day(state.today().plus_days(SHOWN_AT_MOST - 1)),
        channel: channel.code().to_owned(),
        language: language_of(&found.person.profile, lang).code().to_owned(),
        ..RelativeTyped::default()
    }
}

fn view_of(
    scope: &Scope,
    lang: Lang,
    (found, all): (&Found, Vec<Relative>),
    typed: RelativeTyped,
    errors: Vec<FieldError>,
) -> RelativesDesk {
    let profile = &found.person.profile;
    let (shown, before): (Vec<_>, Vec<_>) = all.into_iter().partition(|one| !one.shown.is_empty());
    RelativesDesk {
        person: found.person.id,
        name: profile.full_name(),
        back: back_to(scope, lang, format!("/people/{}", found.person.id), words::back(lang)),
        undisclosed: profile.undisclosed,
        today: scope.today(),
        shown: shown.into_iter().map(line_of).collect(),
        before: before.into_iter().map(line_of).collect(),
        typed,
        errors,
        said: None,
    }
}

/// A relative as pages show them.
pub(super) fn line_of(relative: Relative) -> RelativeLine {
    RelativeLine {
        id: relative.id,
        person: relative.person,
        until: relative.until(),
        number: relative.number.as_deref().map(in_groups),
        used_on: relative.used_at.map(|at| at.day_in_finland()),
        shown: relative.shown.into_keys().collect(),
        channel: relative.channel,
        name: relative.name,
        relation: relative.relation,
    }
}

async fn draw(reader: &Reader, view: RelativesDesk) -> Response {
    let (lang, status) = (reader.lang, form_status(&view.errors));
    // No name in the tab: the history of a shared desk keeps titles.
    page_with_status(reader, status, words::title(lang), move || view! { <RelativesDeskPage lang view/> }.into_any())
        .await
}

async fn found_for(sent: &Sent, id: &str) -> Result<Found, Error> {
    sent.scope().require(Action::Share)?;
    people::find(&mut sent.state.db.read(sent.scope()).await?, Action::Share, id_in(id)?).await
}

async fn invite(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let found = found_for(&sent, &id).await?;
    let mut tx = sent.state.db.read(sent.scope()).await?;
    if merged::stood_for(&mut tx, Action::Share, found.person.id).await?.is_some() {
        return Ok(see_other(&page_path(found.person.id)));
    }
    let alive = alive("name", sent.lang(), merged::died_on(&mut tx, &found.person).await?);
    drop(tx);
    let one = |name| sent.fields.one(name).to_owned();
    let typed = RelativeTyped {
        rev: one("rev"),
        name: one("name"),
        relation: one("relation"),
        number: one("number"),
        shown: sent.fields.all("shown").into_iter().map(str::to_owned).collect(),
        until: one("until"),
        channel: one("channel"),
        language: one("relative_language"),
    };
    let (said, has_card) = match alive.and(read(&sent, found.person.id, &typed).await?) {
        Ok(read) => read,
        Err(errors) => return shown_again(&sent, &found, typed, errors).await,
    };
    let secrets = Secrets::new(&sent.state);
    let pin = cards::hashed(&sent.state, &secrets.pin).await?;
    let card = (!has_card).then_some((&secrets, &*pin));
    let error = |text: &'static str| vec![FieldError::new("name", text)];
    match kept(&sent, &found, &said, card).await? {
        Invited::Card(..) => Ok(see_other(&format!("{}?said={}", page_path(found.person.id), shown_once::MADE))),
        Invited::HasCard => Ok(see_other(&format!("{}?said=shared", page_path(found.person.id)))),
        Invited::Refused(_) => shown_again(&sent, &found, typed, error(texts::common::not_saved(sent.lang()))).await,
        Invited::Elsewhere => shown_again(&sent, &found, typed, error(words::elsewhere(sent.lang()))).await,
    }
}

async fn kept(sent: &Sent, found: &Found, said: &Said, card: Option<(&Secrets, &str)>) -> Result<Invited, Error> {
    let (state, relative) = (&sent.state, said.relative);
    let kept = state.write(sent.scope(), |mut tx| async move {
        let made = relatives::invite(state, &mut tx, &sent.request_id, found.reached, said, card).await?;
        if let (Invited::Card(_, number), Some((secrets, _))) = (&made, card) {
            keep_card(sent, &mut tx, found, (said.name.as_str(), said.language), secrets, number).await?;
        }
        let card = match &made {
            Invited::Card(card, _) => format!(" card:{card}"),
            Invited::HasCard => String::new(),
            Invited::Refused(_) | Invited::Elsewhere => return Ok(tx.undone(made)),
        };
        note(sent, &mut tx, "relative.invite", found, &format!("relative:{relative}{card}")).await?;
        Ok(tx.done(made))
    });
    kept.await
}

/// What was typed, and whether the relative has a card already.
async fn read(
    sent: &Sent,
    person: ParticipantId,
    typed: &RelativeTyped,
) -> Result<Result<(Said, bool), Vec<FieldError>>, Error> {
    let (lang, today) = (sent.lang(), sent.scope().today());
    let mut form = Reading::new(lang);
    let name = form.line("name", &typed.name, Some(words::name_missing(lang)));
    let relation = form.line("relation", &typed.relation, Some(words::relation_missing(lang)));
    let shown = Some(purposes(&typed.shown)).filter(|shown| !shown.is_empty());
    let shown = form.chosen("shown", shown, words::shown_missing(lang));
    let until = form.needed_day("until", &typed.until, texts::people::error::day(lang), today);
    let in_time = until.filter(|until| (0..=SHOWN_AT_MOST).contains(&until.days_since(today)));
    if until.is_some() && in_time.is_none() {
        form.wrong::<()>("until", words::until_wrong(lang));
    }
    let said_so = [ConsentChannel::Paper, ConsentChannel::Spoken];
    let channel = ConsentChannel::from_code(&typed.channel).filter(|one| said_so.contains(one));
    let channel = form.chosen("channel", channel, texts::consents::desk::error::channel(lang));
    let language = Lang::from_code(&typed.language).unwrap_or(lang);
    let number = digits(&typed.number);
    let mut there = None;
    if let (false, Some(name)) = (number.is_empty(), &name) {
        let mut tx = sent.state.db.read(Unscoped::SignedIn).await?;
        there = relatives::with_card(&mut tx, sent.scope().municipality(), &number, name).await?;
        if there.is_none() {
            form.wrong::<()>("number", words::number_wrong(lang));
        }
    }
    let (Some(name), Some(relation), Some(shown), Some(until), Some(channel), true) =
        (name, relation, shown, in_time, channel, form.errors.is_empty())
    else {
        return Ok(Err(form.errors));
    };
    let rev = sent.carried(uuid_v7);
    let relative = there.unwrap_or_else(|| RelativeId::of(person, rev));
    let said = Said { rev, relative, name, relation, shown, until, channel, on: today, language };
    Ok(Ok((said, there.is_some())))
}

/// Who the relatives of somebody are is shown.
async fn note_look(state: &AppState, actor: &Actor, found: &Found, request_id: &str) -> Result<(), Error> {
    let look = audit::Entry::of_profile(actor, state.now(), found.person.id, request_id);
    let look = audit::Entry { fields: "relatives".to_owned(), ..look };
    audit::note(state, actor.scope.municipality(), &look).await
}

async fn shown_again(
    sent: &Sent,
    found: &Found,
    typed: RelativeTyped,
    errors: Vec<FieldError>,
) -> Result<Response, Error> {
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let all = of_records(&mut tx, found).await?;
    drop(tx);
    note_look(&sent.state, &sent.actor, found, &sent.request_id).await?;
    Ok(draw(&sent.reader, view_of(sent.scope(), sent.lang(), (found, all), typed, errors)).await)
}

fn page_path(person: ParticipantId) -> String {
    format!("/people/{person}/relatives")
}

/// Keeps the new card of a relative for the page that shows it once, and leads there.
async fn keep_card(
    sent: &Sent,
    tx: &mut ScopedTx,
    found: &Found,
    (name, own): (&str, Lang),
    secrets: &Secrets,
    number: &str,
) -> Result<Response, Error> {
    let own = own.addressing(letters::form_of_address(tx).await?);
    let what = Printed::of_relative(name, number.to_owned(), secrets, own);
    // The page of a record that another stands for leads to the other's.
    let shown = merged::stood_for(tx, Action::Share, found.person.id).await?.unwrap_or(found.person.id);
    keep(sent, tx, &page_path(shown), &what).await
}

/// A new card for a relative who has lost theirs, in the language in which they were shown something last; the one before
/// ends. The next page shows it once.
async fn card(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let found = found_for(&sent, &id).await?;
    let relative: RelativeId = id_in(sent.fields.one("relative"))?;
    let died_on = merged::died_on(&mut sent.state.db.read(sent.scope()).await?, &found.person).await?;
    if let Err(errors) = alive("name", sent.lang(), died_on) {
        let typed = untyped(&sent.state, sent.scope(), &found, sent.lang());
        return shown_again(&sent, &found, typed, errors).await;
    }
    let secrets = Secrets::new(&sent.state);
    let pin = cards::hashed(&sent.state, &secrets.pin).await?;
    let (sent, found, secrets, pin) = (&sent, &found, &secrets, &pin);
    let made = sent.state.write(sent.scope(), |mut tx| async move {
        let all = relatives::of_person(&mut tx, found.reached).await?;
        let known = all.into_iter().find(|one| one.id == relative).ok_or(Error::NotFound)?;
        if !relatives::may_make_card(&mut tx, found.person.id, relative).await? {
            return Ok(tx.undone(None));
        }
        let whose = Managed::of_relative(tx.scope(), found.reached, relative)?;
        let (card, number) = cards::make(&sent.state, &mut tx, whose, secrets, pin).await?;
        note(sent, &mut tx, "card.make", found, &format!("relative:{relative} card:{card}")).await?;
        let own = known.language.unwrap_or_else(|| language_of(&found.person.profile, sent.lang()));
        let then = keep_card(sent, &mut tx, found, (known.name.as_str(), own), secrets, &number).await?;
        Ok(tx.done(Some(then)))
    });
    match made.await? {
        Some(then) => Ok(then),
        None => {
            let errors = vec![FieldError::new("name", words::elsewhere(sent.lang()))];
            shown_again(sent, found, untyped(&sent.state, sent.scope(), found, sent.lang()), errors).await
        }
    }
}

/// What is said once nothing is kept of a relative.
const FORGOTTEN: &str = "forgotten";

/// Ends what a relative is shown; or, where nothing is shown any more, forgets them.
async fn end(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let (found, action) = found_to_end(&sent, Action::Share, &id).await?;
    let relative: RelativeId = id_in(sent.fields.one("relative"))?;
    let (sent, found, forgets) = (&sent, &found, sent.fields.one("forget") == "yes");
    let done = sent.state.write(sent.scope(), |mut tx| async move {
        let known = relatives::name_of(&mut tx, found.reached, relative).await?.is_some();
        let changed = match (known, forgets) {
            (false, false) => return Err(Error::NotFound),
            // Pressed twice they are forgotten already.
            (false, true) => false,
            (true, true) => {
                let records = merged::all(&mut tx, found.reached, action).await?;
                relatives::remove(&mut tx, &records, relative, sent.state.now()).await?
            }
            (true, false) => {
                let how = (ConsentChannel::Spoken, language_of(&found.person.profile, sent.lang()));
                relatives::end(&sent.state, &mut tx, &sent.request_id, found.reached, relative, how).await?
            }
        };
        if changed {
            note(sent, &mut tx, "relative.end", found, &format!("relative:{relative}")).await?;
        }
        Ok(tx.done(forgets && (changed || !known)))
    });
    let forgotten = done.await?;
    if forgets && !found.person.profile.restricted {
        let page = page_path(found.person.id);
        return Ok(see_other(&if forgotten { format!("{page}?said={FORGOTTEN}") } else { page }));
    }
    ended(sent, found, "relatives").await
}

async fn note(sent: &Sent, tx: &mut ScopedTx, verb: &str, found: &Found, of: &str) -> Result<(), Error> {
    let entities = format!("participant:{} {of}", found.person.id);
    let new = audit::Entry::at_the_desk(&sent.actor, sent.state.now(), verb, &sent.request_id);
    audit::append_in_scope(tx, &sent.state.secrets, &audit::Entry { entities, ..new }).await
}
