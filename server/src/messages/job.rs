//! The job that sends messages. First it sees to it that everybody who has to know of a session has a message, then it
//! sends those that are due. Both may be broken off anywhere, be repeated, and run on several servers at once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use app::texts::Lang;
use domain::groups::Group;
use domain::ids::{GroupId, MessageId, MunicipalityCode, ParticipantId, RelativeId, SessionId, uuid_v7};
use domain::messages::push::{kept_for, origin};
use domain::messages::{MessageChannel, MessageState, Trouble, begins, holds, next_try, owed};
use domain::sessions::Session;
use domain::time::{Day, Instant};
use uuid::Uuid;

use super::choices::{self, Choice};
use super::outbox::{self, GivenUp, Message, Settled};
use super::send::{Handed, PushHead, Ready, hand_over};
use super::text::{self, Sender};
use super::vapid::Vapid;
use super::{look_again, phones};
use crate::db::{Lookup, Row, Tx, Unscoped};
use crate::error::Error;
use crate::help;
use crate::own::Holder;
use crate::own::told::may_be_told;
use crate::people::merged;
use crate::state::AppState;
use crate::statements;

/// So many sessions, and so many messages, at a time.
const AT_ONCE: i64 = 50;

/// A message whose sender was cut off so often is given up.
const MOST_TRIES: i64 = 7;

/// Does what is to be done now, in every municipality: where it fails in one, the others are served all the same.
pub async fn run(state: &AppState) -> Result<(), Error> {
    let all = statements::municipalities(&mut state.db.read(Unscoped::Messages).await?).await?;
    let (mut failed, mut silent) = (None, Silent::new());
    for (tenant, name) in all {
        failed = run_in(state, &tenant, &name, &mut silent).await.err().or(failed);
    }
    failed.map_or(Ok(()), Err)
}

/// By which ways nobody answered just now: they are not asked again for every message, each of which would wait as long. Of
/// notifications it is one service and not the others.
type Silent = BTreeSet<(MessageChannel, String)>;

fn way_of(ready: &Ready) -> (MessageChannel, String) {
    let service = match ready.channel {
        MessageChannel::Push => origin(&ready.address).unwrap_or_default(),
        MessageChannel::Call | MessageChannel::Email | MessageChannel::Sms => "",
    };
    (ready.channel, service.to_owned())
}

async fn run_in(state: &AppState, tenant: &MunicipalityCode, name: &str, silent: &mut Silent) -> Result<(), Error> {
    // What cannot be read of one session, or of one message, keeps none of the others back.
    let mut failed = plan(state, tenant).await.err();
    for one in due(state, tenant).await? {
        failed = send(state, tenant, name, &one, silent).await.err().or(failed);
    }
    failed.map_or(Ok(()), Err)
}

/// Removes messages that were kept for their time. Safe to repeat.
pub async fn forget(state: &AppState) -> Result<(), Error> {
    let today = state.today();
    state
        .write(Unscoped::Messages, |mut tx| async move {
            for (tenant, _) in statements::municipalities(&mut tx).await? {
                outbox::forget_old(&mut tx, &tenant, today).await?;
            }
            Ok(tx.done(()))
        })
        .await
}

async fn due(state: &AppState, tenant: &MunicipalityCode) -> Result<Vec<Message>, Error> {
    outbox::due(&mut state.db.read(Unscoped::Messages).await?, tenant, state.now(), AT_ONCE).await
}

/// Sees to it that everybody has a message who has to know what was said of sessions, and nobody one that does not hold.
pub async fn plan(state: &AppState, tenant: &MunicipalityCode) -> Result<(), Error> {
    let sql = sql!("SELECT session, n FROM message_news WHERE municipality = $1 ORDER BY session LIMIT $2");
    let mut tx = state.db.read(Unscoped::Messages).await?;
    let rows = tx.all(sql, [tenant.into(), AT_ONCE.into()]).await?;
    drop(tx);
    let mut failed = None;
    for row in rows {
        failed = plan_row(state, tenant, row).await.err().or(failed);
    }
    failed.map_or(Ok(()), Err)
}

async fn plan_row(state: &AppState, tenant: &MunicipalityCode, row: Row) -> Result<(), Error> {
    plan_one(state, tenant, row.parse("session")?, row.get("n")?).await
}

/// One session as it is now, with its group.
struct Known {
    session: Session,
    group: Group,
}

impl Known {
    /// Whether anybody still has to know of it.
    fn is_ahead(&self, now: Instant) -> bool {
        self.begins() > now
    }

    fn begins(&self) -> Instant {
        let day = self.session.day;
        begins(day, self.session.begins().or(self.group.starts_on(day)))
    }
}

/// The session; one whose record is gone is what its group's plan says.
async fn known(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    id: SessionId,
    slot: Option<(GroupId, Day)>,
) -> Result<Option<Known>, Error> {
    let sql = sql!("SELECT body FROM group_session WHERE municipality = $1 AND id = $2 AND deleted_at IS NULL");
    let row = tx.maybe(sql, [tenant.into(), id.into()]).await?;
    let recorded: Option<Session> = row.map(|row| row.json("body")).transpose()?;
    let Some((group, day)) = recorded.as_ref().map(|session| (session.group, session.day)).or(slot) else {
        return Ok(None);
    };
    let sql = sql!("SELECT body FROM exercise_group WHERE municipality = $1 AND id = $2 AND deleted_at IS NULL");
    let Some(row) = tx.maybe(sql, [tenant.into(), group.into()]).await? else { return Ok(None) };
    let group: Group = row.json("body")?;
    let session = recorded.unwrap_or_else(|| group.planned(day));
    Ok(Some(Known { session, group }))
}

/// Whether somebody whom no message reached may be told of the session at all, as things are now.
pub async fn may_know(state: &AppState, tenant: &MunicipalityCode, one: &GivenUp) -> Result<bool, Error> {
    let mut tx = state.db.read(Unscoped::Messages).await?;
    let known = known(&mut tx, tenant, one.session, Some((one.slot.group, one.slot.day))).await?;
    drop(tx);
    let Some(Known { session, .. }) = known else { return Ok(false) };
    Ok(may_be_told(state, tenant, one.to, &session).await?.is_some())
}

fn slot_of(made: &[Message]) -> Option<(GroupId, Day)> {
    made.first().map(|one| (one.group, one.day))
}

/// Whoever has to know of a session, and how.
type Recipients = BTreeMap<Holder, MessageChannel>;

async fn plan_one(state: &AppState, tenant: &MunicipalityCode, id: SessionId, n: i64) -> Result<(), Error> {
    let now = state.now();
    let mut tx = state.db.read(Unscoped::Messages).await?;
    let made = outbox::of_session(&mut tx, tenant, id).await?;
    let known = known(&mut tx, tenant, id, slot_of(&made)).await?;
    let asked = match &known {
        Some(known) if known.is_ahead(now) => candidates(state, &mut tx, tenant, &known.session, &made).await?,
        _ => BTreeMap::new(),
    };
    drop(tx);
    let mut to = Recipients::new();
    if let Some(Known { session, .. }) = &known {
        for (holder, choice) in asked {
            let sends = state.config.messages.sends(choice.channel);
            if sends && may_be_told(state, tenant, holder, session).await?.is_some() {
                to.insert(holder, choice.channel);
            }
        }
    }
    let to = &to;
    state
        .write(Unscoped::Messages, |mut tx| async move {
            let ended = lay_down(&mut tx, tenant, (id, n), to, now).await?;
            Ok(if ended { tx.done(()) } else { tx.undone(()) })
        })
        .await
}

/// What those have chosen who may have to know: of a cancelled session those who are in the group, and relatives of theirs;
/// of one that is on after all those who have messages about it.
async fn candidates(
    state: &AppState,
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    session: &Session,
    made: &[Message],
) -> Result<BTreeMap<Holder, Choice>, Error> {
    let holders = match session.is_cancelled() {
        true => concerned(tx, tenant, session).await?,
        false => made.iter().map(|one| one.to).collect(),
    };
    choices_of(state, tx, tenant, &holders).await
}

/// Everybody who is in the group on the day of the session, and their relatives.
async fn concerned(tx: &mut Tx, tenant: &MunicipalityCode, session: &Session) -> Result<BTreeSet<Holder>, Error> {
    let sql = sql!(
        "SELECT DISTINCT participant FROM membership WHERE municipality = $1 AND exercise_group = $2 \
         AND deleted_at IS NULL AND joined_on <= $3 AND (left_on IS NULL OR left_on >= $3)"
    );
    let rows = tx.all(sql, [tenant.into(), session.group.into(), session.day.into()]).await?;
    let members = rows.iter().map(|row| row.parse("participant")).collect::<Result<BTreeSet<ParticipantId>, _>>()?;
    let stands = merged::of_people(tx, tenant, &members).await?;
    let relatives = relatives_of(tx, tenant, stands.keys().copied().collect()).await?;
    let people = stands.into_values().map(Holder::Person);
    Ok(people.chain(relatives.into_iter().map(Holder::Relative)).collect())
}

const RELATIVES: Lookup =
    lookup!("SELECT relative FROM relative_share WHERE municipality = $1 AND participant IN (", ")");

async fn relatives_of(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    people: Vec<ParticipantId>,
) -> Result<BTreeSet<RelativeId>, Error> {
    tx.lookup(&RELATIVES, tenant, people).await?.iter().map(|row| row.parse("relative")).collect()
}

/// What is to be done about a session: messages to drop, and messages to lay down.
fn wanted(made: &[Message], known: Option<&Known>, to: &Recipients, now: Instant) -> (Vec<MessageId>, Vec<Message>) {
    let cancelled = known.is_some_and(|known| known.session.is_cancelled());
    let ahead = known.filter(|known| known.is_ahead(now));
    let stale = |one: &Message| one.state == MessageState::Waiting && (ahead.is_none() || !holds(one.event, cancelled));
    let gone = made.iter().filter(|one| stale(one)).map(|one| one.id).collect();
    let Some(Known { session, .. }) = ahead else { return (gone, Vec::new()) };
    let owed_to = |(holder, channel): (&Holder, &MessageChannel)| {
        let theirs: Vec<_> = made.iter().filter(|one| one.to == *holder).collect();
        let kept = theirs.iter().filter(|one| one.state != MessageState::Dropped && !stale(one));
        let kept: Vec<_> = kept.map(|one| (one.event, one.state)).collect();
        let event = owed(&kept, cancelled)?;
        let n = theirs.iter().map(|one| one.n).max().unwrap_or(0) + 1;
        Some(Message::new((session.id, session.group, session.day), *holder, n, (event, *channel), now))
    };
    (gone, to.iter().filter_map(owed_to).collect())
}

/// Drops what does not hold and lays down what is owed, as the session is now; `false` where somebody is just sending a
/// message about it: what that brings has to be known first, and the news stays.
async fn lay_down(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    (id, n): (SessionId, i64),
    to: &Recipients,
    now: Instant,
) -> Result<bool, Error> {
    let made = outbox::of_session(tx, tenant, id).await?;
    if made.iter().any(|one| one.is_under_way(now)) {
        return Ok(false);
    }
    let known = known(tx, tenant, id, slot_of(&made)).await?;
    let (gone, new) = wanted(&made, known.as_ref(), to, now);
    for id in gone {
        if !outbox::drop_waiting(tx, tenant, id, now).await? {
            return Ok(false);
        }
    }
    for message in new {
        outbox::add(tx, tenant, &message).await?;
    }
    // Something that was said meanwhile is seen to the next time.
    let sql = sql!("DELETE FROM message_news WHERE municipality = $1 AND session = $2 AND n = $3");
    tx.run(sql, [tenant.into(), id.into(), n.into()]).await?;
    Ok(true)
}

/// What is to be done with a message, once it is held.
enum Next {
    /// It goes, in these words and before the session begins.
    Go(Ready, Instant),
    /// What it says does not hold, or the person may not be told.
    Drop,
    /// The way by which they were to be told is theirs no more.
    Otherwise,
}

/// Sends one message, if nobody else does: what it says and whether it may go is asked once it is held.
async fn send(
    state: &AppState,
    tenant: &MunicipalityCode,
    name: &str,
    one: &Message,
    silent: &mut Silent,
) -> Result<(), Error> {
    let now = state.now();
    let runner = state.with_chance(|chance| uuid_v7(now, chance));
    let mine = state.write(Unscoped::Messages, |mut tx| async move {
        let mine = outbox::lease(&mut tx, tenant, one, runner, now).await?;
        Ok(tx.done(mine))
    });
    if !mine.await? {
        return Ok(());
    }
    let settled = match ready(state, tenant, name, one).await {
        Ok(Next::Drop) => Settled::Dropped,
        Ok(Next::Otherwise) => otherwise(state, tenant, one, (Trouble::Changed, None)).await?,
        Ok(Next::Go(..)) | Err(_) if one.tries >= MOST_TRIES => Settled::Failed(Trouble::Interrupted),
        Err(error) => return Err(error),
        Ok(Next::Go(ready, begins)) => go(state, tenant, one, (ready, begins), silent).await?,
    };
    settle(state, tenant, one, runner, settled).await
}

/// Hands a message over, where somebody answered just now.
async fn go(
    state: &AppState,
    tenant: &MunicipalityCode,
    one: &Message,
    (ready, begins): (Ready, Instant),
    silent: &mut Silent,
) -> Result<Settled, Error> {
    let (way, address) = (way_of(&ready), ready.address.clone());
    if silent.contains(&way) {
        return Ok(later(state, one, Trouble::Unreachable, begins));
    }
    let settled = match hand_over(&state.config.messages, ready).await {
        Handed::Over => Settled::Sent,
        Handed::Never(trouble) => Settled::Failed(trouble),
        Handed::Later(trouble) => later(state, one, trouble, begins),
        Handed::Gone => otherwise(state, tenant, one, (Trouble::Gone, Some(&*address))).await?,
    };
    if settled.found_nobody() {
        silent.insert(way);
    }
    Ok(settled)
}

/// Whose way has ended, or who has chosen another meanwhile, hears in the way that holds now; whoever takes part and has
/// none is called. A phone that takes no notifications any more is forgotten, also a relative's.
async fn otherwise(
    state: &AppState,
    tenant: &MunicipalityCode,
    one: &Message,
    (trouble, gone): (Trouble, Option<&str>),
) -> Result<Settled, Error> {
    state
        .write(Unscoped::Messages, |mut tx| async move {
            if let Some(phone) = gone {
                phones::forget_endpoint(&mut tx, tenant, phone).await?;
            }
            let next = choice_of(state, &mut tx, tenant, one.to).await?;
            if next.is_some_and(|choice| state.config.messages.sends(choice.channel)) {
                look_again(&mut tx, tenant, [one.session].into()).await?;
                return Ok(tx.done(Settled::Dropped));
            }
            // Of a relative whose phone is gone the desk is told, as of one whom an e-mail does not reach; one who wants to be
            // told nothing any more is nobody's business.
            let heard_of = one.to.person().is_some() || gone.is_some();
            Ok(tx.done(if heard_of { Settled::Failed(trouble) } else { Settled::Dropped }))
        })
        .await
}

/// After a try that failed: another one, or none.
fn later(state: &AppState, one: &Message, trouble: Trouble, begins: Instant) -> Settled {
    match next_try(one.tries + 1, state.now(), begins) {
        Some(next) => Settled::Later(trouble, next),
        None => Settled::Failed(trouble),
    }
}

async fn settle(
    state: &AppState,
    tenant: &MunicipalityCode,
    one: &Message,
    runner: Uuid,
    settled: Settled,
) -> Result<(), Error> {
    let now = state.now();
    state
        .write(Unscoped::Messages, |mut tx| async move {
            outbox::settle(&mut tx, tenant, one.id, runner, settled, now).await?;
            Ok(tx.done(()))
        })
        .await
}

/// The message in words, with its address and when the session begins, as things are now.
async fn ready(state: &AppState, tenant: &MunicipalityCode, name: &str, one: &Message) -> Result<Next, Error> {
    let mut tx = state.db.read(Unscoped::Messages).await?;
    let known = known(&mut tx, tenant, one.session, Some((one.group, one.day))).await?;
    let choice = choice_of(state, &mut tx, tenant, one.to).await?;
    let choice = choice.filter(|choice| choice.channel == one.channel);
    let help = help::of(&mut tx, tenant).await?;
    drop(tx);
    let is_so = |known: &Known| known.is_ahead(state.now()) && holds(one.event, known.session.is_cancelled());
    let Some(known) = known.filter(is_so) else { return Ok(Next::Drop) };
    let Some(told) = may_be_told(state, tenant, one.to, &known.session).await? else { return Ok(Next::Drop) };
    let Some(choice) = choice else { return Ok(Next::Otherwise) };
    let lang: Lang = told.language.unwrap_or(choice.language);
    let text = text::of(lang, one.event, &known.session, &known.group, &Sender { name, help: help.as_ref() });
    let (host, begins) = (state.config.host().to_owned(), known.begins());
    let push = match one.channel {
        MessageChannel::Push => Some(push_head(state, &choice.address, begins).await?),
        MessageChannel::Call | MessageChannel::Email | MessageChannel::Sms => None,
    };
    Ok(Next::Go(Ready { id: one.id, channel: one.channel, address: choice.address, text, host, push }, begins))
}

/// The makers of browsers turn to this server's own address.
async fn push_head(state: &AppState, phone: &str, begins: Instant) -> Result<PushHead, Error> {
    let (now, url) = (state.now(), state.config.public_url.as_str());
    let contact = state.config.is_secure().then_some(url);
    let authorization = Vapid::of(state).await?.authorization(phone, contact, now)?;
    Ok(PushHead { authorization, ttl: kept_for(now, begins) })
}

/// What each of these has chosen last and holds now, in whichever record of theirs; whoever has not is left out.
async fn choices_of(
    state: &AppState,
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    holders: &BTreeSet<Holder>,
) -> Result<BTreeMap<Holder, Choice>, Error> {
    let people = holders.iter().filter_map(|holder| holder.person()).collect();
    let stands = merged::of_people(tx, tenant, &people).await?;
    let records = stands.into_iter().map(|(record, person)| (record.0, Holder::Person(person)));
    let relatives = holders.iter().filter(|holder| holder.person().is_none()).map(|holder| (holder.id(), *holder));
    let whose: HashMap<Uuid, Holder> = records.chain(relatives).collect();
    let chosen = choices::of_holders(state, tx, tenant, whose.keys().copied().collect()).await?;
    let mut chosen: Vec<_> = chosen.into_iter().collect();
    chosen.sort_by_key(|(record, choice)| (choice.made_at, *record));
    Ok(chosen.into_iter().filter_map(|(record, choice)| Some((*whose.get(&record)?, choice))).collect())
}

/// What somebody has chosen, in whichever record of theirs.
async fn choice_of(
    state: &AppState,
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    to: Holder,
) -> Result<Option<Choice>, Error> {
    Ok(choices_of(state, tx, tenant, &[to].into()).await?.remove(&to))
}
