//! Passwords: Argon2id with 19 MiB, two passes, one lane (security.md 7.3), peppered, on threads of their own.

use std::sync::{Arc, LazyLock};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::error::Error;
use crate::secrets::Secrets;

/// Shortest and longest password in characters.
pub const LENGTHS: std::ops::RangeInclusive<usize> = 8..=256;

/// The commonest passwords of published breaches that are long enough, in lower case, a line each: Django's list,
/// whose notice lies beside it. More than the 3,000 that ASVS 6.2.4 asks for.
const COMMON: &str = include_str!("common_passwords.txt");

/// Whether guessers try it first. Capital letters make it no rarer.
pub fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    COMMON.lines().any(|common| common == lower)
}

/// One hash at a time per core: memory and time stay bounded however many people sign in at once.
static CORES: LazyLock<Arc<Semaphore>> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Arc::new(Semaphore::new(cores))
});

/// How many hashes may wait before newcomers are told to come back.
static QUEUE: Semaphore = Semaphore::const_new(64);

/// What is compared when there is no such account, so that its answer takes as long.
/// Made with these parameters from a password that nobody has; `hash` is 32 zero bytes.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm8$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Hashes a new password, with the salt from the caller's randomness.
pub async fn hash(secrets: &Secrets, password: String, salt: [u8; 16]) -> Result<String, Error> {
    let pepper = secrets.pepper;
    on_a_core(move || {
        let hashed: PasswordHash = argon2(&pepper)?
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map_err(|e| Error::Broken(format!("password hash: {e}")))?;
        Ok(hashed.to_string())
    })
    .await
}

/// Whether the password is the one behind `stored`. Without a stored one it takes as long and is wrong.
pub async fn verify(secrets: &Secrets, password: String, stored: Option<String>) -> Result<bool, Error> {
    let pepper = secrets.pepper;
    on_a_core(move || {
        let text = stored.as_deref().unwrap_or(NOBODY);
        let hash = PasswordHash::new(text).map_err(|e| Error::Broken(format!("stored password: {e}")))?;
        let right = argon2(&pepper)?.verify_password(password.as_bytes(), &hash).is_ok();
        Ok(right && stored.is_some())
    })
    .await
}

fn argon2(pepper: &[u8; 32]) -> Result<Argon2<'_>, Error> {
    Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, Params::default())
        .map_err(|e| Error::Broken(format!("argon2: {e}")))
}

async fn on_a_core<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    let _waiting = QUEUE.try_acquire().map_err(|_| Error::Busy { retry_after: 2 })?;
    let _core = CORES.acquire().await.map_err(|_| Error::Busy { retry_after: 2 })?;
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::Broken(format!("password thread: {e}")))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commonest_passwords_are_known_in_any_case() {
        for common in ["password1", "PassWord1", "12345678", "qwertyuiop", "Salasana"] {
            assert!(is_common(common), "{common}");
        }
        assert!(!is_common("kolme sanaa") && !is_common("password1 ja hauki"));
        assert!(COMMON.lines().filter(|line| line.chars().count() >= *LENGTHS.start()).count() > 3000);
    }

    #[tokio::test]
    async fn a_password_is_verified_and_a_wrong_one_or_a_missing_account_is_not() {
        let secrets = Secrets::from_bytes(&[1; 32]);
        let stored = hash(&secrets, "pitkä salasana".into(), [2; 16]).await.expect("hash");
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify(&secrets, "pitkä salasana".into(), Some(stored.clone())).await.expect("verify"));
        assert!(!verify(&secrets, "pitkä salasanA".into(), Some(stored.clone())).await.expect("verify"));
        assert!(!verify(&secrets, "pitkä salasana".into(), None).await.expect("verify"));
        let other = Secrets::from_bytes(&[9; 32]);
        assert!(!verify(&other, "pitkä salasana".into(), Some(stored)).await.expect("verify"));
    }
}
