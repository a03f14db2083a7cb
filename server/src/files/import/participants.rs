//! What a file of participants changes: new persons, changed fields, consents.

use domain::consents::{Consent, ConsentAct, ConsentChannel, ConsentPurpose};
use domain::ids::{ConsentId, ParticipantId};
use domain::people::{Participant, PersonLanguage, ProfileChange};
use domain::sync::op::Verb;
use domain::time::Day;
use domain::{consents, people};

use super::memory::{self, Memory};
use super::{Effect, Ground, Plan, is_news};
use crate::access::ScopedTx;
use crate::error::Error;
use crate::files::cells::Parsed;
use crate::files::kinds::Kind;
use crate::files::participants::{ParticipantRow, cells, change_of};
use crate::files::present::{self, HealthConsent};

type Row = Parsed<ParticipantRow>;

pub async fn plan(ground: &Ground<'_>, tx: &mut ScopedTx, rows: &[Row]) -> Result<Plan, Error> {
    let people = present::people(tx).await?;
    let consents = present::health_consents(tx).await?;
    let keys = rows.iter().map(|row| memory::key(&row.key));
    let memories = memory::recall(tx, Kind::Participants, keys).await?;
    let mut plan = Plan::default();
    for row in rows {
        let last = memories.get(&memory::key(&row.key));
        let known = people.by_reference.get(&row.value.reference).and_then(|id| people.all.get(id));
        let id = match (known, last) {
            (Some((_, person)), _) => {
                let consent = consents.get(&person.id).copied().unwrap_or_default();
                edit(ground, &mut plan, row, person, consent, last);
                person.id
            }
            // Imported once and gone since: somebody removed the person, and a file does not undo that.
            (None, Some(last)) => {
                plan.count(Effect::Nothing);
                ParticipantId(last.entity)
            }
            (None, None) => register(ground, &mut plan, row),
        };
        plan.remember.push(memory::note(&row.key, id.0, &row.cells, last));
    }
    Ok(plan)
}

fn register(ground: &Ground, plan: &mut Plan, row: &Row) -> ParticipantId {
    let id = ground.id(ParticipantId::new);
    let profile = Box::new(row.value.profile.clone());
    plan.verbs
        .push((Verb::Participant(people::Verb::Register { id, group: None, profile, provisional: false }), row.line));
    if let Some(on) = row.value.health_consent_on {
        plan.verbs.push((consent_given(ground, row, id, on), row.line));
    }
    plan.count(Effect::Creates);
    id
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
        // A consent is an event: an emptied cell takes none back, and a withdrawal stands until a later grant.
        let on = row.value.health_consent_on.filter(|_| column == "health_consent_on");
        if let Some(on) = on.filter(|on| consent.withdrawn_on.is_none_or(|withdrawn| *on > withdrawn)) {
            verbs.push((consent_given(ground, row, person.id, on), row.line));
        }
    }
    if !changes.is_empty() {
        verbs.insert(0, (Verb::Participant(people::Verb::Edit { id: person.id, changes }), row.line));
    }
    plan.count(if verbs.is_empty() { Effect::Nothing } else { Effect::Changes });
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
        },
    })
}
