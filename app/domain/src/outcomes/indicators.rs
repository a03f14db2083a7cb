//! Indicators of Sotkanet, the open statistics of THL, that the municipality follows beside its own figures
//! (docs/outcomes.md, Goals): found by title, kept with year and source. What is missing is not known, never nothing.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::population::{Indicator, Row, Saved, Titled, Unreadable, answer, region_of, rows_of};
use crate::ids::MunicipalityCode;
use crate::time::Day;

/// An indicator with the municipality's numbers, as they were read on a day.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Followed {
    pub id: i64,
    /// Its Finnish title, by which it is found.
    pub title: String,
    /// Decimals that its numbers are told with, 0 … [`MOST_DECIMALS`].
    pub decimals: u8,
    /// In the unit that the title names; of a small municipality some or all may be kept back.
    pub years: BTreeMap<i32, f64>,
    pub loaded_on: Day,
}

/// More decimals than any indicator has.
const MOST_DECIMALS: u8 = 3;

/// Of an indicator that does not tell how many it has.
const DECIMALS: u8 = 1;

impl Followed {
    /// The number of the newest year that has one.
    pub fn newest(&self) -> Option<(i32, f64)> {
        self.years.last_key_value().map(|(year, value)| (*year, *value))
    }

    /// As it was known of that year and those before.
    #[must_use]
    pub fn until(mut self, year: i32) -> Self {
        self.years.retain(|of, _| *of <= year);
        self
    }

    /// Whether the other tells the same, whenever either was read.
    pub fn says_the_same(&self, other: &Self) -> bool {
        (self.id, &self.title, self.decimals) == (other.id, &other.title, other.decimals) && self.years == other.years
    }
}

/// The indicators with these Finnish titles, of the answer of `/indicators`. A title that was changed is not guessed at.
pub fn titled(answered: &str, titles: &[String]) -> Result<Vec<Indicator>, Unreadable> {
    let all: Vec<Titled> = answer(answered, "indicators")?;
    let one = |title: &String| sought(&all, title).map(|found| Indicator { id: found.id, title: title.clone() });
    titles.iter().map(one).collect()
}

fn sought<'a>(all: &'a [Titled], title: &str) -> Result<&'a Titled, Unreadable> {
    let found: Vec<_> = all.iter().filter(|one| one.is_called(title)).collect();
    match found.as_slice() {
        [one] => Ok(one),
        other => Err(Unreadable::Sought { title: title.to_owned(), found: other.len() }),
    }
}

/// What saved answers tell of the municipality by the indicators with these titles.
pub fn from_sotkanet(
    code: &MunicipalityCode,
    saved: Saved<'_>,
    titles: &[String],
    loaded_on: Day,
) -> Result<Vec<Followed>, Unreadable> {
    let all: Vec<Titled> = answer(saved.indicators, "indicators")?;
    let region = region_of(code, saved.regions)?;
    let rows = rows_of(saved.data)?;
    let one = |title: &String| -> Result<Followed, Unreadable> {
        let found = sought(&all, title)?;
        let of_all: Vec<&Row> = rows.iter().filter(|row| row.indicator == found.id && row.is_total()).collect();
        // Numbers of nobody at all are another question than a number that is kept back.
        if of_all.is_empty() {
            return Err(Unreadable::NoRows(title.clone()));
        }
        let own = of_all.into_iter().filter(|row| row.region == region);
        let years = own.filter_map(|row| Some((row.year, row.value?))).collect();
        Ok(Followed { id: found.id, title: title.clone(), decimals: decimals(found), years, loaded_on })
    };
    titles.iter().map(one).collect()
}

fn decimals(of: &Titled) -> u8 {
    let told = of.decimals.as_ref().and_then(serde_json::Value::as_u64).and_then(|places| u8::try_from(places).ok());
    told.map_or(DECIMALS, |places| places.min(MOST_DECIMALS))
}

#[cfg(test)]
mod tests {
    use super::*;

    const INDICATORS: &str = r#"[
        {"id": 322, "title": {"fi": "Kuolleisuus 65 vuotta täyttäneillä"}, "decimals": 1},
        {"id": 500, "title": {"fi": "Kaatumiset"}, "decimals": 0},
        {"id": 501, "title": {"fi": "Kahdesti"}}, {"id": 502, "title": {"fi": "Kahdesti"}},
        {"id": 503, "title": {"fi": "Ilman desimaaleja"}, "decimals": "x"}]"#;
    const REGIONS: &str =
        r#"[{"id": 14, "code": "020", "category": "KUNTA"}, {"id": 658, "code": "091", "category": "KUNTA"}]"#;

    fn row(indicator: i64, region: i64, year: i32, value: &str) -> String {
        format!(r#"{{"indicator":{indicator},"region":{region},"year":{year},"gender":"total","value":{value}}}"#)
    }

    fn read(titles: &[&str], rows: &[String]) -> Result<Vec<Followed>, Unreadable> {
        let data = [format!("[{}]", rows.join(","))];
        let titles: Vec<String> = titles.iter().map(|title| (*title).to_owned()).collect();
        let saved = Saved { indicators: INDICATORS, regions: REGIONS, data: &data };
        from_sotkanet(&MunicipalityCode::new("020").unwrap(), saved, &titles, Day::new(2026, 9, 8).unwrap())
    }

    #[test]
    fn the_municipalitys_own_numbers_are_read_and_what_is_kept_back_is_not_known() {
        let rows = [
            row(500, 14, 2023, "312"),
            row(500, 14, 2024, "null"),
            row(500, 658, 2024, "280"),
            row(500, 14, 2022, "300").replace("total", "female"),
            row(322, 658, 2024, "4012.5"),
        ];
        let read = read(&["Kaatumiset", "Kuolleisuus 65 vuotta täyttäneillä"], &rows).unwrap();
        assert_eq!((read[0].newest(), read[0].decimals, read[0].id), (Some((2023, 312.0)), 0, 500));
        assert_eq!(read[0].years.len(), 1, "of women alone is no number of all");
        assert_eq!((read[1].newest(), read[1].decimals), (None, 1), "of another municipality alone");
        assert_eq!(read[0].clone().until(2022).newest(), None, "nothing is known of a year before it was told");
    }

    #[test]
    fn a_title_that_nothing_or_too_much_has_and_an_answer_without_rows_are_told() {
        let rows = [row(500, 14, 2023, "312"), row(503, 14, 2023, "1.25")];
        let none = Err(Unreadable::Sought { title: "Kaatuminen".to_owned(), found: 0 });
        assert_eq!(read(&["Kaatuminen"], &rows), none);
        let twice = Err(Unreadable::Sought { title: "Kahdesti".to_owned(), found: 2 });
        assert_eq!(read(&["Kaatumiset", "Kahdesti"], &rows), twice, "nothing at all is read");
        let title = "Kuolleisuus 65 vuotta täyttäneillä";
        assert_eq!(read(&[title], &rows), Err(Unreadable::NoRows(title.to_owned())));
        assert_eq!(read(&["Ilman desimaaleja"], &rows).unwrap()[0].decimals, DECIMALS);
    }

    #[test]
    fn numbers_that_were_read_again_are_the_same_whatever_the_day() {
        let one = read(&["Kaatumiset"], &[row(500, 14, 2023, "312")]).unwrap().remove(0);
        let later = Followed { loaded_on: one.loaded_on.plus_days(30), ..one.clone() };
        assert!(one.says_the_same(&later));
        let corrected = read(&["Kaatumiset"], &[row(500, 14, 2023, "313")]).unwrap().remove(0);
        assert!(!one.says_the_same(&corrected));
    }
}
