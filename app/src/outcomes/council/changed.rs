//! What changed from one frozen thing to the next: key figures as they are printed, and which texts.

use domain::outcomes::Page;
use domain::outcomes::council::{Block, CouncilReport};
use domain::outcomes::goals::Goal;

use super::super::value::Value;
use super::block_words;
use super::keys::{Key, keys};
use crate::texts::{Lang, council as t, goals};

/// What changed from a frozen page to the next of its period.
pub fn pages(lang: Lang, before: &Page, now: &Page) -> Vec<String> {
    or_else(lang, figures(lang, before, now))
}

/// Something less than a key figure: a group's mean, an interval, the day of the data.
fn or_else(lang: Lang, changed: Vec<String>) -> Vec<String> {
    if changed.is_empty() { vec![t::changed_else(lang).to_owned()] } else { changed }
}

/// Other rules of counting: by them the same data may give other figures.
fn rules(lang: Lang, before: &Page, now: &Page) -> Option<String> {
    let [before, now] = [before, now].map(|page| page.report.rule_version.as_str());
    (before != now).then(|| t::changed(lang, before, t::sheet::rules(lang), now))
}

/// Rules of counting, then key figures that are printed otherwise, as "Käynnit: 1 200 → 1 240".
fn figures(lang: Lang, before: &Page, now: &Page) -> Vec<String> {
    let rules = rules(lang, before, now);
    let before = keys(lang, before);
    let changed = |now: Key| {
        // A figure that the one before did not have has not changed.
        let before = before.iter().find(|before| before.name == now.name)?;
        let value = |key: &Key| key.value.words(lang);
        let parts = [(value(before), value(&now)), (part(lang, before.part.clone()), part(lang, now.part.clone()))];
        let differ = parts.into_iter().find(|(before, now)| before != now)?;
        Some(t::changed(lang, &differ.0, &now.name, &differ.1))
    };
    rules.into_iter().chain(keys(lang, now).into_iter().filter_map(changed)).collect()
}

fn part(lang: Lang, part: Option<(Value, Value)>) -> String {
    let part = part.map(|(x, n)| (x.words(lang), n.words(lang)));
    part.map(|(x, n)| if x.is_empty() { n } else { format!("{x} / {n}") }).unwrap_or_default()
}

/// Figures and texts that are not what they were in the report before.
pub fn report(lang: Lang, before: &CouncilReport, now: &CouncilReport) -> Vec<String> {
    let mut changed = figures(lang, &before.page, &now.page);
    if before.costs != now.costs {
        changed.push(t::costs::title(lang).to_owned());
    }
    if before.population != now.population {
        changed.push(t::population::title(lang).to_owned());
    }
    let set = |report: &CouncilReport| {
        let goals: Vec<(u8, Goal)> = report.plan.goals.iter().map(|told| (told.number, told.goal.clone())).collect();
        (goals, report.plan.target_group.clone())
    };
    if set(before) != set(now) {
        changed.push(goals::title(lang).to_owned());
    }
    if before.plan.indicators != now.plan.indicators {
        changed.push(goals::followed::title(lang).to_owned());
    }
    for of in Lang::ALL {
        let text = |report: &CouncilReport, block| {
            report.texts.get(of.code()).and_then(|text| text.written.get(block)).cloned().unwrap_or_default()
        };
        let differ = Block::ALL.iter().filter(|block| text(before, block) != text(now, block));
        changed.extend(differ.map(|block| t::of(lang, block_words(lang, *block), of.own_name())));
    }
    or_else(lang, changed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::outcomes::testing;

    #[test]
    fn other_rules_of_counting_are_told_before_the_figures_that_they_may_have_changed() {
        for now in (0..30).map(testing::page) {
            let mut before = now.clone();
            assert_eq!(pages(Lang::Fi, &before, &now), [t::changed_else(Lang::Fi)]);
            before.report.rule_version = "vv-2024.1".to_owned();
            let changed = format!("Laskentasäännöt: vv-2024.1 → {}", now.report.rule_version);
            assert_eq!(pages(Lang::Fi, &before, &now), [changed]);
        }
    }
}
