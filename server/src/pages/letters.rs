//! Letters to those who take part: chosen in a form, printed at once. Nothing of them is kept, but for the log.

mod address;
mod desk;

use std::collections::BTreeSet;

use app::home_programmes::sheet::HomeSheet;
use app::letters::choose::{LettersPage, LettersTyped, LettersView, Receiver};
use app::letters::sheet::LettersMadePage;
use app::letters::{About, GroupFacts, Letter, Window};
use app::sessions::list::when;
use app::sessions::today::Meeting;
use app::texts::{Lang, letters as words};
use app::ui::{FieldError, PaperAddress};
use axum::extract::{Path, State};
use axum::response::Response;
use domain::access::Action;
use domain::exercises::Exercise;
use domain::fields::is_phone;
use domain::ids::{GroupId, ParticipantId};
use domain::letters::LetterKind;
use domain::time::Instant;
use leptos::prelude::*;

use self::desk::{Desk, Somebody, Whose};
use super::people::results_card;
use super::{Reader, Sent, form_status, id_in, page, page_with_status, paper, see_other};
use crate::access::{Actor, ScopedTx};
use crate::audit::{self, Entry};
use crate::error::Error;
use crate::people::own_data::account_names;
use crate::people::{self, merged};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::request;
use crate::{home_programmes, letters};

/// An address in the window: lines, and characters of each.
const ADDRESS_LINES: usize = 3;
const ADDRESS_WIDTH: usize = 40;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/groups/{id}/letters", for_group)
        .post("/groups/{id}/letters", make_for_group)
        .get("/people/{id}/letters", for_person)
        .post("/people/{id}/letters", make_for_person)
        .with(address::routes)
}

async fn for_group(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::WriteLetters)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let desk = Desk::of_group(&mut tx, reader.lang, id_in(&id)?, state.now()).await?;
    drop(tx);
    note_form(&state, &actor, &desk, &request::id_of(&extensions)).await?;
    let typed = begun(&reader, &desk);
    Ok(draw(&reader, desk, typed, None, Vec::new()).await)
}

async fn for_person(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::WriteLetters)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let desk = match desk_of(&mut tx, reader.lang, id_in(&id)?, None, state.now()).await? {
        Ok(desk) => desk,
        Err(kept_page) => return Ok(kept_page),
    };
    drop(tx);
    note_form(&state, &actor, &desk, &request::id_of(&extensions)).await?;
    let typed = begun(&reader, &desk);
    Ok(draw(&reader, desk, typed, None, Vec::new()).await)
}

/// What letters to this person stand on; where another record stands for this one, the way to its page.
async fn desk_of(
    tx: &mut ScopedTx,
    lang: Lang,
    id: ParticipantId,
    asked: Option<GroupId>,
    now: Instant,
) -> Result<Result<Desk, Response>, Error> {
    let found = people::find(tx, Action::WriteLetters, id).await?;
    if let Some(kept) = merged::stood_for(tx, Action::WriteLetters, id).await? {
        return Ok(Err(see_other(&format!("/people/{kept}/letters"))));
    }
    Desk::of_person(tx, lang, found, asked, now).await.map(Ok)
}

/// The form names people: a look, written before it is shown.
async fn note_form(state: &AppState, actor: &Actor, desk: &Desk, request_id: &str) -> Result<(), Error> {
    let look = match desk.whose {
        Whose::Group(id) => return audit::note_list(state, actor, Some(id), desk.people.len(), request_id).await,
        Whose::Person(id) => Entry::of_profile(actor, state.now(), id, request_id),
    };
    audit::note(state, actor.scope.municipality(), &look).await
}

async fn make_for_group(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::WriteLetters)?;
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let desk = Desk::of_group(&mut tx, sent.lang(), id_in(&id)?, sent.state.now()).await?;
    drop(tx);
    made(&sent, desk).await
}

async fn make_for_person(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::WriteLetters)?;
    let asked = sent.fields.one("group").parse().ok();
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let desk = match desk_of(&mut tx, sent.lang(), id_in(&id)?, asked, sent.state.now()).await? {
        Ok(desk) => desk,
        Err(kept_page) => return Ok(kept_page),
    };
    drop(tx);
    made(&sent, desk).await
}

/// The letters, or the form with what is wrong with it.
async fn made(sent: &Sent, desk: Desk) -> Result<Response, Error> {
    let wanted = match read(sent, &desk) {
        Ok(wanted) => wanted,
        Err(errors) => return again(sent, desk, errors).await,
    };
    let chosen = desk.people.iter().filter(|one| wanted.people.contains(&one.person.id));
    let chosen: Vec<&Somebody> = chosen.collect();
    let (letters, without) = letters_to(sent, &wanted, &chosen).await?;
    if letters.is_empty() {
        return again(sent, desk, vec![nothing_to_print(sent.lang(), &wanted.letter)]).await;
    }
    note_each(sent, &wanted, &chosen).await?;
    let (lang, back) = (sent.lang(), (desk.at.clone(), words::again(sent.lang()).to_owned()));
    let without = (!without.is_empty()).then(|| left_without(lang, &wanted.letter, &without.join(", ")));
    let left_out = desk.left_out.into_iter().chain(without).collect();
    let body = move || view! { <LettersMadePage lang back letters left_out/> }.into_any();
    // No name in the tab: the history of a shared desk keeps titles.
    Ok(page(&sent.reader, words::title(lang), body).await)
}

/// That nobody who was chosen has what the letter needs.
fn nothing_to_print(lang: Lang, letter: &Asked) -> FieldError {
    match letter {
        Asked::Exercises { .. } => FieldError::new("exercises", words::error::no_programme(lang)),
        _ => FieldError::new("kind", words::error::no_results(lang)),
    }
}

/// Who gets no letter, and why.
fn left_without(lang: Lang, letter: &Asked, names: &str) -> String {
    match letter {
        Asked::Exercises { .. } => words::without_programme(lang, names),
        _ => words::without_results(lang, names),
    }
}

/// A look at each person whose letter is made, written before any is shown.
async fn note_each(sent: &Sent, wanted: &Wanted, chosen: &[&Somebody]) -> Result<(), Error> {
    let (actor, now, request_id) = (&sent.actor, sent.state.now(), &sent.request_id);
    let look = |one: &&Somebody| match wanted.letter {
        Asked::Results => Entry::of_results(actor, now, one.person.id, request_id),
        Asked::Exercises { own: true, .. } => {
            let look = Entry::of_profile(actor, now, one.person.id, request_id);
            Entry { fields: "exercise".to_owned(), ..look }
        }
        _ => Entry::of_profile(actor, now, one.person.id, request_id),
    };
    let looks: Vec<_> = chosen.iter().map(look).collect();
    audit::note_all(&sent.state, sent.scope().municipality(), &looks).await
}

/// Which letter, with what it needs.
enum Asked {
    Welcome(Box<GroupFacts>),
    Invitation(Box<GroupFacts>, Box<Meeting>),
    Results,
    Sessions(Box<GroupFacts>),
    /// These, or where `own` says so the person's own programme where there is one.
    Exercises {
        chosen: Vec<Exercise>,
        own: bool,
    },
}

/// What the form asks for.
struct Wanted {
    letter: Asked,
    people: BTreeSet<ParticipantId>,
    /// Nothing: each person's own.
    language: Option<Lang>,
    phone: String,
    /// Whose postal code is printed although their home is protected.
    postal_codes: BTreeSet<ParticipantId>,
    address: Vec<String>,
}

fn ids(sent: &Sent, field: &str) -> BTreeSet<ParticipantId> {
    sent.fields.all(field).into_iter().filter_map(|id| id.parse().ok()).collect()
}

/// What was typed; everything that is wrong at once.
fn read(sent: &Sent, desk: &Desk) -> Result<Wanted, Vec<FieldError>> {
    use words::error as e;
    let (lang, mut errors) = (sent.lang(), Vec::new());
    let mut wrong = |field: &'static str, text: &str| errors.push(FieldError::new(field, text));
    let letter = asked(sent, desk);
    if let Err((field, text)) = &letter {
        wrong(field, text);
    }
    let people = ids(sent, "people");
    if !desk.people.iter().any(|one| people.contains(&one.person.id)) {
        wrong("people", e::who(lang));
    }
    let phone = sent.fields.one("phone").to_owned();
    let kind = LetterKind::from_code(sent.fields.one("kind"));
    if kind.is_none_or(LetterKind::says_whom_to_call) && !is_phone(&phone) {
        wrong("phone", e::phone(lang));
    }
    let lines = sent.fields.one("address").lines().map(str::trim).filter(|line| !line.is_empty());
    let address: Vec<_> = lines.map(str::to_owned).collect();
    if address.len() > ADDRESS_LINES || address.iter().any(|line| line.chars().count() > ADDRESS_WIDTH) {
        wrong("address", e::address(lang));
    }
    let address = if desk.is_single() { address } else { Vec::new() };
    match letter {
        Ok(letter) if errors.is_empty() => {
            let (language, postal_codes) = (Lang::from_code(sent.fields.one("language")), ids(sent, "postal_code"));
            Ok(Wanted { letter, people, language, phone, postal_codes, address })
        }
        _ => Err(errors),
    }
}

/// Which letter was asked for, or what is missing for it: field and words.
fn asked(sent: &Sent, desk: &Desk) -> Result<Asked, (&'static str, &'static str)> {
    use words::error as e;
    let lang = sent.lang();
    let kind = LetterKind::from_code(sent.fields.one("kind")).ok_or(("kind", e::kind(lang)))?;
    let facts = || desk.facts.clone().map(Box::new).ok_or(("kind", e::no_group(lang)));
    match kind {
        LetterKind::Welcome => facts().map(Asked::Welcome),
        LetterKind::Sessions => match facts()? {
            facts if facts.coming.is_empty() => Err(("kind", e::no_sessions(lang))),
            facts => Ok(Asked::Sessions(facts)),
        },
        LetterKind::Invitation => {
            let (facts, day) = (facts()?, sent.fields.one("session"));
            if facts.coming.is_empty() {
                return Err(("kind", e::no_sessions(lang)));
            }
            let session = facts.coming.iter().find(|one| one.day.to_string() == day).cloned();
            session.map(|session| Asked::Invitation(facts, Box::new(session))).ok_or(("session", e::session(lang)))
        }
        LetterKind::Results => Ok(Asked::Results),
        LetterKind::Exercises => {
            let named = sent.fields.all("exercises");
            let chosen: Vec<_> = Exercise::ALL.iter().copied().filter(|one| named.contains(&one.code())).collect();
            let own = sent.fields.one("own_programme") == "yes";
            match chosen.is_empty() && !own {
                true => Err(("exercises", e::exercises(lang))),
                false => Ok(Asked::Exercises { chosen, own }),
            }
        }
    }
}

/// The letters, and the names of those who have no results to write of.
async fn letters_to(sent: &Sent, wanted: &Wanted, people: &[&Somebody]) -> Result<(Vec<Letter>, Vec<String>), Error> {
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let form = letters::form_of_address(&mut tx).await?;
    let page = own_page_of(&sent.state)?;
    let (mut letters, mut without) = (Vec::with_capacity(people.len()), Vec::new());
    for one in people {
        let profile = &one.person.profile;
        let lang = wanted.language.or_else(|| Lang::of_person(profile.language)).unwrap_or(sent.lang());
        let Some(about) = about(&mut tx, sent, &wanted.letter, one, lang).await? else {
            without.push(profile.full_name());
            continue;
        };
        letters.push(Letter {
            lang,
            form,
            name: profile.full_name(),
            called: profile.spoken_name().to_owned(),
            window: window(wanted, one),
            sender: sent.reader.place.clone(),
            phone: wanted.phone.clone(),
            on: sent.scope().today(),
            page: one.has_card.then(|| page.clone()),
            about,
        });
    }
    Ok((letters, without))
}

/// Where those who have a card open their page.
fn own_page_of(state: &AppState) -> Result<PaperAddress, Error> {
    paper::address(&state.config.public_url, "/own", "")
}

/// To whom welcome letters go beside their new cards, and who prints them.
#[derive(Clone, Copy)]
pub(crate) struct Welcomed<'a> {
    pub actor: &'a Actor,
    pub group: GroupId,
    pub request_id: &'a str,
}

/// Welcome letters beside new cards, one for each of these people in their language; nothing for whoever gets none, or
/// where nobody is to be called. Each is a look at its person, written before any is shown.
pub(crate) async fn welcome(
    state: &AppState,
    reader: &Reader,
    to: Welcomed<'_>,
    people: &[(ParticipantId, Lang)],
) -> Result<Vec<Option<Letter>>, Error> {
    let scope = &to.actor.scope;
    scope.require(Action::WriteLetters)?;
    let mut tx = state.db.read(scope).await?;
    let desk = Desk::of_group(&mut tx, reader.lang, to.group, state.now()).await?;
    let form = letters::form_of_address(&mut tx).await?;
    drop(tx);
    let phone = reader.help.as_ref().map(|help| help.phone.clone());
    let page = own_page_of(state)?;
    let letter = |(id, lang): &(ParticipantId, Lang)| {
        let one = desk.people.iter().find(|one| one.person.id == *id)?;
        let (profile, group) = (&one.person.profile, Box::new(desk.facts.clone()?));
        let postal_code = profile.postal_code.clone().filter(|_| !profile.undisclosed);
        Some(Letter {
            lang: *lang,
            form,
            name: profile.full_name(),
            called: profile.spoken_name().to_owned(),
            window: Window { lines: Vec::new(), postal_code },
            sender: reader.place.clone(),
            phone: phone.clone()?,
            on: scope.today(),
            page: Some(page.clone()),
            about: About::Welcome { group, begins_on: one.begins_on, has_card: true },
        })
    };
    let letters: Vec<_> = people.iter().map(letter).collect();
    let look = |id: ParticipantId| Entry::of_profile(to.actor, state.now(), id, to.request_id);
    let with_letter = people.iter().zip(&letters).filter(|(_, letter)| letter.is_some());
    let looks: Vec<_> = with_letter.map(|((id, _), _)| look(*id)).collect();
    audit::note_all(state, scope.municipality(), &looks).await?;
    Ok(letters)
}

/// What stands in the window: of whoever's home is protected no more than was ticked or typed for this letter.
fn window(wanted: &Wanted, one: &Somebody) -> Window {
    let profile = &one.person.profile;
    let shown = !profile.undisclosed || wanted.postal_codes.contains(&one.person.id);
    Window { lines: wanted.address.clone(), postal_code: profile.postal_code.clone().filter(|_| shown) }
}

/// What a letter to this person is about; nothing where there are no results.
async fn about(
    tx: &mut ScopedTx,
    sent: &Sent,
    letter: &Asked,
    one: &Somebody,
    lang: Lang,
) -> Result<Option<About>, Error> {
    let has_card = one.has_card;
    Ok(Some(match letter {
        Asked::Welcome(group) => About::Welcome { group: group.clone(), begins_on: one.begins_on, has_card },
        Asked::Invitation(group, session) => About::Invitation { group: group.clone(), session: session.clone() },
        Asked::Sessions(group) => About::Sessions { group: group.clone(), has_card },
        Asked::Exercises { chosen, own } => {
            let programme = if *own { programme_of(tx, one).await? } else { None };
            let general = || (!chosen.is_empty()).then(|| About::Exercises { chosen: chosen.clone() });
            return Ok(programme.or_else(general));
        }
        Asked::Results => {
            let (_, card) = results_card(tx, &sent.reader, one.person.id, Some(lang), sent.state.now()).await?;
            return Ok((!card.lines.is_empty()).then(|| About::Results { card: Box::new(card) }));
        }
    }))
}

/// The programme for home that goes on, on the sheet that the person's own page prints.
async fn programme_of(tx: &mut ScopedTx, one: &Somebody) -> Result<Option<About>, Error> {
    let found = people::find(tx, Action::WriteLetters, one.person.id).await?;
    let records = merged::all(tx, found.reached, Action::SeeProfiles).await?;
    let (all, today) = (home_programmes::of_records(tx, &records).await?, tx.scope().today());
    let Some(programme) = home_programmes::open_of(&all, today).cloned() else { return Ok(None) };
    let made_by = account_names(tx, std::iter::once(programme.by)).await?.into_values().next();
    let name = Some(one.person.profile.full_name());
    let sheet = HomeSheet { name, programme, made_by, with_note: true, today, back: None };
    Ok(Some(About::Programme { sheet: Box::new(sheet) }))
}

/// What the form begins with.
fn begun(reader: &Reader, desk: &Desk) -> LettersTyped {
    let facts = desk.facts.as_ref();
    LettersTyped {
        phone: reader.help.as_ref().map(|help| help.phone.clone()).unwrap_or_default(),
        session: facts.and_then(|facts| facts.coming.first()).map(|one| one.day.to_string()).unwrap_or_default(),
        group: facts.map(|facts| facts.group.id.to_string()).unwrap_or_default(),
        own_programme: true,
        ..LettersTyped::default()
    }
}

/// The form as it was typed, with what is wrong.
async fn again(sent: &Sent, desk: Desk, errors: Vec<FieldError>) -> Result<Response, Error> {
    note_form(&sent.state, &sent.actor, &desk, &sent.request_id).await?;
    let one = |name| sent.fields.one(name).to_owned();
    let typed = LettersTyped {
        kind: one("kind"),
        language: one("language"),
        phone: one("phone"),
        session: one("session"),
        exercises: sent.fields.all("exercises").into_iter().map(str::to_owned).collect(),
        own_programme: sent.fields.one("own_programme") == "yes",
        group: one("group"),
        address: one("address"),
    };
    let ticked = (ids(sent, "people"), ids(sent, "postal_code"));
    Ok(draw(&sent.reader, desk, typed, Some(ticked), errors).await)
}

/// `ticked`: who gets a letter and whose postal code is printed; at first everybody and nobody.
async fn draw(
    reader: &Reader,
    desk: Desk,
    typed: LettersTyped,
    ticked: Option<(BTreeSet<ParticipantId>, BTreeSet<ParticipantId>)>,
    errors: Vec<FieldError>,
) -> Response {
    let lang = reader.lang;
    let receiver = |one: &Somebody| {
        let profile = &one.person.profile;
        let protected = profile.undisclosed && profile.postal_code.is_some();
        let shown = ticked.as_ref().is_some_and(|(_, codes)| codes.contains(&one.person.id));
        Receiver {
            person: one.person.id,
            name: profile.list_name(),
            postal_code: protected.then_some(shown),
            undisclosed: profile.undisclosed,
            ticked: ticked.as_ref().is_none_or(|(people, _)| people.contains(&one.person.id)),
        }
    };
    let coming = desk.facts.iter().flat_map(|facts| &facts.coming);
    let single = desk.is_single();
    let view = LettersView {
        single,
        people: desk.people.iter().map(receiver).collect(),
        sessions: coming.map(|one| (one.day.to_string(), when(lang, one))).collect(),
        groups: desk.groups.iter().map(|(id, name)| (id.to_string(), name.clone())).collect(),
        at: desk.at,
        back: desk.back,
        name: desk.name,
        left_out: desk.left_out,
        typed,
        errors,
    };
    let (status, title) = (form_status(&view.errors), words::title(lang));
    page_with_status(reader, status, title, move || view! { <LettersPage lang view/> }.into_any()).await
}
