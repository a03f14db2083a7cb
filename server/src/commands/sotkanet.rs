//! Where a command has Sotkanet's answers from: asked now, or saved before.

use std::path::{Path, PathBuf};

use clap::Args;
use domain::outcomes::population::{Indicator, Saved, Unreadable};
use domain::time::Day;

use super::Failure;
use crate::sotkanet::{Answers, BASE, fetch};

/// How many years are asked for, this one included.
const YEARS: i32 = 6;

#[derive(Args)]
pub struct Asked {
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

impl Asked {
    /// What was answered, now or before; now of those that are `wanted` in the list.
    pub async fn answers(
        &self,
        today: Day,
        wanted: impl Fn(&str) -> Result<Vec<Indicator>, Unreadable> + Send + 'static,
    ) -> Result<Answers, Failure> {
        if let (Some(indicators), Some(regions)) = (&self.indicators, &self.regions) {
            let numbers = self.numbers.iter().map(|file| text(file)).collect::<Result<_, _>>()?;
            return Ok(Answers { indicators: text(indicators)?, regions: text(regions)?, numbers });
        }
        let years = today.year() - YEARS + 1..=today.year();
        let fetched = tokio::task::spawn_blocking(move || fetch(BASE, years, wanted)).await;
        fetched.map_err(|error| Failure(error.to_string()))?.map_err(Failure)
    }
}

/// Answers as the domain reads them.
pub fn saved(answers: &Answers) -> Saved<'_> {
    Saved { indicators: &answers.indicators, regions: &answers.regions, data: &answers.numbers }
}

fn text(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| Failure(format!("cannot read {}: {error}", file.display())))
}
