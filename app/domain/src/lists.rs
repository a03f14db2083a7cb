//! Sorting and gathering of lists as short as a group. The standard library's sort is made for long ones: each kind of
//! item brings some 3 kB of it, together a thirtieth of what the tablet loads.

/// Sorts by a key; equal ones keep their order. For lists of at most some hundred items: each is put into its place
/// among those before it.
pub fn sort_by_key<T, K: Ord>(items: &mut Vec<T>, key: impl Fn(&T) -> K) {
    for next in 1..items.len() {
        let item = items.remove(next);
        let place = items[..next].partition_point(|before| key(before) <= key(&item));
        items.insert(place, item);
    }
}

/// Gathers items one by one. Collecting into an ordered set or map would sort them all first.
pub fn gather<C: Default + Extend<T>, T>(items: impl IntoIterator<Item = T>) -> C {
    let mut gathered = C::default();
    gathered.extend(items);
    gathered
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_order_is_that_of_the_standard_library(mut items: Vec<(u8, u8)>) {
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            sort_by_key(&mut items, |item| item.0);
            prop_assert_eq!(items, expected);
        }
    }
}
