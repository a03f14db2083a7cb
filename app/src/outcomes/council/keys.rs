//! The report's key figures: each with what it is of, and what it means in plain words.

use domain::outcomes::Page;
use domain::outcomes::council::CouncilReport;
use domain::outcomes::figures::{FollowUp, Share, Waiting};
use domain::outcomes::goals::TargetGroup;
use domain::outcomes::population::{Population, participants_75};
use domain::outcomes::suppression::Shown;

use super::super::value::{Kind, Value};
use crate::texts::{Lang, council::key as k, goals::group as g};

/// One figure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key {
    pub name: String,
    /// How it is counted.
    pub meaning: &'static str,
    pub value: Value,
    /// Numerator and denominator, where it has them.
    pub part: Option<(Value, Value)>,
    /// Its 95 % interval.
    pub ci: Option<Value>,
}

/// Every key figure of a page, in the order of the report.
pub fn keys(lang: Lang, page: &Page) -> Vec<Key> {
    let report = &page.report;
    let (flow, attendance, retention) = (&report.flow, &report.attendance, &report.retention);
    let mut keys = vec![
        counted(lang, k::participants(lang), k::participants_is(lang), &flow.participants),
        counted(lang, k::started(lang), k::started_is(lang), &flow.started),
        counted(lang, k::sessions(lang), k::sessions_is(lang), &attendance.sessions_held),
        counted(lang, k::visits(lang), k::visits_is(lang), &attendance.visits),
        Key {
            value: Value::share(lang, &attendance.adherence_median),
            // A median is no part of anything; it is of so many people.
            part: Some((Value::Nothing, Value::count(lang, &attendance.good_adherence.n))),
            ..Key::new(k::adherence(lang), k::adherence_is(lang))
        },
    ];
    keys.extend(attendance.adherence_with_pauses.as_ref().map(|worst| Key {
        value: Value::share(lang, worst),
        part: Some((Value::Nothing, Value::count(lang, &attendance.good_adherence.n))),
        ..Key::new(k::with_pauses(lang), k::with_pauses_is(lang))
    }));
    keys.extend([
        shared(lang, k::good_adherence(lang).to_owned(), k::good_adherence_is(lang), &attendance.good_adherence),
        Key {
            value: Value::share(lang, &flow.with_baseline.part_of(&flow.started)),
            part: Some((Value::count(lang, &flow.with_baseline), Value::count(lang, &flow.started))),
            ..Key::new(k::baseline(lang), k::baseline_is(lang))
        },
    ]);
    keys.extend(ten_visits(lang, page));
    keys.extend(report.waiting.as_ref().map(|waiting| waited(lang, waiting)));
    let months = [(3, &flow.m3), (6, &flow.m6), (12, &flow.m12)];
    keys.extend(months.map(|(months, follow_up)| retested(lang, months, follow_up)));
    let days = [(90, &retention.d90), (180, &retention.d180), (365, &retention.d365)];
    keys.extend(days.map(|(days, share)| shared(lang, k::retention(lang, days), k::retention_is(lang), share)));
    keys.push(falls(lang, page));
    keys
}

/// Those of a report: with how many of the residents took part, where it is told how many live there and the page tells each
/// age band, and with how many of those for whom the programme is meant, where the municipality has estimated them.
pub fn keys_of(lang: Lang, report: &CouncilReport) -> Vec<Key> {
    let mut keys = keys(lang, &report.page);
    let reached = report.population.as_ref().and_then(|population| reached(lang, &report.page, population));
    let group = report.population.as_ref().zip(report.plan.target_group.as_ref());
    let reached_group = group.and_then(|(population, group)| reached_group(lang, &report.page, population, group));
    for key in reached_group.into_iter().chain(reached) {
        keys.insert(1, key);
    }
    keys
}

fn reached(lang: Lang, page: &Page, population: &Population) -> Option<Key> {
    let residents = population.aged_75;
    let people = participants_75(page).filter(|people| *people <= residents && residents > 0)?;
    Some(Key {
        value: Value::decimal(per_cent(people, residents), 1),
        part: Some((Value::whole(people), Value::whole(residents))),
        ..Key::new(k::reached(lang), k::reached_is(lang))
    })
}

/// The denominator is an estimate: it is told to the nearest whole.
fn reached_group(lang: Lang, page: &Page, population: &Population, group: &TargetGroup) -> Option<Key> {
    let meant = group.people(population.aged_75);
    let people = participants_75(page).filter(|people| *people <= meant && meant > 0)?;
    Some(Key {
        value: Value::decimal(per_cent(people, meant), 1),
        part: Some((Value::whole(people), Value::whole(meant))),
        ..Key::new(g::reached(lang), g::reached_is(lang))
    })
}

#[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^52")]
fn per_cent(people: u64, all: u64) -> f64 {
    people as f64 / all as f64 * 100.0
}

impl Key {
    fn new(name: &str, meaning: &'static str) -> Self {
        Self { name: name.to_owned(), meaning, value: Value::Nothing, part: None, ci: None }
    }
}

fn counted(lang: Lang, name: &str, meaning: &'static str, count: &Shown<u64>) -> Key {
    Key { value: Value::count(lang, count), ..Key::new(name, meaning) }
}

fn shared(lang: Lang, name: String, meaning: &'static str, of: &Share) -> Key {
    Key {
        name,
        meaning,
        value: Value::share(lang, &of.share),
        part: Some((Value::count(lang, &of.x), Value::count(lang, &of.n))),
        ci: Some(Value::share_interval(lang, &of.ci)),
    }
}

fn retested(lang: Lang, months: i64, of: &FollowUp) -> Key {
    Key {
        value: Value::share(lang, &of.completeness),
        part: Some((Value::count(lang, &of.retested), Value::count(lang, &of.due))),
        ..Key::new(&k::retested(lang, months), k::retested_is(lang))
    }
}

/// Nothing of a page of before it was told.
fn ten_visits(lang: Lang, page: &Page) -> Option<Key> {
    let (way, started) = (page.report.way.as_ref()?, &page.report.flow.started);
    Some(Key {
        value: Value::share(lang, &way.ten_visits.part_of(started)),
        part: Some((Value::count(lang, &way.ten_visits), Value::count(lang, started))),
        ..Key::new(k::ten_visits(lang), k::ten_visits_is(lang))
    })
}

fn waited(lang: Lang, waiting: &Waiting) -> Key {
    Key {
        value: Value::real(lang, &waiting.median_days, (1.0, 0, Kind::Plain)),
        // A median is no part of anything; it is of so many people.
        part: Some((Value::Nothing, Value::count(lang, &waiting.n))),
        ..Key::new(k::waiting(lang), k::waiting_is(lang))
    }
}

fn falls(lang: Lang, page: &Page) -> Key {
    let safety = &page.report.safety;
    let rate = (1.0, 2, Kind::Plain);
    Key {
        value: Value::real(lang, &safety.falls_per_1000_visits, rate),
        part: Some((Value::count(lang, &safety.falls), Value::count(lang, &safety.visits))),
        ci: Some(Value::interval(lang, &safety.ci, rate)),
        ..Key::new(k::falls(lang), k::falls_is(lang))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::council::population::reached_words;
    use domain::outcomes::PageKind;
    use domain::outcomes::population::Source;
    use domain::outcomes::testing;

    #[test]
    fn how_many_of_the_residents_took_part_is_a_figure_where_the_report_says_it() {
        let (mut told, mut not_told) = (0, 0);
        for n in 0..300 {
            let population = Population { year: 2025, aged_75: 400, source: Source::Typed("Tilastokeskus".to_owned()) };
            let report = CouncilReport { population: Some(population), ..testing::council(n) };
            let (keys, of_page) = (keys_of(Lang::Fi, &report), keys(Lang::Fi, &report.page));
            let said = reached_words(Lang::Fi, &report.page, report.population.as_ref()).unwrap();
            match participants_75(&report.page) {
                Some(people) => {
                    assert_eq!(keys.len(), of_page.len() + 1);
                    assert_eq!(keys[1].part, Some((Value::whole(people), Value::whole(400))));
                    assert!(said.contains(&format!("({}\u{a0}%)", keys[1].value.words(Lang::Fi))), "{said}");
                    told += 1;
                }
                None => {
                    assert!(said.contains("Kuinka moni heistä osallistui"), "{said}");
                    let is_elsewhere = report.page.kind != PageKind::Year;
                    assert_eq!(said.contains("kerrotaan vuoden luvuissa."), is_elsewhere, "{said}");
                    assert_eq!(said.ends_with("muutaman ihmisen ikä."), is_elsewhere, "with the reason: {said}");
                    assert_eq!(keys, of_page);
                    not_told += 1;
                }
            }
            let without = CouncilReport { population: None, ..report };
            assert_eq!(keys_of(Lang::Fi, &without), of_page);
        }
        assert!(told > 0 && not_told > 0, "{told} {not_told}");
    }
}
