//! `virea population`: residents aged 75 and over out of what Sotkanet answers (docs/outcomes.md, Residents).

use clap::Args;
use domain::ids::MunicipalityCode;
use domain::outcomes::population::{from_sotkanet, indicators};

use super::files::{municipality, scope};
use super::sotkanet::{Asked, saved};
use super::{Context, Failure, say};
use crate::audit::{self, Entry};
use crate::outcomes::population;

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
    #[command(flatten)]
    asked: Asked,
}

impl FromSotkanet {
    pub async fn run(self, context: &Context) -> Result<(), Failure> {
        let state = &context.open_in_use().await?;
        let (scope, _) = scope(state, &self.municipality, None).await?;
        let today = state.today();
        let answers = self.asked.answers(today, |list| indicators(list).map(Vec::from)).await?;
        let found =
            from_sotkanet(&self.municipality, saved(&answers), today).map_err(|wrong| Failure(wrong.to_string()))?;
        let (new, now) = (&found, state.now());
        let kept = state.write(&scope, |mut tx| async move {
            let kept = population::keep(&mut tx, new, now).await?;
            if kept > 0 {
                let entry = Entry::of_command(now, "figures.population");
                audit::append_in_scope(&mut tx, &state.secrets, &entry).await?;
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
