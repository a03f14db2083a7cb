//! My page and what it leads to. Each look is logged before it is had.

use std::collections::{BTreeSet, HashMap};

use app::assessments::results_card::{CardView, Next, NextRound, card_lines};
use app::own::page::{Coming, OwnPage, OwnResultsPage, OwnView, SessionsPage, Teller, VisitsPage};
use app::own::seen::{LookLine, LooksPage, SeenPage, SeenView};
use app::texts::Lang;
use app::texts::kin::looks as look_words;
use app::texts::own::{page as words, seen as seen_words, sessions as session_words, visits as visit_words};
use app::ui::Tone;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::attendance::{self as mark, Mark};
use domain::groups::{Group, Membership};
use domain::ids::{AttendanceId, GroupId, ParticipantId, SessionId};
use domain::sessions::{self as session, Session};
use domain::sync::op::Verb;
use domain::sync::server::write::Seen;
use domain::time::{Day, Instant};
use leptos::prelude::*;

use super::relatives_desk::line_of;
use super::{Own, relatives};
use crate::access::leading::{self, Leader};
use crate::access::{InReach, Scope, ScopedTx};
use crate::attendance::HeldSession;
use crate::db::Unscoped;
use crate::error::Error;
use crate::pages::{Said, id_in, see_other};
use crate::people::merged;
use crate::people::own_data::{self, OfLooks};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::form::Fields;
use crate::{assessments, attendance, places, sessions};

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/own", home)
        .get("/own/sessions", coming_sessions)
        .post("/own/absence", absence)
        .get("/own/visits", visits)
        .get("/own/results", results)
        .get("/own/seen", seen)
        .get("/own/looks", looks)
}

/// How many sessions are listed.
const LISTED: usize = 8;
/// How far ahead they are looked for, in days.
const AHEAD: i64 = 60;
/// Visits of so many days are told of.
const YEAR: i64 = 366;

pub(super) async fn answer(
    state: &AppState,
    own: &Own,
    title: &'static str,
    body: impl FnOnce() -> AnyView + Send + 'static,
) -> Response {
    super::answer(state, &own.reader, &own.session, title, body).await
}

fn said_words(lang: Lang, said: &str) -> Option<(Tone, &'static str)> {
    match said {
        "absent" => Some((Tone::Good, words::saved_absent(lang))),
        "coming" => Some((Tone::Good, words::saved_coming(lang))),
        "late" => Some((Tone::Look, words::too_late(lang))),
        _ => None,
    }
}

async fn home(State(state): State<AppState>, own: Own, Query(Said { said }): Query<Said>) -> Result<Response, Error> {
    let mut tx = state.db.read(&own.scope).await?;
    let plan = Plan::of(&mut tx, own.reader.lang, &own.whom(), state.now()).await?;
    let exercises = own.home_programme(&mut tx).await?.is_some();
    drop(tx);
    own.note_look(&state, "schedule").await?;
    let next = plan.coming.into_iter().next();
    let before = |day: &Day| next.as_ref().is_none_or(|next| *day <= next.day);
    let view = OwnView {
        name: own.found.person.profile.spoken_name().to_owned(),
        today: own.scope.today(),
        cancelled: plan.cancelled.into_iter().filter(before).collect(),
        said: said_words(own.reader.lang, &said),
        exercises,
        next,
    };
    let lang = own.reader.lang;
    Ok(answer(&state, &own, words::title(lang), move || view! { <OwnPage lang view/> }.into_any()).await)
}

async fn coming_sessions(
    State(state): State<AppState>,
    own: Own,
    Query(Said { said }): Query<Said>,
) -> Result<Response, Error> {
    let mut tx = state.db.read(&own.scope).await?;
    let Plan { coming: all, cancelled } = Plan::of(&mut tx, own.reader.lang, &own.whom(), state.now()).await?;
    drop(tx);
    own.note_look(&state, "schedule").await?;
    let (lang, today) = (own.reader.lang, own.scope.today());
    let said = said_words(lang, &said);
    let last = all.last().map(|last| last.day);
    let cancelled = cancelled.into_iter().filter(|day| last.is_none_or(|last| *day <= last)).collect();
    let body = move || view! { <SessionsPage lang today all cancelled said teller=Teller::Own/> }.into_any();
    Ok(answer(&state, &own, session_words::title(lang), body).await)
}

/// Somebody of whose groups is told: to themselves, or to a relative.
#[derive(Clone, Copy)]
pub(crate) struct Whom<'a> {
    pub reached: InReach<ParticipantId>,
    pub stays: &'a [(Membership, Group)],
}

impl Own {
    pub(super) fn whom(&self) -> Whom<'_> {
        Whom { reached: self.found.reached, stays: &self.stays }
    }
}

/// What is to come for one person.
pub(crate) struct Plan {
    /// The next sessions, the first first.
    pub coming: Vec<Coming>,
    /// Planned days on which a group does not meet.
    pub cancelled: BTreeSet<Day>,
}

impl Plan {
    pub async fn of(tx: &mut ScopedTx, lang: Lang, whom: &Whom<'_>, now: Instant) -> Result<Self, Error> {
        let today = tx.scope().today();
        let recorded = sessions::coming_for(tx, whom.reached, Action::SeeSchedule).await?;
        let leaders = leading::of_groups_of(tx, whom.reached).await?;
        let mut meetings: Vec<(Session, &Group)> = Vec::new();
        let mut cancelled = BTreeSet::new();
        for (session, group) in sessions_of(whom, recorded, today, AHEAD) {
            let day = session.day;
            match session.status {
                None if day > today
                    || session.is_ahead(group, now)
                    || session.begins().or(group.starts_on(day)).is_none() =>
                {
                    meetings.push((session, group));
                }
                Some(status) if status != session::SessionStatus::Held => {
                    cancelled.insert(day);
                }
                _ => {}
            }
        }
        meetings
            .sort_by_key(|(one, group)| (one.day, one.begins().or(group.starts_on(one.day)).map(|at| at.minutes())));
        meetings.truncate(LISTED);
        let coming = with_marks(tx, (lang, whom.reached.id()), meetings, &leaders, now).await?;
        Ok(Self { coming, cancelled })
    }
}

/// Every session of the person's groups from today on: those of the plan within so many days, and those of which
/// somebody has spoken.
pub(super) fn sessions_of<'a>(
    whom: &Whom<'a>,
    recorded: Vec<Session>,
    today: Day,
    ahead: i64,
) -> Vec<(Session, &'a Group)> {
    let mut recorded: HashMap<SessionId, Session> = recorded.into_iter().map(|one| (one.id, one)).collect();
    let mut all = Vec::new();
    for (stay, group) in whom.stays.iter().filter(|(stay, _)| stay.reaches(today)) {
        let planned = group.days_from(today).take_while(|day| day.days_since(today) <= ahead);
        let mut days: BTreeSet<Day> = planned.collect();
        days.extend(recorded.values().filter(|one| one.group == group.id).map(|one| one.day));
        for day in days.into_iter().filter(|day| stay.covers(*day)) {
            let session = recorded.remove(&Session::planned_id(group.id, day));
            all.push((session.unwrap_or_else(|| group.planned(day)), group));
        }
    }
    all
}

async fn with_marks(
    tx: &mut ScopedTx,
    (lang, person): (Lang, ParticipantId),
    meetings: Vec<(Session, &Group)>,
    leaders: &[(GroupId, Leader)],
    now: Instant,
) -> Result<Vec<Coming>, Error> {
    let ids = meetings.iter().map(|(one, _)| AttendanceId::of(one.id, person));
    let marks = attendance::marks_of(tx, ids.collect::<Vec<_>>().into_iter()).await?;
    let places = places_of(tx, &meetings).await?;
    let coming = |(one, group): (Session, &Group)| {
        let mark = marks.get(&AttendanceId::of(one.id, person)).copied().flatten();
        let leads = |(of, leader): &&(GroupId, Leader)| *of == group.id && leader.leads_on(one.day);
        let mut names: Vec<_> = leaders.iter().filter(leads).map(|(_, leader)| first_name(&leader.name)).collect();
        names.dedup();
        Coming {
            group: group.id,
            group_name: group.name.clone(),
            day: one.day,
            starts_at: one.begins().or(group.starts_on(one.day)),
            place: one.elsewhere().map(str::to_owned).or_else(|| group.place.clone()),
            way: match one.elsewhere() {
                None => places.of(group).map(|place| app::places::told(lang, place)).unwrap_or_default(),
                Some(_) => Vec::new(),
            },
            note: one.told().map(str::to_owned),
            leaders: names,
            absent: mark == Some(Mark::AbsentInformed),
            may_change: one.is_ahead(group, now) && matches!(mark, None | Some(Mark::AbsentInformed)),
        }
    };
    Ok(meetings.into_iter().map(coming).collect())
}

/// The places in which these meetings usually are.
async fn places_of(tx: &mut ScopedTx, meetings: &[(Session, &Group)]) -> Result<places::Places, Error> {
    let providers: BTreeSet<_> = meetings.iter().map(|(_, group)| group.provider).collect();
    // Where somebody's own group meets is no secret to them; which groups are theirs was asked before.
    let (bare, tenant) = tx.unscoped(Unscoped::Door);
    places::of_organisations(bare, tenant, providers).await
}

/// How people call each other.
pub(crate) fn first_name(name: &str) -> String {
    name.split(' ').next().unwrap_or_default().to_owned()
}

async fn absence(State(state): State<AppState>, own: Own, fields: Fields) -> Result<Response, Error> {
    tell_absence(&state, &own.scope, &own.whom(), &own.request_id, "/own", &fields).await
}

/// That somebody cannot come, or comes after all. Pressed twice it says the same; once the session has begun, or somebody
/// has marked the person, nothing changes any more. `home`: the page that says so.
pub(super) async fn tell_absence(
    state: &AppState,
    scope: &Scope,
    whom: &Whom<'_>,
    request_id: &str,
    home: &str,
    fields: &Fields,
) -> Result<Response, Error> {
    let (group, day): (GroupId, Day) = (id_in(fields.one("group"))?, id_in(fields.one("day"))?);
    let absent = fields.one("absent") == "yes";
    let back = if fields.one("list") == "yes" { format!("{home}/sessions") } else { home.to_owned() };
    let stay = whom.stays.iter().find(|(stay, one)| one.id == group && stay.covers(day)).ok_or(Error::NotFound)?;
    let mut tx = state.db.read(scope).await?;
    let there = sessions::coming_for(&mut tx, whom.reached, Action::SeeSchedule).await?;
    drop(tx);
    let wanted = verbs(whom.reached.id(), &stay.1, day, absent, &there);
    let late = || Ok(see_other(&format!("{back}?said=late")));
    match state.change(scope, request_id, &wanted).await {
        Ok(Ok(())) => Ok(see_other(&format!("{back}?said={}", if absent { "absent" } else { "coming" }))),
        Ok(Err(_)) | Err(Error::Forbidden) => late(),
        Err(other) => Err(other),
    }
}

fn verbs(participant: ParticipantId, group: &Group, day: Day, absent: bool, there: &[Session]) -> Vec<(Verb, Seen)> {
    let session = group.planned(day);
    let mark = absent.then_some(Mark::AbsentInformed);
    let id = session.id;
    let set = Verb::Attendance(mark::Verb::Set { session: id, group: group.id, participant, mark });
    let plan = Verb::Session(session::Verb::Plan { session });
    // A session of which somebody has spoken is there already, perhaps with another time.
    let planned = there.iter().any(|one| one.id == id);
    let plan = (!planned).then_some(plan);
    plan.into_iter().chain([set]).map(|verb| (verb, Seen::Newest)).collect()
}

async fn visits(State(state): State<AppState>, own: Own) -> Result<Response, Error> {
    let mut tx = state.db.read(&own.scope).await?;
    let days = visited(&mut tx, own.found.reached).await?;
    drop(tx);
    own.note_look(&state, "attendance").await?;
    let lang = own.reader.lang;
    Ok(answer(&state, &own, visit_words::title(lang), move || view! { <VisitsPage lang days/> }.into_any()).await)
}

/// The held sessions of every record of the person, each once, the first first.
async fn held_of(tx: &mut ScopedTx, person: InReach<ParticipantId>) -> Result<Vec<HeldSession>, Error> {
    let mut held = attendance::held_sessions(tx, person).await?;
    for record in merged::others(tx, person, Action::SeeVisits).await? {
        held.extend(attendance::held_sessions(tx, record).await?);
    }
    Ok(attendance::once_each(held))
}

/// The days of a year on which the person came, the newest first.
pub(super) async fn visited(tx: &mut ScopedTx, person: InReach<ParticipantId>) -> Result<Vec<Day>, Error> {
    let (held, since) = (held_of(tx, person).await?, tx.scope().today().plus_days(-YEAR));
    let visited = held.iter().filter(|one| one.day >= since && one.mark.is_some_and(Mark::attended));
    Ok(visited.rev().map(|one| one.day).collect())
}

/// Health data: only a short while after the PIN.
async fn results(State(state): State<AppState>, own: Own) -> Result<Response, Error> {
    if !own.session.has_pin(state.now()) {
        return Ok(see_other("/own/pin"));
    }
    let lang = own.reader.lang;
    let mut tx = state.db.read(&own.scope).await?;
    let name = own.found.person.profile.full_name();
    let card = results_card(&mut tx, lang, name, &own.whom(), state.now()).await?;
    drop(tx);
    own.note_look(&state, "results").await?;
    Ok(answer(&state, &own, words::results(lang), move || view! { <OwnResultsPage lang card/> }.into_any()).await)
}

/// The results in words and pictures; when the next session is, only to whoever sees that.
pub(super) async fn results_card(
    tx: &mut ScopedTx,
    lang: Lang,
    name: String,
    whom: &Whom<'_>,
    now: Instant,
) -> Result<CardView, Error> {
    let person = whom.reached;
    let others = merged::others(tx, person, Action::SeeAssessments).await?;
    let tests = assessments::of_people(tx, others.into_iter().chain([person])).await?;
    let today = tx.scope().today();
    let first_visit = match tx.scope().may(Action::SeeVisits) {
        true => {
            let held = held_of(tx, person).await?;
            held.iter().find(|one| one.mark.is_some_and(Mark::attended)).map(|one| one.day)
        }
        false => None,
    };
    let session = match tx.scope().may(Action::SeeSchedule) {
        true => Plan::of(tx, lang, whom, now).await?.coming.into_iter().next(),
        false => None,
    };
    let session = session.map(|one| (one.day, one.starts_at, one.place));
    let next = Next { session, round: NextRound::of(first_visit, &tests, today) };
    // Whom to call stands at the foot of every page of one's own.
    Ok(CardView { name, lines: card_lines(lang, &tests), next, help: None })
}

async fn seen(State(state): State<AppState>, own: Own, Query(Said { said }): Query<Said>) -> Result<Response, Error> {
    own.scope.require(Action::SeeProfiles)?;
    let mut tx = state.db.read(&own.scope).await?;
    let leaders = leading::of_groups_of(&mut tx, own.found.reached).await?;
    let relatives = relatives::of_person(&mut tx, own.found.reached).await?;
    drop(tx);
    own.note_look(&state, "relatives").await?;
    let today = own.scope.today();
    let now = leaders.into_iter().filter(|(_, leader)| leader.leads_on(today));
    let mut names: Vec<_> = now.map(|(_, leader)| leader.name).collect();
    names.sort();
    names.dedup();
    let relatives = relatives.into_iter().filter(|one| !one.shown.is_empty()).map(line_of).collect();
    let view = SeenView { leaders: names, relatives, ended: said == "ended" };
    let lang = own.reader.lang;
    Ok(answer(&state, &own, seen_words::title(lang), move || view! { <SeenPage lang view/> }.into_any()).await)
}

/// How far back it is told who has looked, in days.
const LOOKED: i64 = 90;

async fn looks(State(state): State<AppState>, own: Own) -> Result<Response, Error> {
    let since = state.now().plus_millis(-LOOKED * 24 * 3_600_000);
    let mut tx = state.db.read(&own.scope).await?;
    let (found, lists_from) = own_data::looks_lately(&mut tx, own.found.reached, &own.stays, since).await?;
    drop(tx);
    own.note_look(&state, "looks").await?;
    let line = |look: OfLooks| LookLine { by: look.by, how: look.how, last: look.last_at.day_in_finland() };
    let lines: Vec<_> = found.into_iter().map(line).collect();
    let lang = own.reader.lang;
    let body = move || view! { <LooksPage lang days=LOOKED lists_from lines/> }.into_any();
    Ok(answer(&state, &own, look_words::title(lang), body).await)
}
