//! Tablets: what travels when somebody signs in on one. Sending and fetching is in [`crate::sync::wire`].

use serde::{Deserialize, Serialize};

use crate::access::Role;
use crate::codes::codes;
use crate::ids::{DeviceId, MunicipalityCode, StreamId, UserId};
use crate::input::call_link;
use crate::sync::author::AuthorKey;
use crate::sync::wire::{Hand, MAX_N};
use crate::time::Instant;

/// Signs in on a tablet: makes the user's session and, the first time, enrols the tablet (two cookies).
/// `POST`, JSON both ways; 401 [`SignInRefusal`], 429 with `Retry-After`.
pub const SIGN_IN_PATH: &str = "/api/device/v1/session";
/// Ends the user's session on this tablet; the tablet stays enrolled. `POST` of `{}`, 204.
pub const SIGN_OUT_PATH: &str = "/api/device/v1/sign-out";
/// How a tablet is, as its program tells it: [`Report`]. The tablet's own identity is enough. `POST`, JSON, 204; 401 for
/// somebody who has not worked on it, or whose hand has not signed.
pub const REPORT_PATH: &str = "/api/device/v1/report";
/// What every change through the API carries; its value is `1`. No form of another site can set it.
pub const API_HEADER: &str = "x-virea";

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    pub login: String,
    pub password: String,
    /// How people call this tablet, for the list of devices. At most 100 characters.
    pub device_label: String,
    /// Whether this program can sign what it sends; from then on it must (see [`SignInReply::author_key`]).
    #[serde(default)]
    pub signs: bool,
}

/// Who is signed in now, and on which tablet.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SignInReply {
    pub user: UserId,
    pub name: String,
    /// The role that may use a tablet: instructor or peer instructor.
    pub role: Role,
    /// The account's own language: `fi`, `sv` or `en`.
    pub language: String,
    pub municipality: MunicipalityCode,
    pub device: DeviceId,
    /// Whom the municipality has named for help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Help>,
    /// With what this person's work on this tablet is to be signed; for programs that can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author_key: Option<AuthorKey>,
    /// This person has worked on this tablet before and has not signed out: their data should be there.
    #[serde(default)]
    pub kept_here: bool,
    /// Then: where they had come. If the store is gone all the same, this is where it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub had: Option<Had>,
}

/// How far somebody's work on a tablet had come, as far as the server was told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Had {
    /// The stream that was written last.
    pub stream: StreamId,
    /// How many operations were made in it.
    pub made: i64,
}

codes! {
    /// Whether the browser keeps the store when it runs out of room.
    pub enum Keeping {
        Kept = "kept",
        /// It may throw everything away.
        Evictable = "evictable",
        /// It does not say.
        Unknown = "unknown",
    }
}

/// How a tablet is, for the list of tablets: told about one person's store on it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    pub user: UserId,
    /// Operations that the server has not answered.
    pub unsent: i64,
    /// Rows of the outbox that cannot be read.
    pub damaged: i64,
    /// Version of the program, at most 40 characters.
    pub program: String,
    pub storage: Keeping,
    /// What the tablet's clock shows.
    pub clock: Instant,
    /// The store was found thrown away, and nobody has read that yet.
    pub emptied: bool,
    /// The stream that is written, how many operations were made in it, and that said under the author's hand.
    pub stream: StreamId,
    pub made: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand: Option<Hand>,
}

/// Longest version of a program, in characters.
const PROGRAM: usize = 40;
/// What has changed is told at most so often, in milliseconds.
const AGAIN_MILLIS: i64 = 60_000;
/// What has not changed is told again after so long.
const ANEW_MILLIS: i64 = 12 * 3_600_000;

impl Report {
    /// Whether its numbers and texts can be those of a tablet.
    pub fn is_sound(&self) -> bool {
        let numbers = [self.unsent, self.damaged, self.made];
        let plain = !self.program.chars().any(char::is_control) && self.program.chars().count() <= PROGRAM;
        plain && numbers.iter().all(|n| (0..=MAX_N).contains(n))
    }

    /// Whether it is to be told at all, after what was told last.
    pub fn is_news(&self, last: Option<&Self>) -> bool {
        let Some(last) = last else { return true };
        // How many were made is told by every push, too; the clock runs.
        let again = Self { clock: last.clock, made: last.made, hand: last.hand.clone(), ..self.clone() };
        let since = self.clock.millis().saturating_sub(last.clock.millis());
        // A clock that was set back has no past.
        let (soon, late) = ((0..AGAIN_MILLIS).contains(&since), !(0..ANEW_MILLIS).contains(&since));
        late || (again != *last && !soon)
    }
}

/// Whether a program's version comes before another; what is no version is not called old.
pub fn is_older(program: &str, than: &str) -> bool {
    let parts = |version: &str| version.split('.').map(|part| part.parse().ok()).collect::<Option<Vec<u32>>>();
    matches!((parts(program), parts(than)), (Some(one), Some(other)) if one < other)
}

/// A tablet is silent that has not been heard of for so many days.
pub const SILENT_DAYS: i64 = 30;
/// One that had told of unsent work, after so many.
pub const SILENT_DAYS_UNSENT: i64 = 7;

/// Whether a tablet that was last heard of then should be looked for. `unsent`: operations that it had told of and the
/// server has not.
pub const fn is_silent(seen: Instant, unsent: i64, now: Instant) -> bool {
    let days = if unsent > 0 { SILENT_DAYS_UNSENT } else { SILENT_DAYS };
    now.millis().saturating_sub(seen.millis()) > days * 24 * 3_600_000
}

/// Whom people call for help with the program.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Help {
    pub name: String,
    /// As people read it, with spaces.
    pub phone: String,
}

impl Help {
    /// The address of the button that calls.
    pub fn link(&self) -> String {
        call_link(&self.phone)
    }
}

/// Why signing in was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "error", rename_all = "snake_case", try_from = "WrittenRefusal")]
pub enum SignInRefusal {
    /// Name or password; never said which.
    Wrong,
    /// The account has no role that uses a tablet.
    NoTabletRole,
    /// Such a role was offered, and waits for the person's yes on the desk's pages.
    RoleWaits,
}

/// A refusal as it is read (see `sync::wire::PushRefusal`).
#[derive(Deserialize)]
struct WrittenRefusal {
    error: String,
}

impl TryFrom<WrittenRefusal> for SignInRefusal {
    type Error = &'static str;

    fn try_from(written: WrittenRefusal) -> Result<Self, Self::Error> {
        match written.error.as_str() {
            "wrong" => Ok(Self::Wrong),
            "no_tablet_role" => Ok(Self::NoTabletRole),
            "role_waits" => Ok(Self::RoleWaits),
            _ => Err("not a refusal"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::testing::sample::{NOON, stream, user};

    fn report() -> Report {
        Report {
            user: user(1),
            unsent: 0,
            damaged: 0,
            program: "0.1.0".into(),
            storage: Keeping::Kept,
            clock: NOON,
            emptied: false,
            stream: stream(1),
            made: 7,
            hand: None,
        }
    }

    fn later(millis: i64) -> Report {
        Report { clock: NOON.plus_millis(millis), ..report() }
    }

    #[test]
    fn what_changed_is_told_at_once_but_not_all_the_time_and_what_did_not_twice_a_day() {
        let last = report();
        assert!(last.is_news(None));
        assert!(!later(ANEW_MILLIS - 1).is_news(Some(&last)) && later(ANEW_MILLIS).is_news(Some(&last)));
        let changed = |millis| Report { unsent: 3, ..later(millis) };
        assert!(!changed(AGAIN_MILLIS - 1).is_news(Some(&last)) && changed(AGAIN_MILLIS).is_news(Some(&last)));
        assert!(!Report { made: 8, ..later(AGAIN_MILLIS) }.is_news(Some(&last)), "a push says it");
        assert!(later(-1).is_news(Some(&last)), "the clock was set back");
    }

    #[test]
    fn numbers_that_no_tablet_has_are_no_report() {
        assert!(report().is_sound());
        for wrong in [
            Report { unsent: -1, ..report() },
            Report { damaged: MAX_N + 1, ..report() },
            Report { made: i64::MIN, ..report() },
            Report { program: "x".repeat(PROGRAM + 1), ..report() },
            Report { program: "0\0".into(), ..report() },
        ] {
            assert!(!wrong.is_sound(), "{wrong:?}");
        }
    }

    #[test]
    fn a_version_is_older_by_its_numbers_and_not_by_its_letters() {
        for (one, other) in [("0.9.0", "0.10.0"), ("0.1.9", "0.2.0"), ("1.0", "1.0.1")] {
            assert!(is_older(one, other) && !is_older(other, one), "{one} {other}");
        }
        assert!(!is_older("0.1.0", "0.1.0"));
        assert!(!is_older("", "0.1.0") && !is_older("0.1.0-beta", "0.1.0") && !is_older("0.1.0", "new"));
    }

    #[test]
    fn a_tablet_is_silent_after_a_week_with_unsent_work_and_after_a_month_without() {
        let days = |n: i64| NOON.plus_millis(n * 24 * 3_600_000);
        let just = |n: i64| days(n).plus_millis(1);
        assert!(!is_silent(NOON, 1, days(7)) && is_silent(NOON, 1, just(7)));
        assert!(!is_silent(NOON, 0, just(7)));
        assert!(!is_silent(NOON, 0, days(30)) && is_silent(NOON, 0, just(30)));
        assert!(!is_silent(Instant::from_millis(i64::MAX), 1, NOON), "a clock of the future");
    }
}
