//! Municipalities, organisations, accounts, their roles, their groups, and one-time set-up links.

use std::collections::HashMap;

use domain::access::{Action, Role};
use domain::groups::Group;
use domain::ids::{GroupId, MunicipalityCode, OrganisationId, UserId};
use domain::names::sort_key;
use domain::text::normal;
use domain::time::Instant;

use super::offers::RoleChange;
use super::scope::Asker;
use super::scoped_tx::ScopedTx;
use super::{break_glass, places, sessions, token};
use crate::audit::Entry;
use crate::db::{Lookup, Row, Tx, Unscoped};
use crate::error::Error;
use crate::state::AppState;

/// A set-up link lives this long.
const LINK_MILLIS: i64 = 7 * 24 * 3_600_000;

/// An account to be made. It can be used once its set-up link has been.
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub login: String,
    pub name: String,
    /// `fi`, `sv` or `en`.
    pub language: String,
    pub organisation: OrganisationId,
    pub roles: Vec<Role>,
}

/// An account as the organisation's admin sees it.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: UserId,
    pub login: String,
    pub name: String,
    pub language: String,
    pub organisation: OrganisationId,
    pub roles: Vec<Role>,
    pub has_password: bool,
    pub disabled_at: Option<Instant>,
}

/// Why an account could not be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LoginTaken;

/// A sign-in name as it is stored and compared.
pub fn normal_login(typed: &str) -> String {
    normal(&normal(typed).to_lowercase()).trim().to_owned()
}

/// Makes a municipality with its own organisation; the organisation's id, also when both were there.
pub async fn create_municipality(
    state: &AppState,
    tx: &mut Tx,
    code: &MunicipalityCode,
    name: &str,
) -> Result<OrganisationId, Error> {
    let now = state.now();
    tx.run(
        sql!(
            "INSERT INTO municipality (municipality, name, created_at) VALUES ($1, $2, $3) \
             ON CONFLICT (municipality) DO UPDATE SET name = excluded.name"
        ),
        [code.into(), name.into(), now.into()],
    )
    .await?;
    if let Some(id) = own_organisation(tx, code).await? {
        return Ok(id);
    }
    let id = state.with_chance(|chance| OrganisationId::new(now, chance));
    tx.run(
        sql!("INSERT INTO organisation (municipality, id, parent, name, sort_key, created_at) VALUES ($1, $2, NULL, $3, $4, $5)"),
        [code.into(), id.into(), name.into(), sort_key(name).into(), now.into()],
    )
    .await?;
    Ok(id)
}

/// Whether the municipality is known here.
pub async fn municipality_exists(tx: &mut Tx, code: &MunicipalityCode) -> Result<bool, Error> {
    Ok(tx.maybe(sql!("SELECT name FROM municipality WHERE municipality = $1"), [code.into()]).await?.is_some())
}

/// Every municipality of this installation.
pub async fn municipalities(tx: &mut Tx) -> Result<Vec<MunicipalityCode>, Error> {
    let rows = tx.all(sql!("SELECT municipality FROM municipality ORDER BY municipality"), []).await?;
    rows.iter().map(|row| row.code("municipality", MunicipalityCode::new)).collect()
}

/// Whether anybody can sign in yet, or could with a set-up code.
pub async fn any_account(tx: &mut Tx) -> Result<bool, Error> {
    let sql = sql!(
        "SELECT o.id FROM organisation o WHERE EXISTS (SELECT 1 FROM account a WHERE a.municipality = o.municipality \
         AND a.organisation = o.id) LIMIT 1"
    );
    Ok(tx.maybe(sql, []).await?.is_some())
}

/// The municipality that was made before anybody had an account, with its name; nothing when there are several.
pub async fn only_municipality(tx: &mut Tx) -> Result<Option<(String, String)>, Error> {
    let rows = tx.all(sql!("SELECT municipality, name FROM municipality ORDER BY municipality LIMIT 2"), []).await?;
    match rows.as_slice() {
        [only] => Ok(Some((only.get("municipality")?, only.get("name")?))),
        _ => Ok(None),
    }
}

/// The municipality's own organisation: the one without a parent.
pub async fn own_organisation(tx: &mut Tx, code: &MunicipalityCode) -> Result<Option<OrganisationId>, Error> {
    let row =
        tx.maybe(sql!("SELECT id FROM organisation WHERE municipality = $1 AND parent IS NULL"), [code.into()]).await?;
    row.map(|row| row.parse("id")).transpose()
}

/// The partner organisation of this name, made below the municipality's own when it is missing.
pub async fn organisation_named(state: &AppState, tx: &mut ScopedTx, name: &str) -> Result<OrganisationId, Error> {
    let sql = sql!("SELECT id FROM organisation WHERE municipality = $1 AND name = $2");
    if let Some(row) = tx.maybe(sql, [name.into()]).await? {
        return row.parse("id");
    }
    let (bare, tenant) = tx.unscoped(Unscoped::Installation);
    let parent = own_organisation(bare, tenant).await?.ok_or(Error::NotFound)?;
    let now = state.now();
    let id = state.with_chance(|chance| OrganisationId::new(now, chance));
    tx.run(
        sql!("INSERT INTO organisation (municipality, id, parent, name, sort_key, created_at) VALUES ($1, $2, $3, $4, $5, $6)"),
        [id.into(), parent.into(), name.into(), sort_key(name).into(), now.into()],
    )
    .await?;
    Ok(id)
}

/// The organisations for which an admin may make accounts: the own one and those below it.
pub async fn organisations(tx: &mut ScopedTx) -> Result<Vec<(OrganisationId, String)>, Error> {
    let own = tx.scope().within(Action::ManageAccounts)?.provider;
    let rows = tx
        .all(
            sql!(
                "SELECT id, name FROM organisation WHERE municipality = $1 AND ($2 = '' OR id = $2 OR parent = $2) \
                 ORDER BY sort_key, id"
            ),
            [own.into()],
        )
        .await?;
    rows.iter().map(|row| Ok((row.parse("id")?, row.get("name")?))).collect()
}

/// Makes an account.
pub async fn create(
    state: &AppState,
    tx: &mut ScopedTx,
    new: &NewAccount,
) -> Result<Result<UserId, LoginTaken>, Error> {
    let id = state.with_chance(|chance| UserId::new(state.now(), chance));
    create_as(state, tx, id, new).await
}

/// As [`create`], under the id that the form carries.
pub async fn create_as(
    state: &AppState,
    tx: &mut ScopedTx,
    id: UserId,
    new: &NewAccount,
) -> Result<Result<UserId, LoginTaken>, Error> {
    if !organisations(tx).await?.iter().any(|(id, _)| *id == new.organisation) {
        return Err(Error::NotFound);
    }
    let by = admin(tx);
    let (tx, tenant) = tx.unscoped(Unscoped::Account);
    insert(state, tx, (tenant, id), new, by).await
}

/// As [`create`], also for the first account of an installation, which nobody's scope reaches yet. `by`: the admin who
/// makes it, if one does.
pub async fn insert(
    state: &AppState,
    tx: &mut Tx,
    (code, id): (&MunicipalityCode, UserId),
    new: &NewAccount,
    by: Option<UserId>,
) -> Result<Result<UserId, LoginTaken>, Error> {
    let now = state.now();
    let made = tx
        .run(
            sql!(
                "INSERT INTO account (municipality, id, organisation, login, name, sort_key, language, created_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING"
            ),
            [
                code.into(),
                id.into(),
                new.organisation.into(),
                normal_login(&new.login).into(),
                new.name.as_str().into(),
                sort_key(&new.name).into(),
                new.language.as_str().into(),
                now.into(),
            ],
        )
        .await?;
    if made == 0 {
        return Ok(Err(LoginTaken));
    }
    RoleChange::between(&[], &new.roles, by).make(tx, code, id, &new.roles, now).await?;
    Ok(Ok(id))
}

pub(super) async fn grant_roles(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    account: UserId,
    roles: &[Role],
    now: Instant,
) -> Result<(), Error> {
    for role in roles {
        tx.run(
            sql!(
                "INSERT INTO account_role (municipality, account, role, granted_at) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (municipality, account, role) DO NOTHING"
            ),
            [tenant.into(), account.into(), role.code().into(), now.into()],
        )
        .await?;
    }
    Ok(())
}

/// Makes these an account's roles, those that show people only once somebody else has said yes. What was active and is
/// gone ends with the next request.
pub async fn set_roles(tx: &mut ScopedTx, account: UserId, wanted: &[Role], now: Instant) -> Result<RoleChange, Error> {
    let before = find(tx, account).await?.ok_or(Error::NotFound)?.roles;
    let change = RoleChange::between(&before, wanted, admin(tx));
    let (tx, tenant) = tx.unscoped(Unscoped::Account);
    change.make(tx, tenant, account, wanted, now).await?;
    Ok(change)
}

/// Who gives roles; nobody when the command line does, whose word is enough.
fn admin(tx: &ScopedTx) -> Option<UserId> {
    let by_command = matches!(tx.scope().asker(), Asker::CommandLine);
    (!by_command).then(|| tx.scope().user())
}

/// The roles of an account, in the order of the table of roles.
pub async fn roles(tx: &mut Tx, tenant: &MunicipalityCode, account: UserId) -> Result<Vec<Role>, Error> {
    let rows = tx
        .all(
            sql!("SELECT role FROM account_role WHERE municipality = $1 AND account = $2"),
            [tenant.into(), account.into()],
        )
        .await?;
    let mut roles = rows.iter().map(|row| row.code("role", Role::from_code)).collect::<Result<Vec<_>, _>>()?;
    roles.sort();
    Ok(roles)
}

pub(super) const ROLES: Lookup =
    lookup!("SELECT account, role FROM account_role WHERE municipality = $1 AND account IN (", ")");

/// The accounts within an admin's reach, by name.
pub async fn list(tx: &mut ScopedTx) -> Result<Vec<Account>, Error> {
    let own = tx.scope().within(Action::ManageAccounts)?.provider;
    let rows = tx
        .all(
            sql!(
                "SELECT a.id, a.login, a.name, a.language, a.organisation, a.password, a.disabled_at \
                 FROM organisation o CROSS JOIN account a WHERE o.municipality = $1 \
                 AND ($2 = '' OR o.id = $2 OR o.parent = $2) AND a.municipality = $1 AND a.organisation = o.id \
                 ORDER BY a.sort_key, a.id"
            ),
            [own.into()],
        )
        .await?;
    let mut granted: HashMap<String, Vec<Role>> = HashMap::new();
    let listed = rows.iter().map(|row| row.get::<String>("id")).collect::<Result<Vec<_>, _>>()?;
    for row in tx.lookup(&ROLES, listed).await? {
        granted.entry(row.get("account")?).or_default().push(row.code("role", Role::from_code)?);
    }
    let with_roles = |row: &Row| {
        let mut roles = granted.remove(&row.get::<String>("id")?).unwrap_or_default();
        roles.sort();
        account(row, roles)
    };
    rows.iter().map(with_roles).collect()
}

/// One account, if it is within an admin's reach.
pub async fn find(tx: &mut ScopedTx, id: UserId) -> Result<Option<Account>, Error> {
    let own = tx.scope().within(Action::ManageAccounts)?.provider;
    let row = tx
        .maybe(
            sql!(
                "SELECT a.id, a.login, a.name, a.language, a.organisation, a.password, a.disabled_at FROM account a \
                 JOIN organisation o ON o.municipality = a.municipality AND o.id = a.organisation \
                 WHERE a.municipality = $1 AND ($2 = '' OR o.id = $2 OR o.parent = $2) AND a.id = $3"
            ),
            [own.into(), id.into()],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let (tx, tenant) = tx.unscoped(Unscoped::Account);
    let roles = roles(tx, tenant, id).await?;
    account(&row, roles).map(Some)
}

fn account(row: &Row, roles: Vec<Role>) -> Result<Account, Error> {
    Ok(Account {
        id: row.parse("id")?,
        login: row.get("login")?,
        name: row.get("name")?,
        language: row.get("language")?,
        organisation: row.parse("organisation")?,
        roles,
        has_password: !row.is_null("password"),
        disabled_at: row.get("disabled_at")?,
    })
}

/// The number that an account's holder has given.
pub async fn phone_of(tx: &mut Tx, code: &MunicipalityCode, account: UserId) -> Result<Option<String>, Error> {
    let sql = sql!("SELECT phone FROM account WHERE municipality = $1 AND id = $2");
    tx.one(sql, [code.into(), account.into()]).await?.get("phone")
}

/// The same, and whether everybody may read it where groups are found.
pub async fn own_phone(tx: &mut Tx, code: &MunicipalityCode, account: UserId) -> Result<(Option<String>, bool), Error> {
    let sql = sql!("SELECT phone, phone_public FROM account WHERE municipality = $1 AND id = $2");
    let row = tx.one(sql, [code.into(), account.into()]).await?;
    Ok((row.get("phone")?, !row.is_null("phone_public")))
}

/// Lets everybody read it, or nobody any more but the people of the own groups. Its holder alone says so.
pub async fn publish_phone(
    tx: &mut Tx,
    (code, account): (&MunicipalityCode, UserId),
    public: bool,
) -> Result<(), Error> {
    let sql = sql!("UPDATE account SET phone_public = $3 WHERE municipality = $1 AND id = $2 AND phone IS NOT NULL");
    tx.run(sql, [code.into(), account.into(), public.then_some(1_i64).into()]).await?;
    Ok(())
}

/// Calls its holder otherwise. The caller has found the account within reach.
pub async fn rename(tx: &mut ScopedTx, account: UserId, name: &str) -> Result<(), Error> {
    tx.require(Action::ManageAccounts)?;
    let sql = sql!("UPDATE account SET name = $3, sort_key = $4 WHERE municipality = $1 AND id = $2");
    tx.run(sql, [account.into(), name.into(), sort_key(name).into()]).await?;
    Ok(())
}

/// Sets or, with `None`, removes it. What its holder said of another number does not hold for this one.
pub async fn set_phone(
    tx: &mut Tx,
    (code, account): (&MunicipalityCode, UserId),
    phone: Option<&str>,
) -> Result<(), Error> {
    let sql = sql!(
        "UPDATE account SET phone = $3, phone_public = CASE WHEN phone = $3 THEN phone_public END \
         WHERE municipality = $1 AND id = $2"
    );
    tx.run(sql, [code.into(), account.into(), phone.into()]).await?;
    Ok(())
}

/// Disables an account (its sessions end at once), or opens it again.
pub async fn set_disabled(
    state: &AppState,
    tx: &mut ScopedTx,
    id: UserId,
    disabled: bool,
    by: &Entry,
) -> Result<(), Error> {
    find(tx, id).await?.ok_or(Error::NotFound)?;
    let since = disabled.then_some(by.at);
    tx.run(sql!("UPDATE account SET disabled_at = $3 WHERE municipality = $1 AND id = $2"), [id.into(), since.into()])
        .await?;
    if disabled {
        let (tx, tenant) = tx.unscoped(Unscoped::Account);
        sessions::end_all(state, tx, tenant, id, sessions::Why::Admin, by).await?;
    }
    Ok(())
}

/// A group that an account can be given, and whether it leads it now.
#[derive(Clone, Debug)]
pub struct GroupChoice {
    pub group: Group,
    pub led: bool,
}

/// The groups of the account's organisation that an account can be given: those that run or will, and those that it
/// leads now.
pub async fn group_choices(tx: &mut ScopedTx, account: &Account) -> Result<Vec<GroupChoice>, Error> {
    tx.require(Action::ManageAccounts)?;
    let today = tx.scope().today();
    let rows = tx
        .all(
            sql!(
                "SELECT g.id, g.body, (SELECT MIN(s.from_day) FROM group_staff s WHERE s.municipality = g.municipality \
                 AND s.exercise_group = g.id AND s.account = $3 AND s.from_day <= $4 \
                 AND (s.to_day IS NULL OR s.to_day >= $4)) AS led_since FROM exercise_group g \
                 WHERE g.municipality = $1 AND g.provider = $2 AND g.deleted_at IS NULL ORDER BY g.sort_key, g.id"
            ),
            [account.organisation.into(), account.id.into(), today.into()],
        )
        .await?;
    let all = rows.iter().map(|row| Ok(GroupChoice { group: row.json("body")?, led: !row.is_null("led_since") }));
    let mut groups = all.collect::<Result<Vec<GroupChoice>, Error>>()?;
    groups.retain(|one| one.led || one.group.season_end.is_none_or(|end| end >= today));
    Ok(groups)
}

/// Makes the account lead exactly these of its organisation's groups from today on.
pub async fn set_groups(tx: &mut ScopedTx, account: &Account, wanted: &[GroupId]) -> Result<(), Error> {
    let choices = group_choices(tx, account).await?;
    if wanted.iter().any(|id| !choices.iter().any(|choice| choice.group.id == *id)) {
        return Err(Error::NotFound);
    }
    let today = tx.scope().today();
    for choice in choices {
        let group = choice.group.id;
        let want = wanted.contains(&group);
        if want && !choice.led {
            lead(tx, group, account.id, None).await?;
        } else if !want && choice.led {
            tx.run(
                sql!(
                    "DELETE FROM group_staff WHERE municipality = $1 AND exercise_group = $2 AND account = $3 \
                     AND (to_day IS NULL OR to_day >= $4)"
                ),
                [group.into(), account.id.into(), today.into()],
            )
            .await?;
        }
    }
    Ok(())
}

/// `$6`: the admin's own organisation, or empty for every one.
const LEAD: &str = sql!(
    "INSERT INTO group_staff (municipality, exercise_group, account, from_day, to_day) \
     SELECT g.municipality, g.id, a.id, $4, $5 FROM exercise_group g \
     JOIN account a ON a.municipality = g.municipality AND a.id = $3 \
     JOIN organisation p ON p.municipality = g.municipality AND p.id = g.provider \
     JOIN organisation o ON o.municipality = g.municipality AND o.id = a.organisation \
     WHERE g.municipality = $1 AND g.id = $2 AND g.deleted_at IS NULL \
     AND ($6 = '' OR ((p.id = $6 OR p.parent = $6) AND (o.id = $6 OR o.parent = $6))) \
     ON CONFLICT (municipality, exercise_group, account, from_day) DO UPDATE SET to_day = excluded.to_day"
);

/// Gives a group to an account from today on; with `until`, as a substitute to that day. Either of them beyond the
/// admin's reach is not found.
pub async fn lead(
    tx: &mut ScopedTx,
    group: GroupId,
    account: UserId,
    until: Option<domain::time::Day>,
) -> Result<(), Error> {
    let own = tx.scope().within(Action::ManageAccounts)?.provider;
    let today = tx.scope().today();
    let given = tx.run(LEAD, [group.into(), account.into(), today.into(), until.into(), own.into()]).await?;
    if given == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Makes a one-time set-up code for an account; earlier unused ones stop working. Shown once, stored as hash.
pub async fn setup_link(state: &AppState, tx: &mut ScopedTx, account: UserId) -> Result<String, Error> {
    find(tx, account).await?.ok_or(Error::NotFound)?;
    tx.run(
        sql!("DELETE FROM setup_link WHERE municipality = $1 AND account = $2 AND used_at IS NULL"),
        [account.into()],
    )
    .await?;
    let (tx, tenant) = tx.unscoped(Unscoped::Account);
    insert_link(state, tx, tenant.as_str(), Some(account)).await
}

/// Codes that were made at a later time than it is now, before the clock was set back, are good for as long as one that
/// is made now.
pub async fn set_back_links(tx: &mut Tx, now: Instant) -> Result<(), Error> {
    let sql = sql!("UPDATE setup_link SET created_at = $1, expires_at = $2 WHERE created_at > $1 AND used_at IS NULL");
    tx.run(sql, [now.into(), now.plus_millis(LINK_MILLIS).into()]).await?;
    Ok(())
}

/// The code that sets the whole installation up: its first admin, and the municipality if there is none. Only while
/// nobody has an account.
pub async fn first_link(state: &AppState, tx: &mut Tx) -> Result<Option<String>, Error> {
    if any_account(tx).await? {
        return Ok(None);
    }
    tx.run(sql!("DELETE FROM setup_link WHERE municipality = ''"), []).await?;
    insert_link(state, tx, "", None).await.map(Some)
}

async fn insert_link(state: &AppState, tx: &mut Tx, tenant: &str, account: Option<UserId>) -> Result<String, Error> {
    let code = token::setup_code(state);
    let now = state.now();
    set_back_links(tx, now).await?;
    tx.run(
        sql!(
            "INSERT INTO setup_link (hash, municipality, account, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)"
        ),
        [token::hash(&code).into(), tenant.into(), account.into(), now.into(), now.plus_millis(LINK_MILLIS).into()],
    )
    .await?;
    Ok(code)
}

/// What a good set-up code is for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SetUp {
    Installation,
    Account(MunicipalityCode, UserId),
}

/// Uses a code up; nothing when it is unknown, used, or too old.
pub async fn redeem(tx: &mut Tx, code: &str, now: Instant) -> Result<Option<SetUp>, Error> {
    let row = tx
        .maybe(
            sql!(
                "UPDATE setup_link SET used_at = $2 WHERE hash = $1 AND used_at IS NULL AND expires_at > $2 \
                 RETURNING municipality, account"
            ),
            [token::hash(&token::normal_code(code)).into(), now.into()],
        )
        .await?;
    match row {
        Some(row) => set_up_of(tx, &row).await,
        None => Ok(None),
    }
}

/// What a code is for, without using it up; nothing when it is unknown, used, or too old.
pub async fn peek(tx: &mut Tx, code: &str, now: Instant) -> Result<Option<SetUp>, Error> {
    let row = tx
        .maybe(
            sql!(
                "SELECT municipality, account FROM setup_link WHERE hash = $1 AND used_at IS NULL AND expires_at > $2"
            ),
            [token::hash(&token::normal_code(code)).into(), now.into()],
        )
        .await?;
    match row {
        Some(row) => set_up_of(tx, &row).await,
        None => Ok(None),
    }
}

async fn set_up_of(tx: &mut Tx, row: &Row) -> Result<Option<SetUp>, Error> {
    Ok(match row.parse_opt::<UserId>("account")? {
        Some(account) => Some(SetUp::Account(row.code("municipality", MunicipalityCode::new)?, account)),
        None if any_account(tx).await? => None,
        None => Some(SetUp::Installation),
    })
}

/// The sign-in name of an account.
pub async fn login_of(tx: &mut Tx, tenant: &MunicipalityCode, account: UserId) -> Result<String, Error> {
    let sql = sql!("SELECT login FROM account WHERE municipality = $1 AND id = $2");
    tx.one(sql, [tenant.into(), account.into()]).await?.get("login")
}

/// Stores a new password; every session of the account ends, and no browser is known to it any more. A disabled
/// account stays disabled.
pub async fn set_password(
    state: &AppState,
    tx: &mut Tx,
    (tenant, account): (&MunicipalityCode, UserId),
    hashed: &str,
    request_id: &str,
) -> Result<(), Error> {
    tx.run(
        sql!("UPDATE account SET password = $3 WHERE municipality = $1 AND id = $2"),
        [tenant.into(), account.into(), hashed.into()],
    )
    .await?;
    places::forget(tx, tenant, account).await?;
    let by = Entry { actor: Some(account), ..Entry::new(state.now(), break_glass::END, request_id) };
    sessions::end_all(state, tx, tenant, account, sessions::Why::Password, &by).await
}
