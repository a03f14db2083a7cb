//! The desk's pages of sessions: those of a group's season, one session, and an empty list for paper.

mod calls;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use app::attendance::verbs;
use app::groups::{place_of, times_of};
use app::history::{Names, VerbWords};
use app::people::page::HistoryLine;
use app::sessions::blank_roll::{BlankRoll, BlankRollPage};
use app::sessions::list::{MoreTyped, SessionLine, SessionList, SessionsView, address, when};
use app::sessions::page::{AHEAD, Happened, Marked, NO_MARK, SessionPage, SessionView, SmallForm};
use app::sessions::today::{Meeting, meeting};
use app::texts::{self, Lang};
use app::ui::FieldError;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::attendance::{Correction, Mark};
use domain::groups::Group;
use domain::groups::season::is_public_holiday;
use domain::ids::{AssessmentId, GroupId, ParticipantId, SessionId};
use domain::input::time_typed;
use domain::people::Participant;
use domain::people::naming::{Form, Named, named_by_id};
use domain::sessions::{Cancellation, SessionStatus};
use domain::sync::op::Verb;
use domain::sync::server::write::Seen;
use domain::time::{Day, Instant, TimeOfDay};
use domain::{attendance as marks, fields, sessions as verb};
use leptos::prelude::*;

use super::reading::Reading;
use super::saving::{Read, Sent, saved_beside, saved_now};
use super::{Reader, Said, form_status, id_in, page, page_with_status, see_other, week};
use crate::access::{Actor, InReach, ScopedTx};
use crate::audit;
use crate::error::Error;
use crate::groups::{self, GroupRow};
use crate::people::{self, LogRow};
use crate::routes::Routes;
use crate::sessions::{self, SessionRow};
use crate::state::AppState;
use crate::web::request;
use crate::{attendance, incidents, memberships};

/// How far a list looks back and ahead where the season has no end there: days.
const OPEN_SEASON: i64 = 200;
/// Columns of an empty list: what fits on a sheet.
const ON_PAPER: usize = 10;
/// How many lines of a session's history are read.
const LATEST: i64 = 200;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/groups/{id}/sessions", list)
        .post("/groups/{id}/sessions", add)
        .get("/groups/{id}/sessions/{day}", show)
        .post("/groups/{id}/sessions/{day}/mark", mark)
        .post("/groups/{id}/sessions/{day}/cancel", cancel)
        .post("/groups/{id}/sessions/{day}/call", calls::call)
        .post("/groups/{id}/sessions/{day}/restore", restore)
        .post("/groups/{id}/sessions/{day}/move", hold_elsewhere)
        .post("/groups/{id}/sessions/{day}/note", note)
        .post("/groups/{id}/sessions/{day}/count", count)
        .get("/groups/{id}/roll", blank_roll)
}

/// The group's sessions from `from` to `to`, the newest first: recorded ones, and those of the plan.
pub(super) async fn lines(
    tx: &mut ScopedTx,
    group: &Group,
    reached: InReach<GroupId>,
    from: Day,
    to: Day,
) -> Result<Vec<SessionLine>, Error> {
    let mut recorded: BTreeMap<Day, SessionRow> = BTreeMap::new();
    for row in sessions::between(tx, reached, from, to).await? {
        recorded.insert(row.session.day, row);
    }
    let mut lines = Vec::new();
    let mut day = to;
    while day >= from {
        match recorded.remove(&day) {
            Some(row) => lines.push(line(group, row)),
            None if group.meets_on(day) => {
                lines.push(SessionLine { meeting: meeting(group, day, None), present: None });
            }
            None => {}
        }
        day = day.plus_days(-1);
    }
    Ok(lines)
}

fn line(group: &Group, row: SessionRow) -> SessionLine {
    let present = (row.marked > 0).then_some(row.present);
    let present = present.or(row.session.head_count().map(i64::from));
    SessionLine { meeting: meeting(group, row.session.day, Some(&row.session)), present }
}

/// From today to the end of the season, in their order.
pub(in crate::pages) async fn ahead(
    tx: &mut ScopedTx,
    group: &Group,
    reached: InReach<GroupId>,
) -> Result<Vec<SessionLine>, Error> {
    let today = tx.scope().today();
    let to = group.season_end.unwrap_or_else(|| today.plus_days(OPEN_SEASON)).max(today);
    let mut coming = lines(tx, group, reached, today, to).await?;
    coming.reverse();
    Ok(coming)
}

/// Before today, from the beginning of the season, the newest first. Where nobody said when the season began, what is
/// recorded alone: the plan may be younger than the days before.
pub(super) async fn before(
    tx: &mut ScopedTx,
    group: &Group,
    reached: InReach<GroupId>,
) -> Result<Vec<SessionLine>, Error> {
    let yesterday = tx.scope().today().plus_days(-1);
    if let Some(start) = group.season_start {
        let last = group.season_end.map_or(yesterday, |end| end.min(yesterday));
        let mut past = lines(tx, group, reached, start, last).await?;
        // What was held after the season's end was held all the same.
        let after = sessions::between(tx, reached, last.plus_days(1).max(start), yesterday).await?;
        past.splice(0..0, after.into_iter().map(|row| line(group, row)));
        return Ok(past);
    }
    let from = yesterday.plus_days(-OPEN_SEASON);
    Ok(sessions::between(tx, reached, from, yesterday).await?.into_iter().map(|row| line(group, row)).collect())
}

async fn list(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let row = groups::find(&mut tx, Action::UseDesk, id_in(&id)?).await?;
    let view = season(&mut tx, row, MoreTyped::default(), Vec::new()).await?;
    drop(tx);
    Ok(draw_list(&reader, view).await)
}

async fn season(
    tx: &mut ScopedTx,
    row: GroupRow,
    typed: MoreTyped,
    errors: Vec<FieldError>,
) -> Result<SessionsView, Error> {
    let GroupRow { group, reached, .. } = row;
    Ok(SessionsView {
        today: tx.scope().today(),
        coming: ahead(tx, &group, reached).await?,
        past: before(tx, &group, reached).await?,
        may_add: tx.scope().may(Action::MarkAttendance),
        group,
        typed,
        errors,
    })
}

async fn draw_list(reader: &Reader, view: SessionsView) -> Response {
    let lang = reader.lang;
    let status = form_status(&view.errors);
    let body = move || view! { <SessionList lang view/> }.into_any();
    page_with_status(reader, status, texts::sessions::list::title(lang), body).await
}

/// One more session, on a day of its own.
async fn add(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    use texts::sessions::error as e;
    sent.scope().require(Action::UseDesk)?;
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let row = groups::find(&mut tx, Action::MarkAttendance, id_in(&id)?).await?;
    let (lang, today) = (sent.lang(), sent.scope().today());
    let typed =
        MoreTyped { day: sent.fields.one("day").to_owned(), starts_at: sent.fields.one("starts_at").to_owned() };
    let mut form = Reading::new(lang);
    let day = form.needed_day("day", &typed.day, e::day(lang), today);
    let day = form.likely("day", &typed.day, day, today, &sent.asked_days());
    // The hall is closed then, as the plan knows; whoever means it saves again.
    let day = match day {
        Some(day) if is_public_holiday(day) && !sent.asked_days().contains(&typed.day.as_str()) => {
            form.wrong("day", e::holiday(lang, day))
        }
        day => day,
    };
    let starts_at = form.maybe("starts_at", &typed.starts_at, e::at(lang), |text| time_typed(text).ok());
    let group = &row.group;
    let planned = day.map(|day| verb::Session::planned(group.id, day, starts_at.or(group.starts_on(day))));
    let done = day.map(|day| format!("/groups/{}/sessions/{day}?said=added", group.id)).unwrap_or_default();
    let wanted = match planned {
        Some(session) if form.errors.is_empty() => {
            Ok(vec![(Verb::Session(verb::Verb::Plan { session }), Seen::Newest)])
        }
        _ => Err(form.errors),
    };
    match sent.save(wanted, &done, "day").await? {
        Ok(done) => Ok(done),
        Err(errors) => Ok(draw_list(&sent.reader, season(&mut tx, row, typed, errors).await?).await),
    }
}

/// One session, found by its group and day: recorded, or of the plan.
struct Opened {
    row: GroupRow,
    meeting: Meeting,
    /// 0 where it is only planned.
    rev: i64,
}

impl Opened {
    fn is_recorded(&self) -> bool {
        self.rev > 0
    }

    /// Where a form leads to that was saved.
    fn done(&self, said: &str) -> String {
        format!("{}?said={said}", address(&self.meeting))
    }

    /// These operations of the session, on the version that was there when they were made.
    fn seen(&self, verbs: Vec<Verb>) -> Vec<(Verb, Seen)> {
        let seen = |verb: &Verb| match verb {
            Verb::Session(verb::Verb::Plan { .. }) => Seen::Newest,
            _ if self.is_recorded() => Seen::Rev(Some(self.rev)),
            _ => Seen::Newest,
        };
        verbs
            .into_iter()
            .map(|verb| {
                let seen = seen(&verb);
                (verb, seen)
            })
            .collect()
    }
}

async fn open(tx: &mut ScopedTx, action: Action, group: &str, day: &str) -> Result<Opened, Error> {
    let (group, day): (GroupId, Day) = (id_in(group)?, id_in(day)?);
    let row = groups::find(tx, action, group).await?;
    let recorded = sessions::between(tx, row.reached, day, day).await?.into_iter().next();
    if recorded.is_none() && !row.group.meets_on(day) {
        return Err(Error::NotFound);
    }
    let meeting = meeting(&row.group, day, recorded.as_ref().map(|row| &row.session));
    Ok(Opened { row, meeting, rev: recorded.map_or(0, |row| row.rev) })
}

/// Who belonged to the group on that day or is marked in the session, by name.
async fn marked(tx: &mut ScopedTx, opened: &Opened) -> Result<Vec<Marked>, Error> {
    let mut marks: BTreeMap<_, _> = attendance::of_session(tx, opened.row.reached, opened.meeting.session)
        .await?
        .into_iter()
        .map(|mark| (mark.participant, mark))
        .collect();
    let stays = memberships::of_group(tx, opened.row.reached).await?;
    let mut people: Vec<(Participant, bool)> = Vec::new();
    let mut here = BTreeSet::new();
    for (stay, person) in stays.iter().filter(|(stay, _)| stay.covers(opened.meeting.day)) {
        if here.insert(stay.participant) {
            people.push((person.clone(), false));
        }
    }
    let others = marks.values().filter(|mark| mark.mark.is_some() && !here.contains(&mark.participant));
    let others = others.map(|mark| mark.participant).collect();
    let others = people::among(tx, Action::SeeProfiles, &others).await?;
    people.extend(others.into_values().map(|(_, person)| (person, true)));
    let names = named_by_id(Form::Listed, people.iter().map(|(person, _)| person));
    people.sort_by_cached_key(|(person, visitor)| {
        (*visitor, domain::names::sort_key(&person.profile.list_name()), person.id)
    });
    let row = |(person, visitor): (Participant, bool)| {
        let mark = marks.remove(&person.id);
        Marked {
            person: person.id,
            name: names.get(&person.id).cloned().unwrap_or_default(),
            rev: mark.as_ref().map_or(0, |mark| mark.rev),
            disputed: mark.as_ref().is_some_and(|mark| mark.disputed),
            mark: mark.and_then(|mark| mark.mark),
            visitor,
        }
    };
    Ok(people.into_iter().map(row).collect())
}

async fn show(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path((group, day)): Path<(String, String)>,
    Query(Said { said }): Query<Said>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    use texts::sessions::said as t;
    actor.scope.require(Action::UseDesk)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let opened = open(&mut tx, Action::UseDesk, &group, &day).await?;
    let lang = reader.lang;
    let view = view(&mut tx, lang, opened, state.now()).await?;
    // What takes place at another time than before is held against the others' once, when it was just saved.
    let clashes = match said.as_str() {
        "moved" | "added" | "restored" => {
            let day = view.meeting.day;
            week::clashes_between(&mut tx, lang, view.meeting.group, (day, day)).await?
        }
        _ => Vec::new(),
    };
    drop(tx);
    note_look(&state, &actor, &view, &request::id_of(&extensions)).await?;
    let done = match said.as_str() {
        "marked" => Some(t::marked(lang)),
        "cancelled" => Some(t::cancelled(lang)),
        "restored" => Some(t::restored(lang)),
        "noted" => Some(t::noted(lang)),
        "moved" => Some(t::moved(lang)),
        "counted" => Some(t::counted(lang)),
        "called" => Some(t::called(lang)),
        "added" => Some(t::added(lang)),
        _ => None,
    };
    Ok(draw(&reader, SessionView { done, clashes, ..view }).await)
}

async fn note_look(state: &AppState, actor: &Actor, view: &SessionView, request_id: &str) -> Result<(), Error> {
    audit::note_list(state, actor, Some(view.meeting.group), view.people.len(), request_id).await
}

async fn view(tx: &mut ScopedTx, lang: Lang, opened: Opened, now: Instant) -> Result<SessionView, Error> {
    let people = marked(tx, &opened).await?;
    let (group, day, session) = (opened.row.group.id, opened.meeting.day, opened.meeting.session);
    let happened = match tx.scope().may(Action::RecordIncidents) {
        true => Some(incidents::on_day(tx, group, day).await?),
        false => None,
    };
    let log = sessions::history(tx, opened.row.reached, session, LATEST).await?;
    let calls = calls::of(tx, lang, &opened, &people, now).await?;
    let told = told::of(tx, lang, &opened, &people).await?;
    let names = people.iter().map(|one| (one.person, one.name.clone())).collect();
    let today = tx.scope().today();
    let rest = day >= today && sessions::has_begun(tx, &opened.row).await?;
    Ok(SessionView {
        today,
        may_change_rest: rest && tx.scope().may(Action::ManageGroups),
        rev: opened.rev,
        history: history(lang, log, day, &names),
        calls,
        told,
        incidents: happened.map(|rows| rows.into_iter().map(|row| happening(row.incident)).collect()),
        by_count: opened.meeting.by_count || opened.meeting.counted.is_some(),
        may_mark: tx.scope().may(Action::MarkAttendance),
        meeting: opened.meeting,
        people,
        done: None,
        clashes: Vec::new(),
        typed: None,
        errors: Vec::new(),
    })
}

fn happening(incident: domain::incidents::Incident) -> Happened {
    Happened { id: incident.id, kind: incident.kind, injury: incident.injury, on: incident.on, at: incident.at }
}

/// The one day that the log of a session names.
struct OneDay(Day);

impl Names for OneDay {
    fn group(&self, _: GroupId) -> Option<String> {
        None
    }
    fn session_day(&self, _: SessionId) -> Option<Day> {
        Some(self.0)
    }
    fn test(&self, _: AssessmentId) -> Option<&'static str> {
        None
    }
}

/// What was done to the session itself, and the marks that were corrected: who was marked at first stands in the list.
fn history(lang: Lang, log: Vec<LogRow>, day: Day, names: &BTreeMap<ParticipantId, Named>) -> Vec<HistoryLine> {
    let told = |verb: &Verb| match verb {
        Verb::Session(verb::Verb::Plan { .. }) => None,
        Verb::Session(one) => Some(one.sentence(lang, &OneDay(day))),
        Verb::Attendance(one @ marks::Verb::Correct { participant, .. }) => {
            let name = texts::named(lang, names.get(participant)?);
            Some(texts::sessions::page::history_of(lang, &name, &one.sentence(lang, &OneDay(day))))
        }
        _ => None,
    };
    log.into_iter()
        .filter_map(|row| {
            Some(HistoryLine {
                words: told(&row.op.verb)?,
                at: Instant::from_millis(row.op.hlc.wall),
                who: row.author(lang),
            })
        })
        .collect()
}

async fn draw(reader: &Reader, view: SessionView) -> Response {
    let lang = reader.lang;
    let status = form_status(&view.errors);
    // Several of them stand open beside each other: the name of the tab tells which is which.
    let title = format!("{}, {}", view.meeting.group_name, when(lang, &view.meeting));
    let body = move || view! { <SessionPage lang view/> }.into_any();
    page_with_status(reader, status, &title, body).await
}

/// The page with one of its small forms as it was typed, and what is wrong with it. It is a look like any other.
async fn shown_again(
    sent: &Sent,
    path: (&str, &str),
    typed: SmallForm,
    errors: Vec<FieldError>,
) -> Result<Response, Error> {
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let opened = open(&mut tx, Action::UseDesk, path.0, path.1).await?;
    let view = view(&mut tx, sent.lang(), opened, sent.state.now()).await?;
    drop(tx);
    note_look(&sent.state, &sent.actor, &view, &sent.request_id).await?;
    Ok(draw(&sent.reader, SessionView { typed: Some(typed), errors, ..view }).await)
}

/// The session that a form is about, for somebody at the desk who may mark in it.
async fn of_form(sent: &Sent, group: &str, day: &str) -> Result<(Opened, Vec<Marked>), Error> {
    sent.scope().require(Action::UseDesk)?;
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let opened = open(&mut tx, Action::MarkAttendance, group, day).await?;
    let people = marked(&mut tx, &opened).await?;
    Ok((opened, people))
}

/// Corrects one mark; of a session to come, notes an absence.
async fn mark(Path((group, day)): Path<(String, String)>, sent: Sent) -> Result<Response, Error> {
    let (opened, people) = of_form(&sent, &group, &day).await?;
    let person: ParticipantId = id_in(sent.fields.one("participant"))?;
    let before = people.into_iter().find(|one| one.person == person).ok_or(Error::NotFound)?;
    let typed = |name| sent.fields.one(name).to_owned();
    let (typed_mark, reason, mut rev) = (typed("mark"), typed("reason"), typed("rev"));
    let ahead = opened.meeting.day > sent.scope().today();
    let read = read_mark(sent.lang(), &typed_mark, &reason, ahead, opened.meeting.status);
    let wanted = read.map(|(mark, reason)| mark_verbs(&opened, &before, mark, reason));
    let wanted = sent.over(before.rev, &mut rev, "mark", wanted);
    match sent.save(wanted, &opened.done("marked"), "mark").await? {
        Ok(done) => Ok(done),
        Err(errors) => {
            let typed = SmallForm::Mark { person, mark: typed_mark, reason };
            shown_again(&sent, (&group, &day), typed, errors).await
        }
    }
}

type MarkRead = Result<(Option<Mark>, Option<Correction>), Vec<FieldError>>;

/// The mark that was chosen, and why; nothing is asked about an absence that is told beforehand.
fn read_mark(lang: Lang, mark: &str, reason: &str, ahead: bool, status: Option<SessionStatus>) -> MarkRead {
    use texts::sessions::error as e;
    let mut form = Reading::new(lang);
    let chosen = match mark {
        NO_MARK => Some(None),
        code => Mark::from_code(code).map(Some),
    };
    let chosen = form.chosen("mark", chosen, e::mark(lang));
    let mark = chosen.flatten();
    if ahead && mark.is_some_and(|mark| !AHEAD.contains(&mark)) {
        form.wrong::<()>("mark", e::ahead(lang));
    } else if mark.is_some_and(Mark::attended) && status.is_some_and(SessionStatus::is_cancelled) {
        form.wrong::<()>("mark", e::restore_first(lang));
    }
    let reason = match ahead {
        true => None,
        false => form.chosen("reason", Correction::from_code(reason), e::why_changed(lang)),
    };
    if form.errors.is_empty() { Ok((mark, reason)) } else { Err(form.errors) }
}

fn mark_verbs(opened: &Opened, before: &Marked, mark: Option<Mark>, reason: Option<Correction>) -> Vec<(Verb, Seen)> {
    if before.mark == mark && !before.disputed {
        return Vec::new();
    }
    let changes = [(before.person, mark)];
    let verbs = match reason {
        Some(reason) => verbs::corrections(&opened.meeting, opened.is_recorded(), &changes, reason),
        None => verbs::marks(&opened.meeting, opened.is_recorded(), &changes),
    };
    let seen = |verb: &Verb| match verb {
        Verb::Attendance(_) => Seen::Rev((before.rev > 0).then_some(before.rev)),
        _ => Seen::Newest,
    };
    verbs
        .into_iter()
        .map(|verb| {
            let seen = seen(&verb);
            (verb, seen)
        })
        .collect()
}

async fn cancel(Path((group, day)): Path<(String, String)>, sent: Sent) -> Result<Response, Error> {
    let (opened, people) = of_form(&sent, &group, &day).await?;
    let (reason, mut rev) = (sent.fields.one("why").to_owned(), sent.fields.one("rev").to_owned());
    let wanted = read_cancelling(sent.lang(), &reason, &people, opened.meeting.counted)
        .map(|reason| opened.seen(verbs::cancelled(&opened.meeting, opened.is_recorded(), reason)));
    let wanted = sent.over(opened.rev, &mut rev, "why", wanted);
    match sent.save(wanted, &opened.done("cancelled"), "why").await? {
        Ok(done) => {
            told::plan_now(&sent).await;
            Ok(done)
        }
        Err(errors) => shown_again(&sent, (&group, &day), SmallForm::Cancel { reason }, errors).await,
    }
}

/// A session at which people were present took place, and so did an event at which they were counted.
fn read_cancelling(
    lang: Lang,
    reason: &str,
    people: &[Marked],
    counted: Option<u16>,
) -> Result<Cancellation, Vec<FieldError>> {
    use texts::sessions::error as e;
    let mut form = Reading::new(lang);
    let reason = form.chosen("why", Cancellation::from_code(reason), e::why(lang));
    let present = people.iter().filter(|one| one.mark.is_some_and(Mark::attended)).count();
    if present > 0 {
        form.wrong::<()>("why", e::present(lang, texts::whole(present)));
    } else if let Some(counted) = counted.filter(|counted| *counted > 0) {
        form.wrong::<()>("why", e::counted(lang, i64::from(counted)));
    }
    reason.filter(|_| form.errors.is_empty()).ok_or(form.errors)
}

/// Takes a cancellation back: it is planned again, or was held where people were present.
async fn restore(Path((group, day)): Path<(String, String)>, sent: Sent) -> Result<Response, Error> {
    let (opened, people) = of_form(&sent, &group, &day).await?;
    let cancelled = opened.meeting.is_cancelled();
    let came = people.iter().any(|one| one.mark.is_some_and(Mark::attended));
    let held = (came || opened.meeting.counted.is_some()).then_some(SessionStatus::Held);
    let wanted: Read = Ok(match cancelled {
        true => opened.seen(verbs::said(&opened.meeting, opened.is_recorded(), held)),
        false => Vec::new(),
    });
    let then = opened.done("restored");
    // Nothing in it can be wrong; whoever may not do it is refused.
    let done = sent.save(wanted, &then, "why").await?.unwrap_or_else(|_| see_other(&then));
    told::plan_now(&sent).await;
    Ok(done)
}

/// Another time or place for this one session; what is the group's own is not said again.
async fn hold_elsewhere(Path((group, day)): Path<(String, String)>, sent: Sent) -> Result<Response, Error> {
    let (opened, _) = of_form(&sent, &group, &day).await?;
    let typed = |name| sent.fields.one(name).to_owned();
    let (starts_at, place, mut rev) = (typed("starts_at"), typed("place"), typed("rev"));
    let mut form = Reading::new(sent.lang());
    let wrong = texts::sessions::error::at(sent.lang());
    let at = form.maybe("starts_at", &starts_at, wrong, |text| time_typed(text).ok());
    let held_in = form.line("place", &place, None);
    let wanted = match form.errors.is_empty() {
        true => Ok(moving(&opened, at, held_in)),
        false => Err(form.errors),
    };
    let saved = || moved_meanwhile(sent.lang(), &opened.meeting, at, &place);
    let wanted = sent.over_beside(opened.rev, &mut rev, "starts_at", wanted, saved);
    match sent.save(wanted, &opened.done("moved"), "starts_at").await? {
        Ok(done) => Ok(done),
        Err(errors) => shown_again(&sent, (&group, &day), SmallForm::Move { starts_at, place }, errors).await,
    }
}

/// When and where somebody else has put the session, beside each field in which something else was typed.
fn moved_meanwhile(lang: Lang, now: &Meeting, at: Option<TimeOfDay>, place: &str) -> Vec<FieldError> {
    let time = now.starts_at.map(|at| texts::time(lang, at)).unwrap_or_default();
    let held_in = now.place.as_deref().unwrap_or_default();
    let fields = [("starts_at", time.as_str(), now.starts_at == at), ("place", held_in, held_in == place)];
    saved_beside(lang, fields)
}

fn moving(opened: &Opened, at: Option<TimeOfDay>, place: Option<String>) -> Vec<(Verb, Seen)> {
    let (own, meeting) = (&opened.row.group, &opened.meeting);
    let usual = own.starts_on(meeting.day);
    let usual_place = own.timetable_on(meeting.day).place;
    let same = (at.or(usual), place.as_deref().or(usual_place)) == (meeting.starts_at, meeting.place.as_deref());
    if same {
        return Vec::new();
    }
    let (at, place) = (at.filter(|at| Some(*at) != usual), place.filter(|place| Some(place.as_str()) != usual_place));
    opened.seen(verbs::moved(meeting, opened.is_recorded(), at, place))
}

async fn note(Path((group, day)): Path<(String, String)>, sent: Sent) -> Result<Response, Error> {
    let (opened, _) = of_form(&sent, &group, &day).await?;
    let (typed, mut rev) = (sent.fields.one("note").to_owned(), sent.fields.one("rev").to_owned());
    let text = typed.replace("\r\n", "\n").trim().to_owned();
    let too_long = text.chars().count() > fields::TEXT;
    let wanted = match too_long {
        true => {
            let most = texts::whole(fields::TEXT);
            Err(vec![FieldError::new("note", texts::common::too_long(sent.lang(), most))])
        }
        false => Ok(opened.seen(verbs::noted(&opened.meeting, opened.is_recorded(), &text))),
    };
    let now = opened.meeting.note.clone().unwrap_or_default();
    let saved = || if now == text { Vec::new() } else { vec![saved_now(sent.lang(), "note", &now)] };
    let wanted = sent.over_beside(opened.rev, &mut rev, "note", wanted, saved);
    match sent.save(wanted, &opened.done("noted"), "note").await? {
        Ok(done) => Ok(done),
        Err(errors) => shown_again(&sent, (&group, &day), SmallForm::Note { note: typed }, errors).await,
    }
}

/// How many came to an event. An empty field takes the number away.
async fn count(Path((group, day)): Path<(String, String)>, sent: Sent) -> Result<Response, Error> {
    let (opened, _) = of_form(&sent, &group, &day).await?;
    let (people, mut rev) = (sent.fields.one("people").to_owned(), sent.fields.one("rev").to_owned());
    let ahead = opened.meeting.day > sent.scope().today();
    let wanted = read_count(sent.lang(), &people, ahead, opened.meeting.is_cancelled())
        .map(|people| opened.seen(verbs::counted(&opened.meeting, opened.is_recorded(), people)));
    let now = opened.meeting.counted.map(|people| people.to_string()).unwrap_or_default();
    let saved = || if now == people { Vec::new() } else { vec![saved_now(sent.lang(), "people", &now)] };
    let wanted = sent.over_beside(opened.rev, &mut rev, "people", wanted, saved);
    match sent.save(wanted, &opened.done("counted"), "people").await? {
        Ok(done) => Ok(done),
        Err(errors) => shown_again(&sent, (&group, &day), SmallForm::Count { people }, errors).await,
    }
}

/// Nobody is counted before the day, nor at a session that does not take place.
fn read_count(lang: Lang, people: &str, ahead: bool, cancelled: bool) -> Result<Option<u16>, Vec<FieldError>> {
    use texts::sessions::error as e;
    let mut form = Reading::new(lang);
    let most = e::count(lang, i64::from(*fields::HEAD_COUNT.end()));
    let people = form.number("people", people.trim(), most, fields::HEAD_COUNT);
    if people.is_some() && ahead {
        form.wrong::<()>("people", e::count_ahead(lang));
    } else if people.is_some() && cancelled {
        form.wrong::<()>("people", e::count_cancelled(lang));
    }
    if form.errors.is_empty() { Ok(people) } else { Err(form.errors) }
}

async fn blank_roll(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let GroupRow { group, reached, .. } = groups::find(&mut tx, Action::UseDesk, id_in(&id)?).await?;
    let today = tx.scope().today();
    let stays = memberships::of_group(&mut tx, reached).await?;
    let cancelled = |line: &SessionLine| line.meeting.is_cancelled();
    let coming = ahead(&mut tx, &group, reached).await?;
    drop(tx);
    let open = stays.iter().filter(|(stay, _)| !stay.is_void() && stay.left_on.is_none_or(|left| left >= today));
    let people: Vec<_> = open.map(|(_, person)| person).collect();
    let names = named_by_id(Form::Listed, people.iter().copied());
    let lang = reader.lang;
    let mut seen = BTreeSet::new();
    let people: Vec<_> = people
        .into_iter()
        .filter(|person| seen.insert(person.id))
        .filter_map(|person| names.get(&person.id).map(|name| texts::named(lang, name)))
        .collect();
    audit::note_list(&state, &actor, Some(group.id), people.len(), &request::id_of(&extensions)).await?;
    let lead = [times_of(lang, &group, today), place_of(&group, today)];
    let view = BlankRoll {
        group: (format!("/groups/{}", group.id), group.name.clone()),
        lead: lead.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "),
        people,
        sessions: coming.into_iter().filter(|line| !cancelled(line)).take(ON_PAPER).map(|line| line.meeting).collect(),
    };
    let body = move || view! { <BlankRollPage lang view/> }.into_any();
    Ok(page(&reader, texts::sessions::blank::title(lang), body).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields<T>(read: Result<T, Vec<FieldError>>) -> Vec<&'static str> {
        read.err().into_iter().flatten().map(|error| error.field).collect()
    }

    #[test]
    fn a_correction_says_why_and_a_coming_session_knows_absences_alone() {
        let read = |mark, reason, ahead, status| fields(read_mark(Lang::Fi, mark, reason, ahead, status));
        assert_eq!(read("present", "slip", false, None), Vec::<&str>::new());
        assert_eq!(read("", "", false, None), ["mark", "reason"]);
        assert_eq!(read("none", "", false, None), ["reason"]);
        assert_eq!(read("absent_informed", "", true, None), Vec::<&str>::new());
        assert_eq!(read("present", "", true, None), ["mark"]);
        let cancelled = Some(SessionStatus::CancelledByOrganiser);
        assert_eq!(read("present", "slip", false, cancelled), ["mark"]);
        assert_eq!(read("absent_informed", "slip", false, cancelled), Vec::<&str>::new());
    }

    #[test]
    fn a_session_with_people_in_it_is_not_cancelled() {
        let one = |mark| Marked {
            person: ParticipantId(uuid::Uuid::nil()),
            name: Named::default(),
            mark,
            rev: 1,
            visitor: false,
            disputed: false,
        };
        let read = |people: &[Marked]| fields(read_cancelling(Lang::Fi, "weather", people, None));
        assert_eq!(read(&[one(None), one(Some(Mark::AbsentInformed))]), Vec::<&str>::new());
        assert_eq!(read(&[one(Some(Mark::Present))]), ["why"]);
        let counted = |people| fields(read_cancelling(Lang::Fi, "weather", &[], Some(people)));
        assert_eq!((counted(0), counted(40)), (Vec::new(), vec!["why"]));
    }

    #[test]
    fn people_are_counted_in_digits_at_what_has_taken_place() {
        let read = |people, ahead, cancelled| read_count(Lang::Fi, people, ahead, cancelled).ok();
        assert_eq!(read(" 40 ", false, false), Some(Some(40)));
        assert_eq!(read("", true, true), Some(None));
        let wrong = [
            ("monta", false, false),
            ("-1", false, false),
            ("10001", false, false),
            ("40", true, false),
            ("40", false, true),
        ];
        for (people, ahead, cancelled) in wrong {
            assert_eq!(read(people, ahead, cancelled), None, "{people}");
        }
    }
}
