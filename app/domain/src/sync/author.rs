//! Who recorded it: a secret of one person on one tablet signs the envelopes, so that the tablet's own identity, which
//! travels in a cookie, is not everybody's hand (docs/sync.md, Signed envelopes).

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use uuid::Uuid;

use super::canon::Hash;
use super::wire::Envelope;
use crate::ids::StreamId;

/// The secret with its name. Given out at sign-in, kept in the tablet's store, never sent again.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthorKey {
    pub kid: Uuid,
    secret: Hash,
}

impl std::fmt::Debug for AuthorKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AuthorKey({})", self.kid)
    }
}

impl AuthorKey {
    /// From 32 bytes that nobody can guess.
    pub const fn new(kid: Uuid, secret: [u8; 32]) -> Self {
        Self { kid, secret: Hash(secret) }
    }

    /// Signs everything that the envelope says, and the stream that it belongs to.
    #[must_use]
    pub fn sign(&self, stream: StreamId, mut envelope: Envelope) -> Envelope {
        envelope.kid = Some(self.kid.to_string());
        envelope.sig = Some(Hash(self.mac(stream, &envelope).finalize().into_bytes().into()).to_string());
        envelope
    }

    /// Whether the envelope was signed with this secret, for this stream, and has not been changed since.
    pub fn has_signed(&self, stream: StreamId, envelope: &Envelope) -> bool {
        let sig = envelope.sig.as_deref().and_then(Hash::from_hex);
        let named = envelope.kid.as_deref() == Some(self.kid.to_string().as_str());
        named && sig.is_some_and(|sig| self.mac(stream, envelope).verify_slice(&sig.0).is_ok())
    }

    fn mac(&self, stream: StreamId, envelope: &Envelope) -> Hmac<Sha256> {
        let Envelope { alg, first_n, count, chain_before, chain_after, kid: _, sig: _, text } = envelope;
        // A key of 32 bytes is always taken.
        #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
        let mac = Hmac::<Sha256>::new_from_slice(&self.secret.0).expect("a key of 32 bytes");
        // The text comes last and nothing before it holds a line break, so no two envelopes are written alike.
        let head = format!("envelope/v1\n{stream}\n{alg}\n{first_n}\n{count}\n{chain_before}\n{chain_after}\n");
        mac.chain_update(head).chain_update(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: u8) -> AuthorKey {
        AuthorKey::new(Uuid::from_u128(u128::from(n)), [n; 32])
    }

    #[test]
    fn a_signature_holds_for_this_envelope_in_this_stream_by_this_hand_alone() {
        let (own, other) = (StreamId(Uuid::from_u128(1)), StreamId(Uuid::from_u128(2)));
        let plain = Envelope::clear(3, Hash::of(b"before"), &["{\"a\":1}", "{\"b\":2}"]);
        let signed = key(1).sign(own, plain.clone());
        assert!(key(1).has_signed(own, &signed));
        assert!(!key(1).has_signed(own, &plain), "unsigned");
        assert!(!key(2).has_signed(own, &signed), "another's hand");
        assert!(!key(1).has_signed(other, &signed), "another stream");
        for changed in [
            Envelope { text: signed.text.replace('1', "2"), ..signed.clone() },
            Envelope { first_n: 4, ..signed.clone() },
            Envelope { count: 1, ..signed.clone() },
            Envelope { chain_before: Hash::default(), ..signed.clone() },
            Envelope { chain_after: Hash::default(), ..signed.clone() },
            Envelope { alg: "batch/v1".to_owned(), ..signed.clone() },
            Envelope { sig: None, ..signed.clone() },
            Envelope { kid: Some(Uuid::from_u128(7).to_string()), ..signed.clone() },
        ] {
            assert!(!key(1).has_signed(own, &changed), "{changed:?}");
        }
    }

    #[test]
    fn the_secret_is_not_in_what_is_logged() {
        assert!(!format!("{:?}", key(9)).contains("0909"));
    }
}
