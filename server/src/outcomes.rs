//! The outcome report: its rows out of the database, its frozen pages, the periods that have pages.

pub mod council;
pub mod need;
pub mod pages;
pub mod periods;
pub mod population;
pub mod tables;

use std::collections::HashMap;

use domain::access::{Action, Reach};
use domain::assessments::{Assessment, scores};
use domain::attendance::Mark;
use domain::groups::{Group, Membership};
use domain::outcomes::dataset::{
    Area, Dataset, GroupRow, MarkRow, MembershipRow, ParticipantRow, Period, ResultRow, SessionRow, Settings,
};
use domain::outcomes::tile_map::TilePlaces;
use domain::outcomes::{Report, compute};
use domain::people::{Participant, Profile};
use domain::time::Instant;

use crate::access::ScopedTx;
use crate::applications::settings::set_value;
use crate::db::Row;
use crate::error::Error;
use crate::people::restriction::not_restricted;
use crate::sessions::all::Meeting;
use crate::{attendance, sessions};

/// The report of the period as the municipality's data stand now.
pub async fn report(tx: &mut ScopedTx, period: &Period) -> Result<Report, Error> {
    let settings = settings(tx).await?;
    Ok(compute(&dataset(tx).await?, period, &settings))
}

/// Everything that a report is computed from. Persons are numbered, never named.
pub async fn dataset(tx: &mut ScopedTx) -> Result<Dataset, Error> {
    require_whole_municipality(tx)?;
    let mut data = Dataset::empty(tx.scope().municipality().clone());
    let people = participants(tx, &mut data).await?;
    let mut groups = Numbers::default();
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
#[derive(Default)]
struct Numbers(HashMap<String, u32>, u32);

impl Numbers {
    fn of(&mut self, id: String) -> u32 {
        let next = self.1;
        let number = *self.0.entry(id).or_insert(next);
        self.1 = self.1.max(number.saturating_add(1));
        number
    }

    /// Gives `id` the number of `other`, where that has one.
    fn same(&mut self, id: String, other: &str) -> Option<u32> {
        let number = self.get(other)?;
        self.0.insert(id, number);
        Some(number)
    }

    fn get(&self, id: &str) -> Option<u32> {
        self.0.get(id).copied()
    }
}

async fn participants(tx: &mut ScopedTx, data: &mut Dataset) -> Result<Numbers, Error> {
    let sql = sql!("SELECT id, body FROM participant WHERE municipality = $1 AND deleted_at IS NULL ORDER BY id");
    let mut numbers = Numbers::default();
    let mut others = Vec::new();
    let take = |row: Row| -> Result<(), Error> {
        let (id, profile) = (row.get::<String>("id")?, row.json::<Participant>("body")?.profile);
        if profile.restricted {
            return Ok(());
        }
        if let Some(kept) = profile.same_as {
            others.push((id, kept.to_string(), profile));
            return Ok(());
        }
        numbers.of(id);
        data.participants.push(participant_row(profile));
        Ok(())
    };
    tx.each(sql, [], take).await?;
    // Records of one person count as one.
    for (id, kept, profile) in others {
        if numbers.same(id.clone(), &kept).is_none() {
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
    }
}

/// Groups of the same name and provider are the seasons of one group.
async fn seasons(tx: &mut ScopedTx, groups: &mut Numbers, data: &mut Dataset) -> Result<(), Error> {
    let sql = sql!("SELECT id, body FROM exercise_group WHERE municipality = $1 AND deleted_at IS NULL ORDER BY id");
    let mut series = Numbers::default();
    for row in tx.all(sql, []).await? {
        let Group { name, provider, season_start, season_end, .. } = row.json("body")?;
        data.groups.push(GroupRow {
            group: groups.of(row.get("id")?),
            series: series.of(format!("{provider} {}", domain::names::search_key(&name))),
            season_start,
            season_end,
        });
    }
    Ok(())
}

async fn memberships(
    tx: &mut ScopedTx,
    people: &Numbers,
    groups: &mut Numbers,
    data: &mut Dataset,
) -> Result<(), Error> {
    let sql = sql!(
        "SELECT exercise_group, participant, body FROM membership \
         WHERE municipality = $1 AND deleted_at IS NULL ORDER BY id"
    );
    let take = |row: Row| -> Result<(), Error> {
        let stay: Membership = row.json("body")?;
        let Some(participant) = people.get(&row.get::<String>("participant")?).filter(|_| !stay.is_void()) else {
            return Ok(());
        };
        data.memberships.push(MembershipRow {
            participant,
            group: groups.of(row.get("exercise_group")?),
            joined_on: stay.joined_on,
            left_on: stay.left_on,
            exit_reason: stay.exit_reason,
        });
        Ok(())
    };
    tx.each(sql, [], take).await
}

async fn meetings(tx: &mut ScopedTx, groups: &mut Numbers, data: &mut Dataset) -> Result<Numbers, Error> {
    let mut numbers = Numbers::default();
    let take = |meeting: Meeting| {
        numbers.of(meeting.id.to_string());
        let group = groups.of(meeting.group.to_string());
        data.sessions.push(SessionRow { group, day: meeting.day, status: meeting.status });
        Ok(())
    };
    sessions::all::each(tx, take).await?;
    Ok(numbers)
}

async fn marks(tx: &mut ScopedTx, people: &Numbers, sessions: &Numbers, data: &mut Dataset) -> Result<(), Error> {
    let take = |session: &str, participant: &str, mark: Mark| {
        if let (Some(session), Some(participant)) = (sessions.get(session), people.get(participant)) {
            data.marks.push(MarkRow { session, participant, mark });
        }
        Ok(())
    };
    attendance::all::each(tx, take).await?;
    // Whoever was marked twice in one session by two records was there once.
    let key = |mark: &MarkRow| (mark.session, mark.participant);
    if people.0.len() > usize::try_from(people.1).unwrap_or(usize::MAX) {
        data.marks.sort_by_key(|mark| (key(mark), !mark.mark.attended()));
        data.marks.dedup_by_key(|mark| key(mark));
    }
    Ok(())
}

/// Self-reported answers are no part of the report; tests in dispute wait for a decision.
async fn results(tx: &mut ScopedTx, people: &Numbers, data: &mut Dataset) -> Result<(), Error> {
    let sql = sql!(
        "SELECT participant, body FROM assessment WHERE municipality = $1 AND deleted_at IS NULL \
         AND instrument <> $2 ORDER BY participant, measured_on, instrument, id"
    );
    let self_report = domain::assessments::Instrument::SelfReport.code();
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
    tx.each(sql, [self_report.into()], take).await
}

fn tested(row: &Row, people: &Numbers) -> Result<Option<(u32, Assessment)>, Error> {
    match people.get(&row.get::<String>("participant")?) {
        Some(participant) => Ok(Some((participant, row.json("body")?))),
        None => Ok(None),
    }
}

fn result_rows(participant: u32, test: &Assessment) -> Vec<ResultRow> {
    scores(test).iter().filter_map(|score| ResultRow::of(participant, test.measured_on, score)).collect()
}

/// What the municipality has decided about its reports; what it is silent about has the default.
pub async fn settings(tx: &mut ScopedTx) -> Result<Settings, Error> {
    require_whole_municipality(tx)?;
    let mut settings = Settings::default();
    let sql = sql!("SELECT key, value FROM setting WHERE municipality = $1");
    for row in tx.all(sql, []).await? {
        match row.get::<String>("key")?.as_str() {
            // A municipality may hide more than the default, never less.
            "report.k" => settings.k = settings.k.max(row.parse("value")?),
            "report.basis" => settings.basis = settings.basis.max(row.parse("value")?),
            "report.areas" => settings.areas = areas(&row)?,
            AREA_PLACES => settings.places = row.json("value")?,
            _ => {}
        }
    }
    Ok(settings)
}

/// `{"name": {"row": 1, "column": 2}, …}`: where areas stand on the map.
const AREA_PLACES: &str = "report.area_places";

/// Sets where areas stand on the map: what follows from it alone is how drawings look. Says whether that is new.
pub async fn set_places(tx: &mut ScopedTx, places: &TilePlaces, now: Instant) -> Result<bool, Error> {
    if settings(tx).await?.places == *places {
        return Ok(false);
    }
    let value = serde_json::to_string(places).map_err(|error| Error::Broken(error.to_string()))?;
    set_value(tx, AREA_PLACES, &value, now).await?;
    Ok(true)
}

/// `{"name": ["00100", …], …}`.
fn areas(row: &Row) -> Result<Vec<Area>, Error> {
    let areas: std::collections::BTreeMap<String, Vec<String>> = row.json("value")?;
    Ok(areas.into_iter().map(|(name, postal_codes)| Area { name, postal_codes }).collect())
}
