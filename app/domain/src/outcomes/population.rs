//! How many aged 75 and over live in the municipality (docs/outcomes.md, Residents): typed with its source, or read from
//! what Sotkanet, the open statistics of THL, has answered. Nothing is worked out where something is missing.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

use super::equity::StratumBy;
use super::publishing::Page;
use super::suppression::{Gate, Shown};
use crate::ids::MunicipalityCode;
use crate::time::Day;

/// Residents at the end of a year.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Population {
    pub year: i32,
    /// Aged 75 and over.
    pub aged_75: u64,
    pub source: Source,
}

/// Where a number is from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// In the words of whoever typed it.
    Typed(String),
    /// Worked out of these two: all residents, and the share of those aged 75 and over.
    Sotkanet { indicators: Vec<Indicator>, loaded_on: Day },
}

/// An indicator as Sotkanet names it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Indicator {
    pub id: i64,
    pub title: String,
}

impl Population {
    /// Whether the other tells the same of the same year, whenever either was loaded.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let sources = match (&self.source, &other.source) {
            (Source::Typed(one), Source::Typed(other)) => one == other,
            (Source::Sotkanet { indicators, .. }, Source::Sotkanet { indicators: others, .. }) => indicators == others,
            _ => false,
        };
        sources && (self.year, self.aged_75) == (other.year, other.aged_75)
    }

    /// As a figure: of a whole municipality, and published by others.
    pub fn residents(&self) -> Shown<u64> {
        Gate::of_published(self.aged_75)
    }
}

/// The newest that is not younger than the period.
pub fn of_period(all: &[Population], to: Day) -> Option<&Population> {
    all.iter().filter(|one| one.year <= to.year()).max_by_key(|one| one.year)
}

/// Participants aged 75 and over on their first visit, where the page tells each of their age bands, of its own day.
pub fn participants_75(page: &Page) -> Option<u64> {
    (page.strata_as_of == page.made_on).then_some(())?;
    let stratum = page.report.strata.iter().find(|stratum| stratum.by == StratumBy::AgeBand)?;
    let band = |band: &str| stratum.cells.iter().find(|cell| cell.value == band)?.participants.value().copied();
    Some(band("75-79")? + band("80-84")? + band("85+")?)
}

/// The titles by which the two indicators are found: their numbers are not promised to stay.
pub const RESIDENTS: &str = "Väestö 31.12.";
pub const SHARE_75: &str = "75 vuotta täyttäneet, % väestöstä";

/// What Sotkanet has answered, as it was saved.
#[derive(Clone, Copy, Debug)]
pub struct Saved<'a> {
    /// `/indicators`
    pub indicators: &'a str,
    /// `/regions`
    pub regions: &'a str,
    /// `/json?indicator=…&years=…&genders=total`, one or several.
    pub data: &'a [String],
}

/// Why saved answers tell nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unreadable {
    /// Which of them is no such answer.
    NotAnAnswer(&'static str),
    /// No indicator, or more than one, has this title.
    Title { title: &'static str, found: usize },
    /// There is no such municipality.
    Region(MunicipalityCode),
    /// There are no numbers of this indicator for the municipality.
    NoNumbers(&'static str),
    /// No year has both numbers.
    NoYear,
    /// A number of that year cannot be one.
    Impossible(i32),
    /// No indicator, or more than one, has the title that was asked for.
    Sought { title: String, found: usize },
    /// There are no numbers of this indicator at all, of no municipality: it is not told of women and men together, or no more.
    NoRows(String),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnAnswer(what) => write!(f, "the file of {what} is not what Sotkanet answers"),
            Self::Title { title, found } => told_title(f, title, *found),
            Self::Sought { title, found } => told_title(f, title, *found),
            Self::NoRows(title) => write!(f, "the answers have no numbers of \"{title}\" for women and men together"),
            Self::Region(code) => write!(f, "no municipality among the regions has the code {}", code.as_str()),
            Self::NoNumbers(title) => write!(f, "there are no numbers of \"{title}\" for the municipality"),
            Self::NoYear => write!(f, "no year has both the residents and the share of those aged 75 and over"),
            Self::Impossible(year) => write!(f, "a number of {year} cannot be right"),
        }
    }
}

fn told_title(f: &mut fmt::Formatter<'_>, title: &str, found: usize) -> fmt::Result {
    write!(f, "{found} indicators have the title \"{title}\", one is needed")
}

/// One of thousands: one without a title is none that is looked for.
#[derive(Deserialize)]
pub(super) struct Titled {
    pub id: i64,
    #[serde(default)]
    title: Option<Title>,
    /// How many its numbers have, where that is told.
    #[serde(default)]
    pub decimals: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Title {
    #[serde(default)]
    fi: Option<String>,
}

impl Titled {
    /// Whether it has this Finnish title, however its words are spaced.
    pub fn is_called(&self, title: &str) -> bool {
        self.words().split_whitespace().eq(title.split_whitespace())
    }

    fn words(&self) -> &str {
        self.title.as_ref().and_then(|title| title.fi.as_deref()).unwrap_or_default()
    }
}

#[derive(Deserialize)]
struct Region {
    id: i64,
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    category: Option<String>,
}

impl Region {
    fn is(&self, code: &MunicipalityCode) -> bool {
        self.category.as_deref() == Some("KUNTA") && self.code.as_deref() == Some(code.as_str())
    }
}

#[derive(Deserialize)]
pub(super) struct Row {
    pub indicator: i64,
    pub region: i64,
    pub year: i32,
    gender: String,
    /// Nothing where it is kept back or not known.
    #[serde(default)]
    pub value: Option<f64>,
}

impl Row {
    /// Of women and men together.
    pub fn is_total(&self) -> bool {
        self.gender == "total"
    }
}

/// The municipality's residents aged 75 and over, the oldest year first: of every year of which both numbers are there.
pub fn from_sotkanet(code: &MunicipalityCode, saved: Saved<'_>, loaded_on: Day) -> Result<Vec<Population>, Unreadable> {
    let [residents, share] = indicators(saved.indicators)?;
    let region = region_of(code, saved.regions)?;
    let mut rows = rows_of(saved.data)?;
    rows.retain(|row| row.region == region && row.is_total());
    let people = by_year(&rows, &residents, RESIDENTS)?;
    let shares = by_year(&rows, &share, SHARE_75)?;
    let indicators = vec![residents, share];
    let mut all = Vec::new();
    for (year, people) in people {
        let Some(share) = shares.get(&year) else { continue };
        let aged_75 = aged_75(people, *share).ok_or(Unreadable::Impossible(year))?;
        let source = Source::Sotkanet { indicators: indicators.clone(), loaded_on };
        all.push(Population { year, aged_75, source });
    }
    if all.is_empty() { Err(Unreadable::NoYear) } else { Ok(all) }
}

/// The two that are needed, of the answer of `/indicators`: all residents, and the share of those aged 75 and over.
pub fn indicators(answered: &str) -> Result<[Indicator; 2], Unreadable> {
    let titled: Vec<Titled> = answer(answered, "indicators")?;
    Ok([indicator(&titled, RESIDENTS)?, indicator(&titled, SHARE_75)?])
}

/// The number by which Sotkanet knows the municipality: it is not the municipality's code.
pub(super) fn region_of(code: &MunicipalityCode, answered: &str) -> Result<i64, Unreadable> {
    let regions: Vec<Region> = answer(answered, "regions")?;
    let found = regions.iter().find(|region| region.is(code));
    found.map(|region| region.id).ok_or_else(|| Unreadable::Region(code.clone()))
}

/// The numbers of all answers.
pub(super) fn rows_of(data: &[String]) -> Result<Vec<Row>, Unreadable> {
    let mut rows = Vec::new();
    for data in data {
        rows.extend(answer::<Row>(data, "numbers")?);
    }
    Ok(rows)
}

pub(super) fn answer<T: DeserializeOwned>(text: &str, what: &'static str) -> Result<Vec<T>, Unreadable> {
    serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|_| Unreadable::NotAnAnswer(what))
}

/// The one with this title. A title that was changed is not guessed at.
fn indicator(titled: &[Titled], title: &'static str) -> Result<Indicator, Unreadable> {
    let found: Vec<_> = titled.iter().filter(|one| one.is_called(title)).collect();
    match found.as_slice() {
        [one] => Ok(Indicator { id: one.id, title: title.to_owned() }),
        other => Err(Unreadable::Title { title, found: other.len() }),
    }
}

fn by_year(rows: &[Row], of: &Indicator, title: &'static str) -> Result<BTreeMap<i32, f64>, Unreadable> {
    let own = rows.iter().filter(|row| row.indicator == of.id);
    let values: BTreeMap<_, _> = own.filter_map(|row| Some((row.year, row.value?))).collect();
    if values.is_empty() { Err(Unreadable::NoNumbers(title)) } else { Ok(values) }
}

/// More people than live in any country's municipality.
const MOST_PEOPLE: f64 = 100_000_000.0;

/// So many per cent of so many people, to the nearest whole; nothing where the numbers cannot be.
fn aged_75(people: f64, share: f64) -> Option<u64> {
    if !(0.0..=MOST_PEOPLE).contains(&people) || !(0.0..=100.0).contains(&share) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between nothing and a hundred millions"
    )]
    let whole = (people * share / 100.0).round() as u64;
    Some(whole)
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    const INDICATORS: &str = r#"[
        {"id": 127, "title": {"fi": "Väestö 31.12.", "sv": "Befolkning 31.12", "en": "Population"}, "decimals": 0},
        {"id": 171, "title": {"fi": "75 vuotta täyttäneet, % väestöstä", "sv": "x", "en": "y"}, "decimals": 1},
        {"id": 322, "title": {"fi": "Kuolleisuus", "sv": "x", "en": "y"}},
        {"id": 400, "title": {"fi": null}}, {"id": 401}]"#;
    const REGIONS: &str = r#"[
        {"id": 14, "code": "020", "category": "KUNTA", "title": {"fi": "Akaa"}},
        {"id": 658, "code": "091", "category": "KUNTA", "title": {"fi": "Helsinki"}},
        {"id": 5, "code": "091", "category": "MAAKUNTA", "title": {"fi": "muu"}}, {"id": 6, "code": null}]"#;

    fn data(rows: &str) -> Vec<String> {
        vec![format!("[{rows}]")]
    }

    fn row(indicator: i64, region: i64, year: i32, value: &str) -> String {
        format!(
            r#"{{"indicator":{indicator},"region":{region},"year":{year},"gender":"total","value":{value},"absValue":1}}"#
        )
    }

    fn read(code: &str, indicators: &str, data: &[String]) -> Result<Vec<(i32, u64)>, Unreadable> {
        let code = MunicipalityCode::new(code).unwrap();
        let saved = Saved { indicators, regions: REGIONS, data };
        let read = from_sotkanet(&code, saved, Day::new(2026, 9, 8).unwrap())?;
        Ok(read.into_iter().map(|one| (one.year, one.aged_75)).collect())
    }

    #[test]
    fn residents_are_worked_out_for_years_that_have_both_numbers_and_no_other() {
        let rows = [
            row(127, 658, 2023, "674500"),
            row(127, 658, 2024, "684018"),
            row(171, 658, 2024, "8.7"),
            // Kept back, of another region, and of women alone.
            row(171, 658, 2023, "null"),
            row(171, 14, 2023, "12.0"),
            row(171, 658, 2023, "9.9").replace("total", "female"),
        ];
        assert_eq!(read("091", INDICATORS, &data(&rows.join(","))), Ok(vec![(2024, 59_510)]));
        let two = [data(&rows[..2].join(",")), data(&rows[2..].join(","))].concat();
        assert_eq!(read("091", INDICATORS, &two), Ok(vec![(2024, 59_510)]), "in two files");
    }

    #[test]
    fn a_code_keeps_its_leading_zero_and_a_missing_value_is_not_nothing() {
        let rows = [row(127, 14, 2024, "16000"), row(171, 14, 2024, "12.5")];
        assert_eq!(read("020", INDICATORS, &data(&rows.join(","))), Ok(vec![(2024, 2000)]));
        let unknown =
            [row(127, 14, 2024, "16000"), r#"{"indicator":171,"region":14,"year":2024,"gender":"total"}"#.into()];
        assert_eq!(read("020", INDICATORS, &data(&unknown.join(","))), Err(Unreadable::NoNumbers(SHARE_75)));
        let apart = [row(127, 14, 2024, "16000"), row(171, 14, 2023, "12.5")];
        assert_eq!(read("020", INDICATORS, &data(&apart.join(","))), Err(Unreadable::NoYear));
    }

    #[test]
    fn a_changed_title_a_foreign_municipality_and_other_files_are_told() {
        let rows = data(&row(127, 14, 2024, "16000"));
        let renamed = INDICATORS.replace("Väestö 31.12.", "Väkiluku");
        assert_eq!(read("020", &renamed, &rows), Err(Unreadable::Title { title: RESIDENTS, found: 0 }));
        let twice = INDICATORS.replace("Kuolleisuus", "Väestö  31.12.");
        assert_eq!(read("020", &twice, &rows), Err(Unreadable::Title { title: RESIDENTS, found: 2 }));
        let nowhere = MunicipalityCode::new("999").unwrap();
        assert_eq!(read("999", INDICATORS, &rows), Err(Unreadable::Region(nowhere)));
        assert_eq!(read("020", "<html>", &rows), Err(Unreadable::NotAnAnswer("indicators")));
        assert_eq!(read("020", INDICATORS, &["{}".to_owned()]), Err(Unreadable::NotAnAnswer("numbers")));
        let odd = data(&[row(127, 14, 2024, "16000"), row(171, 14, 2024, "125")].join(","));
        assert_eq!(read("020", INDICATORS, &odd), Err(Unreadable::Impossible(2024)));
    }

    #[test]
    fn a_period_has_the_newest_year_that_is_not_younger() {
        let of = |year| Population { year, aged_75: 1, source: Source::Typed("Tilastokeskus".to_owned()) };
        let (all, day) = ([of(2023), of(2025), of(2024)], |text: &str| -> Day { text.parse().unwrap() });
        let year = |to| of_period(&all, day(to)).map(|one| one.year);
        assert_eq!([year("2024-12-31"), year("2026-12-31"), year("2022-12-31")], [Some(2024), Some(2025), None]);
    }

    #[test]
    fn participants_of_75_are_told_where_each_of_their_bands_is() {
        let (mut told, mut kept) = (0, 0);
        for n in 0..300 {
            let page = testing::page(n);
            match participants_75(&page) {
                Some(people) => {
                    assert!(page.report.flow.participants.value().is_none_or(|all| people <= *all));
                    told += 1;
                }
                None => kept += 1,
            }
        }
        assert!(told > 0 && kept > 0);
    }
}
