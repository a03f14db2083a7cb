//! The sheets that the desk takes out: people, a group's attendance, a group's results. The columns of the files of
//! these kinds, with names beside references, headings and words in the reader's language. What lies beyond the reader's
//! reach is in none of them.

use std::collections::{BTreeSet, HashMap};

use app::assessments::words::{outcome_name, score_band};
use app::texts::{self, Lang, Words as _};
use domain::access::Action;
use domain::assessments::{OutcomeMeasure, RULE_VERSION, Score, comparable_in_order};
use domain::ids::{GroupId, ParticipantId};
use domain::people::Participant;
use domain::time::Day;

use super::export::trends;
use super::present::{generated_reference, one_of_a_kind};
use super::xlsx::{Cell, Column, Sheet};
use crate::access::{InReach, ScopedTx};
use crate::error::Error;
use crate::people::{self, Listed};
use crate::{assessments, attendance, consents, memberships};

/// More people than any organisation has.
const EVERYBODY: i64 = i64::MAX;

/// All people within reach, by name.
pub async fn people(tx: &mut ScopedTx, lang: Lang) -> Result<Sheet, Error> {
    use texts::downloads::column as c;
    let (people, _) = people::list(tx, EVERYBODY, 0).await?;
    let reached: Vec<_> = people.iter().map(|(reached, _)| *reached).collect();
    let consents = consents::for_health(tx, &reached).await?;
    let columns = [
        (c::participant_ref(lang), 14),
        (c::given_names(lang), 20),
        (c::family_name(lang), 20),
        (c::called_name(lang), 14),
        (c::birth_date(lang), 12),
        (c::sex(lang), 10),
        (c::language(lang), 10),
        (c::phone(lang), 16),
        (c::postal_code(lang), 12),
        (c::living_alone(lang), 18),
        (c::education(lang), 14),
        (c::income_ok(lang), 14),
        (c::referral_source(lang), 20),
        (c::applied_on(lang), 12),
        (c::decision(lang), 18),
        (c::health_consent_on(lang), 16),
    ];
    let row = |(_, person): &Listed| person_row(lang, person, consents.get(&person.id).copied());
    Ok(sheet(lang, texts::downloads::people(lang), &columns, people.iter().map(row).collect()))
}

fn person_row(lang: Lang, person: &Participant, consent: Option<Day>) -> Vec<Cell> {
    let p = &person.profile.clone().disclosed();
    // Of whom only the year is known, it is a number and no day.
    let year = p.birth_year.map_or(Cell::Nothing, |year| Cell::Number(i64::from(year), 0));
    vec![
        Cell::Text(reference(person)),
        Cell::text(p.given_names.as_str()),
        Cell::text(p.family_name.as_str()),
        Cell::maybe_text(p.called_name.as_deref()),
        p.birth_date.map_or(year, Cell::Day),
        Cell::maybe_text(p.sex.map(|code| code.words(lang))),
        Cell::maybe_text(p.language.map(|code| code.words(lang))),
        Cell::maybe_text(p.phone.as_deref()),
        Cell::maybe_text(p.postal_code.as_deref()),
        Cell::maybe_text(p.living_alone.map(|code| code.words(lang))),
        Cell::maybe_text(p.education.map(|code| code.words(lang))),
        Cell::maybe_text(p.income_ok.map(|code| code.words(lang))),
        Cell::maybe_text(p.referral_source.map(|code| code.words(lang))),
        Cell::maybe_day(p.applied_on),
        Cell::maybe_text(p.decision.map(|code| code.words(lang))),
        Cell::maybe_day(consent),
    ]
}

/// The group's sessions so far with every mark in them; a session without marks has a row of its own.
pub async fn attendance(tx: &mut ScopedTx, lang: Lang, group: InReach<GroupId>) -> Result<Sheet, Error> {
    use texts::downloads::column as c;
    let people: HashMap<ParticipantId, Participant> =
        memberships::of_group(tx, group).await?.into_iter().map(|(_, person)| (person.id, person)).collect();
    let columns = [
        (c::held_on(lang), 12),
        (c::session_status(lang), 22),
        (c::participant_ref(lang), 14),
        (c::name(lang), 28),
        (c::mark(lang), 22),
    ];
    let marks = attendance::of_group(tx, group).await?;
    let row = |mark: &attendance::GroupMark| {
        let person = mark.of.and_then(|(person, _)| people.get(&person));
        vec![
            Cell::Day(mark.day),
            Cell::maybe_text(mark.status.map(|code| code.words(lang))),
            Cell::maybe_text(person.map(reference)),
            Cell::maybe_text(person.map(|person| person.profile.list_name())),
            Cell::maybe_text(mark.of.map(|(_, mark)| mark.words(lang))),
        ]
    };
    Ok(sheet(lang, texts::downloads::attendance(lang), &columns, marks.iter().map(row).collect()))
}

/// What the tests of the group's present and former people came to. Answers to questions stay out of it.
pub async fn results(tx: &mut ScopedTx, lang: Lang, group: InReach<GroupId>) -> Result<Sheet, Error> {
    use texts::downloads::column as c;
    let stays = memberships::of_group(tx, group).await?;
    let ids: BTreeSet<_> = stays.iter().filter(|(stay, _)| !stay.is_void()).map(|(stay, _)| stay.participant).collect();
    let people = people::among(tx, Action::SeeAssessments, &ids).await?;
    let tests = assessments::of_people(tx, people.values().map(|(reached, _)| *reached)).await?;
    let columns = [
        (c::participant_ref(lang), 14),
        (c::name(lang), 28),
        (c::measured_on(lang), 12),
        (c::outcome(lang), 34),
        (c::value(lang), 10),
        (c::unit(lang), 12),
        (c::class(lang), 34),
        (c::comparable(lang), 14),
        (c::rule_version(lang), 14),
    ];
    let mut rows = Vec::new();
    for ((person, outcome), trend) in trends(one_of_a_kind(tests)) {
        let Some((_, person)) = people.get(&person).filter(|_| outcome.self_report_item().is_none()) else { continue };
        let comparable = comparable_in_order(trend.iter().map(|(_, score)| score));
        rows.extend(trend.iter().zip(comparable).map(|((day, score), comparable)| {
            let order = (person.profile.list_name(), person.id, *day, outcome);
            (order, result_row(lang, person, *day, score, comparable))
        }));
    }
    rows.sort_by(|(a, _), (b, _)| a.cmp(b));
    let rows = rows.into_iter().map(|(_, row)| row).collect();
    Ok(sheet(lang, texts::downloads::results(lang), &columns, rows))
}

fn result_row(lang: Lang, person: &Participant, day: Day, score: &Score, comparable: bool) -> Vec<Cell> {
    use texts::assessments::answer;
    let age = person.profile.birth_date.map(|birth| day.age_of_born(birth));
    let (decimals, unit) = unit(lang, score.outcome);
    vec![
        Cell::Text(reference(person)),
        Cell::text(person.profile.list_name()),
        Cell::Day(day),
        Cell::text(outcome_name(lang, score.outcome)),
        score.value().map_or(Cell::Nothing, |value| Cell::Number(value, decimals)),
        Cell::text(unit),
        Cell::maybe_text(score_band(lang, score, age, person.profile.sex)),
        Cell::text(if comparable { answer::yes(lang) } else { answer::no(lang) }),
        Cell::text(RULE_VERSION),
    ]
}

/// How many decimals stand behind a stored value, and its unit.
fn unit(lang: Lang, outcome: OutcomeMeasure) -> (u8, &'static str) {
    use OutcomeMeasure as O;
    use texts::results::unit as u;
    match outcome {
        O::SppbBalance | O::SppbGait | O::SppbChair | O::SppbTotal | O::SppbTotalNia => (0, u::points(lang)),
        O::Gait4Speed | O::Gait10UsualSpeed | O::Gait10MaximalSpeed => (3, "m/s"),
        O::GripBest => (1, "kg"),
        O::Walk6Distance => (0, "m"),
        O::Chair30Stands | O::Step2Steps | O::ArmCurlCurls => (0, u::times(lang)),
        other => (other.decimals(), "s"),
    }
}

fn reference(person: &Participant) -> String {
    person.profile.reference.clone().unwrap_or_else(|| generated_reference(person.id.0))
}

fn sheet(lang: Lang, name: &'static str, columns: &[(&'static str, u8)], rows: Vec<Vec<Cell>>) -> Sheet {
    let columns = columns.iter().map(|(heading, width)| Column { heading: (*heading).into(), width: *width }).collect();
    let days = if lang == Lang::En { "d mmm yyyy" } else { "d.m.yyyy" };
    Sheet { name, columns, rows, days }
}
