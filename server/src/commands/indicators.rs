//! `virea indicators`: numbers of Sotkanet that the municipality follows (docs/outcomes.md, Goals).

use std::path::PathBuf;

use clap::Args;
use domain::ids::MunicipalityCode;
use domain::outcomes::indicators::{from_sotkanet, titled};
use domain::outcomes::population::Saved;
use domain::time::Day;

use super::files::{municipality, scope};
use super::population::{first_year, texts};
use super::{Context, Failure, say};
use crate::access::Scope;
use crate::audit::{self, Entry};
use crate::db::Unscoped;
use crate::outcomes::indicators;
use crate::sotkanet::{Answers, BASE, fetch};
use crate::state::AppState;

/// Read indicators that the municipality follows, fetched from Sotkanet or out of its saved answers
#[derive(Args)]
#[command(after_help = "Examples: virea indicators --municipality 091 --fetch --title \"TITLE\"\n          \
    virea indicators --municipality 091 --title \"TITLE\" \
    --indicators indicators.json --regions regions.json --numbers numbers.json\n\n\
    Indicators are found by their whole Finnish titles (https://sotkanet.fi); where one has changed, nothing is read.\n\
    Without a title those that are followed already are read again. How answers are saved: virea population --help")]
pub struct Follow {
    /// Municipality code, for example 091
    #[arg(long, value_parser = municipality)]
    municipality: MunicipalityCode,
    /// Finnish title of an indicator; may be given several times
    #[arg(long)]
    title: Vec<String>,
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

impl Follow {
    /// Those that were named; without, those that are followed already.
    async fn titles(&self, state: &AppState, scope: &Scope) -> Result<Vec<String>, Failure> {
        let mut titles = self.title.clone();
        if titles.is_empty() {
            let known = indicators::all(&mut state.db.read(scope).await?).await?;
            titles = known.into_iter().map(|one| one.title).collect();
        }
        if titles.is_empty() {
            return Err(Failure("no indicator is followed yet: name one with --title".to_owned()));
        }
        Ok(titles)
    }

    /// What was answered, now or before.
    async fn answers(&self, titles: &[String], today: Day) -> Result<Answers, Failure> {
        if let (Some(indicators), Some(regions)) = (&self.indicators, &self.regions) {
            return texts(indicators, regions, &self.numbers);
        }
        let (wanted, years) = (titles.to_vec(), first_year(today)..=today.year());
        let work = move || fetch(BASE, years, |list| titled(list, &wanted));
        let fetched = tokio::task::spawn_blocking(work).await;
        fetched.map_err(|error| Failure(error.to_string()))?.map_err(Failure)
    }

    pub async fn run(self, context: &Context) -> Result<(), Failure> {
        let state = &context.open_in_use().await?;
        let (scope, _) = scope(state, &self.municipality, None).await?;
        let (today, titles) = (state.today(), self.titles(state, &scope).await?);
        let answers = self.answers(&titles, today).await?;
        let saved = Saved { indicators: &answers.indicators, regions: &answers.regions, data: &answers.numbers };
        let found = from_sotkanet(&self.municipality, saved, &titles, today);
        let found = found.map_err(|wrong| Failure(wrong.to_string()))?;
        let (new, now) = (&found, state.now());
        let kept = state.write(&scope, |mut tx| async move {
            let kept = indicators::keep(&mut tx, new, now).await?;
            if kept > 0 {
                let (bare, tenant) = tx.unscoped(Unscoped::Audit);
                let entry = Entry::of_command(now, "figures.indicators");
                audit::append(bare, &state.secrets, tenant, &entry).await?;
            }
            Ok(tx.done(kept))
        });
        let kept = kept.await?;
        for one in &found {
            match one.newest() {
                Some((year, value)) => say!("{} ({}): {value} in {year}", one.title, one.id),
                None => say!("{} ({}): no number is told of the municipality", one.title, one.id),
            }
        }
        say!("{kept} of {} indicators are new or changed.", found.len());
        Ok(())
    }
}
