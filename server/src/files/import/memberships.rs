//! What a file of memberships changes: new stays, and how stays ended.

use std::collections::HashMap;

use domain::groups::Membership;
use domain::groups::membership;
use domain::ids::{GroupId, MembershipId, ParticipantId};
use domain::sync::op::Verb;

use super::memory::{self, Memory};
use super::{Effect, Plan, is_news};
use crate::access::ScopedTx;
use crate::error::Error;
use crate::files::cells::Parsed;
use crate::files::kinds::Kind;
use crate::files::memberships::MembershipRow;
use crate::files::present::{self, Groups, People};
use crate::files::problem::{Problem, What};

type Row = Parsed<MembershipRow>;

pub async fn plan(tx: &mut ScopedTx, rows: &[Row], problems: &mut Vec<Problem>) -> Result<Plan, Error> {
    let (people, groups) = (present::people(tx).await?, present::groups(tx).await?);
    let stays = present::memberships(tx).await?;
    let stays: HashMap<MembershipId, Membership> = stays.into_iter().map(|stay| (stay.id, stay)).collect();
    let keys = rows.iter().map(|row| memory::key(&row.key));
    let memories = memory::recall(tx, Kind::Memberships, keys).await?;
    let mut plan = Plan::default();
    for row in rows {
        let value = &row.value;
        let found = find(row.line, &groups, &value.group, &people, &value.participant, problems);
        let Some((group, participant)) = found else { continue };
        let id = Membership::id_of(group, participant, value.joined_on);
        let last = memories.get(&memory::key(&row.key));
        match (stays.get(&id), last) {
            (Some(stay), last) => leave(&mut plan, row, stay, last),
            // Imported once and gone since: entered by mistake, somebody found.
            (None, Some(_)) => plan.count(Effect::Nothing),
            (None, None) => {
                let (left_on, exit_reason) = (value.left_on, value.exit_reason);
                let joined_on = value.joined_on;
                let membership = Membership { id, group, participant, joined_on, left_on, exit_reason };
                plan.verbs.push((Verb::Membership(membership::Verb::Join { membership }), row.line));
                plan.count(Effect::Creates);
            }
        }
        plan.remember.push(memory::note(&row.key, id.0, &row.cells, last));
    }
    Ok(plan)
}

/// Group and person of a row; reports each that is not there.
pub fn find(
    line: u64,
    groups: &Groups,
    group: &str,
    people: &People,
    participant: &str,
    problems: &mut Vec<Problem>,
) -> Option<(GroupId, ParticipantId)> {
    let found_group = groups.by_reference.get(group).copied();
    if found_group.is_none() {
        problems.push(Problem::of_cell(line, "group_ref", group, What::UnknownGroup));
    }
    let found_person = people.by_reference.get(participant).copied();
    if found_person.is_none() {
        problems.push(Problem::of_cell(line, "participant_ref", participant, What::UnknownParticipant));
    }
    found_group.zip(found_person)
}

fn leave(plan: &mut Plan, row: &Row, stay: &Membership, last: Option<&Memory>) {
    let present = [
        stay.left_on.map(|day| day.to_string()).unwrap_or_default(),
        stay.exit_reason.map(|reason| reason.to_string()).unwrap_or_default(),
    ];
    let news = |at: usize, present: &str| {
        row.cells.get(at).and_then(Option::as_deref).is_some_and(|text| is_news(last, at, text, present))
    };
    let left_on = if news(3, &present[0]) { row.value.left_on } else { stay.left_on };
    let reason = if news(4, &present[1]) { row.value.exit_reason } else { stay.exit_reason };
    // Who has not left has no reason for leaving.
    let exit_reason = reason.filter(|_| left_on.is_some());
    if (left_on, exit_reason) == (stay.left_on, stay.exit_reason) {
        return plan.count(Effect::Nothing);
    }
    plan.verbs.push((
        Verb::Membership(membership::Verb::Leave { id: stay.id, group: stay.group, left_on, exit_reason }),
        row.line,
    ));
    plan.count(Effect::Changes);
}
