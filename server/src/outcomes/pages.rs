//! Frozen pages: put together at most once a month, and opened in four years they show the same numbers.

use std::collections::BTreeSet;

use domain::ids::{MunicipalityCode, uuid_v5};
use domain::outcomes::areas::AreaPlan;
use domain::outcomes::publishing::next_day;
use domain::outcomes::{Page, PageKind, compute_for_page, publish};
use domain::time::{Day, Instant};
use uuid::Uuid;

use super::periods::{FixedPeriod, kind_of};
use super::{area_plan, dataset, require_whole_municipality, settings_of};
use crate::access::{Scope, ScopedTx};
use crate::audit;
use crate::db::Row;
use crate::error::Error;
use crate::state::AppState;

/// A page as it was frozen.
#[derive(Clone, PartialEq, Debug)]
pub struct Snapshot {
    pub made_at: Instant,
    pub page: Page,
}

/// What came of putting a page together.
#[derive(Clone, PartialEq, Debug)]
pub enum Taken {
    Page(Box<Page>),
    /// There is one of this month: the first day of the next.
    NotBefore(Day),
}

/// A page is held against every earlier one: so many times it is computed at most, when others are kept meanwhile.
const TRIES: u32 = 3;

/// Puts together the pages of the periods as the municipality's data stand now, and keeps them. With a reason, pages of
/// this month are replaced. They are computed aside, from one state of the data; only keeping them writes.
pub async fn put_together(
    state: &AppState,
    scope: &Scope,
    periods: Vec<FixedPeriod>,
    reason: Option<String>,
    request_id: &str,
) -> Result<Vec<Taken>, Error> {
    let (scope, request_id) = (scope.clone(), request_id.to_owned());
    let work = move |state: AppState| async move {
        for _ in 0..TRIES {
            let drafts = drafts(&mut state.db.read(&scope).await?, &periods, reason.as_deref()).await?;
            let (state, drafts, request_id) = (&state, &drafts, request_id.as_str());
            let kept = state.write(&scope, |mut tx| async move {
                if how_many(&mut tx).await? != drafts.earlier {
                    return Ok(tx.undone(None));
                }
                let mut taken = Vec::with_capacity(drafts.pages.len());
                for draft in &drafts.pages {
                    taken.push(keep(state, &mut tx, draft, request_id).await?);
                }
                // Asked last: whoever changes areas waits for the log, which keeping a page holds.
                if area_plan(&mut tx).await? != drafts.plan {
                    return Ok(tx.undone(None));
                }
                Ok(tx.done(Some(taken)))
            });
            if let Some(taken) = kept.await? {
                return Ok(taken);
            }
        }
        Err(Error::Busy { retry_after: 5 })
    };
    state.aside(work).await
}

/// Pages that are computed and not kept yet.
struct Drafts {
    /// How many pages there were of which they know.
    earlier: i64,
    /// By which areas they are divided.
    plan: AreaPlan,
    pages: Vec<Draft>,
}

enum Draft {
    Page { id: Uuid, page: Box<Page> },
    NotBefore(Day),
}

async fn drafts(tx: &mut ScopedTx, periods: &[FixedPeriod], reason: Option<&str>) -> Result<Drafts, Error> {
    let today = tx.scope().today();
    let mut known = all(tx).await?;
    let (earlier, plan) = (i64::try_from(known.len()).unwrap_or(i64::MAX), area_plan(tx).await?);
    if reason.is_none() && periods.iter().all(|period| not_before(&known, period, today).is_some()) {
        let waits = periods.iter().filter_map(|period| not_before(&known, period, today));
        return Ok(Drafts { earlier, plan, pages: waits.map(Draft::NotBefore).collect() });
    }
    let data = dataset(tx).await?;
    let mut pages = Vec::with_capacity(periods.len());
    for period in periods {
        if let Some(day) = not_before(&known, period, today).filter(|_| reason.is_none()) {
            pages.push(Draft::NotBefore(day));
            continue;
        }
        let (kind, settings) = (period.page_kind(), settings_of(tx, period.from.year()).await?);
        let computed = compute_for_page(&data, &period.as_of(today), kind, &settings);
        let reason = reason.filter(|_| of_period(&known, period).next().is_some()).map(str::to_owned);
        let page = publish(&computed, kind, today, &known, reason);
        let id = page_id(tx.scope().municipality(), period, of_period(&known, period).count());
        pages.push(Draft::Page { id, page: Box::new(page.clone()) });
        known.push(page);
    }
    Ok(Drafts { earlier, plan, pages })
}

/// Of two that are put together at the same moment, one is kept.
fn page_id(tenant: &MunicipalityCode, period: &FixedPeriod, place: usize) -> Uuid {
    let (from, to, place) = (period.from.to_string(), period.to.to_string(), place.to_string());
    uuid_v5(Uuid::nil(), &["snapshot", tenant.as_str(), &from, &to, &place])
}

fn of_period<'a>(pages: &'a [Page], period: &FixedPeriod) -> impl DoubleEndedIterator<Item = &'a Page> {
    let days = (period.from, period.to);
    pages.iter().filter(move |page| (page.report.from, page.report.to) == days)
}

/// The first day on which the period's page may be put together again, when that is still to come. A page of a later
/// day than today was made before the clock was set back; nobody waits for its month.
fn not_before(earlier: &[Page], period: &FixedPeriod, today: Day) -> Option<Day> {
    let last = of_period(earlier, period).rfind(|page| page.made_on <= today);
    last.map(|last| next_day(last.made_on)).filter(|day| today < *day)
}

async fn keep(state: &AppState, tx: &mut ScopedTx, draft: &Draft, request_id: &str) -> Result<Taken, Error> {
    let (id, page) = match draft {
        Draft::Page { id, page } => (*id, page),
        Draft::NotBefore(day) => return Ok(Taken::NotBefore(*day)),
    };
    let report = &page.report;
    let values = [
        id.into(),
        report.from.into(),
        report.to.into(),
        report.cut_off.into(),
        report.rule_version.as_str().into(),
        state.now().into(),
        page.to_json().into(),
        Some(tx.scope().user()).filter(|user| !user.0.is_nil()).into(),
    ];
    let sql = sql!(
        "INSERT INTO snapshot (municipality, id, from_day, to_day, cut_off, rule_version, made_at, body, \
         made_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (municipality, id) DO NOTHING"
    );
    if tx.run(sql, values).await? == 0 {
        return Ok(Taken::NotBefore(next_day(page.made_on)));
    }
    let fields = if page.correction.is_some() { "page reason" } else { "page" };
    let entry = audit::Entry::of_snapshot(tx.scope(), state.now(), id, fields, request_id);
    audit::append_in_scope(tx, &state.secrets, &entry).await?;
    Ok(Taken::Page(page.clone()))
}

/// How many pages were ever put together.
pub async fn how_many(tx: &mut ScopedTx) -> Result<i64, Error> {
    tx.one(sql!("SELECT COUNT(*) AS n FROM snapshot WHERE municipality = $1"), []).await?.get("n")
}

/// Every page that was ever put together, the oldest first.
async fn all(tx: &mut ScopedTx) -> Result<Vec<Page>, Error> {
    rows(tx).await?.iter().map(|row| open(row).map(|snapshot| snapshot.page)).collect()
}

async fn rows(tx: &mut ScopedTx) -> Result<Vec<Row>, Error> {
    require_whole_municipality(tx)?;
    let sql = sql!("SELECT from_day, to_day, made_at, body FROM snapshot WHERE municipality = $1 ORDER BY made_at, id");
    tx.all(sql, []).await
}

/// The years of which a page has ever told figures by area. Of other periods no page does, and of a year one is enough.
/// The database looks through the pages of years; none is read out and opened.
pub async fn told_by_area(tx: &mut ScopedTx) -> Result<BTreeSet<i32>, Error> {
    require_whole_municipality(tx)?;
    let periods = sql!("SELECT DISTINCT from_day, to_day FROM snapshot WHERE municipality = $1");
    let tells = sql!(
        "SELECT 1 AS tells FROM snapshot \
         WHERE municipality = $1 AND from_day = $2 AND to_day = $3 AND body LIKE $4 LIMIT 1"
    );
    let by_area = format!("%{}%", Page::TELLS_AREAS);
    let mut told = BTreeSet::new();
    for period in tx.all(periods, []).await? {
        let (from, to): (Day, Day) = (period.parse("from_day")?, period.parse("to_day")?);
        let is_year = kind_of(from, to) == PageKind::Year;
        if is_year && tx.maybe(tells, [from.into(), to.into(), by_area.as_str().into()]).await?.is_some() {
            told.insert(from.year());
        }
    }
    Ok(told)
}

/// The newest frozen page of these days.
pub async fn latest_snapshot(tx: &mut ScopedTx, from: Day, to: Day) -> Result<Option<Snapshot>, Error> {
    require_whole_municipality(tx)?;
    let sql = sql!(
        "SELECT from_day, to_day, made_at, body FROM snapshot \
         WHERE municipality = $1 AND from_day = $2 AND to_day = $3 ORDER BY made_at DESC, id DESC LIMIT 1"
    );
    tx.maybe(sql, [from.into(), to.into()]).await?.map(|row| open(&row)).transpose()
}

/// A page in the archive.
#[derive(Clone, PartialEq, Debug)]
pub struct Archived {
    pub id: Uuid,
    /// The name of who put it together, where that is known.
    pub by: Option<String>,
    pub snapshot: Snapshot,
}

impl Archived {
    /// The first and the last day of its period.
    pub fn days(&self) -> (Day, Day) {
        let report = &self.snapshot.page.report;
        (report.from, report.to)
    }
}

/// What is read of a page in the archive, and what follows.
macro_rules! archived {
    ($more:expr) => {
        sql!(
            "SELECT s.id, s.from_day, s.to_day, s.made_at, s.body, a.name FROM snapshot s \
             LEFT JOIN account a ON a.municipality = s.municipality AND a.id = s.made_by WHERE s.municipality = $1 ",
            $more
        )
    };
}

fn archived(row: &Row) -> Result<Archived, Error> {
    Ok(Archived { id: row.parse("id")?, by: row.get("name")?, snapshot: open(row)? })
}

/// So many pages, the newest first, from a place in their list on.
pub async fn part(tx: &mut ScopedTx, size: i64, from: i64) -> Result<Vec<Archived>, Error> {
    require_whole_municipality(tx)?;
    let sql = archived!("ORDER BY s.made_at DESC, s.id DESC LIMIT $2 OFFSET $3");
    tx.all(sql, [size.into(), from.into()]).await?.iter().map(archived).collect()
}

/// Of each period the page that was put together last, the first period first.
pub async fn newest_of_each(tx: &mut ScopedTx) -> Result<Vec<Archived>, Error> {
    require_whole_municipality(tx)?;
    let sql = archived!(
        "AND NOT EXISTS (SELECT 1 FROM snapshot n WHERE n.municipality = s.municipality AND n.from_day = s.from_day \
         AND n.to_day = s.to_day AND (n.made_at, n.id) > (s.made_at, s.id)) ORDER BY s.from_day, s.to_day"
    );
    tx.all(sql, []).await?.iter().map(archived).collect()
}

/// One page of the archive.
pub async fn find(tx: &mut ScopedTx, id: Uuid) -> Result<Archived, Error> {
    require_whole_municipality(tx)?;
    let row = tx.maybe(archived!("AND s.id = $2"), [id.into()]).await?;
    row.as_ref().map(archived).transpose()?.ok_or(Error::NotFound)
}

/// The pages of its period that were kept before this one, the oldest first.
pub async fn before(tx: &mut ScopedTx, page: &Archived) -> Result<Vec<Archived>, Error> {
    require_whole_municipality(tx)?;
    let sql =
        archived!("AND s.from_day = $2 AND s.to_day = $3 AND (s.made_at, s.id) < ($4, $5) ORDER BY s.made_at, s.id");
    let (from, to) = page.days();
    let values = [from.into(), to.into(), page.snapshot.made_at.into(), page.id.into()];
    tx.all(sql, values).await?.iter().map(archived).collect()
}

/// The last of those.
pub async fn one_before(tx: &mut ScopedTx, page: &Archived) -> Result<Option<Archived>, Error> {
    require_whole_municipality(tx)?;
    let sql = archived!(
        "AND s.from_day = $2 AND s.to_day = $3 AND (s.made_at, s.id) < ($4, $5) \
         ORDER BY s.made_at DESC, s.id DESC LIMIT 1"
    );
    let (from, to) = page.days();
    let values = [from.into(), to.into(), page.snapshot.made_at.into(), page.id.into()];
    tx.maybe(sql, values).await?.as_ref().map(archived).transpose()
}

fn open(row: &Row) -> Result<Snapshot, Error> {
    let (from, to): (Day, Day) = (row.parse("from_day")?, row.parse("to_day")?);
    let made_at: Instant = row.get("made_at")?;
    let broken = |error| Error::Broken(format!("snapshot of {from} – {to}: {error}"));
    let (made_on, _) = made_at.in_finland();
    let page = Page::open(&row.get::<String>("body")?, kind_of(from, to), made_on).map_err(broken)?;
    Ok(Snapshot { made_at, page })
}
