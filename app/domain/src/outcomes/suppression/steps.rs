//! The single steps of hiding. The program takes all of them; tests leave one out to see that it is needed.

/// One step of hiding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::outcomes) enum Step {
    /// A count of 1 … k − 1 is hidden.
    SmallCounts,
    /// A share or class with few people on one side is hidden.
    SmallShares,
    /// Means, medians and shares need enough people.
    FewPeople,
    /// Equal changes of everybody are not told where their class is not.
    NoSpread,
    /// A hidden cell of a line is never alone.
    Complement,
    /// Of two divisions of the same people no count of a few follows.
    DivisionsBeside,
    /// The days of a week are a line whose total is told.
    DaysOfWeek,
    /// Of a week whose visits are hidden no day is told.
    DaysOfHiddenWeek,
    /// Where a cell's people are hidden, everything of the cell is.
    WholeCell,
    /// Where a stratum's named cells hold few people, the whole stratum is hidden.
    WholeStratum,
    /// No hidden stratum mean follows from the shown ones and the whole.
    StratumMeans,
    /// Nor from the intervals of the shown ones.
    StratumIntervals,
    /// Where it is not told how many of a cell's due were compared, it does not follow from the other cells and the whole.
    MeasuredTogether,
    /// No mean of a few follows from cells of two strata, of which one lies within the other.
    StrataBesideStrata,
    /// Two gaps in coming of which one lies within the other leave nobody or enough people.
    ComingBeside,
    /// No mean of a few follows from a cell by group and one of a stratum, of which one lies within the other.
    GroupsBesideStrata,
    /// Where a few people of the model were not tested again, the estimate is not told.
    ModelRoom,
    /// Where a few people of the model are not among those whose mean at the start is told, its levels are not told.
    LevelRoom,
    /// Of those who were tested again and those who were missed neither age nor sex is told where it may not be of the others.
    ProfilesTogether,
    /// Neighbouring steps of the way differ by nobody or by enough people.
    WaySteps,
    /// Nor do the classes of those who came less than ten times follow from everybody's and those of the others.
    WayRest,
    /// A page shows no more than its kind may.
    PageKind,
    /// Means on pages are rounded.
    Rounding,
    /// No class of few people follows from two or more pages.
    DifferenceOfClasses,
    /// No mean of few people follows from two or more pages.
    DifferenceOfMeans,
    /// Strata stay as they are until enough people have been added.
    StrataStay,
    /// Strata stay as they are where a few are new, or are in another cell.
    ParticipantsStay,
    /// How many of those due were compared is not told where a few more are due.
    MeasuredStays,
    /// Gaps in coming stay as they are where new ones would tell of a few people.
    ComingStays,
    /// Ages and sexes of those tested again and missed, and how many of these had left, stay as they are where new ones would
    /// tell of a few people.
    ProfilesStay,
    /// The model's estimates stay as they are where new ones would tell of a few people.
    ModelStays,
}

/// The steps that are taken: all, or in tests all but one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::outcomes) struct Steps {
    left_out: Option<Step>,
}

impl Steps {
    pub const ALL: Self = Self { left_out: None };

    /// Of figures that nobody may publish: each stratum by itself.
    pub const ALONE: Self = Self { left_out: Some(Step::StrataBesideStrata) };

    #[cfg(test)]
    pub const fn all_but(step: Step) -> Self {
        Self { left_out: Some(step) }
    }

    pub fn takes(self, step: Step) -> bool {
        self.left_out != Some(step)
    }
}
