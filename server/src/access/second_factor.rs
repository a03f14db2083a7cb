//! The second factor of whoever works at the desk: a code of an authenticator (RFC 6238), or a recovery code
//! (docs/access.md, Second factor).

use domain::access::Role;
use domain::ids::{MunicipalityCode, UserId};
use domain::time::Instant;
use totp_rs::{Algorithm, Builder, Secret, Totp};
use uuid::Uuid;

use super::token;
use crate::config::SecondFactor;
use crate::db::{Bulk, Tx};
use crate::error::Error;
use crate::secrets::{Secrets, hmac, to_hex};
use crate::state::AppState;

/// How long a code holds, in seconds; the one before and the one after are taken, too.
const STEP: u64 = 30;
/// How many recovery codes there are.
pub const CODES: usize = 10;
/// So long after it was confirmed the same form confirms it again, in milliseconds: its first answer was never seen.
const AGAIN: i64 = 10 * 60_000;

/// Whose factor.
pub type Whose<'a> = (&'a MunicipalityCode, UserId);

/// What is known of an account's factor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Factor {
    kid: Uuid,
    /// Since when it is asked for; nothing while it is being set up.
    pub confirmed_at: Option<Instant>,
    last_step: i64,
    /// The step by whose code recovery codes were last made anew.
    codes_step: Option<i64>,
}

impl Factor {
    pub fn is_on(&self) -> bool {
        self.confirmed_at.is_some()
    }
}

/// Whether an account with these roles may have one: roles that see people or figures at a desk.
pub fn is_for(roles: &[Role]) -> bool {
    let desk = |role: &Role| !matches!(role, Role::Instructor | Role::PeerInstructor);
    roles.iter().any(desk)
}

/// The account's factor, also one that is being set up.
pub async fn of(tx: &mut Tx, (tenant, user): Whose<'_>) -> Result<Option<Factor>, Error> {
    let sql = sql!(
        "SELECT kid, confirmed_at, last_step, codes_step FROM second_factor WHERE municipality = $1 AND account = $2"
    );
    let row = tx.maybe(sql, [tenant.into(), user.into()]).await?;
    row.map(|row| {
        let (confirmed_at, last_step) = (row.get("confirmed_at")?, row.get("last_step")?);
        Ok(Factor { kid: row.parse("kid")?, confirmed_at, last_step, codes_step: row.get("codes_step")? })
    })
    .transpose()
}

/// Whether the account is asked for a code.
pub async fn is_on(tx: &mut Tx, whose: Whose<'_>) -> Result<bool, Error> {
    Ok(of(tx, whose).await?.is_some_and(|factor| factor.is_on()))
}

/// Whether whoever works at a desk in one of these roles must set one up before anything else: the installation asks for
/// it, and there is none yet.
pub async fn is_missing(state: &AppState, tx: &mut Tx, whose: Whose<'_>, roles: &[Role]) -> Result<bool, Error> {
    Ok(is_required(state) && is_for(roles) && !is_on(tx, whose).await?)
}

/// Whether the installation asks for it. Nobody is asked where everything is invented.
pub fn is_required(state: &AppState) -> bool {
    state.config.second_factor == SecondFactor::Required && !state.config.demo
}

/// Begins to set one up; one that was begun or is on stays as it is.
pub async fn begin(state: &AppState, tx: &mut Tx, (tenant, user): Whose<'_>) -> Result<(), Error> {
    let now = state.now();
    let kid = state.with_chance(|chance| domain::ids::uuid_v7(now, chance));
    let sql = sql!(
        "INSERT INTO second_factor (municipality, account, kid, begun_at, last_step) VALUES ($1, $2, $3, $4, 0) \
         ON CONFLICT (municipality, account) DO NOTHING"
    );
    tx.run(sql, [tenant.into(), user.into(), kid.to_string().into(), now.into()]).await?;
    Ok(())
}

/// The authenticator's key. It is made anew each time from the installation's own, so that no database holds it.
fn key(secrets: &Secrets, (tenant, user): Whose<'_>, kid: Uuid) -> Vec<u8> {
    let whole = hmac(&secrets.second_factor, &[tenant.as_str().as_bytes(), user.0.as_bytes(), kid.as_bytes()]);
    whole.iter().take(20).copied().collect()
}

fn totp(key: Vec<u8>, login: &str) -> Result<Totp, Error> {
    let builder = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_skew(1).with_step_duration(STEP);
    // A colon parts the issuer from the account.
    let builder = builder.with_issuer(Some("Vireä")).with_account_name(login.replace(':', "."));
    builder.with_secret(key).build().map_err(|error| Error::Broken(format!("second factor: {error}")))
}

/// What an authenticator reads: the address for its camera, and the key to type, in groups of four.
pub struct Shown {
    pub address: String,
    pub key: String,
}

/// What is shown while it is being set up.
pub fn shown(secrets: &Secrets, whose: Whose<'_>, factor: &Factor, login: &str) -> Result<Shown, Error> {
    let key = key(secrets, whose, factor.kid);
    let typed = Secret::from(key.clone()).to_base32();
    let letters: Vec<char> = typed.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    let address = totp(key, login)?.to_url().map_err(|error| Error::Broken(format!("second factor: {error}")))?;
    Ok(Shown { address, key: groups.join(" ") })
}

/// The step whose code this is, at that moment.
fn step(secrets: &Secrets, whose: Whose<'_>, factor: &Factor, typed: &str, now: Instant) -> Result<Option<i64>, Error> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let seconds = u64::try_from(now.millis() / 1000).unwrap_or_default();
    if digits.len() != 6 {
        return Ok(None);
    }
    let step = totp(key(secrets, whose, factor.kid), "")?.check(&digits, seconds);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// How a sign-in was confirmed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Confirmed {
    Code,
    RecoveryCode,
}

/// Whether what was typed is a code that holds now, or a recovery code that is left. Each is taken once.
pub async fn take(state: &AppState, tx: &mut Tx, whose: Whose<'_>, typed: &str) -> Result<Option<Confirmed>, Error> {
    let Some(factor) = of(tx, whose).await?.filter(Factor::is_on) else { return Ok(None) };
    let (tenant, user) = whose;
    if let Some(step) = step(&state.secrets, whose, &factor, typed, state.now())? {
        let sql =
            sql!("UPDATE second_factor SET last_step = $3 WHERE municipality = $1 AND account = $2 AND last_step < $3");
        let taken = tx.run(sql, [tenant.into(), user.into(), step.into()]).await?;
        return Ok((taken > 0).then_some(Confirmed::Code));
    }
    let sql = sql!(
        "UPDATE recovery_code SET used_at = $4 WHERE municipality = $1 AND account = $2 AND hash = $3 \
         AND used_at IS NULL"
    );
    let hash = code_hash(&state.secrets, whose, typed);
    let taken = tx.run(sql, [tenant.into(), user.into(), hash.into(), state.now().into()]).await?;
    Ok((taken > 0).then_some(Confirmed::RecoveryCode))
}

/// What is stored of a recovery code: a stolen database alone cannot be guessed at.
fn code_hash(secrets: &Secrets, (tenant, user): Whose<'_>, code: &str) -> String {
    let code = token::normal_code(code);
    to_hex(&hmac(
        &secrets.second_factor,
        &[b"recovery", tenant.as_str().as_bytes(), user.0.as_bytes(), code.as_bytes()],
    ))
}

/// Turns it on with the first code of the authenticator; answers the recovery codes, which are shown once. Nothing for
/// a wrong code, or where it is on already.
pub async fn confirm(
    state: &AppState,
    tx: &mut Tx,
    whose: Whose<'_>,
    typed: &str,
) -> Result<Option<Vec<String>>, Error> {
    let now = state.now();
    let Some(factor) = of(tx, whose).await? else { return Ok(None) };
    let just = factor.confirmed_at.is_none_or(|at| now.millis_since(at) < AGAIN);
    let Some(step) = step(&state.secrets, whose, &factor, typed, now)?.filter(|_| just) else { return Ok(None) };
    let (tenant, user) = whose;
    let sql = sql!(
        "UPDATE second_factor SET confirmed_at = COALESCE(confirmed_at, $3), last_step = $4 \
         WHERE municipality = $1 AND account = $2"
    );
    tx.run(sql, [tenant.into(), user.into(), now.into(), step.max(factor.last_step).into()]).await?;
    new_codes(state, tx, whose).await.map(Some)
}

const INSERT: Bulk<3> = bulk!("INSERT INTO recovery_code (municipality, account, hash)", "");

async fn new_codes(state: &AppState, tx: &mut Tx, whose: Whose<'_>) -> Result<Vec<String>, Error> {
    let (tenant, user) = whose;
    let sql = sql!("DELETE FROM recovery_code WHERE municipality = $1 AND account = $2");
    tx.run(sql, [tenant.into(), user.into()]).await?;
    let codes: Vec<String> = (0..CODES).map(|_| token::recovery_code(state)).collect();
    let row = |code: &String| [tenant.into(), user.into(), code_hash(&state.secrets, whose, code).into()];
    tx.bulk(&INSERT, codes.iter().map(row).collect()).await?;
    Ok(codes)
}

/// Recovery codes made anew with a code of the authenticator; those before are good no longer. A recovery code makes
/// none: whoever has lost the authenticator sets up a new one. The same code makes them again: the button was pressed
/// twice, and only the second answer is seen.
pub async fn renew_codes(
    state: &AppState,
    tx: &mut Tx,
    whose: Whose<'_>,
    typed: &str,
) -> Result<Option<Vec<String>>, Error> {
    let Some(factor) = of(tx, whose).await?.filter(Factor::is_on) else { return Ok(None) };
    let Some(step) = step(&state.secrets, whose, &factor, typed, state.now())? else { return Ok(None) };
    if factor.codes_step != Some(step) && take(state, tx, whose, typed).await?.is_none() {
        return Ok(None);
    }
    let (tenant, user) = whose;
    let sql = sql!("UPDATE second_factor SET codes_step = $3 WHERE municipality = $1 AND account = $2");
    tx.run(sql, [tenant.into(), user.into(), step.into()]).await?;
    new_codes(state, tx, whose).await.map(Some)
}

/// When a recovery code was last used, if one was.
pub async fn last_recovery(tx: &mut Tx, (tenant, user): Whose<'_>) -> Result<Option<Instant>, Error> {
    let sql = sql!("SELECT MAX(used_at) AS used_at FROM recovery_code WHERE municipality = $1 AND account = $2");
    tx.one(sql, [tenant.into(), user.into()]).await?.get("used_at")
}

/// How many recovery codes are left.
pub async fn codes_left(tx: &mut Tx, (tenant, user): Whose<'_>) -> Result<i64, Error> {
    let sql =
        sql!("SELECT COUNT(*) AS n FROM recovery_code WHERE municipality = $1 AND account = $2 AND used_at IS NULL");
    tx.one(sql, [tenant.into(), user.into()]).await?.get("n")
}

/// Turns it off: the account is asked for its password alone. Whether there was one.
pub async fn remove(tx: &mut Tx, (tenant, user): Whose<'_>) -> Result<bool, Error> {
    let values = || [tenant.into(), user.into()];
    tx.run(sql!("DELETE FROM recovery_code WHERE municipality = $1 AND account = $2"), values()).await?;
    let sql = sql!("DELETE FROM second_factor WHERE municipality = $1 AND account = $2");
    Ok(tx.run(sql, values()).await? > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_follows_from_the_installations_own_and_differs_for_everybody() {
        let (secrets, other) = (Secrets::from_bytes(&[1; 32]), Secrets::from_bytes(&[2; 32]));
        let town = MunicipalityCode::new("091").expect("a code");
        let (a, b) = (UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
        let (kid, later) = (Uuid::from_u128(7), Uuid::from_u128(8));
        let first = key(&secrets, (&town, a), kid);
        assert_eq!((first.len(), &first), (20, &key(&secrets, (&town, a), kid)));
        for different in
            [key(&other, (&town, a), kid), key(&secrets, (&town, b), kid), key(&secrets, (&town, a), later)]
        {
            assert_ne!(first, different);
        }
    }

    #[test]
    fn a_code_holds_for_its_step_and_the_ones_beside_it() {
        // RFC 6238, appendix B: the key "12345678901234567890" at 59 seconds.
        let code = totp(b"12345678901234567890".to_vec(), "a@b").expect("a key").generate(59);
        assert_eq!(code.to_string(), "287082");
        let secrets = Secrets::from_bytes(&[1; 32]);
        let town = MunicipalityCode::new("091").expect("a code");
        let whose = (&town, UserId(Uuid::from_u128(1)));
        let factor = Factor { kid: Uuid::from_u128(7), confirmed_at: None, last_step: 0, codes_step: None };
        let own = totp(key(&secrets, whose, factor.kid), "").expect("a key");
        let typed = own.generate(10_000).to_string();
        let at = |seconds: i64| {
            step(
                &secrets,
                whose,
                &factor,
                &format!(" {} {}", &typed[..3], &typed[3..]),
                Instant::from_millis(seconds * 1000),
            )
        };
        let found = |seconds| at(seconds).expect("a key");
        assert_eq!(found(10_000), Some(333));
        assert_eq!((found(9_965), found(10_035)), (Some(333), Some(333)));
        assert_eq!((found(9_900), found(10_100)), (None, None));
    }

    #[test]
    fn what_an_authenticator_reads_names_program_and_account() {
        let secrets = Secrets::from_bytes(&[1; 32]);
        let town = MunicipalityCode::new("091").expect("a code");
        let factor = Factor { kid: Uuid::from_u128(7), confirmed_at: None, last_step: 0, codes_step: None };
        let shown = shown(&secrets, (&town, UserId(Uuid::from_u128(1))), &factor, "maija@091").expect("shown");
        assert!(shown.address.starts_with("otpauth://totp/Vire%C3%A4:maija%40091?secret="), "{}", shown.address);
        assert!(shown.address.contains("issuer=Vire%C3%A4"), "{}", shown.address);
        assert_eq!(shown.key.split(' ').count(), 8);
    }
}
