//! What the demonstration's officer has written into the year's report, and that it was put before the council.

use app::texts::Lang;
use domain::ids::UserId;
use domain::outcomes::council::{Block, Costs, Written};

use crate::access::Scope;
use crate::error::Error;
use crate::outcomes::council::{self, CouncilPart};
use crate::outcomes::periods::{PeriodKind, fixed_periods};
use crate::state::AppState;

const FINNISH: [(Block, &str); 4] = [
    (
        Block::Opening,
        "Voima- ja tasapainoryhmät on tarkoitettu 75 vuotta täyttäneille, joiden liikkuminen on alkanut käydä työlääksi. Ryhmät kokoontuvat viikoittain, ja ohjaajat mittaavat toimintakyvyn alussa ja kolmen kuukauden välein.",
    ),
    (
        Block::Measures,
        "Ryhmiä pidettiin kahden järjestön kanssa kaikilla alueilla. Ohjaajat saivat koulutuksen testaamiseen. Kotihoito ja terveysasema ohjasivat ryhmiin ihmisiä, joiden kunto oli heikentynyt.",
    ),
    (Block::NotMeasured, "Arjen sujumista kotona ja avun tarvetta ei mitattu."),
    (
        Block::NextSteps,
        "Kevääksi avataan ryhmä saaristoon (liikuntapalvelut, tammikuu). Uudelleen mittaamiseen varataan kausittain kaksi viikkoa. Yhteistyötä kotihoidon kanssa jatketaan.",
    ),
];

const SWEDISH: [(Block, &str); 4] = [
    (
        Block::Opening,
        "Styrke- och balansgrupperna är till för dem som fyllt 75 år och som börjat få svårare att röra sig. Grupperna träffas varje vecka, och ledarna testar funktionsförmågan i början och var tredje månad.",
    ),
    (
        Block::Measures,
        "Grupper hölls tillsammans med två föreningar på alla områden. Ledarna utbildades i att testa. Hemvården och hälsostationen hänvisade personer med nedsatt kondition till grupperna.",
    ),
    (Block::NotMeasured, "Hur vardagen löper hemma och behovet av hjälp mättes inte."),
    (
        Block::NextSteps,
        "Till våren öppnas en grupp i skärgården (idrottstjänsterna, januari). Två veckor per säsong reserveras för nya tester. Samarbetet med hemvården fortsätter.",
    ),
];

pub async fn put_before(state: &AppState, scope: &Scope, officer: UserId) -> Result<(), Error> {
    let periods = fixed_periods(scope.today());
    let year = periods.iter().find(|period| period.kind == PeriodKind::CalendarYear);
    let year = year.ok_or_else(|| Error::Broken("the demo's year".to_owned()))?;
    let scope = Scope::import(officer, scope.municipality().clone(), scope.today());
    let now = state.now();
    let written = state.write(&scope, |mut tx| async move {
        for (lang, texts) in [(Lang::Fi, &FINNISH), (Lang::Sv, &SWEDISH)] {
            let written: Written = texts.iter().map(|(block, words)| (*block, (*words).to_owned())).collect();
            council::write(&mut tx, year, CouncilPart::Words(lang), 1, &written, now).await?;
        }
        let source = "kaupungin kirjanpito / stadens bokföring".to_owned();
        let costs = Costs { staff: 41_200, rooms: 9_600, materials: 1_350, source, ..Costs::default() };
        council::write(&mut tx, year, CouncilPart::Costs, 1, &costs, now).await?;
        if let Some(report) = council::draft(&mut tx, year).await? {
            council::freeze(&mut tx, &report, "Valtuuston kokous / Fullmäktiges möte", now).await?;
        }
        Ok(tx.done(()))
    });
    written.await
}
