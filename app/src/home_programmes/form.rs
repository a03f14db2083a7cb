//! What is tapped and typed of a programme on the tablet, and the programme that it makes.

use std::collections::{BTreeMap, BTreeSet};

use domain::exercises::Exercise;
use domain::home_programmes::{Chosen, HomeProgramme, NOTE};
use domain::ids::{ParticipantId, UserId};
use domain::time::Day;
use serde::{Deserialize, Serialize};

use crate::sync::begun::{Fields, field};

/// What was tapped and typed so far.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// In the order of the list.
    pub chosen: BTreeMap<Exercise, Chosen>,
    pub from: Option<Day>,
    pub note: String,
}

impl Typed {
    /// As the programme is now. A new one begins today, with what the last one had.
    pub fn of(last: Option<&HomeProgramme>, today: Day) -> Self {
        let chosen = last.into_iter().flat_map(|all| &all.exercises).map(|one| (one.exercise, *one)).collect();
        let open = last.filter(|programme| programme.is_open(today));
        let note = last.map(|programme| programme.note.clone()).unwrap_or_default();
        Self { chosen, from: Some(open.map_or(today, |programme| programme.from)), note }
    }

    /// The programme that was chosen; nothing where something is missing.
    pub fn programme(self, participant: ParticipantId, by: UserId) -> Option<HomeProgramme> {
        let from = self.from.filter(|_| !self.chosen.is_empty())?;
        let note = self.note.trim().chars().take(NOTE).collect();
        let exercises = self.chosen.into_values().collect();
        Some(HomeProgramme { participant, exercises, from, to: None, by, note })
    }
}

impl Fields for Typed {
    /// Each exercise by itself: what a colleague has chosen meanwhile is there too.
    fn onto(&self, opened: &Self, now: &Self) -> Self {
        let all: BTreeSet<_> = [self, opened, now].iter().flat_map(|form| form.chosen.keys().copied()).collect();
        let one = |exercise| {
            let of = |form: &Self| form.chosen.get(&exercise).copied();
            chosen(of(self), of(opened), of(now)).map(|one| (exercise, one))
        };
        Self {
            chosen: all.into_iter().filter_map(one).collect(),
            from: field(&self.from, &opened.from, &now.from),
            note: field(&self.note, &opened.note, &now.note),
        }
    }
}

/// What holds of one exercise. Whoever took it away may know why it must not be done: who changed only how much of it
/// does not bring it back.
fn chosen(typed: Option<Chosen>, opened: Option<Chosen>, now: Option<Chosen>) -> Option<Chosen> {
    if opened.is_some() && now.is_none() { None } else { field(&typed, &opened, &now) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Exercise::{ChairStand, HeelRaise, March, Walk};
    use uuid::Uuid;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn form(exercises: &[Exercise]) -> Typed {
        let chosen = exercises.iter().map(|one| (*one, Chosen::usual(*one))).collect();
        Typed { chosen, from: Some(day("2026-09-08")), note: "rauhassa".into() }
    }

    fn programme(exercises: &[Exercise]) -> HomeProgramme {
        let (person, by) = (ParticipantId(Uuid::from_u128(2)), UserId(Uuid::from_u128(1)));
        form(exercises).programme(person, by).unwrap()
    }

    #[test]
    fn what_a_colleague_chose_since_the_form_was_opened_stays() {
        let (opened, by_colleague) = (form(&[ChairStand, March]), form(&[ChairStand, March, HeelRaise]));
        let typed = form(&[ChairStand, March, Walk]);
        assert_eq!(typed.onto(&opened, &by_colleague), form(&[ChairStand, HeelRaise, March, Walk]));
        let without = form(&[March]);
        assert_eq!(without.onto(&opened, &by_colleague), form(&[HeelRaise, March]));
        let other_words = Typed { note: "varovasti".into(), from: Some(day("2026-09-20")), ..opened.clone() };
        assert_eq!(opened.onto(&opened, &other_words), other_words);
    }

    #[test]
    fn an_exercise_that_a_colleague_took_away_does_not_come_back_with_its_amount() {
        let opened = form(&[ChairStand, March]);
        let mut typed = opened.clone();
        typed.chosen.insert(ChairStand, Chosen { amount: 12, ..Chosen::usual(ChairStand) });
        assert_eq!(typed.onto(&opened, &opened), typed);
        assert_eq!(typed.onto(&opened, &form(&[March])), form(&[March]));
    }

    #[test]
    fn a_new_programme_begins_today_with_what_the_last_one_had() {
        let last = programme(&[ChairStand, Walk]);
        let today = day("2026-10-01");
        assert_eq!(Typed::of(Some(&last), today), form(&[ChairStand, Walk]), "it goes on");
        let ended = last.ended(day("2026-09-20"));
        assert_eq!(Typed::of(Some(&ended), today), Typed { from: Some(today), ..form(&[ChairStand, Walk]) });
        assert_eq!(Typed::of(None, today), Typed { from: Some(today), ..Typed::default() });
    }

    #[test]
    fn a_programme_has_a_first_day_and_at_least_one_exercise() {
        let (person, by) = (ParticipantId(Uuid::from_u128(2)), UserId(Uuid::from_u128(1)));
        assert_eq!(form(&[]).programme(person, by), None);
        assert_eq!(Typed { from: None, ..form(&[Walk]) }.programme(person, by), None);
        assert_eq!(form(&[Walk, March]).programme(person, by), Some(programme(&[March, Walk])));
    }
}
