//! Secrets that people and browsers carry: session tokens, device credentials, set-up codes.
//! The database keeps only their SHA-256.

use sha2::{Digest, Sha256};

use crate::secrets::to_hex;
use crate::state::AppState;

/// Crockford's base 32: no I, L, O, U, so that a code can be read aloud and typed.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// What is stored of a secret.
pub fn hash(secret: &str) -> String {
    to_hex(&Sha256::digest(secret.as_bytes()))
}

/// A one-time code of 120 bits in six groups of four: `7Q2M-…`.
pub fn setup_code(state: &AppState) -> String {
    code(state.random::<24>())
}

/// A code of 80 bits in four groups of four, for whoever has lost the authenticator.
pub fn recovery_code(state: &AppState) -> String {
    code(state.random::<16>())
}

/// A code of 40 bits in two groups of four, which is read out and typed within minutes.
pub fn spoken_code(state: &AppState) -> String {
    code(state.random::<8>())
}

/// A code of 80 bits in four groups of four, which a letter brings and which is good for days.
pub fn letter_code(state: &AppState) -> String {
    code(state.random::<16>())
}

fn code<const N: usize>(bytes: [u8; N]) -> String {
    let letters = bytes.map(|b| char::from(ALPHABET.get(usize::from(b & 31)).copied().unwrap_or(b'0')));
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// A typed code as it was printed: spaces, hyphens and case do not count; O is 0, I and L are 1.
pub fn normal_code(typed: &str) -> String {
    let letters: Vec<char> = typed
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        assert_eq!(normal_code(" 7q2m oil8 "), "7Q2M-0118");
        assert_eq!(normal_code("7Q2M-0118"), "7Q2M-0118");
    }
}
