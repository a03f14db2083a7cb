//! What single groups cost in a period, beside the sessions that they held in it. Who came is no part of this: visits of one
//! group would tell how few came to one of its sessions (docs/outcomes.md, The council's report).

use std::collections::BTreeMap;

use domain::groups::Group;
use domain::ids::GroupId;
use domain::outcomes::council::{Costs, GroupCosts};
use domain::time::Day;

use super::council::CouncilPart;
use super::periods::FixedPeriod;
use super::require_whole_municipality;
use crate::access::ScopedTx;
use crate::error::Error;

/// A group with what of it lies in a period.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GroupOfPeriod {
    pub id: GroupId,
    /// With who runs it.
    pub name: String,
    /// Held from the first day to the last.
    pub sessions: u64,
    /// What it cost itself, as it was written last.
    pub costs: Option<Costs>,
    pub is_event: bool,
}

impl GroupOfPeriod {
    /// As the report tells it; nothing where it cost nothing.
    fn told(self) -> Option<GroupCosts> {
        let Self { name, sessions, costs, is_event, .. } = self;
        let Costs { staff, rooms, materials, source, .. } = costs?;
        Some(GroupCosts { name, sessions, staff, rooms, materials, source, is_event }).filter(|group| group.total() > 0)
    }
}

/// The groups that held something by that day of the period, or whose costs somebody has written, by name.
pub async fn groups(tx: &mut ScopedTx, period: &FixedPeriod, by: Day) -> Result<Vec<GroupOfPeriod>, Error> {
    require_whole_municipality(tx)?;
    let mut written = written(tx, period).await?;
    let sql = sql!(
        "SELECT w.id, w.body, o.name AS provider_name, (SELECT COUNT(*) FROM group_session s WHERE s.municipality = $1 \
         AND s.exercise_group = w.id AND s.deleted_at IS NULL AND s.status = 'held' AND s.day >= $2 AND s.day <= $3) \
         AS sessions FROM exercise_group w LEFT JOIN organisation o ON o.municipality = w.municipality \
         AND o.id = w.provider WHERE w.municipality = $1 AND w.deleted_at IS NULL ORDER BY w.sort_key, w.id"
    );
    let mut groups = Vec::new();
    for row in tx.all(sql, [period.from.into(), by.min(period.to).into()]).await? {
        let Group { id, name, kind, .. } = row.json("body")?;
        let provider = row.get::<Option<String>>("provider_name")?;
        let name = provider.map_or_else(|| name.clone(), |provider| format!("{name} ({provider})"));
        let sessions = u64::try_from(row.get::<i64>("sessions")?).unwrap_or_default();
        let costs = written.remove(&id);
        if sessions > 0 || costs.is_some() {
            groups.push(GroupOfPeriod { id, name, sessions, costs, is_event: !kind.keeps_names() });
        }
    }
    Ok(groups)
}

/// What was written last of each group.
async fn written(tx: &mut ScopedTx, period: &FixedPeriod) -> Result<BTreeMap<GroupId, Costs>, Error> {
    let sql = sql!(
        "SELECT part, body FROM council_text WHERE municipality = $1 AND from_day = $2 AND to_day = $3 \
         ORDER BY part, version"
    );
    let mut newest = BTreeMap::new();
    for row in tx.all(sql, [period.from.into(), period.to.into()]).await? {
        if let Some(CouncilPart::GroupCosts(group)) = CouncilPart::from_code(&row.get::<String>("part")?) {
            newest.insert(group, row.json("body")?);
        }
    }
    Ok(newest)
}

/// The period's costs with those of its groups; nothing where nothing cost anything.
pub async fn with_groups(
    tx: &mut ScopedTx,
    period: &FixedPeriod,
    by: Day,
    own: Option<Costs>,
) -> Result<Option<Costs>, Error> {
    let groups = groups(tx, period, by).await?.into_iter().filter_map(GroupOfPeriod::told).collect();
    Ok(Some(Costs { groups, ..own.unwrap_or_default() }).filter(|costs| costs.total() > 0))
}
