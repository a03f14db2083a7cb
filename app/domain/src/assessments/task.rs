//! What somebody is asked to do in a test. Tools, pictures and words go by it, so that items are told apart in one place.

use super::protocol::Tool;
use super::{Instrument, Item, items};

/// A task. Items that are done alike share one: right and left, every question.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Task {
    SideBySide,
    SemiTandem,
    Tandem,
    Gait,
    Chair5,
    GaitUsual,
    GaitMaximal,
    Tug,
    Chair30,
    Chair30WithArms,
    Grip,
    SingleLeg,
    Walk6,
    Step2,
    ArmCurl,
    SelfReport,
}

impl Task {
    /// The task in which an instrument's item is measured.
    pub const fn of(instrument: Instrument, item: Item) -> Self {
        match item {
            Item::SideBySide => Self::SideBySide,
            Item::SemiTandem => Self::SemiTandem,
            Item::Tandem => Self::Tandem,
            Item::Gait => Self::Gait,
            Item::Chair5 => Self::Chair5,
            Item::Usual => Self::GaitUsual,
            Item::Maximal => Self::GaitMaximal,
            Item::Time => Self::Tug,
            Item::Stands => Self::Chair30,
            Item::StandsWithArms => Self::Chair30WithArms,
            // Hands or legs.
            Item::Right | Item::Left if matches!(instrument, Instrument::SingleLeg) => Self::SingleLeg,
            Item::Right | Item::Left => Self::Grip,
            Item::Distance => Self::Walk6,
            Item::Steps => Self::Step2,
            Item::Curls | Item::Weight => Self::ArmCurl,
            Item::Srh
            | Item::Falls12
            | Item::FallInjury
            | Item::Walk500
            | Item::Stairs1
            | Item::Fof
            | Item::Lonely
            | Item::BriskMin
            | Item::StrengthDays
            | Item::AidOut
            | Item::Living
            | Item::Edu
            | Item::IncomeOk => Self::SelfReport,
        }
    }

    /// The tool by which it is measured.
    pub const fn tool(self) -> Tool {
        match self {
            Self::SideBySide | Self::SemiTandem | Self::Tandem => Tool::Hold { ms: 10_000 },
            Self::SingleLeg => Tool::Hold { ms: 30_000 },
            Self::Gait | Self::Chair5 | Self::GaitUsual | Self::GaitMaximal | Self::Tug => Tool::Stopwatch,
            Self::Chair30 | Self::Chair30WithArms | Self::ArmCurl => Tool::Count { ms: 30_000 },
            Self::Step2 => Tool::Count { ms: 120_000 },
            Self::Walk6 => Tool::Lengths { ms: 360_000 },
            Self::Grip => Tool::Reading,
            Self::SelfReport => Tool::Question,
        }
    }

    /// The tasks of an instrument in their order, each with the first item that is measured in it.
    pub fn all_of(instrument: Instrument) -> Vec<(Self, Item)> {
        let mut tasks: Vec<_> = items(instrument).map(|item| (Self::of(instrument, item), item)).collect();
        tasks.dedup_by_key(|(task, _)| *task);
        tasks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instrument_has_its_own_tasks_in_the_order_of_its_items() {
        let tasks: Vec<_> = Instrument::ALL.iter().flat_map(|i| Task::all_of(*i)).map(|(task, _)| task).collect();
        assert!(tasks.is_sorted(), "{tasks:?}");
        assert_eq!(tasks.len(), Task::SelfReport as usize + 1);
    }
}
