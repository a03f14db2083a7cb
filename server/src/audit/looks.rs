//! Who has looked at one person's data, from the log: at the person alone, at lists of the person's groups, on tablets
//! of those groups, in files.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::Role;
use domain::ids::{GroupId, MunicipalityCode, ParticipantId, UserId};
use domain::time::Instant;

use super::Chain;
use super::reading::about;
use crate::db::{Lookup, Row, Tx};
use crate::error::Error;

/// How somebody looked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum How {
    /// At the person's own page, form, card or incident.
    Person,
    /// The same, opened by emergency access.
    Emergency,
    /// At a list of one of the person's groups.
    Group(GroupId),
    /// A tablet has fetched what lies in one of the person's groups.
    Tablet(GroupId),
    /// At a list of people in which the name may have stood.
    People,
    /// A file about people was taken out.
    File,
}

/// Looks of one account in one way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Looks {
    /// Nobody for the command line.
    pub by: Option<UserId>,
    pub role: Option<Role>,
    pub how: How,
    pub times: i64,
    pub last: Instant,
}

/// Everybody who has looked at any of these records of one person, the latest first. `groups`: those in which the person
/// has been.
pub async fn of_person(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    records: &BTreeSet<ParticipantId>,
    groups: &BTreeSet<GroupId>,
) -> Result<Vec<Looks>, Error> {
    let sql = sql!(
        "SELECT n, at, actor, role, verb, entities FROM audit WHERE municipality = $1 AND n > $2 \
         AND verb IN ('view', 'list', 'pull', 'export') ORDER BY n LIMIT 1000"
    );
    let (chain, mut last) = (Chain::from(tenant), 0_i64);
    let mut found = Gathered::default();
    loop {
        let rows = tx.all(sql, [chain.key().into(), last.into()]).await?;
        let Some(end) = rows.last() else { break };
        last = end.get("n")?;
        found.add(&rows, records, groups)?;
    }
    Ok(found.latest_first())
}

/// Looks since a moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lately {
    pub looks: Vec<Looks>,
    /// Looks at lists, files and tablets are known from here on; nothing where all are.
    pub lists_from: Option<Instant>,
}

/// How many rows of the log are looked through for lists, files and tablets, of which no row says whose names were on
/// them: a page waits for it.
const LATELY: i64 = 20_000;

const AT_PERSON: Lookup = lookup!(
    "SELECT a.n, a.at, a.actor, a.role, a.verb, a.entities FROM audit_about b \
     JOIN audit a ON a.municipality = b.municipality AND a.n = b.n \
     WHERE b.municipality = $1 AND a.at >= $2 AND a.verb IN ('view', 'list', 'pull', 'export') AND b.participant IN (",
    ")"
);

/// As [`of_person`], of the looks since then: all of those at the person alone, and of the others what the newest rows of
/// the log tell.
pub async fn of_person_lately(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    records: &BTreeSet<ParticipantId>,
    groups: &BTreeSet<GroupId>,
    since: Instant,
) -> Result<Lately, Error> {
    let chain = Chain::from(tenant);
    let before = vec![chain.key().into(), since.into()];
    let mut found = Gathered::default();
    found.add(&tx.lookup_after(&AT_PERSON, before, records.iter().copied()).await?, records, groups)?;
    let head = sql!("SELECT n FROM audit_head WHERE municipality = $1");
    let last: i64 = tx.maybe(head, [chain.key().into()]).await?.map_or(Ok(0), |row| row.get("n"))?;
    let first = sql!("SELECT at FROM audit WHERE municipality = $1 AND n > $2 ORDER BY n LIMIT 1");
    let cut = tx.maybe(first, [chain.key().into(), (last - LATELY).into()]).await?.filter(|_| last > LATELY);
    let cut: Option<Instant> = cut.map(|row| row.get("at")).transpose()?;
    let sql = sql!(
        "SELECT n, at, actor, role, verb, entities FROM audit WHERE municipality = $1 AND n > $2 AND at >= $3 \
         AND verb IN ('view', 'list', 'pull', 'export') ORDER BY n"
    );
    let rows = tx.all(sql, [chain.key().into(), (last - LATELY).into(), since.into()]).await?;
    found.add(&rows, records, groups)?;
    Ok(Lately { looks: found.latest_first(), lists_from: cut.filter(|cut| *cut > since) })
}

/// What rows of the log tell of looks at one person.
#[derive(Default)]
struct Gathered {
    looks: BTreeMap<(Option<UserId>, Option<Role>, How), Looks>,
    /// The rows that told of the person: each is one look, by whatever way it was found.
    rows: BTreeSet<i64>,
}

impl Gathered {
    fn add(
        &mut self,
        rows: &[Row],
        records: &BTreeSet<ParticipantId>,
        groups: &BTreeSet<GroupId>,
    ) -> Result<(), Error> {
        for row in rows {
            let ways = ways(&row.get::<String>("verb")?, &row.get::<String>("entities")?, records, groups);
            if ways.is_empty() || !self.rows.insert(row.get("n")?) {
                continue;
            }
            for how in ways {
                self.add_one(row, how)?;
            }
        }
        Ok(())
    }

    fn add_one(&mut self, row: &Row, how: How) -> Result<(), Error> {
        let by = row.parse_opt::<uuid::Uuid>("actor")?.map(UserId);
        let role = row.get::<Option<String>>("role")?.as_deref().and_then(Role::from_code);
        let at: Instant = row.get("at")?;
        let looks = self.looks.entry((by, role, how)).or_insert(Looks { by, role, how, times: 0, last: at });
        looks.times += 1;
        looks.last = looks.last.max(at);
        Ok(())
    }

    fn latest_first(self) -> Vec<Looks> {
        let mut found: Vec<_> = self.looks.into_values().collect();
        found.sort_by_key(|looks| std::cmp::Reverse(looks.last));
        found
    }
}

/// In which ways a row tells of a look at the person; of several groups, one for each.
fn ways(verb: &str, entities: &str, records: &BTreeSet<ParticipantId>, groups: &BTreeSet<GroupId>) -> BTreeSet<How> {
    let words: Vec<_> = entities.split_whitespace().collect();
    let of_group = |word: &str, kinds: &[&str]| {
        let (kind, id) = word.split_once(':')?;
        let id = GroupId(id.parse().ok()?);
        (kinds.contains(&kind) && groups.contains(&id)).then_some(id)
    };
    if !about(entities).is_disjoint(records) {
        let emergency = words.iter().any(|word| word.starts_with("break_glass:"));
        return BTreeSet::from([if emergency { How::Emergency } else { How::Person }]);
    }
    let way = |word: &&str| match verb {
        "pull" => of_group(word, &["grp", "hth"]).map(How::Tablet),
        "export" if *word == "people" || *word == "kind:participants" => Some(How::File),
        "export" => of_group(word, &["group"]).map(|_| How::File),
        "list" if *word == "people" => Some(How::People),
        _ => of_group(word, &["group"]).map(How::Group),
    };
    words.iter().filter_map(way).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_row_tells_of_looks_at_the_person_and_at_the_own_groups_alone() {
        let (person, own, other) = (ParticipantId(Uuid::from_u128(1)), GroupId(Uuid::from_u128(2)), Uuid::from_u128(3));
        let groups = BTreeSet::from([own]);
        let told = |verb: &str, entities: String| {
            ways(verb, &entities, &[person].into(), &groups).into_iter().collect::<Vec<_>>()
        };
        assert_eq!(told("view", format!("participant:{person}")), [How::Person]);
        assert_eq!(told("view", format!("participant:{person} break_glass:{other}")), [How::Emergency]);
        assert_eq!(told("view", format!("participant:{other}")), []);
        assert_eq!(told("list", format!("group:{own}")), [How::Group(own)]);
        assert_eq!(told("list", format!("group:{other}")), []);
        assert_eq!(told("list", "people".to_owned()), [How::People]);
        assert_eq!(told("pull", format!("me grp:{own} hth:{own} grp:{other}")), [How::Tablet(own)]);
        assert_eq!(told("export", format!("kind:scores group:{own}")), [How::File]);
    }
}
