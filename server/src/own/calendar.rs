//! The next sessions for a calendar program, at a secret address: made, made anew and ended on the own page
//! (docs/access.md, Calendars).

use app::own::calendar::{CalendarPage, CalendarView, Made, PATH};
use app::texts::Lang;
use app::texts::own_calendar as words;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use domain::groups::Group;
use domain::sessions::Session;
use domain::time::{Day, Instant, TimeOfDay};
use http::header;
use icalendar::{Calendar, Class, Component, Event, EventLike, EventStatus, Property};
use leptos::prelude::*;

use super::page::{Meeting, answer, own_again, sessions_of};
use super::{Holder, Own, Whom, feeds, scope_of, taking_part};
use crate::audit;
use crate::db::Unscoped;
use crate::error::Error;
use crate::pages::{Said, see_other};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web;
use crate::web::compression::as_it_is;
use crate::web::form::Fields;

pub fn routes(routes: Routes) -> Routes {
    routes.get(PATH, show).post(PATH, make).post("/own/calendar/end", end).get("/calendar/{file}", fetch)
}

/// How far ahead a calendar looks, in days.
const AHEAD: i64 = 120;

/// What stands behind the secret in the address.
const SUFFIX: &str = ".ics";

/// Whose way must not become known has no calendar, which goes on to whoever else reads it.
fn may_have(own: &Own) -> bool {
    !own.undisclosed
}

async fn show(State(state): State<AppState>, own: Own, Query(Said { said }): Query<Said>) -> Result<Response, Error> {
    let known = feeds::of(&mut state.db.read(Unscoped::Account).await?, &own.session.whose).await?;
    let made = known.feed().map(|feed| Made {
        on: feed.made_at.day_in_finland(),
        fetched_on: feed.fetched_at.map(Instant::day_in_finland),
    });
    Ok(draw(&state, &own, CalendarView { made, ended: said == "ended", ..view(&own, known.revision) }).await)
}

fn view(own: &Own, revision: i64) -> CalendarView {
    let person = own.found.person.id;
    CalendarView { person, may_have: may_have(own), made: None, address: None, ended: false, revision }
}

async fn draw(state: &AppState, own: &Own, view: CalendarView) -> Response {
    let lang = own.reader.lang;
    answer(state, own, words::title(lang), move || view! { <CalendarPage lang view/> }.into_any()).await
}

/// Makes an address; it stands in this answer and on no other page. The same form sent again, by a second press or because
/// the answer is loaded anew, makes none and says the same; one that was shown before another address was made or ended
/// changes nothing.
async fn make(State(state): State<AppState>, own: Own, fields: Fields) -> Result<Response, Error> {
    if !own.drew(&fields) {
        return Ok(own_again());
    }
    let shown = fields.one("rev").parse::<i64>().ok().filter(|_| may_have(&own));
    let Some(shown) = shown else { return Ok(see_other(PATH)) };
    let (lang, now) = (own.reader.lang, state.now());
    let (whose, state_ref) = (&own.session.whose, &state);
    let secret = &feeds::secret(&state.secrets, whose, shown);
    let entry = &whose.entry(&state, "own.calendar", &own.request_id);
    let made = state.write(Unscoped::Account, |mut tx| async move {
        let known = feeds::of(&mut tx, whose).await?;
        if known.has(secret) || known.revision != shown {
            return Ok(tx.undone(known.has(secret)));
        }
        feeds::make(&mut tx, whose, secret, lang, now).await?;
        audit::append(&mut tx, &state_ref.secrets, &whose.municipality, entry).await?;
        Ok(tx.done(true))
    });
    if !made.await? {
        return Ok(see_other(PATH));
    }
    let address = format!("{}/calendar/{secret}{SUFFIX}", state.config.public_url);
    Ok(as_it_is(draw(&state, &own, CalendarView { address: Some(address), ..view(&own, shown) }).await))
}

async fn end(State(state): State<AppState>, own: Own, fields: Fields) -> Result<Response, Error> {
    if !own.drew(&fields) {
        return Ok(own_again());
    }
    let (whose, state_ref, now) = (&own.session.whose, &state, state.now());
    let entry = &whose.entry(&state, "own.calendar_end", &own.request_id);
    let ended = state.write(Unscoped::Account, |mut tx| async move {
        if feeds::end(&mut tx, whose, now).await? {
            audit::append(&mut tx, &state_ref.secrets, &whose.municipality, entry).await?;
        }
        Ok(tx.done(()))
    });
    ended.await?;
    Ok(see_other(&format!("{PATH}?said=ended")))
}

/// The calendar itself. To whoever has died, moved away or left nothing is shown, as on their own page.
async fn fetch(
    State(state): State<AppState>,
    Path(file): Path<String>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    let secret = file.strip_suffix(SUFFIX).ok_or(Error::NotFound)?;
    let found = feeds::find(&mut state.db.read(Unscoped::Door).await?, secret).await?;
    let (whose, lang, feed) = found.ok_or(Error::NotFound)?;
    let Holder::Person(person) = whose.holder else { return Err(Error::NotFound) };
    let scope = scope_of(&whose.municipality, person, state.today())?;
    let mut tx = state.db.read(&scope).await?;
    let known = taking_part(&mut tx, person).await?.ok_or(Error::NotFound)?;
    if known.person.profile.undisclosed {
        return Err(Error::NotFound);
    }
    let whom = Whom { records: &known.records, stays: &known.stays };
    let recorded = whom.recorded(&mut tx).await?;
    drop(tx);
    note(&state, &whose, &feed, &web::request::id_of(&extensions)).await?;
    let text = calendar(lang, sessions_of(&whom, recorded, scope.today(), AHEAD), state.now());
    let kind = "text/calendar; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, "inline; filename=\"virea.ics\"")], text)
        .into_response())
}

/// Programs ask many times a day: the first time of a day is written down, with a row of the log.
async fn note(state: &AppState, whose: &super::Whose, feed: &feeds::Feed, request_id: &str) -> Result<(), Error> {
    let now = state.now();
    if feed.fetched_at.is_some_and(|at| at.day_in_finland() == now.day_in_finland()) {
        return Ok(());
    }
    let entry = audit::Entry { fields: "calendar".to_owned(), ..whose.entry(state, "view", request_id) };
    let entry = &entry;
    state
        .write(Unscoped::Account, |mut tx| async move {
            feeds::fetched(&mut tx, whose, now).await?;
            audit::append(&mut tx, &state.secrets, &whose.municipality, entry).await?;
            Ok(tx.done(()))
        })
        .await
}

/// Times and places, and nothing about anybody. A group's name may tell how its people are ("Muistiryhmä"), and the
/// calendar lies with whoever runs the person's calendar program: each event has the same plain title.
fn calendar(lang: Lang, meetings: Vec<Meeting<'_>>, now: Instant) -> String {
    let mut calendar = Calendar::empty();
    for (key, value) in [("VERSION", "2.0"), ("PRODID", "-//Virea//Virea//FI"), ("CALSCALE", "GREGORIAN")] {
        calendar.append_property(Property::new(key, value));
    }
    calendar.name(words::name(lang)).timezone("Europe/Helsinki");
    // Programs that heed it look every six hours.
    calendar.append_property(Property::new("X-PUBLISHED-TTL", "PT6H"));
    calendar.extend(meetings.iter().map(|one| event(lang, &one.session, one.group, now)));
    calendar.to_string()
}

fn event(lang: Lang, session: &Session, group: &Group, now: Instant) -> Event {
    let mut event = Event::new();
    event.uid(&format!("{}@virea", session.id)).add_property("DTSTAMP", utc(now)).class(Class::Private);
    if session.is_cancelled() {
        event.summary(words::cancelled(lang)).status(EventStatus::Cancelled);
    } else {
        event.summary(words::event(lang)).status(EventStatus::Confirmed);
    }
    let timetable = group.timetable_on(session.day);
    if let Some(place) = session.elsewhere().or(timetable.place) {
        event.location(place);
    }
    match session.begins().or(group.starts_on(session.day)) {
        Some(at) => add_times(&mut event, session.day.at_in_finland(at), timetable.minutes),
        None => {
            event.append_property(Property::new("DTSTART", date(session.day)).add_parameter("VALUE", "DATE").done());
        }
    }
    event.done()
}

fn add_times(event: &mut Event, begins: Instant, minutes: Option<u16>) {
    event.add_property("DTSTART", utc(begins));
    if let Some(minutes) = minutes {
        event.add_property("DTEND", utc(begins.plus_millis(i64::from(minutes) * 60_000)));
    }
}

/// A day as RFC 5545 writes it.
fn date(day: Day) -> String {
    day.to_string().replace('-', "")
}

/// A moment as RFC 5545 writes it, in UTC: it is the right one on both sides of a change of clocks, and needs no rules
/// of a time zone beside it.
fn utc(at: Instant) -> String {
    let (day, time) = at.in_utc();
    format!("{}T{}Z", date(day), clock(time))
}

fn clock(time: TimeOfDay) -> String {
    format!("{:02}{:02}00", time.hour(), time.minute())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::groups::testing::plain;
    use domain::ids::ParticipantId;
    use domain::sessions::Cancellation;
    use uuid::Uuid;

    fn group() -> Group {
        Group {
            name: "Muistiryhmä".to_owned(),
            place: Some("Kylätalo; Mäkeläntie 5, ovi B".to_owned()),
            weekdays: vec![6, 7],
            starts_at: TimeOfDay::new(10, 30),
            minutes: Some(60),
            ..plain()
        }
    }

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn written(sessions: &[Session], group: &Group) -> String {
        let meetings = sessions
            .iter()
            .map(|session| Meeting { session: session.clone(), group, record: ParticipantId(Uuid::nil()) })
            .collect();
        calendar(Lang::Fi, meetings, Instant::from_millis(0))
    }

    #[test]
    fn a_session_keeps_its_hour_on_both_sides_of_a_change_of_clocks() {
        let group = group();
        let sessions = ["2026-10-24", "2026-10-25", "2027-03-27", "2027-03-28"].map(|text| group.planned(day(text)));
        let text = written(&sessions, &group);
        for begins in ["20261024T073000Z", "20261025T083000Z", "20270327T083000Z", "20270328T073000Z"] {
            assert!(text.contains(&format!("DTSTART:{begins}\r\n")), "{begins} in {text}");
        }
        assert!(text.contains("DTEND:20261024T083000Z\r\n"), "{text}");
    }

    #[test]
    fn a_cancelled_session_says_so_and_one_without_an_hour_takes_the_day() {
        let group = Group { starts_at: None, ..group() };
        let status = Some(Cancellation::Weather.status());
        let text = written(&[Session { status, ..group.planned(day("2026-10-24")) }], &group);
        for line in ["STATUS:CANCELLED", "SUMMARY:Peruttu: liikuntaryhmä", "DTSTART;VALUE=DATE:20261024"] {
            assert!(text.contains(&format!("{line}\r\n")), "{line} in {text}");
        }
        assert!(!text.contains("DTEND"), "{text}");
    }

    #[test]
    fn no_event_names_its_group() {
        let group = group();
        let status = Some(Cancellation::Weather.status());
        let off = Session { status, ..group.planned(day("2026-10-25")) };
        let text = written(&[group.planned(day("2026-10-24")), off], &group);
        assert!(text.contains("SUMMARY:Liikuntaryhmä\r\n") && !text.to_lowercase().contains("muisti"), "{text}");
    }

    #[test]
    fn every_line_ends_as_the_standard_says_and_none_is_too_long() {
        let group = Group { place: Some("Kylätalo; Mäkeläntie 5, ovi B. ".repeat(6)), ..group() };
        let text = written(&[group.planned(day("2026-10-24"))], &group);
        assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"), "{text}");
        assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{text}");
        let unfolded = text.replace("\r\n ", "");
        assert!(unfolded.contains("LOCATION:Kylätalo\\; Mäkeläntie 5\\, ovi B. Kylätalo"), "{unfolded}");
        assert!(unfolded.contains("CLASS:PRIVATE\r\n") && unfolded.contains("UID:"), "{unfolded}");
    }
}
