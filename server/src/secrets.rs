//! The installation's own secret: made at first start beside the database, never in it.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use domain::ids::Chance;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::error::Error;

/// Keys derived from the one secret, each for one purpose.
#[derive(Clone)]
pub struct Secrets {
    /// Chains the audit log.
    pub audit: [u8; 32],
    /// Goes into every password hash: a stolen database alone cannot be guessed at.
    pub pepper: [u8; 32],
    /// From it come the secrets with which people's work on tablets is signed.
    pub author: [u8; 32],
    /// From it come the keys of authenticators.
    pub second_factor: [u8; 32],
    /// From it come the secret addresses of calendars.
    pub calendar: [u8; 32],
    /// Seals the key with which notifications are signed.
    pub push: [u8; 32],
    /// Seals what tablets are told of how much the server has.
    pub receipt: [u8; 32],
    /// By it a database knows its secret (see [`crate::fingerprint`]); it tells nothing of the others.
    fingerprint: [u8; 32],
}

const FILE: &str = "secret.key";

/// Where the secret lies.
pub fn path(data: &Path) -> PathBuf {
    data.join(FILE)
}

impl Secrets {
    /// From 32 random bytes.
    pub fn from_bytes(master: &[u8; 32]) -> Self {
        Self {
            audit: derive(master, b"audit/v1"),
            pepper: derive(master, b"pepper/v1"),
            author: derive(master, b"author/v1"),
            second_factor: derive(master, b"second-factor/v1"),
            calendar: derive(master, b"calendar/v1"),
            push: derive(master, b"push/v1"),
            receipt: derive(master, b"receipt/v1"),
            fingerprint: derive(master, b"fingerprint/v1"),
        }
    }

    /// Reads `secret.key` in the data folder; nothing when there is none.
    pub fn read(data: &Path) -> Result<Option<Self>, Error> {
        let path = path(data);
        let wrong =
            || Error::Config(format!("{} is not 64 hexadecimal digits; restore it from a backup", path.display()));
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                crate::private::file(&path)?;
                Ok(Some(Self::from_bytes(&from_hex(text.trim()).ok_or_else(wrong)?)))
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(Error::Config(format!("cannot read {}: {e}", path.display()))),
        }
    }

    /// Makes `secret.key` in the data folder, readable by the owner alone.
    pub fn make(data: &Path, chance: &mut dyn Chance) -> Result<Self, Error> {
        let (path, mut master) = (path(data), [0u8; 32]);
        chance.fill(&mut master);
        write_private(&path, &to_hex(&master))
            .map_err(|e| Error::Config(format!("cannot write {}: {e}", path.display())))?;
        Ok(Self::from_bytes(&master))
    }

    /// As a database keeps it.
    pub fn fingerprint(&self) -> String {
        to_hex(&self.fingerprint)
    }
}

/// HMAC-SHA-256.
pub fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes keys of every length, so this cannot fail; an empty key would be refused nowhere else.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    for part in parts {
        mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn derive(master: &[u8; 32], purpose: &[u8]) -> [u8; 32] {
    hmac(master, &[purpose])
}

/// Lower-case hexadecimal digits.
pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
        // Writing into a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    domain::sync::canon::Hash::from_hex(text).map(|hash| hash.0)
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sevens;
    impl Chance for Sevens {
        fn fill(&mut self, buffer: &mut [u8]) {
            buffer.fill(7);
        }
    }

    #[test]
    fn the_secret_is_made_once_and_read_again() {
        let folder = crate::scratch("secret");
        std::fs::create_dir_all(&folder).expect("folder");
        assert!(Secrets::read(&folder).expect("nothing").is_none());
        let first = Secrets::make(&folder, &mut Sevens).expect("made");
        let again = Secrets::read(&folder).expect("read").expect("there");
        assert_eq!((first.audit, first.fingerprint()), (again.audit, again.fingerprint()));
        assert_ne!(first.audit, first.pepper);
        assert!(Secrets::make(&folder, &mut Sevens).is_err(), "one that is there is never made anew");
        std::fs::write(folder.join(FILE), "short").expect("write");
        assert!(Secrets::read(&folder).is_err());
        std::fs::remove_dir_all(folder).expect("clean");
    }
}
