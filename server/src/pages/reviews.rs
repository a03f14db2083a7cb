//! What waits for a person's decision, in plain words.

mod wording;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use app::history::Names;
use app::reviews::{Answer, PAGE, ReviewLine, ReviewList, Settled, Tasks};
use app::texts::{self, Lang};
use app::ui::Tone;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::assessments::Instrument;
use domain::groups::Membership;
use domain::ids::{AssessmentId, GroupId, MembershipId, OpId, ParticipantId, SessionId};
use domain::people::ProfileChange;
use domain::people::naming::{Form, Named, named_by_id};
use domain::sync::entity::{EntityKey, EntityType};
use domain::sync::op::Verb;
use domain::sync::review::ReviewKind;
use domain::sync::server::held::Settlement;
use domain::sync::server::write::Seen;
use domain::time::Day;
use leptos::prelude::*;

use self::wording::{contested, held, missing, question};
use super::saving::Sent;
use super::{PageAsked, Reader, Said, id_in, page, see_other};
use crate::access::{Actor, InReach, ScopedTx};
use crate::audit;
use crate::error::Error;
use crate::own::cards::{self, Managed};
use crate::people::{merged, rows};
use crate::reviews::{self, HeldOperation, ReviewRow, Written};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::request;
use crate::write::{Refused, change_in};
use crate::{assessments, devices, groups, memberships, people, sessions};

pub fn routes(routes: Routes) -> Routes {
    routes.get("/reviews", show).post("/reviews/settle", settle)
}

async fn show(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(part): Query<PageAsked>,
    Query(Said { said }): Query<Said>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::SeeReviews)?;
    rows::renew_some(&state, actor.scope.municipality()).await?;
    let (lang, number) = (reader.lang, part.number());
    let mut tx = state.db.read(&actor.scope).await?;
    let (lines, total) = (lines(&mut tx, lang, number).await?, reviews::how_many(&mut tx).await?);
    let [due, missed, contacts, unexplained] = reviews::tasks(&mut tx).await?;
    let silent = devices::silent(&mut tx, state.now()).await?;
    drop(tx);
    audit::note_list(&state, &actor, None, lines.len(), &request::id_of(&extensions)).await?;
    let tasks = Tasks { incidents: reader.incidents, due, missed, contacts, unexplained, silent };
    let told = match said.as_str() {
        "settled" => Some((texts::reviews::settled(lang), Tone::Good)),
        "changed" => Some((texts::reviews::not_settled(lang), Tone::Look)),
        _ => None,
    };
    Ok(page(&reader, texts::reviews::title(lang), move || {
        view! { <ReviewList lang lines page=number total tasks told/> }.into_any()
    })
    .await)
}

/// What was settled, and where its page goes on.
fn settled() -> Response {
    see_other("/reviews?said=settled")
}

/// Where it is said that something else holds than what was decided: somebody was first, or has written since.
fn changed() -> Response {
    see_other("/reviews?said=changed")
}

/// Settles something by an answer that it has; another is none. What is settled so already is no error: the button was
/// pressed twice. Whatever changes data by it is an operation like any other.
async fn settle(sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::SeeReviews)?;
    let answer = Answer::from_code(sent.fields.one("answer")).ok_or(Error::NotFound)?;
    match answer {
        Answer::DealtWith => {
            let hole = id_in(sent.fields.one(Settled::HOLE))?;
            reviews::settle_hole(&sent.state, &sent.actor, hole, &sent.request_id).await?;
            Ok(settled())
        }
        Answer::Apply | Answer::Refuse => {
            let held = id_in(sent.fields.one(Settled::HELD))?;
            let settlement = if answer == Answer::Apply { Settlement::Apply } else { Settlement::Refuse };
            let done = reviews::settle_held(&sent.state, &sent.actor, held, settlement, &sent.request_id).await?;
            Ok(if done { settled() } else { changed() })
        }
        _ => settle_question(&sent, answer).await,
    }
}

async fn settle_question(sent: &Sent, answer: Answer) -> Result<Response, Error> {
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let question = reviews::find(&mut tx, id_in(sent.fields.one(Settled::QUESTION))?).await?;
    if !question.open {
        let is_same = question.answer.as_ref() == Some(&answer.code());
        return Ok(if is_same { gone_on(answer) } else { changed() });
    }
    let wanted = match answer {
        Answer::Apart if is_pair(question.kind) => Vec::new(),
        Answer::Keep(kept) if is_pair(question.kind) => merging(&mut tx, &question, kept).await?,
        Answer::JoinStays if question.kind == ReviewKind::Overlap => as_one_stay(&mut tx, &question).await?,
        Answer::Take(op) if is_chosen(question.kind) => match taking(&mut tx, &question, op).await? {
            Some(wanted) => wanted,
            None => return Ok(changed()),
        },
        Answer::Seen if question.kind != ReviewKind::Overlap && !is_pair(question.kind) => Vec::new(),
        _ => return Err(Error::NotFound),
    };
    drop(tx);
    if !wanted.is_empty() && written(sent, &wanted).await?.is_err() {
        return Ok(changed());
    }
    reviews::settle(&sent.state, &sent.actor, question.id, &answer.code(), &sent.request_id).await?;
    Ok(gone_on(answer))
}

/// Writes what was decided. The cards of records for which another one stands from now on end with it: the page that
/// they opened would tell a part of what is the person's.
async fn written(sent: &Sent, wanted: &[(Verb, Seen)]) -> Result<Result<(), Refused>, Error> {
    let merged = |(verb, _): &(Verb, Seen)| match verb {
        Verb::Participant(domain::people::Verb::Edit { id, changes }) => {
            changes.iter().any(|change| matches!(change, ProfileChange::SameAs(Some(_)))).then_some(*id)
        }
        _ => None,
    };
    let merged: BTreeSet<_> = wanted.iter().filter_map(merged).collect();
    let (merged, state) = (&merged, &sent.state);
    let written = state.write(sent.scope(), |mut tx| async move {
        let written = change_in(state, &mut tx, &sent.request_id, wanted.to_vec()).await?;
        if written.is_err() {
            return Ok(tx.undone(written));
        }
        for (id, (reached, _)) in people::among(&mut tx, Action::ManageCards, merged).await? {
            let whose = Managed::of_person(sent.scope(), reached)?;
            if let Some(card) = cards::end(&mut tx, whose, state.now()).await? {
                cards::note(state, &mut tx, &sent.actor, "card.end", (id, &card), &sent.request_id).await?;
            }
        }
        Ok(tx.done(written))
    });
    written.await
}

/// Merged records have a page on which that can be undone.
fn gone_on(answer: Answer) -> Response {
    match answer {
        Answer::Keep(kept) => see_other(&format!("/people/{kept}?said=merged")),
        _ => settled(),
    }
}

const fn is_pair(kind: ReviewKind) -> bool {
    matches!(kind, ReviewKind::PossibleSamePerson | ReviewKind::Alike)
}

/// Lets one of the pair stand for the other, and for those for whom the other stood. Both must be within reach.
async fn merging(tx: &mut ScopedTx, question: &ReviewRow, kept: ParticipantId) -> Result<Vec<(Verb, Seen)>, Error> {
    let pair: BTreeSet<_> = question.keys().filter_map(person_key).collect();
    let near = people::among(tx, Action::EditProfiles, &pair).await?;
    let other = pair.iter().copied().find(|id| *id != kept);
    let (Some(other), Some((_, person)), true) = (other, near.get(&kept), near.len() == 2) else {
        return Err(Error::NotFound);
    };
    // A record that stands for none itself leads to the one that does.
    let into = person.profile.same_as.unwrap_or(kept);
    let Some((reached, _)) = near.get(&other) else { return Err(Error::NotFound) };
    let mut records: Vec<_> =
        merged::others(tx, *reached, Action::SeeProfiles).await?.into_iter().map(|one| one.id()).collect();
    records.push(other);
    records.retain(|id| *id != into);
    let edit = |id, change| (Verb::Participant(domain::people::Verb::Edit { id, changes: vec![change] }), Seen::Newest);
    // Whose home must not become known by one record must not become known by the others.
    let all: BTreeSet<_> = records.iter().copied().chain([into]).collect();
    let known = people::among(tx, Action::EditProfiles, &all).await?;
    let hidden = near.values().chain(known.values()).any(|(_, person)| person.profile.undisclosed);
    let hide = known.into_keys().filter(|_| hidden).map(|id| edit(id, ProfileChange::Undisclosed(true)));
    Ok(hide.chain(records.into_iter().map(|id| edit(id, ProfileChange::SameAs(Some(into))))).collect())
}

/// What makes one side hold: it is said again, by somebody who has seen all of them. Of a profile only the fields that
/// contradict each other. Nothing where something was written since: it is not written over.
async fn taking(tx: &mut ScopedTx, question: &ReviewRow, op: OpId) -> Result<Option<Vec<(Verb, Seen)>>, Error> {
    let known = Known::of(tx, std::slice::from_ref(question), &[]).await?;
    if !known.can_take(question) {
        return Ok(None);
    }
    let written = known.behind(question);
    let chosen = written.iter().find(|written| written.op.op_id == op).ok_or(Error::NotFound)?;
    let verb = match &chosen.op.verb {
        Verb::Participant(domain::people::Verb::Edit { id, changes }) => {
            let twice = contested(&written);
            let changes = changes.iter().filter(|change| twice.contains(change.field())).cloned().collect();
            domain::people::Verb::Edit { id: *id, changes }.into()
        }
        verb => verb.clone(),
    };
    Ok(Some(vec![(verb, Seen::Newest)]))
}

/// Kinds of questions whose sides say the same thing again when one is chosen. A test stays a fact, and a consent is
/// withdrawn until it is given anew: those are only to be known.
const fn is_chosen(kind: ReviewKind) -> bool {
    matches!(
        kind,
        ReviewKind::Attendance
            | ReviewKind::Profile
            | ReviewKind::Amendment
            | ReviewKind::Session
            | ReviewKind::Group
            | ReviewKind::Membership
            | ReviewKind::Incident
            | ReviewKind::Screening
            | ReviewKind::HomeProgramme
    )
}

/// How a question is settled beside choosing a side.
fn answers_to(row: &ReviewRow, known: &Known) -> Vec<Answer> {
    match row.kind {
        ReviewKind::PossibleSamePerson | ReviewKind::Alike => vec![Answer::Apart],
        ReviewKind::Overlap => vec![Answer::JoinStays],
        kind if is_chosen(kind) && known.can_take(row) => Vec::new(),
        _ => vec![Answer::Seen],
    }
}

/// What makes two stays one; nothing where they share no days any more.
async fn as_one_stay(tx: &mut ScopedTx, question: &ReviewRow) -> Result<Vec<(Verb, Seen)>, Error> {
    tx.require(Action::ManageGroups)?;
    let ids: Vec<_> = question.keys().filter_map(stay_key).collect();
    let stays = memberships::among(tx, Action::ManageGroups, ids.iter().copied()).await?;
    let [one, other] = ids.iter().map(|id| stays.get(id)).collect::<Option<Vec<_>>>().unwrap_or_default()[..] else {
        return Err(Error::NotFound);
    };
    if !one.overlaps(other) {
        return Ok(Vec::new());
    }
    let [whole, mistake] = one.joined_with(other);
    let written = |stay: Membership| {
        let Membership { id, group, left_on, exit_reason, .. } = stay;
        (Verb::Membership(domain::groups::membership::Verb::Leave { id, group, left_on, exit_reason }), Seen::Newest)
    };
    Ok([mistake, whole].map(written).into())
}

fn stay_key(key: EntityKey) -> Option<MembershipId> {
    (key.etype == EntityType::Membership).then_some(MembershipId(key.id))
}

/// A page of what waits within reach, the oldest first.
async fn lines(tx: &mut ScopedTx, lang: Lang, number: i64) -> Result<Vec<ReviewLine>, Error> {
    let reviews::Page { questions, held: waiting, holes } = reviews::page(tx, PAGE, (number - 1) * PAGE).await?;
    let known = Known::of(tx, &questions, &waiting).await?;
    let mut lines: Vec<_> = questions.iter().map(|row| question(lang, row, &known)).collect();
    lines.extend(waiting.into_iter().map(|row| held(lang, row, &known)));
    lines.extend(holes.into_iter().map(|row| missing(lang, row)));
    lines.sort_by_key(|line| line.since);
    Ok(lines)
}

/// What the lines name, as far as the reader may know it.
struct Known {
    operations: HashMap<OpId, Written>,
    people: BTreeMap<ParticipantId, Named>,
    groups: HashMap<GroupId, String>,
    days: HashMap<SessionId, Day>,
    /// The tests whose corrections contradict each other.
    tests: HashMap<AssessmentId, (Instrument, Day)>,
    /// The stays that share days.
    stays: HashMap<MembershipId, Membership>,
    /// Who the people are that may be one: year of birth, groups, telephone.
    facts: HashMap<ParticipantId, Vec<String>>,
    /// The operations that wrote last what is in question.
    newest: BTreeSet<OpId>,
}

impl Known {
    async fn of(tx: &mut ScopedTx, open: &[ReviewRow], held: &[HeldOperation]) -> Result<Self, Error> {
        let operations = reviews::operations(tx, open).await?;
        let verbs = operations.values().map(|written| &written.op.verb);
        let verbs: Vec<_> = verbs.chain(held.iter().filter_map(|row| Some(&row.op.as_ref()?.verb))).collect();
        let keys = || open.iter().flat_map(ReviewRow::keys);
        let stays = memberships::among(tx, Action::SeeReviews, keys().filter_map(stay_key)).await?;
        let staying = stays.values().map(|stay| stay.participant);
        let named =
            keys().filter_map(person_key).chain(verbs.iter().filter_map(|verb| verb.participant())).chain(staying);
        let people = people::among(tx, Action::SeeProfiles, &named.collect()).await?;
        let named = verbs.iter().filter_map(|verb| verb.group()).chain(stays.values().map(|stay| stay.group));
        let groups = groups::names(tx, Action::SeeReviews, named).await?;
        let sessions = verbs.iter().filter_map(|verb| match verb {
            Verb::Attendance(verb) => Some(verb.said().session),
            _ => None,
        });
        let days = sessions::days(tx, Action::SeeReviews, sessions).await?;
        let corrected = open.iter().filter(|row| row.kind == ReviewKind::Amendment).flat_map(ReviewRow::op_ids);
        let corrected = corrected.filter_map(|id| operations.get(id)?.op.verb.participant());
        let corrected: BTreeSet<_> = corrected.filter_map(|person| Some(people.get(&person)?.0)).collect();
        let tests = tests(tx, corrected).await?;
        let pairs = open.iter().filter(|row| is_pair(row.kind)).flat_map(ReviewRow::keys).filter_map(person_key);
        let pairs: Vec<_> = pairs.filter_map(|id| people.get(&id)).collect();
        let facts = facts(tx, &pairs).await?;
        let asked: Vec<_> = open.iter().map(|row| row.entity).collect();
        let newest = reviews::newest(tx, asked).await?;
        let people: BTreeMap<_, _> = people.into_iter().map(|(id, (_, person))| (id, person)).collect();
        let people = named_by_id(Form::Full, people.values());
        Ok(Self { operations, people, groups, days, tests, stays, facts, newest })
    }

    /// Whether a side can be chosen: both can be read, and nobody has written over them since.
    fn can_take(&self, row: &ReviewRow) -> bool {
        let written = self.behind(row);
        is_chosen(row.kind) && written.len() > 1 && written.iter().any(|one| self.newest.contains(&one.op.op_id))
    }

    fn name_of(&self, id: ParticipantId) -> Option<&Named> {
        self.people.get(&id)
    }

    /// The operations behind a question, in the order in which they were written.
    fn behind(&self, row: &ReviewRow) -> Vec<&Written> {
        let mut found: Vec<_> = row.op_ids().iter().filter_map(|id| self.operations.get(id)).collect();
        found.sort_by(|a, b| a.op.hlc.cmp(&b.op.hlc));
        found
    }
}

impl Names for Known {
    fn group(&self, id: GroupId) -> Option<String> {
        self.groups.get(&id).cloned()
    }

    fn session_day(&self, id: SessionId) -> Option<Day> {
        self.days.get(&id).copied()
    }

    fn test(&self, _: AssessmentId) -> Option<&'static str> {
        None
    }
}

/// What tells one record from the other: groups of today and the telephone.
async fn facts(tx: &mut ScopedTx, people: &[&people::Listed]) -> Result<HashMap<ParticipantId, Vec<String>>, Error> {
    let reached: Vec<_> = people.iter().map(|(reached, _)| *reached).collect();
    let mut groups = super::people::groups_of(tx, reached).await?;
    let of = |(_, person): &&people::Listed| {
        let mut facts = groups.remove(&person.id).unwrap_or_default();
        facts.extend(person.profile.clone().disclosed().phone);
        (person.id, facts)
    };
    Ok(people.iter().map(of).collect())
}

/// The tests of these people, as far as the reader may know of them.
async fn tests(
    tx: &mut ScopedTx,
    people: BTreeSet<InReach<ParticipantId>>,
) -> Result<HashMap<AssessmentId, (Instrument, Day)>, Error> {
    if !tx.scope().may(Action::SeeAssessments) {
        return Ok(HashMap::new());
    }
    let tests = assessments::of_people(tx, people).await?;
    Ok(tests.into_iter().map(|test| (test.id, (test.instrument, test.measured_on))).collect())
}

fn person_key(key: EntityKey) -> Option<ParticipantId> {
    (key.etype == EntityType::Participant).then_some(ParticipantId(key.id))
}
