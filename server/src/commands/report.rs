//! `virea report`: the outcome report of a period (docs/outcomes.md, The report as JSON).

use app::texts::Lang;
use clap::{Args, ValueEnum};
use domain::ids::MunicipalityCode;
use domain::outcomes::dataset::Period;
use domain::time::Day;

use super::files::{check_period, day, language, municipality, print, scope};
use super::{Context, Failure};
use crate::outcomes;

/// Print the outcome report of a period, small numbers hidden
#[derive(Args)]
#[command(after_help = "Example: virea report --municipality 091 --from 2026-01-01 --to 2026-12-31 --format json")]
pub struct Report {
    /// Municipality code, for example 091
    #[arg(long, value_parser = municipality)]
    municipality: MunicipalityCode,
    /// First day of the period, for example 2026-01-01
    #[arg(long, value_parser = day)]
    from: Day,
    /// Last day of the period, for example 2026-12-31
    #[arg(long, value_parser = day)]
    to: Day,
    /// Nothing dated later counts; the last day of the period when it is not given
    #[arg(long, value_parser = day)]
    cut_off: Option<Day>,
    #[arg(long)]
    format: Format,
    /// Language: fi, sv or en
    #[arg(long, env = "VIREA_LANGUAGE", value_parser = language)]
    language: Option<Lang>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// For programs
    Json,
}

impl Report {
    pub async fn run(self, context: &Context) -> Result<(), Failure> {
        let state = context.open_in_use().await?;
        let (scope, lang) = scope(&state, &self.municipality, self.language).await?;
        check_period(lang, Some(self.from), Some(self.to))?;
        let period = Period { from: self.from, to: self.to, cut_off: self.cut_off.unwrap_or(self.to) };
        let mut tx = state.db.read(&scope).await?;
        let report = outcomes::report(&mut tx, &period).await?;
        match self.format {
            Format::Json => print(&(report.to_json() + "\n")),
        }
    }
}
