//! What waits for a person's decision, in words: each question with what stands against each other.

use std::collections::{BTreeSet, HashMap};

use app::assessments::versions::{self, differing};
use app::history::VerbWords as _;
use app::people::history::{field_name, field_value};
use app::reviews::{Answer, ReviewKind as Shown, ReviewLine, Settled, Side};
use app::texts::{self, Lang, Words as _, list};
use domain::assessments::{Circumstances, Instrument};
use domain::attendance::Mark;
use domain::groups::Membership;
use domain::ids::{AssessmentId, GroupId, OpId, ParticipantId};
use domain::people::ProfileChange;
use domain::people::naming::Named;
use domain::sync::entity::EntityKey;
use domain::sync::op::Verb;
use domain::sync::review::ReviewKind;
use domain::sync::wire::Reason;
use domain::time::{Day, Instant};

use super::{Known, answers_to, is_chosen, is_pair, person_key, stay_key};
use crate::reviews::{HeldOperation, HoleRow, ReviewRow, Written};

/// What the question is, in words.
fn said(lang: Lang, row: &ReviewRow, written: &[&Written], about: &About, known: &Known) -> String {
    use texts::reviews::text as words;
    let other = || row.other.and_then(person_key).and_then(|id| Some(texts::named(lang, known.name_of(id)?)));
    match row.kind {
        ReviewKind::Attendance => marks(lang, written, known),
        ReviewKind::Profile => words::field(lang, &fields(lang, written)),
        ReviewKind::Amendment => {
            let test = known.tests.get(&AssessmentId(row.entity.id)).map(|(test, day)| named(lang, *test, *day));
            words::amendments(lang, test.as_deref().unwrap_or(texts::people::page::test(lang)))
        }
        ReviewKind::PossibleSamePerson => {
            let other = other().unwrap_or_else(|| texts::common::not_known(lang).to_owned());
            format!("{} {}", words::duplicate(lang, &about.name(lang), &other), words::same_person(lang))
        }
        ReviewKind::Alike => {
            let other = other().unwrap_or_else(|| texts::common::not_known(lang).to_owned());
            format!("{} {}", words::alike(lang, &about.name(lang), &other), words::same_person(lang))
        }
        ReviewKind::Overlap => overlap(lang, row, about, known),
        ReviewKind::Reference => reference(lang, written),
        ReviewKind::PossibleDuplicate => same_test(lang, written),
        ReviewKind::Consent => words::consent(lang).to_owned(),
        ReviewKind::Session
        | ReviewKind::Group
        | ReviewKind::Membership
        | ReviewKind::Incident
        | ReviewKind::Screening
        | ReviewKind::HomeProgramme => words::other(lang).to_owned(),
    }
}

pub(super) fn question(lang: Lang, row: &ReviewRow, known: &Known) -> ReviewLine {
    let written = known.behind(row);
    let about = match row.kind {
        ReviewKind::Overlap => About::of_stay(row, known),
        _ => About::of(row.entity, written.iter().map(|written| &written.op.verb), known),
    };
    let mut said = said(lang, row, &written, &about, known);
    if is_chosen(row.kind) && !known.can_take(row) {
        said = format!("{said} {}", texts::reviews::text::changed_since(lang));
    }
    let kind = match row.kind {
        ReviewKind::PossibleSamePerson | ReviewKind::Alike => Shown::Duplicate,
        ReviewKind::Overlap => Shown::Overlap,
        ReviewKind::Reference => Shown::Reference,
        ReviewKind::PossibleDuplicate => Shown::SameTest,
        _ => Shown::Contradiction,
    };
    ReviewLine {
        kind,
        about: about.name(lang),
        words: said,
        since: row.created_at.day_in_finland(),
        sides: sides(lang, row, known),
        open: open(lang, row, &about),
        settles: Settled::Question(row.id),
        answers: answers_to(row, known),
    }
}

/// What stands against each other, with who wrote it and when.
fn sides(lang: Lang, row: &ReviewRow, known: &Known) -> Vec<Side> {
    let written = known.behind(row);
    if is_pair(row.kind) {
        let people: Vec<_> = row.keys().filter_map(person_key).filter(|id| known.people.contains_key(id)).collect();
        let both = people.len() == 2;
        return people.into_iter().filter_map(|id| record(lang, id, &written, both, known)).collect();
    }
    if !row.kind.contradicts() {
        return Vec::new();
    }
    let twice = contested(&written);
    let can_take = known.can_take(row);
    let last = written.last().map(|one| one.op.op_id);
    let values = corrected(lang, &written, known);
    let words = |one: &&Written| {
        let value = values.get(&one.op.op_id).filter(|value| !value.is_empty());
        let said = std::iter::once(says(lang, &one.op.verb, &twice, known));
        said.chain(value.cloned()).collect::<Vec<_>>().join("\n")
    };
    let side = |one: &&Written| Side {
        words: words(one),
        by: one.author(lang),
        at: Some(Instant::from_millis(one.op.hlc.wall)),
        in_force: can_take && last == Some(one.op.op_id),
        open: None,
        answer: can_take.then_some(Answer::Take(one.op.op_id)),
    };
    written.iter().map(side).collect()
}

/// One of two records that may be of one person.
fn record(lang: Lang, id: ParticipantId, written: &[&Written], both: bool, known: &Known) -> Option<Side> {
    let name = texts::named(lang, known.name_of(id)?);
    let registered = written.iter().find(|one| one.op.verb.registers() == Some(id));
    let by = registered.map(|one| one.author(lang));
    let facts = known.facts.get(&id).filter(|facts| !facts.is_empty()).map(|facts| facts.join(" · "));
    Some(Side {
        words: [Some(name.clone()), facts].into_iter().flatten().collect::<Vec<_>>().join("\n"),
        by: by.unwrap_or_default(),
        at: registered.map(|one| Instant::from_millis(one.op.hlc.wall)),
        in_force: false,
        open: Some((format!("/people/{id}"), texts::reviews::open_named(lang, &name))),
        answer: both.then_some(Answer::Keep(id)),
    })
}

/// What an operation says: of a profile the values that contradict others.
fn says(lang: Lang, verb: &Verb, twice: &BTreeSet<&'static str>, known: &Known) -> String {
    match verb {
        Verb::Attendance(verb) => {
            verb.said().mark.map_or(texts::attendance::mark::none(lang), |mark| mark.words(lang)).to_owned()
        }
        Verb::Participant(domain::people::Verb::Edit { changes, .. }) => {
            let contested = changes.iter().filter(|change| twice.contains(change.field()));
            let each = contested.map(|change| format!("{}: {}", field_name(lang, change), field_value(lang, change)));
            each.collect::<Vec<_>>().join("\n")
        }
        verb => verb.sentence(lang, known),
    }
}

/// What each of the corrections of one test tells otherwise than the others, line by line; nothing where the reader may not
/// see results.
fn corrected(lang: Lang, written: &[&Written], known: &Known) -> HashMap<OpId, String> {
    let unknown = Circumstances::default();
    let found: Vec<_> = written.iter().filter_map(|one| correction(one, known, &unknown)).collect();
    let Some((_, instrument, _)) = found.first() else { return HashMap::new() };
    let told = differing(lang, *instrument, &found.iter().map(|(_, _, said)| *said).collect::<Vec<_>>());
    let line = |(name, value): &(String, String)| format!("{name}: {value}");
    let lines = |facts: Vec<(String, String)>| facts.iter().map(line).collect::<Vec<_>>().join("\n");
    found.iter().map(|(op, ..)| *op).zip(told.into_iter().map(lines)).collect()
}

/// The correction of which test it is, and what it says; `unknown`: the circumstances where it tells none.
fn correction<'a>(
    one: &'a Written,
    known: &Known,
    unknown: &'a Circumstances,
) -> Option<(OpId, Instrument, versions::Said<'a>)> {
    let Verb::Assessment(domain::assessments::Verb::Amend { id, trials, circumstances, .. }) = &one.op.verb else {
        return None;
    };
    let (instrument, _) = known.tests.get(id)?;
    let circumstances = circumstances.as_deref().unwrap_or(unknown);
    Some((one.op.op_id, *instrument, versions::Said { trials, circumstances }))
}

/// The fields that more than one of the operations wrote.
pub(super) fn contested(written: &[&Written]) -> BTreeSet<&'static str> {
    let (mut once, mut twice) = (BTreeSet::new(), BTreeSet::new());
    for one in written {
        let Verb::Participant(domain::people::Verb::Edit { changes, .. }) = &one.op.verb else { continue };
        for field in changes.iter().map(ProfileChange::field).collect::<BTreeSet<_>>() {
            if !once.insert(field) {
                twice.insert(field);
            }
        }
    }
    twice
}

/// The page to look at; two people have theirs on their sides.
fn open(lang: Lang, row: &ReviewRow, about: &About) -> Vec<(String, String)> {
    if is_pair(row.kind) { Vec::new() } else { about.open(lang).into_iter().collect() }
}

/// The two stays with their days.
fn overlap(lang: Lang, row: &ReviewRow, about: &About, known: &Known) -> String {
    use texts::reviews::text as words;
    let days = |stay: &Membership| match stay.left_on {
        Some(left) => texts::days(lang, stay.joined_on, left),
        None => words::stay_open(lang, stay.joined_on),
    };
    let stays: Vec<_> = row.keys().filter_map(stay_key).filter_map(|id| known.stays.get(&id)).collect();
    let group = about.group.as_ref().map(|(_, name)| name.as_str());
    match (stays.as_slice(), group) {
        ([one, other], Some(group)) => words::overlap(lang, &days(one), &days(other), group),
        _ => words::other(lang).to_owned(),
    }
}

/// Which reference a tablet gave, and who.
fn reference(lang: Lang, written: &[&Written]) -> String {
    use texts::reviews::text as words;
    let given = written.iter().find_map(|written| match &written.op.verb {
        Verb::Participant(verb) => Some((verb.reference()?, written.author(lang))),
        _ => None,
    });
    match given {
        Some((reference, by)) => words::reference(lang, reference, &by),
        None => words::other(lang).to_owned(),
    }
}

/// A test with its day: two of one person must be told apart.
fn named(lang: Lang, test: Instrument, day: Day) -> String {
    format!("{} {}", test.words(lang), texts::day(lang, day))
}

/// Which test was recorded twice, and by whom.
fn same_test(lang: Lang, written: &[&Written]) -> String {
    let recorded = written.iter().filter_map(|written| match &written.op.verb {
        Verb::Assessment(domain::assessments::Verb::Record { assessment }) => Some((assessment, written.author(lang))),
        _ => None,
    });
    let recorded: Vec<_> = recorded.collect();
    let Some((test, _)) = recorded.first() else { return texts::reviews::text::other(lang).to_owned() };
    let mut who: Vec<_> = recorded.iter().map(|(_, by)| by.clone()).collect();
    who.dedup();
    texts::reviews::text::same_test(lang, &named(lang, test.instrument, test.measured_on), &list(lang, &who))
}

/// Whom or what it is about, as far as the reader may know.
struct About {
    person: Option<(ParticipantId, Named)>,
    group: Option<(GroupId, String)>,
}

impl About {
    /// Whose stays they are, and where.
    fn of_stay(row: &ReviewRow, known: &Known) -> Self {
        let stay = stay_key(row.entity).and_then(|id| known.stays.get(&id));
        let (person, group) = (stay.map(|stay| stay.participant), stay.map(|stay| stay.group));
        Self {
            person: person.and_then(|id| Some((id, known.name_of(id)?.clone()))),
            group: group.and_then(|id| Some((id, known.groups.get(&id)?.clone()))),
        }
    }

    fn of<'a>(entity: EntityKey, verbs: impl Iterator<Item = &'a Verb> + Clone, known: &Known) -> Self {
        let person = person_key(entity).or_else(|| verbs.clone().find_map(Verb::participant));
        let group = verbs.clone().find_map(Verb::group);
        Self {
            person: person.and_then(|id| Some((id, known.name_of(id)?.clone()))),
            group: group.and_then(|id| Some((id, known.groups.get(&id)?.clone()))),
        }
    }

    fn name(&self, lang: Lang) -> String {
        let person = self.person.as_ref().map(|(_, name)| texts::named(lang, name));
        let name = person.or_else(|| self.group.as_ref().map(|(_, name)| name.clone()));
        name.unwrap_or_else(|| texts::common::not_known(lang).to_owned())
    }

    fn open(&self, lang: Lang) -> Option<(String, String)> {
        let person = self.person.as_ref().map(|(id, _)| (format!("/people/{id}"), texts::reviews::open_person(lang)));
        let group = || self.group.as_ref().map(|(id, _)| (format!("/groups/{id}"), texts::reviews::open_group(lang)));
        person.or_else(group).map(|(href, words)| (href, words.to_owned()))
    }
}

/// "paikalla (Liisa) ja poissa, ilmoitti (Pekka)", each mark with who wrote it, the newest last.
fn marks(lang: Lang, written: &[&Written], known: &Known) -> String {
    let word = |mark: Option<Mark>| mark.map_or(texts::attendance::mark::none(lang), |mark| mark.words(lang));
    let said = written.iter().filter_map(|written| match &written.op.verb {
        Verb::Attendance(verb) => Some((verb.said().mark, written.author(lang), verb.said().session)),
        _ => None,
    });
    let said: Vec<_> = said.collect();
    let Some((shown, _, session)) = said.last() else { return texts::reviews::text::other(lang).to_owned() };
    let each = said.iter().map(|(mark, who, _)| format!("{} ({who})", word(*mark)));
    let marks = list(lang, &each.collect::<Vec<_>>());
    match known.days.get(session) {
        Some(day) => texts::reviews::text::marks(lang, *day, &marks, word(*shown)),
        None => marks,
    }
}

/// The fields that more than one of the operations wrote; all of them when none stands out.
fn fields(lang: Lang, written: &[&Written]) -> String {
    let mut names: Vec<&'static str> = Vec::new();
    let mut twice: Vec<&'static str> = Vec::new();
    for written in written {
        let Verb::Participant(domain::people::Verb::Edit { changes, .. }) = &written.op.verb else { continue };
        for name in changes.iter().map(|change| field_name(lang, change)) {
            let list = if names.contains(&name) { &mut twice } else { &mut names };
            if !list.contains(&name) {
                list.push(name);
            }
        }
    }
    let shown = if twice.is_empty() { names } else { twice };
    list(lang, &shown.iter().map(|name| name.to_lowercase()).collect::<Vec<_>>())
}

/// What will never come from a tablet: who made it, on which one, how much.
pub(super) fn missing(lang: Lang, row: HoleRow) -> ReviewLine {
    let who = row.actor.unwrap_or_else(|| texts::common::not_known(lang).to_owned());
    let device = row.device.filter(|name| !name.is_empty());
    let device = device.unwrap_or_else(|| texts::access::devices::unnamed(lang).to_owned());
    let lost = texts::reviews::text::missing(lang, &device, row.count, &who);
    let (first, last) = row.numbers;
    let numbers = match first == last {
        true => first.to_string(),
        false => texts::range(&first.to_string(), &last.to_string()),
    };
    let words = format!("{lost} {}", texts::reviews::text::missing_numbers(lang, &numbers));
    ReviewLine {
        kind: Shown::Missing,
        about: who,
        words,
        since: row.declared_at.day_in_finland(),
        sides: Vec::new(),
        open: Vec::new(),
        settles: Settled::Hole(row.id),
        answers: vec![Answer::DealtWith],
    }
}

/// What was held: about whom or what, what it says, who wrote it, when and where. What this program cannot read can only be
/// refused; what a newer one wrote waits for the server's own.
pub(super) fn held(lang: Lang, row: HeldOperation, known: &Known) -> ReviewLine {
    use texts::reviews::text as words;
    let who = row.actor.unwrap_or_else(|| texts::history::system(lang).to_owned());
    let said = match row.reason {
        Some(Reason::Rights) => words::held_rights(lang, &who),
        Some(Reason::Schema) => words::held_schema(lang).to_owned(),
        _ => words::held_other(lang).to_owned(),
    };
    let (since, settles, kind) = (row.received_at.day_in_finland(), Settled::Held(row.id), Shown::Held);
    let Some(op) = row.op else {
        let or_not_known = |text: Option<String>| text.unwrap_or_else(|| texts::common::not_known(lang).to_owned());
        let code = or_not_known(Some(row.kind).filter(|kind| !kind.is_empty()));
        let when = texts::moment(lang, row.received_at);
        let details = words::held_details(lang, &or_not_known(row.device), &code, &when, &who);
        let words = format!("{said} {details}");
        let answers = vec![Answer::Refuse];
        return ReviewLine { kind, about: who, words, since, sides: Vec::new(), open: Vec::new(), settles, answers };
    };
    let about = About::of(op.verb.target(), std::iter::once(&op.verb), known);
    let side = Side {
        words: says(lang, &op.verb, &contested(&[]), known),
        by: [Some(who), row.device.filter(|name| !name.is_empty())]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", "),
        at: Some(Instant::from_millis(op.hlc.wall)),
        in_force: false,
        open: None,
        answer: None,
    };
    let side = Side { words: held_words(lang, &op.verb, side.words.clone(), known), ..side };
    let (open, answers) = (about.open(lang).into_iter().collect(), vec![Answer::Apply, Answer::Refuse]);
    ReviewLine { kind, about: about.name(lang), words: said, since, sides: vec![side], open, settles, answers }
}

/// A held change of a profile names all its fields.
fn held_words(lang: Lang, verb: &Verb, words: String, known: &Known) -> String {
    if words.is_empty() || matches!(verb, Verb::Attendance(_)) { verb.sentence(lang, known) } else { words }
}
