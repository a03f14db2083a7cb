//! What a report is computed from: plain rows of one municipality, as a store reads them.
//!
//! Rows point at each other by position (`u32`), not by id: a city has half a million attendance marks,
//! and the report needs no identities. Rows may come in any order. Everything that the municipality has
//! belongs in here, older than the period too; the report itself leaves out what lies after its cut-off.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::tile_map::TilePlaces;
use crate::assessments::{Aid, Conditions, Measured, OutcomeMeasure, Score};
use crate::attendance::Mark;
use crate::groups::{ExitReason, GroupKind};
use crate::ids::MunicipalityCode;
use crate::people::{Decision, Education, IncomeOk, LivingAlone, PersonLanguage, Sex};
use crate::sessions::SessionStatus;
use crate::time::Day;

/// The rows of one municipality.
#[derive(Clone, PartialEq, Debug)]
pub struct Dataset {
    pub municipality: MunicipalityCode,
    pub participants: Vec<ParticipantRow>,
    pub groups: Vec<GroupRow>,
    /// Kind and provider of groups, as [`division`] writes them.
    pub divisions: Vec<String>,
    /// By what each of these is known, whatever its provider is called; nothing where names are all that is known.
    pub division_marks: Vec<String>,
    pub memberships: Vec<MembershipRow>,
    pub sessions: Vec<SessionRow>,
    pub marks: Vec<MarkRow>,
    pub results: Vec<ResultRow>,
    /// The day of each recorded fall (an incident of kind `fall`).
    pub falls: Vec<Day>,
}

impl Dataset {
    pub fn empty(municipality: MunicipalityCode) -> Self {
        Self {
            municipality,
            participants: Vec::new(),
            groups: Vec::new(),
            divisions: Vec::new(),
            division_marks: Vec::new(),
            memberships: Vec::new(),
            sessions: Vec::new(),
            marks: Vec::new(),
            results: Vec::new(),
            falls: Vec::new(),
        }
    }
}

/// A participant. `None` means "not known".
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ParticipantRow {
    pub birth_date: Option<Day>,
    pub sex: Option<Sex>,
    pub language: Option<PersonLanguage>,
    pub postal_code: Option<String>,
    pub living_alone: Option<LivingAlone>,
    pub education: Option<Education>,
    pub income_ok: Option<IncomeOk>,
    pub applied_on: Option<Day>,
    pub decision: Option<Decision>,
    /// The day on which an application of theirs was first accepted, where somebody recorded it.
    pub accepted_on: Option<Day>,
}

/// One season of a group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GroupRow {
    /// Any number that stands for this season of the group.
    pub group: u32,
    /// Any number that the seasons of one group share: a season copied for the next has another `group`.
    pub series: u32,
    pub season_start: Option<Day>,
    pub season_end: Option<Day>,
    /// Position in [`Dataset::divisions`]; nothing where nobody knows who runs the group.
    pub division: Option<u32>,
}

/// How a group's kind and who runs it are written as one: "strength_balance: Koskelan Voima ry".
pub fn division(kind: GroupKind, provider: &str) -> String {
    format!("{kind}: {provider}")
}

/// The two again.
pub fn kind_and_provider(division: &str) -> Option<(GroupKind, &str)> {
    let (kind, provider) = division.split_once(": ")?;
    Some((GroupKind::from_code(kind)?, provider))
}

/// One dated stay of a participant in a group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MembershipRow {
    /// Position in [`Dataset::participants`].
    pub participant: u32,
    /// The number of the group's season, as in [`GroupRow::group`].
    pub group: u32,
    pub joined_on: Day,
    /// The last day that belongs to the stay; `None`: still open.
    pub left_on: Option<Day>,
    pub exit_reason: Option<ExitReason>,
}

/// One meeting of a group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionRow {
    pub group: u32,
    pub day: Day,
    /// `None`: planned, nothing said yet.
    pub status: Option<SessionStatus>,
}

impl SessionRow {
    pub fn is_held(&self) -> bool {
        self.status == Some(SessionStatus::Held)
    }

    /// Held, or expected to be.
    pub fn is_held_or_planned(&self) -> bool {
        self.status.is_none_or(|status| status == SessionStatus::Held)
    }
}

/// One mark of one participant in one session; at most one per pair. Undone marks are left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MarkRow {
    /// Position in [`Dataset::sessions`].
    pub session: u32,
    participant: Marked,
}

impl MarkRow {
    /// By the positions in [`Dataset::sessions`] and [`Dataset::participants`].
    pub fn new(session: u32, participant: u32, mark: Mark) -> Self {
        Self { session, participant: Marked::new(participant, mark) }
    }

    /// Position in [`Dataset::participants`].
    pub fn participant(self) -> u32 {
        self.participant.position()
    }

    pub fn mark(self) -> Mark {
        self.participant.mark()
    }
}

/// A position with a mark, in four bytes: there may be ten million of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Marked(u32);

impl Marked {
    const BITS: u32 = 3;
    /// Points nowhere: no list is that long.
    const LAST: u32 = u32::MAX >> Self::BITS;

    pub fn new(position: u32, mark: Mark) -> Self {
        const { assert!(Mark::ALL.len() <= 1 << Self::BITS, "each mark has its number") };
        Self((position.min(Self::LAST) << Self::BITS) | mark as u32)
    }

    pub fn position(self) -> u32 {
        self.0 >> Self::BITS
    }

    pub fn mark(self) -> Mark {
        Mark::ALL[(self.0 & !(u32::MAX << Self::BITS)) as usize]
    }
}

/// One scored result of one participant, day and outcome, as the scoring of `assessments` gives it.
/// Only results that were measured belong in here: those with a value, and "unable" ones.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ResultRow {
    /// Position in [`Dataset::participants`].
    pub participant: u32,
    pub day: Day,
    pub outcome: OutcomeMeasure,
    /// Integer in the unit of [`OutcomeMeasure`]; `None` together with `unable`.
    pub value: Option<i32>,
    /// The test was tried or ruled out because of ability, so there is no time (`chair5_time`).
    pub unable: bool,
    /// Course length in metres, where the outcome depends on it and it is known.
    pub course_m: Option<u16>,
    /// Walking aid, where the outcome depends on it and it is known.
    pub aid: Option<Aid>,
}

impl ResultRow {
    /// The row of a score; nothing when it is missing.
    pub fn of(participant: u32, day: Day, score: &Score) -> Option<Self> {
        let value = score.value().and_then(|value| i32::try_from(value).ok());
        let unable = score.measured == Measured::Unable;
        let Conditions { course_m, aid, .. } = score.conditions;
        let row = Self { participant, day, outcome: score.outcome, value, unable, course_m, aid };
        (value.is_some() || unable).then_some(row)
    }

    /// The score that this row was made from, as far as a report needs it.
    pub fn score(&self) -> Score {
        let measured = match self.value {
            Some(value) => Measured::Value(value.into()),
            None if self.unable => Measured::Unable,
            None => Measured::Missing,
        };
        let conditions = Conditions { course_m: self.course_m, aid: self.aid, ..Conditions::default() };
        Score { outcome: self.outcome, measured, conditions, check: false }
    }
}

/// The days a report covers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Period {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// Nothing dated later than this day exists for the report (docs/outcomes.md, Whom a figure is about).
    pub cut_off: Day,
}

impl Period {
    /// A period with the default cut-off, its last day.
    pub const fn new(from: Day, to: Day) -> Self {
        Self { from, to, cut_off: to }
    }

    pub fn contains(&self, day: Day) -> bool {
        self.from <= day && day <= self.to && day <= self.cut_off
    }
}

/// What a municipality decides about its reports.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// Counts of 1 … k − 1 are hidden; 5 by default, a municipality may raise it (docs/outcomes.md, Hiding).
    pub k: u32,
    /// Fewest persons behind a mean, a percentage or an interval; 10 by default (docs/outcomes.md, Hiding).
    pub basis: u32,
    /// Areas: groups of postal codes, at least 500 residents aged 75 or more each.
    /// While there is none, the report has no stratum `area`.
    pub areas: Vec<Area>,
    /// Names that areas had before, each with the present one.
    pub former_areas: BTreeMap<String, String>,
    /// Where areas stand on the map.
    pub places: TilePlaces,
}

impl Default for Settings {
    fn default() -> Self {
        let (areas, former_areas) = (Vec::new(), BTreeMap::new());
        let Limits { k, basis } = Limits::USUAL;
        Self { k, basis, areas, former_areas, places: TilePlaces::new() }
    }
}

impl Settings {
    /// By what is hidden: never less than is usual.
    pub fn limits(&self) -> Limits {
        let Limits { k, basis } = Limits::USUAL;
        Limits { k: self.k.max(k), basis: self.basis.max(basis) }
    }
}

/// By what small numbers are hidden (docs/outcomes.md, Hiding).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Limits {
    /// Counts of 1 … k − 1 are hidden.
    pub k: u32,
    /// Means and shares of fewer people are hidden.
    pub basis: u32,
}

impl Limits {
    /// Those of a municipality that has decided nothing.
    pub const USUAL: Self = Self { k: 5, basis: 10 };
}

/// A named group of postal codes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Area {
    pub name: String,
    pub postal_codes: Vec<String>,
}
