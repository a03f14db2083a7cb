//! The desk's page of a person's card: whether there is one, made, printed once, ended.

use app::own::card::{CardDesk, CardDeskPage, CardKind, CodeDeskPage, GoodCard, NewCard, NewCardPage};
use app::texts::{Lang, own::desk as words};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::devices::Help;
use domain::ids::ParticipantId;
use leptos::prelude::*;

use super::cards::{self, Card, Managed, Secrets, in_groups};
use super::{codes, taking_part_of};
use crate::access::own_account::squares;
use crate::access::{Actor, Scope, ScopedTx};
use crate::audit;
use crate::db::Unscoped;
use crate::error::Error;
use crate::pages::saving::Sent;
use crate::pages::{Reader, Said, id_in, page, see_other};
use crate::people::{self, Found};
use crate::routes::Routes;
use crate::state::AppState;
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
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::ManageCards)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let found = people::find(&mut tx, Action::ManageCards, id_in(&id)?).await?;
    let card = cards::of_person(&mut tx, found.reached).await?;
    let takes_part = taking_part_of(&mut tx, &found).await?;
    drop(tx);
    let look = audit::Entry::of_profile(&actor, state.now(), found.person.id, &request::id_of(&extensions));
    audit::note(&state, actor.scope.municipality(), &audit::Entry { fields: "card".to_owned(), ..look }).await?;
    let lang = reader.lang;
    let view = CardDesk {
        person: found.person.id,
        name: found.person.profile.full_name(),
        card: card.map(good),
        back: way_back(&actor.scope, found.person.id, lang),
        takes_part,
        language: language_of(&found, lang),
        ended: said == "ended",
    };
    // No name in the tab: the history of a shared desk keeps titles.
    Ok(page(&reader, words::title(lang), move || view! { <CardDeskPage lang view/> }.into_any()).await)
}

fn good(card: Card) -> GoodCard {
    GoodCard {
        number: in_groups(&card.number),
        made_on: card.made_at.day_in_finland(),
        used_on: card.used_at.map(|at| at.day_in_finland()),
        wrong: card.wrong,
    }
}

fn language_of(found: &Found, otherwise: Lang) -> Lang {
    Lang::of_person(found.person.profile.language).unwrap_or(otherwise)
}

/// Somebody whose card may be made, told and ended.
async fn managed(sent: &Sent, id: &str) -> Result<(Found, Managed), Error> {
    sent.scope().require(Action::ManageCards)?;
    let found = people::find(&mut sent.state.db.read(sent.scope()).await?, Action::ManageCards, id_in(id)?).await?;
    let whose = Managed::of_person(sent.scope(), found.reached)?;
    Ok((found, whose))
}

/// Makes a card; it stands in this one answer and nowhere else. Pressed again it makes another, which ends this one: the
/// sheet that is shown last is the good one.
async fn make(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let (found, whose) = managed(&sent, &id).await?;
    let secrets = Secrets::new(&sent.state);
    let pin = cards::hashed(&sent.state, &secrets.pin).await?;
    let (sent, found_ref, secrets_ref, pin) = (&sent, &found, &secrets, &pin);
    let made = sent.state.write(sent.scope(), |mut tx| async move {
        let (card, number) = cards::make(&sent.state, &mut tx, whose, secrets_ref, pin).await?;
        note(sent, &mut tx, "card.make", found_ref, &card).await?;
        Ok(tx.done(number))
    });
    let number = made.await?;
    let own = Lang::from_code(sent.fields.one("language")).unwrap_or_else(|| language_of(&found, sent.lang()));
    let profile = &found.person.profile;
    let (name, called) = (&*profile.full_name(), profile.spoken_name());
    let what = Printed { kind: CardKind::Person, name, called, number: &number, secrets: &secrets };
    let card = printed(&sent.state, sent.reader.help.clone(), &what)?;
    let lang = sent.lang();
    let back = way_back(sent.scope(), found.person.id, lang);
    Ok(page(&sent.reader, words::title(lang), move || view! { <NewCardPage lang own back card/> }.into_any()).await)
}

/// What is printed on a card and its slip.
pub(super) struct Printed<'a> {
    pub kind: CardKind,
    /// For whoever cuts the sheet.
    pub name: &'a str,
    /// What stands on the card.
    pub called: &'a str,
    pub number: &'a str,
    pub secrets: &'a Secrets,
}

/// The card with its code: the fragment never leaves the browser that reads it, no log and no referrer has it.
pub(super) fn printed(state: &AppState, help: Option<Help>, what: &Printed<'_>) -> Result<NewCard, Error> {
    let url = state.config.public_url.trim_end_matches('/');
    let (size, squares) = squares(&format!("{url}/k#{}", what.secrets.token))?;
    Ok(NewCard {
        kind: what.kind,
        name: what.name.to_owned(),
        called: what.called.to_owned(),
        number: in_groups(what.number),
        pin: in_groups(&what.secrets.pin),
        address: address(state, "k"),
        size,
        squares,
        help,
    })
}

async fn end(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let (found, whose) = managed(&sent, &id).await?;
    let (sent, found) = (&sent, &found);
    let ended = sent.state.write(sent.scope(), |mut tx| async move {
        if let Some(card) = cards::end(&mut tx, whose, sent.state.now()).await? {
            note(sent, &mut tx, "card.end", found, &card).await?;
        }
        Ok(tx.done(()))
    });
    ended.await?;
    Ok(see_other(&format!("/people/{}/personal-card?said=ended", found.person.id)))
}

/// A code to read out, for one more phone of whoever has a card. It stands in this one answer.
async fn code(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let (found, whose) = managed(&sent, &id).await?;
    let (sent, found) = (&sent, &found);
    let made = sent.state.write(sent.scope(), |mut tx| async move {
        let made = codes::make(&sent.state, &mut tx, whose).await?;
        if let Some((_, card)) = &made {
            note(sent, &mut tx, "card.code", found, card).await?;
        }
        Ok(tx.done(made.map(|(code, _)| code)))
    });
    let at = format!("/people/{}/personal-card", found.person.id);
    let Some(code) = made.await? else { return Ok(see_other(&at)) };
    let (lang, address) = (sent.lang(), address(&sent.state, "own/code"));
    let name = found.person.profile.full_name();
    let body = move || view! { <CodeDeskPage lang name back=at code address/> }.into_any();
    Ok(page(&sent.reader, words::title(lang), body).await)
}

/// An address to type, without the scheme.
fn address(state: &AppState, path: &str) -> String {
    let url = state.config.public_url.trim_end_matches('/');
    let host = url.split_once("://").map_or(url, |(_, host)| host);
    format!("{host}/{path}")
}

/// Where whoever works on a person's card comes from: the person's page, or the tablet.
fn way_back(scope: &Scope, person: ParticipantId, lang: Lang) -> (String, String) {
    match scope.may(Action::UseDesk) {
        true => (format!("/people/{person}"), words::back(lang).to_owned()),
        false => ("/tablet".to_owned(), words::back_to_tablet(lang).to_owned()),
    }
}

async fn note(sent: &Sent, tx: &mut ScopedTx, verb: &str, found: &Found, card: &str) -> Result<(), Error> {
    let entities = format!("participant:{} card:{card}", found.person.id);
    let new = audit::Entry::at_the_desk(&sent.actor, sent.state.now(), verb, &sent.request_id);
    let (bare, tenant) = tx.unscoped(Unscoped::Audit);
    audit::append(bare, &sent.state.secrets, tenant, &audit::Entry { entities, ..new }).await
}
