//! A frozen page as open data: every figure that the page shows under a name, counts of people rounded, and nothing
//! from which, together with the file of an earlier page of the period, a few people would follow (docs/outcomes.md, Open
//! data).

use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

use super::equity::StratumBy;
use super::publishing::Page;

/// Counts are told as multiples of this, and a changed one only where it changed by so many people.
const BASE: u64 = 5;

/// One figure of the file.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct OpenFigure {
    /// Where it stands in the report, by codes: `strata.sex.female.participants`.
    pub figure: String,
    /// A number, a word of a closed list, or nothing.
    pub value: Value,
    /// Whether there is a figure that is kept back.
    pub hidden: bool,
}

/// What a file tells of the last of these pages, all of one period, the oldest first.
pub fn open_data(pages: &[Page]) -> Vec<OpenFigure> {
    let mut told: Vec<OpenFigure> = Vec::new();
    let mut last: Option<&Page> = None;
    for page in pages {
        if let Some(before) = last.replace(page) {
            told = renamed(told, before, page);
        }
        told = released(told, figures(page));
    }
    told.into_iter().map(|figure| OpenFigure { value: as_told(&figure), ..figure }).collect()
}

/// Rounded, but for counts of sessions of weeks and of groups: nobody is counted there.
fn as_told(figure: &OpenFigure) -> Value {
    if is_of_people(&figure.figure) { rounded(&figure.value) } else { figure.value.clone() }
}

fn is_of_people(figure: &str) -> bool {
    !figure.ends_with(".sessions") && !figure.ends_with(".groups")
}

/// What was told of areas and of cells by group, under the names that these have on the page: the same people under another
/// name are no new figure.
fn renamed(told: Vec<OpenFigure>, before: &Page, page: &Page) -> Vec<OpenFigure> {
    let areas = before.report.strata.iter().filter(|one| one.by == StratumBy::Area).flat_map(|one| &one.cells);
    let areas = areas.map(|old| ("strata.area.cells", &old.value, page.cell_now(StratumBy::Area, &old.value)));
    let groups = before.report.groups.iter().map(|old| ("groups", &old.value, page.group_now(before, &old.value)));
    let names: Vec<(String, String)> = areas
        .chain(groups)
        .filter_map(|(part, old, new)| Some((format!("{part}.{old}."), format!("{part}.{}.", new?.value))))
        .filter(|(old, new)| old != new)
        .collect();
    let rename = |figure: OpenFigure| {
        let name = names.iter().find_map(|(old, new)| Some(format!("{new}{}", figure.figure.strip_prefix(old)?)));
        OpenFigure { figure: name.unwrap_or_else(|| figure.figure.clone()), ..figure }
    };
    told.into_iter().map(rename).collect()
}

/// The figures that stand together, as `n`, `mean` and `ci` of one change: all of them are of one day. Counts of the flow
/// and of attendance stand for themselves.
fn block(figure: &str) -> &str {
    match figure.rsplit_once('.') {
        Some((block, _)) if !["flow", "attendance"].contains(&block) => block,
        _ => figure,
    }
}

/// The new figures, but for blocks in which a count differs from the told one by few people: these stay as they were.
fn released(told: Vec<OpenFigure>, new: Vec<OpenFigure>) -> Vec<OpenFigure> {
    let before: BTreeMap<String, OpenFigure> = told.into_iter().map(|figure| (figure.figure.clone(), figure)).collect();
    let tells = |figure: &&OpenFigure| {
        let old = before.get(&figure.figure).and_then(|old| old.value.as_u64());
        old.zip(figure.value.as_u64()).is_some_and(|(old, new)| (1..BASE).contains(&old.abs_diff(new)))
    };
    let kept: BTreeSet<String> = new.iter().filter(tells).map(|figure| block(&figure.figure).to_owned()).collect();
    let stays = |figure: OpenFigure| match before.get(&figure.figure) {
        Some(old) if kept.contains(block(&figure.figure)) => old.clone(),
        _ => figure,
    };
    new.into_iter().map(stays).collect()
}

/// The nearest multiple of the base; what is no count stays.
fn rounded(value: &Value) -> Value {
    value.as_u64().map_or_else(|| value.clone(), |count| Value::from((count + BASE / 2) / BASE * BASE))
}

/// Every figure of the page's report, in its order. A report is made of shown figures alone.
fn figures(page: &Page) -> Vec<OpenFigure> {
    let hidden: BTreeSet<&str> = page.report.hidden.iter().map(String::as_str).collect();
    let report = serde_json::to_value(&page.report).unwrap_or_default();
    let mut all = Vec::new();
    let parts = [
        "flow",
        "attendance",
        "retention",
        "change",
        "strata",
        "gaps",
        "safety",
        "model",
        "way",
        "coming",
        "waiting",
        "leaving",
        "groups",
        "wellbeing",
        "profiles",
        "missed",
    ];
    // Older pages have fewer.
    for part in parts.into_iter().filter(|part| !report[*part].is_null()) {
        walk(&report[part], (part.to_owned(), part.to_owned()), &hidden, &mut all);
    }
    all
}

/// `path` is how the report's list of hidden figures names the place, `name` how the file does.
fn walk(value: &Value, (path, name): (String, String), hidden: &BTreeSet<&str>, all: &mut Vec<OpenFigure>) {
    match value {
        Value::Object(parts) => {
            for (key, part) in parts.iter().filter(|(key, _)| !NAMES.contains(&key.as_str())) {
                walk(part, (format!("{path}.{key}"), format!("{name}.{key}")), hidden, all);
            }
        }
        Value::Array(parts) if parts.iter().all(Value::is_object) => {
            for (at, part) in parts.iter().enumerate() {
                let code =
                    NAMES.iter().find_map(|key| part[key].as_str()).map_or_else(|| at.to_string(), str::to_owned);
                walk(part, (format!("{path}.{at}"), format!("{name}.{code}")), hidden, all);
            }
        }
        _ => all.push(OpenFigure { hidden: hidden.contains(path.as_str()), figure: name, value: value.clone() }),
    }
}

/// Fields that say what a division or a cell is: they are part of the name.
const NAMES: [&str; 7] = ["from", "value", "by", "disadvantaged", "reference", "outcome", "window"];

#[cfg(test)]
mod tests {
    use super::super::dataset::Period;
    use super::super::{PageKind, compute_for_page, publish, testing};
    use super::*;

    fn told(figure: &str, value: u64) -> OpenFigure {
        OpenFigure { figure: figure.to_owned(), value: value.into(), hidden: false }
    }

    #[test]
    fn a_block_changes_by_nobody_or_by_five_and_counts_are_rounded() {
        let before = vec![told("a.n", 40), told("a.x", 20), told("b.n", 40), told("b.x", 20), told("flow.a", 9)];
        let now = vec![told("a.n", 41), told("a.x", 25), told("b.n", 45), told("b.x", 20), told("flow.a", 12)];
        let file = [&before[..2], &now[2..4], &before[4..]].concat();
        assert_eq!(released(before, now), file);
        assert_eq!([0, 2, 3, 42, 43].map(|count| rounded(&Value::from(count))), [0, 0, 5, 40, 45].map(Value::from));
        assert_eq!(rounded(&Value::from(0.42)), Value::from(0.42));
    }

    /// A page of a year of an invented municipality whose north is called so, that many days after the first one.
    fn year_page(number: u64, days: i64, north: &str, earlier: &[Page]) -> Page {
        let (from, mut settings) = (testing::first_day(), testing::settings());
        north.clone_into(&mut settings.areas[0].name);
        settings.former_areas = BTreeMap::from([("North".to_owned(), north.to_owned())]);
        let period = Period { from, to: from.plus_days(364), cut_off: from.plus_days(days) };
        let computed = compute_for_page(&testing::town(number), &period, PageKind::Year, &settings);
        publish(&computed, PageKind::Year, period.cut_off, earlier, None)
    }

    #[test]
    fn an_area_under_another_name_is_no_new_figure() {
        let told = |pages: &[Page], area: &str| {
            let name = format!("strata.area.cells.{area}.participants");
            let found = open_data(pages).into_iter().find(|figure| figure.figure == name);
            found.and_then(|figure| figure.value.as_u64())
        };
        let exact = |page: &Page, area: &str| {
            let cell = page.report.named_areas().find(|cell| cell.value == area);
            cell.and_then(|cell| cell.participants.value().copied())
        };
        let mut few_more = 0;
        for number in 0..400 {
            let first = year_page(number, 300, "North", &[]);
            let second = year_page(number, 400, "Pohjoinen", std::slice::from_ref(&first));
            let both = exact(&first, "North").zip(exact(&second, "Pohjoinen"));
            if both.is_some_and(|(was, is)| (1..BASE).contains(&was.abs_diff(is))) {
                let before = told(std::slice::from_ref(&first), "North");
                assert_eq!(told(&[first, second], "Pohjoinen"), before, "{number}");
                few_more += 1;
            }
        }
        assert!(few_more > 0);
    }

    #[test]
    fn what_a_page_hides_is_in_no_file_and_every_name_is_one() {
        for n in 0..300 {
            let page = testing::page(n);
            let file = open_data(std::slice::from_ref(&page));
            let names: BTreeSet<_> = file.iter().map(|figure| &figure.figure).collect();
            assert_eq!(names.len(), file.len(), "{n}");
            assert_eq!(file.iter().filter(|figure| figure.hidden).count(), page.report.hidden.len(), "{n}");
            assert!(file.iter().all(|figure| !figure.hidden || figure.value.is_null()));
            let of_people = file.iter().filter(|figure| is_of_people(&figure.figure));
            let counts = of_people.filter_map(|figure| figure.value.as_u64());
            assert!(counts.into_iter().all(|count| count.is_multiple_of(BASE)));
        }
    }
}
