//! The audit log: append only, each row's HMAC covers the row before (docs/access.md, Audit).
//!
//! Field names, never values. No statement here or elsewhere updates a row.

pub mod looks;
pub mod reading;
mod together;
mod verify;
pub mod witness;

use std::fmt;

use domain::access::Role;
use domain::ids::{
    DeviceId, FeedbackId, GroupId, HoleId, IncidentId, MunicipalityCode, ParticipantId, ReviewId, UserId,
};
use domain::sync::server::pull::Told;
use domain::sync::server::store::{Audit, OpRow};
use domain::sync::wire::Outcome;
use domain::time::Instant;

pub use self::together::{Together, note_together, note_used};
use self::verify::Batch;
pub use self::verify::{last_rows_fit, verify};
use crate::access::{Actor, Scope, ScopedTx, SignedIn};
use crate::db::{Bulk, Row, Tx, Unscoped, Value};
use crate::error::Error;
use crate::secrets::{Secrets, hmac, to_hex};
use crate::state::AppState;

/// One event.
#[derive(Clone, Debug)]
pub struct Entry {
    pub at: Instant,
    pub actor: Option<UserId>,
    pub role: Option<Role>,
    pub device: Option<DeviceId>,
    /// For example `sign_in`, `push`, `account.create`.
    pub verb: String,
    /// Ids of what it was about, separated by spaces.
    pub entities: String,
    /// Names of fields or counts of outcomes.
    pub fields: String,
    /// `ok`, or why not.
    pub result: String,
    pub request_id: String,
}

impl Entry {
    /// What was done and when: the installation did it, and it went well, unless the rest says otherwise.
    pub fn new(at: Instant, verb: &str, request_id: &str) -> Self {
        Self {
            at,
            actor: None,
            role: None,
            device: None,
            verb: verb.to_owned(),
            entities: String::new(),
            fields: String::new(),
            result: "ok".to_owned(),
            request_id: request_id.to_owned(),
        }
    }

    /// The one row of a unit of work of the sync, in which these operations are written.
    pub fn of_step(audit: &Audit, ops: &[OpRow], role: Option<Role>, request_id: &str) -> Self {
        let counts = Outcome::ALL.iter().zip(audit.outcomes).filter(|(_, n)| *n > 0);
        let sender = audit.sender.iter().flat_map(|sender| {
            let author = if sender.signed_in { "author=signed_in" } else { "author=away" };
            let signature = if sender.signed { "signature=good" } else { "signature=none" };
            [author.to_owned(), signature.to_owned()]
        });
        let batch = Batch::of(ops).into_iter().flat_map(|batch| batch.told());
        let fields = counts.map(|(outcome, n)| format!("{outcome}={n}")).chain(sender).chain(batch);
        let reused = audit.reused.iter().map(|id| format!("reused:{id}"));
        let lost = audit.lost.iter().map(|lost| format!("lost:{}-{}:{}", lost.from, lost.to, lost.reason));
        let alarms: Vec<String> = reused.chain(lost).collect();
        Self {
            actor: Some(audit.actor),
            role,
            device: audit.device,
            result: if alarms.is_empty() { "ok".to_owned() } else { "alarm".to_owned() },
            entities: std::iter::once(format!("stream:{}", audit.stream)).chain(alarms).collect::<Vec<_>>().join(" "),
            fields: fields.collect::<Vec<_>>().join(" "),
            ..Self::new(audit.at, audit.verb.code(), request_id)
        }
    }

    /// Somebody looked at one person's page, results included: looks are logged like changes.
    pub fn of_look(actor: &Actor, at: Instant, person: ParticipantId, request_id: &str) -> Self {
        let opened = actor.opened.filter(|opened| opened.person == person);
        let opened = opened.map(|opened| format!(" break_glass:{}", opened.id)).unwrap_or_default();
        let entities = format!("participant:{person}{opened}");
        let fields = "profile results consents attendance history".to_owned();
        Self { entities, fields, ..Self::at_the_desk(actor, at, "view", request_id) }
    }

    /// Somebody looked at one person's results, on the card to print.
    pub fn of_results(actor: &Actor, at: Instant, person: ParticipantId, request_id: &str) -> Self {
        let (entities, fields) = (format!("participant:{person}"), "results".to_owned());
        Self { entities, fields, ..Self::at_the_desk(actor, at, "view", request_id) }
    }

    /// Somebody took out a file about people: which kind, about a group or about all within reach, how many rows.
    pub fn of_download(actor: &Actor, at: Instant, kind: &str, group: Option<GroupId>, rows: usize, id: &str) -> Self {
        let about = group.map_or_else(|| "people".to_owned(), |group| format!("group:{group}"));
        let (entities, fields) = (format!("kind:{kind} {about}"), format!("rows={rows}"));
        Self { entities, fields, ..Self::at_the_desk(actor, at, "export", id) }
    }

    /// Somebody looked at what is known of a person, in the form that changes it.
    pub fn of_profile(actor: &Actor, at: Instant, person: ParticipantId, request_id: &str) -> Self {
        let (entities, fields) = (format!("participant:{person}"), "profile".to_owned());
        Self { entities, fields, ..Self::at_the_desk(actor, at, "view", request_id) }
    }

    /// What became of a form that anybody could send.
    pub fn of_form(actor: &Actor, at: Instant, verb: &str, form: uuid::Uuid, request_id: &str) -> Self {
        Self { entities: format!("application_form:{form}"), ..Self::at_the_desk(actor, at, verb, request_id) }
    }

    /// Somebody at the desk read what anybody has sent as feedback, or answered it.
    pub fn of_feedback(actor: &Actor, at: Instant, verb: &str, feedback: FeedbackId, request_id: &str) -> Self {
        Self { entities: format!("feedback:{feedback}"), ..Self::at_the_desk(actor, at, verb, request_id) }
    }

    /// Somebody did something with a sign-in of their own: ended it, or chose a role in it.
    pub fn of_session(who: &SignedIn, at: Instant, verb: &str, session: &str, request_id: &str) -> Self {
        Self { entities: format!("session:{session}"), ..Self::by(who, at, verb, request_id) }
    }

    /// Somebody signed in asked for what the own role may not do; which route, not which id.
    pub fn of_refusal(who: &SignedIn, at: Instant, route: &str, request_id: &str) -> Self {
        let (fields, result) = (route.to_owned(), "forbidden".to_owned());
        Self { fields, result, ..Self::by(who, at, "refused", request_id) }
    }

    fn by(who: &SignedIn, at: Instant, verb: &str, request_id: &str) -> Self {
        let (actor, role, device) = (Some(who.user), who.role, who.device);
        Self { actor, role, device, ..Self::new(at, verb, request_id) }
    }

    /// Somebody froze a page of figures, or replaced one with a reason.
    pub fn of_snapshot(scope: &Scope, at: Instant, snapshot: uuid::Uuid, fields: &str, request_id: &str) -> Self {
        Self {
            actor: Some(scope.user()).filter(|user| !user.0.is_nil()),
            role: scope.role(),
            entities: format!("snapshot:{snapshot}"),
            fields: fields.to_owned(),
            ..Self::new(at, "figures.freeze", request_id)
        }
    }

    /// Somebody looked at one incident, and by it at the person to whom it happened.
    pub fn of_incident(
        actor: &Actor,
        at: Instant,
        incident: IncidentId,
        person: Option<ParticipantId>,
        request_id: &str,
    ) -> Self {
        let person = person.map(|person| format!(" participant:{person}")).unwrap_or_default();
        let (entities, fields) = (format!("incident:{incident}{person}"), "incident".to_owned());
        Self { entities, fields, ..Self::at_the_desk(actor, at, "view", request_id) }
    }

    /// Somebody looked at a list that names people: of one group, or of all within reach; how many it named.
    pub fn of_list(actor: &Actor, at: Instant, group: Option<GroupId>, people: usize, request_id: &str) -> Self {
        let entities = group.map_or_else(|| "people".to_owned(), |group| format!("group:{group}"));
        let fields = format!("participant={people}");
        Self { entities, fields, ..Self::at_the_desk(actor, at, "list", request_id) }
    }

    /// A tablet asked for a group whether somebody is known, and was told of these people. It is no look at those who are
    /// in the group, whom `group:` would name.
    pub fn of_known(
        actor: &Actor,
        at: Instant,
        group: GroupId,
        told: impl Iterator<Item = ParticipantId>,
        request_id: &str,
    ) -> Self {
        let people = told.map(|person| format!(" participant:{person}"));
        let entities = std::iter::once(format!("newcomer_of:{group}")).chain(people).collect();
        Self { entities, fields: "known".to_owned(), ..Self::at_the_desk(actor, at, "view", request_id) }
    }

    /// Somebody did something about a tablet.
    pub fn of_device(actor: &Actor, at: Instant, verb: &str, device: DeviceId, request_id: &str) -> Self {
        Self { entities: format!("device:{device}"), ..Self::at_the_desk(actor, at, verb, request_id) }
    }

    /// Somebody settled a question, or told two people apart while registering one.
    pub fn of_settled(actor: &Actor, at: Instant, review: ReviewId, answer: &str, request_id: &str) -> Self {
        let (entities, fields) = (format!("review:{review}"), answer.to_owned());
        Self { entities, fields, ..Self::at_the_desk(actor, at, "review.settle", request_id) }
    }

    /// Somebody has dealt with what a tablet had lost.
    pub fn of_hole(actor: &Actor, at: Instant, hole: HoleId, request_id: &str) -> Self {
        Self { entities: format!("hole:{hole}"), ..Self::at_the_desk(actor, at, "hole.settle", request_id) }
    }

    /// Somebody did something at the desk.
    pub fn at_the_desk(actor: &Actor, at: Instant, verb: &str, request_id: &str) -> Self {
        Self { actor: Some(actor.user), role: Some(actor.role), ..Self::new(at, verb, request_id) }
    }

    /// A tablet fetched a page that tells of people: which buckets, how many records of each type.
    pub fn of_pull(who: &SignedIn, at: Instant, told: &Told, request_id: &str) -> Self {
        let buckets: Vec<_> = told.buckets.iter().map(ToString::to_string).collect();
        let counts: Vec<_> = told.records.iter().map(|(etype, n)| format!("{etype}={n}")).collect();
        Self { entities: buckets.join(" "), fields: counts.join(" "), ..Self::by(who, at, "pull", request_id) }
    }

    /// The command line wrote a file about people: which kind, how many rows.
    pub fn of_export(at: Instant, kind: &str, rows: usize) -> Self {
        let (entities, fields) = (format!("kind:{kind}"), format!("rows={rows}"));
        Self { entities, fields, ..Self::of_command(at, "export") }
    }

    /// The command line did something.
    pub fn of_command(at: Instant, verb: &str) -> Self {
        Self::new(at, verb, &format!("command:{}", at.millis()))
    }

    /// What the HMAC covers, in the order of the columns.
    fn parts(&self) -> [String; 9] {
        [
            self.at.millis().to_string(),
            self.actor.map(|id| id.to_string()).unwrap_or_default(),
            self.role.map(|role| role.code().to_owned()).unwrap_or_default(),
            self.device.map(|id| id.to_string()).unwrap_or_default(),
            self.verb.clone(),
            self.entities.clone(),
            self.fields.clone(),
            self.result.clone(),
            self.request_id.clone(),
        ]
    }

    fn values(&self, chain: &Chain, n: i64, hmac: &str) -> [Value; 12] {
        [
            chain.key().into(),
            n.into(),
            self.at.into(),
            self.actor.into(),
            self.role.map(|role| role.code().to_owned()).into(),
            self.device.into(),
            self.verb.as_str().into(),
            self.entities.as_str().into(),
            self.fields.as_str().into(),
            self.result.as_str().into(),
            self.request_id.as_str().into(),
            hmac.into(),
        ]
    }

    fn from_row(row: &Row) -> Result<Self, Error> {
        let role = row.get::<Option<String>>("role")?;
        Ok(Self {
            at: row.get("at")?,
            actor: row.parse_opt("actor")?,
            role: role.as_deref().and_then(Role::from_code),
            device: row.parse_opt("device")?,
            verb: row.get("verb")?,
            entities: row.get("entities")?,
            fields: row.get("fields")?,
            result: row.get("result")?,
            request_id: row.get("request_id")?,
        })
    }
}

/// Whose log a row stands in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Chain {
    Municipality(MunicipalityCode),
    /// What concerns no municipality, such as a try to sign in under a name that nobody has.
    Installation,
}

impl From<&MunicipalityCode> for Chain {
    fn from(code: &MunicipalityCode) -> Self {
        Self::Municipality(code.clone())
    }
}

impl Chain {
    /// As the tables name it: the municipality's number, or nothing.
    fn key(&self) -> &str {
        match self {
            Self::Municipality(code) => code.as_str(),
            Self::Installation => "",
        }
    }

    /// The chain of that name in the tables.
    pub fn from_key(key: &str) -> Option<Self> {
        if key.is_empty() { Some(Self::Installation) } else { MunicipalityCode::new(key).map(Self::Municipality) }
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Municipality(code) => code.as_str(),
            Self::Installation => "installation",
        })
    }
}

fn link(secrets: &Secrets, chain: &Chain, n: i64, before: &str, entry: &Entry) -> String {
    let n = n.to_string();
    let parts = entry.parts();
    let mut covered: Vec<&[u8]> = vec![chain.key().as_bytes(), n.as_bytes(), before.as_bytes()];
    covered.extend(parts.iter().map(|part| part.as_bytes()));
    to_hex(&hmac(&secrets.audit, &covered))
}

const NEXT: &str = sql!(
    "INSERT INTO audit_head (municipality, n, hmac) VALUES ($1, $2, '') \
     ON CONFLICT (municipality) DO UPDATE SET n = audit_head.n + excluded.n RETURNING n, hmac"
);
const APPEND: Bulk<12> = bulk!(
    "INSERT INTO audit (municipality, n, at, actor, role, device, verb, entities, fields, result, request_id, hmac)",
    ""
);

/// Appends a row to a chain.
pub async fn append(tx: &mut Tx, secrets: &Secrets, chain: impl Into<Chain>, entry: &Entry) -> Result<(), Error> {
    append_all(tx, secrets, chain, &[entry]).await
}

/// Appends a row to the chain of the municipality in whose name the transaction writes.
pub async fn append_in_scope(tx: &mut ScopedTx, secrets: &Secrets, entry: &Entry) -> Result<(), Error> {
    let (bare, tenant) = tx.unscoped(Unscoped::Audit);
    append(bare, secrets, tenant, entry).await
}

/// Appends rows to a chain, in this order.
pub async fn append_all(
    tx: &mut Tx,
    secrets: &Secrets,
    chain: impl Into<Chain>,
    entries: &[&Entry],
) -> Result<(), Error> {
    let (chain, count) = (chain.into(), i64::try_from(entries.len()).unwrap_or(i64::MAX));
    if entries.is_empty() {
        return Ok(());
    }
    let head = tx.one(NEXT, [chain.key().into(), count.into()]).await?;
    let (last, mut before): (i64, String) = (head.get("n")?, head.get("hmac")?);
    let first = last - count + 1;
    let mut rows = Vec::with_capacity(entries.len());
    for (entry, n) in entries.iter().zip(first..) {
        before = link(secrets, &chain, n, &before, entry);
        rows.push(entry.values(&chain, n, &before));
    }
    tx.bulk(&APPEND, rows).await?;
    for (entry, n) in entries.iter().zip(first..) {
        reading::note_about(tx, chain.key(), n, &entry.entities).await?;
    }
    tx.run(sql!("UPDATE audit_head SET hmac = $2 WHERE municipality = $1"), [chain.key().into(), before.into()])
        .await?;
    Ok(())
}

/// Writes down that somebody is shown a list that names so many people ([`Entry::of_list`]); one that names nobody is no
/// look.
pub async fn note_list(
    state: &AppState,
    actor: &Actor,
    group: Option<GroupId>,
    people: usize,
    request_id: &str,
) -> Result<(), Error> {
    if people == 0 {
        return Ok(());
    }
    note(state, actor.scope.municipality(), &Entry::of_list(actor, state.now(), group, people, request_id)).await
}

/// Logs a look in a unit of work of its own. What cannot be logged is not shown: the caller answers after it.
pub async fn note(state: &AppState, tenant: &MunicipalityCode, entry: &Entry) -> Result<(), Error> {
    note_all(state, tenant, std::slice::from_ref(entry)).await
}

/// As [`note`], several of them at once: all are logged, or none.
pub async fn note_all(state: &AppState, tenant: &MunicipalityCode, entries: &[Entry]) -> Result<(), Error> {
    state
        .write(Unscoped::Audit, |mut tx| async move {
            append_all(&mut tx, &state.secrets, tenant, &entries.iter().collect::<Vec<_>>()).await?;
            Ok(tx.done(()))
        })
        .await
}
