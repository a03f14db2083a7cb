//! How many operations somebody has made on this tablet, kept beside their store. A browser that throws a store away rarely
//! throws everything away: from this the next start knows what is missing, by number.

use domain::sync::client::Made;
use domain::sync::wire::MAX_N;

/// As it is kept.
pub fn written((stream, made): Made) -> String {
    format!("{stream} {made}")
}

/// Nothing where another hand has written.
pub fn read_back(text: &str) -> Option<Made> {
    let (stream, made) = text.split_once(' ')?;
    Some((stream.parse().ok()?, made.parse().ok().filter(|made| (0..=MAX_N).contains(made))?))
}

/// What is to be kept where this was kept before: another tab may have stored the next one and noted it first.
pub fn newest(before: Option<Made>, made: Made) -> Made {
    match before {
        Some((stream, n)) if stream == made.0 => (stream, n.max(made.1)),
        _ => made,
    }
}

#[cfg(target_arch = "wasm32")]
mod kept {
    use domain::ids::UserId;

    use super::{Made, newest, read_back, written};
    use crate::device::browser;

    fn storage() -> Option<web_sys::Storage> {
        browser::window()?.local_storage().ok().flatten()
    }

    fn name(user: UserId) -> String {
        format!("virea-made-{user}")
    }

    pub fn keep(user: UserId, made: Made) {
        if let Some(storage) = storage() {
            // Where nothing can be kept the server's knowledge alone says what is missing.
            let _ = storage.set_item(&name(user), &written(newest(read(user), made)));
        }
    }

    pub fn read(user: UserId) -> Option<Made> {
        read_back(&storage()?.get_item(&name(user)).ok().flatten()?)
    }

    /// The person has signed out: everything was sent, and nothing is to be missed.
    pub fn forget(user: UserId) {
        if let Some(storage) = storage() {
            let _ = storage.remove_item(&name(user));
        }
    }
}

#[cfg(target_arch = "wasm32")]
pub use self::kept::{forget, keep, read};

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::{StreamId, uuid_v5};

    #[test]
    fn of_two_tabs_the_one_that_notes_later_takes_no_number_back() {
        let (one, other) =
            (StreamId(uuid_v5(Default::default(), &["outi"])), StreamId(uuid_v5(Default::default(), &["b"])));
        assert_eq!(newest(Some((one, 8)), (one, 7)), (one, 8));
        assert_eq!(newest(Some((one, 8)), (one, 9)), (one, 9));
        assert_eq!(newest(Some((one, 8)), (other, 3)), (other, 3), "a stream of its own since a fork");
        assert_eq!(newest(None, (one, 7)), (one, 7));
    }

    #[test]
    fn what_was_made_is_read_back_and_nothing_else_is() {
        let made = (StreamId(uuid_v5(Default::default(), &["outi"])), 12);
        assert_eq!(read_back(&written(made)), Some(made));
        for wrong in
            ["", "12", "x 12", &written((made.0, -1)), &written((made.0, MAX_N + 1)), &format!("{} many", made.0)]
        {
            assert_eq!(read_back(wrong), None, "{wrong}");
        }
    }
}
