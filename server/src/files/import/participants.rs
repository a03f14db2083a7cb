//! What a file of participants changes: new persons, changed fields, consents.

use std::collections::HashMap;

use domain::consents::{Consent, ConsentAct, ConsentChannel, ConsentPurpose};
use domain::ids::{ConsentId, ParticipantId};
use domain::people::{Participant, PersonLanguage, ProfileChange};
use domain::sync::op::Verb;
use domain::time::Day;
use domain::{consents, people};

use super::directory::{self, Directory, Restricted};
use super::memory::{self, Memory};
use super::namesakes::Namesakes;
use super::plan::{Effect, Ground, Plan, is_news};
use crate::access::ScopedTx;
use crate::error::Error;
use crate::files::cells::Parsed;
use crate::files::kinds::Kind;
use crate::files::participants::{ParticipantRow, cells, change_of};
use crate::files::present::{self, HealthConsent};
use crate::files::problem::NoticeKind;

type Row = Parsed<ParticipantRow>;

/// The programme's people are older; who is not comes in all the same, and is told of.
const YOUNGEST: i32 = 65;

pub struct Planner {
    people: Directory<ParticipantId>,
    restricted: Restricted,
    namesakes: Namesakes,
}

impl Planner {
    pub async fn new(tx: &mut ScopedTx) -> Result<Self, Error> {
        let (people, restricted) = (directory::people(tx).await?, Restricted::load(tx).await?);
        Ok(Self { people, restricted, namesakes: Namesakes::load(tx).await? })
    }

    pub async fn plan(&mut self, ground: &Ground<'_>, tx: &mut ScopedTx, rows: &[Row]) -> Result<Plan, Error> {
        let ids: Vec<_> = rows.iter().filter_map(|row| self.people.find(&row.value.reference)).collect();
        let people = present::people_by_id(tx, &ids).await?;
        let consents = present::health_consents_of(tx, &ids).await?;
        let keys = rows.iter().map(|row| memory::key(&row.key));
        let memories = memory::recall(tx, Kind::Participants, keys).await?;
        let mut plan = Plan::default();
        for row in rows {
            if self.restricted.leave_out(&self.people, (row.line, &row.value.reference), &mut plan) {
                continue;
            }
            let last = memories.get(&memory::key(&row.key));
            if let Some(id) = self.one(ground, &mut plan, row, &people, &consents, last) {
                plan.remember.push(memory::note(&row.key, id.0, &row.cells, last));
            }
        }
        Ok(plan)
    }

    /// Whom the row is about; nobody for somebody who is gone, of whom nothing is remembered any more.
    fn one(
        &mut self,
        ground: &Ground,
        plan: &mut Plan,
        row: &Row,
        people: &HashMap<ParticipantId, Participant>,
        consents: &HashMap<ParticipantId, HealthConsent>,
        last: Option<&Memory>,
    ) -> Option<ParticipantId> {
        let known = self.people.find(&row.value.reference);
        match (known.and_then(|id| people.get(&id)), last) {
            (Some(person), _) => {
                let consent = consents.get(&person.id).copied().unwrap_or_default();
                edit(ground, plan, row, person, consent, last);
                Some(person.id)
            }
            // Imported once and gone since: somebody removed the person, and a file does not undo that.
            (None, Some(_)) => {
                plan.count(row.line, Effect::Nothing);
                None
            }
            (None, None) => {
                if let Some(other) = self.namesakes.meet(&row.value.profile, &row.value.reference) {
                    plan.notice(row.line, "participant_ref", &other, NoticeKind::MaybeSamePerson);
                }
                let id = register(ground, plan, row);
                self.people.add(&row.value.reference, id);
                Some(id)
            }
        }
    }
}

fn register(ground: &Ground, plan: &mut Plan, row: &Row) -> ParticipantId {
    let id = ground.id(ParticipantId::new);
    let profile = Box::new(row.value.profile.clone());
    plan.verbs
        .push((Verb::Participant(people::Verb::Register { id, group: None, profile, provisional: false }), row.line));
    if let Some(on) = row.value.health_consent_on {
        plan.verbs.push((consent_given(ground, row, id, on), row.line));
    }
    age(ground, plan, row);
    plan.count(row.line, Effect::Creates);
    id
}

/// Tells of a day of birth that is unusual here.
fn age(ground: &Ground, plan: &mut Plan, row: &Row) {
    let Some(birth) = row.value.profile.birth_date else { return };
    if Some(birth) == Day::new(1900, 1, 1) {
        plan.notice(row.line, "birth_date", &birth.to_string(), NoticeKind::PlaceholderDay);
    }
    if ground.scope.today().age_of_born(birth) < YOUNGEST {
        plan.notice(row.line, "birth_date", &birth.to_string(), NoticeKind::Young);
    }
}

fn edit(
    ground: &Ground,
    plan: &mut Plan,
    row: &Row,
    person: &Participant,
    consent: HealthConsent,
    last: Option<&Memory>,
) {
    let reference = person.profile.reference.as_deref().unwrap_or_default();
    let present = cells(reference, &person.profile, consent.given_on);
    let news = |column: usize| {
        let text = row.cells.get(column).and_then(Option::as_deref)?;
        let present = present.get(column).map_or("", String::as_str);
        is_news(last, column, text, present).then_some(())
    };
    let columns = Kind::Participants.columns().iter().enumerate();
    let changed = columns.filter(|(at, _)| news(*at).is_some()).map(|(_, column)| *column);
    let mut changes: Vec<ProfileChange> = Vec::new();
    let mut verbs = Vec::new();
    for column in changed {
        changes.extend(change_of(column, &row.value.profile));
        if column == "birth_date" {
            age(ground, plan, row);
        }
        // A consent is an event: an emptied cell takes none back, and a withdrawal stands until a later grant.
        let on = row.value.health_consent_on.filter(|_| column == "health_consent_on");
        if let Some(on) = on.filter(|on| consent.withdrawn_on.is_none_or(|withdrawn| *on > withdrawn)) {
            verbs.push((consent_given(ground, row, person.id, on), row.line));
        }
    }
    if !changes.is_empty() {
        verbs.insert(0, (Verb::Participant(people::Verb::Edit { id: person.id, changes }), row.line));
    }
    plan.count(row.line, if verbs.is_empty() { Effect::Nothing } else { Effect::Changes });
    plan.verbs.extend(verbs);
}

fn consent_given(ground: &Ground, row: &Row, participant: ParticipantId, on: Day) -> Verb {
    let language = match row.value.profile.language {
        Some(PersonLanguage::Swedish) => "sv",
        Some(PersonLanguage::English) => "en",
        _ => "fi",
    };
    Verb::Consent(consents::Verb::Record {
        consent: Consent {
            id: ground.id(ConsentId::new),
            participant,
            purpose: ConsentPurpose::HealthTests,
            act: ConsentAct::Given,
            channel: ConsentChannel::Import,
            on,
            // Nobody knows which text was read where the old register was kept.
            text_version: "health_tests/import".to_owned(),
            language: language.to_owned(),
            after: Vec::new(),
            relative: None,
            until: None,
        },
    })
}
