//! Passwords: what may be one, and Argon2id with 19 MiB, two passes, one lane, peppered (docs/access.md, Passwords).

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Params, Version};
use domain::text::{apart, plain};

use super::hashing::{Hashing, Memory};
use crate::error::Error;
use crate::secrets::Secrets;

/// Shortest and longest password in characters.
pub const LENGTHS: std::ops::RangeInclusive<usize> = 8..=256;

/// The commonest passwords of published breaches that are long enough, in lower case, a line each: Django's list,
/// whose notice lies beside it.
static COMMON: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let mut all: Vec<_> = include_str!("common_passwords.txt").lines().collect();
    all.sort_unstable();
    all
});

/// Words that people here put before a year or a few digits: no breach is needed to guess them.
const LOCAL: [&str; 34] = [
    "vireä",
    "virea",
    "voimaa",
    "vanhuuteen",
    "voimaavanhuuteen",
    "kraftiåren",
    "ohjaaja",
    "jumppa",
    "liikunta",
    "terveys",
    "kunta",
    "kaupunki",
    "salasana",
    "tervetuloa",
    "lösenord",
    "välkommen",
    "suomi",
    "finland",
    "helsinki",
    "espoo",
    "vantaa",
    "tampere",
    "turku",
    "oulu",
    "kevät",
    "kesä",
    "syksy",
    "talvi",
    "vår",
    "sommar",
    "höst",
    "vinter",
    "perkele",
    "saatana",
];

/// Why a text may not be a password.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weak {
    TooShort,
    TooLong,
    /// It is the sign-in name, or the part of it before the `@`.
    SameAsLogin,
    /// Guessers try it first.
    Common,
}

/// The password that somebody means, whichever keyboard wrote it (RFC 8265, OpaqueString).
pub fn normal(typed: &str) -> Cow<'_, str> {
    plain(typed)
}

/// The ways in which what was typed may have been set, the one of today first. Before passwords were taken in one form,
/// each was hashed as its keyboard wrote it.
fn ways(typed: &str) -> Vec<String> {
    let mut ways: Vec<String> = Vec::new();
    for way in [normal(typed).into_owned(), typed.to_owned(), apart(typed)] {
        // A huge text is not to cost hashing time; nobody's password is longer.
        let way: String = way.chars().take(*LENGTHS.end() + 1).collect();
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    ways
}

/// Whether a text may be the password of the account with this sign-in name.
pub fn check(typed: &str, login: &str) -> Result<(), Weak> {
    let password = &*normal(typed);
    let length = password.chars().count();
    if length < *LENGTHS.start() {
        Err(Weak::TooShort)
    } else if length > *LENGTHS.end() {
        Err(Weak::TooLong)
    } else if is_login(password, login) {
        Err(Weak::SameAsLogin)
    } else if is_common(password) {
        Err(Weak::Common)
    } else {
        Ok(())
    }
}

/// Capital letters and spaces make no difference that a guesser would not try.
fn folded(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect()
}

fn is_login(password: &str, login: &str) -> bool {
    let (password, login) = (folded(password), folded(login));
    let name = login.split('@').next().unwrap_or_default();
    password == login || password == name
}

/// Whether guessers try it first: a common password, as it is or with digits and signs round it, or a word of ours
/// with a year.
fn is_common(password: &str) -> bool {
    let folded = folded(password);
    let word = folded.trim_matches(|c: char| !c.is_alphabetic());
    let listed = |text: &str| COMMON.binary_search(&text).is_ok();
    listed(&folded) || listed(word) || LOCAL.contains(&word)
}

/// What is compared when there is no such account, so that its answer takes as long.
/// Made with these parameters from a password that nobody has; `hash` is 32 zero bytes.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm8$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Hashes a new password, with the salt from the caller's randomness.
pub async fn hash(hashing: &Arc<Hashing>, secrets: &Secrets, typed: &str, salt: [u8; 16]) -> Result<String, Error> {
    let (pepper, password) = (secrets.pepper, normal(typed).into_owned());
    hashing.run(move |memory| text_of(&pepper, &password, &salt, memory)).await
}

fn text_of(pepper: &[u8; 32], password: &str, salt: &[u8], memory: &mut Memory) -> Result<String, Error> {
    let params = Params::default();
    let output = output(pepper, &params, password, salt, Params::DEFAULT_OUTPUT_LEN, memory)?;
    let hash = PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).map_err(broken)?,
        salt: Some(Salt::new(salt).map_err(broken)?),
        hash: Some(output),
    };
    Ok(hash.to_string())
}

/// What a typed password turned out to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    Right,
    /// Right in the form in which it was set before passwords were taken in one: to be hashed anew.
    Formerly,
    Wrong,
}

/// Whether the password is the one behind `stored`. Without a stored one it takes as long and is wrong: how many hashes
/// it takes follows from what was typed.
pub async fn verify(
    hashing: &Arc<Hashing>,
    secrets: &Secrets,
    typed: &str,
    stored: Option<String>,
) -> Result<Verdict, Error> {
    for (at, way) in ways(typed).into_iter().enumerate() {
        if is_behind(hashing, secrets, way, stored.clone()).await? {
            return Ok(if at == 0 { Verdict::Right } else { Verdict::Formerly });
        }
    }
    Ok(Verdict::Wrong)
}

async fn is_behind(
    hashing: &Arc<Hashing>,
    secrets: &Secrets,
    password: String,
    stored: Option<String>,
) -> Result<bool, Error> {
    let pepper = secrets.pepper;
    hashing
        .run(move |memory| {
            let known = PasswordHash::new(stored.as_deref().unwrap_or(NOBODY)).map_err(broken)?;
            let params = Params::try_from(&known).map_err(broken)?;
            let (Some(salt), Some(wanted)) = (&known.salt, &known.hash) else { return Err(broken("cut short")) };
            // Two outputs are compared in constant time.
            let right = output(&pepper, &params, &password, salt, wanted.len(), memory)? == *wanted;
            Ok(right && stored.is_some())
        })
        .await
}

fn output(
    pepper: &[u8; 32],
    params: &Params,
    password: &str,
    salt: &[u8],
    length: usize,
    memory: &mut Memory,
) -> Result<Output, Error> {
    let argon2 = Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params.clone());
    if memory.len() < params.block_count() {
        memory.resize(params.block_count(), argon2::Block::new());
    }
    let mut out = [0u8; Output::MAX_LENGTH];
    let out = out.get_mut(..length).ok_or_else(|| broken("too long"))?;
    argon2
        .and_then(|argon2| argon2.hash_password_into_with_memory(password.as_bytes(), salt, out, memory.as_mut_slice()))
        .map_err(broken)?;
    Output::new(out).map_err(broken)
}

fn broken(why: impl std::fmt::Display) -> Error {
    Error::Broken(format!("password hash: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_guessers_try_first_is_no_password_in_any_case_and_with_any_year() {
        for common in
            ["password1", "PassWord1", "12345678", "qwertyuiop", "Salasana", "salasana2026", "Kesä2026!!", "Virea123"]
        {
            assert_eq!(check(common, "x@y"), Err(Weak::Common), "{common}");
        }
        for good in ["kolme sanaa", "password1 ja hauki", "kesällä uimaan", "hauki2026hauki"] {
            assert_eq!(check(good, "x@y"), Ok(()), "{good}");
        }
        assert!(COMMON.iter().filter(|line| line.chars().count() >= *LENGTHS.start()).count() > 3000);
    }

    #[test]
    fn the_sign_in_name_is_no_password_however_it_is_written() {
        for same in ["maija.meikalainen@espoo.example", "Maija.Meikalainen", "MAIJA.MEIKALAINEN@ESPOO.EXAMPLE "] {
            assert_eq!(check(same, "maija.meikalainen@espoo.example"), Err(Weak::SameAsLogin), "{same}");
        }
        assert_eq!(check("maija.meikalainen ui", "maija.meikalainen@espoo.example"), Ok(()));
        assert_eq!(check("lyhyt", "lyhyt"), Err(Weak::TooShort));
    }

    #[tokio::test]
    async fn a_password_is_verified_and_a_wrong_one_or_a_missing_account_is_not() {
        let (hashing, secrets) = (Arc::new(Hashing::new(1, 8)), Secrets::from_bytes(&[1; 32]));
        let stored = hash(&hashing, &secrets, "pitka salasana", [2; 16]).await.expect("hash");
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let verify = async |secrets: &Secrets, password: &str, stored: Option<String>| {
            verify(&hashing, secrets, password, stored).await.expect("verify")
        };
        assert_eq!(verify(&secrets, "pitka salasana", Some(stored.clone())).await, Verdict::Right);
        assert_eq!(verify(&secrets, "pitka salasanA", Some(stored.clone())).await, Verdict::Wrong);
        assert_eq!(verify(&secrets, "pitka salasana", None).await, Verdict::Wrong);
        let other = Secrets::from_bytes(&[9; 32]);
        assert_eq!(verify(&other, "pitka salasana", Some(stored)).await, Verdict::Wrong);
        assert_eq!(hashing.begun(), 5, "a missing account costs as much as a wrong password");
    }

    #[tokio::test]
    async fn a_password_is_right_however_the_keyboard_writes_its_letters_and_spaces() {
        let (hashing, secrets) = (Arc::new(Hashing::new(1, 8)), Secrets::from_bytes(&[1; 32]));
        let composed = "hiljainen metsä polku";
        let typed = [composed.to_owned(), apart(composed), composed.replace(' ', "\u{a0}")];
        for set in &typed {
            let stored = hash(&hashing, &secrets, set, [2; 16]).await.expect("hash");
            for tried in &typed {
                let verdict = verify(&hashing, &secrets, tried, Some(stored.clone())).await.expect("verify");
                assert_eq!(verdict, Verdict::Right, "set as {set:?}, tried as {tried:?}");
            }
        }
        let (before, stored) = (hashing.begun(), hash(&hashing, &secrets, composed, [2; 16]).await.expect("hash"));
        for stored in [Some(stored), None] {
            let wrong = verify(&hashing, &secrets, "hiljainen metsä", stored).await.expect("verify");
            assert_eq!(wrong, Verdict::Wrong);
        }
        assert_eq!(hashing.begun() - before, 5, "a missing account costs as much as a wrong password");
    }

    #[tokio::test]
    async fn a_password_set_in_another_form_before_there_was_one_is_right_and_to_be_hashed_anew() {
        let (hashing, secrets) = (Arc::new(Hashing::new(1, 8)), Secrets::from_bytes(&[1; 32]));
        let composed = "hiljainen metsä polku";
        for set in [apart(composed), composed.replace(' ', "\u{a0}")] {
            let stored = text_of(&secrets.pepper, &set, &[2; 16], &mut Memory::new()).expect("hash");
            let verdict = verify(&hashing, &secrets, &set, Some(stored)).await.expect("verify");
            assert_eq!(verdict, Verdict::Formerly, "{set:?}");
        }
        let stored = text_of(&secrets.pepper, &apart(composed), &[2; 16], &mut Memory::new()).expect("hash");
        let verdict = verify(&hashing, &secrets, composed, Some(stored)).await.expect("verify");
        assert_eq!(verdict, Verdict::Formerly, "from a keyboard that composes");
    }

    #[tokio::test]
    async fn a_password_stored_by_the_library_itself_is_still_right() {
        use argon2::PasswordHasher as _;
        let secrets = Secrets::from_bytes(&[1; 32]);
        let argon2 = Argon2::new_with_secret(&secrets.pepper, Algorithm::Argon2id, Version::V0x13, Params::default());
        let stored: PasswordHash =
            argon2.expect("argon2").hash_password_with_salt("vanha salasana".as_bytes(), &[3; 16]).expect("hash");
        let hashing = Arc::new(Hashing::new(1, 8));
        let right = verify(&hashing, &secrets, "vanha salasana", Some(stored.to_string())).await;
        assert_eq!(right.expect("verify"), Verdict::Right);
    }
}
