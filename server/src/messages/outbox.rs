//! Messages as rows: what is to be sent, was sent, or could not be. Whoever sends one holds it by a lease, so that of
//! several servers one sends it; each change names its runner, so that one whose lease was taken over changes nothing.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use domain::access::Action;
use domain::contacts::Cancelled;
use domain::ids::{GroupId, MessageId, MunicipalityCode, ParticipantId, SessionId, uuid_v5};
use domain::messages::{MessageChannel, MessageEvent, MessageState, Trouble, holds};
use domain::sessions::SessionStatus;
use domain::time::{Day, Instant};
use uuid::Uuid;

use crate::access::reach::{self, Finding, of_groups};
use crate::access::{InReach, ScopedTx};
use crate::db::{Lookup, Row, Tx, Unscoped};
use crate::error::Error;
use crate::own::Holder;
use crate::people::merged;

/// Longer than sending takes, of which each answer of a mail server may take half a minute: milliseconds.
const LEASE: i64 = 360_000;

/// Messages are kept so many days after the session.
const KEPT: i64 = 90;

/// One message to one person about one session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    pub id: MessageId,
    pub session: SessionId,
    pub group: GroupId,
    pub day: Day,
    pub to: Holder,
    /// From 1 on for each recipient of a session.
    pub n: i64,
    pub event: MessageEvent,
    pub channel: MessageChannel,
    pub state: MessageState,
    pub tries: i64,
    pub trouble: Option<Trouble>,
    pub made_at: Instant,
    /// When it was sent, given up or dropped.
    pub settled_at: Option<Instant>,
    leased_until: Instant,
}

impl Message {
    /// A new one; the same however often it is made.
    pub fn new(
        (session, group, day): (SessionId, GroupId, Day),
        to: Holder,
        n: i64,
        (event, channel): (MessageEvent, MessageChannel),
        now: Instant,
    ) -> Self {
        let parts = ["message", &*to.id().to_string(), event.code(), channel.code(), &*n.to_string()];
        Self {
            id: MessageId(uuid_v5(session.0, &parts)),
            session,
            group,
            day,
            to,
            n,
            event,
            channel,
            state: MessageState::Waiting,
            tries: 0,
            trouble: None,
            made_at: now,
            settled_at: None,
            leased_until: Instant::from_millis(0),
        }
    }

    /// Whether somebody is sending it now.
    pub fn is_under_way(&self, now: Instant) -> bool {
        self.state == MessageState::Waiting && !is_over(self.leased_until, now)
    }
}

/// Whether a lease has ended. One that ends much later than any can was given by a clock that has been set back since.
fn is_over(until: Instant, now: Instant) -> bool {
    until < now || until > now.plus_millis(2 * LEASE)
}

/// What is read of messages.
macro_rules! columns {
    () => {
        "SELECT id, session, exercise_group, day, recipient, relative, n, event, channel, state, tries, trouble, \
         made_at, settled_at, leased_until FROM message WHERE municipality = $1 AND "
    };
}

/// The same, and what follows.
macro_rules! messages {
    ($more:expr) => {
        sql!(columns!(), $more)
    };
}

fn recipient(row: &Row) -> Result<Holder, Error> {
    Holder::of_columns(row.parse("recipient")?, row)
}

fn message(row: &Row) -> Result<Message, Error> {
    Ok(Message {
        id: row.parse("id")?,
        session: row.parse("session")?,
        group: row.parse("exercise_group")?,
        day: row.parse("day")?,
        to: recipient(row)?,
        n: row.get("n")?,
        event: row.code("event", MessageEvent::from_code)?,
        channel: row.code("channel", MessageChannel::from_code)?,
        state: row.code("state", MessageState::from_code)?,
        tries: row.get("tries")?,
        trouble: row.code_opt("trouble", Trouble::from_code)?,
        made_at: row.get("made_at")?,
        settled_at: row.get("settled_at")?,
        leased_until: row.get("leased_until")?,
    })
}

/// Puts in the place of a record that was merged since the one that stands for it: the person is the same.
async fn as_they_stand(tx: &mut Tx, tenant: &MunicipalityCode, holders: Vec<&mut Holder>) -> Result<(), Error> {
    let people = holders.iter().filter_map(|one| one.person()).collect();
    let stands = merged::of_people(tx, tenant, &people).await?;
    for one in holders {
        let kept = one.person().and_then(|person| stands.get(&person));
        *one = kept.map_or(*one, |person| Holder::Person(*person));
    }
    Ok(())
}

/// The messages of these rows, each to whom it goes now.
async fn read(tx: &mut Tx, tenant: &MunicipalityCode, rows: &[Row]) -> Result<Vec<Message>, Error> {
    let mut made = rows.iter().map(message).collect::<Result<Vec<_>, _>>()?;
    as_they_stand(tx, tenant, made.iter_mut().map(|one| &mut one.to).collect()).await?;
    Ok(made)
}

/// All about one session, those of each recipient in their order.
pub async fn of_session(tx: &mut Tx, tenant: &MunicipalityCode, session: SessionId) -> Result<Vec<Message>, Error> {
    let rows = tx.all(messages!("session = $2 ORDER BY recipient, n"), [tenant.into(), session.into()]).await?;
    let mut made = read(tx, tenant, &rows).await?;
    made.sort_by_key(|one| (one.to, one.made_at, one.n));
    Ok(made)
}

const OF_RECORDS: Lookup = lookup!(concat!(columns!(), "recipient IN ("), ")");

/// All to somebody with these records, the newest first: those of three months.
pub async fn of_records(tx: &mut Tx, tenant: &MunicipalityCode, records: Vec<Uuid>) -> Result<Vec<Message>, Error> {
    let rows = tx.lookup(&OF_RECORDS, tenant, records).await?;
    let mut made = rows.iter().map(message).collect::<Result<Vec<_>, _>>()?;
    made.sort_by_key(|one| Reverse((one.made_at, one.n, one.id)));
    Ok(made)
}

/// Those that are to be sent by now, the first that was due first.
pub async fn due(tx: &mut Tx, tenant: &MunicipalityCode, now: Instant, most: i64) -> Result<Vec<Message>, Error> {
    let sql = messages!("waits = 1 AND next_at <= $2 ORDER BY next_at, id LIMIT $3");
    let rows = tx.all(sql, [tenant.into(), now.into(), most.into()]).await?;
    let all = read(tx, tenant, &rows).await?;
    Ok(all.into_iter().filter(|one| is_over(one.leased_until, now)).collect())
}

/// Lays a message down, to be sent at once; one that is there already stays as it is.
pub async fn add(tx: &mut Tx, tenant: &MunicipalityCode, new: &Message) -> Result<(), Error> {
    let sql = sql!(
        "INSERT INTO message (municipality, id, session, exercise_group, day, recipient, relative, n, event, channel, \
         state, waits, tries, next_at, made_at, runner, leased_until) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, 0, $12, $12, '', 0) ON CONFLICT DO NOTHING"
    );
    let values = [
        tenant.into(),
        new.id.into(),
        new.session.into(),
        new.group.into(),
        new.day.into(),
        new.to.id().into(),
        new.to.is_relative().into(),
        new.n.into(),
        new.event.code().into(),
        new.channel.code().into(),
        new.state.code().into(),
        new.made_at.into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// Takes a message that is due, for whoever sends it now; `false`: somebody else has it, or it is settled.
pub async fn lease(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    one: &Message,
    runner: Uuid,
    now: Instant,
) -> Result<bool, Error> {
    let sql = sql!(
        "UPDATE message SET runner = $3, leased_until = $4, tries = tries + 1 \
         WHERE municipality = $1 AND id = $2 AND state = 'waiting' AND tries = $5 AND leased_until = $6"
    );
    let until = now.plus_millis(LEASE);
    let values = [tenant.into(), one.id.into(), runner.into(), until.into(), one.tries.into(), one.leased_until.into()];
    Ok(tx.run(sql, values).await? == 1)
}

/// What became of a message that this runner sends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Settled {
    Sent,
    Dropped,
    Failed(Trouble),
    /// To be tried again at this moment.
    Later(Trouble, Instant),
}

impl Settled {
    /// Whether nobody answered who takes messages.
    pub const fn found_nobody(self) -> bool {
        matches!(self, Self::Later(Trouble::Unreachable, _) | Self::Failed(Trouble::Unreachable))
    }
}

/// Writes down what became of it; nothing where the lease was taken over meanwhile.
pub async fn settle(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    id: MessageId,
    runner: Uuid,
    settled: Settled,
    now: Instant,
) -> Result<(), Error> {
    let (state, trouble, next) = match settled {
        Settled::Sent => (MessageState::Sent, None, None),
        Settled::Dropped => (MessageState::Dropped, None, None),
        Settled::Failed(trouble) => (MessageState::Failed, Some(trouble), None),
        Settled::Later(trouble, next) => (MessageState::Waiting, Some(trouble), Some(next)),
    };
    let sql = sql!(
        "UPDATE message SET state = $4, trouble = $5, waits = $6, next_at = $7, settled_at = $8, leased_until = 0, \
         runner = '' WHERE municipality = $1 AND id = $2 AND runner = $3"
    );
    let values = [
        tenant.into(),
        id.into(),
        runner.into(),
        state.code().into(),
        trouble.map(Trouble::code).into(),
        next.map(|_| 1_i64).into(),
        next.unwrap_or(now).into(),
        next.is_none().then_some(now).into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// Drops a message that waits; `false`: somebody has begun to send it meanwhile.
pub async fn drop_waiting(tx: &mut Tx, tenant: &MunicipalityCode, id: MessageId, now: Instant) -> Result<bool, Error> {
    let sql = sql!(
        "UPDATE message SET state = $3, waits = NULL, settled_at = $4 WHERE municipality = $1 AND id = $2 \
         AND state = 'waiting' AND (leased_until < $4 OR leased_until > $5)"
    );
    let latest = now.plus_millis(2 * LEASE);
    let values = [tenant.into(), id.into(), MessageState::Dropped.code().into(), now.into(), latest.into()];
    Ok(tx.run(sql, values).await? == 1)
}

const GIVEN_UP: Finding = of_groups!(
    "SELECT w.id, m.session, m.recipient, m.relative, m.day, m.event, s.status FROM message m \
     CROSS JOIN exercise_group w \
     LEFT JOIN group_session s ON s.municipality = m.municipality AND s.id = m.session AND s.deleted_at IS NULL",
    " AND w.id = m.exercise_group AND m.municipality = $1 AND m.day >= $5 AND m.state = 'failed'"
);

/// Somebody whom no message could tell what is so.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct GivenUp {
    pub slot: Cancelled,
    pub session: SessionId,
    pub event: MessageEvent,
    pub to: Holder,
}

/// Those who know nothing of what became of a session of today or later, of the groups within reach.
pub async fn given_up(tx: &mut ScopedTx) -> Result<BTreeSet<GivenUp>, Error> {
    let today = tx.scope().today();
    let rows = reach::found::<GroupId, 1>(tx, Action::UseDesk, &GIVEN_UP, [today.into()]).await?;
    let one = |(group, row): &(InReach<GroupId>, Row)| -> Result<(GivenUp, bool), Error> {
        let slot = Cancelled { group: group.id(), day: row.parse("day")? };
        let event = row.code("event", MessageEvent::from_code)?;
        let status = row.code_opt("status", SessionStatus::from_code)?;
        let is_so = holds(event, status.is_some_and(SessionStatus::is_cancelled));
        Ok((GivenUp { slot, session: row.parse("session")?, event, to: recipient(row)? }, is_so))
    };
    let all = rows.iter().map(one).collect::<Result<Vec<_>, _>>()?;
    let mut given_up: Vec<_> = all.into_iter().filter(|(_, is_so)| *is_so).map(|(one, _)| one).collect();
    let (bare, tenant) = tx.unscoped(Unscoped::Messages);
    as_they_stand(bare, tenant, given_up.iter_mut().map(|one| &mut one.to).collect()).await?;
    Ok(given_up.into_iter().collect())
}

const OF_GROUPS: Lookup = lookup!(
    "SELECT session, recipient, event, state FROM message WHERE municipality = $1 AND day >= $2 AND relative = 0 \
     AND state <> 'dropped' AND exercise_group IN (",
    ") ORDER BY made_at, n"
);

/// To whom a message was sent that a session of these groups is cancelled, today or later, and who was not told of
/// anything else since: by each of their records, since a tablet knows them by the one in its group.
pub async fn told(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    groups: impl IntoIterator<Item = GroupId>,
    today: Day,
) -> Result<BTreeMap<SessionId, BTreeSet<ParticipantId>>, Error> {
    let rows = tx.lookup_after(&OF_GROUPS, vec![tenant.into(), today.into()], groups).await?;
    let recipients = rows.iter().map(|row| row.parse("recipient")).collect::<Result<BTreeSet<ParticipantId>, _>>()?;
    let stands = merged::of_people(tx, tenant, &recipients).await?;
    let mut told: BTreeMap<SessionId, BTreeSet<ParticipantId>> = BTreeMap::new();
    for row in &rows {
        let (session, recipient): (_, ParticipantId) = (row.parse("session")?, row.parse("recipient")?);
        let person = stands.get(&recipient).copied().unwrap_or(recipient);
        let (event, state) = (row.code("event", MessageEvent::from_code)?, row.code("state", MessageState::from_code)?);
        let of = told.entry(session).or_default();
        if (event, state) == (MessageEvent::Cancelled, MessageState::Sent) {
            of.insert(person);
        } else {
            of.remove(&person);
        }
    }
    told.retain(|_, people| !people.is_empty());
    for people in told.values_mut() {
        let records = stands.iter().filter(|(_, person)| people.contains(*person)).map(|(record, _)| *record);
        *people = records.collect();
    }
    Ok(told)
}

/// Removes those that were kept for their time. Safe to repeat.
pub async fn forget_old(tx: &mut Tx, tenant: &MunicipalityCode, today: Day) -> Result<(), Error> {
    let sql = sql!("DELETE FROM message WHERE municipality = $1 AND day < $2");
    tx.run(sql, [tenant.into(), today.plus_days(-KEPT).into()]).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_one_id_however_often_it_is_made_and_another_for_each_recipient() {
        let of = (SessionId(Uuid::from_u128(1)), GroupId(Uuid::from_u128(2)), "2026-09-15".parse().unwrap());
        let what = (MessageEvent::Cancelled, MessageChannel::Email);
        let made = |to: u128, n, at| {
            let to = Holder::Person(ParticipantId(Uuid::from_u128(to)));
            Message::new(of, to, n, what, Instant::from_millis(at)).id
        };
        assert_eq!(made(3, 1, 0), made(3, 1, 99));
        assert_ne!(made(3, 1, 0), made(4, 1, 0));
        assert_ne!(made(3, 1, 0), made(3, 2, 0));
    }

    #[test]
    fn a_lease_ends_with_its_time_and_with_a_clock_that_was_set_back() {
        let now = Instant::from_millis(1_000_000_000_000);
        let over = |millis| is_over(now.plus_millis(millis), now);
        assert_eq!([0, 1, LEASE].map(over), [false; 3]);
        assert_eq!([-1, -LEASE, 2 * LEASE + 1].map(over), [true; 3]);
    }
}
