//! The model beside lme4 1.1-31 and nlme 3.1-162 of R on the same invented data; `reference/make.R` made both.

use super::reml::{Fit, Repeated, fit};
use crate::outcomes::statistics::Estimate;
use std::collections::BTreeMap;

const LME4: &str = include_str!("reference/lme4.csv");
const COLUMNS: [&str; 6] = ["intercept", "m3", "m6", "m12", "age", "woman"];

fn data(text: &str) -> Vec<Repeated> {
    let mut people: BTreeMap<u32, Repeated> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let [person, group, month, age, woman, value] = line.split(';').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let at = |wanted: &str| f64::from(month == wanted);
        let of_age = age.parse::<f64>().unwrap() - 80.0;
        let fixed = vec![1.0, at("3"), at("6"), at("12"), of_age, woman.parse().unwrap()];
        let of_person = people.entry(person.parse().unwrap()).or_default();
        of_person.group = group.parse().unwrap();
        of_person.rows.push((fixed, value.parse().unwrap()));
    }
    people.into_values().collect()
}

/// What R says of a set.
fn reference(set: &str) -> BTreeMap<&'static str, f64> {
    let lines = LME4.lines().filter_map(|line| line.strip_prefix(set)?.strip_prefix(';'));
    lines.map(|line| line.split_once(';').unwrap()).map(|(name, value)| (name, value.parse().unwrap())).collect()
}

fn agrees(set: &str, text: &str) -> Fit {
    let (model, expected) = (fit(&data(text)).unwrap(), reference(set));
    let near = |name: &str, value: f64| {
        let of_r = expected[name];
        assert!((value - of_r).abs() < 1e-4, "{set}, {name}: {value} is not {of_r}");
    };
    for (column, name) in COLUMNS.iter().enumerate() {
        near(name, model.fixed[column]);
        near(&format!("se_{name}"), model.errors[column]);
    }
    near("sd_within", model.within);
    near("sd_person", model.between_people);
    near("sd_group", model.between_groups);
    near("deviance", model.deviance);
    near("df", (model.measurements - model.people - 3) as f64);
    model
}

#[test]
fn a_year_of_classes_with_people_who_stop_coming_agrees_with_lme4() {
    let model = agrees("classes", include_str!("reference/classes.csv"));
    let change = model.within_people(1, 3).unwrap();
    // 0.48288845 ± t(0.975; 275) · 0.11736912
    assert!(
        (change.interval.lo - 0.251_831).abs() < 1e-4 && (change.interval.hi - 0.713_946).abs() < 1e-4,
        "{change:?}"
    );
}

#[test]
fn groups_that_are_alike_agree_with_lme4() {
    assert!(agrees("alike", include_str!("reference/alike.csv")).between_groups < 1e-4);
}

#[test]
fn a_small_uneven_set_and_one_group_agree_with_lme4() {
    agrees("small", include_str!("reference/small.csv"));
    assert_eq!(agrees("one", include_str!("reference/one.csv")).groups, 1);
}

/// The mean of three months is the intercept of the same model whose columns count from there.
#[test]
fn a_level_is_the_intercept_of_the_model_that_begins_there() {
    let people = data(include_str!("reference/classes.csv"));
    let model = fit(&people).unwrap();
    let begun_there = people.into_iter().map(|person| {
        let rows = person.rows.into_iter().map(|(mut row, value)| {
            row[1] = 1.0 - row[1] - row[2] - row[3];
            (row, value)
        });
        Repeated { group: person.group, rows: rows.collect() }
    });
    let again = fit(&begun_there.collect::<Vec<_>>()).unwrap();
    let half = |estimate: Estimate| estimate.interval.hi - estimate.value;
    let t = half(model.within_people(1, 3).unwrap()) / model.errors[1];
    for (column, fixed, error) in [(Some(1), again.fixed[0], again.errors[0]), (None, model.fixed[0], model.errors[0])]
    {
        let level = model.level(column, 3).unwrap();
        assert!(
            (level.value - fixed).abs() < 1e-4 && (half(level) - t * error).abs() < 1e-4,
            "{level:?} {fixed} {error}"
        );
    }
}

fn person(group: u32, values: &[f64]) -> Repeated {
    let row = |(at, value): (usize, &f64)| (vec![1.0, f64::from(at > 0)], *value);
    Repeated { group, rows: values.iter().enumerate().map(row).collect() }
}

#[test]
fn where_there_is_nothing_to_say_nothing_is_said() {
    assert_eq!(fit(&[]), None);
    assert_eq!(fit(&[person(1, &[7.0]), person(1, &[8.0]), person(2, &[9.0])]), None, "nobody twice");
    assert_eq!(fit(&[person(1, &[7.0, 7.0]), person(2, &[7.0, 7.0])]), None, "nothing varies");
    let doubled = |person: Repeated| {
        let rows = person.rows.into_iter().map(|(row, value)| (row.iter().chain(&row).copied().collect(), value));
        Repeated { group: person.group, rows: rows.collect() }
    };
    let people = [person(1, &[7.0, 8.5]), person(1, &[6.0, 6.5]), person(2, &[9.0, 9.5]), person(2, &[5.0, 7.0])];
    assert!(fit(&people).is_some());
    assert_eq!(fit(&people.map(doubled)), None, "a column twice");
}

#[test]
fn the_order_of_people_does_not_matter() {
    let mut people = data(include_str!("reference/classes.csv"));
    let before = fit(&people).unwrap();
    people.reverse();
    let after = fit(&people).unwrap();
    assert!(before.fixed.iter().zip(&after.fixed).all(|(a, b)| (a - b).abs() < 1e-6));
}
