//! How people want to hear that a session is cancelled, as rows: of those who take part and of relatives, whoever has
//! none is not written to.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use app::texts::Lang;
use domain::ids::{MunicipalityCode, ParticipantId, RelativeId};
use domain::messages::{MessageChannel, email_typed, sms_number};
use domain::time::Instant;
use uuid::Uuid;

use super::phones;
use crate::db::{Lookup, Row, Tx};
use crate::error::Error;
use crate::people::merged;
use crate::state::AppState;

/// What somebody has chosen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    pub channel: MessageChannel,
    /// An e-mail address, a number of E.164, or where a phone's notifications are left; empty for calls.
    pub address: String,
    /// In which it was chosen.
    pub language: Lang,
    pub made_at: Instant,
}

impl Choice {
    /// What was chosen with the address that was typed; nothing where that cannot be one, as none is for a phone.
    pub fn typed(channel: MessageChannel, typed: &str, language: Lang, made_at: Instant) -> Option<Self> {
        let address = match channel {
            MessageChannel::Call => String::new(),
            MessageChannel::Email => email_typed(typed)?,
            MessageChannel::Sms => sms_number(typed)?,
            MessageChannel::Push => return None,
        };
        Some(Self { channel, address, language: language.alone(), made_at })
    }
}

fn choice(row: &Row) -> Result<Choice, Error> {
    Ok(Choice {
        channel: row.code("channel", MessageChannel::from_code)?,
        address: row.get("address")?,
        language: row.code("language", Lang::from_code)?,
        made_at: row.get("made_at")?,
    })
}

const OF_HOLDERS: Lookup = lookup!(
    "SELECT holder, channel, address, language, made_at FROM message_choice WHERE municipality = $1 AND holder IN (",
    ")"
);

/// What each of these people has chosen last, as it holds now; whoever has not is left out. A phone of theirs is among it
/// while this server sends notifications.
pub async fn of_holders(
    state: &AppState,
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    holders: Vec<Uuid>,
) -> Result<HashMap<Uuid, Choice>, Error> {
    let rows = tx.lookup(&OF_HOLDERS, tenant, holders.clone()).await?;
    let one = |row: &Row| -> Result<(Uuid, Choice), Error> { Ok((row.parse("holder")?, choice(row)?)) };
    let mut all = rows.iter().map(one).collect::<Result<HashMap<_, _>, _>>()?;
    if !state.config.messages.can(MessageChannel::Push) {
        return Ok(all);
    }
    for (holder, phone) in phones::of_holders(tx, tenant, holders, state.now()).await? {
        if all.get(&holder).is_none_or(|choice| choice.made_at <= phone.made_at) {
            all.insert(holder, phone);
        }
    }
    Ok(all)
}

/// What somebody with these records has chosen last.
pub async fn of_records(
    state: &AppState,
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    records: Vec<Uuid>,
) -> Result<Option<Choice>, Error> {
    let all = of_holders(state, tx, tenant, records).await?;
    Ok(all.into_values().max_by_key(|choice| choice.made_at))
}

/// All that somebody with these records has chosen and that is kept, the last first: what stands behind it holds again where
/// the phone before it ends.
pub async fn all_of_records(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    records: Vec<Uuid>,
    now: Instant,
) -> Result<Vec<Choice>, Error> {
    let phones = phones::of_holders(tx, tenant, records.clone(), now).await?;
    let rows = tx.lookup(&OF_HOLDERS, tenant, records).await?;
    let mut all: Vec<_> = phones.into_iter().map(|(_, phone)| phone).collect();
    for row in &rows {
        all.push(choice(row)?);
    }
    all.sort_by_key(|choice| Reverse(choice.made_at));
    Ok(all)
}

/// Keeps it in the place of what was chosen before, in whichever record of theirs, and of their phone; `false`: it was
/// chosen already.
pub async fn set(
    state: &AppState,
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    holder: Uuid,
    choice: &Choice,
) -> Result<bool, Error> {
    let records = merged::of_people(tx, tenant, &[ParticipantId(holder)].into()).await?;
    let records: Vec<Uuid> = records.into_keys().map(|record| record.0).collect();
    let before = of_records(state, tx, tenant, records.clone()).await?;
    // Also one that tells nothing for now.
    for record in records {
        phones::forget(tx, tenant, record).await?;
    }
    let Choice { channel, address, language, .. } = choice;
    if before.is_some_and(|one| (one.channel, &one.address, one.language) == (*channel, address, *language)) {
        return Ok(false);
    }
    let sql = sql!(
        "INSERT INTO message_choice (municipality, holder, channel, address, language, made_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (municipality, holder) DO UPDATE SET \
         channel = excluded.channel, address = excluded.address, language = excluded.language, \
         made_at = excluded.made_at"
    );
    let values = [
        tenant.into(),
        holder.into(),
        channel.code().into(),
        address.as_str().into(),
        language.code().into(),
        choice.made_at.into(),
    ];
    tx.run(sql, values).await?;
    Ok(true)
}

const CHOSEN: Lookup = lookup!("SELECT holder FROM message_choice WHERE municipality = $1 AND holder IN (", ")");
const PHONES: Lookup = lookup!("SELECT holder FROM push_phone WHERE municipality = $1 AND holder IN (", ")");

/// Those of these relatives of whom an address, a number or a phone is kept.
pub async fn with_ways(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    relatives: &[RelativeId],
) -> Result<BTreeSet<RelativeId>, Error> {
    let mut rows = tx.lookup(&CHOSEN, tenant, relatives.iter().copied()).await?;
    rows.extend(tx.lookup(&PHONES, tenant, relatives.iter().copied()).await?);
    rows.iter().map(|row| row.parse("holder")).collect()
}

/// Neither address nor phone is kept of a relative whom nobody lets be told any more.
pub async fn forget_ways(tx: &mut Tx, tenant: &MunicipalityCode, holder: Uuid) -> Result<(), Error> {
    let choice = sql!("DELETE FROM message_choice WHERE municipality = $1 AND holder = $2");
    tx.run(choice, [tenant.into(), holder.into()]).await?;
    phones::forget(tx, tenant, holder).await
}

/// Of whoever is erased nothing is known any more: neither what was chosen nor what was sent.
pub async fn forget(tx: &mut Tx, tenant: &MunicipalityCode, holder: Uuid) -> Result<(), Error> {
    forget_ways(tx, tenant, holder).await?;
    let sent = sql!("DELETE FROM message WHERE municipality = $1 AND recipient = $2");
    tx.run(sent, [tenant.into(), holder.into()]).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_comes_with_an_address_of_its_kind() {
        let typed = |channel, text| {
            Choice::typed(channel, text, Lang::Fi, Instant::from_millis(0)).map(|choice| choice.address)
        };
        assert_eq!(typed(MessageChannel::Call, "whatever").as_deref(), Some(""));
        assert_eq!(typed(MessageChannel::Email, "Aino@Posti.fi").as_deref(), Some("Aino@posti.fi"));
        assert_eq!(typed(MessageChannel::Sms, "040 123 4567").as_deref(), Some("+358401234567"));
        assert_eq!(typed(MessageChannel::Email, "040 123 4567"), None);
        assert_eq!(typed(MessageChannel::Sms, "aino@posti.fi"), None);
        assert_eq!(typed(MessageChannel::Push, "https://push.example/a"), None, "a phone names its own");
    }

    #[test]
    fn the_same_choice_is_one_in_either_form_of_address() {
        let chosen = |lang| Choice::typed(MessageChannel::Call, "", lang, Instant::from_millis(0));
        assert_eq!(chosen(Lang::FiTe), chosen(Lang::Fi));
        assert_eq!(chosen(Lang::SvNi).map(|choice| choice.language), Some(Lang::Sv));
    }
}
