//! Goals of a council term as rows beside the officer's texts, with all of their versions, and for how many of the residents
//! the programme is meant.

use std::collections::BTreeMap;

use domain::outcomes::Page;
use domain::outcomes::goals::{Goal, MOST_GOALS, Plan, TargetGroup};
use domain::outcomes::indicators::Followed;
use domain::outcomes::population::Population;
use domain::time::Instant;
use serde::Serialize;

use super::council::{Version, keep, version};
use super::indicators;
use super::periods::{FixedPeriod, council_term};
use super::require_whole_municipality;
use crate::access::ScopedTx;
use crate::error::Error;

/// What is written at one time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// By its number.
    Goal(u8),
    TargetGroup,
}

/// What stands before a goal's number in its code.
const OF_GOAL: &str = "goal:";

const TARGET_GROUP: &str = "target_group";

impl Part {
    pub fn code(self) -> String {
        match self {
            Self::Goal(number) => format!("{OF_GOAL}{number}"),
            Self::TargetGroup => TARGET_GROUP.to_owned(),
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        match code.strip_prefix(OF_GOAL) {
            Some(number) => {
                number.parse::<u8>().ok().filter(|number| (1..=MOST_GOALS).contains(number)).map(Self::Goal)
            }
            None => (code == TARGET_GROUP).then_some(Self::TargetGroup),
        }
    }
}

/// What was written last of a term, and what it can be held against.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Goals {
    /// By their numbers; those that were taken away, too.
    pub goals: BTreeMap<u8, Version<Goal>>,
    /// Nothing in it: the estimate was taken away.
    pub target_group: Option<Version<Option<TargetGroup>>>,
    /// Indicators that the municipality follows.
    pub followed: Vec<Followed>,
}

/// The newest version of everything.
pub async fn of_term(tx: &mut ScopedTx, term: &FixedPeriod) -> Result<Goals, Error> {
    require_whole_municipality(tx)?;
    let sql = sql!(
        "SELECT t.part, t.version, t.body, t.made_at, a.name FROM council_text t \
         LEFT JOIN account a ON a.municipality = t.municipality AND a.id = t.made_by \
         WHERE t.municipality = $1 AND t.from_day = $2 AND t.to_day = $3 AND (t.part LIKE $4 OR t.part = $5) \
         ORDER BY t.part, t.version"
    );
    let values = [term.from.into(), term.to.into(), format!("{OF_GOAL}%").into(), TARGET_GROUP.into()];
    let mut all = Goals { followed: indicators::all(tx).await?, ..Goals::default() };
    for row in tx.all(sql, values).await? {
        match Part::from_code(&row.get::<String>("part")?) {
            Some(Part::Goal(number)) => {
                all.goals.insert(number, version(&row)?);
            }
            Some(Part::TargetGroup) => all.target_group = Some(version(&row)?),
            None => {}
        }
    }
    Ok(all)
}

/// Keeps the next version of a part; `false`: somebody was first.
pub async fn write<T: Serialize + Sync>(
    tx: &mut ScopedTx,
    term: &FixedPeriod,
    part: Part,
    written: (i64, &T),
    now: Instant,
) -> Result<bool, Error> {
    keep(tx, term, part.code(), written, now).await
}

/// What a report of this page tells of goals: those of the term in which its period ends.
pub(super) async fn plan(tx: &mut ScopedTx, page: &Page, population: Option<&Population>) -> Result<Plan, Error> {
    let to = page.report.to;
    let Some(term) = council_term(to) else { return Ok(Plan::default()) };
    let Goals { goals, target_group, followed } = of_term(tx, &term).await?;
    let goals = goals.into_iter().map(|(number, version)| (number, version.body)).collect();
    let target_group = target_group.and_then(|version| version.body);
    Ok(Plan::of(goals, to, Some(page), population, (target_group, followed)))
}
