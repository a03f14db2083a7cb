//! `virea report`: the outcome report of a period, for programs (docs/outcomes.md, The report as JSON) or as people read it.

use std::path::{Path, PathBuf};

use app::outcomes::council::plain;
use app::outcomes::council::tables::tables;
use app::texts::{self, Lang};
use clap::{Args, ValueEnum};
use domain::ids::MunicipalityCode;
use domain::outcomes::dataset::Period;
use domain::time::{Day, Instant};

use super::disk::{Doing, cause, write_whole};
use super::files::{check_period, day, language, municipality, print, scope};
use super::{Context, Failure};
use crate::access::ScopedTx;
use crate::error::Error;
use crate::files::{write, xlsx};
use crate::outcomes::tables::{long, sheets};
use crate::outcomes::{self, council};
use crate::pages::standalone;

/// Print the outcome report of a period, small numbers hidden
///
/// It is held against no other figures: published beside them it can tell the results of a few people. What may be published
/// is put together on the officer's page.
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
    /// File to write; without it to standard output
    #[arg(long)]
    out: Option<PathBuf>,
    /// Language: fi, sv or en
    #[arg(long, env = "VIREA_LANGUAGE", value_parser = language)]
    language: Option<Lang>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For programs
    Json,
    /// A figure a row, for a Finnish Excel
    Csv,
    /// A spreadsheet with a sheet for each table
    Xlsx,
    /// One page with everything in it, to read and print
    Html,
    /// Plain text, to paste
    Text,
}

impl Report {
    pub async fn run(self, context: &Context) -> Result<(), Failure> {
        let state = context.open_in_use().await?;
        let (scope, lang) = scope(&state, &self.municipality, self.language).await?;
        check_period(lang, Some(self.from), Some(self.to))?;
        let period = Period { from: self.from, to: self.to, cut_off: self.cut_off.unwrap_or(self.to) };
        if self.format == Format::Xlsx && self.out.is_none() {
            return Err(Failure(texts::council::sheet::needs_file(lang).to_owned()));
        }
        let bytes = made(&mut state.db.read(&scope).await?, lang, &period, self.format, state.now()).await?;
        match &self.out {
            None => print(&String::from_utf8_lossy(&bytes)),
            Some(file) => written(lang, file, &bytes),
        }
    }
}

async fn made(tx: &mut ScopedTx, lang: Lang, period: &Period, format: Format, now: Instant) -> Result<Vec<u8>, Error> {
    let days = texts::days(lang, period.from, period.to);
    match format {
        Format::Json => Ok((outcomes::report(tx, period).await?.to_json() + "\n").into_bytes()),
        Format::Csv => {
            let report = council::of_days(tx, period).await?;
            Ok(write::sheet(&long(lang, &tables(lang, &report, &days, None))).into_bytes())
        }
        Format::Xlsx => {
            let report = council::of_days(tx, period).await?;
            xlsx::book(&sheets(lang, &tables(lang, &report, &days, None)), now)
        }
        Format::Html => Ok(standalone::html(lang, &council::of_days(tx, period).await?, &days).into_bytes()),
        Format::Text => Ok(plain::text(lang, &council::of_days(tx, period).await?, &days, None).into_bytes()),
    }
}

fn written(lang: Lang, file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    write_whole(file, bytes).map_err(|error| {
        let name = file.display().to_string();
        Failure(texts::import::command::unwritable_file(lang, &cause(lang, &error, Doing::Writing), &name))
    })
}
