//! `virea indicators`: numbers of Sotkanet that the municipality follows (docs/outcomes.md, Goals).

use clap::Args;
use domain::ids::MunicipalityCode;
use domain::outcomes::indicators::{from_sotkanet, titled};

use super::files::{municipality, scope};
use super::sotkanet::{Asked, saved};
use super::{Context, Failure, say};
use crate::access::Scope;
use crate::audit::{self, Entry};
use crate::outcomes::indicators;
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
    #[command(flatten)]
    asked: Asked,
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

    pub async fn run(self, context: &Context) -> Result<(), Failure> {
        let state = &context.open_in_use().await?;
        let (scope, _) = scope(state, &self.municipality, None).await?;
        let (today, titles) = (state.today(), self.titles(state, &scope).await?);
        let wanted = titles.clone();
        let answers = self.asked.answers(today, move |list| titled(list, &wanted)).await?;
        let found = from_sotkanet(&self.municipality, saved(&answers), &titles, today);
        let found = found.map_err(|wrong| Failure(wrong.to_string()))?;
        let (new, now) = (&found, state.now());
        let kept = state.write(&scope, |mut tx| async move {
            let kept = indicators::keep(&mut tx, new, now).await?;
            if kept > 0 {
                let entry = Entry::of_command(now, "figures.indicators");
                audit::append_in_scope(&mut tx, &state.secrets, &entry).await?;
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
