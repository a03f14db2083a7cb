//! The outcome report: its rows out of the database, its frozen snapshots, the periods that pages offer.

use std::collections::HashMap;

use domain::access::{Action, Reach};
use domain::assessments::{Assessment, Measured, scores};
use domain::attendance::Mark;
use domain::groups::Membership;
use domain::ids::uuid_v7;
use domain::outcomes::dataset::{
    Area, Dataset, MarkRow, MembershipRow, ParticipantRow, Period, ResultRow, SessionRow, Settings,
};
use domain::outcomes::{Report, compute};
use domain::people::{Participant, Profile};
use domain::time::{Day, Instant};

use crate::access::ScopedTx;
use crate::db::Row;
use crate::error::Error;
use crate::state::AppState;

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
    memberships(tx, &people, &mut groups, &mut data).await?;
    let sessions = sessions(tx, &mut groups, &mut data).await?;
    marks(tx, &people, &sessions, &mut data).await?;
    results(tx, &people, &mut data).await?;
    let falls =
        "SELECT on_day FROM incident WHERE municipality = $1 AND deleted_at IS NULL AND kind = $2 ORDER BY on_day";
    for row in tx.all(falls, [domain::incidents::IncidentKind::Fall.code().into()]).await? {
        data.falls.push(row.parse("on_day")?);
    }
    Ok(data)
}

/// A report of one municipality is for those who may see all of its figures, exact ones.
fn require_whole_municipality(tx: &ScopedTx) -> Result<(), Error> {
    if tx.require(Action::SeeFigures)? == Reach::Municipality { Ok(()) } else { Err(Error::Forbidden) }
}

/// Positions given to ids as they are met.
#[derive(Default)]
struct Numbers(HashMap<String, u32>);

impl Numbers {
    fn of(&mut self, id: String) -> u32 {
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        *self.0.entry(id).or_insert(next)
    }

    fn get(&self, id: &str) -> Option<u32> {
        self.0.get(id).copied()
    }
}

async fn participants(tx: &mut ScopedTx, data: &mut Dataset) -> Result<Numbers, Error> {
    let sql = "SELECT id, body FROM participant WHERE municipality = $1 AND deleted_at IS NULL ORDER BY id";
    let mut numbers = Numbers::default();
    for row in tx.all(sql, []).await? {
        numbers.of(row.get("id")?);
        data.participants.push(participant_row(row.json::<Participant>("body")?.profile));
    }
    Ok(numbers)
}

fn participant_row(p: Profile) -> ParticipantRow {
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

async fn memberships(
    tx: &mut ScopedTx,
    people: &Numbers,
    groups: &mut Numbers,
    data: &mut Dataset,
) -> Result<(), Error> {
    let sql = "SELECT exercise_group, participant, body FROM membership \
               WHERE municipality = $1 AND deleted_at IS NULL ORDER BY id";
    for row in tx.all(sql, []).await? {
        let stay: Membership = row.json("body")?;
        let Some(participant) = people.get(&row.get::<String>("participant")?).filter(|_| !stay.is_void()) else {
            continue;
        };
        data.memberships.push(MembershipRow {
            participant,
            group: groups.of(row.get("exercise_group")?),
            joined_on: stay.joined_on,
            left_on: stay.left_on,
            exit_reason: stay.exit_reason,
        });
    }
    Ok(())
}

async fn sessions(tx: &mut ScopedTx, groups: &mut Numbers, data: &mut Dataset) -> Result<Numbers, Error> {
    let sql = "SELECT id, exercise_group, day, status FROM group_session \
               WHERE municipality = $1 AND deleted_at IS NULL ORDER BY id";
    let mut numbers = Numbers::default();
    for row in tx.all(sql, []).await? {
        numbers.of(row.get("id")?);
        data.sessions.push(SessionRow {
            group: groups.of(row.get("exercise_group")?),
            day: row.parse("day")?,
            held: row.get::<Option<String>>("status")?.as_deref() == Some("held"),
        });
    }
    Ok(numbers)
}

async fn marks(tx: &mut ScopedTx, people: &Numbers, sessions: &Numbers, data: &mut Dataset) -> Result<(), Error> {
    // A row a session: most of what a row costs is its way out of the database.
    let sql = "SELECT session, STRING_AGG(participant || ' ' || mark, ' ') AS marks FROM attendance \
               WHERE municipality = $1 AND deleted_at IS NULL AND mark IS NOT NULL GROUP BY session";
    for row in tx.all(sql, []).await? {
        let Some(session) = sessions.get(&row.get::<String>("session")?) else { continue };
        let marks = row.get::<String>("marks")?;
        let mut words = marks.split(' ');
        while let (Some(participant), Some(mark)) = (words.next(), words.next()) {
            let mark = Mark::from_code(mark).ok_or_else(|| row.broken("mark"))?;
            if let Some(participant) = people.get(participant) {
                data.marks.push(MarkRow { session, participant, mark });
            }
        }
    }
    Ok(())
}

/// Self-reported answers are no part of the report; tests in dispute wait for a decision.
async fn results(tx: &mut ScopedTx, people: &Numbers, data: &mut Dataset) -> Result<(), Error> {
    let sql = "SELECT participant, body FROM assessment WHERE municipality = $1 AND deleted_at IS NULL \
               AND instrument <> $2 ORDER BY participant, measured_on, instrument, id";
    let self_report = domain::assessments::Instrument::SelfReport.code();
    let mut last = None;
    for row in tx.all(sql, [self_report.into()]).await? {
        let Some((participant, test)) = tested(&row, people)? else { continue };
        // A possible duplicate: the first recorded counts until somebody has decided.
        let key = (participant, test.measured_on, test.instrument);
        if last.replace(key) == Some(key) || test.disputed {
            continue;
        }
        data.results.extend(result_rows(participant, &test));
    }
    Ok(())
}

fn tested(row: &Row, people: &Numbers) -> Result<Option<(u32, Assessment)>, Error> {
    match people.get(&row.get::<String>("participant")?) {
        Some(participant) => Ok(Some((participant, row.json("body")?))),
        None => Ok(None),
    }
}

fn result_rows(participant: u32, test: &Assessment) -> Vec<ResultRow> {
    let measured = scores(test).into_iter().filter(|score| score.measured != Measured::Missing);
    let row = |score: domain::assessments::Score| ResultRow {
        participant,
        day: test.measured_on,
        outcome: score.outcome,
        value: score.value().and_then(|value| i32::try_from(value).ok()),
        unable: score.measured == Measured::Unable,
        course_m: score.conditions.course_m,
        aid: score.conditions.aid,
    };
    measured.map(row).collect()
}

/// What the municipality has decided about its reports; what it is silent about has the default.
pub async fn settings(tx: &mut ScopedTx) -> Result<Settings, Error> {
    require_whole_municipality(tx)?;
    let mut settings = Settings::default();
    let sql = "SELECT key, value FROM setting WHERE municipality = $1";
    for row in tx.all(sql, []).await? {
        match row.get::<String>("key")?.as_str() {
            // A municipality may hide more than the default, never less.
            "report.k" => settings.k = settings.k.max(row.parse("value")?),
            "report.basis" => settings.basis = settings.basis.max(row.parse("value")?),
            "report.areas" => settings.areas = areas(&row)?,
            _ => {}
        }
    }
    Ok(settings)
}

/// `{"name": ["00100", …], …}`.
fn areas(row: &Row) -> Result<Vec<Area>, Error> {
    let areas: std::collections::BTreeMap<String, Vec<String>> = row.json("value")?;
    Ok(areas.into_iter().map(|(name, postal_codes)| Area { name, postal_codes }).collect())
}

/// A report as it was frozen.
#[derive(Clone, PartialEq, Debug)]
pub struct Snapshot {
    pub made_at: Instant,
    pub report: Report,
}

/// Computes the period's report and keeps it: opened in four years, it shows the same numbers.
pub async fn take_snapshot(state: &AppState, tx: &mut ScopedTx, period: &Period) -> Result<Snapshot, Error> {
    let report = report(tx, period).await?;
    keep(state, tx, report).await
}

/// As [`take_snapshot`], for several periods at once: the rows are read once.
pub async fn take_snapshots(state: &AppState, tx: &mut ScopedTx, periods: &[Period]) -> Result<(), Error> {
    let (data, settings) = (dataset(tx).await?, settings(tx).await?);
    for period in periods {
        keep(state, tx, compute(&data, period, &settings)).await?;
    }
    Ok(())
}

async fn keep(state: &AppState, tx: &mut ScopedTx, report: Report) -> Result<Snapshot, Error> {
    let made_at = state.now();
    let values = [
        state.with_chance(|chance| uuid_v7(made_at, chance)).into(),
        report.from.into(),
        report.to.into(),
        report.cut_off.into(),
        report.rule_version.as_str().into(),
        made_at.into(),
        report.to_json().into(),
    ];
    let sql = "INSERT INTO snapshot (municipality, id, from_day, to_day, cut_off, rule_version, made_at, body) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    tx.run(sql, values).await?;
    Ok(Snapshot { made_at, report })
}

/// The newest frozen report of these days, whatever its cut-off.
pub async fn latest_snapshot(tx: &mut ScopedTx, from: Day, to: Day) -> Result<Option<Snapshot>, Error> {
    require_whole_municipality(tx)?;
    let sql = "SELECT made_at, body FROM snapshot WHERE municipality = $1 AND from_day = $2 AND to_day = $3 \
               ORDER BY made_at DESC, id DESC LIMIT 1";
    let Some(row) = tx.maybe(sql, [from.into(), to.into()]).await? else { return Ok(None) };
    let broken = |error| Error::Broken(format!("snapshot of {from} – {to}: {error}"));
    let report = Report::from_snapshot(&row.get::<String>("body")?).map_err(broken)?;
    Ok(Some(Snapshot { made_at: row.get("made_at")?, report }))
}

/// The kinds of period that pages offer (domain.md 4.1); the command line takes any days.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PeriodKind {
    /// Weeks 35–50.
    Autumn,
    /// Weeks 2–20.
    Spring,
    CalendarYear,
    /// From June after an election to the end of May four years later.
    CouncilTerm,
}

/// A fixed period.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FixedPeriod {
    pub kind: PeriodKind,
    pub from: Day,
    pub to: Day,
}

impl FixedPeriod {
    /// The report's period on that day: nothing later than today is known.
    pub fn as_of(&self, today: Day) -> Period {
        Period { from: self.from, to: self.to, cut_off: self.to.min(today) }
    }
}

/// The periods to choose from on that day, the widest first: this council term, this year and the last, and
/// the last three seasons that have begun.
pub fn fixed_periods(today: Day) -> Vec<FixedPeriod> {
    let year = today.year();
    let mut periods = Vec::new();
    periods.extend(council_term(today));
    for year in [year, year - 1] {
        let days = (Day::new(year, 1, 1), Day::new(year, 12, 31));
        if let (Some(from), Some(to)) = days {
            periods.push(FixedPeriod { kind: PeriodKind::CalendarYear, from, to });
        }
    }
    let seasons = [year, year - 1]
        .into_iter()
        .flat_map(|year| [season(PeriodKind::Autumn, year, 35, 50), season(PeriodKind::Spring, year, 2, 20)]);
    periods.extend(seasons.flatten().filter(|season| season.from <= today).take(3));
    periods
}

/// Terms begin on 1 June of 2025, 2029 and so on.
fn council_term(today: Day) -> Option<FixedPeriod> {
    let years = (today.year() - 2025).rem_euclid(4);
    let before_june = years == 0 && today.month() < 6;
    let start = today.year() - years - if before_june { 4 } else { 0 };
    let (from, to) = (Day::new(start, 6, 1)?, Day::new(start + 4, 5, 31)?);
    Some(FixedPeriod { kind: PeriodKind::CouncilTerm, from, to })
}

fn season(kind: PeriodKind, year: i32, first_week: i64, last_week: i64) -> Option<FixedPeriod> {
    // The week of 4 January is week 1.
    let fourth = Day::new(year, 1, 4)?;
    let monday = fourth.plus_days(1 - i64::from(fourth.weekday()));
    let (from, to) = (monday.plus_days((first_week - 1) * 7), monday.plus_days(last_week * 7 - 1));
    Some(FixedPeriod { kind, from, to })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn pages_offer_the_term_two_years_and_the_seasons_that_have_begun() {
        let shown: Vec<_> =
            fixed_periods(day("2026-11-21")).iter().map(|p| format!("{:?} {} {}", p.kind, p.from, p.to)).collect();
        assert_eq!(
            shown,
            [
                "CouncilTerm 2025-06-01 2029-05-31",
                "CalendarYear 2026-01-01 2026-12-31",
                "CalendarYear 2025-01-01 2025-12-31",
                "Autumn 2026-08-24 2026-12-13",
                "Spring 2026-01-05 2026-05-17",
                "Autumn 2025-08-25 2025-12-14",
            ]
        );
    }

    #[test]
    fn a_council_term_begins_in_june() {
        let from = |text| council_term(day(text)).unwrap().from;
        assert_eq!(from("2025-05-31"), day("2021-06-01"));
        assert_eq!(from("2025-06-01"), day("2025-06-01"));
        assert_eq!(from("2029-05-31"), day("2025-06-01"));
        assert_eq!(from("2029-06-01"), day("2029-06-01"));
    }

    #[test]
    fn nothing_later_than_today_is_in_a_running_period() {
        let year = fixed_periods(day("2026-11-21"))[1];
        assert_eq!(year.as_of(day("2026-11-21")).cut_off, day("2026-11-21"));
        assert_eq!(year.as_of(day("2027-03-01")).cut_off, day("2026-12-31"));
    }
}
