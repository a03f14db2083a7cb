//! Emergency access: a coordinator or an admin opens one person's data beyond the own reach, with a reason, for an hour,
//! and others are told at once (docs/access.md, Emergency access).

use domain::access::{Action, NoticeKind, Role};
use domain::ids::{MunicipalityCode, ParticipantId, UserId};
use domain::names::sort_key;
use domain::people::Profile;
use domain::time::{Day, Instant};
use uuid::Uuid;

use super::{Actor, InReach, ScopedTx, notices};
use crate::audit::{self, Entry};
use crate::db::{Row, Tx, Unscoped, Value};
use crate::error::Error;
use crate::state::AppState;

/// How long it stays open. It cannot be made longer; a new one needs a new reason, and is told of anew.
pub const MILLIS: i64 = 60 * 60_000;

/// Characters of a reason. Fewer say nothing.
pub const REASON: std::ops::RangeInclusive<usize> = 20..=500;

/// Where the account is kept that is told: among the municipality's settings.
const CONTACT: &str = "privacy.contact";

/// What is open in somebody's session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Opened {
    pub id: Uuid,
    pub person: ParticipantId,
    pub until: Instant,
}

impl Opened {
    /// From the columns `opened`, `opened_person` and `ends_at`; nothing when they are empty.
    pub(super) fn of(row: &Row) -> Result<Option<Self>, Error> {
        let Some(id) = row.parse_opt("opened")? else { return Ok(None) };
        Ok(Some(Self { id, person: row.parse("opened_person")?, until: row.get("ends_at")? }))
    }
}

/// Whom somebody wants to see and why.
pub struct Wanted {
    pub family_name: String,
    pub given_names: String,
    pub birth_date: Day,
    pub reason: String,
}

/// Why nothing was opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refused {
    /// Something is open already, here or in another session.
    Open,
    /// Nobody, or more than one, has this name and date of birth.
    Nobody,
    /// There is nobody who could be told.
    NobodyToTell,
}

/// Opens one person's data to this session, logs it and tells whoever must know; or says why not, which is logged, too.
pub async fn begin(
    state: &AppState,
    tx: &mut ScopedTx,
    actor: &Actor,
    wanted: &Wanted,
    request_id: &str,
) -> Result<Result<ParticipantId, Refused>, Error> {
    tx.require(Action::BreakGlass)?;
    close_what_is_over(tx, actor.user, state.now()).await?;
    let told = to_be_told(tx, actor.user).await?;
    let person = the_one(tx, wanted).await?;
    let begun = match person {
        _ if told.is_empty() => Err(Refused::NobodyToTell),
        None => Err(Refused::Nobody),
        Some(person) => {
            open(state, tx, actor, person, &wanted.reason).await?.map(|id| (id, person)).ok_or(Refused::Open)
        }
    };
    let entry = entry_of(actor, state.now(), &begun, &told, wanted, request_id);
    let (bare, tenant) = tx.unscoped(Unscoped::Audit);
    audit::append(bare, &state.secrets, tenant, &entry).await?;
    let (_, person) = match begun {
        Ok(begun) => begun,
        Err(refused) => return Ok(Err(refused)),
    };
    for account in told {
        let new = notices::New { account, kind: NoticeKind::BreakGlass, by: actor.user, about: None };
        notices::add(state, bare, tenant, new).await?;
    }
    tracing::warn!(request = request_id, "somebody has opened a person's data by emergency access");
    Ok(Ok(person))
}

/// The row of a try: whom, why, and who is told; or why nothing was opened.
fn entry_of(
    actor: &Actor,
    now: Instant,
    begun: &Result<(Uuid, ParticipantId), Refused>,
    told: &[UserId],
    wanted: &Wanted,
    request_id: &str,
) -> Entry {
    let entry = Entry::at_the_desk(actor, now, "break_glass.begin", request_id);
    match begun {
        Err(refused) => Entry { result: refused.code().to_owned(), ..entry },
        Ok((id, person)) => {
            let told = told.iter().map(|account| format!(" told:{account}")).collect::<String>();
            // The one text that somebody has typed: without the reason the row would say little.
            let (entities, fields) = (format!("participant:{person} break_glass:{id}{told}"), wanted.reason.clone());
            Entry { entities, fields, ..entry }
        }
    }
}

impl Refused {
    /// As the log says it.
    const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Nobody => "nobody",
            Self::NobodyToTell => "nobody_to_tell",
        }
    }
}

/// What has run out counts as ended when it did; also what seems to begin later, before the clock was set back.
async fn close_what_is_over(tx: &mut ScopedTx, account: UserId, now: Instant) -> Result<(), Error> {
    let sql = sql!(
        "UPDATE break_glass SET ended_at = ends_at WHERE municipality = $1 AND account = $2 AND ended_at IS NULL \
         AND (ends_at <= $3 OR begun_at > $3)"
    );
    tx.run(sql, [account.into(), now.into()]).await?;
    Ok(())
}

/// The id of what was opened; nothing where something was open.
async fn open(
    state: &AppState,
    tx: &mut ScopedTx,
    actor: &Actor,
    person: ParticipantId,
    reason: &str,
) -> Result<Option<Uuid>, Error> {
    let now = state.now();
    let id = state.with_chance(|chance| domain::ids::uuid_v7(now, chance));
    let values: [Value; 8] = [
        id.into(),
        actor.user.into(),
        actor.session.as_str().into(),
        actor.role.code().into(),
        person.into(),
        reason.into(),
        now.into(),
        now.plus_millis(MILLIS).into(),
    ];
    let sql = sql!(
        "INSERT INTO break_glass (municipality, id, account, session, role, participant, reason, begun_at, ends_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (municipality, account) WHERE ended_at IS NULL DO NOTHING"
    );
    Ok((tx.run(sql, values).await? > 0).then_some(id))
}

/// The only person of this name and date of birth in the municipality.
async fn the_one(tx: &mut ScopedTx, wanted: &Wanted) -> Result<Option<ParticipantId>, Error> {
    let (family_name, given_names) = (wanted.family_name.clone(), wanted.given_names.clone());
    let name = Profile { family_name, given_names, ..Profile::default() }.list_name();
    let sql = sql!(
        "SELECT id FROM participant WHERE municipality = $1 AND sort_key = $2 AND birth_date = $3 AND deleted_at IS NULL \
         LIMIT 2"
    );
    let rows = tx.all(sql, [sort_key(&name).into(), wanted.birth_date.into()]).await?;
    if let [only] = rows.as_slice() { Ok(Some(only.parse("id")?)) } else { Ok(None) }
}

/// Within so long the same wish is the same press.
const TWICE_MILLIS: i64 = 10_000;

/// Whether what is open was opened just now, for this person and for this reason.
pub async fn is_for(tx: &mut ScopedTx, opened: Opened, wanted: &Wanted, now: Instant) -> Result<bool, Error> {
    tx.require(Action::BreakGlass)?;
    if opened.until.millis_since(now) < MILLIS - TWICE_MILLIS {
        return Ok(false);
    }
    let sql = sql!("SELECT reason FROM break_glass WHERE municipality = $1 AND id = $2");
    let row = tx.maybe(sql, [opened.id.into()]).await?;
    let reason = row.map(|row| row.get::<String>("reason")).transpose()?;
    Ok(reason.as_ref() == Some(&wanted.reason) && the_one(tx, wanted).await? == Some(opened.person))
}

/// Who is told: the data-protection contact; without one, the admins of the municipality's own organisation, and never
/// a partner's: whom the municipality looks at is not theirs to know. Never the one who looks.
async fn to_be_told(tx: &mut ScopedTx, looks: UserId) -> Result<Vec<UserId>, Error> {
    let sql = sql!(
        "SELECT a.id FROM setting s JOIN account a ON a.municipality = s.municipality AND a.id = s.value \
         JOIN organisation o ON o.municipality = s.municipality AND o.id = a.organisation \
         WHERE s.municipality = $1 AND s.key = $2 AND a.disabled_at IS NULL AND o.parent IS NULL"
    );
    let mut rows = tx.all(sql, [CONTACT.into()]).await?;
    if rows.is_empty() {
        let sql = sql!(
            "SELECT a.id FROM organisation o CROSS JOIN account a CROSS JOIN account_role r WHERE o.municipality = $1 \
             AND o.parent IS NULL AND a.municipality = $1 AND a.organisation = o.id AND a.disabled_at IS NULL \
             AND r.municipality = $1 AND r.account = a.id AND r.role = $2"
        );
        rows = tx.all(sql, [Role::OrganisationAdmin.code().into()]).await?;
    }
    let all = rows.iter().map(|row| row.parse("id")).collect::<Result<Vec<UserId>, Error>>()?;
    Ok(all.into_iter().filter(|account| *account != looks).collect())
}

/// Makes this account the one that is told; whether the municipality's own organisation has such an account.
pub async fn set_contact(tx: &mut Tx, tenant: &MunicipalityCode, login: &str, now: Instant) -> Result<bool, Error> {
    let sql = sql!(
        "INSERT INTO setting (municipality, key, value, updated_at) \
         SELECT a.municipality, $2, a.id, $4 FROM account a \
         JOIN organisation o ON o.municipality = a.municipality AND o.id = a.organisation \
         WHERE a.municipality = $1 AND a.login = $3 AND o.parent IS NULL \
         ON CONFLICT (municipality, key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at"
    );
    let login = super::accounts::normal_login(login);
    Ok(tx.run(sql, [tenant.into(), CONTACT.into(), login.into(), now.into()]).await? > 0)
}

/// Ends what this account has open, in whichever session; nothing is open afterwards.
pub async fn end(state: &AppState, tx: &mut ScopedTx, actor: &Actor, request_id: &str) -> Result<(), Error> {
    let by = Entry::at_the_desk(actor, state.now(), END, request_id);
    let (bare, tenant) = tx.unscoped(Unscoped::Audit);
    end_of(state, bare, tenant, actor.user, &by).await
}

/// The verb of the row that says that it is over.
pub const END: &str = "break_glass.end";

/// With a session ends what was opened in it. `by`: who does it, and when.
pub(crate) async fn end_with(
    state: &AppState,
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    session: &str,
    by: &Entry,
) -> Result<(), Error> {
    let sql = sql!(
        "UPDATE break_glass SET ended_at = CASE WHEN ends_at <= $3 OR begun_at > $3 THEN ends_at ELSE $3 END \
         WHERE municipality = $1 AND session = $2 AND ended_at IS NULL RETURNING id, participant, account, ended_at, ends_at"
    );
    let ended = tx.maybe(sql, [tenant.into(), session.into(), by.at.into()]).await?;
    log_end(state, tx, tenant, ended, by).await
}

/// With all sessions of an account ends what was opened in any of them.
pub(super) async fn end_of(
    state: &AppState,
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    account: UserId,
    by: &Entry,
) -> Result<(), Error> {
    let sql = sql!(
        "UPDATE break_glass SET ended_at = CASE WHEN ends_at <= $3 OR begun_at > $3 THEN ends_at ELSE $3 END \
         WHERE municipality = $1 AND account = $2 AND ended_at IS NULL RETURNING id, participant, account, ended_at, ends_at"
    );
    let ended = tx.maybe(sql, [tenant.into(), account.into(), by.at.into()]).await?;
    log_end(state, tx, tenant, ended, by).await
}

/// The row that says that it is over. What had run out before has ended by itself.
async fn log_end(
    state: &AppState,
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    ended: Option<Row>,
    by: &Entry,
) -> Result<(), Error> {
    let Some(row) = ended else { return Ok(()) };
    if row.get::<Instant>("ended_at")? == row.get::<Instant>("ends_at")? {
        return Ok(());
    }
    let (id, person): (Uuid, ParticipantId) = (row.parse("id")?, row.parse("participant")?);
    // Whose it was, where somebody else has ended it.
    let account = Some(row.parse::<UserId>("account")?).filter(|account| by.actor != Some(*account));
    let account = account.map(|account| format!(" account:{account}")).unwrap_or_default();
    let entities = format!("participant:{person} break_glass:{id}{account}");
    audit::append(tx, &state.secrets, tenant, &Entry { verb: END.to_owned(), entities, ..by.clone() }).await
}

/// Until when this account has something open, in whichever session.
pub async fn open_until(tx: &mut ScopedTx, account: UserId, now: Instant) -> Result<Option<Instant>, Error> {
    let sql = sql!(
        "SELECT ends_at FROM break_glass WHERE municipality = $1 AND account = $2 AND ended_at IS NULL \
         AND begun_at <= $3 AND ends_at > $3"
    );
    tx.maybe(sql, [account.into(), now.into()]).await?.map(|row| row.get("ends_at")).transpose()
}

/// One emergency access as others see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    pub by: String,
    pub login: String,
    pub role: Role,
    pub person: ParticipantId,
    pub reason: String,
    pub begun_at: Instant,
    /// When it ended, or will.
    pub ended_at: Instant,
}

fn line(row: &Row) -> Result<Line, Error> {
    let ended: Option<Instant> = row.get("ended_at")?;
    let ends_at: Instant = row.get("ends_at")?;
    Ok(Line {
        by: row.get("name")?,
        login: row.get("login")?,
        role: row.code("role", Role::from_code)?,
        person: row.parse("participant")?,
        reason: row.get("reason")?,
        begun_at: row.get("begun_at")?,
        ended_at: ended.unwrap_or(ends_at),
    })
}

/// For the log that stands on the person's own page, the newest first.
pub async fn of_person(tx: &mut ScopedTx, person: InReach<ParticipantId>) -> Result<Vec<Line>, Error> {
    let person = person.also(tx.scope(), Action::SeeProfiles)?;
    let sql = sql!(
        "SELECT a.name, a.login, b.role, b.participant, b.reason, b.begun_at, b.ends_at, b.ended_at FROM break_glass b \
         JOIN account a ON a.municipality = b.municipality AND a.id = b.account \
         WHERE b.municipality = $1 AND b.participant = $2 ORDER BY b.begun_at DESC, b.id"
    );
    tx.all(sql, [person.into()]).await?.iter().map(line).collect()
}

/// For the report: those begun from one moment to before another, the oldest first.
pub async fn between(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    from: Instant,
    before: Instant,
) -> Result<Vec<Line>, Error> {
    let sql = sql!(
        "SELECT a.name, a.login, b.role, b.participant, b.reason, b.begun_at, b.ends_at, b.ended_at FROM break_glass b \
         JOIN account a ON a.municipality = b.municipality AND a.id = b.account \
         WHERE b.municipality = $1 AND b.begun_at >= $2 AND b.begun_at < $3 ORDER BY b.begun_at, b.id"
    );
    tx.all(sql, [tenant.into(), from.into(), before.into()]).await?.iter().map(line).collect()
}
