//! Exercise programmes for home: which exercises, in which form, how much of each, from which day on. A person has one;
//! what it was before stands in the history.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use crate::access::Action;
use crate::codes::codes;
use crate::exercises::{Dose, Exercise};
use crate::ids::{HomeProgrammeId, ParticipantId, UserId, uuid_v5};
use crate::sync::entity::{Bucket, Entity};
use crate::sync::merge::{self, Merged, Write};
use crate::sync::noun::{Known, Noun, Places, VerbRules};
use crate::sync::review::ReviewKind;
use crate::sync::rights::Rights;
use crate::sync::validate::{Invalid, check, in_our_time, text};
use crate::sync::verbs::verbs;
use crate::time::Day;

/// Characters of the instructor's own words, at most.
pub const NOTE: usize = 300;

codes! {
    /// In which form an exercise is done.
    pub enum Form { Easier = "easier", Usual = "usual", Harder = "harder" }
}

/// One exercise of a programme.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    pub exercise: Exercise,
    pub form: Form,
    /// How many times, seconds, steps or minutes: which of these the exercise says.
    pub amount: u8,
    /// 1–3.
    pub rounds: u8,
}

impl Chosen {
    /// As those begin who do it for the first time.
    pub const fn usual(exercise: Exercise) -> Self {
        let Dose { amount, rounds, .. } = exercise.dose();
        Self { exercise, form: Form::Usual, amount: amount.number(), rounds }
    }

    /// How much of it is done on one day.
    pub const fn dose(self) -> Dose {
        let usual = self.exercise.dose();
        Dose { amount: usual.amount.with(self.amount), each_side: usual.each_side, rounds: self.rounds }
    }

    /// Whether amount and rounds are ones that somebody can be asked for.
    pub fn is_possible(self) -> bool {
        self.dose().amount.is_possible() && (1..=3).contains(&self.rounds)
    }
}

/// What a person does at home.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HomeProgramme {
    pub participant: ParticipantId,
    /// At least one, in the order of their list, each once.
    pub exercises: Vec<Chosen>,
    /// The first day of it as it is now.
    pub from: Day,
    /// The last day of it; nothing as long as it goes on. Before the first one: it was made by mistake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Day>,
    /// Who made it as it is now.
    pub by: UserId,
    /// What the instructor wants to say beside it; at most [`NOTE`] characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl HomeProgrammeId {
    /// A person has one programme, whichever tablet makes it.
    pub fn of(person: ParticipantId) -> Self {
        Self(uuid_v5(person.0, &["home_programme"]))
    }
}

impl HomeProgramme {
    /// Whether it goes on that day or is still to begin.
    pub fn is_open(&self, day: Day) -> bool {
        self.to.is_none_or(|to| to >= self.from && to >= day)
    }

    /// Whether it is still to begin.
    pub fn is_ahead(&self, day: Day) -> bool {
        self.from > day
    }

    /// The first day of it on a sheet that is printed that day.
    pub fn first_on_paper(&self, today: Day) -> Day {
        self.from.max(today)
    }

    /// Whether it says the same, whoever made it.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let Self { participant, exercises, from, to, by: _, note } = self;
        (participant, exercises, from, to, note)
            == (&other.participant, &other.exercises, &other.from, &other.to, &other.note)
    }

    /// As it is once it has ended that day. One that would not have begun by then was made by mistake.
    #[must_use]
    pub fn ended(self, on: Day) -> Self {
        let last = if on < self.from { self.from.plus_days(-1) } else { on };
        Self { to: Some(last), ..self }
    }

    /// As it is once somebody has ended it today. Whoever did it today already has done it within its days.
    #[must_use]
    pub fn ended_today(self, today: Day) -> Self {
        self.ended(today.plus_days(-1))
    }

    /// Whether it stands as somebody leaves it who ends it today: that can be taken back by one press. Of one that is still
    /// to begin that is so until its first day.
    pub fn was_ended_today(&self, today: Day) -> bool {
        !self.is_open(today) && self.to == self.clone().ended_today(today).to
    }

    /// As it goes on again, where it was ended by mistake.
    #[must_use]
    pub fn resumed(self) -> Self {
        Self { to: None, ..self }
    }
}

impl Noun for HomeProgramme {
    type Id = HomeProgrammeId;
    const PERSONAL: bool = true;
    const SINCE: u16 = 4;
    const FOLLOWS_PERSON: bool = true;

    fn id(&self) -> HomeProgrammeId {
        HomeProgrammeId::of(self.participant)
    }

    fn participant(&self) -> Option<ParticipantId> {
        Some(self.participant)
    }

    /// What somebody can do says something of their health.
    fn buckets(&self, places: &impl Places) -> BTreeSet<Bucket> {
        places.health_of(self.participant)
    }
}

verbs! {
    pub enum Verb {
        /// Makes the programme, changes it, or ends it.
        Set = "home_programme.set" { programme: HomeProgramme },
    }
}

impl VerbRules for Verb {
    type Noun = HomeProgramme;

    fn id(&self) -> HomeProgrammeId {
        let Self::Set { programme } = self;
        programme.id()
    }

    fn participant(&self) -> Option<ParticipantId> {
        let Self::Set { programme } = self;
        Some(programme.participant)
    }

    /// Under one's own name; the desk may say again what somebody else made.
    fn is_allowed(&self, rights: &Rights<'_, impl Known>) -> bool {
        let Self::Set { programme } = self;
        let in_own_name = programme.by == rights.grants.user || rights.at_desk();
        in_own_name && rights.about(Action::EditProfiles, programme.participant)
    }

    fn check(&self, _: Day) -> Result<(), Invalid> {
        let Self::Set { programme } = self;
        let HomeProgramme { exercises, from, to, note, .. } = programme;
        let in_order = exercises.is_sorted_by(|one, next| one.exercise < next.exercise);
        check(!exercises.is_empty() && in_order && exercises.iter().all(|one| one.is_possible()), "exercises")?;
        in_our_time(Some(*from), "from")?;
        in_our_time(*to, "to")?;
        check(to.is_none_or(|to| to.plus_days(1) >= *from), "to")?;
        text(note, NOTE, "note")
    }

    fn fits(&self, known: &impl Known) -> bool {
        let Self::Set { programme } = self;
        known.is_of_the_same_person(programme)
    }

    fn create(&self, write: &Write<'_>) -> Merged {
        let Self::Set { programme } = self;
        merge::first(programme.clone(), write.at, write)
    }

    /// Of two that had not seen each other the later is shown, and somebody is asked: exercises of both would be too many,
    /// and one instructor may know why the other's must not be done.
    fn merge(&self, entity: &Entity, _: &HomeProgramme, write: &Write<'_>) -> Merged {
        let Self::Set { programme } = self;
        merge::latest(entity, programme.clone(), ReviewKind::HomeProgramme, write)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::StreamId;
    use crate::sync::hlc::Hlc;
    use crate::sync::wire::Outcome;
    use uuid::Uuid;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn programme(exercises: &[Exercise]) -> HomeProgramme {
        HomeProgramme {
            participant: ParticipantId(Uuid::from_u128(9)),
            exercises: exercises.iter().map(|one| Chosen::usual(*one)).collect(),
            from: day("2026-09-08"),
            to: None,
            by: UserId(Uuid::from_u128(1)),
            note: String::new(),
        }
    }

    fn checked(programme: HomeProgramme) -> Result<(), Invalid> {
        Verb::Set { programme }.check(day("2026-09-08"))
    }

    const TWO: [Exercise; 2] = [Exercise::ChairStand, Exercise::March];

    #[test]
    fn a_programme_has_exercises_each_once_in_the_order_of_the_list() {
        assert_eq!(checked(programme(&TWO)), Ok(()));
        assert_eq!(checked(programme(Exercise::ALL)), Ok(()));
        let wrong = Err(Invalid::field("exercises"));
        assert_eq!(checked(programme(&[])), wrong);
        assert_eq!(checked(programme(&[Exercise::March, Exercise::ChairStand])), wrong);
        assert_eq!(checked(programme(&[Exercise::March, Exercise::March])), wrong);
    }

    #[test]
    fn an_amount_is_one_that_somebody_can_do() {
        let of = |exercise, amount, rounds| {
            let chosen = Chosen { amount, rounds, ..Chosen::usual(exercise) };
            checked(HomeProgramme { exercises: vec![chosen], ..programme(&[]) })
        };
        assert_eq!(of(Exercise::ChairStand, 8, 3), Ok(()));
        assert_eq!(of(Exercise::SingleLegStand, 30, 1), Ok(()));
        for (exercise, amount, rounds) in [
            (Exercise::ChairStand, 0, 2),
            (Exercise::ChairStand, 31, 2),
            (Exercise::ChairStand, 10, 0),
            (Exercise::ChairStand, 10, 4),
            (Exercise::SingleLegStand, 121, 1),
            (Exercise::Walk, 61, 1),
        ] {
            assert_eq!(of(exercise, amount, rounds), Err(Invalid::field("exercises")), "{exercise} {amount} {rounds}");
        }
    }

    #[test]
    fn a_note_is_short_and_a_last_day_lies_at_most_a_day_before_the_first() {
        let noted = |note: String| checked(HomeProgramme { note, ..programme(&TWO) });
        assert_eq!(noted("ä".repeat(NOTE)), Ok(()));
        assert_eq!(noted("ä".repeat(NOTE + 1)), Err(Invalid::field("note")));
        let ends = |to| checked(HomeProgramme { to: Some(day(to)), ..programme(&TWO) });
        assert_eq!(ends("2026-09-07"), Ok(()), "made by mistake");
        assert_eq!(ends("2026-09-06"), Err(Invalid::field("to")));
    }

    #[test]
    fn a_programme_is_open_until_its_last_day_and_one_made_by_mistake_never() {
        let one = programme(&TWO);
        assert!(one.is_open(day("2026-09-01")) && one.is_open(day("2030-01-01")));
        let ended = one.clone().ended(day("2026-09-10"));
        assert!(ended.is_open(day("2026-09-10")) && !ended.is_open(day("2026-09-11")));
        let never = one.ended(day("2026-09-01"));
        assert_eq!(never.to, Some(day("2026-09-07")));
        assert!(!never.is_open(day("2026-09-01")));
    }

    #[test]
    fn what_was_ended_today_goes_on_as_before_by_one_press() {
        let (one, today) = (programme(&TWO), day("2026-09-20"));
        for begun in [
            one.clone(),
            HomeProgramme { from: today, ..one.clone() },
            HomeProgramme { from: day("2026-10-01"), ..one },
        ] {
            let ended = begun.clone().ended_today(today);
            assert!(!ended.is_open(today) && ended.was_ended_today(today), "{ended:?}");
            assert!(!begun.was_ended_today(today), "it goes on");
            assert_eq!(ended.resumed(), begun);
        }
        let before = programme(&TWO).ended(day("2026-09-18"));
        assert!(!before.was_ended_today(today), "ended a day earlier");
    }

    #[test]
    fn a_sheet_begins_today_or_with_a_programme_that_is_still_to_begin() {
        let one = programme(&TWO);
        assert!(one.is_ahead(day("2026-09-07")) && !one.is_ahead(day("2026-09-08")));
        assert_eq!(one.first_on_paper(day("2026-09-01")), day("2026-09-08"));
        assert_eq!(one.first_on_paper(day("2026-10-01")), day("2026-10-01"));
    }

    #[test]
    fn a_programme_says_the_same_whoever_makes_it() {
        let one = programme(&TWO);
        assert!(one.says_the_same(&HomeProgramme { by: UserId(Uuid::from_u128(2)), ..one.clone() }));
        assert!(!one.says_the_same(&HomeProgramme { note: "rauhassa".into(), ..one.clone() }));
        assert!(!one.says_the_same(&one.clone().ended(day("2026-09-10"))));
    }

    /// The entity after these writes: stream, clock, the newest version that was seen, what is said.
    fn merged(writes: &[(u128, i64, Option<i64>, &HomeProgramme)]) -> (Entity, Vec<Outcome>) {
        let mut entity: Option<Entity> = None;
        let mut outcomes = Vec::new();
        for (stream, wall, base_rev, programme) in writes {
            let at = Hlc { wall: *wall, counter: 0, node: stream.to_string() };
            let stream = StreamId(Uuid::from_u128(*stream));
            let write = Write { stream, at: &at, base_rev: *base_rev, settled: false };
            let verb = Verb::Set { programme: (*programme).clone() }.into();
            let merged = merge::apply(entity.as_ref(), &verb, &write);
            outcomes.push(merged.outcome());
            if let Merged::Changed { entity: next, .. } = merged {
                entity = Some(*next);
            }
        }
        (entity.unwrap(), outcomes)
    }

    #[test]
    fn two_instructors_who_made_one_without_knowing_are_asked_whichever_came_first() {
        let (one, other) = (programme(&TWO), programme(&[Exercise::Walk]));
        let shown = |entity: Entity| entity.content::<HomeProgramme>().cloned().unwrap();
        let (first, outcomes) = merged(&[(1, 10, None, &one), (2, 20, None, &other)]);
        assert_eq!(outcomes, [Outcome::Applied, Outcome::Conflict]);
        let (second, outcomes) = merged(&[(2, 20, None, &other), (1, 10, None, &one)]);
        assert_eq!(outcomes, [Outcome::Applied, Outcome::Conflict]);
        assert_eq!((shown(first), shown(second)), (other.clone(), other.clone()));
        let (seen, outcomes) = merged(&[(2, 20, None, &other), (1, 10, Some(1), &one)]);
        assert_eq!(outcomes, [Outcome::Applied, Outcome::Applied], "who has seen the other's changes it");
        assert_eq!(shown(seen), one);
    }
}
