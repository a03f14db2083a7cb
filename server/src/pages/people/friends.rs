//! Outdoor friends of a person, at the desk: paired, each walk ticked, another number, ended with a reason.

use app::friends::card::{FriendForm, FriendTyped};
use app::friends::list::{FriendLine, FriendList, PAGE};
use app::people::stays::SmallForm;
use app::texts;
use app::ui::FieldError;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::fields::is_phone;
use domain::friends::{Ended, FriendEnd, FriendPair, Verb};
use domain::ids::{FriendPairId, ParticipantId};
use domain::people::Participant;
use domain::sync::server::write::Seen;
use domain::time::Day;
use leptos::prelude::*;

use super::person::shown_again;
use super::ways::past_day;
use crate::access::Actor;
use crate::audit;
use crate::error::Error;
use crate::friends;
use crate::pages::reading::Reading;
use crate::pages::saving::{Read, Sent, alive, id_of_new};
use crate::pages::{PageAsked, Reader, id_in, page};
use crate::people::{self, Found, merged};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::request;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/friends", list).post("/people/{id}/friends", write)
}

async fn list(
    State(state): State<AppState>,
    mut reader: Reader,
    actor: Actor,
    Query(part): Query<PageAsked>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let number = part.number();
    let mut tx = state.db.read(&actor.scope).await?;
    let (pairs, total) = friends::going_on(&mut tx, PAGE, (number - 1) * PAGE).await?;
    drop(tx);
    reader.here = format!("/friends?page={number}");
    let line = |(person, pair): (Participant, FriendPair)| FriendLine {
        person: person.id,
        name: person.profile.full_name(),
        last: pair.visits.last().copied(),
        friend: format!("{}, {}", pair.name, pair.phone),
    };
    let lines: Vec<_> = pairs.into_iter().map(line).collect();
    audit::note_list(&state, &actor, None, lines.len(), &request::id_of(&extensions)).await?;
    let lang = reader.lang;
    let body = move || view! { <FriendList lang lines page=number total/> }.into_any();
    Ok(page(&reader, texts::friends::all(lang), body).await)
}

async fn write(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::UseDesk)?;
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let Found { person, reached, .. } = people::find(&mut tx, Action::EditProfiles, id_in(&id)?).await?;
    let records = merged::all(&mut tx, reached, Action::EditProfiles).await?;
    let pairs = friends::of_records(&mut tx, &records).await?;
    let died_on = merged::died_on(&mut tx, &person).await?;
    drop(tx);
    let typed = typed(&sent);
    let pair = pairs.into_iter().find(|pair| pair.id.to_string() == typed.pair);
    let wanted = match (typed.form, pair) {
        (Some(FriendForm::New), None) => {
            alive("friend_name", sent.lang(), died_on).and_then(|()| paired(&sent, &typed, person.id))
        }
        // Sent twice: it is there.
        (Some(FriendForm::New), Some(_)) => Ok(Vec::new()),
        (Some(FriendForm::Visit), Some(pair)) => visited(&sent, &typed, pair, true),
        (Some(FriendForm::NoVisit), Some(pair)) => visited(&sent, &typed, pair, false),
        (Some(FriendForm::Phone), Some(pair)) => renumbered(&sent, &typed, pair),
        (Some(FriendForm::End), Some(pair)) => ended(&sent, &typed, pair),
        (Some(FriendForm::Visit | FriendForm::NoVisit | FriendForm::Phone | FriendForm::End), None) | (None, _) => {
            return Err(Error::NotFound);
        }
    };
    match sent.save(wanted, &format!("/people/{}?said=friend", person.id), "friend_name").await? {
        Ok(done) => Ok(done),
        Err(errors) => shown_again(&sent, person.id, SmallForm::Friend(typed), errors).await,
    }
}

fn typed(sent: &Sent) -> FriendTyped {
    let one = |name| sent.fields.one(name).to_owned();
    let form = FriendForm::from_code(sent.fields.one("form"));
    // The day of a visit and the last day stand in fields of their own names, of which a form has one; so do the numbers.
    let on = if form == Some(FriendForm::End) { one("friend_ended_on") } else { one("visited_on") };
    let phone = if form == Some(FriendForm::Phone) { one("friend_new_phone") } else { one("friend_phone") };
    FriendTyped {
        pair: one("pair"),
        form,
        name: one("friend_name"),
        phone,
        since: one("friend_since"),
        on,
        reason: one("friend_end"),
    }
}

fn set(pair: FriendPair) -> Read {
    Ok(vec![(Verb::Set { pair }.into(), Seen::Newest)])
}

fn paired(sent: &Sent, typed: &FriendTyped, participant: ParticipantId) -> Read {
    use texts::friends::error as e;
    let (lang, today) = (sent.lang(), sent.scope().today());
    let mut form = Reading::new(lang);
    let name = form.line("friend_name", &typed.name, Some(e::name(lang)));
    let phone = number(&mut form, "friend_phone", &typed.phone);
    let since = past_day(&mut form, "friend_since", &typed.since, today);
    let (Some(name), Some(phone), Some(since), true) = (name, phone, since, form.errors.is_empty()) else {
        return Err(form.errors);
    };
    let id = typed.pair.parse().unwrap_or_else(|_| id_of_new(&sent.state, FriendPairId::new));
    set(FriendPair { id, participant, name, phone, since, ended: None, visits: std::collections::BTreeSet::new() })
}

/// The volunteer's number, which must be there.
fn number(form: &mut Reading, field: &'static str, typed: &str) -> Option<String> {
    let missing = texts::friends::error::phone(form.lang());
    let line = form.line(field, typed, Some(missing))?;
    if is_phone(&line) { Some(line) } else { form.wrong(field, missing) }
}

/// The volunteer has another number; nobody's is overwritten unseen.
fn renumbered(sent: &Sent, typed: &FriendTyped, pair: FriendPair) -> Read {
    const FIELD: &str = "friend_new_phone";
    let mut form = Reading::new(sent.lang());
    let read = number(&mut form, FIELD, &typed.phone).ok_or(form.errors);
    let phone = sent.over_field(FIELD, &pair.phone, read)?;
    if phone == pair.phone {
        return Ok(Vec::new());
    }
    if pair.ended.is_some() {
        // A colleague was first: the page shows how it ended.
        return Err(vec![FieldError::new(FIELD, texts::common::changed_meanwhile(sent.lang()))]);
    }
    set(FriendPair { phone, ..pair })
}

/// A visit on that day, or none after all.
fn visited(sent: &Sent, typed: &FriendTyped, mut pair: FriendPair, there: bool) -> Read {
    let (lang, today) = (sent.lang(), sent.scope().today());
    let mut form = Reading::new(lang);
    let on = past_day(&mut form, "visited_on", &typed.on, today);
    if there && on.is_some_and(|on| !pair.covers(on)) {
        form.wrong::<()>("visited_on", texts::friends::error::visit(lang));
    }
    let (Some(on), true) = (on, form.errors.is_empty()) else { return Err(form.errors) };
    let changed = if there { pair.visits.insert(on) } else { pair.visits.remove(&on) };
    if changed { set(pair) } else { Ok(Vec::new()) }
}

fn ended(sent: &Sent, typed: &FriendTyped, pair: FriendPair) -> Read {
    use texts::friends::error as e;
    let (lang, today) = (sent.lang(), sent.scope().today());
    let mut form = Reading::new(lang);
    let on: Option<Day> = past_day(&mut form, "friend_ended_on", &typed.on, today);
    if on.is_some_and(|on| on < pair.ends_from()) {
        form.wrong::<()>("friend_ended_on", e::end(lang));
    }
    let reason = form.chosen("friend_end", FriendEnd::from_code(&typed.reason), e::why(lang));
    let (Some(on), Some(reason), true) = (on, reason, form.errors.is_empty()) else { return Err(form.errors) };
    let told = Ended { on, reason };
    match pair.ended {
        None => set(FriendPair { ended: Some(told), ..pair }),
        // The button was pressed twice.
        Some(there) if there == told => Ok(Vec::new()),
        Some(_) => {
            // A colleague was first: the page shows how it ended.
            form.wrong::<()>("friend_ended_on", texts::common::changed_meanwhile(lang));
            Err(form.errors)
        }
    }
}
