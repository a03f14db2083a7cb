//! For tests: a group to change what a test is about.

use uuid::Uuid;

use super::{Group, GroupKind};
use crate::ids::{GroupId, OrganisationId};

/// Strength and balance by the name of "Tasapaino": without week days, times, place and season.
pub fn plain() -> Group {
    Group {
        id: GroupId(Uuid::nil()),
        reference: None,
        name: "Tasapaino".to_owned(),
        kind: GroupKind::StrengthBalance,
        level: None,
        provider: OrganisationId(Uuid::nil()),
        place: None,
        aed: None,
        weekdays: Vec::new(),
        starts_at: None,
        minutes: None,
        capacity: None,
        season_start: None,
        season_end: None,
        times: Vec::new(),
        breaks: Vec::new(),
        earlier: Vec::new(),
    }
}
