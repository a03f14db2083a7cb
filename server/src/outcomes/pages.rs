//! Frozen pages: put together at most once a month, and opened in four years they show the same numbers.

use domain::ids::uuid_v5;
use domain::outcomes::publishing::next_day;
use domain::outcomes::{Page, compute_for_page, publish};
use domain::time::{Day, Instant};

use super::periods::{FixedPeriod, kind_of};
use super::{dataset, require_whole_municipality, settings};
use crate::access::ScopedTx;
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

/// Puts together the pages of the periods as the municipality's data stand now, and keeps them. With a reason, pages of
/// this month are replaced.
pub async fn put_together(
    state: &AppState,
    tx: &mut ScopedTx,
    periods: &[FixedPeriod],
    reason: Option<&str>,
) -> Result<Vec<Taken>, Error> {
    let today = tx.scope().today();
    let mut earlier = all(tx).await?;
    let (data, settings) = (dataset(tx).await?, settings(tx).await?);
    let mut taken = Vec::new();
    for period in periods {
        if let Some(day) = not_before(&earlier, period, today).filter(|_| reason.is_none()) {
            taken.push(Taken::NotBefore(day));
            continue;
        }
        let computed = compute_for_page(&data, &period.as_of(today), &settings);
        let reason = reason.filter(|_| of_period(&earlier, period).next().is_some()).map(str::to_owned);
        let page = publish(&computed, period.page_kind(), today, &earlier, reason);
        taken.push(keep(state, tx, &earlier, page.clone()).await?);
        earlier.push(page);
    }
    Ok(taken)
}

fn of_period<'a>(pages: &'a [Page], period: &FixedPeriod) -> impl DoubleEndedIterator<Item = &'a Page> {
    let days = (period.from, period.to);
    pages.iter().filter(move |page| (page.report.from, page.report.to) == days)
}

/// The first day on which the period's page may be put together again, when that is still to come.
fn not_before(earlier: &[Page], period: &FixedPeriod, today: Day) -> Option<Day> {
    of_period(earlier, period).next_back().map(|last| next_day(last.made_on)).filter(|day| today < *day)
}

async fn keep(state: &AppState, tx: &mut ScopedTx, earlier: &[Page], page: Page) -> Result<Taken, Error> {
    let (report, made_at) = (&page.report, state.now());
    // Of two that are put together at the same moment, one is kept.
    let same = earlier.iter().filter(|other| (other.report.from, other.report.to) == (report.from, report.to)).count();
    let (from, to, place) = (report.from.to_string(), report.to.to_string(), same.to_string());
    let id = uuid_v5(uuid::Uuid::nil(), &["snapshot", tx.scope().municipality().as_str(), &from, &to, &place]);
    let values = [
        id.into(),
        report.from.into(),
        report.to.into(),
        report.cut_off.into(),
        report.rule_version.as_str().into(),
        made_at.into(),
        page.to_json().into(),
    ];
    let sql = "INSERT INTO snapshot (municipality, id, from_day, to_day, cut_off, rule_version, made_at, body) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (municipality, id) DO NOTHING";
    match tx.run(sql, values).await? {
        0 => Ok(Taken::NotBefore(next_day(page.made_on))),
        _ => Ok(Taken::Page(Box::new(page))),
    }
}

/// Every page that was ever put together, the oldest first.
async fn all(tx: &mut ScopedTx) -> Result<Vec<Page>, Error> {
    require_whole_municipality(tx)?;
    let sql = "SELECT from_day, to_day, made_at, body FROM snapshot WHERE municipality = $1 ORDER BY made_at, id";
    let rows = tx.all(sql, []).await?;
    rows.iter().map(|row| open(row).map(|snapshot| snapshot.page)).collect()
}

/// The newest frozen page of these days.
pub async fn latest_snapshot(tx: &mut ScopedTx, from: Day, to: Day) -> Result<Option<Snapshot>, Error> {
    require_whole_municipality(tx)?;
    let sql = "SELECT from_day, to_day, made_at, body FROM snapshot \
               WHERE municipality = $1 AND from_day = $2 AND to_day = $3 ORDER BY made_at DESC, id DESC LIMIT 1";
    tx.maybe(sql, [from.into(), to.into()]).await?.map(|row| open(&row)).transpose()
}

fn open(row: &Row) -> Result<Snapshot, Error> {
    let (from, to): (Day, Day) = (row.parse("from_day")?, row.parse("to_day")?);
    let made_at: Instant = row.get("made_at")?;
    let broken = |error| Error::Broken(format!("snapshot of {from} – {to}: {error}"));
    let (made_on, _) = made_at.in_finland();
    let page = Page::open(&row.get::<String>("body")?, kind_of(from, to), made_on).map_err(broken)?;
    Ok(Snapshot { made_at, page })
}
