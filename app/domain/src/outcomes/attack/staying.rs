//! Why staying on is not told by group, nor by area (docs/outcomes.md, By group): the numbers of that text.

use super::super::figures::Share;
use super::super::suppression::{Gate, Steps};
use super::counts::is_small;
use super::gate;

/// How likely it is that so many of these people do what each of them does with that likelihood, each by themselves.
pub(super) fn chance(how_many: u32, people: u32, each: f64) -> f64 {
    let ways: f64 = (0..how_many).map(|i| f64::from(people - i) / f64::from(i + 1)).product();
    ways * each.powi(how_many.cast_signed()) * (1.0 - each).powi((people - how_many).cast_signed())
}

/// How likely the share of a group of so many may not be told, when two of three stay, each by themselves.
fn hidden_of(gate: &Gate, people: u32) -> f64 {
    const STAYS: f64 = 2.0 / 3.0;
    let is_hidden = |staying: &u32| gate.share((*staying).into(), people.into()).x.is_hidden();
    (0..=people).filter(is_hidden).map(|staying| chance(staying, people, STAYS)).sum()
}

fn part(share: &Share) -> (u64, u64) {
    (*share.x.value().unwrap(), *share.n.value().unwrap())
}

#[test]
fn the_share_of_a_group_is_often_hidden() {
    let gate = gate(Steps::ALL);
    let per_cent = [12, 15, 18, 20].map(|people| (hidden_of(&gate, people) * 100.0).round());
    assert_eq!(per_cent, [65.0, 41.0, 23.0, 15.0]);
}

#[test]
fn where_it_is_told_a_few_are_left_of_everybodys_of_a_season() {
    let gate = gate(Steps::ALL);
    // Of the 27 new ones of an autumn 24 are of groups that meet in it alone.
    let ((all_stay, all), (stay, people)) = (part(&gate.share(19, 27)), part(&gate.share(17, 24)));
    assert_eq!((all_stay - stay, all - people), (2, 3), "of another group");
    assert!(is_small(all - people));
}

#[test]
fn and_who_came_again_is_known_by_the_group() {
    let gate = gate(Steps::ALL);
    // A month later one who had stayed away came again: no number of a group of fifteen may move by so few, and ever
    // after it is held against everybody's that did.
    let ((before, people), (after, _)) = (part(&gate.share(9, 15)), part(&gate.share(10, 15)));
    assert!(is_small(after - before) && people == 15);
}

#[test]
fn of_an_area_whose_people_began_in_one_season_a_few_others_are_left() {
    let gate = gate(Steps::ALL);
    let ((all_stay, all), (stay, people)) = (part(&gate.share(23, 34)), part(&gate.share(21, 30)));
    assert_eq!((all_stay - stay, all - people), (2, 4), "of the other areas");
    // And one who came again moves the area's number by one.
    let (before, after) = (part(&gate.share(40, 60)), part(&gate.share(41, 60)));
    assert!(is_small(after.0 - before.0) && before.1 == after.1);
}
