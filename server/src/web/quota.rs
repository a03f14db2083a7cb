//! So much in all, and so much for each: nobody can use up what others need.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A number of places, of which one holder can have only some.
pub struct Quota<K> {
    in_all: usize,
    each: usize,
    used: Mutex<Used<K>>,
}

struct Used<K> {
    in_all: usize,
    by: HashMap<K, usize>,
}

/// Places that are held; dropping it gives them back.
pub struct Share<K: Hash + Eq + Copy> {
    quota: Arc<Quota<K>>,
    holder: K,
    held: usize,
}

impl<K: Hash + Eq + Copy> Quota<K> {
    pub fn new(in_all: usize, each: usize) -> Arc<Self> {
        Arc::new(Self { in_all, each, used: Mutex::new(Used { in_all: 0, by: HashMap::new() }) })
    }

    /// A share of so many places; nothing when too few are left, for all or for this holder.
    pub fn take(self: &Arc<Self>, holder: K, places: usize) -> Option<Share<K>> {
        let mut share = Share { quota: Arc::clone(self), holder, held: 0 };
        share.grow(places).then_some(share)
    }

    fn used(&self) -> MutexGuard<'_, Used<K>> {
        // Both counts are changed together, and nothing between can panic.
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Hash + Eq + Copy> Share<K> {
    /// Takes more places; false, and nothing taken, when too few are left.
    pub fn grow(&mut self, places: usize) -> bool {
        let mut used = self.quota.used();
        let own = used.by.get(&self.holder).copied().unwrap_or_default();
        let fits = used.in_all + places <= self.quota.in_all && own + places <= self.quota.each;
        if fits {
            used.in_all += places;
            used.by.insert(self.holder, own + places);
            self.held += places;
        }
        fits
    }
}

impl<K: Hash + Eq + Copy> Drop for Share<K> {
    fn drop(&mut self) {
        let mut used = self.quota.used();
        used.in_all -= self.held;
        let own = used.by.get(&self.holder).copied().unwrap_or_default() - self.held;
        if own == 0 {
            used.by.remove(&self.holder);
        } else {
            used.by.insert(self.holder, own);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holder_cannot_use_up_what_others_need_and_gets_back_what_it_returns() {
        let quota = Quota::new(5, 3);
        let mut first = quota.take("a", 2).expect("room");
        assert!(first.grow(1) && !first.grow(1), "three for each");
        let second = quota.take("b", 2).expect("room for another");
        assert!(quota.take("c", 1).is_none(), "five in all");
        drop(first);
        assert!(quota.take("a", 3).is_some());
        drop(second);
        let used = quota.used();
        assert_eq!((used.in_all, used.by.len()), (0, 0), "who holds nothing is not remembered");
    }
}
