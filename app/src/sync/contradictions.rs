//! What of this tablet's groups contradicts itself: marks, and corrections of tests.

use std::collections::BTreeSet;

use domain::access::Action;
use domain::assessments::{Assessment, Version};
use domain::attendance::{Attendance, Contender};
use domain::ids::GroupId;
use domain::sync::client::Client;
use domain::sync::entity::EntityType;
use domain::time::Instant;
use leptos::prelude::*;

use super::outbox;
use super::tablet::Tablet;
use crate::assessments::standing::disputed;
use crate::assessments::versions::Corrected;
use crate::attendance::contested::{Contradiction, Side};

impl Tablet {
    /// What waits to be chosen, the earliest session first; nothing while only recording is possible.
    pub fn contradictions(&self) -> Vec<Contradiction> {
        if self.lapsed().get() {
            return Vec::new();
        }
        let (groups, own) = (self.groups(), self.with(|engine| engine.account().name.clone()));
        self.with(|engine| engine.triggers().track_list(EntityType::Session));
        let mut found = self.list(EntityType::Attendance, |client| {
            let found = client.contested().into_iter().filter(|mark| groups.iter().any(|group| group.id == mark.group));
            let told = |mark: &Attendance| {
                let (group, session, participant) = (mark.group, mark.session, mark.participant);
                let day = client.session(session)?.day;
                Some(Contradiction { group, session, day, participant, sides: sides(client, mark, &own) })
            };
            found.filter_map(told).collect::<Vec<_>>()
        });
        found.sort_by_key(|one| (one.day, one.session, one.participant));
        found
    }

    /// The corrections of a test that stand against each other, the newest first; none where an earlier program has merged
    /// them.
    pub fn versions(&self, test: &Assessment) -> Vec<Corrected> {
        let own = self.with(|engine| engine.account().name.clone());
        let told = |client: &Client| {
            let one = |(place, version): (usize, Version)| Corrected {
                by: outbox::author(client, version.stream, &own),
                version,
                shown: place == 0,
            };
            test.sides().enumerate().map(one).collect()
        };
        self.with(|engine| engine.read(told))
    }

    /// Tests of the groups' people that two devices have corrected in two ways, for whoever may correct them.
    pub fn disputed_tests(&self) -> Vec<(GroupId, Assessment)> {
        if self.lapsed().get() || !self.account().may(Action::RecordAssessments) {
            return Vec::new();
        }
        let groups = self.groups();
        self.with(|engine| engine.triggers().track_list(EntityType::Membership));
        self.list(EntityType::Assessment, |client| {
            let of_group = move |group: GroupId| {
                let people: BTreeSet<_> = client.memberships(group).map(|stay| stay.participant).collect();
                let tests = people.into_iter().flat_map(move |person| client.assessments(person));
                tests.map(move |(test, _)| (group, test))
            };
            disputed(groups.iter().flat_map(|group| of_group(group.id)))
        })
    }
}

/// The sides as they are told: who wrote which mark, and when.
fn sides(client: &Client, mark: &Attendance, own: &str) -> Vec<Side> {
    let side = |one: &Contender| {
        let (by, at) = (outbox::author(client, one.stream, own), Instant::from_millis(one.at.wall));
        Some(Side { mark: one.mark?, by, at, shown: one.at == mark.at })
    };
    mark.sides().into_iter().filter_map(side).collect()
}
