//! What a file of groups changes: new groups, changed fields, partner organisations that were missing.

use domain::groups;
use domain::groups::Group;
use domain::ids::{GroupId, OrganisationId};
use domain::places::{Meets, Place};
use domain::sync::op::Verb;

use super::memory::{self, Memory};
use super::plan::{Effect, Ground, Plan, is_news};
use crate::access::ScopedTx;
use crate::db::Unscoped;
use crate::error::Error;
use crate::files::cells::Parsed;
use crate::files::groups::{GroupRow, cells};
use crate::files::kinds::Kind;
use crate::files::present::{self, Organisations};
use crate::files::problem::NoticeKind;
use crate::{places, sessions};

type Row = Parsed<GroupRow>;

pub struct Planner {
    organisations: Organisations,
    /// The list of the municipality's own organisation, whose files these are.
    places: Vec<Place>,
}

impl Planner {
    pub async fn new(tx: &mut ScopedTx) -> Result<Self, Error> {
        let organisations = present::organisations(tx).await?;
        let (bare, tenant) = tx.unscoped(Unscoped::Sync);
        let places = places::of_organisation(bare, tenant, organisations.own).await?;
        Ok(Self { organisations, places })
    }

    pub async fn plan(&mut self, ground: &Ground<'_>, tx: &mut ScopedTx, rows: &[Row]) -> Result<Plan, Error> {
        let groups = present::groups(tx).await?;
        let keys = rows.iter().map(|row| memory::key(&row.key));
        let memories = memory::recall(tx, Kind::Groups, keys).await?;
        let known: Vec<_> = rows.iter().filter_map(|row| groups.find(&row.value.reference)).collect();
        let begun = sessions::begun(tx, known).await?;
        let mut plan = Plan::default();
        for row in rows {
            let last = memories.get(&memory::key(&row.key));
            let id = match (groups.find(&row.value.reference), last) {
                (Some(group), _) => {
                    let wanted = self.edited(ground, tx, &mut plan, row, group, last).await?;
                    // A file says what holds, not since when.
                    let wanted = wanted.following(group, begun.contains(&group.id), ground.scope.today());
                    change(&mut plan, row.line, group, wanted);
                    group.id
                }
                // Imported once and gone since: somebody removed the group, and a file does not undo that.
                (None, Some(last)) => {
                    plan.count(row.line, Effect::Nothing);
                    GroupId(last.entity)
                }
                (None, None) => self.create(ground, tx, &mut plan, row).await?,
            };
            plan.remember.push(memory::note(&row.key, id.0, &row.cells, last));
        }
        Ok(plan)
    }

    async fn create(
        &mut self,
        ground: &Ground<'_>,
        tx: &mut ScopedTx,
        plan: &mut Plan,
        row: &Row,
    ) -> Result<GroupId, Error> {
        let provider = self.provider(ground, tx, plan, row).await?;
        let mut group = whole(ground.id(GroupId::new), &row.value, provider);
        meet_at(&mut group, &self.places, row.value.place.as_deref());
        let id = group.id;
        plan.verbs.push((Verb::Group(groups::Verb::Put { group: Box::new(group) }), row.line));
        plan.count(row.line, Effect::Creates);
        Ok(id)
    }

    /// The group as the row's news make it.
    async fn edited(
        &mut self,
        ground: &Ground<'_>,
        tx: &mut ScopedTx,
        plan: &mut Plan,
        row: &Row,
        group: &Group,
        last: Option<&Memory>,
    ) -> Result<Group, Error> {
        let mut wanted = group.clone();
        for column in changed_columns(row, group, &self.organisations, last) {
            match column {
                "provider" => wanted.provider = self.provider(ground, tx, plan, row).await?,
                "place" => meet_at(&mut wanted, &self.places, row.value.place.as_deref()),
                column => set(&mut wanted, column, &row.value),
            }
        }
        Ok(wanted)
    }

    /// The organisation that the row names; made when it is missing. An empty cell means the municipality's own.
    async fn provider(
        &mut self,
        ground: &Ground<'_>,
        tx: &mut ScopedTx,
        plan: &mut Plan,
        row: &Row,
    ) -> Result<OrganisationId, Error> {
        let Some(name) = &row.value.provider else { return Ok(self.organisations.own) };
        if let Some(id) = self.organisations.find(name) {
            return Ok(id);
        }
        let id = ground.new_organisation(tx, name).await?;
        self.organisations.names.insert(id, name.clone());
        plan.notice(row.line, "provider", name, NoticeKind::ProviderCreated);
        Ok(id)
    }
}

/// Writes the group where it differs.
fn change(plan: &mut Plan, line: u64, group: &Group, wanted: Group) {
    if wanted == *group {
        return plan.count(line, Effect::Nothing);
    }
    plan.verbs.push((Verb::Group(groups::Verb::Put { group: Box::new(wanted) }), line));
    plan.count(line, Effect::Changes);
}

fn changed_columns(
    row: &Row,
    group: &Group,
    organisations: &Organisations,
    last: Option<&Memory>,
) -> Vec<&'static str> {
    let provider = organisations.names.get(&group.provider).filter(|_| group.provider != organisations.own);
    let present = cells(&GroupRow {
        reference: group.reference.clone().unwrap_or_default(),
        name: group.name.clone(),
        kind: group.kind,
        provider: provider.cloned(),
        place: group.place.clone(),
        weekdays: group.weekdays.clone(),
        starts_at: group.starts_at,
        minutes: group.minutes,
        capacity: group.capacity,
        season_start: group.season_start,
        season_end: group.season_end,
    });
    let told = Kind::Groups.columns().iter().zip(&row.cells).zip(&present).enumerate();
    let news =
        told.filter(|(at, ((_, text), present))| text.as_deref().is_some_and(|text| is_news(last, *at, text, present)));
    news.map(|(_, ((column, _), _))| *column).collect()
}

fn set(group: &mut Group, column: &str, row: &GroupRow) {
    match column {
        "group_ref" => group.reference = Some(row.reference.clone()),
        "name" => group.name.clone_from(&row.name),
        "kind" => group.kind = row.kind,
        "weekday" => {
            group.weekdays.clone_from(&row.weekdays);
            group.times.retain(|time| row.weekdays.contains(&time.weekday));
        }
        // Files know one time for all days.
        "starts_at" => {
            group.starts_at = row.starts_at;
            group.times.clear();
        }
        "minutes" => group.minutes = row.minutes,
        "capacity" => group.capacity = row.capacity,
        "season_start" => group.season_start = row.season_start,
        "season_end" => group.season_end = row.season_end,
        _ => {}
    }
}

/// Lets the group meet where the file says: at a place on the list, if one is meant. Of the defibrillator a file says
/// nothing: what the group said of another house goes, what the place says comes.
fn meet_at(group: &mut Group, places: &[Place], text: Option<&str>) {
    let now = Meets::at(text, places);
    let aed = now.aed(Meets::at(group.place.as_deref(), places), group.aed.as_deref());
    group.place = now.listed.map(Place::line).or_else(|| text.map(str::to_owned));
    group.aed = aed;
}

/// The group without its place.
fn whole(id: GroupId, row: &GroupRow, provider: OrganisationId) -> Group {
    Group {
        id,
        reference: Some(row.reference.clone()),
        name: row.name.clone(),
        kind: row.kind,
        level: None,
        provider,
        place: None,
        aed: None,
        weekdays: row.weekdays.clone(),
        starts_at: row.starts_at,
        minutes: row.minutes,
        capacity: row.capacity,
        season_start: row.season_start,
        season_end: row.season_end,
        times: Vec::new(),
        breaks: Vec::new(),
        earlier: Vec::new(),
    }
}
