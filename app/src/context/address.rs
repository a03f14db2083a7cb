//! The tablet's addresses: which view stands where. Ids and days only, never names.

use std::fmt;

use domain::assessments::{Instrument, Item};
use domain::ids::{AssessmentId, GroupId, ParticipantId};
use domain::incidents::StoppedTest;
use domain::registration::Part;
use domain::time::Day;

/// The address of a view, with what the view is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Address {
    Start,
    OtherGroups,
    /// Marks of the own groups that contradict each other.
    Decide,
    Roll(GroupId, Day),
    /// Registering a visitor of that session.
    Visitor(GroupId, Day),
    Person(ParticipantId, GroupId),
    /// What of a person's registration is open, and what the rules advise.
    Registration(ParticipantId, GroupId),
    /// One part of it.
    RegistrationPart(ParticipantId, GroupId, Part),
    /// A pause begins.
    Pause(ParticipantId, GroupId),
    /// Somebody was in touch; with the day of the absence that it was about.
    Contact(ParticipantId, GroupId, Option<Day>),
    /// A programme for home is made or changed.
    HomeProgramme(ParticipantId, GroupId),
    /// The days on which it was done are entered.
    HomeDays(ParticipantId, GroupId),
    /// The card of results that a person takes home.
    ResultsCard(ParticipantId, GroupId),
    /// Choosing what is measured.
    Measure(ParticipantId, GroupId),
    Test(ParticipantId, GroupId, Instrument),
    /// Typing in a test that stands on paper.
    Paper(ParticipantId, GroupId, Instrument),
    /// A test was stopped because of a symptom: what to do now, and telling it. With the test, where it is known.
    Stop(ParticipantId, GroupId, Option<StoppedTest>),
    /// Correcting that test.
    Amend(ParticipantId, GroupId, AssessmentId),
    /// The test day of the group at hand.
    Tests,
    /// Who has done which test, on a day when a group is measured.
    TestDay(GroupId, Day),
    /// This tablet measures one thing: who is next.
    Station(GroupId, Day, Instrument),
    StationTest(GroupId, Day, Instrument, ParticipantId),
    /// Timing for practice; nothing is stored.
    Practice,
    /// Where limits and reference values come from.
    Sources,
    /// What waits on this tablet, and how its storage is.
    Device,
    /// Who is signed in, and their settings.
    Me,
    SignIn,
}

impl Address {
    /// Reads a path; `None`: no view stands there.
    pub fn read(path: &str) -> Option<Self> {
        let rest = path.strip_prefix("/tablet")?;
        let parts: Vec<_> = rest.split('/').filter(|part| !part.is_empty()).collect();
        Some(match *parts.as_slice() {
            [] if rest.is_empty() || rest == "/" => Self::Start,
            ["groups"] => Self::OtherGroups,
            ["decide"] => Self::Decide,
            ["roll", group, day] => Self::Roll(group.parse().ok()?, day.parse().ok()?),
            ["roll", group, day, "visitor"] => Self::Visitor(group.parse().ok()?, day.parse().ok()?),
            ["person", person, group] => Self::Person(person.parse().ok()?, group.parse().ok()?),
            ["person", person, group, "card"] => Self::ResultsCard(person.parse().ok()?, group.parse().ok()?),
            ["person", person, group, "pause"] => Self::Pause(person.parse().ok()?, group.parse().ok()?),
            ["person", person, group, "home"] => Self::HomeProgramme(person.parse().ok()?, group.parse().ok()?),
            ["person", person, group, "home", "days"] => Self::HomeDays(person.parse().ok()?, group.parse().ok()?),
            ["person", person, group, "contact"] => Self::Contact(person.parse().ok()?, group.parse().ok()?, None),
            ["person", person, group, "contact", day] => {
                Self::Contact(person.parse().ok()?, group.parse().ok()?, Some(day.parse().ok()?))
            }
            ["person", person, group, "registration"] => Self::Registration(person.parse().ok()?, group.parse().ok()?),
            ["person", person, group, "registration", part] => {
                Self::RegistrationPart(person.parse().ok()?, group.parse().ok()?, Part::from_code(part)?)
            }
            ["person", person, group, "measure"] => Self::Measure(person.parse().ok()?, group.parse().ok()?),
            ["person", person, group, "stop", ref stopped @ ..] => {
                Self::Stop(person.parse().ok()?, group.parse().ok()?, stopped_in(stopped)?)
            }
            ["person", person, group, "measure", test] => {
                let (person, group) = (person.parse().ok()?, group.parse().ok()?);
                match Instrument::from_code(test) {
                    Some(instrument) => Self::Test(person, group, instrument),
                    None => Self::Amend(person, group, test.parse().ok()?),
                }
            }
            ["person", person, group, "paper", test] => {
                Self::Paper(person.parse().ok()?, group.parse().ok()?, Instrument::from_code(test)?)
            }
            ["tests"] => Self::Tests,
            ["tests", group, day] => Self::TestDay(group.parse().ok()?, day.parse().ok()?),
            ["tests", group, day, test] => {
                Self::Station(group.parse().ok()?, day.parse().ok()?, Instrument::from_code(test)?)
            }
            ["tests", group, day, test, person] => Self::StationTest(
                group.parse().ok()?,
                day.parse().ok()?,
                Instrument::from_code(test)?,
                person.parse().ok()?,
            ),
            ["practice"] => Self::Practice,
            ["sources"] => Self::Sources,
            ["device"] => Self::Device,
            ["me"] => Self::Me,
            ["sign-in"] => Self::SignIn,
            _ => return None,
        })
    }

    /// Nobody is in the middle of something here.
    pub const fn is_calm(self) -> bool {
        matches!(self, Self::Start | Self::OtherGroups | Self::Decide | Self::Device | Self::Me)
    }
}

/// Which test was stopped, by its own, its item's and its trial's parts of the path; an outer `None`: no such address.
fn stopped_in(parts: &[&str]) -> Option<Option<StoppedTest>> {
    let stopped =
        |test: &str, item, trial| Some(Some(StoppedTest { instrument: Instrument::from_code(test)?, item, trial }));
    match *parts {
        [] => Some(None),
        [test] => stopped(test, None, None),
        [test, item] => stopped(test, Some(Item::from_code(item)?), None),
        [test, item, trial] => stopped(test, Some(Item::from_code(item)?), Some(trial.parse().ok()?)),
        _ => None,
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("/tablet"),
            Self::OtherGroups => f.write_str("/tablet/groups"),
            Self::Decide => f.write_str("/tablet/decide"),
            Self::Roll(group, day) => write!(f, "/tablet/roll/{group}/{day}"),
            Self::Visitor(group, day) => write!(f, "/tablet/roll/{group}/{day}/visitor"),
            Self::Person(person, group) => write!(f, "/tablet/person/{person}/{group}"),
            Self::ResultsCard(person, group) => write!(f, "/tablet/person/{person}/{group}/card"),
            Self::Pause(person, group) => write!(f, "/tablet/person/{person}/{group}/pause"),
            Self::HomeProgramme(person, group) => write!(f, "/tablet/person/{person}/{group}/home"),
            Self::HomeDays(person, group) => write!(f, "/tablet/person/{person}/{group}/home/days"),
            Self::Contact(person, group, absence) => {
                write!(f, "/tablet/person/{person}/{group}/contact")?;
                absence.map_or(Ok(()), |day| write!(f, "/{day}"))
            }
            Self::Registration(person, group) => write!(f, "/tablet/person/{person}/{group}/registration"),
            Self::RegistrationPart(person, group, part) => {
                write!(f, "/tablet/person/{person}/{group}/registration/{part}")
            }
            Self::Measure(person, group) => write!(f, "/tablet/person/{person}/{group}/measure"),
            Self::Stop(person, group, stopped) => {
                write!(f, "/tablet/person/{person}/{group}/stop")?;
                let Some(StoppedTest { instrument, item, trial }) = stopped else { return Ok(()) };
                write!(f, "/{instrument}")?;
                item.map_or(Ok(()), |item| write!(f, "/{item}"))?;
                item.and(*trial).map_or(Ok(()), |trial| write!(f, "/{trial}"))
            }
            Self::Amend(person, group, test) => write!(f, "/tablet/person/{person}/{group}/measure/{test}"),
            Self::Test(person, group, test) => write!(f, "/tablet/person/{person}/{group}/measure/{test}"),
            Self::Paper(person, group, test) => write!(f, "/tablet/person/{person}/{group}/paper/{test}"),
            Self::Tests => f.write_str("/tablet/tests"),
            Self::TestDay(group, day) => write!(f, "/tablet/tests/{group}/{day}"),
            Self::Station(group, day, test) => write!(f, "/tablet/tests/{group}/{day}/{test}"),
            Self::StationTest(group, day, test, person) => write!(f, "/tablet/tests/{group}/{day}/{test}/{person}"),
            Self::Practice => f.write_str("/tablet/practice"),
            Self::Sources => f.write_str("/tablet/sources"),
            Self::Device => f.write_str("/tablet/device"),
            Self::Me => f.write_str("/tablet/me"),
            Self::SignIn => f.write_str("/tablet/sign-in"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn every_address_reads_back_as_itself() {
        let (group, person) = (GroupId(Uuid::from_u128(1)), ParticipantId(Uuid::from_u128(2)));
        let (day, test) = (Day::new(2026, 9, 8).unwrap(), AssessmentId(Uuid::from_u128(3)));
        let addresses = [
            Address::Start,
            Address::OtherGroups,
            Address::Decide,
            Address::Roll(group, day),
            Address::Visitor(group, day),
            Address::Person(person, group),
            Address::Pause(person, group),
            Address::HomeProgramme(person, group),
            Address::HomeDays(person, group),
            Address::Contact(person, group, None),
            Address::Contact(person, group, Some(day)),
            Address::Registration(person, group),
            Address::RegistrationPart(person, group, Part::TargetGroup),
            Address::ResultsCard(person, group),
            Address::Measure(person, group),
            Address::Test(person, group, Instrument::SingleLeg),
            Address::Paper(person, group, Instrument::Tug),
            Address::Stop(person, group, None),
            Address::Stop(person, group, Some(StoppedTest { instrument: Instrument::Tug, item: None, trial: None })),
            Address::Stop(
                person,
                group,
                Some(StoppedTest { instrument: Instrument::Sppb, item: Some(Item::Chair5), trial: Some(1) }),
            ),
            Address::Amend(person, group, test),
            Address::Tests,
            Address::TestDay(group, day),
            Address::Station(group, day, Instrument::Tug),
            Address::StationTest(group, day, Instrument::Grip, person),
            Address::Practice,
            Address::Sources,
            Address::Device,
            Address::Me,
            Address::SignIn,
        ];
        for address in addresses {
            assert_eq!(Address::read(&address.to_string()), Some(address));
            assert_eq!(Address::read(&format!("{address}/")), Some(address), "a slash at the end changes nothing");
        }
    }

    #[test]
    fn another_address_leads_nowhere() {
        for path in [
            "/",
            "/tabletx",
            "/groups",
            "/tablet/x",
            "/tablet/roll/x/2026-09-08",
            "/tablet/roll",
            "/tablet//x",
            "/tablet/tests/x",
        ] {
            assert_eq!(Address::read(path), None, "{path}");
        }
    }
}
