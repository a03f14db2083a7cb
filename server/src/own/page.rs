//! My page and what it leads to. Each look is logged before it is had.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use app::assessments::results_card::{CardView, Next, NextRound, card_lines};
use app::assessments::wellbeing::WellbeingView;
use app::friends::own::OwnFriend;
use app::own::page::{Coming, OwnPage, OwnResultsPage, OwnView, SessionsPage, Teller, VisitsPage, anchor, bring};
use app::own::relatives::RelativeLine;
use app::own::seen::{LookLine, LooksLately, LooksPage, SeenPage, SeenView};
use app::places::map_link;
use app::texts::Lang;
use app::texts::kin::{looks as look_words, seen as shown_words};
use app::texts::own::{
    open as open_words, page as words, seen as seen_words, sessions as session_words, visits as visit_words,
};
use app::ui::Tone;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::assessments::wellbeing::{Followed, followed};
use domain::attendance::{self as mark, Mark};
use domain::devices::Help;
use domain::friends::FriendPair;
use domain::groups::{Group, Membership};
use domain::ids::{AttendanceId, GroupId, ParticipantId, SessionId, uuid_v7};
use domain::sessions::{self as session, Session};
use domain::statements::StatementKind;
use domain::sync::op::Verb;
use domain::sync::server::write::Seen;
use domain::time::{Day, Instant, TimeOfDay};
use leptos::prelude::*;

use super::relatives;
use super::relatives_desk::line_of;
use super::{Own, opened};
use crate::access::leading::{self, Leader};
use crate::access::{InReach, Scope, ScopedTx};
use crate::attendance::HeldSession;
use crate::db::Unscoped;
use crate::error::Error;
use crate::pages::saving::id_of_new;
use crate::pages::{Said, id_in, see_other, statement_text};
use crate::people::own_data::{self, OfLooks};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::form::Fields;
use crate::{assessments, attendance, consents, friends, places, sessions, statements};

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/own", home)
        .get("/own/start", start)
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

/// A form stood on somebody else's page, which was open when this person signed in on the same phone.
pub(super) const SOMEBODY_ELSES: &str = "other";

/// Where the installed program begins (`public/own.webmanifest`): without network the phone's worker, which sees what lies
/// below `/own/` alone, shows there what was kept.
async fn start() -> Response {
    see_other("/own")
}

/// The own page, which says that what was pressed was somebody else's, and that nothing came of it.
pub(super) fn own_again() -> Response {
    see_other(&format!("/own?said={SOMEBODY_ELSES}"))
}

fn said_words(lang: Lang, said: &str) -> Option<(Tone, &'static str)> {
    match said {
        "absent" => Some((Tone::Good, words::saved_absent(lang))),
        "coming" => Some((Tone::Good, words::saved_coming(lang))),
        "late" => Some((Tone::Look, words::too_late(lang))),
        SOMEBODY_ELSES => Some((Tone::Look, words::somebody_elses(lang))),
        _ => None,
    }
}

async fn home(State(state): State<AppState>, own: Own, Query(Said { said }): Query<Said>) -> Result<Response, Error> {
    let mut tx = state.db.read(&own.scope).await?;
    let plan = Plan::of(&mut tx, own.reader.lang, &own.whom(), state.now()).await?;
    let exercises = own.home_programme(&mut tx).await?.is_some();
    let pairs = friends::own(&mut tx, &own.records).await?;
    let (ending, opened) =
        (ending(&mut tx, &own).await?, opened::of_records(&mut tx, &own.records, state.now()).await?);
    drop(tx);
    own.note_look(&state, "schedule").await?;
    let next = plan.coming.into_iter().next();
    let before = |day: &Day| next.as_ref().is_none_or(|next| *day <= next.day);
    let view = OwnView {
        person: own.found.person.id,
        name: own.found.person.profile.spoken_name().to_owned(),
        today: own.scope.today(),
        cancelled: plan.cancelled.into_iter().filter(before).collect(),
        said: said_words(own.reader.lang, &said),
        exercises,
        friends: pairs.into_iter().map(friend).collect(),
        ending,
        opened: opened::news(&opened, &own.session.id, state.now()),
        next,
    };
    let lang = own.reader.lang;
    Ok(answer(&state, &own, words::title(lang), move || view! { <OwnPage lang view/> }.into_any()).await)
}

/// The relatives who are shown something that soon ends, each with the last day: whether it still holds is asked then.
async fn ending(tx: &mut ScopedTx, own: &Own) -> Result<Vec<(String, Day)>, Error> {
    let today = own.scope.today();
    let all = relatives::each_once(relatives::of_records(tx, &own.records).await?);
    let ends = |one: RelativeLine| one.asked_about(today).map(|until| (one.name, until));
    Ok(all.map(line_of).filter_map(ends).collect())
}

/// As somebody knows who goes out with them.
fn friend(pair: FriendPair) -> OwnFriend {
    OwnFriend { first_name: first_name(&pair.name), phone: pair.phone }
}

async fn coming_sessions(
    State(state): State<AppState>,
    own: Own,
    Query(told): Query<ToldOf>,
) -> Result<Response, Error> {
    let mut tx = state.db.read(&own.scope).await?;
    let Plan { coming: all, cancelled } = Plan::of(&mut tx, own.reader.lang, &own.whom(), state.now()).await?;
    drop(tx);
    own.note_look(&state, "schedule").await?;
    let (lang, today) = (own.reader.lang, own.scope.today());
    let (said, at) = (said_words(lang, &told.said), told.session());
    let last = all.last().map(|last| last.day);
    let cancelled = cancelled.into_iter().filter(|day| last.is_none_or(|last| *day <= last)).collect();
    let teller = Teller::Own(own.found.person.id);
    let body = move || view! { <SessionsPage lang today all cancelled said at teller/> }.into_any();
    Ok(answer(&state, &own, session_words::title(lang), body).await)
}

/// What was just told of one of the sessions that are listed.
#[derive(serde::Deserialize)]
pub(super) struct ToldOf {
    #[serde(default)]
    pub said: String,
    #[serde(default)]
    group: String,
    #[serde(default)]
    day: String,
}

impl ToldOf {
    /// The session, if one is named.
    pub fn session(&self) -> Option<(GroupId, Day)> {
        self.group.parse().ok().zip(self.day.parse().ok())
    }
}

/// Somebody of whose groups is told: to themselves, or to a relative.
#[derive(Clone, Copy)]
pub(crate) struct Whom<'a> {
    /// All records of the person, the one that stands for the others first.
    pub records: &'a [InReach<ParticipantId>],
    /// The stays of all of them, the newest first.
    pub stays: &'a [(Membership, Group)],
}

impl Whom<'_> {
    /// The stay by which the person belongs to the group's session of that day. Of two records in the group it is that of
    /// the one that stands for the other, which is on the rolls.
    fn stay_on(&self, group: GroupId, day: Day) -> Option<&(Membership, Group)> {
        let covers = |(stay, of): &&(Membership, Group)| of.id == group && stay.covers(day);
        let place = |(stay, _): &&(Membership, Group)| self.records.iter().position(|one| one.id() == stay.participant);
        self.stays.iter().filter(covers).min_by_key(place)
    }

    /// Whom the person calls: the instructor of the group that they joined last, of those who gave a number.
    pub async fn instructor(&self, tx: &mut ScopedTx) -> Result<Option<Help>, Error> {
        let today = tx.scope().today();
        let now = self.stays.iter().filter(|(stay, _)| stay.goes_on(today));
        let groups: Vec<_> = now.map(|(_, group)| group.id).collect();
        let mut called = called_in(tx, groups.iter().copied().collect()).await?;
        Ok(groups.iter().find_map(|group| called.remove(group)))
    }

    /// What is recorded from today on of the sessions of the person's groups.
    pub(super) async fn recorded(&self, tx: &mut ScopedTx) -> Result<HashMap<SessionId, Session>, Error> {
        let mut recorded = HashMap::new();
        for record in self.records {
            let coming = sessions::coming_for(tx, *record, Action::SeeSchedule).await?;
            recorded.extend(coming.into_iter().map(|one| (one.id, one)));
        }
        Ok(recorded)
    }
}

/// Those who lead a group in which any of these records has a stay, today or later.
async fn leaders_of(tx: &mut ScopedTx, records: &[InReach<ParticipantId>]) -> Result<Vec<(GroupId, Leader)>, Error> {
    let mut leaders = Vec::new();
    for record in records {
        leaders.extend(leading::of_groups_of(tx, *record).await?);
    }
    Ok(leaders)
}

impl Own {
    pub(super) fn whom(&self) -> Whom<'_> {
        Whom { records: &self.records, stays: &self.stays }
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
        let recorded = whom.recorded(tx).await?;
        let leaders = leaders_of(tx, whom.records).await?;
        let mut meetings: Vec<Meeting<'_>> = Vec::new();
        let mut cancelled = BTreeSet::new();
        for meeting in sessions_of(whom, recorded, today, AHEAD) {
            let day = meeting.session.day;
            match meeting.session.status {
                None if day > today
                    || meeting.session.is_ahead(meeting.group, now)
                    || meeting.starts_at().is_none() =>
                {
                    meetings.push(meeting);
                }
                Some(status) if status != session::SessionStatus::Held => {
                    cancelled.insert(day);
                }
                _ => {}
            }
        }
        meetings.sort_by_key(|one| (one.session.day, one.starts_at().map(|at| at.minutes())));
        meetings.truncate(LISTED);
        let coming = with_marks(tx, lang, meetings, &leaders, now).await?;
        Ok(Self { coming, cancelled })
    }
}

/// A session of the person's, and by which record they are there.
pub(super) struct Meeting<'a> {
    pub session: Session,
    pub group: &'a Group,
    pub record: ParticipantId,
}

impl Meeting<'_> {
    fn mark(&self) -> AttendanceId {
        AttendanceId::of(self.session.id, self.record)
    }

    fn starts_at(&self) -> Option<TimeOfDay> {
        self.session.begins().or(self.group.starts_on(self.session.day))
    }
}

/// Every session of the person's groups from today on: those of the plan within so many days, and those of which
/// somebody has spoken.
pub(super) fn sessions_of<'a>(
    whom: &Whom<'a>,
    mut recorded: HashMap<SessionId, Session>,
    today: Day,
    ahead: i64,
) -> Vec<Meeting<'a>> {
    let mut all = Vec::new();
    for (stay, group) in whom.stays.iter().filter(|(stay, _)| stay.reaches(today)) {
        let planned = group.days_from(today).take_while(|day| day.days_since(today) <= ahead);
        let mut days: BTreeSet<Day> = planned.collect();
        days.extend(recorded.values().filter(|one| one.group == group.id).map(|one| one.day));
        let by_this = |day: &Day| whom.stay_on(group.id, *day).is_some_and(|(by, _)| by.id == stay.id);
        for day in days.into_iter().filter(by_this) {
            let session = recorded.remove(&Session::planned_id(group.id, day)).unwrap_or_else(|| group.planned(day));
            all.push(Meeting { session, group, record: stay.participant });
        }
    }
    all
}

async fn with_marks(
    tx: &mut ScopedTx,
    lang: Lang,
    meetings: Vec<Meeting<'_>>,
    leaders: &[(GroupId, Leader)],
    now: Instant,
) -> Result<Vec<Coming>, Error> {
    let ids: Vec<_> = meetings.iter().map(Meeting::mark).collect();
    let marks = attendance::marks_of(tx, ids.into_iter()).await?;
    let (places, town) = places_of(tx, &meetings).await?;
    let called = called_in(tx, meetings.iter().map(|one| one.group.id).collect()).await?;
    let coming = |meeting: Meeting<'_>| {
        let mark = marks.get(&meeting.mark()).copied().flatten();
        let starts_at = meeting.starts_at();
        let Meeting { session: one, group, .. } = meeting;
        let leads = |(of, leader): &&(GroupId, Leader)| *of == group.id && leader.leads_on(one.day);
        let mut met = BTreeSet::new();
        let names = leaders.iter().filter(leads).map(|(_, leader)| first_name(&leader.name));
        let names = names.filter(|name| met.insert(name.clone())).collect();
        let timetable = group.timetable_on(one.day);
        let usual = places.of(group.provider, timetable.place).filter(|_| one.elsewhere().is_none());
        Coming {
            group: group.id,
            group_name: group.name.clone(),
            day: one.day,
            starts_at,
            place: one.elsewhere().or(timetable.place).map(str::to_owned),
            way: usual.map(|place| app::places::told(lang, place)).unwrap_or_default(),
            map: usual.and_then(|place| place.address.as_deref()).map(|at| (at.to_owned(), map_link(at, &town))),
            bring: bring(lang, group.kind),
            note: one.told().map(str::to_owned),
            leaders: names,
            call: called.get(&group.id).cloned(),
            absent: mark == Some(Mark::AbsentInformed),
            may_change: one.is_ahead(group, now) && matches!(mark, None | Some(Mark::AbsentInformed)),
        }
    };
    Ok(meetings.into_iter().map(coming).collect())
}

/// The places in which these meetings usually are, and the name of the municipality.
async fn places_of(tx: &mut ScopedTx, meetings: &[Meeting<'_>]) -> Result<(places::Places, String), Error> {
    let providers: BTreeSet<_> = meetings.iter().map(|one| one.group.provider).collect();
    // Where somebody's own group meets is no secret to them; which groups are theirs was asked before.
    let (bare, tenant) = tx.unscoped(Unscoped::Door);
    let town = statements::name_of(bare, tenant).await?;
    Ok((places::of_organisations(bare, tenant, providers).await?, town))
}

/// Whom the people of these groups call.
async fn called_in(tx: &mut ScopedTx, groups: BTreeSet<GroupId>) -> Result<BTreeMap<GroupId, Help>, Error> {
    let today = tx.scope().today();
    // Who leads somebody's own group is no secret to them; which groups are theirs was asked before.
    let (bare, tenant) = tx.unscoped(Unscoped::Door);
    leading::called(bare, tenant, groups, today).await
}

/// How people call each other.
pub(crate) fn first_name(name: &str) -> String {
    name.split(' ').next().unwrap_or_default().to_owned()
}

async fn absence(State(state): State<AppState>, own: Own, fields: Fields) -> Result<Response, Error> {
    if !own.drew(&fields) {
        return Ok(own_again());
    }
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
    let listed = fields.one("list") == "yes";
    let back = |said: &str| match listed {
        true => see_other(&format!("{home}/sessions?said={said}&group={group}&day={day}#{}", anchor(group, day))),
        false => see_other(&format!("{home}?said={said}")),
    };
    let (stay, of) = whom.stay_on(group, day).ok_or(Error::NotFound)?;
    let mut tx = state.db.read(scope).await?;
    let there = whom.recorded(&mut tx).await?;
    drop(tx);
    let wanted = verbs(stay.participant, of, day, absent, &there);
    match state.change(scope, request_id, &wanted).await {
        Ok(Ok(())) => Ok(back(if absent { "absent" } else { "coming" })),
        Ok(Err(_)) | Err(Error::Forbidden) => Ok(back("late")),
        Err(other) => Err(other),
    }
}

fn verbs(
    participant: ParticipantId,
    group: &Group,
    day: Day,
    absent: bool,
    there: &HashMap<SessionId, Session>,
) -> Vec<(Verb, Seen)> {
    let session = group.planned(day);
    let mark = absent.then_some(Mark::AbsentInformed);
    let id = session.id;
    let set = Verb::Attendance(mark::Verb::Set { session: id, group: group.id, participant, mark });
    let plan = Verb::Session(session::Verb::Plan { session });
    // A session of which somebody has spoken is there already, perhaps with another time.
    let plan = (!there.contains_key(&id)).then_some(plan);
    plan.into_iter().chain([set]).map(|verb| (verb, Seen::Newest)).collect()
}

async fn visits(State(state): State<AppState>, own: Own) -> Result<Response, Error> {
    let mut tx = state.db.read(&own.scope).await?;
    let days = visited(&mut tx, &own.records).await?;
    drop(tx);
    own.note_look(&state, "attendance").await?;
    let lang = own.reader.lang;
    Ok(answer(&state, &own, visit_words::title(lang), move || view! { <VisitsPage lang days/> }.into_any()).await)
}

/// The held sessions of every record of the person, each once, the first first.
async fn held_of(tx: &mut ScopedTx, records: &[InReach<ParticipantId>]) -> Result<Vec<HeldSession>, Error> {
    let mut held = Vec::new();
    for record in records {
        held.extend(attendance::held_sessions(tx, *record).await?);
    }
    Ok(attendance::once_each(held))
}

/// The days of a year on which the person came, the newest first.
pub(super) async fn visited(tx: &mut ScopedTx, records: &[InReach<ParticipantId>]) -> Result<Vec<Day>, Error> {
    let (held, since) = (held_of(tx, records).await?, tx.scope().today().plus_days(-YEAR));
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
    let wellbeing = wellbeing(&mut tx, &own).await?;
    drop(tx);
    own.note_look(&state, "results").await?;
    let body = move || view! { <OwnResultsPage lang card wellbeing/> }.into_any();
    Ok(answer(&state, &own, words::results(lang), body).await)
}

/// What the person answered about how they are; to whom an answer is worrying, where there is help.
async fn wellbeing(tx: &mut ScopedTx, own: &Own) -> Result<WellbeingView, Error> {
    let followed = followed(&assessments::of_people(tx, own.records.iter().copied()).await?);
    let mut support = None;
    if followed.iter().any(Followed::is_worrying) {
        let (bare, tenant) = tx.unscoped(Unscoped::SignedIn);
        let (name, which) = (statements::name_of(bare, tenant).await?, (StatementKind::Support, own.reader.lang));
        support = Some(statement_text(bare, (tenant, &name), which, own.reader.help.as_ref()).await?.0);
    }
    Ok(WellbeingView { followed, support })
}

/// The results in words and pictures; when the next session is, only to whoever sees that. Who has taken back the consent
/// to tests waits for no measurement.
pub(super) async fn results_card(
    tx: &mut ScopedTx,
    lang: Lang,
    name: String,
    whom: &Whom<'_>,
    now: Instant,
) -> Result<CardView, Error> {
    let tests = assessments::of_people(tx, whom.records.iter().copied()).await?;
    let today = tx.scope().today();
    let first_visit = match tx.scope().may(Action::SeeVisits) {
        true => {
            let held = held_of(tx, whom.records).await?;
            held.iter().find(|one| one.mark.is_some_and(Mark::attended)).map(|one| one.day)
        }
        false => None,
    };
    let session = match tx.scope().may(Action::SeeSchedule) {
        true => Plan::of(tx, lang, whom, now).await?.coming.into_iter().next(),
        false => None,
    };
    // The municipality's own number stands at the foot of every page.
    let help = session.as_ref().and_then(|one| one.call.clone());
    let session = session.map(|one| (one.day, one.starts_at, one.place));
    let ended = consents::tests_ended(tx, whom.records).await?;
    let round = NextRound::of(first_visit, &tests, today).filter(|_| !ended);
    let next = Next { session, round };
    Ok(CardView { name, lines: card_lines(lang, &tests), next, help })
}

async fn seen(State(state): State<AppState>, own: Own, Query(Said { said }): Query<Said>) -> Result<Response, Error> {
    own.scope.require(Action::SeeProfiles)?;
    let mut tx = state.db.read(&own.scope).await?;
    let leaders = leaders_of(&mut tx, &own.records).await?;
    let relatives = relatives::of_records(&mut tx, &own.records).await?;
    let opened = opened::of_records(&mut tx, &own.records, state.now()).await?;
    drop(tx);
    own.note_look(&state, "relatives").await?;
    let today = own.scope.today();
    let now = leaders.into_iter().filter(|(_, leader)| leader.leads_on(today));
    let mut names: Vec<_> = now.map(|(_, leader)| leader.name).collect();
    names.sort();
    names.dedup();
    let relatives = relatives::each_once(relatives).filter(|one| !one.shown.is_empty()).map(line_of).collect();
    let lang = own.reader.lang;
    let said = match said.as_str() {
        "ended" => Some((Tone::Good, shown_words::ended(lang))),
        "extended" => Some((Tone::Good, shown_words::extended(lang))),
        "already" => Some((Tone::Look, shown_words::already(lang))),
        "closed" => Some((Tone::Good, open_words::ended(lang))),
        _ => None,
    };
    let view = SeenView {
        person: own.found.person.id,
        leaders: names,
        relatives,
        today,
        rev: id_of_new(&state, uuid_v7).to_string(),
        opened: opened.into_iter().map(|one| one.line(&own.session.id)).collect(),
        said,
    };
    Ok(answer(&state, &own, seen_words::title(lang), move || view! { <SeenPage lang view/> }.into_any()).await)
}

/// How far back it is told who has looked, in days.
const LOOKED: i64 = 90;

/// Who has looked in that time at any record of the person.
pub(super) async fn lately(tx: &mut ScopedTx, own: &Own, now: Instant) -> Result<LooksLately, Error> {
    let since = now.plus_millis(-LOOKED * 24 * 3_600_000);
    let (found, lists_from) = own_data::looks_lately(tx, &own.records, &own.stays, since).await?;
    let line = |look: OfLooks| LookLine { by: look.by, how: look.how, last: look.last_at.day_in_finland() };
    Ok(LooksLately { days: LOOKED, lists_from, lines: found.into_iter().map(line).collect() })
}

async fn looks(State(state): State<AppState>, own: Own) -> Result<Response, Error> {
    let mut tx = state.db.read(&own.scope).await?;
    let looks = lately(&mut tx, &own, state.now()).await?;
    drop(tx);
    own.note_look(&state, "looks").await?;
    let lang = own.reader.lang;
    Ok(answer(&state, &own, look_words::title(lang), move || view! { <LooksPage lang looks/> }.into_any()).await)
}
