//! The start page, by role.

use std::collections::{BTreeMap, HashMap};

use app::home::{AccountNotice, HomePage, HomeView, RecoveryLeft, ToCallLine, TodayLine, WaysToDo};
use app::sessions::today::meeting;
use app::texts;
use axum::extract::State;
use axum::response::Response;
use domain::access::{Action, NoticeKind, Role};
use domain::ids::{ContactId, GroupId, ParticipantId};
use domain::messages::MessageEvent;
use domain::names::natural_key;
use domain::sessions::Session;
use domain::time::{Day, Instant};
use leptos::prelude::*;

use super::{Reader, page};
use crate::access::notices::{self, Notice};
use crate::access::second_factor::{self, Whose};
use crate::access::{Actor, ScopedTx, leading};
use crate::applications;
use crate::contacts;
use crate::db::{Tx, Unscoped};
use crate::devices;
use crate::error::Error;
use crate::groups::{self, GroupRow};
use crate::messages::may_know;
use crate::messages::outbox::{self, GivenUp};
use crate::own::Holder;
use crate::people::{self, merged};
use crate::routes::Routes;
use crate::sessions;
use crate::state::AppState;
use crate::talks;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/", home)
}

async fn home(State(state): State<AppState>, reader: Reader, actor: Actor) -> Result<Response, Error> {
    let desk = actor.scope.may(Action::UseDesk);
    let to_call = if desk { to_call(&state, &actor).await? } else { Vec::new() };
    let mut tx = state.db.read(&actor.scope).await?;
    let groups = match actor.scope.may(Action::SeeRoll) {
        true => Some(groups::running(&mut tx, Action::SeeRoll).await?),
        false => None,
    };
    let incomplete = if desk { people::how_many_incomplete(&mut tx).await? } else { 0 };
    let sessions = match &groups {
        Some(groups) => Some(todays(&mut tx, groups, desk).await?),
        None => None,
    };
    let ways = match actor.scope.may(Action::ManageGroups) {
        true => ways(&mut tx, groups.as_deref().unwrap_or_default(), &reader, state.now()).await?,
        false => WaysToDo::default(),
    };
    let today = actor.scope.today();
    let desk_groups = groups.as_deref().filter(|_| actor.role == Role::Coordinator);
    let running = desk_groups.map(|groups| running(groups, today));
    let no_groups = desk_groups.is_some_and(|groups| groups.is_empty());
    let (bare, tenant) = tx.unscoped(Unscoped::SignedIn);
    let unread = notices::unread(bare, tenant, actor.user).await?;
    let recovery = if second_factor::is_for(&[actor.role]) {
        recovery_codes(bare, (tenant, actor.user), state.now()).await?
    } else {
        None
    };
    let lang = reader.lang;
    let view = HomeView {
        name: actor.name.split(' ').next().unwrap_or_default().to_owned(),
        role: actor.role,
        today,
        sessions,
        reviews: reader.waiting,
        incidents: reader.incidents,
        incomplete,
        to_call,
        ways,
        running,
        no_groups,
        notices: unread.into_iter().map(shown).collect(),
        recovery,
    };
    Ok(page(&reader, texts::home::title(lang), move || view! { <HomePage lang view/> }.into_any()).await)
}

/// The calls that may have told them of the session: each is noted under the record by which somebody is in the group.
fn calls(one: &GivenUp, stands: &HashMap<ParticipantId, ParticipantId>) -> impl Iterator<Item = ContactId> {
    let (person, slot) = (one.to.person(), one.slot);
    let records = stands.iter().filter(move |(_, kept)| Some(**kept) == person).map(|(record, _)| *record);
    records.map(move |record| ContactId::about_cancellation(record, slot.group, slot.day))
}

/// How many people are still to be told of a session, because no message reached them. Relatives are on no list of calls,
/// and are counted as long as they may be told.
async fn to_call(state: &AppState, actor: &Actor) -> Result<Vec<ToCallLine>, Error> {
    let mut tx = state.db.read(&actor.scope).await?;
    let given_up = outbox::given_up(&mut tx).await?;
    let (bare, tenant) = tx.unscoped(Unscoped::Messages);
    let stands = merged::of_people(bare, tenant, &given_up.iter().filter_map(|one| one.to.person()).collect()).await?;
    let calls = given_up.iter().flat_map(|one| calls(one, &stands)).collect();
    let reached = contacts::reached(&mut tx, calls).await?;
    drop(tx);
    let mut people: BTreeMap<(Day, GroupId, bool, bool), i64> = BTreeMap::new();
    for one in &given_up {
        let cancelled = one.event == MessageEvent::Cancelled;
        let (waits, relatives) = match one.to {
            // A call that told of the cancellation does not tell that the session is on after all.
            Holder::Person(_) => (!cancelled || !self::calls(one, &stands).any(|call| reached.contains(&call)), false),
            Holder::Relative(_) => (may_know(state, actor.scope.municipality(), one).await?, true),
        };
        if waits {
            *people.entry((one.slot.day, one.slot.group, cancelled, relatives)).or_default() += 1;
        }
    }
    let line = |((day, group, cancelled, relatives), people)| ToCallLine { group, day, cancelled, relatives, people };
    Ok(people.into_iter().map(line).collect())
}

/// From so few on the start page says how many recovery codes are left.
const FEW_CODES: i64 = 3;
/// So long it tells that one was used, in milliseconds.
const TOLD_OF_USE: i64 = 24 * 3_600_000;

/// What its holder should know of the recovery codes: one was used lately, or few are left.
async fn recovery_codes(tx: &mut Tx, whose: Whose<'_>, now: Instant) -> Result<Option<RecoveryLeft>, Error> {
    if !second_factor::is_on(tx, whose).await? {
        return Ok(None);
    }
    let left = second_factor::codes_left(tx, whose).await?;
    let used = second_factor::last_recovery(tx, whose).await?.filter(|at| now.millis_since(*at) < TOLD_OF_USE);
    Ok((left <= FEW_CODES || used.is_some()).then_some(RecoveryLeft { left, used }))
}

/// More than so many of a kind are not counted for the first page.
const MOST: i64 = 300;

/// What waits about ways into the programme.
async fn ways(tx: &mut ScopedTx, groups: &[GroupRow], reader: &Reader, now: Instant) -> Result<WaysToDo, Error> {
    let room = |row: &GroupRow| Some((row.group.id, i64::from(row.group.capacity?) - row.members));
    let by_name = groups.iter().filter(|row| row.group.kind.keeps_names());
    let free: Vec<_> = by_name.filter_map(room).filter(|(_, places)| *places > 0).collect();
    let applications::ToDo { forms, undecided, ran_out, room_for } = applications::to_do(tx, &free, MOST).await?;
    let due = talks::due(tx, usize::try_from(MOST).unwrap_or(usize::MAX)).await?;
    let talks_due = i64::try_from(due.len()).unwrap_or(MOST);
    let Reader { requests, feedback, .. } = *reader;
    let (requests, requests_late) = (requests.all, requests.late);
    let (feedback, feedback_late) = (feedback.all, feedback.late);
    let silent = devices::silent(tx, now).await?;
    Ok(WaysToDo {
        forms,
        undecided,
        ran_out,
        room_for,
        talks_due,
        requests,
        requests_late,
        feedback,
        feedback_late,
        silent,
    })
}

fn shown(notice: Notice) -> AccountNotice {
    let Notice { kind, by, at, about } = notice;
    let page = if kind == NoticeKind::RelativeCardTried { "relatives" } else { "personal-card" };
    AccountNotice { kind, by, at, card: about.map(|person| format!("/people/{person}/{page}")) }
}

/// How many groups, and how many people in them. What belongs to the next season is not running yet.
fn running(groups: &[GroupRow], today: Day) -> (i64, i64) {
    let begun = groups.iter().filter(|row| row.group.season_start.is_none_or(|start| start <= today));
    begun.fold((0, 0), |(groups, people), row| (groups + 1, people + row.members))
}

/// What meets today: as planned, or as somebody has said since of the one session, which may be moved or added. At the desk
/// with those who lead it.
async fn todays(tx: &mut ScopedTx, groups: &[GroupRow], desk: bool) -> Result<Vec<TodayLine>, Error> {
    let today = tx.scope().today();
    let recorded = sessions::of_all(tx, Action::SeeRoll, today, today).await?;
    let recorded: HashMap<GroupId, Session> = recorded.into_iter().map(|one| (one.group, one)).collect();
    let meets = |row: &&GroupRow| recorded.contains_key(&row.group.id) || row.group.meets_on(today);
    let here: Vec<_> = groups.iter().filter(meets).collect();
    let mut led = match desk {
        true => leading::today_in(tx, here.iter().map(|row| row.reached)).await?,
        false => BTreeMap::new(),
    };
    let line = |row: &GroupRow| {
        let meeting = meeting(&row.group, today, recorded.get(&row.group.id));
        TodayLine { meeting, leaders: desk.then(|| led.remove(&row.group.id).unwrap_or_default()) }
    };
    let mut lines: Vec<_> = here.into_iter().map(line).collect();
    lines.sort_by_cached_key(|line| (line.meeting.starts_at, natural_key(&line.meeting.group_name)));
    Ok(lines)
}
