//! All that is kept about one person, for the person: as JSON, and as a page to print.

use std::collections::{BTreeSet, HashMap};

use domain::access::{Action, Role};
use domain::assessments::Assessment;
use domain::attendance::Mark;
use domain::consents::Consent;
use domain::groups::{ExitReason, Group, Membership};
use domain::ids::{GroupId, UserId};
use domain::incidents::Incident;
use domain::people::Participant;
use domain::screenings::Screening;
use domain::time::{Day, Instant};
use serde::Serialize;

use super::{Found, LogRow, history};
use crate::access::{InReach, ScopedTx};
use crate::audit::looks::{self, How, Looks};
use crate::db::{Lookup, Unscoped};
use crate::error::Error;
use crate::{assessments, attendance, consents, incidents, memberships, screenings};
use domain::ids::ParticipantId;

/// The whole. Codes are those of the files (README).
#[derive(Serialize)]
pub struct OwnData {
    pub format_version: u8,
    pub municipality: String,
    pub made_on: Day,
    pub person: Participant,
    pub groups: Vec<OfGroup>,
    /// The sessions that the person's groups have held.
    pub sessions: Vec<OfSession>,
    pub assessments: Vec<Assessment>,
    /// What was answered before tests.
    pub screenings: Vec<Screening>,
    pub consents: Vec<Consent>,
    pub incidents: Vec<Incident>,
    pub history: Vec<OfHistory>,
    pub looks: Vec<OfLooks>,
    #[serde(skip)]
    pub log: Vec<LogRow>,
    #[serde(skip)]
    pub stays: Vec<(Membership, Group)>,
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

/// Gathers what is kept about a person within reach.
pub async fn of(tx: &mut ScopedTx, found: Found) -> Result<OwnData, Error> {
    let Found { reached, person, .. } = found;
    let stays = memberships::of_people(tx, [reached]).await?;
    let names: HashMap<GroupId, String> = stays.iter().map(|(_, group)| (group.id, group.name.clone())).collect();
    let name = |id: GroupId| names.get(&id).cloned().unwrap_or_default();
    let held = attendance::held_sessions(tx, reached).await?;
    let session =
        |row: &attendance::HeldSession| OfSession { group: name(row.group), held_on: row.day, mark: row.mark };
    let stay = |(stay, _): &(Membership, Group)| OfGroup {
        group: name(stay.group),
        joined_on: stay.joined_on,
        left_on: stay.left_on,
        exit_reason: stay.exit_reason,
    };
    let log = history(tx, reached, ALL).await?;
    let change =
        |row: &LogRow| OfHistory { at: row.received_at.millis(), kind: row.op.verb.kind(), by: row.actor.clone() };
    Ok(OwnData {
        format_version: 1,
        municipality: tx.scope().municipality().to_string(),
        made_on: tx.scope().today(),
        groups: stays.iter().map(stay).collect(),
        sessions: held.iter().map(session).collect(),
        assessments: assessments::of_people(tx, [reached]).await?,
        screenings: screenings::of_person(tx, reached).await?,
        consents: consents::of_person(tx, reached).await?,
        incidents: incidents::of_person(tx, reached).await?,
        history: log.iter().map(change).collect(),
        looks: looks_of(tx, reached, &names).await?,
        person,
        log,
        stays,
    })
}

const NAMES: Lookup = lookup!("SELECT id, name FROM account WHERE municipality = $1 AND id IN (", ")");

async fn looks_of(
    tx: &mut ScopedTx,
    person: InReach<ParticipantId>,
    groups: &HashMap<GroupId, String>,
) -> Result<Vec<OfLooks>, Error> {
    let person = person.also(tx.scope(), Action::SeeProfiles)?;
    let own: BTreeSet<_> = groups.keys().copied().collect();
    let (bare, tenant) = tx.unscoped(Unscoped::Audit);
    let found = looks::of_person(bare, tenant, person, &own).await?;
    let accounts: BTreeSet<_> = found.iter().filter_map(|looks| looks.by).collect();
    let mut names: HashMap<UserId, String> = HashMap::new();
    for row in tx.lookup(&NAMES, accounts).await? {
        names.insert(UserId(row.parse("id")?), row.get("name")?);
    }
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
    Ok(found.into_iter().map(told).collect())
}
