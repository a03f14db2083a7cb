//! Who recorded it: a secret of one person on one tablet signs the envelopes, so that the tablet's own identity, which
//! travels in a cookie, is not everybody's hand (docs/sync.md, Signed envelopes).

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use uuid::Uuid;

use super::canon::Hash;
use super::wire::{Envelope, Hand, Hole, PushRequest};
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
        self.is_good(envelope.kid.as_deref(), envelope.sig.as_deref(), self.mac(stream, envelope))
    }

    /// Signs that these operations of the stream will never come.
    #[must_use]
    pub fn sign_hole(&self, stream: StreamId, mut hole: Hole) -> Hole {
        hole.kid = Some(self.kid.to_string());
        hole.sig = Some(Hash(self.mac_of_hole(stream, &hole).finalize().into_bytes().into()).to_string());
        hole
    }

    /// As [`Self::has_signed`], of what was declared lost.
    pub fn has_signed_hole(&self, stream: StreamId, hole: &Hole) -> bool {
        self.is_good(hole.kid.as_deref(), hole.sig.as_deref(), self.mac_of_hole(stream, hole))
    }

    /// Whether all operations of the push and all that it declares lost were signed so.
    pub fn has_signed_all(&self, push: &PushRequest) -> bool {
        push.envelopes.iter().all(|envelope| self.has_signed(push.stream, envelope))
            && push.holes.iter().all(|hole| self.has_signed_hole(push.stream, hole))
    }

    /// Signs how many operations were made in the stream.
    pub fn sign_count(&self, stream: StreamId, created_n: i64) -> Hand {
        let sig = Hash(self.mac_of_count(stream, created_n).finalize().into_bytes().into());
        Hand { kid: self.kid.to_string(), sig: sig.to_string() }
    }

    /// As [`Self::has_signed`], of how many were made.
    pub fn has_signed_count(&self, stream: StreamId, created_n: i64, hand: &Hand) -> bool {
        self.is_good(Some(&hand.kid), Some(&hand.sig), self.mac_of_count(stream, created_n))
    }

    fn is_good(&self, kid: Option<&str>, sig: Option<&str>, mac: Hmac<Sha256>) -> bool {
        let named = kid == Some(self.kid.to_string().as_str());
        named && sig.and_then(Hash::from_hex).is_some_and(|sig| mac.verify_slice(&sig.0).is_ok())
    }

    fn mac(&self, stream: StreamId, envelope: &Envelope) -> Hmac<Sha256> {
        let Envelope { alg, first_n, count, chain_before, chain_after, kid: _, sig: _, text } = envelope;
        // The text comes last and nothing before it holds a line break, so no two envelopes are written alike.
        let head = format!("envelope/v1\n{stream}\n{alg}\n{first_n}\n{count}\n{chain_before}\n{chain_after}\n");
        self.keyed().chain_update(head).chain_update(text)
    }

    /// No envelope is written like a hole: they begin differently.
    fn mac_of_hole(&self, stream: StreamId, hole: &Hole) -> Hmac<Sha256> {
        let Hole { from, to, reason, kid: _, sig: _ } = hole;
        self.keyed().chain_update(format!("hole/v1\n{stream}\n{from}\n{to}\n{reason}"))
    }

    fn mac_of_count(&self, stream: StreamId, created_n: i64) -> Hmac<Sha256> {
        self.keyed().chain_update(format!("count/v1\n{stream}\n{created_n}"))
    }

    fn keyed(&self) -> Hmac<Sha256> {
        // A key of 32 bytes is always taken.
        #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
        Hmac::<Sha256>::new_from_slice(&self.secret.0).expect("a key of 32 bytes")
    }
}

#[cfg(test)]
mod tests {
    use super::super::wire::HoleReason;
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
    fn what_is_declared_lost_is_said_by_this_hand_of_this_stream_and_these_numbers_alone() {
        let (own, other) = (StreamId(Uuid::from_u128(1)), StreamId(Uuid::from_u128(2)));
        let signed = key(1).sign_hole(own, Hole::new(3, 5, HoleReason::Missing));
        assert!(key(1).has_signed_hole(own, &signed));
        assert!(!key(1).has_signed_hole(own, &signed.clone().unsigned()), "unsigned");
        assert!(!key(2).has_signed_hole(own, &signed) && !key(1).has_signed_hole(other, &signed));
        for changed in [Hole { from: 2, ..signed.clone() }, Hole { to: 6, ..signed.clone() }] {
            assert!(!key(1).has_signed_hole(own, &changed), "{changed:?}");
        }
    }

    #[test]
    fn how_many_were_made_is_said_by_this_hand_of_this_stream_and_this_number_alone() {
        let (own, other) = (StreamId(Uuid::from_u128(1)), StreamId(Uuid::from_u128(2)));
        let hand = key(1).sign_count(own, 5);
        assert!(key(1).has_signed_count(own, 5, &hand));
        assert!(!key(1).has_signed_count(own, 6, &hand) && !key(1).has_signed_count(other, 5, &hand));
        assert!(!key(2).has_signed_count(own, 5, &hand));
        assert!(!key(1).has_signed_count(own, 5, &Hand { kid: key(2).kid.to_string(), ..hand }));
    }

    #[test]
    fn the_secret_is_not_in_what_is_logged() {
        assert!(!format!("{:?}", key(9)).contains("0909"));
    }
}
