//! The marks of this tablet's groups that contradict each other.

use domain::attendance::Attendance;
use domain::sync::client::Client;
use domain::sync::entity::EntityType;
use domain::time::Instant;
use leptos::prelude::*;

use super::outbox;
use super::tablet::Tablet;
use crate::attendance::decide::{Contradiction, Side};

impl Tablet {
    /// What waits to be chosen, the earliest session first; nothing while only recording is possible.
    pub fn contradictions(&self) -> Vec<Contradiction> {
        if self.lapsed().get() {
            return Vec::new();
        }
        let (groups, own) = (self.groups(), self.with(|engine| engine.account().name.clone()));
        self.with(|engine| engine.triggers().track_list(EntityType::Session));
        let mut found = self.list(EntityType::Attendance, |client| {
            // Nobody was ever told of as the author of a mark that contradicts another: the marks need not be read.
            if client.cursors().authors.is_empty() {
                return Vec::new();
            }
            let in_session = |mark: &Attendance, day| {
                let sides = sides(client, mark, &own);
                let (group, session, participant) = (mark.group, mark.session, mark.participant);
                (!sides.is_empty()).then_some(Contradiction { group, session, day, participant, sides })
            };
            let mut found = Vec::new();
            for group in &groups {
                for session in client.sessions(group.id) {
                    let marks = client.marks(group.id, session.id);
                    found.extend(marks.filter_map(|(mark, _)| in_session(mark, session.day)));
                }
            }
            found
        });
        found.sort_by_key(|one| (one.day, one.session, one.participant));
        found
    }
}

/// The marks that stand against each other, the newest first; none where they agree.
fn sides(client: &Client, mark: &Attendance, own: &str) -> Vec<Side> {
    let side = |one: &domain::attendance::Contender| {
        let (by, at) = (outbox::author(client, one.stream, own), Instant::from_millis(one.at.wall));
        Some(Side { mark: one.mark?, by, at, shown: one.at == mark.at })
    };
    let mut sides: Vec<_> = mark.contenders.iter().filter_map(side).collect();
    sides.sort_by_key(|side| std::cmp::Reverse(side.at));
    let differ = sides.windows(2).any(|pair| matches!(pair, [one, other] if one.mark != other.mark));
    if differ { sides } else { Vec::new() }
}
