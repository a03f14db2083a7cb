//! Files at the desk: the list with its form, and the page of one file: what is wrong with it, what it would change, how
//! far it has come, what it came to.

mod file;
mod list;
pub mod rows;

pub use file::{FilePage, FileView, FoundKind, FoundLine, FoundView};
pub use list::{ImportLine, ImportsPage, ImportsView, KindOfFile, LISTED};

use domain::time::Instant;

use crate::texts::{Lang, count, imports as t};
use crate::ui::Tone;

/// Where they are, and where files are sent.
pub const PATH: &str = "/imports";

/// How far a file has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    Checking,
    /// With so many mistakes, nothing of it is taken in.
    Refused {
        wrong: i64,
    },
    /// Waits for somebody to say yes.
    Sound,
    /// Rows taken in, and all as far as they are known.
    Writing {
        done: i64,
        all: i64,
    },
    Done {
        at: Instant,
        created: i64,
        changed: i64,
        unchanged: i64,
        /// Somebody has asked for it to be taken back.
        undone: bool,
    },
    Dropped,
}

impl State {
    /// Whether it changes by itself.
    pub const fn goes_on(self) -> bool {
        matches!(self, Self::Checking | Self::Writing { .. })
    }

    fn words(self, lang: Lang) -> (String, Tone) {
        match self {
            Self::Checking => (t::state::checking(lang).to_owned(), Tone::Calm),
            Self::Refused { wrong } => (t::state::refused(lang, wrong), Tone::Wrong),
            Self::Sound => (t::state::sound(lang).to_owned(), Tone::Look),
            Self::Writing { .. } => (t::state::writing(lang).to_owned(), Tone::Calm),
            Self::Done { undone: true, .. } => (t::state::undone(lang).to_owned(), Tone::Look),
            Self::Done { created, changed, .. } => {
                (t::state::done(lang, &count(lang, changed), &count(lang, created)), Tone::Good)
            }
            Self::Dropped => (t::state::dropped(lang).to_owned(), Tone::Calm),
        }
    }
}
