//! What a file of memberships changes: new stays, how stays ended, and first days that were corrected.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::groups::membership;
use domain::groups::{ExitReason, Membership};
use domain::ids::{GroupId, MembershipId, ParticipantId};
use domain::time::Day;
use uuid::Uuid;

use super::directory::{self, Directory, Restricted};
use super::memory::{self, Memory};
use super::plan::{Effect, Plan, is_news};
use super::undo;
use crate::access::ScopedTx;
use crate::error::Error;
use crate::files::cells::Parsed;
use crate::files::kinds::Kind;
use crate::files::memberships::MembershipRow;
use crate::files::present;
use crate::files::problem::{NoticeKind, Problem};

type Row = Parsed<MembershipRow>;
type Pair = (GroupId, ParticipantId);
/// Stays by group and person, those that were entered by mistake too.
type Stays = HashMap<Pair, BTreeMap<MembershipId, Membership>>;
type Memories = HashMap<String, Memory>;

/// Where the last day and the reason stand in a row.
const LEFT_ON: usize = 3;
const EXIT_REASON: usize = 4;

pub struct Planner {
    groups: Directory<GroupId>,
    people: Directory<ParticipantId>,
    restricted: Restricted,
    /// Stays as this file has made them.
    made: Stays,
    /// Stays that are void because an import was taken back.
    undone: HashSet<Uuid>,
}

impl Planner {
    pub async fn new(tx: &mut ScopedTx) -> Result<Self, Error> {
        let (groups, people) = (directory::groups(tx).await?, directory::people(tx).await?);
        let restricted = Restricted::load(tx).await?;
        Ok(Self { groups, people, restricted, made: Stays::new(), undone: HashSet::new() })
    }

    pub async fn plan(&mut self, tx: &mut ScopedTx, rows: &[Row], problems: &mut Vec<Problem>) -> Result<Plan, Error> {
        let mut found: Vec<(&Row, Pair)> = Vec::with_capacity(rows.len());
        let mut plan = Plan::default();
        for row in rows {
            let MembershipRow { group, participant, .. } = &row.value;
            if self.restricted.leave_out(&self.people, (row.line, participant), &mut plan) {
                continue;
            }
            let pair = directory::both(row.line, &self.groups, group, &self.people, participant, problems);
            found.extend(pair.map(|pair| (row, pair)));
        }
        let stays = stays(tx, &found).await?;
        let memories = recall(tx, &found, &stays).await?;
        let void = stays.values().flatten().filter(|(_, stay)| stay.is_void()).map(|(id, _)| id.0);
        self.undone = undo::undone_stays(tx, void).await?;
        for (row, pair) in found {
            let there = stays.get(&pair).into_iter().chain(self.made.get(&pair)).flatten();
            let there: BTreeMap<_, _> = there.map(|(id, stay)| (*id, stay.clone())).collect();
            let entity = self.one(&mut plan, row, pair, &there, &memories);
            let last = memories.get(&memory::key(&row.key));
            plan.remember.push(memory::note(&row.key, entity, &row.cells, last));
        }
        Ok(plan)
    }

    /// Plans one row; what it is about from now on.
    fn one(
        &mut self,
        plan: &mut Plan,
        row: &Row,
        pair: Pair,
        there: &BTreeMap<MembershipId, Membership>,
        memories: &Memories,
    ) -> Uuid {
        let id = Membership::id_of(pair.0, pair.1, row.value.joined_on);
        let last = memories.get(&memory::key(&row.key));
        match (there.get(&id), last) {
            (Some(stay), last) if !stay.is_void() => edit(plan, row, stay, last),
            (Some(stay), _) if stay.is_void() && self.undone.contains(&id.0) => {
                plan.count(row.line, Effect::Creates);
                self.open_again(plan, row, stay);
            }
            // Entered by mistake, somebody has found, or gone since it was imported. A file does not undo that.
            (Some(_), None) => plan.count(row.line, Effect::Nothing),
            (_, Some(last)) => return superseded(plan, row, last, there),
            (None, None) => match there.values().find(|stay| overlaps(stay, &row.value)) {
                Some(old) => self.correct(plan, row, id, old, memories),
                None => {
                    plan.count(row.line, Effect::Creates);
                    self.join(plan, row, id, pair, (row.value.left_on, row.value.exit_reason));
                }
            },
        }
        id.0
    }

    fn join(
        &mut self,
        plan: &mut Plan,
        row: &Row,
        id: MembershipId,
        pair: Pair,
        end: (Option<Day>, Option<ExitReason>),
    ) {
        let ((group, participant), (left_on, exit_reason)) = (pair, end);
        let stay = Membership { id, group, participant, joined_on: row.value.joined_on, left_on, exit_reason };
        plan.verbs.push((membership::Verb::Join { membership: stay.clone() }.into(), row.line));
        self.made.entry(pair).or_default().insert(id, stay);
    }

    /// What brought the stay was taken back, and this file brings it again.
    fn open_again(&mut self, plan: &mut Plan, row: &Row, stay: &Membership) {
        let (left_on, exit_reason) = (row.value.left_on, row.value.exit_reason);
        plan.verbs
            .push((membership::Verb::Leave { id: stay.id, group: stay.group, left_on, exit_reason }.into(), row.line));
        let open = Membership { left_on, exit_reason, ..stay.clone() };
        self.made.entry((stay.group, stay.participant)).or_default().insert(open.id, open);
    }

    /// The same stay with another first day: the old one becomes one that was entered by mistake. How it ended is
    /// kept, unless the file says something new.
    fn correct(&mut self, plan: &mut Plan, row: &Row, id: MembershipId, old: &Membership, memories: &Memories) {
        let pair = (old.group, old.participant);
        let key = old_key(row, old);
        let end = end(row, old, memories.get(&memory::key(&key)));
        let (left_on, exit_reason) = (Some(old.joined_on.plus_days(-1)), None);
        plan.verbs
            .push((membership::Verb::Leave { id: old.id, group: old.group, left_on, exit_reason }.into(), row.line));
        let void = Membership { left_on, exit_reason, ..old.clone() };
        self.made.entry(pair).or_default().insert(void.id, void);
        self.join(plan, row, id, pair, end);
        plan.remember.push(memory::note(&key, id.0, &[], None));
        plan.notice(row.line, "joined_on", &row.value.joined_on.to_string(), NoticeKind::StayCorrected);
        plan.count(row.line, Effect::Changes);
    }
}

async fn stays(tx: &mut ScopedTx, found: &[(&Row, Pair)]) -> Result<Stays, Error> {
    let mut stays = Stays::new();
    for stay in present::memberships_of(tx, found.iter().map(|(_, (_, person))| *person)).await? {
        stays.entry((stay.group, stay.participant)).or_default().insert(stay.id, stay);
    }
    Ok(stays)
}

/// What was said of the rows, and of the stays that they may correct.
async fn recall(tx: &mut ScopedTx, found: &[(&Row, Pair)], stays: &Stays) -> Result<Memories, Error> {
    let of_row = |(row, pair): &(&Row, Pair)| {
        let old = stays.get(pair).into_iter().flatten().filter(|(_, stay)| overlaps(stay, &row.value));
        let old: Vec<_> = old.map(|(_, stay)| memory::key(&old_key(row, stay))).collect();
        old.into_iter().chain([memory::key(&row.key)])
    };
    memory::recall(tx, Kind::Memberships, found.iter().flat_map(of_row)).await
}

/// The key of the row that would have made the stay.
fn old_key(row: &Row, stay: &Membership) -> Vec<String> {
    vec![row.value.group.clone(), row.value.participant.clone(), stay.joined_on.to_string()]
}

/// Whether the stay and the row have days in common. Who leaves and joins again on one day has not.
fn overlaps(stay: &Membership, row: &MembershipRow) -> bool {
    let begins_in_time = |joined: Day, left: Option<Day>| left.is_none_or(|left| joined < left);
    !stay.is_void() && begins_in_time(row.joined_on, stay.left_on) && begins_in_time(stay.joined_on, row.left_on)
}

/// The stay of the row is not there: somebody has found it a mistake, or its first day was corrected since.
fn superseded(plan: &mut Plan, row: &Row, last: &Memory, there: &BTreeMap<MembershipId, Membership>) -> Uuid {
    plan.count(row.line, Effect::Nothing);
    if there.get(&MembershipId(last.entity)).is_some_and(|stay| stay.joined_on != row.value.joined_on) {
        plan.notice(row.line, "joined_on", &row.value.joined_on.to_string(), NoticeKind::StayWasCorrected);
    }
    last.entity
}

fn edit(plan: &mut Plan, row: &Row, stay: &Membership, last: Option<&Memory>) {
    let (left_on, exit_reason) = end(row, stay, last);
    if (left_on, exit_reason) == (stay.left_on, stay.exit_reason) {
        return plan.count(row.line, Effect::Nothing);
    }
    plan.verbs
        .push((membership::Verb::Leave { id: stay.id, group: stay.group, left_on, exit_reason }.into(), row.line));
    plan.count(row.line, Effect::Changes);
}

/// How the stay ends by what the row newly says of it.
fn end(row: &Row, stay: &Membership, last: Option<&Memory>) -> (Option<Day>, Option<ExitReason>) {
    let present = [
        stay.left_on.map(|day| day.to_string()).unwrap_or_default(),
        stay.exit_reason.map(|reason| reason.to_string()).unwrap_or_default(),
    ];
    let news = |at: usize, present: &str| {
        row.cells.get(at).and_then(Option::as_deref).is_some_and(|text| is_news(last, at, text, present))
    };
    let left_on = if news(LEFT_ON, &present[0]) { row.value.left_on } else { stay.left_on };
    let reason = if news(EXIT_REASON, &present[1]) { row.value.exit_reason } else { stay.exit_reason };
    // Who has not left has no reason for leaving.
    (left_on, reason.filter(|_| left_on.is_some()))
}
