//! Functional-ability tests: what was measured, and why something was not.
//!
//! One file per instrument holds its inputs, limits, scoring and reference values with their source.
//! Values are integers in fixed units (docs/scoring.md, Values and units); speeds and points are derived, never stored
//! as truth.

pub mod arm_curl;
pub mod chair30;
pub mod change;
mod circumstances;
pub mod gait10;
pub mod grip;
mod measure;
mod norms;
pub mod protocol;
pub mod published;
mod quantity;
pub mod rounds;
mod score;
pub mod self_report;
pub mod single_leg;
pub mod speed;
pub mod sppb;
pub mod step2;
mod task;
pub mod tester;
#[cfg(test)]
mod testing;
pub mod tug;
mod validate;
mod verb;
pub mod walk6;
pub mod wellbeing;

pub use circumstances::{Circumstances, SEAT_CM, Shoes};
pub use measure::OutcomeMeasure;
pub use norms::{NormRange, NormTable, RULE_VERSION};
pub use quantity::{
    ItemRule, Quantity, Reading, Rounding, Unit, ValueProblem, item_rule, items, quantity, quantity_for, write_decimal,
};
pub use score::{
    Class, Conditions, GripClass, Measured, NormClass, Score, class, comparable, comparable_in_order, norm_range,
    norm_table, scores,
};
pub use task::Task;
pub use validate::{NOTE_MAX, TrialProblem, TrialProblemKind, code_allowed, unusual, validate, validate_trials};
pub use verb::{Verb, VerbKind};

use serde::{Deserialize, Serialize};

use crate::codes::codes;
use crate::ids::{AssessmentId, ParticipantId, StreamId};
use crate::sync::hlc::Hlc;
use crate::time::Day;

codes! {
    /// The instruments, by their names in files.
    pub enum Instrument {
        Sppb = "sppb", Gait10 = "gait10", Tug = "tug", Chair30 = "chair30", Grip = "grip",
        SingleLeg = "single_leg", Walk6 = "walk6", Step2 = "step2", ArmCurl = "arm_curl",
        SelfReport = "self_report",
    }
}

codes! {
    /// Why a trial has no value (docs/scoring.md, Trials). `SkippedByRule` follows from SPPB's stop rule.
    pub enum NotDone {
        TriedUnable = "tried_unable", UnassistedUnable = "unassisted_unable",
        UnsafeTester = "unsafe_tester", UnsafeParticipant = "unsafe_participant",
        NotUnderstood = "not_understood", Refused = "refused", StoppedSymptom = "stopped_symptom",
        TemporaryHealth = "temporary_health", NoTime = "no_time", NoSpace = "no_space",
        NoDevice = "no_device", Technical = "technical",
        /// Another reason, because of ability: counts as unable.
        OtherAbility = "other_ability",
        /// Another reason, not because of ability: missing.
        Other = "other",
        SkippedByRule = "skipped_by_rule",
    }
}

codes! {
    /// Walking aid used in the test.
    pub enum Aid { None = "none", Stick = "stick", TwoSticks = "two_sticks", Rollator = "rollator", Other = "other" }
}

codes! {
    /// What a trial measures. Which items an instrument has: [`items`].
    pub enum Item {
        SideBySide = "side_by_side", SemiTandem = "semi_tandem", Tandem = "tandem", Gait = "gait", Chair5 = "chair5",
        Usual = "usual", Maximal = "maximal", Time = "time", Stands = "stands", StandsWithArms = "stands_with_arms",
        Right = "right", Left = "left", Distance = "distance", Steps = "steps", Curls = "curls", Weight = "weight",
        Srh = "srh", Falls12 = "falls12", FallInjury = "fall_injury", Walk500 = "walk500", Stairs1 = "stairs1",
        Fof = "fof", Lonely = "lonely", BriskMin = "brisk_min", StrengthDays = "strength_days",
        AidOut = "aid_out", Living = "living", Edu = "edu", IncomeOk = "income_ok",
    }
}

/// What came out of one trial: exactly one of a value and a reason.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrialOutcome {
    /// Integer in the unit of the quantity: hundredths or tenths of a second, tenths of a kilogram,
    /// hundredths of a kilogram (arm-curl weight), counts, metres; a self-report code's number.
    Value(i64),
    NotDone(NotDone),
}

/// One trial of one item.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trial {
    pub item: Item,
    /// 1-based.
    pub trial: u8,
    pub outcome: TrialOutcome,
    /// Course length in metres, where the item is walked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub course_m: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aid: Option<Aid>,
    /// The tester was asked "are you sure?" and was; or an import brought an unusual value.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub soft_confirmed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What the timer read, in milliseconds, before it was rounded or corrected by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_ms: Option<u32>,
    /// The tablet's clocks differed while it was timed: the time may be wrong.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub doubtful: bool,
}

impl Trial {
    pub const fn new(item: Item, trial: u8, outcome: TrialOutcome) -> Self {
        Self {
            item,
            trial,
            outcome,
            course_m: None,
            aid: None,
            soft_confirmed: false,
            note: None,
            raw_ms: None,
            doubtful: false,
        }
    }
}

/// One test of one participant on one day: an immutable fact; amendments add versions (docs/sync.md, Merge rules).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assessment {
    pub id: AssessmentId,
    pub participant: ParticipantId,
    pub measured_on: Day,
    pub instrument: Instrument,
    pub trials: Vec<Trial>,
    /// Reason of the amendment that made this version; `None` for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amended_because: Option<String>,
    /// Two amendments of one version contradict each other: kept out of the aggregates until decided.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disputed: bool,
    #[serde(default, skip_serializing_if = "Circumstances::is_unknown")]
    pub circumstances: Circumstances,
    /// Corrections that had not seen each other, the shown one included, from the earliest to the newest; empty where
    /// one of them says all that is shown. The next correction of everything that has seen them all empties it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<Version>,
}

/// What a test says by one of several corrections that were made without knowledge of each other. Its trials, its pain and
/// the rest of its circumstances each stand until a correction of the same that has seen it: where pain or the rest is
/// unknown it told none, and without trials they were corrected since by one that did not tell what stands here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    pub trials: Vec<Trial>,
    /// The reason of the correction; `None`: as it was recorded at first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amended_because: Option<String>,
    #[serde(default, skip_serializing_if = "Circumstances::is_unknown")]
    pub circumstances: Circumstances,
    pub at: Hlc,
    /// The revision that this correction made.
    pub rev: i64,
    pub stream: StreamId,
}

impl Assessment {
    /// The corrections that stand against each other, each in full, the newest first, which is the one that is shown.
    pub fn sides(&self) -> impl Iterator<Item = Version> {
        let sides = in_full(&self.versions);
        let contradict = sides.len() > 1;
        sides.into_iter().rev().filter(move |_| contradict)
    }

    /// Whether corrections stand against each other that are all known here.
    pub fn has_sides(&self) -> bool {
        self.sides().next().is_some()
    }

    /// The test as one of its versions says it.
    pub fn as_in(&self, version: &Version) -> Self {
        Self {
            trials: version.trials.clone(),
            amended_because: version.amended_because.clone(),
            circumstances: version.circumstances.clone(),
            disputed: false,
            versions: Vec::new(),
            ..self.clone()
        }
    }

    /// A first version of which no circumstances are known.
    pub fn new(
        id: AssessmentId,
        participant: ParticipantId,
        measured_on: Day,
        instrument: Instrument,
        trials: Vec<Trial>,
    ) -> Self {
        Self {
            id,
            participant,
            measured_on,
            instrument,
            trials,
            amended_because: None,
            disputed: false,
            circumstances: Circumstances::default(),
            versions: Vec::new(),
        }
    }
}

/// The versions that have trials, from the earliest to the newest. One that told no pain, or nothing of the rest, has what
/// stands without trials, else the newest that was told.
fn in_full(versions: &[Version]) -> Vec<Version> {
    let pain = standing(versions, Circumstances::tells_pain).and_then(|told| told.pain);
    let rest = standing(versions, Circumstances::tells_rest);
    let whole = |one: &Version| {
        let own = &one.circumstances;
        let rest = rest.filter(|_| !own.tells_rest()).unwrap_or(own);
        Version { circumstances: Circumstances { pain: own.pain.or(pain), ..rest.clone() }, ..one.clone() }
    };
    versions.iter().filter(|one| !one.trials.is_empty()).map(whole).collect()
}

fn standing(versions: &[Version], tells: fn(&Circumstances) -> bool) -> Option<&Circumstances> {
    let told = || versions.iter().rev().filter(move |one| tells(&one.circumstances));
    let apart = told().find(|one| one.trials.is_empty());
    apart.or_else(|| told().next()).map(|one| &one.circumstances)
}
