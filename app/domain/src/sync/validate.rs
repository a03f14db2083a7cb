//! Whether an operation makes sense by itself: the same code refuses it on the tablet while the person can still
//! correct it, and on the server as the last word.

use std::fmt;

use crate::assessments::{Assessment, Instrument, Item, Trial, validate_trials};
use crate::fields::{CAPACITY, LINE, MINUTES, TEXT, is_birth_date, is_birth_year, is_in_our_time, is_postal_code};
use crate::groups::{Group, Membership};
use crate::names::{can_be_said, unseen};
use crate::people::{Profile, ProfileChange};
use crate::time::Day;

use super::op::Verb;

/// Trials of one test, at most.
const TRIALS: usize = 64;

/// What is wrong with an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Invalid {
    /// The field, as named in its noun's file.
    pub field: &'static str,
    /// Whose field it is, where it is one of many trials: its item and number.
    pub trial: Option<(Item, u8)>,
}

impl Invalid {
    pub const fn field(field: &'static str) -> Self {
        Self { field, trial: None }
    }
}

/// As an outcome names it: `birth_year`, `gait.2.outcome`.
impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.trial {
            Some((item, number)) => write!(f, "{item}.{number}.{}", self.field),
            None => f.write_str(self.field),
        }
    }
}

/// Checks everything that needs no other data. `today` is the checker's own day; events may not lie in the
/// future, with a day's grace for clocks and time zones.
pub fn validate(verb: &Verb, today: Day) -> Result<(), Invalid> {
    match verb {
        Verb::ParticipantRegister { profile, .. } => {
            has_name(profile)?;
            profile.changes().iter().try_for_each(|change| field(change, today))
        }
        Verb::ParticipantEdit { changes, .. } => {
            check(!changes.is_empty(), "changes")?;
            changes.iter().try_for_each(|change| field(change, today))
        }
        Verb::GroupPut { group } => group_fields(group),
        Verb::MembershipJoin { membership } => join(membership),
        Verb::MembershipLeave { left_on, .. } => in_our_time(*left_on, "left_on"),
        Verb::AttendanceSet { .. } | Verb::SessionStatus { .. } => Ok(()),
        Verb::SessionPlan { session } => in_our_time(Some(session.day), "day"),
        Verb::AssessmentRecord { assessment } => recorded(assessment, today),
        Verb::AssessmentAmend { trials, reason, .. } => {
            check(!reason.trim().is_empty(), "reason")?;
            text(reason, TEXT, "reason")?;
            // Their instrument is the fact's: the merge holds them against it.
            listed(trials)
        }
        Verb::ConsentRecord { consent } => {
            past(consent.on, today, "on")?;
            text(&consent.text_version, LINE, "text_version")?;
            check(consent.after.len() <= TRIALS, "after")?;
            check(["fi", "sv", "en"].contains(&consent.language.as_str()), "language")
        }
        Verb::IncidentRecord { incident } => {
            past(incident.on, today, "on")?;
            text(&incident.what_happened, TEXT, "what_happened")
        }
    }
}

fn check(good: bool, name: &'static str) -> Result<(), Invalid> {
    if good { Ok(()) } else { Err(Invalid::field(name)) }
}

/// Printable, and of a length that a form can have; line breaks are allowed, NUL and other controls are not.
fn text(value: &str, most: usize, name: &'static str) -> Result<(), Invalid> {
    let printable = value.chars().all(|c| !c.is_control() || c == '\n' || c == '\t');
    check(printable && value.chars().count() <= most, name)
}

/// One line in which everything can be seen.
fn line(value: &str, name: &'static str) -> Result<(), Invalid> {
    check(unseen(value).is_none(), name)?;
    text(value, LINE, name)
}

fn optional(value: Option<&String>, name: &'static str) -> Result<(), Invalid> {
    value.map_or(Ok(()), |value| line(value, name))
}

fn in_our_time(day: Option<Day>, name: &'static str) -> Result<(), Invalid> {
    check(day.is_none_or(is_in_our_time), name)
}

fn past(day: Day, today: Day, name: &'static str) -> Result<(), Invalid> {
    in_our_time(Some(day), name)?;
    check(day <= today.plus_days(1), name)
}

/// Something to call the person by; a municipality's file may know no name and bring its own reference instead.
fn has_name(profile: &Profile) -> Result<(), Invalid> {
    check(!profile.is_nameless() || profile.reference.is_some(), "given_names")
}

fn field(change: &ProfileChange, today: Day) -> Result<(), Invalid> {
    use ProfileChange as C;
    let name = change.field();
    match change {
        C::GivenNames(value) | C::FamilyName(value) => line(value, name),
        C::Reference(value) | C::CalledName(value) | C::EmergencyContact(value) => optional(value.as_ref(), name),
        // Tablets of schema 1 record shorter numbers than forms and files take now; what is recorded is not lost.
        C::Phone(value) => optional(value.as_ref(), name),
        C::PostalCode(value) => check(value.as_deref().is_none_or(is_postal_code), name),
        C::BirthDate(Some(day)) => check(is_birth_date(*day, today.plus_days(1)), name),
        C::BirthYear(Some(year)) => check(is_birth_year(*year, today), name),
        C::AppliedOn(day) => in_our_time(*day, name),
        C::BirthDate(None) | C::BirthYear(None) => Ok(()),
        C::Sex(_) | C::Language(_) | C::LivingAlone(_) | C::Education(_) => Ok(()),
        C::IncomeOk(_) | C::ReferralSource(_) | C::Decision(_) => Ok(()),
    }
}

fn group_fields(group: &Group) -> Result<(), Invalid> {
    check(can_be_said(&group.name), "name")?;
    line(&group.name, "name")?;
    optional(group.reference.as_ref(), "reference")?;
    optional(group.place.as_ref(), "place")?;
    let ascending = group.weekdays.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
    check(ascending && group.weekdays.iter().all(|day| (1..=7).contains(day)), "weekdays")?;
    check(group.minutes.is_none_or(|minutes| MINUTES.contains(&minutes)), "minutes")?;
    check(group.capacity.is_none_or(|places| CAPACITY.contains(&places)), "capacity")?;
    in_our_time(group.season_start, "season_start")?;
    in_our_time(group.season_end, "season_end")?;
    let ordered = |(start, end)| start <= end;
    check(group.season_start.zip(group.season_end).is_none_or(ordered), "season_end")
}

fn join(stay: &Membership) -> Result<(), Invalid> {
    check(stay.id == Membership::id_of(stay.group, stay.participant, stay.joined_on), "id")?;
    in_our_time(Some(stay.joined_on), "joined_on")?;
    in_our_time(stay.left_on, "left_on")?;
    check(!stay.is_void(), "left_on")
}

fn recorded(assessment: &Assessment, today: Day) -> Result<(), Invalid> {
    past(assessment.measured_on, today, "measured_on")?;
    check(assessment.amended_because.is_none() && !assessment.disputed, "amended_because")?;
    listed(&assessment.trials)?;
    measured(assessment.instrument, &assessment.trials)
}

fn listed(trials: &[Trial]) -> Result<(), Invalid> {
    check((1..=TRIALS).contains(&trials.len()), "trials")
}

/// The rules and hard limits of the instrument (domain.md 2.1–2.9). Soft limits were the tester's to confirm.
pub(super) fn measured(instrument: Instrument, trials: &[Trial]) -> Result<(), Invalid> {
    let Err(problems) = validate_trials(instrument, trials) else { return Ok(()) };
    let Some(first) = problems.first() else { return Ok(()) };
    let trial = first.trial.and_then(|place| trials.get(place)).map(|trial| (trial.item, trial.trial));
    Err(Invalid { field: first.kind.field(), trial })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groups::GroupKind;
    use crate::ids::{GroupId, OrganisationId, ParticipantId};
    use uuid::Uuid;

    fn today() -> Day {
        "2026-11-21".parse().unwrap()
    }

    fn register(given: &str, year: Option<i32>) -> Verb {
        let profile = Profile { given_names: given.into(), birth_year: year, ..Profile::default() };
        let id = ParticipantId(Uuid::nil());
        Verb::ParticipantRegister { id, group: None, profile: Box::new(profile), provisional: true }
    }

    #[test]
    fn a_person_needs_a_name_and_a_possible_year_of_birth() {
        assert_eq!(validate(&register("Aino", Some(1940)), today()), Ok(()));
        assert_eq!(validate(&register(" ", Some(1940)), today()), Err(Invalid::field("given_names")));
        assert_eq!(validate(&register("Aino", Some(2050)), today()), Err(Invalid::field("birth_year")));
    }

    #[test]
    fn text_with_a_nul_or_beyond_its_length_is_refused() {
        assert_eq!(validate(&register("Ai\0no", None), today()), Err(Invalid::field("given_names")));
        assert_eq!(validate(&register(&"a".repeat(201), None), today()), Err(Invalid::field("given_names")));
    }

    #[test]
    fn a_name_that_cannot_be_said_or_seen_is_refused() {
        for bad in ["-", "...", "\u{200b}", "Ai\u{ad}no", "Aino\u{202e}", "Ai\nno"] {
            assert_eq!(validate(&register(bad, None), today()), Err(Invalid::field("given_names")), "{bad:?}");
        }
        let profile = Profile { given_names: "-".into(), reference: Some("P1".into()), ..Profile::default() };
        let id = ParticipantId(Uuid::nil());
        let known = Verb::ParticipantRegister { id, group: None, profile: Box::new(profile), provisional: false };
        assert_eq!(
            validate(&known, today()),
            Ok(()),
            "a register's dash is no name, and its reference tells who it is"
        );
    }

    #[test]
    fn a_stay_carries_the_id_of_its_key_and_does_not_end_before_it_begins() {
        let (group, participant) = (GroupId(Uuid::from_u128(1)), ParticipantId(Uuid::from_u128(2)));
        let joined_on = today();
        let id = Membership::id_of(group, participant, joined_on);
        let stay = Membership { id, group, participant, joined_on, left_on: None, exit_reason: None };
        let verb = |membership| Verb::MembershipJoin { membership };
        assert_eq!(validate(&verb(stay.clone()), today()), Ok(()));
        let other = Membership { joined_on: today().plus_days(1), ..stay.clone() };
        assert_eq!(validate(&verb(other), today()), Err(Invalid::field("id")));
        let void = Membership { left_on: Some(today().plus_days(-1)), ..stay };
        assert_eq!(validate(&verb(void), today()), Err(Invalid::field("left_on")));
    }

    #[test]
    fn an_operation_is_held_to_the_rules_of_the_fields() {
        use ProfileChange as C;
        let day = |text: &str| Some(text.parse().unwrap());
        let text = |n: usize| Some("a".repeat(n));
        for (good, bad) in [
            (C::BirthDate(day("1900-01-01")), C::BirthDate(day("1899-12-31"))),
            (C::BirthDate(Some(today())), C::BirthDate(day("2026-11-23"))),
            (C::BirthYear(Some(1900)), C::BirthYear(Some(1899))),
            (C::AppliedOn(day("1990-01-01")), C::AppliedOn(day("1989-12-31"))),
            (C::AppliedOn(day("2199-12-31")), C::AppliedOn(day("2200-01-01"))),
            (C::PostalCode(Some("00100".into())), C::PostalCode(Some("0100".into()))),
            (C::EmergencyContact(text(200)), C::EmergencyContact(text(201))),
            (C::Phone(text(200)), C::Phone(text(201))),
        ] {
            assert_eq!(field(&good, today()), Ok(()), "{good:?}");
            assert_eq!(field(&bad, today()), Err(Invalid::field(bad.field())), "{bad:?}");
        }
    }

    fn plain() -> Group {
        Group {
            id: GroupId(Uuid::nil()),
            reference: None,
            name: "Tasapaino".into(),
            kind: GroupKind::StrengthBalance,
            provider: OrganisationId(Uuid::nil()),
            place: None,
            weekdays: Vec::new(),
            starts_at: None,
            minutes: None,
            capacity: None,
            season_start: None,
            season_end: None,
        }
    }

    #[test]
    fn a_group_is_held_to_the_rules_of_its_fields() {
        let day = |text: &str| Some(text.parse().unwrap());
        for (wrong, group) in [
            ("minutes", Group { minutes: Some(1441), ..plain() }),
            ("capacity", Group { capacity: Some(0), ..plain() }),
            ("capacity", Group { capacity: Some(10_001), ..plain() }),
            ("season_start", Group { season_start: day("1989-12-31"), ..plain() }),
            ("season_end", Group { season_end: day("2200-01-01"), ..plain() }),
            ("place", Group { place: Some("p".repeat(201)), ..plain() }),
        ] {
            assert_eq!(group_fields(&group), Err(Invalid::field(wrong)), "{wrong}");
        }
        assert_eq!(group_fields(&Group { capacity: Some(10_000), minutes: Some(1440), ..plain() }), Ok(()));
    }

    #[test]
    fn week_days_ascend_without_repeats() {
        let group = |weekdays: &[u8]| Group { weekdays: weekdays.to_vec(), ..plain() };
        for (days, good) in [(&[1, 4][..], true), (&[4, 1], false), (&[2, 2], false), (&[0], false), (&[8], false)] {
            let verb = Verb::GroupPut { group: Box::new(group(days)) };
            assert_eq!(validate(&verb, today()).is_ok(), good, "{days:?}");
        }
    }
}
