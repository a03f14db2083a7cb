//! Why answers, waiting and falls are not told by group, by provider or by area (docs/outcomes.md, By group): the numbers of
//! that text.

use super::super::suppression::{AnswerNumbers, Gate, Steps};
use super::gate;
use super::staying::chance;

/// How likely the number of worrying answers of so many who answered twice may not be told.
fn hidden_of(gate: &Gate, people: u32, each: f64) -> f64 {
    let n = u64::from(people);
    let is_hidden = |start: &u32| {
        let numbers = AnswerNumbers { due: n, n, start: u64::from(*start), end: 0 };
        gate.answers(&numbers).start.is_hidden()
    };
    (0..=people).filter(is_hidden).map(|start| chance(start, people, each)).sum()
}

#[test]
fn the_worrying_answers_of_a_cell_are_mostly_hidden() {
    let gate = gate(Steps::ALL);
    for (each, expected) in [(0.1, [99.0, 83.0, 61.0]), (0.2, [84.0, 42.0, 8.0])] {
        let per_cent = [15, 25, 40].map(|people| (hidden_of(&gate, people, each) * 100.0).round());
        assert_eq!(per_cent, expected, "{each}");
    }
}

#[test]
fn the_median_of_fifteen_is_weeks_off_by_chance() {
    // It lies two weeks before the middle of ninety days where eight have waited for less than 31.
    let before: f64 = (8..=15).map(|people| chance(people, 15, 31.0 / 90.0)).sum();
    let either_way = 2.0 * before;
    assert!((either_way * 100.0 - 21.0).abs() < 0.5, "{either_way}");
}

#[test]
fn four_falls_lie_on_one_of_two_sides_by_chance() {
    let one_side = chance(4, 4, 0.5) + chance(0, 4, 0.5);
    assert!((one_side - 1.0 / 8.0).abs() < 1e-9, "{one_side}");
}
