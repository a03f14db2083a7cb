//! Exercises for home: public pages that anybody may open, and a programme to print.

pub mod pages;
pub mod sheet;

use domain::exercises::{Amount, Dose, Exercise};

use crate::texts::{Lang, exercises as t};

/// Where the pages stand.
pub const PATH: &str = "/exercises";

/// The words of one exercise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Said {
    pub name: &'static str,
    /// How one sits or stands before it.
    pub start: &'static str,
    /// One after the other; parted by semicolons, see [`Said::each_step`].
    steps: &'static str,
    pub easier: &'static str,
    pub harder: &'static str,
    /// What to take care of.
    pub care: &'static str,
}

impl Said {
    /// The steps one by one, each a sentence.
    pub fn each_step(&self) -> impl Iterator<Item = String> {
        self.steps.split("; ").map(|step| format!("{step}."))
    }
}

macro_rules! said {
    ($exercise:expr, $lang:expr, $($variant:ident: $module:ident),* $(,)?) => {
        match $exercise {
            $(Exercise::$variant => Said {
                name: t::$module::name($lang),
                start: t::$module::start($lang),
                steps: t::$module::steps($lang),
                easier: t::$module::easier($lang),
                harder: t::$module::harder($lang),
                care: t::$module::care($lang),
            },)*
        }
    };
}

/// What is said of an exercise.
pub fn said(lang: Lang, exercise: Exercise) -> Said {
    said!(
        exercise, lang,
        ChairStand: chair_stand, KneeBend: knee_bend, HeelRaise: heel_raise, ToeRaise: toe_raise, LegSide: leg_side,
        LegBack: leg_back, KneeCurl: knee_curl, LegStraighten: leg_straighten, MarchSitting: march_sitting,
        WallPush: wall_push, ArmCurl: arm_curl, ArmRaise: arm_raise, ShoulderRow: shoulder_row, March: march,
        TandemStand: tandem_stand, SingleLegStand: single_leg_stand, TandemWalk: tandem_walk, SideStep: side_step,
        FigureEight: figure_eight, TrunkTurn: trunk_turn, ChestOpen: chest_open, CalfStretch: calf_stretch,
        Walk: walk,
    )
}

/// What is counted, as a field is named.
pub fn unit(lang: Lang, amount: Amount) -> &'static str {
    match amount {
        Amount::Times(_) => t::unit::times(lang),
        Amount::Seconds(_) => t::unit::seconds(lang),
        Amount::Steps(_) => t::unit::steps(lang),
        Amount::Minutes(_) => t::unit::minutes(lang),
    }
}

/// How much of it, in words.
pub fn amount(lang: Lang, amount: Amount) -> String {
    match amount {
        Amount::Times(n) => t::amount::times(lang, n.into()),
        Amount::Seconds(n) => t::amount::seconds(lang, n.into()),
        Amount::Steps(n) => t::amount::steps(lang, n.into()),
        Amount::Minutes(n) => t::amount::minutes(lang, n.into()),
    }
}

/// How much to do, in a sentence or two.
pub fn dose(lang: Lang, dose: Dose) -> String {
    let amount = amount(lang, dose.amount);
    let amount = if dose.each_side { t::amount::each_side(lang, &amount) } else { amount };
    t::amount::rounds(lang, &amount, dose.rounds.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sentences of everything that is said of the exercises.
    fn sentences(lang: Lang) -> Vec<String> {
        let of = |exercise: &Exercise| {
            let said = said(lang, *exercise);
            let whole = [said.start, said.easier, said.harder, said.care].into_iter().map(str::to_owned);
            let text = whole.chain(said.each_step()).chain([dose(lang, exercise.dose())]).collect::<Vec<_>>().join(" ");
            text.split_inclusive(['.', '?', '!']).map(|one| one.trim().to_owned()).collect::<Vec<_>>()
        };
        Exercise::ALL.iter().flat_map(of).collect()
    }

    #[test]
    fn sentences_are_short_enough_for_everybody() {
        for lang in Lang::IN_EVERY_FORM {
            let lengths: Vec<usize> = sentences(lang).iter().map(|one| one.split_whitespace().count()).collect();
            let (all, most) = (lengths.iter().sum::<usize>(), lengths.iter().max().copied().unwrap_or_default());
            assert!(all <= 15 * lengths.len() && most <= 25, "{lang:?}: {all} words in {}, {most}", lengths.len());
        }
    }

    #[test]
    fn every_sentence_ends_and_every_exercise_has_steps() {
        for lang in Lang::ALL {
            assert!(sentences(lang).iter().all(|one| one.ends_with('.')), "{lang:?}");
            assert!(Exercise::ALL.iter().all(|exercise| said(lang, *exercise).each_step().count() >= 2), "{lang:?}");
        }
    }

    #[test]
    fn doses_are_said_as_people_say_them() {
        let of = |exercise: Exercise| dose(Lang::Fi, exercise.dose());
        assert_eq!(of(Exercise::ChairStand), "10 kertaa. Lepää ja tee uudelleen, yhteensä 2 kierrosta.");
        assert_eq!(
            of(Exercise::SingleLegStand),
            "10 sekuntia kummallakin puolella. Lepää ja tee uudelleen, yhteensä 3 kierrosta."
        );
        assert_eq!(of(Exercise::Walk), "20 minuuttia.");
    }
}
