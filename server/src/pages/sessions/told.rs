//! Who was told by a message that the session is cancelled, or on after all.

use std::collections::{BTreeMap, BTreeSet};

use app::sessions::page::Marked;
use app::sessions::today::Meeting;
use app::sessions::told::ToldLine;
use app::texts::messages::told as words;
use app::texts::{self, Lang};
use domain::access::Action;
use domain::ids::{ParticipantId, SessionId, UserId};
use domain::messages::{MessageEvent, MessageState, begins, spares_a_call};
use domain::time::Instant;

use super::Opened;
use crate::access::ScopedTx;
use crate::db::Unscoped;
use crate::error::Error;
use crate::messages::outbox::{self, Message};
use crate::messages::plan;
use crate::own::{Holder, relatives};
use crate::pages::saving::Sent;
use crate::people::merged;

/// The last message to each recipient that was not dropped.
async fn last_of(tx: &mut ScopedTx, session: SessionId) -> Result<BTreeMap<Holder, Message>, Error> {
    let (bare, tenant) = tx.unscoped(Unscoped::Messages);
    let made = outbox::of_session(bare, tenant, session).await?;
    let kept = made.into_iter().filter(|one| one.state != MessageState::Dropped);
    Ok(kept.map(|one| (one.to, one)).collect())
}

/// The message to each of these people, by whichever record they are known here.
async fn of_people(
    tx: &mut ScopedTx,
    last: &BTreeMap<Holder, Message>,
    people: &BTreeSet<ParticipantId>,
) -> Result<BTreeMap<ParticipantId, Message>, Error> {
    if last.is_empty() {
        return Ok(BTreeMap::new());
    }
    let (bare, tenant) = tx.unscoped(Unscoped::Messages);
    let stands = merged::of_people(bare, tenant, people).await?;
    let kept = |id: &ParticipantId| stands.get(id).copied().unwrap_or(*id);
    Ok(people.iter().filter_map(|id| Some((*id, last.get(&Holder::Person(kept(id)))?.clone()))).collect())
}

/// Those of these people who need no call about a cancelled session: a message was sent to them, or is on its way and
/// there is time.
pub(super) async fn without_call(
    tx: &mut ScopedTx,
    meeting: &Meeting,
    people: &BTreeSet<ParticipantId>,
    now: Instant,
) -> Result<BTreeSet<ParticipantId>, Error> {
    let last = last_of(tx, meeting.session).await?;
    let begins = begins(meeting.day, meeting.starts_at);
    let told = |one: &Message| match one.state {
        MessageState::Sent => true,
        MessageState::Waiting => spares_a_call(one.made_at, now, begins),
        MessageState::Failed | MessageState::Dropped => false,
    };
    let told = |one: &Message| one.event == MessageEvent::Cancelled && told(one);
    let of = of_people(tx, &last, people).await?;
    Ok(of.into_iter().filter(|(_, message)| told(message)).map(|(id, _)| id).collect())
}

/// Everybody to whom a message was made, people who take part first; nothing to whoever notes no calls.
pub(super) async fn of(
    tx: &mut ScopedTx,
    lang: Lang,
    opened: &Opened,
    marked: &[Marked],
) -> Result<Vec<ToldLine>, Error> {
    if !tx.scope().may(Action::EditProfiles) {
        return Ok(Vec::new());
    }
    let last = last_of(tx, opened.meeting.session).await?;
    let people = marked.iter().map(|one| one.person).collect();
    let mut of = of_people(tx, &last, &people).await?;
    let line = |one: &Marked| Some(line(Some(one.person), texts::named(lang, &one.name), of.remove(&one.person)?));
    let mut lines: Vec<_> = marked.iter().filter_map(line).collect();
    let relatives = last.values().filter(|one| matches!(one.to, Holder::Relative(_)));
    let relatives: Vec<_> = relatives.cloned().collect();
    let names = relatives::names(tx, relatives.iter().map(|one| UserId(one.to.id())).collect()).await?;
    for one in relatives {
        let name = names.get(&UserId(one.to.id())).map(|name| words::relative(lang, name)).unwrap_or_default();
        lines.push(self::line(None, name, one));
    }
    Ok(lines)
}

fn line(person: Option<ParticipantId>, name: String, message: Message) -> ToldLine {
    let Message { event, channel, state, trouble, settled_at: at, .. } = message;
    ToldLine { person, name, event, channel, state, trouble, at }
}

/// Lays down at once what is to be sent, so that whoever has cancelled sees whom to call. Where that fails, the job does
/// it a moment later.
pub(super) async fn plan_now(sent: &Sent) {
    if let Err(error) = plan(&sent.state, sent.scope().municipality()).await {
        tracing::warn!(%error, "messages about a session are laid down later");
    }
}
