//! The report's key figures: each with what it is of, and what it means in plain words.

use domain::outcomes::Page;
use domain::outcomes::figures::{FollowUp, Share};
use domain::outcomes::statistics::Interval;
use domain::outcomes::suppression::Shown;

use super::super::numbers::{figure, number, share, share_interval};
use crate::texts::{Lang, council::key as k, decimal, range};

/// One figure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key {
    pub name: String,
    /// How it is counted.
    pub meaning: &'static str,
    pub value: String,
    /// Numerator and denominator, where it has them.
    pub part: Option<(String, String)>,
    /// Its 95 % interval.
    pub ci: Option<String>,
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
            value: share(lang, &attendance.adherence_median),
            // A median is no part of anything; it is of so many people.
            part: Some((String::new(), number(lang, &attendance.good_adherence.n))),
            ..Key::new(k::adherence(lang), k::adherence_is(lang))
        },
        shared(lang, k::good_adherence(lang).to_owned(), k::good_adherence_is(lang), &attendance.good_adherence),
        Key {
            value: share(lang, &flow.with_baseline.part_of(&flow.started)),
            part: Some((number(lang, &flow.with_baseline), number(lang, &flow.started))),
            ..Key::new(k::baseline(lang), k::baseline_is(lang))
        },
    ];
    let months = [(3, &flow.m3), (6, &flow.m6), (12, &flow.m12)];
    keys.extend(months.map(|(months, follow_up)| retested(lang, months, follow_up)));
    let days = [(90, &retention.d90), (180, &retention.d180), (365, &retention.d365)];
    keys.extend(days.map(|(days, share)| shared(lang, k::retention(lang, days), k::retention_is(lang), share)));
    keys.push(falls(lang, page));
    keys
}

impl Key {
    fn new(name: &str, meaning: &'static str) -> Self {
        Self { name: name.to_owned(), meaning, value: String::new(), part: None, ci: None }
    }
}

fn counted(lang: Lang, name: &str, meaning: &'static str, count: &Shown<u64>) -> Key {
    Key { value: number(lang, count), ..Key::new(name, meaning) }
}

fn shared(lang: Lang, name: String, meaning: &'static str, of: &Share) -> Key {
    Key {
        name,
        meaning,
        value: share(lang, &of.share),
        part: Some((number(lang, &of.x), number(lang, &of.n))),
        ci: Some(figure(lang, &of.ci, |ci| share_interval(lang, ci))),
    }
}

fn retested(lang: Lang, months: i64, of: &FollowUp) -> Key {
    Key {
        value: share(lang, &of.completeness),
        part: Some((number(lang, &of.retested), number(lang, &of.due))),
        ..Key::new(&k::retested(lang, months), k::retested_is(lang))
    }
}

fn falls(lang: Lang, page: &Page) -> Key {
    let safety = &page.report.safety;
    let rate = |value: f64| decimal(lang, value, 2);
    let ci = |ci: &Interval| range(&rate(ci.lo), &rate(ci.hi));
    Key {
        value: figure(lang, &safety.falls_per_1000_visits, |value| rate(*value)),
        part: Some((number(lang, &safety.falls), number(lang, &safety.visits))),
        ci: Some(figure(lang, &safety.ci, ci)),
        ..Key::new(k::falls(lang), k::falls_is(lang))
    }
}
