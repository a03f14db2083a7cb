//! The digest of a bucket: what two replicas compare to know that they hold the same (docs/sync.md,
//! Digest).

use std::fmt;
use std::str::FromStr;

use super::canon::Hash;
use super::entity::EntityKey;

/// Number and XOR of SHA-256(type ‖ id ‖ rev) over the live entities of a bucket. Written `count:hex`.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Digest {
    count: i64,
    xor: Hash,
}

impl Digest {
    /// Takes a live entity in. `self` may also be a difference that is added to a stored digest later.
    pub fn enter(&mut self, key: EntityKey, rev: i64) {
        self.count += 1;
        self.toggle(key, rev);
    }

    /// Takes an entity out that was in with this revision.
    pub fn leave(&mut self, key: EntityKey, rev: i64) {
        self.count -= 1;
        self.toggle(key, rev);
    }

    /// How many entities are in it; of a difference, how many more.
    pub const fn count(&self) -> i64 {
        self.count
    }

    /// Adds a difference.
    pub fn add(&mut self, difference: Self) {
        self.count += difference.count;
        self.xor_with(difference.xor);
    }

    fn toggle(&mut self, key: EntityKey, rev: i64) {
        let text = format!("{}\u{1f}{}\u{1f}{rev}", key.etype, key.id);
        self.xor_with(Hash::of(text.as_bytes()));
    }

    fn xor_with(&mut self, other: Hash) {
        self.xor.0.iter_mut().zip(other.0).for_each(|(a, b)| *a ^= b);
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.count, self.xor)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not a digest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotADigest;

impl FromStr for Digest {
    type Err = NotADigest;

    fn from_str(text: &str) -> Result<Self, NotADigest> {
        let (count, xor) = text.split_once(':').ok_or(NotADigest)?;
        Ok(Self { count: count.parse().map_err(|_| NotADigest)?, xor: Hash::from_hex(xor).ok_or(NotADigest)? })
    }
}

impl serde::Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(|_| serde::de::Error::custom("expected a digest"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::entity::EntityType;

    fn key(n: u128) -> EntityKey {
        EntityKey { etype: EntityType::Session, id: uuid::Uuid::from_u128(n) }
    }

    #[test]
    fn the_order_of_entering_does_not_matter_and_leaving_undoes() {
        let (mut a, mut b) = (Digest::default(), Digest::default());
        a.enter(key(1), 1);
        a.enter(key(2), 7);
        b.enter(key(2), 7);
        b.enter(key(1), 1);
        assert_eq!(a, b);
        b.leave(key(1), 1);
        b.leave(key(2), 7);
        assert_eq!(b, Digest::default());
    }

    #[test]
    fn another_revision_is_another_digest_and_its_text_reads_back() {
        let (mut a, mut b) = (Digest::default(), Digest::default());
        a.enter(key(1), 1);
        b.enter(key(1), 2);
        assert_ne!(a, b);
        assert_eq!(a.to_string().parse(), Ok(a));
        assert_eq!("1".parse::<Digest>(), Err(NotADigest));
    }
}
