//! Reports for the council as rows: the officer's texts with all of their versions, and frozen reports.

use std::collections::BTreeMap;

use app::outcomes::council::said;
use app::texts::{Lang, council};
use domain::ids::{GroupId, uuid_v5};
use domain::outcomes::compute_alone;
use domain::outcomes::council::{COUNCIL_FORMAT, Costs, CouncilReport, Text, Written, checksum};
use domain::outcomes::dataset::{Limits, Period};
use domain::outcomes::goals::Plan;
use domain::outcomes::population::of_period;
use domain::outcomes::publishing::alone;
use domain::time::{Day, Instant};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::costs::with_groups;
use super::goals::plan;
use super::pages::latest_snapshot;
use super::periods::{FixedPeriod, kind_of};
use super::population;
use super::{dataset, require_whole_municipality, settings, settings_of};
use crate::access::ScopedTx;
use crate::db::{Row, Unscoped};
use crate::error::Error;
use crate::statements;

/// What the officer writes at one time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CouncilPart {
    Words(Lang),
    /// Of the whole period.
    Costs,
    /// Of one group.
    GroupCosts(GroupId),
}

/// What stands before a group's id in the code of its costs.
const OF_GROUP: &str = "costs:";

impl CouncilPart {
    /// Those that every period has.
    pub const ALL: [Self; 4] = [Self::Words(Lang::Fi), Self::Words(Lang::Sv), Self::Words(Lang::En), Self::Costs];

    pub fn code(self) -> String {
        match self {
            Self::Words(lang) => lang.code().to_owned(),
            Self::Costs => "costs".to_owned(),
            Self::GroupCosts(group) => format!("{OF_GROUP}{group}"),
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        match code.strip_prefix(OF_GROUP) {
            Some(group) => group.parse().ok().map(Self::GroupCosts),
            None => Self::ALL.into_iter().find(|part| part.code() == code),
        }
    }
}

/// One version of what was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Version<T> {
    /// From 1 on.
    pub number: i64,
    pub body: T,
    pub made_at: Instant,
    /// The name of who wrote it.
    pub by: String,
}

/// What is read of a part's versions, and what follows.
macro_rules! version {
    ($more:expr) => {
        sql!(
            "SELECT t.version, t.body, t.made_at, a.name FROM council_text t \
             LEFT JOIN account a ON a.municipality = t.municipality AND a.id = t.made_by \
             WHERE t.municipality = $1 AND t.from_day = $2 AND t.to_day = $3 AND t.part = $4 ",
            $more
        )
    };
}

/// The versions of a part, the newest first, at most so many.
pub async fn versions<T: DeserializeOwned>(
    tx: &mut ScopedTx,
    period: &FixedPeriod,
    part: CouncilPart,
    most: i64,
) -> Result<Vec<Version<T>>, Error> {
    require_whole_municipality(tx)?;
    let values = [period.from.into(), period.to.into(), part.code().into(), most.into()];
    tx.all(version!("ORDER BY t.version DESC LIMIT $5"), values).await?.iter().map(version).collect()
}

/// One version of a part.
pub async fn version_of<T: DeserializeOwned>(
    tx: &mut ScopedTx,
    period: &FixedPeriod,
    part: CouncilPart,
    number: i64,
) -> Result<Option<Version<T>>, Error> {
    require_whole_municipality(tx)?;
    let values = [period.from.into(), period.to.into(), part.code().into(), number.into()];
    tx.maybe(version!("AND t.version = $5"), values).await?.as_ref().map(version).transpose()
}

pub(super) fn version<T: DeserializeOwned>(row: &Row) -> Result<Version<T>, Error> {
    let by = row.get::<Option<String>>("name")?.unwrap_or_default();
    Ok(Version { number: row.get("version")?, body: row.json("body")?, made_at: row.get("made_at")?, by })
}

/// Keeps the next version of a part; `false`: somebody was first.
pub async fn write<T: Serialize + Sync>(
    tx: &mut ScopedTx,
    period: &FixedPeriod,
    part: CouncilPart,
    number: i64,
    body: &T,
    now: Instant,
) -> Result<bool, Error> {
    keep(tx, period, part.code(), (number, body), now).await
}

/// The same of a part that is no report's, by its code.
pub(super) async fn keep<T: Serialize + Sync>(
    tx: &mut ScopedTx,
    period: &FixedPeriod,
    part: String,
    (number, body): (i64, &T),
    now: Instant,
) -> Result<bool, Error> {
    require_whole_municipality(tx)?;
    let by = tx.scope().user();
    let body = serde_json::to_string(body).map_err(|error| Error::Broken(error.to_string()))?;
    let sql = sql!(
        "INSERT INTO council_text (municipality, from_day, to_day, part, version, body, made_at, made_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (municipality, from_day, to_day, part, version) DO NOTHING"
    );
    let (from, to, part) = (period.from.into(), period.to.into(), part.into());
    Ok(tx.run(sql, [from, to, part, number.into(), body.into(), now.into(), by.into()]).await? > 0)
}

/// The report of a period as it would be frozen now: its newest page and the newest texts; nothing before the period has
/// a page.
pub async fn draft(tx: &mut ScopedTx, period: &FixedPeriod) -> Result<Option<CouncilReport>, Error> {
    let Some(snapshot) = latest_snapshot(tx, period.from, period.to).await? else { return Ok(None) };
    let places = settings(tx).await?.places;
    let page = snapshot.page.with_places(places);
    let mut texts = BTreeMap::new();
    for lang in Lang::ALL {
        let newest = versions::<Written>(tx, period, CouncilPart::Words(lang), 1).await?.pop();
        let written = newest.map(|version| version.body).unwrap_or_default();
        texts.insert(lang.code().to_owned(), Text { said: said(lang, &page), written });
    }
    let costs = versions::<Costs>(tx, period, CouncilPart::Costs, 1).await?.pop().map(|version| version.body);
    let costs = with_groups(tx, period, page.report.cut_off, costs).await?;
    let municipality = municipality_name(tx).await?;
    let population = of_period(&population::all(tx).await?, period.to).cloned();
    let plan = plan(tx, &page, population.as_ref()).await?;
    let (format_version, Limits { k, basis }) = (COUNCIL_FORMAT, page.limits());
    Ok(Some(CouncilReport { format_version, municipality, k, basis, page, costs, population, plan, texts }))
}

/// The report of any days as the municipality's data stand now, with nobody's texts and goals: it is held against no page.
pub async fn of_days(tx: &mut ScopedTx, period: &Period) -> Result<CouncilReport, Error> {
    let (data, limits) = (dataset(tx).await?, settings_of(tx, period.to.year()).await?);
    let kind = kind_of(period.from, period.to);
    // With the models of a year, of shorter periods too: who is followed for a year may have started in one spring.
    let page = alone(&compute_alone(&data, period, &limits), kind, period.cut_off);
    let said_in = |lang: Lang| {
        let warning = council::alone(lang).to_owned();
        let said = said(lang, &page).into_iter().chain([warning]).collect();
        (lang.code().to_owned(), Text { said, written: Written::new() })
    };
    let texts: BTreeMap<_, _> = Lang::ALL.into_iter().map(said_in).collect();
    let population = of_period(&population::all(tx).await?, period.to).cloned();
    let municipality = municipality_name(tx).await?;
    let (format_version, costs, k, basis) = (COUNCIL_FORMAT, None, limits.k, limits.basis);
    let plan = Plan::default();
    Ok(CouncilReport { format_version, municipality, k, basis, page, costs, population, plan, texts })
}

/// What the municipality is called.
pub async fn municipality_name(tx: &mut ScopedTx) -> Result<String, Error> {
    let (bare, tenant) = tx.unscoped(Unscoped::SignedIn);
    statements::name_of(bare, tenant).await
}

/// A report as it was frozen.
#[derive(Clone, PartialEq, Debug)]
pub struct Frozen {
    pub id: Uuid,
    pub from: Day,
    pub to: Day,
    pub made_at: Instant,
    /// The name of who froze it.
    pub by: String,
    pub reason: String,
    pub checksum: String,
    /// The text that the checksum is of.
    pub body: String,
}

impl Frozen {
    pub fn report(&self) -> Result<CouncilReport, Error> {
        let broken = |error| Error::Broken(format!("council report {}: {error}", self.id));
        CouncilReport::open(&self.body).map_err(broken)
    }

    /// Whether nobody has changed it since.
    pub fn is_whole(&self) -> bool {
        checksum(&self.body) == self.checksum
    }
}

/// Freezes a report: its id, and whether it is new. The same figures and words for the same purpose are one.
pub async fn freeze(
    tx: &mut ScopedTx,
    report: &CouncilReport,
    reason: &str,
    now: Instant,
) -> Result<(Uuid, bool), Error> {
    require_whole_municipality(tx)?;
    let (body, by) = (report.canonical(), tx.scope().user());
    let checksum = checksum(&body);
    // The same for another purpose is another report; pressed twice it is one.
    let id = uuid_v5(Uuid::nil(), &["council report", tx.scope().municipality().as_str(), &checksum, reason]);
    let (from, to) = (report.page.report.from, report.page.report.to);
    let sql = sql!(
        "INSERT INTO council_report (municipality, id, from_day, to_day, made_at, made_by, reason, checksum, body) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (municipality, id) DO NOTHING"
    );
    let (reason, checksum) = (reason.into(), checksum.as_str().into());
    let values = [id.into(), from.into(), to.into(), now.into(), by.into(), reason, checksum, body.into()];
    Ok((id, tx.run(sql, values).await? > 0))
}

/// What is read of a frozen report, and what follows.
macro_rules! frozen {
    ($more:expr) => {
        sql!(
            "SELECT r.id, r.from_day, r.to_day, r.made_at, r.reason, r.checksum, r.body, a.name FROM council_report r \
             LEFT JOIN account a ON a.municipality = r.municipality AND a.id = r.made_by WHERE r.municipality = $1 ",
            $more
        )
    };
}

/// One report that was frozen.
pub async fn find(tx: &mut ScopedTx, id: Uuid) -> Result<Frozen, Error> {
    require_whole_municipality(tx)?;
    let row = tx.maybe(frozen!("AND r.id = $2"), [id.into()]).await?;
    row.as_ref().map(frozen).transpose()?.ok_or(Error::NotFound)
}

/// The one of the same period that was frozen before it.
pub async fn before(tx: &mut ScopedTx, report: &Frozen) -> Result<Option<Frozen>, Error> {
    require_whole_municipality(tx)?;
    let sql = frozen!(
        "AND r.from_day = $2 AND r.to_day = $3 AND (r.made_at, r.id) < ($4, $5) ORDER BY r.made_at DESC, r.id DESC LIMIT 1"
    );
    let values = [report.from.into(), report.to.into(), report.made_at.into(), report.id.into()];
    tx.maybe(sql, values).await?.as_ref().map(frozen).transpose()
}

/// So many frozen reports, the newest first, from a place in their list on.
pub async fn part(tx: &mut ScopedTx, size: i64, from: i64) -> Result<Vec<Frozen>, Error> {
    require_whole_municipality(tx)?;
    let sql = frozen!("ORDER BY r.made_at DESC, r.id DESC LIMIT $2 OFFSET $3");
    tx.all(sql, [size.into(), from.into()]).await?.iter().map(frozen).collect()
}

/// How many reports were ever frozen.
pub async fn how_many(tx: &mut ScopedTx) -> Result<i64, Error> {
    require_whole_municipality(tx)?;
    tx.one(sql!("SELECT COUNT(*) AS n FROM council_report WHERE municipality = $1"), []).await?.get("n")
}

fn frozen(row: &Row) -> Result<Frozen, Error> {
    Ok(Frozen {
        id: row.parse("id")?,
        from: row.parse("from_day")?,
        to: row.parse("to_day")?,
        made_at: row.get("made_at")?,
        by: row.get::<Option<String>>("name")?.unwrap_or_default(),
        reason: row.get("reason")?,
        checksum: row.get("checksum")?,
        body: row.get("body")?,
    })
}
