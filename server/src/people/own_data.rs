//! All that is kept about one person, for the person: as JSON, and as a page to print.

use std::collections::{BTreeSet, HashMap};

use domain::access::{Action, Role};
use domain::applications::Application;
use domain::assessments::Assessment;
use domain::attendance::Mark;
use domain::consents::{Consent, ConsentPurpose};
use domain::contacts::Contact;
use domain::friends::FriendPair;
use domain::groups::{ExitReason, Group, Membership};
use domain::home_programmes::HomeProgramme;
use domain::home_weeks::HomeWeek;
use domain::ids::{GroupId, ParticipantId, SessionId, UserId};
use domain::incidents::Incident;
use domain::messages::{MessageChannel, MessageEvent, MessageState};
use domain::pauses::Pause;
use domain::people::Participant;
use domain::requests::{RequestChannel, RequestKind, RequestPart};
use domain::screenings::Screening;
use domain::talks::Talk;
use domain::time::{Day, Instant};
use serde::Serialize;

use super::{Found, LogRow, history, merged};
use crate::access::{InReach, ScopedTx};
use crate::audit::looks::{self, How, Looks};
use crate::db::{Lookup, Unscoped};
use crate::error::Error;
use crate::messages::choices::{self, Choice};
use crate::messages::outbox::{self, Message};
use crate::own::relatives;
use crate::requests::{Answer, Asked, Request};
use crate::{
    applications, assessments, attendance, consents, contacts, friends, groups, home_programmes, home_weeks, incidents,
    memberships, pauses, people, requests, screenings, talks,
};

/// The whole. Codes are those of the files (README).
#[derive(Serialize)]
pub struct OwnData {
    pub format_version: u8,
    pub municipality: String,
    pub made_on: Day,
    pub person: Participant,
    /// Other records of the person, which this one stands for.
    pub other_records: Vec<Participant>,
    pub groups: Vec<OfGroup>,
    /// The sessions that the person's groups have held.
    pub sessions: Vec<OfSession>,
    pub assessments: Vec<Assessment>,
    /// What was answered before tests.
    pub screenings: Vec<Screening>,
    pub consents: Vec<Consent>,
    pub incidents: Vec<Incident>,
    pub pauses: Vec<Pause>,
    pub contacts: Vec<Contact>,
    pub applications: Vec<Application>,
    pub talks: Vec<Talk>,
    pub outdoor_friends: Vec<FriendPair>,
    pub relatives: Vec<OfRelative>,
    pub home_programmes: Vec<HomeProgramme>,
    pub home_weeks: Vec<HomeWeek>,
    pub messages: OfMessages,
    /// What the person has asked for by the own rights, the newest first.
    pub requests: Vec<OfRequest>,
    pub history: Vec<OfHistory>,
    pub looks: Vec<OfLooks>,
    #[serde(skip)]
    pub log: Vec<LogRow>,
    #[serde(skip)]
    pub stays: Vec<(Membership, Group)>,
    /// Of the sessions that the history names.
    #[serde(skip)]
    pub days: HashMap<SessionId, Day>,
    /// Of the groups and of the staff that applications and incidents name.
    #[serde(skip)]
    pub group_names: HashMap<GroupId, String>,
    #[serde(skip)]
    pub staff_names: HashMap<UserId, String>,
}

#[derive(Serialize)]
pub struct OfGroup {
    pub group: String,
    pub joined_on: Day,
    pub left_on: Option<Day>,
    pub exit_reason: Option<ExitReason>,
}

#[derive(Serialize)]
pub struct OfSession {
    pub group: String,
    pub held_on: Day,
    /// Nothing was marked.
    pub mark: Option<Mark>,
}

/// Somebody to whom the person shows something, or has shown it.
#[derive(Serialize)]
pub struct OfRelative {
    pub name: String,
    /// In own words.
    pub relation: String,
    /// What is shown today.
    pub shown: Vec<ConsentPurpose>,
    /// The last day of it.
    pub until: Option<Day>,
}

/// How the person hears of cancelled sessions, and what was sent.
#[derive(Default, Serialize)]
pub struct OfMessages {
    pub chosen: Option<OfChoice>,
    /// What was chosen before and is kept, the last first.
    pub before: Vec<OfChoice>,
    /// The newest first.
    pub sent: Vec<OfMessage>,
}

#[derive(Serialize)]
pub struct OfChoice {
    pub channel: MessageChannel,
    pub address: String,
    pub chosen_on: Day,
}

impl From<Choice> for OfChoice {
    fn from(Choice { channel, address, made_at, .. }: Choice) -> Self {
        Self { channel, address, chosen_on: made_at.day_in_finland() }
    }
}

/// A message about a session: its words are kept nowhere.
#[derive(Serialize)]
pub struct OfMessage {
    pub session_on: Day,
    pub event: MessageEvent,
    pub channel: MessageChannel,
    pub state: MessageState,
    /// When it was sent, given up or dropped: milliseconds since 1970.
    pub settled: Option<i64>,
}

impl From<Message> for OfMessage {
    fn from(message: Message) -> Self {
        let Message { day, event, channel, state, settled_at, .. } = message;
        Self { session_on: day, event, channel, state, settled: settled_at.map(Instant::millis) }
    }
}

async fn messages_of(tx: &mut ScopedTx, records: &[InReach<ParticipantId>]) -> Result<OfMessages, Error> {
    let today = tx.scope().today().begins_in_finland();
    let (bare, tenant) = tx.unscoped(Unscoped::Messages);
    let records: Vec<_> = records.iter().map(|record| record.id().0).collect();
    let kept = choices::all_of_records(bare, tenant, records.clone(), today).await?;
    let sent = outbox::of_records(bare, tenant, records).await?.into_iter().map(OfMessage::from).collect();
    let mut kept = kept.into_iter().map(OfChoice::from);
    Ok(OfMessages { chosen: kept.next(), before: kept.collect(), sent })
}

/// Something that the person has asked for.
#[derive(Serialize)]
pub struct OfRequest {
    pub kind: RequestKind,
    pub part: Option<RequestPart>,
    pub words: String,
    pub channel: RequestChannel,
    pub received_on: Day,
    pub due_on: Day,
    /// Since when more time was taken, and why.
    pub extended_on: Option<Day>,
    pub extended_why: Option<String>,
    pub answer: Option<Answer>,
    /// When the person took it back, before it was answered.
    pub taken_back_on: Option<Day>,
}

impl From<Request> for OfRequest {
    fn from(request: Request) -> Self {
        let Request { asked, received_on, due_on, extended, answer, taken_back_on, .. } = request;
        let (extended_on, extended_why) = extended.unzip();
        let Asked { kind, part, words, channel, .. } = asked;
        Self { kind, part, words, channel, received_on, due_on, extended_on, extended_why, answer, taken_back_on }
    }
}

/// One change of what is kept.
#[derive(Serialize)]
pub struct OfHistory {
    /// Milliseconds since 1970.
    pub at: i64,
    pub kind: &'static str,
    pub by: Option<String>,
}

/// Who has looked.
#[derive(Clone, Serialize)]
pub struct OfLooks {
    /// Nothing for the command line.
    pub by: Option<String>,
    pub role: Option<Role>,
    /// `page`, `emergency`, `group`, `tablet`, `list`, `file`.
    pub how: &'static str,
    pub group: Option<String>,
    pub times: i64,
    /// Milliseconds since 1970.
    pub last: i64,
    #[serde(skip)]
    pub last_at: Instant,
}

/// More operations than anybody has.
const ALL: i64 = 1_000_000;

/// Gathers what is kept about a person within reach, or about whoever asks, in every record of them, whether it is
/// processed or only kept.
pub async fn of(tx: &mut ScopedTx, found: Found) -> Result<OwnData, Error> {
    let (mut data, records) = gathered(tx, found).await?;
    data.looks = looks_of(tx, &records, &names_of(&data.stays)).await?;
    Ok(data)
}

/// The same without who has looked, for which the whole log is gone through.
pub async fn without_looks(tx: &mut ScopedTx, found: Found) -> Result<OwnData, Error> {
    gathered(tx, found).await.map(|(data, _)| data)
}

fn names_of(stays: &[(Membership, Group)]) -> HashMap<GroupId, String> {
    stays.iter().map(|(_, group)| (group.id, group.name.clone())).collect()
}

async fn gathered(tx: &mut ScopedTx, found: Found) -> Result<(OwnData, Vec<InReach<ParticipantId>>), Error> {
    let Found { reached, person, .. } = found;
    let action = if tx.scope().person().is_some() { Action::SeeOwnData } else { Action::ErasePeople };
    let others = merged::others(tx, reached, action).await?;
    let stays = memberships::of_people(tx, others.iter().copied().chain([reached])).await?;
    let names = names_of(&stays);
    let other_records = people::of_records(tx, action, &others).await?;
    let name = |id: GroupId| names.get(&id).cloned().unwrap_or_default();
    let stay = |(stay, _): &(Membership, Group)| OfGroup {
        group: name(stay.group),
        joined_on: stay.joined_on,
        left_on: stay.left_on,
        exit_reason: stay.exit_reason,
    };
    let mut data = OwnData {
        format_version: 1,
        municipality: tx.scope().municipality().to_string(),
        made_on: tx.scope().today(),
        groups: stays.iter().map(stay).collect(),
        person,
        other_records,
        stays,
        sessions: Vec::new(),
        assessments: Vec::new(),
        screenings: Vec::new(),
        consents: Vec::new(),
        incidents: Vec::new(),
        pauses: Vec::new(),
        contacts: Vec::new(),
        applications: Vec::new(),
        talks: Vec::new(),
        outdoor_friends: Vec::new(),
        relatives: Vec::new(),
        home_programmes: Vec::new(),
        home_weeks: Vec::new(),
        messages: OfMessages::default(),
        requests: Vec::new(),
        history: Vec::new(),
        looks: Vec::new(),
        log: Vec::new(),
        days: HashMap::new(),
        group_names: HashMap::new(),
        staff_names: HashMap::new(),
    };
    let records: Vec<_> = others.into_iter().chain([reached]).collect();
    data.messages = messages_of(tx, &records).await?;
    let mut held = Vec::new();
    for record in records.iter().copied() {
        held.extend(attendance::held_sessions(tx, record).await?);
        data.add(tx, record).await?;
    }
    let session = |row: attendance::HeldSession| OfSession { group: name(row.group), held_on: row.day, mark: row.mark };
    data.sessions = attendance::once_each(held).into_iter().map(session).collect();
    data.log.sort_by_key(|row| std::cmp::Reverse(row.received_at));
    let by = |row: &LogRow| row.actor.clone().or_else(|| row.relative.clone());
    let change = |row: &LogRow| OfHistory { at: row.received_at.millis(), kind: row.op.verb.kind(), by: by(row) };
    data.history = data.log.iter().map(change).collect();
    data.group_names = groups::names_told(tx, data.groups_named()).await?;
    data.staff_names = account_names(tx, data.staff_named()).await?;
    Ok((data, records))
}

impl OwnData {
    /// The groups that somebody applied for, was offered or had something happen in.
    fn groups_named(&self) -> BTreeSet<GroupId> {
        let of = |one: &Application| -> Vec<GroupId> {
            one.answers.wishes.iter().copied().chain(one.offers.iter().map(|offer| offer.group)).collect()
        };
        self.applications.iter().flat_map(of).chain(self.incidents.iter().map(|one| one.group)).collect()
    }

    /// Who decided, and who was there when something happened.
    fn staff_named(&self) -> BTreeSet<UserId> {
        let decided = self.applications.iter().filter_map(|one| one.decided.as_ref()).map(|decided| decided.by);
        decided.chain(self.incidents.iter().flat_map(|one| one.staff.iter().copied())).collect()
    }

    /// What lies in one record alone.
    async fn add(&mut self, tx: &mut ScopedTx, record: InReach<ParticipantId>) -> Result<(), Error> {
        self.assessments.extend(assessments::of_people(tx, [record]).await?);
        self.screenings.extend(screenings::of_person(tx, record).await?);
        self.consents.extend(consents::of_person(tx, record).await?);
        let about = |incident| Incident { present: Vec::new(), ..incident };
        // Who else was there is data about them.
        self.incidents.extend(incidents::of_person(tx, record).await?.into_iter().map(about));
        self.pauses.extend(pauses::of_people(tx, [record]).await?);
        self.contacts.extend(contacts::of_people(tx, [record]).await?);
        self.applications.extend(applications::of_person(tx, record).await?);
        self.talks.extend(talks::of_person(tx, record).await?);
        self.outdoor_friends.extend(friends::of_person(tx, record).await?);
        let relative = |one: relatives::Relative| OfRelative {
            until: one.until(),
            name: one.name,
            relation: one.relation,
            shown: one.shown.into_keys().collect(),
        };
        self.relatives.extend(relatives::of_person(tx, record).await?.into_iter().map(relative));
        let programmes = home_programmes::of_records(tx, &[record]).await?;
        self.home_programmes.extend(programmes.into_iter().map(|(_, programme)| programme));
        self.home_weeks.extend(home_weeks::of_people(tx, [record]).await?);
        self.requests.extend(requests::of_person(tx, record).await?.into_iter().map(OfRequest::from));
        self.days.extend(attendance::marked_days(tx, record).await?);
        self.log.extend(history(tx, record, ALL).await?);
        Ok(())
    }
}

const NAMES: Lookup = lookup!("SELECT id, name FROM account WHERE municipality = $1 AND id IN (", ")");

/// Who has looked at any of these records of one person.
async fn looks_of(
    tx: &mut ScopedTx,
    records: &[InReach<ParticipantId>],
    groups: &HashMap<GroupId, String>,
) -> Result<Vec<OfLooks>, Error> {
    let records = ids_of(tx, records)?;
    let own: BTreeSet<_> = groups.keys().copied().collect();
    let (bare, tenant) = tx.unscoped(Unscoped::Audit);
    let found = looks::of_person(bare, tenant, &records, &own).await?;
    with_names(tx, &records, groups, found).await
}

fn ids_of(tx: &ScopedTx, records: &[InReach<ParticipantId>]) -> Result<BTreeSet<ParticipantId>, Error> {
    records.iter().map(|record| record.also(tx.scope(), Action::SeeProfiles)).collect()
}

/// Who has looked at any of these records of one person since then, for the person's own page; and from when on lists, files and tablets are known, where not
/// all are.
pub async fn looks_lately(
    tx: &mut ScopedTx,
    records: &[InReach<ParticipantId>],
    stays: &[(Membership, Group)],
    since: Instant,
) -> Result<(Vec<OfLooks>, Option<Instant>), Error> {
    let records = ids_of(tx, records)?;
    let groups = names_of(stays);
    let own: BTreeSet<_> = groups.keys().copied().collect();
    let (bare, tenant) = tx.unscoped(Unscoped::Audit);
    let found = looks::of_person_lately(bare, tenant, &records, &own, since).await?;
    Ok((with_names(tx, &records, &groups, found.looks).await?, found.lists_from))
}

/// The names of these accounts.
pub async fn account_names(
    tx: &mut ScopedTx,
    accounts: impl IntoIterator<Item = UserId>,
) -> Result<HashMap<UserId, String>, Error> {
    let accounts: BTreeSet<_> = accounts.into_iter().collect();
    let rows = tx.lookup(&NAMES, accounts).await?;
    rows.iter().map(|row| Ok((UserId(row.parse("id")?), row.get("name")?))).collect()
}

/// Looks with the names of those who looked and of the groups.
async fn with_names(
    tx: &mut ScopedTx,
    records: &BTreeSet<ParticipantId>,
    groups: &HashMap<GroupId, String>,
    found: Vec<Looks>,
) -> Result<Vec<OfLooks>, Error> {
    let mut names = account_names(tx, found.iter().filter_map(|looks| looks.by)).await?;
    let unnamed = found.iter().filter_map(|looks| looks.by).filter(|by| !names.contains_key(by)).collect();
    names.extend(relatives::names(tx, unnamed).await?);
    let told = |looks: Looks| {
        let (how, group) = match looks.how {
            How::Person => ("page", None),
            How::Emergency => ("emergency", None),
            How::Group(group) => ("group", Some(group)),
            How::Tablet(group) => ("tablet", Some(group)),
            How::People => ("list", None),
            How::File => ("file", None),
        };
        OfLooks {
            by: looks.by.map(|by| names.get(&by).cloned().unwrap_or_default()),
            role: looks.role,
            how,
            group: group.and_then(|group| groups.get(&group).cloned()),
            times: looks.times,
            last: looks.last.millis(),
            last_at: looks.last,
        }
    };
    // What the person has looked at on the own page is nobody else's look.
    let own = |looks: &Looks| looks.by.is_some_and(|by| records.contains(&ParticipantId(by.0)));
    Ok(found.into_iter().filter(|looks| !own(looks)).map(told).collect())
}
