//! What is missing in groups' records: counted by group in the database, and whom it is about for whoever sees names.

use std::collections::HashMap;

use domain::access::Action;
use domain::assessments::rounds::Round;
use domain::groups::Group;
use domain::ids::{GroupId, ParticipantId};
use domain::people::Participant;
use domain::quality::{Expected, Quality, Recorded, Rolls, Span, expected};
use domain::sessions::SessionStatus;
use domain::time::{Day, Instant};

use crate::access::reach::{self, Finding, of_groups, of_people, within_reach};
use crate::access::{InReach, ScopedTx};
use crate::db::Row;
use crate::error::Error;
use crate::people::restriction::not_restricted;
use crate::people::rows::day_of;

/// A group with all of its recorded sessions from `$5` to `$6` in one text: most of what a row costs is its way out of the
/// database.
macro_rules! with_sessions {
    () => {
        "SELECT w.id, w.body, o.name AS provider_name, (SELECT STRING_AGG(s.day || ' ' || COALESCE(s.status, '-') || ' ' \
         || COALESCE(CAST(s.rolled_at AS TEXT), '-') || CASE WHEN s.rolled_by_file = 1 THEN 'f' ELSE '' END, ' ') \
         FROM group_session s WHERE s.municipality = $1 AND s.exercise_group = w.id AND s.deleted_at IS NULL AND s.day >= $5 AND s.day <= $6) AS sessions \
         FROM exercise_group w LEFT JOIN organisation o ON o.municipality = $1 AND o.id = w.provider"
    };
}

/// The season of the group has days from `$5` to `$6`.
macro_rules! in_season {
    () => {
        "(w.season_start IS NULL OR w.season_start <= $6) AND (w.season_end IS NULL OR w.season_end >= $5)"
    };
}

const GROUPS: Finding = of_groups!(with_sessions!(), concat!(" AND ", in_season!(), " ORDER BY w.sort_key, w.id"));
const GROUP: Finding = of_groups!(with_sessions!(), " AND w.id = $7");

/// Of those who are in a group of these seasons today, the ones who have missed a round: groups are far fewer than the
/// people of a municipality that measures nobody. Somebody in the lists of two organisations is counted in the groups of
/// each.
const UNMEASURED: Finding = Finding::new(sql!(
    "SELECT w.id, COUNT(DISTINCT CASE WHEN x.missing_round = 'baseline' THEN x.participant END) AS baseline, \
     COUNT(DISTINCT CASE WHEN x.missing_round <> 'baseline' THEN x.participant END) AS later \
     FROM exercise_group w CROSS JOIN membership m CROSS JOIN people_row x WHERE m.municipality = $1 \
     AND m.exercise_group = w.id AND m.deleted_at IS NULL AND m.joined_on <= $4 AND (m.left_on IS NULL OR m.left_on >= $4) \
     AND x.municipality = $1 AND x.organisation = w.provider AND x.participant = m.participant \
     AND x.missing_round IS NOT NULL AND ",
    in_season!(),
    " AND ",
    within_reach!(),
    " GROUP BY w.id"
));
/// Of the same, those who are in a group by another of their records alone.
const UNMEASURED_BY_OTHER: Finding = Finding::new(sql!(
    "SELECT w.id, COUNT(DISTINCT CASE WHEN x.missing_round = 'baseline' THEN x.participant END) AS baseline, \
     COUNT(DISTINCT CASE WHEN x.missing_round <> 'baseline' THEN x.participant END) AS later \
     FROM people_row x CROSS JOIN participant p CROSS JOIN membership m CROSS JOIN exercise_group w \
     WHERE x.municipality = $1 AND x.organisation >= $2 AND x.organisation <= COALESCE(NULLIF($2, ''), 'g') \
     AND x.missing_round IS NOT NULL AND p.municipality = $1 AND p.same_as IS NOT NULL AND p.same_as = x.participant \
     AND p.deleted_at IS NULL AND m.municipality = $1 AND m.participant = p.id AND m.deleted_at IS NULL \
     AND m.joined_on <= $4 AND (m.left_on IS NULL OR m.left_on >= $4) AND NOT EXISTS (SELECT 1 FROM membership n \
     WHERE n.municipality = $1 AND n.participant = x.participant AND n.exercise_group = m.exercise_group \
     AND n.deleted_at IS NULL AND n.joined_on <= $4 AND (n.left_on IS NULL OR n.left_on >= $4)) \
     AND w.id = m.exercise_group AND w.provider = x.organisation AND ",
    in_season!(),
    " AND ",
    within_reach!(),
    " GROUP BY w.id"
));
const UNEXPLAINED: Finding = Finding::new(sql!(
    "SELECT w.id, COUNT(*) AS stays FROM membership m CROSS JOIN exercise_group w WHERE m.municipality = $1 \
     AND m.unexplained = 1 AND m.left_on >= $5 AND m.left_on <= $6 AND m.deleted_at IS NULL AND w.id = m.exercise_group",
    not_restricted!("m.participant"),
    " AND ",
    within_reach!(),
    " GROUP BY w.id"
));

/// A group with what is missing in its records.
#[derive(Clone, PartialEq, Debug)]
pub struct GroupQuality {
    pub reached: InReach<GroupId>,
    pub group: Group,
    /// The name of the organisation that runs it.
    pub provider: String,
    pub quality: Quality,
}

/// Every group within reach whose season has days from one day to another, by name.
pub async fn of_all(tx: &mut ScopedTx, action: Action, from: Day, to: Day) -> Result<Vec<GroupQuality>, Error> {
    let span = Span { from, to, today: tx.scope().today() };
    let mut unmeasured: HashMap<GroupId, [u64; 2]> = HashMap::new();
    for text in [&UNMEASURED, &UNMEASURED_BY_OTHER] {
        for (group, row) in reach::found::<GroupId, 2>(tx, action, text, [from.into(), to.into()]).await? {
            let [baseline, later] = unmeasured.entry(group.id()).or_default();
            *baseline += count(&row, "baseline")?;
            *later += count(&row, "later")?;
        }
    }
    let mut unexplained: HashMap<GroupId, u64> = HashMap::new();
    let ended = [from.into(), to.min(span.today).into()];
    for (group, row) in reach::found::<GroupId, 2>(tx, action, &UNEXPLAINED, ended).await? {
        unexplained.insert(group.id(), count(&row, "stays")?);
    }
    let rows = reach::found::<GroupId, 2>(tx, action, &GROUPS, [from.into(), to.into()]).await?;
    let of_group = |(reached, row): (InReach<GroupId>, Row)| {
        let (group, provider, sessions) = group_row(&row, span)?;
        let [no_baseline, no_follow_up] = unmeasured.get(&group.id).copied().unwrap_or_default();
        let unexplained = unexplained.get(&group.id).copied().unwrap_or_default();
        let quality = Quality { rolls: Rolls::of(&sessions), no_baseline, no_follow_up, unexplained };
        Ok(GroupQuality { reached, group, provider, quality })
    };
    rows.into_iter().map(of_group).collect()
}

fn count(row: &Row, column: &'static str) -> Result<u64, Error> {
    Ok(u64::try_from(row.get::<i64>(column)?).unwrap_or_default())
}

fn group_row(row: &Row, span: Span) -> Result<(Group, String, Vec<Expected>), Error> {
    let group: Group = row.json("body")?;
    let sessions = row.get::<Option<String>>("sessions")?.unwrap_or_default();
    let recorded = recorded(&sessions).ok_or_else(|| row.broken("sessions"))?;
    let sessions = expected(&group, &recorded, span);
    Ok((group, row.get::<Option<String>>("provider_name")?.unwrap_or_default(), sessions))
}

/// `2026-09-01 held 1757000000000 2026-09-08 - -`: day, status and the moment of the first mark of each, with an `f` behind
/// it where that came out of a file.
fn recorded(text: &str) -> Option<Vec<Recorded>> {
    let mut words = text.split_ascii_whitespace();
    let mut all = Vec::new();
    while let Some(day) = words.next() {
        let (status, rolled) = (words.next()?, words.next()?);
        let status = if status == "-" { None } else { Some(SessionStatus::from_code(status)?) };
        let (rolled, by_file) = rolled.strip_suffix('f').map_or((rolled, false), |rolled| (rolled, true));
        let rolled = if rolled == "-" { None } else { Some(Instant::from_millis(rolled.parse().ok()?)) };
        all.push(Recorded { day: day.parse().ok()?, status, rolled_on: rolled.map(Instant::day_in_finland), by_file });
    }
    Some(all)
}

/// One group, and its sessions of which there should be a roll; not within reach is not found.
pub async fn of_group(
    tx: &mut ScopedTx,
    action: Action,
    id: GroupId,
    from: Day,
    to: Day,
) -> Result<(InReach<GroupId>, Group, Vec<Expected>), Error> {
    let span = Span { from, to, today: tx.scope().today() };
    let found = reach::found(tx, action, &GROUP, [from.into(), to.into(), id.into()]).await?;
    let (reached, row) = found.into_iter().next().ok_or(Error::NotFound)?;
    let (group, _, sessions) = group_row(&row, span)?;
    Ok((reached, group, sessions))
}

const WHO_IS_UNMEASURED: Finding = Finding::new(sql!(
    "SELECT p.id, p.body, d.missing_round, d.due_on, COUNT(*) OVER () AS total FROM (SELECT DISTINCT x.participant, \
     x.sort_key, x.missing_round, x.due_on FROM membership m CROSS JOIN participant k CROSS JOIN people_row x \
     WHERE m.municipality = $1 AND m.exercise_group = $5 AND m.deleted_at IS NULL AND m.joined_on <= $4 \
     AND (m.left_on IS NULL OR m.left_on >= $4) AND k.municipality = $1 AND k.id = m.participant AND x.municipality = $1 \
     AND x.organisation = $2 AND x.participant = COALESCE(k.same_as, k.id) AND x.missing_round IS NOT NULL \
     AND ((x.missing_round = 'baseline' AND $6 = 'baseline') OR (x.missing_round <> 'baseline' AND $6 <> 'baseline'))) d \
     JOIN participant p ON p.municipality = $1 AND p.id = d.participant ORDER BY d.sort_key, d.participant \
     LIMIT $7 OFFSET $8"
));

/// Somebody who was not measured.
#[derive(Clone, PartialEq, Debug)]
pub struct Unmeasured {
    pub person: Participant,
    pub round: Round,
    /// The day that the measurement was aimed at.
    pub aimed_at: Option<Day>,
}

/// Part of the members who lack the first measurement, or a later one, and how many there are: of the own organisation's
/// list.
pub async fn unmeasured(
    tx: &mut ScopedTx,
    group: InReach<GroupId>,
    first: bool,
    most: i64,
    skip: i64,
) -> Result<(Vec<Unmeasured>, i64), Error> {
    let group = group.also(tx.scope(), Action::SeeAssessments)?;
    let which = if first { Round::Baseline.code() } else { "" };
    let values = [group.into(), which.into(), most.into(), skip.into()];
    let rows = reach::found::<ParticipantId, 4>(tx, Action::SeeAssessments, &WHO_IS_UNMEASURED, values).await?;
    let total = rows.first().map_or(Ok(0), |(_, row)| row.get("total"))?;
    let one = |row: &Row| -> Result<Unmeasured, Error> {
        let round = row.code("missing_round", Round::from_code)?;
        Ok(Unmeasured { person: row.json("body")?, round, aimed_at: day_of(row, "due_on")? })
    };
    Ok((rows.iter().map(|(_, row)| one(row)).collect::<Result<_, _>>()?, total))
}

const WHO_LEFT: Finding = of_people!(
    "SELECT p.id, p.body, m.left_on, COUNT(*) OVER () AS total FROM membership m CROSS JOIN participant p \
     WHERE m.municipality = $1 AND m.exercise_group = $5 AND m.unexplained = 1 AND m.left_on >= $6 AND m.left_on <= $7 \
     AND m.deleted_at IS NULL AND p.municipality = $1 AND p.id = m.participant AND p.deleted_at IS NULL",
    " ORDER BY p.sort_key, p.id, m.left_on LIMIT $8 OFFSET $9"
);

/// Part of those who left the group in the span without anybody knowing why, with the day, and how many there are.
pub async fn unexplained(
    tx: &mut ScopedTx,
    group: InReach<GroupId>,
    (from, to): (Day, Day),
    most: i64,
    skip: i64,
) -> Result<(Vec<(Participant, Day)>, i64), Error> {
    let (group, last) = (group.also(tx.scope(), Action::SeeProfiles)?, to.min(tx.scope().today()));
    let values = [group.into(), from.into(), last.into(), most.into(), skip.into()];
    let rows = reach::found::<ParticipantId, 5>(tx, Action::SeeProfiles, &WHO_LEFT, values).await?;
    let total = rows.first().map_or(Ok(0), |(_, row)| row.get("total"))?;
    let people = rows.iter().map(|(_, row)| Ok((row.json("body")?, row.parse("left_on")?)));
    Ok((people.collect::<Result<_, Error>>()?, total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sessions_of_a_group_are_read_out_of_one_text_and_a_broken_one_is_told() {
        let day = |text: &str| -> Day { text.parse().unwrap() };
        let status = Some(SessionStatus::Held);
        let held = Recorded { day: day("2026-09-01"), status, rolled_on: Some(day("2026-09-02")), by_file: false };
        let planned = Recorded { day: day("2026-09-08"), status: None, rolled_on: None, by_file: false };
        // Half past midnight in Finland.
        let moment = day("2026-09-02").begins_in_finland().plus_millis(1_800_000).millis();
        let text = format!("2026-09-01 held {moment} 2026-09-08 - -");
        assert_eq!(recorded(&text), Some(vec![held, planned]));
        assert_eq!(recorded(&format!("2026-09-01 held {moment}f")), Some(vec![Recorded { by_file: true, ..held }]));
        assert_eq!(recorded(""), Some(Vec::new()));
        assert!(recorded("2026-09-01 held").is_none() && recorded("2026-09-01 gone -").is_none());
    }
}
