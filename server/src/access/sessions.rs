//! Staff sessions in the database: made at sign-in, listed, ended; limits by role (docs/access.md, Sessions).

use domain::access::Role;
use domain::ids::{DeviceId, MunicipalityCode, OrganisationId, UserId};
use domain::time::Instant;

use super::break_glass::{self, Opened};
use super::scope::{Asker, Scope};
use super::sign_in::Known;
use super::used::Use;
use super::{second_factor, token};
use crate::audit;
use crate::db::{Row, Tx, Unscoped, Value};
use crate::error::Error;
use crate::state::AppState;

/// What is used is noted once in so long.
pub const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// A session that is still good, whether or not a role has been chosen in it.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub municipality: MunicipalityCode,
    pub user: UserId,
    pub organisation: OrganisationId,
    pub name: String,
    pub login: String,
    pub language: String,
    /// The active role, if chosen and still granted.
    pub role: Option<Role>,
    /// The tablet that the session is bound to.
    pub device: Option<DeviceId>,
    /// Public id, for lists.
    pub session: String,
    /// What emergency access has opened in this session and role, as long as it lasts.
    pub opened: Option<Opened>,
    /// Whether nothing else opens before a second factor is set up.
    pub must_enrol: bool,
}

/// Why a session was ended before its time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    SignedOut,
    /// Another role was chosen, which is a new session.
    Role,
    /// Somebody has signed in anew in the same browser.
    Replaced,
    /// Its holder ended it from another one.
    Elsewhere,
    Password,
    /// An admin closed the account.
    Admin,
    /// Its tablet was taken out of use.
    Tablet,
}

impl Why {
    const ALL: [Self; 7] =
        [Self::SignedOut, Self::Role, Self::Replaced, Self::Elsewhere, Self::Password, Self::Admin, Self::Tablet];

    const fn code(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Role => "role",
            Self::Replaced => "replaced",
            Self::Elsewhere => "elsewhere",
            Self::Password => "password",
            Self::Admin => "admin",
            Self::Tablet => "tablet",
        }
    }
}

/// How a session is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Over {
    /// Not used for so many minutes.
    Idle(i64),
    /// As old as a session may be: so many hours.
    Old(i64),
    /// It was ended; nothing when nobody noted why.
    Ended(Option<Why>),
}

/// A line of the list of one's own sessions.
#[derive(Clone, Debug)]
pub struct SessionLine {
    pub id: String,
    pub role: Option<Role>,
    pub device_label: String,
    pub created_at: Instant,
    pub seen_at: Instant,
    pub current: bool,
}

/// Idle and absolute limit in milliseconds.
fn limits(role: Option<Role>, on_tablet: bool) -> (i64, i64) {
    match role {
        _ if on_tablet => (12 * HOUR, 30 * 24 * HOUR),
        Some(Role::MunicipalOfficer | Role::OrganisationAdmin | Role::Auditor) => (15 * MINUTE, 8 * HOUR),
        _ => (30 * MINUTE, 12 * HOUR),
    }
}

/// Seconds that the browser keeps the cookie: on a tablet over restarts, else until it is closed.
pub fn cookie_seconds(on_tablet: bool) -> Option<i64> {
    on_tablet.then_some(limits(None, true).1 / 1000)
}

/// Who is being signed in, where.
pub struct NewSession<'a> {
    pub municipality: &'a MunicipalityCode,
    pub user: UserId,
    pub role: Option<Role>,
    pub device: Option<DeviceId>,
    pub device_label: &'a str,
}

/// Makes a session; answers the token for the cookie. A new sign-in always gets a new token.
pub async fn create(state: &AppState, tx: &mut Tx, new: NewSession<'_>) -> Result<String, Error> {
    let token = state.secret();
    let now = state.now();
    let id = state.with_chance(|chance| domain::ids::uuid_v7(now, chance));
    tx.run(
        sql!("INSERT INTO staff_session (hash, municipality, id, account, role, device, device_label, created_at, seen_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)"),
        [
            token::hash(&token).into(),
            new.municipality.into(),
            id.into(),
            new.user.into(),
            new.role.map(Role::code).map(str::to_owned).into(),
            new.device.into(),
            new.device_label.into(),
            now.into(),
        ],
    )
    .await?;
    Ok(token)
}

const FIND: &str = sql!(
    "SELECT s.municipality, s.id, s.account, s.device, s.created_at, s.seen_at, r.role, \
     s.must_enrol, a.name, a.login, a.language, a.organisation, b.id AS opened, b.participant AS opened_person, b.ends_at \
     FROM staff_session s \
     JOIN account a ON a.municipality = s.municipality AND a.id = s.account \
     LEFT JOIN account_role r ON r.municipality = s.municipality AND r.account = s.account AND r.role = s.role \
     LEFT JOIN break_glass b ON b.municipality = s.municipality AND b.session = s.id AND b.role = r.role \
     AND b.ended_at IS NULL AND b.begun_at <= $2 AND b.ends_at > $2 \
     WHERE s.hash = $1 AND s.ended_at IS NULL AND a.disabled_at IS NULL"
);

/// The good session behind a cookie's token. Also notes, at most once a minute, that it was used.
pub async fn find(state: &AppState, token: &str) -> Result<Option<SignedIn>, Error> {
    let mut tx = state.db.read(Unscoped::Door).await?;
    let found = look(state, &mut tx, token).await?;
    drop(tx);
    let Some((who, used)) = found else { return Ok(None) };
    if let Some(used) = used {
        audit::note_used(state, &who.municipality, used).await?;
    }
    Ok(Some(who))
}

/// As [`find`], with what is to be noted of it, for whoever writes anyway.
pub async fn look(state: &AppState, tx: &mut Tx, token: &str) -> Result<Option<(SignedIn, Option<Use>)>, Error> {
    let hash = token::hash(token);
    let now = state.now();
    let row = tx.maybe(FIND, [hash.as_str().into(), now.into()]).await?;
    let Some(row) = row else { return Ok(None) };
    let role = match row.get::<Option<String>>("role")? {
        Some(_) => Some(row.code("role", Role::from_code)?),
        None => None,
    };
    let device: Option<DeviceId> = row.parse_opt("device")?;
    let (created, seen): (Instant, Instant) = (row.get("created_at")?, row.get("seen_at")?);
    if has_run_out((created, seen), limits(role, device.is_some()), now) {
        return Ok(None);
    }
    // What was noted at a later time than it is now was noted before the clock was set back.
    let is_due = now.millis_since(seen) >= MINUTE || seen > now || created > now;
    let used = is_due.then(|| Use::of_session(hash, now));
    let signed_in = signed_in(&row, role, device)?;
    // What the installation does not ask for any more is not waited for.
    let must_enrol = signed_in.must_enrol && second_factor::is_required(state);
    Ok(Some((SignedIn { must_enrol, ..signed_in }, used)))
}

/// Whether a session that began and was last used then has been idle for too long, or is too old.
fn has_run_out((created, seen): (Instant, Instant), (idle, absolute): (i64, i64), now: Instant) -> bool {
    now.millis_since(seen) >= idle || now.millis_since(created) >= absolute
}

fn signed_in(row: &Row, role: Option<Role>, device: Option<DeviceId>) -> Result<SignedIn, Error> {
    Ok(SignedIn {
        municipality: row.code("municipality", MunicipalityCode::new)?,
        user: row.parse("account")?,
        organisation: row.parse("organisation")?,
        name: row.get("name")?,
        login: row.get("login")?,
        language: row.get("language")?,
        role,
        device,
        session: row.get("id")?,
        opened: Opened::of(row)?,
        must_enrol: !row.is_null("must_enrol"),
    })
}

/// How the session behind a cookie's token is over; nothing for one that is good, or that never was.
pub async fn over(tx: &mut Tx, token: &str, now: Instant) -> Result<Option<Over>, Error> {
    let sql = sql!("SELECT role, device, created_at, seen_at, ended_at, ended_why FROM staff_session WHERE hash = $1");
    let Some(row) = tx.maybe(sql, [token::hash(token).into()]).await? else { return Ok(None) };
    if !row.is_null("ended_at") {
        let why = row.get::<Option<String>>("ended_why")?;
        return Ok(Some(Over::Ended(Why::ALL.into_iter().find(|known| why.as_deref() == Some(known.code())))));
    }
    let role = row.get::<Option<String>>("role")?.as_deref().and_then(Role::from_code);
    let (created, seen): (Instant, Instant) = (row.get("created_at")?, row.get("seen_at")?);
    let (idle, absolute) = limits(role, !row.is_null("device"));
    let old = (now.millis_since(created) >= absolute).then_some(Over::Old(absolute / HOUR));
    Ok(old.or_else(|| (now.millis_since(seen) >= idle).then_some(Over::Idle(idle / MINUTE))))
}

/// Nothing else opens in this session before a second factor is set up.
pub async fn must_enrol(tx: &mut Tx, token: &str) -> Result<(), Error> {
    let sql = sql!("UPDATE staff_session SET must_enrol = 1 WHERE hash = $1");
    tx.run(sql, [token::hash(token).into()]).await.map(|_| ())
}

/// The same for every session of an account at a desk, or no longer.
pub async fn all_must_enrol(tx: &mut Tx, (tenant, user): (&MunicipalityCode, UserId), must: bool) -> Result<(), Error> {
    let sql = sql!(
        "UPDATE staff_session SET must_enrol = $3 \
         WHERE municipality = $1 AND account = $2 AND ended_at IS NULL AND device IS NULL"
    );
    tx.run(sql, [tenant.into(), user.into(), must.then_some(1_i64).into()]).await.map(|_| ())
}

/// On tablets, which ask for no code, the account's roles of the desk are open no more: another is chosen there.
pub async fn close_on_tablets(tx: &mut Tx, (tenant, user): (&MunicipalityCode, UserId)) -> Result<(), Error> {
    let sql = sql!(
        "UPDATE staff_session SET role = NULL \
         WHERE municipality = $1 AND account = $2 AND ended_at IS NULL AND device IS NOT NULL AND role = $3"
    );
    for role in Role::ALL.iter().copied().filter(|role| second_factor::is_for(&[*role])) {
        tx.run(sql, [tenant.into(), user.into(), role.code().into()]).await?;
    }
    Ok(())
}

impl SignedIn {
    /// The scope in the active role; nothing while no role is active.
    pub fn scope(&self, state: &AppState) -> Result<Option<Scope>, Error> {
        let Some(role) = self.role else { return Ok(None) };
        let asker = Asker::Staff { user: self.user, role, organisation: self.organisation };
        let scope = Scope::of(asker, self.municipality.clone(), state.today())?;
        Ok(Some(scope.with_opened(self.opened.map(|opened| opened.person))))
    }

    /// The roles that the account has, in the order of the table of roles.
    pub async fn roles(&self, tx: &mut Tx) -> Result<Vec<Role>, Error> {
        super::accounts::roles(tx, &self.municipality, self.user).await
    }

    /// Makes a role active, in a session with a new token (a change of rights is a new sign-in).
    pub async fn choose(&self, state: &AppState, role: Role, request_id: &str) -> Result<String, Error> {
        let chosen = state.write(Unscoped::SignedIn, |mut tx| async move {
            if !self.roles(&mut tx).await?.contains(&role) {
                return Err(Error::Forbidden);
            }
            let label = end(state, &mut tx, self, &self.session, Why::Role, request_id).await?;
            let new = NewSession {
                municipality: &self.municipality,
                user: self.user,
                role: Some(role),
                device: self.device,
                device_label: label.as_deref().unwrap_or_default(),
            };
            let token = create(state, &mut tx, new).await?;
            // The role may be new: at the sign-in nothing was asked for it.
            let is_missing =
                self.device.is_none() && second_factor::is_missing(state, &mut tx, self.whose(), &[role]).await?;
            if self.must_enrol || is_missing {
                must_enrol(&mut tx, &token).await?;
            }
            let before = self.role.map(|role| format!(" -{role}")).unwrap_or_default();
            let entry = audit::Entry {
                role: Some(role),
                fields: format!("+{role}{before}"),
                ..audit::Entry::of_session(self, state.now(), "role.choose", &self.session, request_id)
            };
            audit::append(&mut tx, &state.secrets, &self.municipality, &entry).await?;
            Ok(tx.done(token))
        });
        let token = chosen.await?;
        state.hub.rights_changed(&self.municipality, self.user);
        Ok(token)
    }
}

/// Ends one of a person's own sessions; its label if there was one to end.
async fn end(
    state: &AppState,
    tx: &mut Tx,
    who: &SignedIn,
    session: &str,
    why: Why,
    request_id: &str,
) -> Result<Option<String>, Error> {
    let by = audit::Entry::of_session(who, state.now(), break_glass::END, session, request_id);
    let row = tx
        .maybe(
            sql!(
                "UPDATE staff_session SET ended_at = $4, ended_why = $5 \
                 WHERE municipality = $1 AND account = $2 AND id = $3 AND ended_at IS NULL RETURNING device_label"
            ),
            [(&who.municipality).into(), who.user.into(), session.into(), by.at.into(), why.code().into()],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    break_glass::end_with(state, tx, &who.municipality, session, &by).await?;
    row.get("device_label").map(Some)
}

/// As [`end`], in a unit of work of its own, with its row in the log: signing out, or ending another session.
pub async fn end_own(
    state: &AppState,
    who: &SignedIn,
    session: &str,
    request_id: &str,
) -> Result<Option<String>, Error> {
    let own = session == who.session;
    let (verb, why) = if own { ("sign_out", Why::SignedOut) } else { ("session.end", Why::Elsewhere) };
    let ended = state.write(Unscoped::SignedIn, |mut tx| async move {
        let ended = end(state, &mut tx, who, session, why, request_id).await?;
        if ended.is_some() {
            let entry = audit::Entry::of_session(who, state.now(), verb, session, request_id);
            audit::append(&mut tx, &state.secrets, &who.municipality, &entry).await?;
        }
        Ok(tx.done(ended))
    });
    let ended = ended.await?;
    state.hub.rights_changed(&who.municipality, who.user);
    Ok(ended)
}

/// Ends what a browser held before somebody signed in there; logged where it was open, in the log of whose it was.
pub async fn replace(state: &AppState, tx: &mut Tx, token: &str, by: &Known, request_id: &str) -> Result<(), Error> {
    let row = tx
        .maybe(
            sql!(
                "UPDATE staff_session SET ended_at = $2, ended_why = $3 WHERE hash = $1 AND ended_at IS NULL \
                 RETURNING municipality, id, account, role, device"
            ),
            [token::hash(token).into(), state.now().into(), Why::Replaced.code().into()],
        )
        .await?;
    let Some(row) = row else { return Ok(()) };
    let (tenant, session): (MunicipalityCode, String) =
        (row.code("municipality", MunicipalityCode::new)?, row.get("id")?);
    let role = row.get::<Option<String>>("role")?;
    let entry = audit::Entry {
        actor: Some(by.user),
        role: role.as_deref().and_then(Role::from_code),
        device: row.parse_opt("device")?,
        entities: format!("session:{session} account:{}", row.get::<String>("account")?),
        fields: "replaced".to_owned(),
        ..audit::Entry::new(state.now(), "session.end", request_id)
    };
    break_glass::end_with(state, tx, &tenant, &session, &entry).await?;
    audit::append(tx, &state.secrets, &tenant, &entry).await
}

/// Ends all sessions of an account, for example when it is disabled or gets a new password. `by`: who does it, and when.
pub async fn end_all(
    state: &AppState,
    tx: &mut Tx,
    municipality: &MunicipalityCode,
    user: UserId,
    why: Why,
    by: &audit::Entry,
) -> Result<(), Error> {
    let sql = sql!(
        "UPDATE staff_session SET ended_at = $3, ended_why = $4 \
         WHERE municipality = $1 AND account = $2 AND ended_at IS NULL"
    );
    tx.run(sql, [municipality.into(), user.into(), by.at.into(), why.code().into()]).await?;
    break_glass::end_of(state, tx, municipality, user, by).await
}

/// Ends all sessions on a tablet.
pub async fn end_on(
    state: &AppState,
    tx: &mut Tx,
    municipality: &MunicipalityCode,
    device: DeviceId,
    by: &audit::Entry,
) -> Result<(), Error> {
    let ended = tx
        .all(
            sql!(
                "UPDATE staff_session SET ended_at = $3, ended_why = $4 \
                 WHERE municipality = $1 AND device = $2 AND ended_at IS NULL RETURNING id"
            ),
            [municipality.into(), device.into(), by.at.into(), Why::Tablet.code().into()],
        )
        .await?;
    for row in ended {
        break_glass::end_with(state, tx, municipality, &row.get::<String>("id")?, by).await?;
    }
    Ok(())
}

/// One's own sessions that can still be used, newest first.
pub async fn list(state: &AppState, tx: &mut Tx, who: &SignedIn) -> Result<Vec<SessionLine>, Error> {
    let values: [Value; 2] = [(&who.municipality).into(), who.user.into()];
    let rows = tx
        .all(
            sql!(
                "SELECT id, role, device, device_label, created_at, seen_at FROM staff_session \
                 WHERE municipality = $1 AND account = $2 AND ended_at IS NULL ORDER BY seen_at DESC, id"
            ),
            values,
        )
        .await?;
    let now = state.now();
    let mut lines = Vec::new();
    for row in rows {
        let role = row.get::<Option<String>>("role")?.as_deref().and_then(Role::from_code);
        let (created_at, seen_at): (Instant, Instant) = (row.get("created_at")?, row.get("seen_at")?);
        let (idle, absolute) = limits(role, !row.is_null("device"));
        if now.millis_since(seen_at) < idle && now.millis_since(created_at) < absolute {
            let id: String = row.get("id")?;
            let current = id == who.session;
            lines.push(SessionLine { current, id, role, device_label: row.get("device_label")?, created_at, seen_at });
        }
    }
    Ok(lines)
}

/// Whether this is or was one of one's own sessions.
pub async fn is_own(tx: &mut Tx, who: &SignedIn, session: &str) -> Result<bool, Error> {
    let sql = sql!("SELECT id FROM staff_session WHERE municipality = $1 AND account = $2 AND id = $3");
    let values = [(&who.municipality).into(), who.user.into(), session.into()];
    Ok(tx.maybe(sql, values).await?.is_some())
}

/// Whether a session that was good a while ago still is: not ended, not run out, its account open, its role held.
pub async fn is_live(tx: &mut Tx, who: &SignedIn, now: Instant) -> Result<bool, Error> {
    let row = tx
        .maybe(
            sql!(
                "SELECT s.created_at, s.seen_at FROM staff_session s \
                  JOIN account a ON a.municipality = s.municipality AND a.id = s.account \
                  JOIN account_role r ON r.municipality = s.municipality AND r.account = s.account AND r.role = s.role \
                  WHERE s.municipality = $1 AND s.id = $2 AND s.ended_at IS NULL AND a.disabled_at IS NULL"
            ),
            [(&who.municipality).into(), who.session.as_str().into()],
        )
        .await?;
    let Some(row) = row else { return Ok(false) };
    let times = (row.get("created_at")?, row.get("seen_at")?);
    Ok(!has_run_out(times, limits(who.role, who.device.is_some()), now))
}
