//! Exercises for home: strength, balance, mobility and endurance for people over 75, with how much of each.
//!
//! Which kinds, and how often, follow the physical activity recommendation for those over 65 (UKK Institute 2020; WHO
//! guidelines 2020): strength and balance on at least two days a week, brisk movement, breaks from sitting.

use crate::codes::codes;

codes! {
    /// The exercises, those of a kind together.
    pub enum Exercise {
        ChairStand = "chair_stand", KneeBend = "knee_bend", HeelRaise = "heel_raise", ToeRaise = "toe_raise",
        LegSide = "leg_side", LegBack = "leg_back", KneeCurl = "knee_curl", LegStraighten = "leg_straighten",
        MarchSitting = "march_sitting", WallPush = "wall_push", ArmCurl = "arm_curl", ArmRaise = "arm_raise",
        ShoulderRow = "shoulder_row",
        March = "march", TandemStand = "tandem_stand", SingleLegStand = "single_leg_stand",
        TandemWalk = "tandem_walk", SideStep = "side_step", FigureEight = "figure_eight",
        TrunkTurn = "trunk_turn", ChestOpen = "chest_open", CalfStretch = "calf_stretch",
        Walk = "walk",
    }
}

codes! {
    /// What an exercise is for.
    pub enum ExerciseKind { Strength = "strength", Balance = "balance", Mobility = "mobility", Endurance = "endurance" }
}

/// How much of an exercise is done in one go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Amount {
    Times(u8),
    Seconds(u8),
    Steps(u8),
    Minutes(u8),
}

/// How much of an exercise is done on one day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dose {
    pub amount: Amount,
    /// On the right and on the left.
    pub each_side: bool,
    /// With a rest between; 1–3.
    pub rounds: u8,
}

impl Exercise {
    pub const fn kind(self) -> ExerciseKind {
        match self {
            Self::ChairStand
            | Self::KneeBend
            | Self::HeelRaise
            | Self::ToeRaise
            | Self::LegSide
            | Self::LegBack
            | Self::KneeCurl
            | Self::LegStraighten
            | Self::MarchSitting
            | Self::WallPush
            | Self::ArmCurl
            | Self::ArmRaise
            | Self::ShoulderRow => ExerciseKind::Strength,
            Self::March
            | Self::TandemStand
            | Self::SingleLegStand
            | Self::TandemWalk
            | Self::SideStep
            | Self::FigureEight => ExerciseKind::Balance,
            Self::TrunkTurn | Self::ChestOpen | Self::CalfStretch => ExerciseKind::Mobility,
            Self::Walk => ExerciseKind::Endurance,
        }
    }

    /// What to begin with: eight to twelve repetitions for strength, ten seconds for stands.
    pub const fn dose(self) -> Dose {
        let (amount, each_side, rounds) = match self {
            Self::LegSide
            | Self::LegBack
            | Self::KneeCurl
            | Self::LegStraighten
            | Self::MarchSitting
            | Self::ArmCurl => (Amount::Times(10), true, 2),
            Self::March => (Amount::Times(10), true, 1),
            Self::TandemStand | Self::SingleLegStand => (Amount::Seconds(10), true, 3),
            Self::TandemWalk | Self::SideStep => (Amount::Steps(10), true, 2),
            Self::FigureEight => (Amount::Times(5), false, 1),
            Self::TrunkTurn => (Amount::Times(5), true, 1),
            Self::ChestOpen => (Amount::Times(5), false, 1),
            Self::CalfStretch => (Amount::Seconds(30), true, 2),
            Self::Walk => (Amount::Minutes(20), false, 1),
            _ => (Amount::Times(10), false, 2),
        };
        Dose { amount, each_side, rounds }
    }

    /// Those before and after it.
    pub fn neighbours(self) -> (Option<Self>, Option<Self>) {
        let at = Self::ALL.iter().position(|one| *one == self).unwrap_or_default();
        (at.checked_sub(1).and_then(|before| Self::ALL.get(before)).copied(), Self::ALL.get(at + 1).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_enough_of_every_kind_and_those_of_a_kind_stand_together() {
        let kinds: Vec<_> = Exercise::ALL.iter().map(|exercise| exercise.kind()).collect();
        let mut runs = kinds.clone();
        runs.dedup();
        assert_eq!(runs, ExerciseKind::ALL);
        assert!(kinds.len() >= 20);
    }

    #[test]
    fn doses_are_those_of_people_who_begin() {
        for exercise in Exercise::ALL {
            let dose = exercise.dose();
            assert!((1..=3).contains(&dose.rounds), "{exercise}");
            let fits = match dose.amount {
                Amount::Times(n) | Amount::Steps(n) => (5..=12).contains(&n),
                Amount::Seconds(n) => (10..=30).contains(&n),
                Amount::Minutes(n) => (10..=30).contains(&n),
            };
            assert!(fits, "{exercise}: {dose:?}");
        }
    }

    #[test]
    fn each_leads_to_the_next_and_back() {
        assert_eq!(Exercise::ChairStand.neighbours(), (None, Some(Exercise::KneeBend)));
        assert_eq!(Exercise::Walk.neighbours(), (Some(Exercise::CalfStretch), None));
    }
}
