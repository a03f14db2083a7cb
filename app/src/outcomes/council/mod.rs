//! The report for the council: two pages and an annex, from a page's figures and the officer's own texts. The same data
//! in three languages, on the screen and on paper.

mod annex;
pub mod archive;
pub mod changed;
mod costs;
pub mod form;
pub mod frozen;
pub mod goal_form;
mod goals;
mod keys;
pub mod plain;
pub mod population;
pub mod report;
pub mod tables;

use domain::outcomes::Page;
use domain::outcomes::council::{Block, CouncilReport, at_the_head};
use domain::outcomes::findings::{Finding, selection};

pub(super) use self::annex::definitions;
use super::sentences::{regression, sentences};
use crate::texts::{Lang, council as t, outcomes, small};

/// The sentences at the head of the report.
pub fn said(lang: Lang, page: &Page) -> Vec<String> {
    let head = at_the_head(page);
    let falls = head.iter().any(|finding| matches!(finding, Finding::Falls { .. }));
    let unknown = (!falls).then(|| outcomes::said::falls_unknown(lang).to_owned());
    let sentence = |finding: &Finding| {
        let said = sentences(lang, finding);
        // A council meets the test here for the first time.
        let is_change = matches!(finding, Finding::Change(_));
        if is_change { format!("{} {said}", outcomes::said::sppb_is(lang)) } else { said }
    };
    head.iter().map(sentence).chain(unknown).collect()
}

/// What the figures do not tell, in the program's own words.
fn not_told(lang: Lang, report: &CouncilReport) -> Vec<String> {
    use outcomes::caveat as c;
    let regression = selection(&report.page).map(|selection| regression(lang, selection));
    let no_population = report.population.is_none().then(|| t::no_population(lang).to_owned());
    let all = [Some(c::no_control(lang).to_owned()), regression, Some(c::kept_is_good(lang).to_owned()), no_population];
    all.into_iter().flatten().collect()
}

/// What must be known beside that to read any such figures: it stands in the annex.
fn to_be_known(lang: Lang) -> [&'static str; 3] {
    use outcomes::caveat as c;
    [c::learning(lang), c::season(lang), c::several(lang)]
}

/// What the report is called: with municipality and period.
pub fn heading(lang: Lang, municipality: &str, period: &str) -> String {
    t::heading(lang, municipality, &small(period))
}

/// What a text of the officer is about: its heading in the report.
pub fn block_words(lang: Lang, block: Block) -> &'static str {
    match block {
        Block::Opening => t::block::opening(lang),
        Block::Measures => t::block::measures(lang),
        Block::NotMeasured => t::block::not_measured(lang),
        Block::NextSteps => t::block::next_steps(lang),
    }
}

fn block_hint(lang: Lang, block: Block) -> &'static str {
    match block {
        Block::Opening => t::hint::opening(lang),
        Block::Measures => t::hint::measures(lang),
        Block::NotMeasured => t::hint::not_measured(lang),
        Block::NextSteps => t::hint::next_steps(lang),
    }
}
