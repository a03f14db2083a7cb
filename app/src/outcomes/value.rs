//! Values as they are printed, without a page round them: what tables, spreadsheets and texts of the same report are made
//! of. A number keeps exactly the digits that people read.

use domain::assessments::OutcomeMeasure;
use domain::outcomes::statistics::Interval;
use domain::outcomes::suppression::Shown;
use domain::rounding::to_places;
use domain::time::Day;

use super::numbers::{figure, reading};
use crate::texts::{Lang, NO_FIGURE, day, percent, range, scaled};

/// What a number is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Plain,
    /// A change: above zero with its sign.
    Change,
    /// Whole per cents.
    Percent,
}

/// How many of the shown unit one unit of the report is, the decimals, and what kind of number it is.
pub(super) fn read(outcome: OutcomeMeasure, kind: Kind) -> (f64, u8, Kind) {
    let (factor, places, _) = reading(outcome);
    (factor, u8::try_from(places).unwrap_or_default(), kind)
}

/// A whole number with decimals behind it: `(8, 1)` is 0.8.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Number {
    pub digits: i64,
    pub places: u8,
    pub kind: Kind,
}

impl Number {
    /// The number with so many decimals; nothing where it is none.
    fn of(value: f64, places: u8, kind: Kind) -> Option<Self> {
        let decimals = usize::from(places);
        let printed = format!("{:.decimals$}", to_places(value, decimals));
        printed.replace('.', "").parse().ok().map(|digits| Self { digits, places, kind })
    }

    fn words(self, lang: Lang) -> String {
        let plain = scaled(lang, self.digits, u32::from(self.places));
        match self.kind {
            Kind::Change if self.digits > 0 => format!("+{plain}"),
            Kind::Plain | Kind::Change => plain,
            Kind::Percent => percent(lang, f64::from(i32::try_from(self.digits).unwrap_or(i32::MAX)) / 100.0),
        }
    }
}

/// What stands in one place of a table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    Nothing,
    /// Words, two dots where a figure is hidden, "not known" where there is nothing to say.
    Words(String),
    Day(Day),
    Number(Number),
    /// Both ends of an interval.
    Range(Number, Number),
}

impl Value {
    /// Words, or nothing where there are none.
    pub fn text(words: impl Into<String>) -> Self {
        let words = words.into();
        if words.is_empty() { Self::Nothing } else { Self::Words(words) }
    }

    pub fn count(lang: Lang, shown: &Shown<u64>) -> Self {
        Self::shown(lang, shown, |n| Some(Self::whole(*n)))
    }

    /// A number that is of nobody: euros, a limit.
    pub fn whole(n: u64) -> Self {
        Self::Number(Number { digits: i64::try_from(n).unwrap_or(i64::MAX), places: 0, kind: Kind::Plain })
    }

    /// The same with decimals.
    pub fn decimal(value: f64, places: u8) -> Self {
        Number::of(value, places, Kind::Plain).map_or(Self::Nothing, Self::Number)
    }

    /// A share 0 … 1 as whole per cents.
    pub fn share(lang: Lang, shown: &Shown<f64>) -> Self {
        Self::shown(lang, shown, |share| Number::of(share * 100.0, 0, Kind::Percent).map(Self::Number))
    }

    /// Its interval.
    pub fn share_interval(lang: Lang, shown: &Shown<Interval>) -> Self {
        Self::interval(lang, shown, (100.0, 0, Kind::Percent))
    }

    /// A number times a factor, with so many decimals.
    pub fn real(lang: Lang, shown: &Shown<f64>, (factor, places, kind): (f64, u8, Kind)) -> Self {
        Self::shown(lang, shown, |value| Number::of(value * factor, places, kind).map(Self::Number))
    }

    /// Both ends times a factor, with so many decimals.
    pub fn interval(lang: Lang, shown: &Shown<Interval>, (factor, places, kind): (f64, u8, Kind)) -> Self {
        let end = |end: f64| Number::of(end * factor, places, kind);
        Self::shown(lang, shown, |ci| end(ci.lo).zip(end(ci.hi)).map(|(lo, hi)| Self::Range(lo, hi)))
    }

    /// The same words as on the page where there is no figure to show.
    fn shown<T>(lang: Lang, shown: &Shown<T>, write: impl Fn(&T) -> Option<Self>) -> Self {
        match shown.value() {
            Some(value) => write(value).unwrap_or_else(|| Self::Words(NO_FIGURE.to_owned())),
            None => Self::Words(figure(lang, shown, |_| String::new())),
        }
    }

    /// As people read it; empty where there is nothing.
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Words(words) => words.clone(),
            Self::Day(on) => day(lang, *on),
            Self::Number(number) => number.words(lang),
            // "32–81 %": the unit stands once.
            Self::Range(low, high) if low.kind == Kind::Percent => {
                range(&Number { kind: Kind::Plain, ..*low }.words(lang), &high.words(lang))
            }
            Self::Range(low, high) => range(&low.words(lang), &high.words(lang)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::numbers::{self, share, share_interval};
    use domain::outcomes::report::{HEADLINE_OUTCOMES, WindowName};
    use domain::outcomes::testing;

    #[test]
    fn numbers_keep_the_digits_that_are_printed() {
        let number = |value, places, kind| Number::of(value, places, kind).unwrap();
        assert_eq!(number(0.8, 1, Kind::Change), Number { digits: 8, places: 1, kind: Kind::Change });
        assert_eq!(number(-0.04, 1, Kind::Change).words(Lang::Fi), "0,0");
        assert_eq!(number(-1.26, 2, Kind::Change).words(Lang::En), "\u{2212}1.26");
        assert_eq!(number(0.8, 1, Kind::Change).words(Lang::Sv), "+0,8");
        assert_eq!(number(12_345.0, 0, Kind::Plain).words(Lang::Fi), "12\u{a0}345");
        assert_eq!(number(29.0, 0, Kind::Percent).words(Lang::Fi), "29\u{a0}%");
        assert_eq!(number(62.5, 0, Kind::Percent).words(Lang::Fi), "63\u{a0}%");
        assert_eq!(number(-0.25, 1, Kind::Change).words(Lang::En), "\u{2212}0.3");
        assert_eq!(Number::of(f64::NAN, 1, Kind::Plain), None);
    }

    #[test]
    fn every_value_is_worded_as_the_page_words_it() {
        let (mut shown, mut hidden) = (0, 0);
        for n in 0..400 {
            let page = testing::page(n);
            let report = &page.report;
            let good = &report.attendance.good_adherence;
            for lang in Lang::ALL {
                assert_eq!(Value::count(lang, &good.x).words(lang), numbers::number(lang, &good.x));
                assert_eq!(Value::share(lang, &good.share).words(lang), share(lang, &good.share));
                let ci = numbers::figure(lang, &good.ci, |ci| share_interval(lang, ci));
                assert_eq!(Value::share_interval(lang, &good.ci).words(lang), ci);
                for outcome in HEADLINE_OUTCOMES {
                    let Some(change) = report.change_of(outcome, WindowName::M3) else { continue };
                    let read = read(outcome, Kind::Plain);
                    let mean = numbers::figure(lang, &change.mean, |mean| numbers::mean(lang, outcome, *mean));
                    assert_eq!(Value::real(lang, &change.mean, read).words(lang), mean, "{outcome}");
                    let ci = numbers::figure(lang, &change.ci, |ci| numbers::interval(lang, outcome, ci));
                    assert_eq!(Value::interval(lang, &change.ci, read).words(lang), ci, "{outcome}");
                    shown += usize::from(change.mean.value().is_some() && outcome == OutcomeMeasure::SppbTotal);
                    hidden += usize::from(change.mean.is_hidden());
                }
            }
        }
        assert!(shown > 0 && hidden > 0);
    }
}
