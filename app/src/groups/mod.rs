//! Groups at the desk: the list, one group, and the form that makes or changes one.

pub mod form;
mod history;
pub mod list;
pub mod page;

use domain::time::TimeOfDay;

use crate::texts::{Lang, at_time, weekdays};

/// "ti ja to klo 10.00"; empty when neither is known.
pub fn meeting_time(lang: Lang, days: &[u8], starts_at: Option<TimeOfDay>) -> String {
    let time = starts_at.map(|at| at_time(lang, at)).unwrap_or_default();
    format!("{} {time}", weekdays(lang, days)).trim().to_owned()
}
