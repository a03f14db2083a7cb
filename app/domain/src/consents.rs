//! Consents are events: given or withdrawn, never edited.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::access::Action;
use crate::codes::codes;
use crate::fields::LINE;
use crate::ids::{ConsentId, ParticipantId, RelativeId};
use crate::sync::entity::{Body, Bucket, Entity, EntityKey};
use crate::sync::merge::{self, Merged, Write};
use crate::sync::noun::{Known, Noun, Places, Recorded, Typed, VerbRules};
use crate::sync::review::ReviewKind;
use crate::sync::rights::Rights;
use crate::sync::validate::{Invalid, check, past, text};
use crate::sync::verbs::verbs;
use crate::time::Day;

/// Earlier events that one can name, at most.
const AFTER: usize = 64;

/// For how many days somebody may show something to a relative before they are asked again: a year.
pub const SHOWN_AT_MOST: i64 = 366;

codes! {
    /// What the consent is about.
    pub enum ConsentPurpose {
        HealthTests = "health_tests", RelativeSchedule = "relative_schedule",
        RelativeAttendance = "relative_attendance", RelativeResults = "relative_results",
        RelativeMessages = "relative_messages", HomeCareExchange = "home_care_exchange",
        ContactSurvey = "contact_survey",
    }
}

impl ConsentPurpose {
    /// What can be shown to a relative, each by a consent of its own.
    pub const TO_RELATIVES: [Self; 4] =
        [Self::RelativeSchedule, Self::RelativeAttendance, Self::RelativeResults, Self::RelativeMessages];

    /// Whether it is about what one relative is shown.
    pub fn is_for_relative(self) -> bool {
        Self::TO_RELATIVES.contains(&self)
    }
}

codes! {
    pub enum ConsentChannel { OwnPhone = "own_phone", Paper = "paper", Spoken = "spoken", Import = "import" }
}

codes! {
    pub enum ConsentAct { Given = "given", Withdrawn = "withdrawn" }
}

/// One consent event.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    pub id: ConsentId,
    pub participant: ParticipantId,
    pub purpose: ConsentPurpose,
    pub act: ConsentAct,
    pub channel: ConsentChannel,
    /// The day of the event.
    pub on: Day,
    /// Version of the text that was read or heard, for example `health_tests/1`.
    pub text_version: String,
    /// Language in which it was read or heard: `fi`, `sv` or `en`.
    pub language: String,
    /// The newest events of the same person and purpose that the writer knew of. Whoever records leaves
    /// it empty; the tablet's engine and the server's step fill it in. With it a withdrawal beats a grant
    /// whose writer had not seen it (docs/sync.md, Merge rules).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<ConsentId>,
    /// To whom something is shown, where the consent is about a relative. Only the desk and the person's own page write
    /// such consents, and no tablet holds them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relative: Option<RelativeId>,
    /// The last day on which something is shown to the relative; at most [`SHOWN_AT_MOST`] days after `on`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
}

/// In the last days of what a relative is shown, so many of them, the person is asked whether it still holds.
const ASKED_AGAIN: i64 = 30;

/// Whether a person is asked on that day if what ends with `until` is to go on: once a year, since nothing lasts longer.
pub fn is_asked_again(until: Day, on: Day) -> bool {
    (0..=ASKED_AGAIN).contains(&until.days_since(on))
}

/// What a relative is shown of somebody on that day, with the last day of each, from all consents of the person.
pub fn shown_to(events: &[Consent], relative: RelativeId, on: Day) -> BTreeMap<ConsentPurpose, Day> {
    let until = |purpose: ConsentPurpose| {
        let of = |event: &&Consent| event.purpose == purpose && event.relative == Some(relative);
        let said: Vec<_> = events.iter().filter(of).collect();
        let newest = newest(&said);
        let holds = standing(&said) == Some(ConsentAct::Given);
        let last = said.iter().filter(|event| newest.contains(&event.id)).filter_map(|event| event.until).max();
        last.filter(|until| holds && *until >= on).map(|until| (purpose, until))
    };
    ConsentPurpose::TO_RELATIVES.into_iter().filter_map(until).collect()
}

/// The events on which some of one person and purpose stand, directly or not: of which their writers knew.
fn known_to<'a>(events: &[&Consent], later: impl Iterator<Item = &'a Consent>) -> BTreeSet<ConsentId> {
    let by_id: HashMap<_, _> = events.iter().map(|event| (event.id, *event)).collect();
    let mut open: Vec<_> = later.flat_map(|event| event.after.iter().copied()).collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            open.extend(by_id.get(&id).into_iter().flat_map(|event| event.after.iter().copied()));
        }
    }
    seen
}

/// What holds now for one person and purpose, from all their events; `None`: never asked.
pub fn standing(events: &[&Consent]) -> Option<ConsentAct> {
    standing_since(events).map(|(act, _)| act)
}

/// What holds now, and since which day. Whoever said something in one record of a person knew nothing of the others: the
/// later day counts, and of one day the withdrawal (docs/sync.md, Merged people).
pub fn standing_since(events: &[&Consent]) -> Option<(ConsentAct, Day)> {
    let mut records: BTreeMap<ParticipantId, Vec<&Consent>> = BTreeMap::new();
    for event in events {
        records.entry(event.participant).or_default().push(event);
    }
    let told = records.values().filter_map(|events| in_record(events));
    told.max_by_key(|(act, since)| (*since, *act == ConsentAct::Withdrawn))
}

/// What holds by the events of one record, and the last day on which one of the newest says so. A withdrawal holds until a
/// grant whose writer knew of it: it beats a grant made at the same time (docs/sync.md, Merge rules).
fn in_record(events: &[&Consent]) -> Option<(ConsentAct, Day)> {
    let of = |act| events.iter().copied().filter(move |e| e.act == act);
    let answered = known_to(events, of(ConsentAct::Given));
    let is_answered = of(ConsentAct::Withdrawn).all(|withdrawal| answered.contains(&withdrawal.id));
    let act = if is_answered { ConsentAct::Given } else { ConsentAct::Withdrawn };
    let newest = newest(events);
    let saying = of(act).filter(|event| newest.binary_search(&event.id).is_ok());
    Some((act, saying.map(|event| event.on).max()?))
}

/// Whether nobody measures this person any more: consent to tests was taken back, in whichever of their records these
/// events are. Who was never asked may still be.
pub fn tests_ended<'a>(events: impl IntoIterator<Item = &'a Consent>) -> bool {
    let of_tests = events.into_iter().filter(|event| event.purpose == ConsentPurpose::HealthTests);
    standing(&of_tests.collect::<Vec<_>>()) == Some(ConsentAct::Withdrawn)
}

/// The events that no other known event of the same person and purpose stands on, in order of their ids.
pub fn newest(events: &[&Consent]) -> Vec<ConsentId> {
    let stood_on: BTreeSet<_> = events.iter().flat_map(|event| &event.after).collect();
    let mut ids: Vec<_> = events.iter().map(|event| event.id).filter(|id| !stood_on.contains(id)).collect();
    ids.sort_unstable();
    ids
}

impl Noun for Consent {
    type Id = ConsentId;
    const PERSONAL: bool = true;
    const FOLLOWS_PERSON: bool = true;

    fn id(&self) -> ConsentId {
        self.id
    }

    fn participant(&self) -> Option<ParticipantId> {
        Some(self.participant)
    }

    /// What relatives are shown is no tablet's business.
    fn buckets(&self, places: &impl Places) -> BTreeSet<Bucket> {
        if self.relative.is_some() {
            return BTreeSet::new();
        }
        places.health_of(self.participant)
    }
}

verbs! {
    pub enum Verb {
        Record = "consent.record" { consent: Consent },
        /// It was never given: recorded by an import that is taken back. Written by the program alone.
        TakeBack = "consent.take_back" { id: ConsentId, participant: ParticipantId },
    }
}

impl VerbRules for Verb {
    type Noun = Consent;

    fn id(&self) -> ConsentId {
        match self {
            Self::Record { consent } => consent.id,
            Self::TakeBack { id, .. } => *id,
        }
    }

    fn participant(&self) -> Option<ParticipantId> {
        Some(match self {
            Self::Record { consent } => consent.participant,
            Self::TakeBack { participant, .. } => *participant,
        })
    }

    fn results_of(&self, _: &impl Known) -> Option<ParticipantId> {
        self.participant()
    }

    /// Says what the writer knew of. Of an event entered afterwards nothing that lies on a later day.
    fn complete<'a>(&mut self, known: impl Iterator<Item = &'a Body>, recorded: Recorded) {
        let Self::Record { consent } = self else { return };
        if !consent.after.is_empty() {
            return;
        }
        let before = |other: &&Consent| {
            let known = recorded == Recorded::Live || other.on <= consent.on;
            known && is_same_matter(other, consent) && other.id != consent.id
        };
        let events: Vec<_> = known.filter_map(Consent::of).filter(before).collect();
        consent.after = newest(&events);
    }

    /// Undoing an import looks first at what rests on it.
    fn has_own_way(&self) -> bool {
        matches!(self, Self::TakeBack { .. })
    }

    fn is_allowed(&self, rights: &Rights<'_, impl Known>) -> bool {
        let Self::Record { consent } = self else { return false };
        let may = rights.about(Action::RecordConsents, consent.participant);
        may && (consent.relative.is_none() || rights.about(Action::Share, consent.participant))
    }

    fn check(&self, today: Day) -> Result<(), Invalid> {
        let Self::Record { consent } = self else { return Ok(()) };
        past(consent.on, today, "on")?;
        text(&consent.text_version, LINE, "text_version")?;
        check(consent.after.len() <= AFTER, "after")?;
        check(consent.relative.is_some() == consent.purpose.is_for_relative(), "relative")?;
        check(has_a_last_day(consent), "until")?;
        check(["fi", "sv", "en"].contains(&consent.language.as_str()), "language")
    }

    fn fits(&self, known: &impl Known) -> bool {
        match self {
            Self::Record { consent } => known.has_person(consent.participant),
            Self::TakeBack { id, participant } => {
                known.get::<Consent>(*id).is_some_and(|there| there.participant == *participant)
            }
        }
    }

    fn create(&self, write: &Write<'_>) -> Merged {
        let Self::Record { consent } = self else { return Merged::Invalid(None) };
        merge::first(consent.clone(), write.at, write)
    }

    fn merge(&self, entity: &Entity, there: &Consent, write: &Write<'_>) -> Merged {
        match self {
            Self::Record { consent } => merge::already(there == consent),
            Self::TakeBack { .. } => merge::gone(entity, write),
        }
    }

    fn resembles(&self, known: &impl Known, write: &Write<'_>) -> Vec<(ReviewKind, Vec<EntityKey>)> {
        let Self::Record { consent } = self else { return Vec::new() };
        let asked = (!write.settled).then(|| (ReviewKind::Consent, contradicted(known, consent, write)));
        asked.into_iter().collect()
    }
}

fn is_same_matter(one: &Consent, other: &Consent) -> bool {
    one.purpose == other.purpose && one.participant == other.participant && one.relative == other.relative
}

/// Whether a grant to a relative ends within a year, and nothing else says that it ends.
fn has_a_last_day(consent: &Consent) -> bool {
    match (consent.relative, consent.act) {
        (Some(_), ConsentAct::Given) => {
            consent.until.is_some_and(|until| (0..=SHOWN_AT_MOST).contains(&until.days_since(consent.on)))
        }
        _ => consent.until.is_none(),
    }
}

/// Events of the same person and purpose that say the opposite and that the author did not know of.
fn contradicted(known: &impl Known, new: &Consent, write: &Write<'_>) -> Vec<EntityKey> {
    let consents = known.results_of(new.participant).filter_map(|entity| Some((entity, entity.content::<Consent>()?)));
    let of_purpose: Vec<_> = consents.filter(|(_, event)| is_same_matter(event, new)).collect();
    let events: Vec<_> = of_purpose.iter().map(|(_, event)| *event).collect();
    let known = known_to(&events, std::iter::once(new));
    // An event that the author's own later word already stands on is settled.
    let settled = known_to(&events, events.iter().copied().filter(|other| other.act == new.act));
    let unseen = of_purpose.iter().filter(|(entity, event)| {
        let other = entity.stream != write.stream && event.id != new.id && event.act != new.act;
        other && !known.contains(&event.id) && !settled.contains(&event.id)
    });
    unseen.map(|(entity, _)| entity.key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn event(n: u128, act: ConsentAct, after: &[u128]) -> Consent {
        Consent {
            id: ConsentId(Uuid::from_u128(n)),
            participant: ParticipantId(Uuid::nil()),
            purpose: ConsentPurpose::HealthTests,
            act,
            channel: ConsentChannel::Spoken,
            on: "2026-11-21".parse().unwrap(),
            text_version: "health_tests/1".into(),
            language: "fi".into(),
            after: after.iter().map(|n| ConsentId(Uuid::from_u128(*n))).collect(),
            relative: None,
            until: None,
        }
    }

    #[test]
    fn a_withdrawal_beats_a_grant_whose_writer_had_not_seen_it() {
        let (given, withdrawn) = (event(1, ConsentAct::Given, &[]), event(2, ConsentAct::Withdrawn, &[1]));
        let again = event(3, ConsentAct::Given, &[1]);
        assert_eq!(standing(&[]), None);
        assert_eq!(standing(&[&given]), Some(ConsentAct::Given));
        assert_eq!(standing(&[&given, &withdrawn]), Some(ConsentAct::Withdrawn));
        assert_eq!(standing(&[&again, &withdrawn, &given]), Some(ConsentAct::Withdrawn));
    }

    #[test]
    fn a_grant_given_after_the_withdrawal_was_known_holds() {
        let (given, withdrawn) = (event(1, ConsentAct::Given, &[]), event(2, ConsentAct::Withdrawn, &[1]));
        let (other, again) = (event(3, ConsentAct::Given, &[1]), event(4, ConsentAct::Given, &[2, 3]));
        assert_eq!(standing(&[&given, &withdrawn, &other, &again]), Some(ConsentAct::Given));
        assert_eq!(newest(&[&given, &withdrawn, &other]), [withdrawn.id, other.id]);
    }

    #[test]
    fn tests_end_where_consent_was_taken_back_and_no_record_says_anything_later() {
        let (given, withdrawn) = (event(1, ConsentAct::Given, &[]), event(2, ConsentAct::Withdrawn, &[1]));
        let again = event(3, ConsentAct::Given, &[2]);
        let survey = Consent { purpose: ConsentPurpose::ContactSurvey, ..event(4, ConsentAct::Withdrawn, &[]) };
        let elsewhere = |on: &str| {
            let (participant, on) = (ParticipantId(Uuid::from_u128(9)), on.parse().unwrap());
            Consent { participant, on, ..event(5, ConsentAct::Given, &[]) }
        };
        let (before, that_day, later) = (elsewhere("2026-11-20"), elsewhere("2026-11-21"), elsewhere("2026-11-22"));
        let gone = Consent { act: ConsentAct::Withdrawn, ..before.clone() };
        for (events, ended) in [
            (vec![], false),
            (vec![&given], false),
            (vec![&given, &withdrawn], true),
            (vec![&given, &withdrawn, &again], false),
            (vec![&survey], false),
            (vec![&given, &survey], false),
            (vec![&given, &withdrawn, &before], true),
            (vec![&given, &withdrawn, &that_day], true),
            (vec![&given, &withdrawn, &later], false),
            (vec![&given, &withdrawn, &gone], true),
            (vec![&given, &gone], false),
        ] {
            assert_eq!(tests_ended(events.iter().copied()), ended, "{events:?}");
        }
    }

    #[test]
    fn what_holds_is_said_with_the_day_of_the_newest_word() {
        let on = |event: Consent, day: &str| Consent { on: day.parse().unwrap(), ..event };
        let given = on(event(1, ConsentAct::Given, &[]), "2026-09-01");
        let withdrawn = on(event(2, ConsentAct::Withdrawn, &[1]), "2026-09-08");
        let unaware = on(event(3, ConsentAct::Given, &[1]), "2026-09-15");
        let again = on(event(4, ConsentAct::Given, &[2, 3]), "2026-09-22");
        let day = |text: &str| text.parse().unwrap();
        assert_eq!(standing_since(&[]), None);
        assert_eq!(standing_since(&[&given]), Some((ConsentAct::Given, day("2026-09-01"))));
        let withdrawn_on = Some((ConsentAct::Withdrawn, day("2026-09-08")));
        assert_eq!(standing_since(&[&given, &withdrawn, &unaware]), withdrawn_on);
        let all = [&given, &withdrawn, &unaware, &again];
        assert_eq!(standing_since(&all), Some((ConsentAct::Given, day("2026-09-22"))));
    }

    #[test]
    fn of_what_was_said_in_several_records_the_later_day_counts_and_of_one_day_the_withdrawal() {
        let said = |n: u128, act, on: &str| {
            let (participant, on) = (ParticipantId(Uuid::from_u128(n)), on.parse().unwrap());
            Consent { participant, on, ..event(n, act, &[]) }
        };
        let given = |n, on| said(n, ConsentAct::Given, on);
        let withdrawn = said(1, ConsentAct::Withdrawn, "2026-09-08");
        for (other, stands) in [
            (given(2, "2026-09-01"), ConsentAct::Withdrawn),
            (given(2, "2026-09-08"), ConsentAct::Withdrawn),
            (given(2, "2026-09-15"), ConsentAct::Given),
        ] {
            let day = if stands == ConsentAct::Given { other.on } else { withdrawn.on };
            assert_eq!(standing_since(&[&withdrawn, &other]), Some((stands, day)), "{other:?}");
            assert_eq!(standing_since(&[&other, &withdrawn]), Some((stands, day)), "{other:?}");
        }
        // In one record it is what its writer knew that counts, and not the day.
        let unaware = Consent { participant: withdrawn.participant, ..given(2, "2026-09-15") };
        assert_eq!(standing(&[&withdrawn, &unaware]), Some(ConsentAct::Withdrawn));
    }

    /// A word on what that relative is shown, said on the day that the numbers begin with.
    fn to_relative(n: u128, relative: u128, purpose: ConsentPurpose, until: Option<&str>, after: &[u128]) -> Consent {
        let act = if until.is_some() { ConsentAct::Given } else { ConsentAct::Withdrawn };
        let (relative, until) = (Some(RelativeId(Uuid::from_u128(relative))), until.map(|day| day.parse().unwrap()));
        Consent { purpose, relative, until, ..event(n, act, after) }
    }

    #[test]
    fn each_relative_is_shown_what_was_said_of_them_alone_and_to_its_last_day() {
        use ConsentPurpose::{RelativeAttendance as Visits, RelativeSchedule as Schedule};
        let events = [
            to_relative(1, 7, Schedule, Some("2027-03-01"), &[]),
            to_relative(2, 7, Visits, Some("2026-12-01"), &[]),
            to_relative(3, 8, Schedule, Some("2027-03-01"), &[]),
            to_relative(4, 8, Schedule, None, &[3]),
        ];
        let day = |text: &str| -> Day { text.parse().unwrap() };
        let shown = |relative, on: &str| shown_to(&events, RelativeId(Uuid::from_u128(relative)), day(on));
        let both = BTreeMap::from([(Schedule, day("2027-03-01")), (Visits, day("2026-12-01"))]);
        assert_eq!(shown(7, "2026-12-01"), both);
        assert_eq!(shown(7, "2026-12-02").into_keys().collect::<Vec<_>>(), [Schedule]);
        assert_eq!(shown(7, "2027-03-02"), BTreeMap::new());
        assert_eq!(shown(8, "2026-12-01"), BTreeMap::new());
        assert_eq!(shown(9, "2026-12-01"), BTreeMap::new());
    }

    #[test]
    fn whether_it_still_holds_is_asked_in_the_last_thirty_days() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let asked = |on: &str| is_asked_again(day("2026-12-31"), day(on));
        let days = ["2026-11-30", "2026-12-01", "2026-12-31", "2027-01-01"];
        assert_eq!(days.map(asked), [false, true, true, false]);
    }

    #[test]
    fn what_a_relative_is_shown_ends_within_a_year_and_nothing_else_ends() {
        let today: Day = "2026-11-21".parse().unwrap();
        let checked = |consent: Consent| Verb::Record { consent }.check(today).is_ok();
        let schedule = |until| to_relative(1, 7, ConsentPurpose::RelativeSchedule, until, &[]);
        assert!(checked(schedule(Some("2027-11-22"))) && checked(schedule(Some("2026-11-21"))));
        assert!(!checked(schedule(Some("2027-11-23"))) && !checked(schedule(Some("2026-11-20"))));
        assert!(!checked(Consent { until: None, ..schedule(Some("2027-01-01")) }));
        assert!(!checked(Consent { relative: None, ..schedule(Some("2027-01-01")) }), "to nobody");
        assert!(!checked(Consent { purpose: ConsentPurpose::HealthTests, ..schedule(None) }));
        assert!(checked(schedule(None)), "a withdrawal holds at once");
    }

    #[test]
    fn thousands_of_events_of_one_person_are_looked_through_once() {
        let act = |n: u128| if n.is_multiple_of(2) { ConsentAct::Withdrawn } else { ConsentAct::Given };
        let events: Vec<_> =
            (1..=20_001).map(|n| event(n, act(n), if n == 1 { vec![] } else { vec![n - 1] }.as_slice())).collect();
        let all: Vec<_> = events.iter().collect();
        // Every pair by itself would be hundreds of millions of looks.
        assert_eq!(standing(&all), Some(ConsentAct::Given));
        assert_eq!(newest(&all), [ConsentId(Uuid::from_u128(20_001))]);
        assert_eq!(known_to(&all, all.iter().copied()).len(), 20_000);
    }
}
