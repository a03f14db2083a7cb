//! The desk's page of a person's card: whether there is one, made, printed once, ended.

use std::fmt::Display;

use app::letters::{About, Letter, Window};
use app::own::card::{CardDesk, CardDeskPage, CardKind, CodeDeskPage, CodeLetterPage, GoodCard, NewCard, NewCardPage};
use app::texts::{Lang, own::desk as words};
use app::ui::{PaperAddress, Tone};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::devices::Help;
use domain::ids::ParticipantId;
use domain::letters::FormOfAddress;
use domain::people::Profile;
use http::HeaderMap;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::cards::{self, Card, Managed, Secrets, in_groups};
use super::codes::{self, By};
use super::{language_of, taking_part_of};
use crate::access::cookies::Cookie;
use crate::access::own_account::squares;
use crate::access::shown_once::{self, Look, Slot};
use crate::access::{Actor, InReach, Scope, ScopedTx};
use crate::audit;
use crate::db::Unscoped;
use crate::error::Error;
use crate::letters;
use crate::pages::saving::Sent;
use crate::pages::{Reader, Said, id_in, page, paper, see_other};
use crate::people::{self, Found, merged};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::compression::as_it_is;
use crate::web::request;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/people/{id}/personal-card", show)
        .post("/people/{id}/personal-card", make)
        .post("/people/{id}/personal-card/code", code)
        .post("/people/{id}/personal-card/end", end)
}

async fn show(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    Query(Said { said }): Query<Said>,
    headers: HeaderMap,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::ManageCards)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let mut found = people::find(&mut tx, Action::ManageCards, id_in(&id)?).await?;
    if let Some(kept) = merged::stood_for(&mut tx, Action::ManageCards, found.person.id).await? {
        return Ok(see_other(&page_path(kept)));
    }
    merged::protect(&mut tx, [&mut found.person]).await?;
    let form = letters::form_of_address(&mut tx).await?;
    let records = merged::all_of(&mut tx, &[found.reached], Action::ManageCards).await?;
    let card = cards::of_records(&mut tx, &records).await?.remove(&found.person.id);
    let takes_part = taking_part_of(&mut tx, &found).await?;
    drop(tx);
    let look = audit::Entry::of_profile(&actor, state.now(), found.person.id, &request::id_of(&extensions));
    audit::note(&state, actor.scope.municipality(), &audit::Entry { fields: "card".to_owned(), ..look }).await?;
    let (lang, back) = (reader.lang, way_back(&actor.scope, found.person.id, reader.lang));
    let said = match head(&state, &reader, &headers, (&found, form), &back, &said).await? {
        Head::Says(said) => said,
        Head::Once(page) => return Ok(page),
    };
    let letter = takes_part && actor.scope.may(Action::WriteLetters) && may_be_sent(&reader, &found.person.profile);
    let view = CardDesk {
        person: found.person.id,
        name: found.person.profile.full_name(),
        card: card.map(good),
        back,
        takes_part,
        died_on: found.person.profile.died_on,
        letter: letter.then_some(codes::LETTER_DAYS),
        language: language_of(&found.person.profile, lang),
        said,
    };
    // No name in the tab: the history of a shared desk keeps titles.
    Ok(page(&reader, words::title(lang), move || view! { <CardDeskPage lang view/> }.into_any()).await)
}

/// What came of the last press on the page of a card.
enum Head {
    /// What stands at the head of the page.
    Says(Option<(Tone, &'static str)>),
    /// A page in its place, which shows what was made, once.
    Once(Response),
}

async fn head(
    state: &AppState,
    reader: &Reader,
    headers: &HeaderMap,
    (found, form): (&Found, FormOfAddress),
    back: &(String, String),
    said: &str,
) -> Result<Head, Error> {
    let (lang, person) = (reader.lang, found.person.id);
    let slot = |page: String| slot_of(state, headers, &page);
    let again = |words| Ok(Head::Says(Some((Tone::Look, words))));
    match said {
        "ended" => Ok(Head::Says(Some((Tone::Good, words::ended(lang))))),
        shown_once::MADE => match shown_once::take::<Printed>(state, &slot(page_path(person))?).await? {
            Look::First(card) => {
                Ok(Head::Once(new_card(state, reader, words::title(lang), back.clone(), &card).await?))
            }
            Look::Again => again(words::already(lang)),
            Look::Nothing => Ok(Head::Says(None)),
        },
        CODE => match shown_once::take::<String>(state, &slot(code_path(person))?).await? {
            Look::First(code) => Ok(Head::Once(code_page(state, reader, found, code).await?)),
            Look::Again => again(words::code_already(lang)),
            Look::Nothing => Ok(Head::Says(None)),
        },
        LETTER => match shown_once::take::<String>(state, &slot(letter_path(person))?).await? {
            Look::First(code) => Ok(Head::Once(letter_page(state, reader, (found, form), code).await?)),
            Look::Again => again(words::code_already(lang)),
            Look::Nothing => Ok(Head::Says(None)),
        },
        _ => Ok(Head::Says(None)),
    }
}

fn good(card: Card) -> GoodCard {
    GoodCard {
        number: in_groups(&card.number),
        made_on: card.made_at.day_in_finland(),
        used_on: card.used_at.map(|at| at.day_in_finland()),
        wrong: card.wrong,
    }
}

/// Somebody whose card may be made and told; nothing where another record stands for this one, or where they have died: the
/// page says so.
async fn managed(sent: &Sent, id: &str) -> Result<Option<(Found, Managed)>, Error> {
    sent.scope().require(Action::ManageCards)?;
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let found = people::find(&mut tx, Action::ManageCards, id_in(id)?).await?;
    if merged::stood_for(&mut tx, Action::ManageCards, found.person.id).await?.is_some()
        || merged::died_on(&mut tx, &found.person).await?.is_some()
    {
        return Ok(None);
    }
    let whose = Managed::of_person(sent.scope(), found.reached)?;
    Ok(Some((found, whose)))
}

/// The page of a person's card, which leads to that of the record that stands for it.
fn page_path(person: impl Display) -> String {
    format!("/people/{person}/personal-card")
}

/// What the address of the page that shows a code to read out once says.
const CODE: &str = "code";

/// Where such a code is made.
fn code_path(person: ParticipantId) -> String {
    format!("{}/code", page_path(person))
}

/// What the address of the page that shows a letter with a code once says, and how the form asks for it.
const LETTER: &str = "letter";

/// Where such a letter is made.
fn letter_path(person: ParticipantId) -> String {
    format!("{}/{LETTER}", page_path(person))
}

/// Whether a code can go by letter: it names whom to call, and opens nothing without the year of birth.
fn may_be_sent(reader: &Reader, profile: &Profile) -> bool {
    reader.help.is_some() && profile.year_of_birth().is_some()
}

/// The letter with the code, once. Of whoever's home is protected the window has the name alone.
async fn letter_page(
    state: &AppState,
    reader: &Reader,
    (found, form): (&Found, FormOfAddress),
    code: String,
) -> Result<Response, Error> {
    let (lang, profile, today) = (reader.lang, &found.person.profile, state.today());
    let postal_code = profile.postal_code.clone().filter(|_| !profile.undisclosed);
    let until = today.plus_days(codes::LETTER_DAYS);
    let on_paper = code_address(state, &code)?;
    let letter = Letter {
        lang: language_of(profile, lang),
        form,
        name: profile.full_name(),
        called: profile.spoken_name().to_owned(),
        window: Window { lines: Vec::new(), postal_code },
        sender: reader.place.clone(),
        phone: reader.help.as_ref().map(|help| help.phone.clone()).unwrap_or_default(),
        on: today,
        page: Some(on_paper),
        about: About::Code { code, address: address(state, "own/code"), until },
    };
    let back = page_path(found.person.id);
    let body = move || view! { <CodeLetterPage lang back letter/> }.into_any();
    Ok(as_it_is(page(reader, words::title(lang), body).await))
}

/// The code to show or to read out, once.
async fn code_page(state: &AppState, reader: &Reader, found: &Found, code: String) -> Result<Response, Error> {
    let address = code_address(state, &code)?;
    let (lang, back) = (reader.lang, page_path(found.person.id));
    let name = found.person.profile.full_name();
    let body = move || view! { <CodeDeskPage lang name back code address/> }.into_any();
    Ok(as_it_is(page(reader, words::title(lang), body).await))
}

/// Where a code is typed; a phone's camera brings it along.
fn code_address(state: &AppState, code: &str) -> Result<PaperAddress, Error> {
    let typed: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    paper::address(&state.config.public_url, "/own/code", &format!("#{typed}"))
}

/// Where this browser finds what the page of that path shows once.
pub(super) fn slot_of(state: &AppState, headers: &HeaderMap, page: &str) -> Result<Slot, Error> {
    let token = Cookie::Session.read(headers, &state.config).ok_or(Error::SignInNeeded)?;
    Ok(Slot::of(&token, page))
}

/// The page that shows a new card once.
pub(super) async fn new_card(
    state: &AppState,
    reader: &Reader,
    title: &'static str,
    back: (String, String),
    what: &Printed,
) -> Result<Response, Error> {
    let card = printed(state, reader.help.clone(), what)?;
    let (lang, own) = (reader.lang, what.own);
    Ok(as_it_is(page(reader, title, move || view! { <NewCardPage lang own back card/> }.into_any()).await))
}

/// Keeps a new card for the page that shows it once, and leads there.
pub(super) async fn keep(sent: &Sent, tx: &mut ScopedTx, at: &str, what: &impl Serialize) -> Result<Response, Error> {
    let (bare, tenant) = tx.unscoped(Unscoped::SignedIn);
    shown_once::keep(&sent.state, bare, tenant, &Slot::of(&sent.token, at), what).await?;
    Ok(see_other(&format!("{at}?said={}", shown_once::MADE)))
}

/// Ends the cards of all these records of one person, with a row of the log for each.
pub(super) async fn end_all(sent: &Sent, tx: &mut ScopedTx, records: &[InReach<ParticipantId>]) -> Result<(), Error> {
    for record in records {
        if let Some(card) = cards::end(tx, Managed::of_person(sent.scope(), *record)?, sent.state.now()).await? {
            note(sent, tx, "card.end", record.id(), &card).await?;
        }
    }
    Ok(())
}

/// Somebody whose card, or what a relative is shown by them, is ended. Whoever may erase people finds for it also those
/// whose processing is restricted.
pub(super) async fn found_to_end(sent: &Sent, action: Action, id: &str) -> Result<(Found, Action), Error> {
    sent.scope().require(action)?;
    let action = if sent.scope().may(Action::ErasePeople) { Action::ErasePeople } else { action };
    let found = people::find(&mut sent.state.db.read(sent.scope()).await?, action, id_in(id)?).await?;
    Ok((found, action))
}

/// Where such a press comes back to: the page that it stands on, of the record that stands for this one.
pub(super) async fn ended(sent: &Sent, found: &Found, page: &str) -> Result<Response, Error> {
    let id = found.person.id;
    if !found.person.profile.restricted {
        return Ok(see_other(&format!("/people/{id}/{page}?said=ended")));
    }
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let shown = merged::stood_for(&mut tx, Action::ErasePeople, id).await?.unwrap_or(id);
    Ok(see_other(&format!("/people/{shown}/rights?said={page}")))
}

/// Makes a card, which the next page shows once. Pressed again it makes another, which ends this one: the sheet that is
/// shown last is the good one. Loading that page again makes none.
async fn make(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let Some((found, whose)) = managed(&sent, &id).await? else { return Ok(see_other(&page_path(id))) };
    let secrets = Secrets::new(&sent.state);
    let pin = cards::hashed(&sent.state, &secrets.pin).await?;
    let (sent, found, secrets, pin) = (&sent, &found, &secrets, &pin);
    let profile = &found.person.profile;
    let own = Lang::from_code(sent.fields.one("language")).unwrap_or_else(|| language_of(profile, sent.lang()));
    let made = sent.state.write(sent.scope(), |mut tx| async move {
        let records = merged::all(&mut tx, found.reached, Action::ManageCards).await?;
        end_all(sent, &mut tx, &records).await?;
        let (card, number) = cards::make(&sent.state, &mut tx, whose, secrets, pin).await?;
        note(sent, &mut tx, "card.make", found.person.id, &card).await?;
        let own = own.addressing(letters::form_of_address(&mut tx).await?);
        let what = Printed::of_person(profile, number, secrets, own);
        let then = keep(sent, &mut tx, &page_path(found.person.id), &what).await?;
        Ok(tx.done(then))
    });
    made.await
}

/// What is printed on a card and its slip.
#[derive(Serialize, Deserialize)]
pub(super) struct Printed {
    pub kind: CardKind,
    /// For whoever cuts the sheet.
    pub name: String,
    /// What stands on the card.
    pub called: String,
    pub number: String,
    pub secrets: Secrets,
    /// In which language, and in which form of address.
    pub own: Lang,
}

impl Printed {
    /// The card of somebody who takes part.
    pub(super) fn of_person(profile: &Profile, number: String, secrets: &Secrets, own: Lang) -> Self {
        let (name, called) = (profile.full_name(), profile.spoken_name().to_owned());
        Self { kind: CardKind::Person, name, called, number, secrets: secrets.clone(), own }
    }

    /// The card of a relative by this name.
    pub(super) fn of_relative(name: &str, number: String, secrets: &Secrets, own: Lang) -> Self {
        let (name, called) = (name.to_owned(), name.to_owned());
        Self { kind: CardKind::Relative, name, called, number, secrets: secrets.clone(), own }
    }
}

/// The card with its code: the fragment never leaves the browser that reads it, no log and no referrer has it.
pub(super) fn printed(state: &AppState, help: Option<Help>, what: &Printed) -> Result<NewCard, Error> {
    let url = state.config.public_url.trim_end_matches('/');
    let (size, squares) = squares(&format!("{url}/k#{}", what.secrets.token))?;
    Ok(NewCard {
        kind: what.kind,
        name: what.name.clone(),
        called: what.called.clone(),
        number: in_groups(&what.number),
        pin: in_groups(&what.secrets.pin),
        address: address(state, "k"),
        size,
        squares,
        help,
    })
}

async fn end(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let (found, action) = found_to_end(&sent, Action::ManageCards, &id).await?;
    let (sent, found) = (&sent, &found);
    let done = sent.state.write(sent.scope(), |mut tx| async move {
        let records = merged::all(&mut tx, found.reached, action).await?;
        end_all(sent, &mut tx, &records).await?;
        Ok(tx.done(()))
    });
    done.await?;
    ended(sent, found, "personal-card").await
}

/// A code to read out, or a letter with one, for one more phone of whoever has a card: the next page shows it once. Loading
/// that page again makes none, so that the code that was read out stays good.
async fn code(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let Some((found, whose)) = managed(&sent, &id).await? else { return Ok(see_other(&page_path(id))) };
    let (sent, found) = (&sent, &found);
    let at = page_path(found.person.id);
    let (by, said, shown_at) = match sent.fields.one("by") == LETTER {
        true => (By::Letter, LETTER, letter_path(found.person.id)),
        false => (By::Voice, CODE, code_path(found.person.id)),
    };
    if by == By::Letter {
        sent.scope().require(Action::WriteLetters)?;
        if !may_be_sent(&sent.reader, &found.person.profile) {
            return Ok(see_other(&at));
        }
    }
    let slot = &Slot::of(&sent.token, &shown_at);
    let made = sent.state.write(sent.scope(), |mut tx| async move {
        let Some((code, card)) = codes::make(&sent.state, &mut tx, whose, by).await? else { return Ok(tx.done(false)) };
        note(sent, &mut tx, "card.code", found.person.id, &card).await?;
        let (bare, tenant) = tx.unscoped(Unscoped::SignedIn);
        shown_once::keep(&sent.state, bare, tenant, slot, &code).await?;
        Ok(tx.done(true))
    });
    Ok(see_other(&if made.await? { format!("{at}?said={said}") } else { at }))
}

/// An address to type, without the scheme.
fn address(state: &AppState, path: &str) -> String {
    let url = state.config.public_url.trim_end_matches('/');
    let host = url.split_once("://").map_or(url, |(_, host)| host);
    format!("{host}/{path}")
}

/// Where whoever works on a person's card comes from: the person's page, or the tablet.
fn way_back(scope: &Scope, person: ParticipantId, lang: Lang) -> (String, String) {
    back_to(scope, lang, format!("/people/{person}"), words::back(lang))
}

/// The desk's page before, or the tablet of whoever works in the hall alone.
pub(crate) fn back_to(scope: &Scope, lang: Lang, page: String, words: &str) -> (String, String) {
    match scope.may(Action::UseDesk) {
        true => (page, words.to_owned()),
        false => ("/tablet".to_owned(), words::back_to_tablet(lang).to_owned()),
    }
}

async fn note(sent: &Sent, tx: &mut ScopedTx, verb: &str, person: ParticipantId, card: &str) -> Result<(), Error> {
    cards::note(&sent.state, tx, &sent.actor, verb, (person, card), &sent.request_id).await
}
