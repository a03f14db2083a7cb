//! `virea population`: residents aged 75 and over out of what Sotkanet has answered (docs/outcomes.md, Residents).

use std::path::{Path, PathBuf};

use clap::Args;
use domain::ids::MunicipalityCode;
use domain::outcomes::population::{Saved, from_sotkanet};

use super::files::{municipality, scope};
use super::{Context, Failure, say};
use crate::audit::{self, Entry};
use crate::db::Unscoped;
use crate::outcomes::population;

/// Read the number of residents aged 75 and over from saved answers of Sotkanet
#[derive(Args)]
#[command(
    after_help = "Example: virea population --municipality 091 --indicators indicators.json --regions regions.json \
    --numbers residents.json --numbers share.json\n\n\
    The answers are saved with any program that fetches, where there is network (base: https://sotkanet.fi/rest/1.1):\n  \
    /indicators                                               indicators.json\n  \
    /regions                                                  regions.json\n  \
    /json?indicator=127&years=2024&years=2025&genders=total   residents.json\n  \
    /json?indicator=171&years=2024&years=2025&genders=total   share.json\n\
    Indicators are found by their Finnish titles; where a title has changed, nothing is read."
)]
pub struct FromSotkanet {
    /// Municipality code, for example 091
    #[arg(long, value_parser = municipality)]
    municipality: MunicipalityCode,
    /// The list of indicators
    #[arg(long)]
    indicators: PathBuf,
    /// The list of regions
    #[arg(long)]
    regions: PathBuf,
    /// Numbers of the indicators; may be given several times
    #[arg(long, required = true)]
    numbers: Vec<PathBuf>,
}

impl FromSotkanet {
    pub async fn run(self, context: &Context) -> Result<(), Failure> {
        let state = &context.open_in_use().await?;
        let (scope, _) = scope(state, &self.municipality, None).await?;
        let (indicators, regions) = (text(&self.indicators)?, text(&self.regions)?);
        let data = self.numbers.iter().map(|file| text(file)).collect::<Result<Vec<_>, _>>()?;
        let saved = Saved { indicators: &indicators, regions: &regions, data: &data };
        let found =
            from_sotkanet(&self.municipality, saved, state.today()).map_err(|wrong| Failure(wrong.to_string()))?;
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
