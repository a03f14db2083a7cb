//! `virea population`: residents aged 75 and over out of what Sotkanet answers (docs/outcomes.md, Residents).

use std::path::{Path, PathBuf};

use clap::Args;
use domain::ids::MunicipalityCode;
use domain::outcomes::population::{Saved, from_sotkanet, indicators};
use domain::time::Day;

use super::files::{municipality, scope};
use super::{Context, Failure, say};
use crate::audit::{self, Entry};
use crate::db::Unscoped;
use crate::outcomes::population;
use crate::sotkanet::{Answers, BASE, fetch};

/// Read the number of residents aged 75 and over, fetched from Sotkanet or out of its saved answers
#[derive(Args)]
#[command(after_help = "Examples: virea population --municipality 091 --fetch\n          \
    virea population --municipality 091 --indicators indicators.json --regions regions.json \
    --numbers residents.json --numbers share.json\n\n\
    Where the server has no network, the answers are saved elsewhere (base: https://sotkanet.fi/rest/1.1):\n  \
    /indicators                                               indicators.json\n  \
    /regions                                                  regions.json\n  \
    /json?indicator=127&years=2024&years=2025&genders=total   residents.json\n  \
    /json?indicator=171&years=2024&years=2025&genders=total   share.json\n\
    Indicators are found by their Finnish titles; where a title has changed, nothing is read.")]
pub struct FromSotkanet {
    /// Municipality code, for example 091
    #[arg(long, value_parser = municipality)]
    municipality: MunicipalityCode,
    /// Ask Sotkanet now, of the last years
    #[arg(long, conflicts_with_all = ["indicators", "regions", "numbers"])]
    fetch: bool,
    /// The list of indicators
    #[arg(long, required_unless_present = "fetch")]
    indicators: Option<PathBuf>,
    /// The list of regions
    #[arg(long, required_unless_present = "fetch")]
    regions: Option<PathBuf>,
    /// Numbers of the indicators; may be given several times
    #[arg(long, required_unless_present = "fetch")]
    numbers: Vec<PathBuf>,
}

/// How many years are asked for, this one included.
const YEARS: i32 = 6;

/// The first year that is asked for.
pub(super) fn first_year(today: Day) -> i32 {
    today.year() - YEARS + 1
}

/// Answers out of files.
pub(super) fn texts(indicators: &Path, regions: &Path, numbers: &[PathBuf]) -> Result<Answers, Failure> {
    let numbers = numbers.iter().map(|file| text(file)).collect::<Result<Vec<_>, _>>()?;
    Ok(Answers { indicators: text(indicators)?, regions: text(regions)?, numbers })
}

impl FromSotkanet {
    /// What was answered, now or before.
    async fn answers(&self, today: Day) -> Result<Answers, Failure> {
        if let (Some(indicators), Some(regions)) = (&self.indicators, &self.regions) {
            return texts(indicators, regions, &self.numbers);
        }
        let years = first_year(today)..=today.year();
        let work = move || fetch(BASE, years, |list| indicators(list).map(Vec::from));
        let fetched = tokio::task::spawn_blocking(work).await;
        fetched.map_err(|error| Failure(error.to_string()))?.map_err(Failure)
    }

    pub async fn run(self, context: &Context) -> Result<(), Failure> {
        let state = &context.open_in_use().await?;
        let (scope, _) = scope(state, &self.municipality, None).await?;
        let today = state.today();
        let answers = self.answers(today).await?;
        let saved = Saved { indicators: &answers.indicators, regions: &answers.regions, data: &answers.numbers };
        let found = from_sotkanet(&self.municipality, saved, today).map_err(|wrong| Failure(wrong.to_string()))?;
        let (new, now) = (&found, state.now());
        let kept = state.write(&scope, |mut tx| async move {
            let kept = population::keep(&mut tx, new, now).await?;
            if kept > 0 {
                let (bare, tenant) = tx.unscoped(Unscoped::Audit);
                let entry = Entry::of_command(now, "figures.population");
                audit::append(bare, &state.secrets, tenant, &entry).await?;
            }
            Ok(tx.done(kept))
        });
        let kept = kept.await?;
        for one in &found {
            say!("{}: {} residents aged 75 and over", one.year, one.aged_75);
        }
        say!("{kept} of {} years are new or changed.", found.len());
        Ok(())
    }
}

fn text(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| Failure(format!("cannot read {}: {error}", file.display())))
}
