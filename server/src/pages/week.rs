//! The desk's week and month of all groups.

use std::collections::HashMap;

use app::groups::month::{MonthDay, MonthPage, MonthSlot, MonthView, month_name, months_later};
use app::groups::week::{ClashLine, WeekDay, WeekPage, WeekSlot, WeekView};
use app::sessions::list::address;
use app::sessions::today::{Meeting, meeting};
use app::texts::{self, Lang};
use axum::extract::{Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::groups::Group;
use domain::groups::plan::{Clash, Shared, Slot, clashes};
use domain::ids::{GroupId, UserId};
use domain::names::natural_key;
use domain::sessions::Session;
use domain::time::Day;
use leptos::prelude::*;

use super::{Reader, page};
use crate::access::leading::{self, Leader};
use crate::access::{Actor, ScopedTx};
use crate::error::Error;
use crate::routes::Routes;
use crate::state::AppState;
use crate::{groups, sessions};

/// Beyond so many sessions in a week, those of one day stand on the page and the others are counted.
const MOST: usize = 250;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/week", show).get("/month", month)
}

/// A day of the week that is asked for.
#[derive(serde::Deserialize)]
struct Asked {
    #[serde(default)]
    from: String,
}

impl Asked {
    /// The day in whose week or month the reader wants to be; today, where none is told.
    fn day(&self, actor: &Actor) -> Result<Day, Error> {
        actor.scope.require(Action::UseDesk)?;
        let told = self.from.parse().ok().filter(|day| domain::fields::is_in_our_time(*day));
        Ok(told.unwrap_or_else(|| actor.scope.today()))
    }
}

async fn show(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let day = asked.day(&actor)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let lang = reader.lang;
    let view = week(&mut tx, lang, day).await?;
    drop(tx);
    let title = texts::groups::week::title(lang, &texts::week(lang, view.monday));
    Ok(page(&reader, &title, move || view! { <WeekPage lang view/> }.into_any()).await)
}

async fn week(tx: &mut ScopedTx, lang: Lang, day: Day) -> Result<WeekView, Error> {
    let monday = day.monday();
    let sunday = monday.plus_days(6);
    let meetings = meetings(tx, monday, sunday).await?;
    let leaders = leading::of_all(tx, monday, sunday).await?;
    let slots = slots(&meetings, &leaders);
    let found = clashes(&slots);
    let names: HashMap<UserId, String> =
        leaders.iter().map(|(_, leader)| (leader.account, leader.name.clone())).collect();
    let many = meetings.len() > MOST;
    let one_day = |of: Day| {
        let here = || meetings.iter().enumerate().filter(move |(_, meeting)| meeting.day == of);
        let shown = |(at, meeting): (usize, &Meeting)| WeekSlot {
            leaders: slots
                .get(at)
                .into_iter()
                .flat_map(|slot| &slot.leaders)
                .filter_map(|id| names.get(id).cloned())
                .collect(),
            clashes: told(lang, found.get(at).map_or(&[], Vec::as_slice), &meetings, &names),
            meeting: meeting.clone(),
        };
        let total = texts::whole(here().count());
        let slots = if many && of != day { Vec::new() } else { here().map(shown).collect() };
        WeekDay { day: of, total, slots }
    };
    Ok(WeekView {
        monday,
        today: tx.scope().today(),
        days: (0..7).map(|ahead| one_day(monday.plus_days(ahead))).collect(),
        clashes: texts::whole(found.iter().map(Vec::len).sum::<usize>() / 2),
    })
}

/// What the group cannot share with others in the seven days from its next session on.
pub(super) async fn clashes_of(tx: &mut ScopedTx, lang: Lang, group: &Group) -> Result<Vec<ClashLine>, Error> {
    let Some(first) = group.days_from(tx.scope().today()).next() else { return Ok(Vec::new()) };
    clashes_between(tx, lang, group.id, (first, first.plus_days(6))).await
}

/// What the group cannot share with others on these days.
pub(super) async fn clashes_between(
    tx: &mut ScopedTx,
    lang: Lang,
    group: GroupId,
    (first, last): (Day, Day),
) -> Result<Vec<ClashLine>, Error> {
    let meetings = meetings(tx, first, last).await?;
    let leaders = leading::of_all(tx, first, last).await?;
    let found = clashes(&slots(&meetings, &leaders));
    let names = leaders.iter().map(|(_, leader)| (leader.account, leader.name.clone())).collect();
    let own = meetings.iter().zip(&found).filter(|(meeting, all)| meeting.group == group && !all.is_empty());
    let line = |(meeting, all): (&Meeting, &Vec<Clash>)| ClashLine {
        clashes: told(lang, all, &meetings, &names),
        meeting: meeting.clone(),
    };
    Ok(own.map(line).collect())
}

/// So many sessions of one day stand in the month; the others in its week.
const IN_MONTH: usize = 6;

async fn month(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let day = asked.day(&actor)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let lang = reader.lang;
    let view = month_view(&mut tx, lang, months_later(day, 0)).await?;
    drop(tx);
    let title = texts::groups::month::title(lang, &month_name(lang, view.first));
    Ok(page(&reader, &title, move || view! { <MonthPage lang view/> }.into_any()).await)
}

/// `first`: the first of the month.
async fn month_view(tx: &mut ScopedTx, lang: Lang, first: Day) -> Result<MonthView, Error> {
    let last = months_later(first, 1).plus_days(-1);
    let meetings = meetings(tx, first, last).await?;
    let leaders = leading::of_all(tx, first, last).await?;
    let found = clashes(&slots(&meetings, &leaders));
    let names: HashMap<UserId, String> =
        leaders.iter().map(|(_, leader)| (leader.account, leader.name.clone())).collect();
    let mut by_day: HashMap<Day, Vec<MonthSlot>> = HashMap::new();
    for (meeting, clashes) in meetings.iter().zip(&found) {
        by_day.entry(meeting.day).or_default().push(MonthSlot {
            href: address(meeting),
            time: meeting.starts_at.map(|at| texts::time(lang, at)).unwrap_or_default(),
            name: meeting.group_name.clone(),
            place: meeting.place.clone(),
            cancelled: meeting.is_cancelled(),
            clashes: told(lang, clashes, &meetings, &names),
        });
    }
    let monday = first.monday();
    let shown = last.days_since(monday) + i64::from(8 - last.weekday());
    let one_day = |ahead: i64| {
        let day = monday.plus_days(ahead);
        let (slots, more) = fitting(by_day.remove(&day).unwrap_or_default());
        MonthDay { day, inside: (first..=last).contains(&day), slots, more }
    };
    Ok(MonthView {
        first,
        today: tx.scope().today(),
        days: (0..shown).map(one_day).collect(),
        clashes: texts::whole(found.iter().map(Vec::len).sum::<usize>() / 2),
    })
}

/// As many of a day's sessions as fit, those that clash before others, in their order; and how many do not.
fn fitting(slots: Vec<MonthSlot>) -> (Vec<MonthSlot>, i64) {
    let all = slots.len();
    let mut order: Vec<_> = slots.into_iter().enumerate().collect();
    order.sort_by_key(|(at, slot)| (slot.clashes.is_empty(), *at));
    order.truncate(IN_MONTH);
    order.sort_by_key(|(at, _)| *at);
    let more = texts::whole(all - order.len());
    (order.into_iter().map(|(_, slot)| slot).collect(), more)
}

/// Of every group whose season runs then, by day and time.
async fn meetings(tx: &mut ScopedTx, from: Day, to: Day) -> Result<Vec<Meeting>, Error> {
    let mut recorded: HashMap<(GroupId, Day), Session> = HashMap::new();
    for session in sessions::of_all(tx, Action::UseDesk, from, to).await? {
        recorded.insert((session.group, session.day), session);
    }
    let mut found = Vec::new();
    for row in groups::running_from(tx, Action::UseDesk, from).await? {
        for ahead in 0..=to.days_since(from) {
            let day = from.plus_days(ahead);
            let session = recorded.get(&(row.group.id, day));
            if session.is_some() || row.group.meets_on(day) {
                found.push(meeting(&row.group, day, session));
            }
        }
    }
    found.sort_by_cached_key(|one| (one.day, one.starts_at, natural_key(&one.group_name)));
    Ok(found)
}

/// What takes place, with who leads it; a cancelled session needs neither place nor leader.
fn slots(meetings: &[Meeting], leaders: &[(GroupId, Leader)]) -> Vec<Slot> {
    let mut by_group: HashMap<GroupId, Vec<&Leader>> = HashMap::new();
    for (group, leader) in leaders {
        by_group.entry(*group).or_default().push(leader);
    }
    let slot = |meeting: &Meeting| {
        let here = by_group.get(&meeting.group).into_iter().flatten().filter(|leader| leader.leads_on(meeting.day));
        let mut led: Vec<UserId> = here.map(|leader| leader.account).collect();
        led.sort();
        led.dedup();
        let cancelled = meeting.is_cancelled();
        Slot {
            group: meeting.group,
            day: meeting.day,
            starts_at: meeting.starts_at.filter(|_| !cancelled),
            minutes: meeting.minutes,
            place: meeting.place.clone(),
            leaders: led,
        }
    };
    meetings.iter().map(slot).collect()
}

fn told(lang: Lang, clashes: &[Clash], meetings: &[Meeting], names: &HashMap<UserId, String>) -> Vec<String> {
    use texts::groups::week as t;
    let words = |clash: &Clash| {
        let other = &meetings.get(clash.with)?.group_name;
        Some(match clash.shared {
            Shared::Place => t::same_place(lang, other),
            Shared::Leader(id) => t::same_leader(lang, other, names.get(&id)?),
        })
    };
    clashes.iter().filter_map(words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_full_day_those_that_clash_are_shown_in_their_order() {
        let slot = |n: usize| MonthSlot {
            href: String::new(),
            time: String::new(),
            name: n.to_string(),
            place: None,
            cancelled: false,
            clashes: if n > 7 { vec!["sama paikka".to_owned()] } else { Vec::new() },
        };
        let (shown, more) = fitting((0..10).map(slot).collect());
        let names: Vec<_> = shown.iter().map(|slot| slot.name.as_str()).collect();
        assert_eq!((names.as_slice(), more), (&["0", "1", "2", "3", "8", "9"][..], 4));
        assert_eq!(fitting((0..3).map(slot).collect()).1, 0);
    }
}
