//! The seam around everything stored on the tablet (docs/sync.md, Not built yet). Bytes are kept as they are behind a
//! header that names version, algorithm and key, so that a cipher can come behind the same trait.

use super::trouble::Trouble;

/// Turns bytes into what lies on the disk, and back.
pub trait Vault {
    fn seal(&self, clear: &[u8]) -> Vec<u8>;
    /// Fails on foreign or damaged bytes: stored content is untrusted input.
    fn open(&self, stored: &[u8]) -> Result<Vec<u8>, Trouble>;
}

/// Length of the header: format version, algorithm, key id, initialisation vector.
const HEADER: usize = 2 + 16 + 12;
const VERSION: u8 = 1;
const ALG_CLEAR: u8 = 0;

/// No encryption. Key id and vector are present and zero.
#[derive(Clone, Copy, Default, Debug)]
pub struct Clear;

impl Vault for Clear {
    fn seal(&self, clear: &[u8]) -> Vec<u8> {
        let mut stored = Vec::with_capacity(HEADER + clear.len());
        stored.extend([VERSION, ALG_CLEAR]);
        stored.resize(HEADER, 0);
        stored.extend_from_slice(clear);
        stored
    }

    fn open(&self, stored: &[u8]) -> Result<Vec<u8>, Trouble> {
        match stored {
            [VERSION, ALG_CLEAR, ..] => stored.get(HEADER..).map(<[u8]>::to_vec).ok_or(Trouble::Unreadable),
            _ => Err(Trouble::Unreadable),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_to_the_same_bytes() {
        for clear in [&b""[..], b"x", &[0; 4096]] {
            assert_eq!(Clear.open(&Clear.seal(clear)).as_deref(), Ok(clear));
        }
    }

    #[test]
    fn foreign_cut_or_later_bytes_are_refused() {
        let sealed = Clear.seal(b"x");
        let mut later = sealed.clone();
        later[0] = 2;
        let mut encrypted = sealed.clone();
        encrypted[1] = 1;
        for wrong in [&b""[..], b"{}", &sealed[..HEADER - 1], &later, &encrypted] {
            assert_eq!(Clear.open(wrong), Err(Trouble::Unreadable));
        }
    }
}
