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

impl Amount {
    /// How many, of whatever it is.
    pub const fn number(self) -> u8 {
        let (Self::Times(n) | Self::Seconds(n) | Self::Steps(n) | Self::Minutes(n)) = self;
        n
    }

    /// So many of the same.
    #[must_use]
    pub const fn with(self, n: u8) -> Self {
        match self {
            Self::Times(_) => Self::Times(n),
            Self::Seconds(_) => Self::Seconds(n),
            Self::Steps(_) => Self::Steps(n),
            Self::Minutes(_) => Self::Minutes(n),
        }
    }

    /// By how many it grows with one press.
    pub const fn step(self) -> u8 {
        match self {
            Self::Times(_) => 1,
            Self::Steps(_) => 2,
            Self::Seconds(_) | Self::Minutes(_) => 5,
        }
    }

    /// The fewest and the most that a programme may have: what somebody over 75 can be asked for in one go.
    pub const fn limits(self) -> (u8, u8) {
        match self {
            Self::Times(_) => (1, 30),
            Self::Steps(_) => (2, 60),
            Self::Seconds(_) => (5, 120),
            Self::Minutes(_) => (5, 60),
        }
    }

    /// Whether it lies within the limits.
    pub const fn is_possible(self) -> bool {
        let (least, most) = self.limits();
        least <= self.number() && self.number() <= most
    }

    /// One step more or fewer, within the limits.
    #[must_use]
    pub fn changed(self, up: bool) -> Self {
        let (least, most) = self.limits();
        let n = if up { self.number().saturating_add(self.step()) } else { self.number().saturating_sub(self.step()) };
        self.with(n.clamp(least, most))
    }
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
    fn an_amount_grows_and_shrinks_by_its_step_within_its_limits() {
        let seconds = Amount::Seconds(10);
        assert_eq!((seconds.changed(true), seconds.changed(false)), (Amount::Seconds(15), Amount::Seconds(5)));
        assert_eq!(Amount::Seconds(5).changed(false), Amount::Seconds(5));
        assert_eq!(Amount::Times(30).changed(true), Amount::Times(30));
        assert!(Exercise::ALL.iter().all(|exercise| exercise.dose().amount.is_possible()));
    }

    #[test]
    fn each_leads_to_the_next_and_back() {
        assert_eq!(Exercise::ChairStand.neighbours(), (None, Some(Exercise::KneeBend)));
        assert_eq!(Exercise::Walk.neighbours(), (Some(Exercise::CalfStretch), None));
    }
}
