//! Personal cards of a whole group, printed at once: four on a sheet, or each on its own (docs/access.md, Participants).

use std::collections::HashMap;

use app::letters::Letter;
use app::own::group_cards::{GroupCards, GroupCardsMadePage, GroupCardsPage, MemberCard, Paper};
use app::texts::own::group_cards as words;
use app::ui::FieldError;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::ids::{GroupId, ParticipantId};
use domain::people::{Participant, may_be_contacted};
use http::HeaderMap;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::cards::{self, Managed, Secrets, in_groups};
use super::desk::{Printed, back_to, end_all, keep, printed, slot_of};
use super::language_of;
use crate::access::shown_once::{self, Look, MADE};
use crate::access::{Actor, InReach};
use crate::audit;
use crate::error::Error;
use crate::pages::letters::{Welcomed, welcome};
use crate::pages::saving::Sent;
use crate::pages::{Reader, Said, form_status, id_in, page, page_with_status};
use crate::people::{Listed, merged};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::compression::as_it_is;
use crate::web::request;
use crate::{groups, letters, memberships};

pub fn routes(routes: Routes) -> Routes {
    routes.get("/groups/{id}/cards", show).post("/groups/{id}/cards", make)
}

/// Whoever is in the group today, each person once, by name.
struct Members {
    group: GroupId,
    name: String,
    /// Address and words of the page before.
    back: (String, String),
    people: Vec<Listed>,
    /// All records of each.
    records: HashMap<ParticipantId, Vec<InReach<ParticipantId>>>,
    cards: HashMap<ParticipantId, cards::Card>,
    /// Whether welcome letters can be made.
    letters: bool,
}

async fn members(state: &AppState, actor: &Actor, reader: &Reader, id: &str) -> Result<Members, Error> {
    actor.scope.require(Action::ManageCards)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let row = groups::find(&mut tx, Action::ManageCards, id_in(id)?).await?;
    let (today, stays) = (tx.scope().today(), memberships::of_group(&mut tx, row.reached).await?);
    let named = stays.iter().filter(|(stay, _)| stay.covers(today)).map(|(stay, _)| stay.participant);
    let found = merged::each_once(&mut tx, Action::ManageCards, named).await?;
    let mut people: Vec<_> = found.into_iter().map(|(_, listed)| listed).collect();
    // A card of theirs opens nothing.
    people.retain(|(_, person)| may_be_contacted(&person.profile, std::iter::empty(), today));
    people.sort_by_key(|(_, person)| domain::names::sort_key(&person.profile.list_name()));
    let reached: Vec<_> = people.iter().map(|(reached, _)| *reached).collect();
    let records = merged::all_of(&mut tx, &reached, Action::ManageCards).await?;
    let cards = cards::of_records(&mut tx, &records).await?;
    let group = row.group.id;
    let back = back_to(tx.scope(), reader.lang, format!("/groups/{group}"), words::back(reader.lang));
    let letters = reader.help.is_some() && actor.scope.may(Action::WriteLetters);
    Ok(Members { group, name: row.group.name, back, people, records, cards, letters })
}

fn view_of(members: &Members, ticked: Option<&[String]>, paper: Paper, errors: Vec<FieldError>) -> GroupCards {
    let one = |(_, person): &Listed| {
        let card = members.cards.get(&person.id);
        let ticked = match ticked {
            Some(ticked) => ticked.contains(&person.id.to_string()),
            None => card.is_none(),
        };
        MemberCard {
            person: person.id,
            name: person.profile.list_name(),
            number: card.map(|card| in_groups(&card.number)),
            used_on: card.and_then(|card| card.used_at).map(|at| at.day_in_finland()),
            ticked,
        }
    };
    let people = members.people.iter().map(one).collect();
    GroupCards {
        group: members.group,
        name: members.name.clone(),
        back: members.back.clone(),
        people,
        paper,
        letters: members.letters,
        errors,
        already: false,
    }
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
    let members = members(&state, &actor, &reader, &id).await?;
    let request_id = request::id_of(&extensions);
    note_look(&state, &actor, &members, &request_id).await?;
    let lang = reader.lang;
    let slot = slot_of(&state, &headers, &page_path(members.group))?;
    let look = if said == MADE { shown_once::find::<Made>(&state, &slot).await? } else { Look::Nothing };
    if let Look::First(waiting) = &look {
        let to = Welcomed { actor: &actor, group: members.group, request_id: &request_id };
        let letters = letters_to(&state, &reader, to, &waiting.what).await?;
        let drawn = made_page(&state, &reader, members.back.clone(), &waiting.what, letters).await?;
        // Only now: where a letter cannot be made, loading the page again still shows the cards.
        if shown_once::shown(&state, &slot, waiting).await? {
            return Ok(drawn);
        }
    }
    let already = !matches!(look, Look::Nothing);
    let view = GroupCards { already, ..view_of(&members, None, Paper::default(), Vec::new()) };
    Ok(page(&reader, words::title(lang), move || view! { <GroupCardsPage lang view/> }.into_any()).await)
}

/// The members are shown, by name.
async fn note_look(state: &AppState, actor: &Actor, members: &Members, request_id: &str) -> Result<(), Error> {
    let look = audit::Entry::at_the_desk(actor, state.now(), "list", request_id);
    let (entities, fields) = (format!("group:{}", members.group), "cards".to_owned());
    audit::note(state, actor.scope.municipality(), &audit::Entry { entities, fields, ..look }).await
}

fn page_path(group: GroupId) -> String {
    format!("/groups/{group}/cards")
}

/// The cards of a group that wait for the page that shows them once.
#[derive(Serialize, Deserialize)]
struct Made {
    /// The code of a [`Paper`].
    paper: String,
    cards: Vec<Printed>,
    /// Whose they are, in the same order.
    people: Vec<ParticipantId>,
}

/// The welcome letter of each card's person, where that is how the cards are printed.
async fn letters_to(
    state: &AppState,
    reader: &Reader,
    to: Welcomed<'_>,
    made: &Made,
) -> Result<Vec<Option<Letter>>, Error> {
    if Paper::from_code(&made.paper) != Paper::Letter {
        return Ok(Vec::new());
    }
    let people: Vec<_> = made.people.iter().copied().zip(made.cards.iter().map(|card| card.own)).collect();
    welcome(state, reader, to, &people).await
}

async fn made_page(
    state: &AppState,
    reader: &Reader,
    back: (String, String),
    made: &Made,
    letters: Vec<Option<Letter>>,
) -> Result<Response, Error> {
    let sheet = |what: &Printed| Ok((what.own, printed(state, reader.help.clone(), what)?));
    let sheets = made.cards.iter().map(sheet).collect::<Result<Vec<_>, Error>>()?;
    let (lang, paper) = (reader.lang, Paper::from_code(&made.paper));
    let body = move || view! { <GroupCardsMadePage lang back paper sheets letters/> }.into_any();
    Ok(as_it_is(page(reader, words::title(lang), body).await))
}

/// Makes a card for each who is ticked; the next page shows all of them once. Pressed again it makes others, and those that
/// are shown last are good. Loading that page again makes none.
async fn make(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let members = members(&sent.state, &sent.actor, &sent.reader, &id).await?;
    let ticked: Vec<String> = sent.fields.all("people").into_iter().map(str::to_owned).collect();
    let chosen: Vec<_> = members.people.iter().filter(|(_, person)| ticked.contains(&person.id.to_string())).collect();
    let (lang, paper) = (sent.lang(), Paper::from_code(sent.fields.one("paper")));
    if paper == Paper::Letter {
        // Before any card is made: the page that shows them once makes the letters.
        sent.scope().require(Action::WriteLetters)?;
    }
    if chosen.is_empty() {
        note_look(&sent.state, &sent.actor, &members, &sent.request_id).await?;
        let errors = vec![FieldError::new("people", words::nobody(lang))];
        let view = view_of(&members, Some(&ticked), paper, errors);
        let status = form_status(&view.errors);
        let body = move || view! { <GroupCardsPage lang view/> }.into_any();
        return Ok(page_with_status(&sent.reader, status, words::title(lang), body).await);
    }
    let mut wanted = Vec::with_capacity(chosen.len());
    for (reached, person) in chosen {
        let secrets = Secrets::new(&sent.state);
        let pin = cards::hashed(&sent.state, &secrets.pin).await?;
        let records = members.records.get(&person.id).map(Vec::as_slice).unwrap_or_default();
        wanted.push(Wanted { whose: Managed::of_person(sent.scope(), *reached)?, records, person, secrets, pin });
    }
    made(&sent, &wanted, &page_path(members.group), paper).await
}

/// A card that is to be made. `pin`: the PIN's hash.
struct Wanted<'a> {
    whose: Managed,
    /// Of which all cards end.
    records: &'a [InReach<ParticipantId>],
    person: &'a Participant,
    secrets: Secrets,
    pin: String,
}

/// Makes them all or none, each in the person's own language, for the page `at` which shows them.
async fn made(sent: &Sent, wanted: &[Wanted<'_>], at: &str, paper: Paper) -> Result<Response, Error> {
    let made = sent.state.write(sent.scope(), |mut tx| async move {
        let form = letters::form_of_address(&mut tx).await?;
        let mut cards = Vec::with_capacity(wanted.len());
        for one in wanted {
            end_all(sent, &mut tx, one.records).await?;
            let (card, number) = cards::make(&sent.state, &mut tx, one.whose, &one.secrets, &one.pin).await?;
            let of = (one.person.id, &*card);
            cards::note(&sent.state, &mut tx, &sent.actor, "card.make", of, &sent.request_id).await?;
            let profile = &one.person.profile;
            let own = language_of(profile, sent.lang()).addressing(form);
            cards.push(Printed::of_person(profile, number, &one.secrets, own));
        }
        let people = wanted.iter().map(|one| one.person.id).collect();
        let what = Made { paper: paper.code().to_owned(), cards, people };
        let then = keep(sent, &mut tx, at, &what).await?;
        Ok(tx.done(then))
    });
    made.await
}
