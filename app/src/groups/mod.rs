//! Groups at the desk: the list, one group, and the form that makes or changes one.

pub mod copy;
pub mod form;
pub mod history;
pub mod list;
pub mod page;
pub mod staff;
pub mod week;

use domain::time::{Day, TimeOfDay};

use crate::texts::{Lang, at_time, day, days, weekdays};

/// "ti ja to klo 10.00"; empty when neither is known.
pub fn meeting_time(lang: Lang, days: &[u8], starts_at: Option<TimeOfDay>) -> String {
    let time = starts_at.map(|at| at_time(lang, at)).unwrap_or_default();
    format!("{} {time}", weekdays(lang, days)).trim().to_owned()
}

/// "24.8.–11.12.2026"; nothing for a group without an end.
pub fn season(lang: Lang, from: Option<Day>, to: Option<Day>) -> Option<String> {
    let to = to?;
    Some(from.map_or_else(|| format!("–{}", day(lang, to)), |from| days(lang, from, to)))
}
