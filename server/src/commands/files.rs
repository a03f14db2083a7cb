//! `virea import` and `virea export`.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

use app::texts::{self, Lang};
use clap::{Args, builder::PossibleValue};
use domain::ids::MunicipalityCode;
use domain::input::day_in_file;
use domain::time::Day;

use super::disk::{self, Doing, cause, write_whole};
use super::{Context, Failure};
use crate::access::Scope;
use crate::access::accounts::municipality_exists;
use crate::db::Unscoped;
use crate::error::Error;
use crate::files::export::{self, Days};
use crate::files::fhir;
use crate::files::import::{File, Mode, Step, Summary, import};
use crate::files::kinds::Kind;
use crate::files::messages;
use crate::files::problem::Problem;
use crate::files::write::{Form, Written};
use crate::state::AppState;

/// More lines than these roll out of a terminal: then what kinds of mistake there are is said once more at the end.
const SEEN_AT_ONCE: usize = 20;

/// Read one CSV file into a municipality, whole or not at all
#[derive(Args)]
#[command(after_help = "Example: virea import --municipality 091 --kind participants osallistujat.csv --dry-run\n\n\
    Import the kinds in this order: participants, groups, memberships, attendance, assessments.")]
pub struct Import {
    /// Municipality code, for example 091
    #[arg(long, value_parser = municipality)]
    municipality: MunicipalityCode,
    /// What the file holds
    #[arg(long)]
    kind: Kind,
    /// The CSV file (UTF-8, header row, comma or semicolon)
    file: PathBuf,
    /// Say what would happen and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Language of the messages: fi, sv or en
    #[arg(long, env = "VIREA_LANGUAGE", value_parser = language)]
    language: Option<Lang>,
}

/// Write one CSV file, or everything as a FHIR R4 Bundle
#[derive(Args)]
#[command(
    after_help = "Example: virea export --municipality 091 --kind attendance --from 2026-08-01 --to 2026-12-31 --out lasnaolo.csv"
)]
pub struct Export {
    /// Municipality code, for example 091
    #[arg(long, value_parser = municipality)]
    municipality: MunicipalityCode,
    /// What to write
    #[arg(long)]
    kind: Wanted,
    /// First day, for example 2026-08-01: by day of session or test; groups and memberships that touch the days
    #[arg(long, value_parser = day)]
    from: Option<Day>,
    /// Last day, for example 2026-12-31
    #[arg(long, value_parser = day)]
    to: Option<Day>,
    /// File to write; without it to standard output
    #[arg(long)]
    out: Option<PathBuf>,
    /// For a Finnish Excel: semicolons, decimal commas, BOM, nothing that runs as a formula
    #[arg(long)]
    excel: bool,
    /// Language of the messages: fi, sv or en
    #[arg(long, env = "VIREA_LANGUAGE", value_parser = language)]
    language: Option<Lang>,
}

impl clap::ValueEnum for Kind {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.code()))
    }
}

/// What an export writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Wanted {
    Csv(export::What),
    /// A Bundle, as JSON.
    Fhir,
}

impl Wanted {
    const fn code(self) -> &'static str {
        match self {
            Self::Csv(what) => what.code(),
            Self::Fhir => "fhir",
        }
    }
}

impl clap::ValueEnum for Wanted {
    fn value_variants<'a>() -> &'a [Self] {
        static ALL: LazyLock<Vec<Wanted>> =
            LazyLock::new(|| export::What::ALL.iter().copied().map(Wanted::Csv).chain([Wanted::Fhir]).collect());
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.code()))
    }
}

/// Three digits.
pub fn municipality(text: &str) -> Result<MunicipalityCode, String> {
    MunicipalityCode::new(text).ok_or_else(|| "a municipality code has three digits, for example 091".to_owned())
}

/// `2026-09-08` or `8.9.2026`.
pub fn day(text: &str) -> Result<Day, String> {
    day_in_file(text).map_err(|_| "write the day as 2026-09-08 or 8.9.2026".to_owned())
}

/// One of the program's languages.
pub fn language(text: &str) -> Result<Lang, String> {
    Lang::from_code(text).ok_or_else(|| "the languages are fi, sv and en".to_owned())
}

/// The chosen language, else the municipality's own setting, else Finnish; and the scope of a command.
pub async fn scope(state: &AppState, code: &MunicipalityCode, chosen: Option<Lang>) -> Result<(Scope, Lang), Failure> {
    let mut tx = state.db.read(Unscoped::Installation).await?;
    let sql = sql!("SELECT value FROM setting WHERE municipality = $1 AND key = $2");
    let setting = tx.maybe(sql, [code.into(), "language".into()]).await?;
    let own = setting.map(|row| row.get::<String>("value")).transpose()?.and_then(|code| Lang::from_code(&code));
    let lang = chosen.or(own).unwrap_or_default();
    if !municipality_exists(&mut tx, code).await? {
        return Err(Failure(texts::import::command::no_municipality(lang, code.as_str())));
    }
    Ok((Scope::command_line(code.clone(), state.today()), lang))
}

impl Import {
    pub async fn run(self, context: &Context) -> Result<(), Failure> {
        let state = context.open_in_use().await?;
        let (scope, lang) = scope(&state, &self.municipality, self.language).await?;
        let bytes = disk::open(&self.file).map_err(|error| self.unreadable(lang, &error))?;
        let name = self.file.file_name().unwrap_or(self.file.as_os_str()).to_string_lossy().into_owned();
        let terminal = std::io::stderr().is_terminal();
        if terminal {
            say(&format!("{}\n", texts::import::command::reading(lang, &name)));
        }
        let told = AtomicBool::new(false);
        let progress = |step: Step| {
            let first = matches!(step, Step::Waiting { .. }) && !told.swap(true, Ordering::Relaxed);
            if terminal {
                // The line is written over, and what was longer there before.
                say(&format!("\r{}\u{1b}[K", at(lang, step)));
            } else if first {
                say(&format!("{}\n", at(lang, step)));
            }
        };
        let mode = if self.dry_run { Mode::DryRun } else { Mode::Apply };
        let outcome = import(&state, &scope, self.kind, File::of(&name, bytes), mode, &progress).await;
        if terminal {
            say("\n");
        }
        match outcome {
            Ok(Ok(summary)) => print(&summed_up(lang, &name, self.kind, mode, &summary)),
            Ok(Err(problems)) => Err(refused(lang, &name, &problems, terminal)),
            Err(Error::Io(error)) => Err(self.unreadable(lang, &error)),
            Err(error) => Err(error.into()),
        }
    }

    fn unreadable(&self, lang: Lang, error: &std::io::Error) -> Failure {
        let file = self.file.display().to_string();
        Failure(texts::import::command::unreadable_file(lang, &cause(lang, error, Doing::Reading), &file))
    }
}

/// What the import is at, in one line.
fn at(lang: Lang, step: Step) -> String {
    use texts::import::command as t;
    let count = |n: usize| texts::count(lang, texts::whole(n));
    match step {
        Step::Waiting { done, all } => t::waiting(lang, &count(all), &count(done)),
        Step::Finishing { done, all } => t::finishing(lang, &count(all), &count(done)),
        Step::Checking { done } => t::checking(lang, &count(done)),
        Step::Writing { done, all } => t::writing(lang, &count(all), &count(done)),
    }
}

/// Tells every problem of the file.
fn refused(lang: Lang, name: &str, problems: &[Problem], terminal: bool) -> Failure {
    let lines: String = problems.iter().map(|p| messages::problem(lang, name, p) + "\n").collect();
    say(&lines);
    if terminal && problems.len() > SEEN_AT_ONCE {
        say(&messages::by_kind(lang, problems));
    }
    Failure(texts::import::summary::refused(lang, texts::whole(problems.len())))
}

/// To whoever watches; nobody watching is no failure.
fn say(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

fn summed_up(lang: Lang, file: &str, kind: Kind, mode: Mode, summary: &Summary) -> String {
    use texts::import::summary as t;
    let mut lines: Vec<_> = summary.notices.iter().map(|notice| messages::notice(lang, file, notice)).collect();
    let untold = summary.noticed.saturating_sub(summary.notices.len());
    if untold > 0 {
        lines.push(t::more_notices(lang, texts::whole(untold)));
    }
    let count = |n: usize| texts::count(lang, texts::whole(n));
    let (created, changed, unchanged) = (count(summary.created), count(summary.changed), count(summary.unchanged));
    lines.push(t::counts(lang, &changed, &created, messages::kind(lang, kind), &unchanged));
    lines.push(match mode {
        Mode::Apply => t::applied(lang).to_owned(),
        Mode::DryRun => t::dry_run(lang).to_owned(),
    });
    lines.join("\n") + "\n"
}

impl Export {
    pub async fn run(self, context: &Context) -> Result<(), Failure> {
        let state = context.open_in_use().await?;
        let (scope, lang) = scope(&state, &self.municipality, self.language).await?;
        check_period(lang, self.from, self.to)?;
        let days = Days { from: self.from, to: self.to };
        let form = if self.excel { Form::Excel } else { Form::Plain };
        let file = match self.kind {
            Wanted::Csv(what) => export::take_out(&state, &scope, what, days, form).await?,
            Wanted::Fhir if self.excel => return Err(Failure(texts::import::command::fhir_no_excel(lang).to_owned())),
            Wanted::Fhir => Written { text: fhir::take_out(&state, &scope, days).await?, formulas: 0 },
        };
        match &self.out {
            None => print(&file.text)?,
            Some(path) => write_whole(path, file.text.as_bytes()).map_err(|e| {
                let name = path.display().to_string();
                Failure(texts::import::command::unwritable_file(lang, &cause(lang, &e, Doing::Writing), &name))
            })?,
        }
        if file.formulas > 0 {
            say(&(texts::import::command::formulas(lang, texts::whole(file.formulas)) + "\n"));
        }
        Ok(())
    }
}

/// Refuses a period that ends before it begins.
pub fn check_period(lang: Lang, from: Option<Day>, to: Option<Day>) -> Result<(), Failure> {
    match (from, to) {
        (Some(from), Some(to)) if to < from => {
            Err(Failure(texts::import::command::period_reversed(lang, &from.to_string(), &to.to_string())))
        }
        _ => Ok(()),
    }
}

/// Writes to standard output; a reader that has seen enough (`| head`) is no failure.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure(error.to_string())),
        _ => Ok(()),
    }
}
