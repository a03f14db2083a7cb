//! `virea report`: the outcome report of a period, for programs (docs/outcomes.md, The report as JSON) or as people read it.

use std::path::{Path, PathBuf};

use app::outcomes::council::plain;
use app::outcomes::council::tables::tables;
use app::texts::{self, Lang};
use clap::{Args, ValueEnum};
use domain::ids::MunicipalityCode;
use domain::outcomes::dataset::Period;
use domain::time::Day;

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
    /// One page with everything in it, to read, mail and print
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
        let mut tx = state.db.read(&scope).await?;
        if self.format == Format::Xlsx {
            let file = self.out.as_ref().ok_or_else(|| Failure(texts::council::sheet::needs_file(lang).to_owned()))?;
            let report = council::of_days(&mut tx, &period).await?;
            let tables = tables(lang, &report, &texts::days(lang, self.from, self.to), None);
            return written(lang, file, &xlsx::book(&sheets(lang, &tables), state.now())?);
        }
        let text = text(&mut tx, lang, &period, self.format).await?;
        match &self.out {
            None => print(&text),
            Some(file) => written(lang, file, text.as_bytes()),
        }
    }
}

async fn text(tx: &mut ScopedTx, lang: Lang, period: &Period, format: Format) -> Result<String, Error> {
    if format == Format::Json {
        return Ok(outcomes::report(tx, period).await?.to_json() + "\n");
    }
    let (report, days) = (council::of_days(tx, period).await?, texts::days(lang, period.from, period.to));
    Ok(match format {
        Format::Csv => write::sheet(&long(lang, &tables(lang, &report, &days, None))),
        Format::Html => standalone::html(lang, &report, &days),
        _ => plain::text(lang, &report, &days, None),
    })
}

fn written(lang: Lang, file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    write_whole(file, bytes).map_err(|error| {
        let name = file.display().to_string();
        Failure(texts::import::command::unwritable_file(lang, &cause(lang, &error, Doing::Writing), &name))
    })
}
