//! The outcome report: its rows out of the database, its frozen pages, the periods that have pages.

pub mod costs;
pub mod council;
pub mod goals;
pub mod indicators;
pub mod need;
pub mod pages;
pub mod periods;
pub mod population;
pub mod tables;

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

use domain::access::{Action, Reach};
use domain::applications::Application;
use domain::assessments::wellbeing::FOLLOWED;
use domain::assessments::{Assessment, Instrument, scores};
use domain::attendance::Mark;
use domain::groups::{Group, Membership};
use domain::ids::{GroupId, MunicipalityCode, ParticipantId, SessionId};
use domain::outcomes::areas::AreaPlan;
use domain::outcomes::dataset::{
    Area, Dataset, GroupRow, MarkRow, MembershipRow, ParticipantRow, Period, ResultRow, SessionRow, Settings, division,
};
use domain::outcomes::tile_map::TilePlaces;
use domain::outcomes::{Report, compute};
use domain::people::{Decision, Participant, Profile};
use domain::time::Instant;
use serde::Serialize;

use crate::access::ScopedTx;
use crate::applications::settings::set_value;
use crate::db::{Row, Tx};
use crate::error::Error;
use crate::people::restriction::not_restricted;
use crate::sessions::all::Meeting;
use crate::{attendance, sessions};

/// The report of the period as the municipality's data stand now.
pub async fn report(tx: &mut ScopedTx, period: &Period) -> Result<Report, Error> {
    let settings = settings_of(tx, period.to.year()).await?;
    Ok(compute(&dataset(tx).await?, period, &settings))
}

/// Everything that a report is computed from. Persons are numbered, never named.
pub async fn dataset(tx: &mut ScopedTx) -> Result<Dataset, Error> {
    require_whole_municipality(tx)?;
    let mut data = Dataset::empty(tx.scope().municipality().clone());
    let people = participants(tx, &mut data).await?;
    acceptances(tx, &people, &mut data).await?;
    let mut groups = Numbers::new();
    seasons(tx, &mut groups, &mut data).await?;
    memberships(tx, &people, &mut groups, &mut data).await?;
    let numbers = meetings(tx, &mut groups, &mut data).await?;
    marks(tx, &people, &numbers, &mut data).await?;
    results(tx, &people, &mut data).await?;
    let falls = sql!(
        "SELECT i.on_day FROM incident i WHERE i.municipality = $1 AND i.deleted_at IS NULL AND i.kind = $2",
        not_restricted!("i.participant"),
        " ORDER BY i.on_day"
    );
    for row in tx.all(falls, [domain::incidents::IncidentKind::Fall.code().into()]).await? {
        data.falls.push(row.parse("on_day")?);
    }
    Ok(data)
}

/// A report of one municipality is for those who may see all of its figures, exact ones.
fn require_whole_municipality(tx: &ScopedTx) -> Result<(), Error> {
    if tx.require(Action::SeeFigures)? == Reach::Municipality { Ok(()) } else { Err(Error::Forbidden) }
}

/// Positions given to ids as they are met, and the next one.
struct Numbers<Id>(HashMap<Id, u32>, u32);

impl<Id: Eq + Hash> Numbers<Id> {
    fn new() -> Self {
        Self(HashMap::new(), 0)
    }

    fn of(&mut self, id: Id) -> u32 {
        let next = self.1;
        let number = *self.0.entry(id).or_insert(next);
        self.1 = self.1.max(number.saturating_add(1));
        number
    }

    /// Gives `id` the number of `other`, where that has one.
    fn same(&mut self, id: Id, other: &Id) -> Option<u32> {
        let number = self.get(other)?;
        self.0.insert(id, number);
        Some(number)
    }

    fn get(&self, id: &Id) -> Option<u32> {
        self.0.get(id).copied()
    }
}

async fn participants(tx: &mut ScopedTx, data: &mut Dataset) -> Result<Numbers<ParticipantId>, Error> {
    let sql = sql!("SELECT id, body FROM participant WHERE municipality = $1 AND deleted_at IS NULL ORDER BY id");
    let mut numbers = Numbers::new();
    let mut others = Vec::new();
    let take = |row: Row| -> Result<(), Error> {
        let (id, profile) = (row.parse("id")?, row.json::<Participant>("body")?.profile);
        if profile.restricted {
            return Ok(());
        }
        if let Some(kept) = profile.same_as {
            others.push((id, kept, profile));
            return Ok(());
        }
        numbers.of(id);
        data.participants.push(participant_row(profile));
        Ok(())
    };
    tx.each(sql, [], take).await?;
    // Records of one person count as one.
    for (id, kept, profile) in others {
        if numbers.same(id, &kept).is_none() {
            numbers.of(id);
            data.participants.push(participant_row(profile));
        }
    }
    Ok(numbers)
}

fn participant_row(p: Profile) -> ParticipantRow {
    let p = p.disclosed();
    ParticipantRow {
        birth_date: p.birth_date,
        sex: p.sex,
        language: p.language,
        postal_code: p.postal_code,
        living_alone: p.living_alone,
        education: p.education,
        income_ok: p.income_ok,
        applied_on: p.applied_on,
        decision: p.decision,
        accepted_on: None,
    }
}

/// When each was first accepted, as far as an application says so: what was measured before may have been a reason.
async fn acceptances(tx: &mut ScopedTx, people: &Numbers<ParticipantId>, data: &mut Dataset) -> Result<(), Error> {
    let sql =
        sql!("SELECT participant, body FROM application WHERE municipality = $1 AND deleted_at IS NULL ORDER BY id");
    let take = |row: Row| -> Result<(), Error> {
        let Some(number) = people.get(&row.parse("participant")?) else { return Ok(()) };
        let decided = row.json::<Application>("body")?.decided;
        let accepted = decided.filter(|decided| decided.decision == Decision::Accepted);
        if let (Some(accepted), Some(person)) = (accepted, data.participants.get_mut(number as usize)) {
            person.accepted_on = person.accepted_on.into_iter().chain([accepted.on]).min();
        }
        Ok(())
    };
    tx.each(sql, [], take).await
}

/// Groups of the same name and provider are the seasons of one group.
async fn seasons(tx: &mut ScopedTx, groups: &mut Numbers<GroupId>, data: &mut Dataset) -> Result<(), Error> {
    let sql = sql!(
        "SELECT w.id, w.body, o.name AS provider_name FROM exercise_group w \
         LEFT JOIN organisation o ON o.municipality = w.municipality AND o.id = w.provider \
         WHERE w.municipality = $1 AND w.deleted_at IS NULL ORDER BY w.id"
    );
    let mut series = Numbers::new();
    let mut marks: Vec<BTreeSet<String>> = Vec::new();
    for row in tx.all(sql, []).await? {
        let Group { name, kind, provider, season_start, season_end, .. } = row.json("body")?;
        let provider_name = row.get::<Option<String>>("provider_name")?;
        let named = provider_name.map(|name| division(kind, &name));
        let division = named.and_then(|named| place_of(named, &mut data.divisions));
        marks.resize_with(data.divisions.len(), BTreeSet::new);
        if let Some(marks) = division.and_then(|place| marks.get_mut(place as usize)) {
            marks.insert(domain::outcomes::dataset::division(kind, &provider.to_string()));
        }
        data.groups.push(GroupRow {
            group: groups.of(row.parse("id")?),
            series: series.of(format!("{provider} {}", domain::names::search_key(&name))),
            season_start,
            season_end,
            division,
        });
    }
    // Providers of the same name are one.
    data.division_marks = marks.into_iter().map(|marks| marks.into_iter().collect::<Vec<_>>().join(" + ")).collect();
    Ok(())
}

/// The place of a division among those of the data, where it is put when it is new.
fn place_of(division: String, divisions: &mut Vec<String>) -> Option<u32> {
    let place = divisions.iter().position(|other| *other == division);
    let place = place.unwrap_or_else(|| {
        divisions.push(division);
        divisions.len() - 1
    });
    u32::try_from(place).ok()
}

async fn memberships(
    tx: &mut ScopedTx,
    people: &Numbers<ParticipantId>,
    groups: &mut Numbers<GroupId>,
    data: &mut Dataset,
) -> Result<(), Error> {
    let sql = sql!(
        "SELECT exercise_group, participant, body FROM membership \
         WHERE municipality = $1 AND deleted_at IS NULL ORDER BY id"
    );
    let take = |row: Row| -> Result<(), Error> {
        let stay: Membership = row.json("body")?;
        let Some(participant) = people.get(&row.parse("participant")?).filter(|_| !stay.is_void()) else {
            return Ok(());
        };
        data.memberships.push(MembershipRow {
            participant,
            group: groups.of(row.parse("exercise_group")?),
            joined_on: stay.joined_on,
            left_on: stay.left_on,
            exit_reason: stay.exit_reason,
        });
        Ok(())
    };
    tx.each(sql, [], take).await
}

async fn meetings(
    tx: &mut ScopedTx,
    groups: &mut Numbers<GroupId>,
    data: &mut Dataset,
) -> Result<Numbers<SessionId>, Error> {
    let mut numbers = Numbers::new();
    let take = |meeting: Meeting| {
        if meeting.by_count {
            return Ok(());
        }
        numbers.of(meeting.id);
        let group = groups.of(meeting.group);
        data.sessions.push(SessionRow { group, day: meeting.day, status: meeting.status });
        Ok(())
    };
    sessions::all::each(tx, take).await?;
    Ok(numbers)
}

async fn marks(
    tx: &mut ScopedTx,
    people: &Numbers<ParticipantId>,
    sessions: &Numbers<SessionId>,
    data: &mut Dataset,
) -> Result<(), Error> {
    let take = |session: SessionId, participant: ParticipantId, mark: Mark| {
        if let (Some(session), Some(participant)) = (sessions.get(&session), people.get(&participant)) {
            data.marks.push(MarkRow::new(session, participant, mark));
        }
        Ok(())
    };
    attendance::all::each(tx, take).await?;
    // Whoever was marked twice in one session by two records was there once.
    let key = |mark: &MarkRow| (mark.session, mark.participant());
    if people.0.len() > usize::try_from(people.1).unwrap_or(usize::MAX) {
        data.marks.sort_by_key(|mark| (key(mark), !mark.mark().attended()));
        data.marks.dedup_by_key(|mark| key(mark));
    }
    Ok(())
}

/// Of the answers to questions only those that the report tells of; tests in dispute wait for a decision.
async fn results(tx: &mut ScopedTx, people: &Numbers<ParticipantId>, data: &mut Dataset) -> Result<(), Error> {
    let sql = sql!(
        "SELECT participant, body FROM assessment WHERE municipality = $1 AND deleted_at IS NULL \
         ORDER BY participant, measured_on, instrument, id"
    );
    let mut last = None;
    let take = |row: Row| -> Result<(), Error> {
        let Some((participant, test)) = tested(&row, people)? else { return Ok(()) };
        // A possible duplicate: the first recorded counts until somebody has decided.
        let key = (participant, test.measured_on, test.instrument);
        if last.replace(key) == Some(key) || test.disputed {
            return Ok(());
        }
        data.results.extend(result_rows(participant, &test));
        Ok(())
    };
    tx.each(sql, [], take).await
}

fn tested(row: &Row, people: &Numbers<ParticipantId>) -> Result<Option<(u32, Assessment)>, Error> {
    match people.get(&row.parse("participant")?) {
        Some(participant) => Ok(Some((participant, row.json("body")?))),
        None => Ok(None),
    }
}

fn result_rows(participant: u32, test: &Assessment) -> Vec<ResultRow> {
    let all = scores(test);
    let told =
        all.iter().filter(|score| test.instrument != Instrument::SelfReport || FOLLOWED.contains(&score.outcome));
    told.filter_map(|score| ResultRow::of(participant, test.measured_on, score)).collect()
}

/// What the municipality has decided about its reports; what it is silent about has the default. Areas are those of this
/// year's figures.
pub async fn settings(tx: &mut ScopedTx) -> Result<Settings, Error> {
    let year = tx.scope().today().year();
    settings_of(tx, year).await
}

/// As [`settings`], with the areas by which figures of that year are divided.
pub async fn settings_of(tx: &mut ScopedTx, year: i32) -> Result<Settings, Error> {
    let (settings, plan) = decided(tx).await?;
    Ok(Settings { areas: plan.of_year(year), former_areas: plan.former, ..settings })
}

/// The municipality's areas over the years.
pub async fn area_plan(tx: &mut ScopedTx) -> Result<AreaPlan, Error> {
    Ok(decided(tx).await?.1)
}

async fn decided(tx: &mut ScopedTx) -> Result<(Settings, AreaPlan), Error> {
    require_whole_municipality(tx)?;
    let (mut settings, mut plan) = (Settings::default(), AreaPlan::default());
    for row in tx.all(SETTINGS, []).await? {
        match row.get::<String>("key")?.as_str() {
            // A municipality may hide more than the default, never less.
            "report.k" => settings.k = settings.k.max(row.parse("value")?),
            "report.basis" => settings.basis = settings.basis.max(row.parse("value")?),
            AREAS => plan.first = row.json("value")?,
            LATER_AREAS => plan.later = row.json("value")?,
            FORMER_AREAS => plan.former = row.json("value")?,
            AREA_PLACES => settings.places = row.json("value")?,
            _ => {}
        }
    }
    Ok((settings, plan))
}

const SETTINGS: &str = sql!("SELECT key, value FROM setting WHERE municipality = $1");

/// The areas by which figures of that year are divided, as everybody may know them: names and postal codes.
pub async fn areas_of(tx: &mut Tx, tenant: &MunicipalityCode, year: i32) -> Result<Vec<Area>, Error> {
    let mut plan = AreaPlan::default();
    for row in tx.all(SETTINGS, [tenant.into()]).await? {
        match row.get::<String>("key")?.as_str() {
            AREAS => plan.first = row.json("value")?,
            LATER_AREAS => plan.later = row.json("value")?,
            _ => {}
        }
    }
    Ok(plan.of_year(year))
}

/// `{"name": ["00100", …], …}`: the areas of every year before the first of the later ones.
const AREAS: &str = "report.areas";

/// `{"2027": {"name": ["00100", …], …}, …}`, by the first year.
const LATER_AREAS: &str = "report.areas_from";

/// `{"name that it had": "name", …}`.
const FORMER_AREAS: &str = "report.area_names";

/// `{"name": {"row": 1, "column": 2}, …}`: where areas stand on the map.
const AREA_PLACES: &str = "report.area_places";

/// Sets the municipality's areas.
pub async fn set_area_plan(tx: &mut ScopedTx, plan: &AreaPlan, now: Instant) -> Result<(), Error> {
    require_whole_municipality(tx)?;
    set_json(tx, AREAS, &plan.first, now).await?;
    set_json(tx, LATER_AREAS, &plan.later, now).await?;
    set_json(tx, FORMER_AREAS, &plan.former, now).await
}

/// Sets where areas stand on the map: what follows from it alone is how drawings look. Says whether that is new.
pub async fn set_places(tx: &mut ScopedTx, places: &TilePlaces, now: Instant) -> Result<bool, Error> {
    if settings(tx).await?.places == *places {
        return Ok(false);
    }
    set_json(tx, AREA_PLACES, places, now).await?;
    Ok(true)
}

async fn set_json<T: Serialize + Sync>(
    tx: &mut ScopedTx,
    key: &'static str,
    value: &T,
    now: Instant,
) -> Result<(), Error> {
    let value = serde_json::to_string(value).map_err(|error| Error::Broken(error.to_string()))?;
    set_value(tx, key, &value, now).await
}
