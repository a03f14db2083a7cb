//! The small forms of a person's page: an agreed pause, a contact, a death.

use app::people::stays::SmallForm;
use app::people::touch::{ContactTyped, PauseTyped};
use app::texts::{self, Lang, Words as _};
use app::ui::FieldError;
use axum::extract::Path;
use axum::response::Response;
use domain::access::Action;
use domain::contacts::{self, Contact, ContactOutcome, ContactWay};
use domain::groups::{ExitReason, Membership, membership};
use domain::ids::{ContactId, ParticipantId, PauseId};
use domain::pauses::{self, Pause, PauseReason};
use domain::people::ProfileChange;
use domain::sync::op::Verb;
use domain::sync::server::write::Seen;
use domain::time::Day;

use super::person::shown_again;
use crate::access::InReach;
use crate::error::Error;
use crate::memberships;
use crate::pages::id_in;
use crate::pages::reading::Reading;
use crate::pages::saving::{Read, Sent, alive, saved_beside};
use crate::people::{self, Found, merged};
use crate::routes::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes.post("/people/{id}/pause", pause).post("/people/{id}/contact", contact).post("/people/{id}/died", died)
}

async fn found(sent: &Sent, action: Action, id: &str) -> Result<Found, Error> {
    sent.scope().require(Action::UseDesk)?;
    people::find(&mut sent.state.db.read(sent.scope()).await?, action, id_in(id)?).await
}

fn is_taken_back(sent: &Sent) -> bool {
    sent.fields.one("taken_back") == "yes"
}

async fn pause(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let Found { reached, person, .. } = found(&sent, Action::EditProfiles, &id).await?;
    let one = |name| sent.fields.one(name).to_owned();
    let mut typed = PauseTyped {
        id: one("rev"),
        from: one("pause_from"),
        to: one("pause_to"),
        reason: one("pause_reason"),
        seen: one("seen"),
    };
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let all = crate::pauses::of_people(&mut tx, [reached]).await?;
    let died_on = merged::died_on(&mut tx, &person).await?;
    drop(tx);
    let there = all.into_iter().find(|pause| pause.id.to_string() == typed.id);
    let there = there.as_ref();
    let wanted = match is_taken_back(&sent) {
        // It is gone already: the button was pressed twice.
        true => Ok(there.map(|pause| set_pause(Pause { holds: false, ..pause.clone() })).into_iter().collect()),
        false => alive("pause_from", sent.lang(), died_on).and_then(|()| read_pause(&sent, &typed, person.id, there)),
    };
    let (now, told) = (there.map(PauseTyped::said).unwrap_or_default(), typed.clone());
    let saved = || there.map(|pause| paused_meanwhile(sent.lang(), pause, &told)).unwrap_or_default();
    let wanted = sent.over_beside(now, &mut typed.seen, "pause_from", wanted, saved);
    match sent.save(wanted, &format!("/people/{}?said=pause", person.id), "pause_from").await? {
        Ok(done) => Ok(done),
        Err(errors) => shown_again(&sent, person.id, SmallForm::Pause(typed), errors).await,
    }
}

fn set_pause(pause: Pause) -> (Verb, Seen) {
    (pauses::Verb::Set { pause }.into(), Seen::Newest)
}

/// How somebody else has changed the pause, beside each field in which something else was typed.
fn paused_meanwhile(lang: Lang, saved: &Pause, typed: &PauseTyped) -> Vec<FieldError> {
    let (from, to) = (texts::typed_day(saved.from), saved.to.map(texts::typed_day).unwrap_or_default());
    let fields = [
        ("pause_from", from.as_str(), from == typed.from),
        ("pause_to", to.as_str(), to == typed.to),
        ("pause_reason", saved.reason.words(lang), saved.reason.code() == typed.reason),
    ];
    saved_beside(lang, fields)
}

/// The pause as it was typed; nothing where it is `there` already.
fn read_pause(sent: &Sent, typed: &PauseTyped, participant: ParticipantId, there: Option<&Pause>) -> Read {
    use texts::people::{error as e, touch as say};
    let (lang, today) = (sent.lang(), sent.scope().today());
    let mut reading = Reading::new(lang);
    let asked = sent.asked_days();
    let from = reading.needed_day("pause_from", &typed.from, e::day(lang), today);
    let from = reading.likely("pause_from", &typed.from, from, today, &asked);
    let to = reading.day("pause_to", &typed.to, e::day(lang), today);
    let to = reading.likely("pause_to", &typed.to, to, today, &asked);
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        reading.wrong::<Day>("pause_to", say::wrong_order(lang));
    }
    let reason = reading.chosen("pause_reason", PauseReason::from_code(&typed.reason), e::choose(lang));
    let (Some(from), Some(reason), true) = (from, reason, reading.errors.is_empty()) else {
        return Err(reading.errors);
    };
    let pause = Pause { id: sent.carried(PauseId::new), participant, from, to, reason, holds: true };
    Ok(if there == Some(&pause) { Vec::new() } else { vec![set_pause(pause)] })
}

async fn contact(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let Found { reached, person, .. } = found(&sent, Action::EditProfiles, &id).await?;
    let one = |name| sent.fields.one(name).to_owned();
    let typed = ContactTyped {
        id: one("rev"),
        on: one("contact_on"),
        way: one("contact_way"),
        outcome: one("contact_outcome"),
        next_on: one("contact_next"),
        note: one("contact_note"),
    };
    let wanted = match is_taken_back(&sent) {
        true => {
            let all = crate::contacts::of_people(&mut sent.state.db.read(sent.scope()).await?, [reached]).await?;
            let there = all.into_iter().find(|contact| contact.id.to_string() == typed.id);
            Ok(there.map(|contact| set_contact(Contact { holds: false, ..contact })).into_iter().collect())
        }
        false => read_contact(&sent, &typed, person.id),
    };
    match sent.save(wanted, &format!("/people/{}?said=contact", person.id), "contact_on").await? {
        Ok(done) => Ok(done),
        Err(errors) => shown_again(&sent, person.id, SmallForm::Contact(typed), errors).await,
    }
}

fn set_contact(contact: Contact) -> (Verb, Seen) {
    (contacts::Verb::Set { contact }.into(), Seen::Newest)
}

fn read_contact(sent: &Sent, typed: &ContactTyped, participant: ParticipantId) -> Read {
    use texts::people::{error as e, touch as say};
    let (lang, today) = (sent.lang(), sent.scope().today());
    let mut reading = Reading::new(lang);
    let on = reading.needed_day("contact_on", &typed.on, e::day(lang), today);
    if on.is_some_and(|on| on > today) {
        reading.wrong::<Day>("contact_on", say::future(lang));
    }
    let way = reading.chosen("contact_way", ContactWay::from_code(&typed.way), e::choose(lang));
    let outcome = reading.chosen("contact_outcome", ContactOutcome::from_code(&typed.outcome), e::choose(lang));
    let next_on = reading.day("contact_next", &typed.next_on, e::day(lang), today);
    if on.zip(next_on).is_some_and(|(on, next)| next < on) {
        reading.wrong::<Day>("contact_next", say::wrong_order(lang));
    }
    let note = typed.note.replace("\r\n", "\n").trim().to_owned();
    let (Some(on), Some(way), Some(outcome), true) = (on, way, outcome, reading.errors.is_empty()) else {
        return Err(reading.errors);
    };
    let id = sent.carried(ContactId::new);
    Ok(vec![set_contact(Contact { id, participant, on, way, outcome, next_on, note, holds: true })])
}

/// Notes a death in every record of the person and ends each stay within reach by it, or takes both back. What other
/// organisations' groups have of the person follows by itself.
async fn died(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let Found { reached, person, .. } = found(&sent, Action::ManageGroups, &id).await?;
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let records = merged::all(&mut tx, reached, Action::SeeProfiles).await?;
    let stays = memberships::of_people(&mut tx, records.iter().copied()).await?;
    let near = memberships::among(&mut tx, Action::ManageGroups, stays.iter().map(|(stay, _)| stay.id)).await?;
    drop(tx);
    let stays: Vec<_> = stays.into_iter().map(|(stay, _)| stay).filter(|stay| !stay.is_void()).collect();
    let stays: Vec<_> = stays.into_iter().filter(|stay| near.contains_key(&stay.id)).collect();
    let records: Vec<_> = records.iter().map(InReach::id).collect();
    let on = sent.fields.one("died_on").to_owned();
    if sent.fields.one("undo") == "yes" {
        let wanted = taken_back(&records, &stays);
        let done = sent.save(Ok(wanted), &format!("/people/{}?said=died_undone", person.id), "died_on").await?;
        return done.map_err(|_| Error::Broken("a death that cannot be taken back".into()));
    }
    let now = person.profile.died_on.map(texts::typed_day).unwrap_or_default();
    let wanted = sent.over_field("died_on", &now, read_death(&sent, &on, &records, &stays));
    match sent.save(wanted, &format!("/people/{}?said=died", person.id), "died_on").await? {
        Ok(done) => Ok(done),
        Err(errors) => shown_again(&sent, person.id, SmallForm::Died { on }, errors).await,
    }
}

fn deaths(records: &[ParticipantId], on: Option<Day>) -> impl Iterator<Item = (Verb, Seen)> {
    let edit =
        move |id: &ParticipantId| domain::people::Verb::Edit { id: *id, changes: vec![ProfileChange::DiedOn(on)] };
    records.iter().map(move |id| (edit(id).into(), Seen::Newest))
}

fn left(stay: &Membership, end: Option<(Day, ExitReason)>) -> (Verb, Seen) {
    let (id, group) = (stay.id, stay.group);
    let verb =
        membership::Verb::Leave { id, group, left_on: end.map(|(day, _)| day), exit_reason: end.map(|(_, why)| why) };
    (verb.into(), Seen::Newest)
}

fn read_death(sent: &Sent, typed: &str, records: &[ParticipantId], stays: &[Membership]) -> Read {
    let (lang, today) = (sent.lang(), sent.scope().today());
    let mut reading = Reading::new(lang);
    let on = reading.needed_day("died_on", typed, texts::people::error::day(lang), today);
    if on.is_some_and(|on| on > today) {
        reading.wrong::<Day>("died_on", texts::people::touch::future(lang));
    }
    let Some(on) = on.filter(|_| reading.errors.is_empty()) else { return Err(reading.errors) };
    let open = stays.iter().filter(|stay| stay.left_on.is_none_or(|left| left > on));
    // A stay that would have begun later never took place.
    let ends = open.map(|stay| left(stay, Some((on.max(stay.joined_on.plus_days(-1)), ExitReason::Died))));
    Ok(deaths(records, Some(on)).chain(ends).collect())
}

fn taken_back(records: &[ParticipantId], stays: &[Membership]) -> Vec<(Verb, Seen)> {
    let ended = stays.iter().filter(|stay| stay.exit_reason == Some(ExitReason::Died));
    deaths(records, None).chain(ended.map(|stay| left(stay, None))).collect()
}
