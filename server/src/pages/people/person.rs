//! One participant's page, with joining and leaving groups.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use app::applications::on_person::ApplicationsView;
use app::assessments::references::{Who, beside_band};
use app::assessments::told::in_short;
use app::assessments::words::{change_words, outcome_name, outcome_value, score_band, score_value};
use app::history::{Names, VerbWords as _};
use app::home_programmes::desk::HomeCard;
use app::home_weeks::mondays;
use app::people::page::{AttendanceSummary, ConsentLine, HistoryLine, PersonPage, PersonView, ResultLine, Ways};
use app::people::stays::{Joinable, LeaveTyped, SmallForm, Stay, Undo, ending};
use app::people::touch::Touch;
use app::screenings::clear::{Answered, ClearTyped};
use app::talks::card::GoneTalk;
use app::texts::{self, Lang, Words as _};
use app::ui::FieldError;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::assessments::change::between;
use domain::assessments::wellbeing::{Followed, followed};
use domain::assessments::{Assessment, Measured, OutcomeMeasure, Score, scores};
use domain::attendance::Mark;
use domain::consents::Consent;
use domain::groups::{ExitReason, Group, Membership};
use domain::home_weeks::done_in;
use domain::ids::{
    AssessmentId, ConsentId, ContactId, FriendPairId, GroupId, MembershipId, ParticipantId, PauseId, SessionId, TalkId,
    uuid_v5,
};
use domain::outcomes::attendance::Adherence;
use domain::people::{Profile, ProfileChange};
use domain::safety::{Clearance, Question};
use domain::screenings::{self as screening, Screening};
use domain::sync::op::Verb;
use domain::sync::server::write::Seen;
use domain::time::{Day, Instant};
use leptos::prelude::*;
use uuid::Uuid;

use super::form::{joinable, read_joining};
use crate::access::{Actor, InReach, Scope, ScopedTx, break_glass};
use crate::attendance::HeldSession;
use crate::audit;
use crate::error::Error;
use crate::pages::reading::Reading;
use crate::pages::saving::{Read, Sent, alive, id_of_new, saved_beside, saved_now};
use crate::pages::{Reader, Said, form_status, id_in, page_with_status, see_other};
use crate::people::{self, Found, LogRow, merged};
use crate::routes::Routes;
use crate::state::AppState;
use crate::talks::Noted;
use crate::web::request;
use crate::{
    applications, assessments, attendance, consents, contacts, friends, groups, home_programmes, home_weeks, letters,
    memberships, pauses, screenings, talks,
};

/// Operations that the page lists.
const LATEST: i64 = 100;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/people/{id}", show)
        .post("/people/{id}/join", join)
        .post("/people/{id}/leave", leave)
        .post("/people/{id}/clear", clear)
        .post("/people/{id}/unmerge", unmerge)
}

/// A group that the reader comes from to add the person to it.
#[derive(serde::Deserialize)]
struct ToJoin {
    #[serde(default)]
    into: String,
}

async fn show(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    Query(Said { said }): Query<Said>,
    Query(ToJoin { into }): Query<ToJoin>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    let id = id_in(&id)?;
    if let Some(kept) = stood_for(&state, &actor, id).await? {
        // The group goes along that the reader comes from.
        let group = into.parse::<GroupId>().map(|group| format!("?into={group}")).unwrap_or_default();
        return Ok(see_other(&format!("/people/{kept}{group}")));
    }
    let mut view = seen(&state, reader.lang, &actor, id, &request::id_of(&extensions)).await?;
    use texts::people::page as words;
    view.done = match said.as_str() {
        "saved" => Some(words::saved(reader.lang)),
        "joined" => Some(words::joined(reader.lang)),
        "left" => Some(words::left_saved(reader.lang)),
        "left_undone" => Some(words::left_undone(reader.lang)),
        "join_undone" => Some(words::join_undone(reader.lang)),
        "merged" => Some(texts::people::merged::saved(reader.lang)),
        "unmerged" => Some(texts::people::merged::undone(reader.lang)),
        "pause" => Some(texts::people::touch::pause_saved(reader.lang)),
        "contact" => Some(texts::people::touch::contact_saved(reader.lang)),
        "died" => Some(texts::people::touch::died_saved(reader.lang)),
        "died_undone" => Some(texts::people::touch::died_undone(reader.lang)),
        "cleared" => Some(texts::safety::clear::saved(reader.lang)),
        "consent" => Some(texts::consents::desk::saved(reader.lang)),
        "talk" => Some(texts::talks::saved(reader.lang)),
        "talk_taken_back" => Some(texts::talks::taken_back(reader.lang)),
        "talk_put_back" => Some(texts::talks::put_back_done(reader.lang)),
        "friend" => Some(texts::friends::saved(reader.lang)),
        "asked" => Some(texts::safety::desk::saved(reader.lang)),
        _ => None,
    };
    if let Ok(group) = into.parse::<GroupId>() {
        let joined_on = texts::typed_day(view.today);
        view.typed = Some(SmallForm::Join { group: group.to_string(), joined_on });
    }
    Ok(draw(&reader, view).await)
}

/// The record on whose page this one is shown, where another stands for it that is within reach.
async fn stood_for(state: &AppState, actor: &Actor, id: ParticipantId) -> Result<Option<ParticipantId>, Error> {
    if !actor.scope.may(Action::UseDesk) {
        return Ok(None);
    }
    merged::stood_for(&mut state.db.read(&actor.scope).await?, Action::SeeProfiles, id).await
}

/// All that the page shows of a person; the look is logged before it is had.
async fn seen(
    state: &AppState,
    lang: Lang,
    actor: &Actor,
    id: ParticipantId,
    request_id: &str,
) -> Result<PersonView, Error> {
    let mut tx = state.db.read(&actor.scope).await?;
    let mut view = person_view(&mut tx, state, lang, id).await?;
    drop(tx);
    if let Some(ways) = &mut view.ways {
        ways.consent_rev = id_of_new(state, ConsentId::new).to_string();
        ways.talk_rev = id_of_new(state, TalkId::new).to_string();
    }
    let look = audit::Entry::of_look(actor, state.now(), id, request_id);
    audit::note(state, actor.scope.municipality(), &look).await?;
    Ok(view)
}

async fn draw(reader: &Reader, view: PersonView) -> Response {
    let lang = reader.lang;
    let status = form_status(&view.errors);
    // No name in the tab: the history of a shared desk keeps titles.
    page_with_status(reader, status, texts::people::one(lang), move || view! { <PersonPage lang view/> }.into_any())
        .await
}

async fn person_view(tx: &mut ScopedTx, state: &AppState, lang: Lang, id: ParticipantId) -> Result<PersonView, Error> {
    if tx.scope().opens(Action::SeeProfiles) != Some(id) {
        tx.require(Action::UseDesk)?;
    }
    let Found { reached, person, .. } = people::find(tx, Action::SeeProfiles, id).await?;
    // Emergency access is for looking alone.
    let may = |scope: &Scope, action| scope.may(action) && !reached.is_opened();
    let all = merged::all(tx, reached, Action::SeeProfiles).await?;
    let others = all.get(1..).unwrap_or_default().to_vec();
    let mut stays = memberships::of_people(tx, all.iter().copied()).await?;
    stays.retain(|(stay, _)| !stay.is_void());
    let Records { held, answers, given, log, days } = Records::of(tx, &all).await?;
    let tests = match tx.scope().may(Action::SeeAssessments) || reached.is_opened() {
        true => Some(assessments::of_people(tx, all.iter().copied()).await?),
        false => None,
    };
    let answered = answers.map(|answers| answered(id, tx.scope().today(), &answers));
    let may_clear = may(tx.scope(), Action::ClearScreenings);
    let touch = Touch {
        person: id,
        today: tx.scope().today(),
        pauses: pauses::of_people(tx, all.iter().copied()).await?,
        contacts: contacts::of_people(tx, all.iter().copied()).await?,
        new_pause: id_of_new(state, PauseId::new),
        new_contact: id_of_new(state, ContactId::new),
        may_edit: may(tx.scope(), Action::EditProfiles),
    };
    let today = tx.scope().today();
    let home = HomeCard {
        person: id,
        today,
        programme: home_programmes::open_of(&home_programmes::of_records(tx, &all).await?, today).cloned(),
        done: done_in(&home_weeks::beginning(tx, &all, mondays(today, 1)).await?),
        may_open: may(tx.scope(), Action::UseDesk) && may(tx.scope(), Action::EditProfiles),
    };
    let opened = break_glass::of_person(tx, reached).await?;
    let known = Known::new(&stays, tests.as_deref(), days, lang);
    Ok(PersonView {
        touch,
        home,
        merged: merged_records(tx, &others).await?,
        died_on: merged::died_on(tx, &person).await?,
        today: tx.scope().today(),
        attendance: attendance(&held, &stays, tx.scope().today()),
        results: tests.as_deref().map(|tests| results(lang, tests, &person.profile)),
        answered: answered.map(|answered| Answered { may_clear, ..answered }),
        consents: given.map(|all| all.into_iter().map(consent_line).collect()),
        history: history(log, opened, lang, &known),
        joinable: if reached.is_opened() { Vec::new() } else { joinable(tx, lang).await? },
        stays: stays.into_iter().map(stay_line).collect(),
        may_edit: may(tx.scope(), Action::EditProfiles),
        may_manage: may(tx.scope(), Action::ManageGroups),
        opened: reached.is_opened(),
        ways: ways(tx, state, &all, id).await?,
        person,
        done: None,
        errors: Vec::new(),
        typed: None,
    })
}

/// What lies in each record of a person, put together.
#[derive(Default)]
struct Records {
    held: Vec<HeldSession>,
    answers: Option<Vec<Screening>>,
    given: Option<Vec<Consent>>,
    log: Vec<LogRow>,
    days: Vec<(SessionId, Day)>,
}

impl Records {
    async fn of(tx: &mut ScopedTx, all: &[InReach<ParticipantId>]) -> Result<Self, Error> {
        let mut records = Self::default();
        for one in all.iter().copied() {
            let may = |scope: &Scope, action| scope.may(action) && !one.is_opened();
            records.held.extend(attendance::held_sessions(tx, one).await?);
            if tx.scope().may(Action::SeeAssessments) || one.is_opened() {
                records.answers.get_or_insert_default().extend(screenings::of_person(tx, one).await?);
            }
            if may(tx.scope(), Action::RecordConsents) {
                records.given.get_or_insert_default().extend(consents::of_person(tx, one).await?);
            }
            records.log.extend(people::history(tx, one, LATEST).await?);
            records.days.extend(attendance::marked_days(tx, one).await?);
        }
        records.held = attendance::once_each(records.held);
        records.answers.iter_mut().for_each(|answers| answers.sort_by_key(|one| (one.on, one.id)));
        records.given.iter_mut().for_each(|given| given.sort_by_key(|one| std::cmp::Reverse((one.on, one.id))));
        Ok(records)
    }
}

/// The records that this one stands for, by their names.
async fn merged_records(
    tx: &mut ScopedTx,
    others: &[InReach<ParticipantId>],
) -> Result<Vec<(ParticipantId, String, Option<i32>)>, Error> {
    // Whoever looks by emergency access has no list of people, and is shown one record alone.
    if others.is_empty() {
        return Ok(Vec::new());
    }
    let ids: BTreeSet<_> = others.iter().map(InReach::id).collect();
    let people = people::among(tx, Action::SeeProfiles, &ids).await?;
    let mut lines: Vec<_> = people
        .into_values()
        .map(|(_, person)| (person.id, person.profile.full_name(), person.profile.year_of_birth()))
        .collect();
    lines.sort();
    Ok(lines)
}

/// Takes a record apart again from the one that stands for it: both are as they were.
async fn unmerge(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::UseDesk)?;
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let Found { person, .. } = people::find(&mut tx, Action::EditProfiles, id_in(&id)?).await?;
    drop(tx);
    let apart = domain::people::Verb::Edit { id: person.id, changes: vec![ProfileChange::SameAs(None)] };
    let wanted = person.profile.same_as.map(|_| (apart.into(), Seen::Newest)).into_iter().collect();
    let done = sent.save(Ok(wanted), &format!("/people/{}?said=unmerged", person.id), "merged").await?;
    done.map_err(|_| Error::Broken("records that cannot be taken apart".into()))
}

/// How somebody came in and what is agreed with them, for whoever looks after them.
async fn ways(
    tx: &mut ScopedTx,
    state: &AppState,
    all: &[InReach<ParticipantId>],
    person: ParticipantId,
) -> Result<Option<Ways>, Error> {
    let Some(reached) = all.first().copied() else { return Ok(None) };
    if reached.is_opened() || !tx.scope().may(Action::ManageGroups) {
        return Ok(None);
    }
    let mut applications = Vec::new();
    for record in all {
        applications.extend(applications::of_person(tx, *record).await?);
    }
    applications.sort_by_key(|one| std::cmp::Reverse((one.applied_on, one.id)));
    let offered = applications.iter().flat_map(|one| one.offers.iter().map(|offer| offer.group));
    let names = groups::names(tx, Action::ManageGroups, offered.collect::<Vec<_>>()).await?;
    let (today, names) = (tx.scope().today(), names.into_iter().collect());
    let Noted { standing: talks, taken_back } = talks::of_records(tx, all).await?;
    let gone = taken_back.into_iter().filter(|talk| talk.was_taken_back_today(today));
    let gone_talks = gone.map(|talk| GoneTalk { id: talk.id, on: talk.on }).collect();
    let friends = friends::of_records(tx, all).await?;
    let applications = ApplicationsView { person, today, applications, names };
    let (consent_rev, talk_rev) = (String::new(), String::new());
    let new_friend = id_of_new(state, FriendPairId::new);
    let form = letters::form_of_address(tx).await?;
    Ok(Some(Ways { applications, talks, gone_talks, consent_rev, talk_rev, form, friends, new_friend }))
}

/// What the answers say together; who may clear them is not theirs to say.
fn answered(person: ParticipantId, today: Day, all: &[Screening]) -> Answered {
    let newest = all.iter().rev().find_map(|one| Some((one.on, one.questions()?)));
    let waiting: Vec<_> = all.iter().filter(|one| one.is_red()).collect();
    let yes: Vec<_> = waiting.iter().filter_map(|one| one.questions()).flat_map(|one| one.screen().red).collect();
    Answered {
        person,
        today,
        asked_on: newest.map(|(on, _)| on),
        incomplete: newest.is_some_and(|(_, questions)| !questions.screen().unanswered.is_empty()),
        waiting: waiting.iter().map(|one| one.id).collect(),
        red: Question::ALL.iter().copied().filter(|question| yes.contains(question)).collect(),
        clearance: newest.and_then(|(_, questions)| questions.clearance.clone()),
        may_clear: false,
    }
}

fn stay_line((stay, group): (Membership, Group)) -> Stay {
    Stay {
        id: stay.id,
        group: group.id,
        group_name: group.name,
        joined_on: stay.joined_on,
        left_on: stay.left_on,
        reason: stay.exit_reason,
    }
}

fn consent_line(consent: Consent) -> ConsentLine {
    ConsentLine { purpose: consent.purpose, act: consent.act, channel: consent.channel, on: consent.on }
}

/// What the person's groups have offered since the first visit, inside the stays.
fn attendance(held: &[HeldSession], stays: &[(Membership, Group)], today: Day) -> Option<AttendanceSummary> {
    let visits = || held.iter().filter(|row| row.mark.is_some_and(Mark::attended)).map(|row| row.day);
    let own = |row: &&HeldSession| stays.iter().any(|(stay, group)| group.id == row.group && stay.covers(row.day));
    let own = held.iter().filter(own).map(|row| (row.day, row.mark));
    Some(AttendanceSummary { adherence: Adherence::count(own, visits().min()?, today), last_visit: visits().max() })
}

/// The outcomes of a person's page, the programme's own first. Parts and self-reports stay in the history.
const SHOWN: [OutcomeMeasure; 12] = [
    OutcomeMeasure::SppbTotal,
    OutcomeMeasure::Gait4Speed,
    OutcomeMeasure::Chair5Time,
    OutcomeMeasure::Chair30Stands,
    OutcomeMeasure::TugTime,
    OutcomeMeasure::GripBest,
    OutcomeMeasure::SingleLegTime,
    OutcomeMeasure::Gait10UsualSpeed,
    OutcomeMeasure::Gait10MaximalSpeed,
    OutcomeMeasure::Walk6Distance,
    OutcomeMeasure::Step2Steps,
    OutcomeMeasure::ArmCurlCurls,
];

/// The newest score of each outcome beside the one before, then what the person answered about how they are. `tests` from
/// the first to the last.
fn results(lang: Lang, tests: &[Assessment], profile: &Profile) -> Vec<ResultLine> {
    let mut by_outcome: BTreeMap<OutcomeMeasure, Vec<(&Assessment, Score)>> = BTreeMap::new();
    for test in tests {
        for score in scores(test) {
            by_outcome.entry(score.outcome).or_default().push((test, score));
        }
    }
    let measured = SHOWN.iter().filter_map(|outcome| result_line(lang, by_outcome.get(outcome)?, profile));
    measured.chain(followed(tests).iter().map(|one| answer_line(lang, one))).collect()
}

/// An answer beside the one before; neither is called better.
fn answer_line(lang: Lang, one: &Followed) -> ResultLine {
    let value = |answer: i64| outcome_value(lang, one.outcome, answer);
    ResultLine {
        name: texts::capital(outcome_name(lang, one.outcome)),
        value: value(one.answer),
        band: one.is_worrying().then(|| texts::wellbeing::staff(lang).to_owned()),
        references: Vec::new(),
        measured_on: one.on,
        measured_by: None,
        pain: None,
        previous: one.before.map(|(answer, on)| (value(answer), on)),
        change: None,
        amended_because: None,
        disputed: false,
    }
}

fn result_line(lang: Lang, scored: &[(&Assessment, Score)], profile: &Profile) -> Option<ResultLine> {
    let ((test, score), before) = scored.split_last()?;
    let previous = before.iter().rev().find(|(_, earlier)| earlier.measured != Measured::Missing);
    let who = Who::of(profile, test.measured_on);
    Some(ResultLine {
        name: outcome_name(lang, score.outcome).to_owned(),
        value: score_value(lang, score),
        band: score_band(lang, score, who.age, who.sex),
        references: beside_band(lang, score, who),
        measured_on: test.measured_on,
        measured_by: test.circumstances.measured_by.clone(),
        pain: test.circumstances.pain,
        previous: previous.map(|(test, earlier)| (score_value(lang, earlier), test.measured_on)),
        change: previous.map(|(_, earlier)| {
            let change = between(earlier, score);
            (change.class, change_words(lang, score.outcome, &change))
        }),
        amended_because: test.amended_because.clone(),
        disputed: test.disputed,
    })
}

/// What the log names by id.
struct Known {
    groups: HashMap<GroupId, String>,
    days: HashMap<SessionId, Day>,
    /// As they stand, each with its name; none for whoever may not see results.
    tests: HashMap<AssessmentId, (Assessment, &'static str)>,
}

impl Known {
    fn new(
        stays: &[(Membership, Group)],
        tests: Option<&[Assessment]>,
        days: Vec<(SessionId, Day)>,
        lang: Lang,
    ) -> Self {
        Self {
            groups: stays.iter().map(|(_, group)| (group.id, group.name.clone())).collect(),
            days: days.into_iter().collect(),
            tests: tests
                .unwrap_or_default()
                .iter()
                .map(|test| (test.id, (test.clone(), test.instrument.words(lang))))
                .collect(),
        }
    }

    /// What a test came to by this version of it, so that what was corrected stays to be read.
    fn came_to(&self, lang: Lang, verb: &Verb) -> Option<String> {
        use domain::assessments::Verb as Test;
        let version = match verb {
            Verb::Assessment(Test::Record { assessment }) => {
                self.tests.get(&assessment.id).map(|_| (**assessment).clone())
            }
            Verb::Assessment(Test::Amend { id, trials, .. }) => {
                self.tests.get(id).map(|(test, _)| Assessment { trials: trials.clone(), ..test.clone() })
            }
            _ => None,
        };
        in_short(lang, &version?)
    }
}

impl Names for Known {
    fn group(&self, id: GroupId) -> Option<String> {
        self.groups.get(&id).cloned()
    }
    fn session_day(&self, id: SessionId) -> Option<Day> {
        self.days.get(&id).copied()
    }
    fn test(&self, id: AssessmentId) -> Option<&'static str> {
        self.tests.get(&id).map(|(_, name)| *name)
    }
}

/// What was done to the person, and who looked by emergency access, the newest first.
fn history(log: Vec<LogRow>, opened: Vec<break_glass::Line>, lang: Lang, known: &Known) -> Vec<HistoryLine> {
    let looked = opened.into_iter().map(|line| {
        let words = texts::access::break_glass::in_history(lang, &line.reason, line.role.words(lang));
        (line.begun_at, HistoryLine { at: line.begun_at, words, who: line.by })
    });
    let done = log.into_iter().map(|row| (row.received_at, history_line(lang, row, known)));
    let mut lines: Vec<_> = done.chain(looked).collect();
    lines.sort_by_key(|(came, _)| std::cmp::Reverse(*came));
    lines.into_iter().map(|(_, line)| line).collect()
}

fn history_line(lang: Lang, row: LogRow, known: &Known) -> HistoryLine {
    let said = row.op.verb.sentence(lang, known);
    HistoryLine {
        // When it was done, not when it arrived: a tablet may have been without network for days.
        at: Instant::from_millis(row.op.hlc.wall),
        who: row.author(lang),
        words: match known.came_to(lang, &row.op.verb) {
            Some(value) => texts::history::came_to(lang, &value, &said),
            None => said,
        },
    }
}

async fn join(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::ManageGroups)?;
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let Found { reached, person, .. } = people::find(&mut tx, Action::ManageGroups, id_in(&id)?).await?;
    let groups = joinable(&mut tx, sent.lang()).await?;
    let stays = memberships::of_people(&mut tx, [reached]).await?;
    let typed = |name| sent.fields.one(name).to_owned();
    let (group, joined_on) = (typed("group"), typed("joined_on"));
    let read = read_joining(sent.lang(), &group, &joined_on, &groups, &sent);
    let read = read.map(|(group, day)| Membership::begun(group, person.id, day));
    let read = alive("group", sent.lang(), merged::died_on(&mut tx, &person).await?).and(read);
    let wanted = match read.and_then(|stay| not_there(sent.lang(), stay, &stays)) {
        Ok(stay) => Ok(vec![joining(&mut tx, stay).await?]),
        Err(errors) => Err(errors),
    };
    drop(tx);
    match sent.save(wanted, &format!("/people/{}?said=joined", person.id), "group").await? {
        Ok(done) => Ok(done),
        Err(errors) => shown_again(&sent, person.id, SmallForm::Join { group, joined_on }, errors).await,
    }
}

/// The new stay, where the person is not in the group already: nobody is in it twice.
fn not_there(lang: Lang, new: Membership, stays: &[(Membership, Group)]) -> Result<Membership, Vec<FieldError>> {
    match stays.iter().find(|(stay, _)| stay.overlaps(&new)) {
        Some((stay, _)) => Err(vec![FieldError::new("group", texts::people::error::already_in(lang, stay.joined_on))]),
        None => Ok(new),
    }
}

/// Brings somebody into a group. A stay of the same person from the same day, which has ended or was entered by mistake, is
/// that stay: it goes on.
pub(in crate::pages) async fn joining(tx: &mut ScopedTx, membership: Membership) -> Result<(Verb, Seen), Error> {
    let there = memberships::among(tx, Action::ManageGroups, [membership.id]).await?;
    let verb = match there.get(&membership.id).filter(|stay| stay.left_on.is_some()) {
        Some(stay) => ended(stay, None, None),
        None => Verb::Membership(domain::groups::membership::Verb::Join { membership }),
    };
    Ok((verb, Seen::Newest))
}

/// The stay ended on that day and for that reason, or not ended.
fn ended(stay: &Membership, left_on: Option<Day>, exit_reason: Option<ExitReason>) -> Verb {
    let (id, group) = (stay.id, stay.group);
    Verb::Membership(domain::groups::membership::Verb::Leave { id, group, left_on, exit_reason })
}

/// Ends a stay, says why it has ended, or takes its end or the whole of it back.
async fn leave(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::ManageGroups)?;
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let Found { reached, person, .. } = people::find(&mut tx, Action::ManageGroups, id_in(&id)?).await?;
    // The page shows the stays of every record.
    let records = merged::all(&mut tx, reached, Action::ManageGroups).await?;
    let stays = memberships::of_people(&mut tx, records.iter().copied()).await?;
    let membership: MembershipId = id_in(sent.fields.one("membership"))?;
    let undo = Undo::from_code(sent.fields.one("undo"));
    // What was taken back as a whole is there no more, but for the second press of its button.
    let own = |stay: &Membership| stay.id == membership && (undo == Some(Undo::Join) || !stay.is_void());
    let alive = alive("left_on", sent.lang(), merged::died_on(&mut tx, &person).await?);
    let stay = stays.into_iter().map(|(stay, _)| stay).find(own).ok_or(Error::NotFound)?;
    let typed = |name| sent.fields.one(name).to_owned();
    let (left_on, exit_reason, mut seen) = (typed("left_on"), typed("exit_reason"), typed("seen"));
    let mut full = typed("full");
    let (wanted, said) = match undo {
        None => (read_leaving(&sent, &left_on, &exit_reason, &stay), "left"),
        Some(Undo::Exit) => (alive.and(going_on(&mut tx, &sent, &stay, &mut full).await?), "left_undone"),
        Some(Undo::Join) => (never_begun(&mut tx, sent.lang(), &records, &stay).await?, "join_undone"),
    };
    drop(tx);
    let saved = || ended_meanwhile(sent.lang(), &stay, &left_on, &exit_reason);
    let wanted = sent.over_beside(ending(stay.left_on, stay.exit_reason), &mut seen, "left_on", wanted, saved);
    match sent.save(wanted, &format!("/people/{}?said={said}", person.id), "left_on").await? {
        Ok(done) => Ok(done),
        Err(errors) => {
            let typed = LeaveTyped { membership, left_on, exit_reason, seen, full };
            shown_again(&sent, person.id, SmallForm::Leave(typed), errors).await
        }
    }
}

/// Lets the stay go on as if its end had not been told. Where the group has filled up since, that is told once (`full`).
async fn going_on(tx: &mut ScopedTx, sent: &Sent, stay: &Membership, full: &mut String) -> Result<Read, Error> {
    let (lang, today) = (sent.lang(), sent.scope().today());
    let Some(left) = stay.left_on else { return Ok(Ok(Vec::new())) };
    let row = groups::find(tx, Action::ManageGroups, stay.group).await?;
    let group = Joinable::of(lang, row.group, row.members, today);
    let id = group.id.to_string();
    match group.full().filter(|_| left < today && *full != id) {
        Some(capacity) => {
            *full = id;
            let words = texts::people::error::full_again(lang, capacity, group.members);
            Ok(Err(vec![FieldError::new("left_on", words)]))
        }
        None => Ok(Ok(vec![(ended(stay, None, None), Seen::Newest)])),
    }
}

/// Takes the stay back as one that was entered by mistake. Who was marked in the group has been there.
async fn never_begun(
    tx: &mut ScopedTx,
    lang: Lang,
    records: &[InReach<ParticipantId>],
    stay: &Membership,
) -> Result<Read, Error> {
    if stay.is_void() {
        return Ok(Ok(Vec::new()));
    }
    let marked = |one: &HeldSession| one.group == stay.group && one.day >= stay.joined_on && one.mark.is_some();
    for record in records {
        if attendance::held_sessions(tx, *record).await?.iter().any(marked) {
            return Ok(Err(vec![FieldError::new("left_on", texts::people::error::was_there(lang))]));
        }
    }
    Ok(Ok(vec![(ended(stay, Some(stay.joined_on.plus_days(-1)), None), Seen::Newest)]))
}

/// How somebody else has ended the stay, beside each field in which something else was typed.
fn ended_meanwhile(lang: Lang, stay: &Membership, left_on: &str, exit_reason: &str) -> Vec<FieldError> {
    let day = stay.left_on.map(texts::typed_day).unwrap_or_default();
    let (code, words) = stay.exit_reason.map_or(("", ""), |reason| (reason.code(), reason.words(lang)));
    let day = (day != left_on).then(|| saved_now(lang, "left_on", &day));
    let reason = (code != exit_reason).then(|| saved_now(lang, "exit_reason", words));
    day.into_iter().chain(reason).collect()
}

/// The last day and the reason, which must be said: not knowing it is one to choose. Nothing where the stay has ended so
/// already.
fn read_leaving(sent: &Sent, left_on: &str, exit_reason: &str, stay: &Membership) -> Read {
    use texts::people::error as e;
    let (lang, today, typed) = (sent.lang(), sent.scope().today(), left_on);
    let mut reading = Reading::new(lang);
    let left_on = match reading.needed_day("left_on", typed, e::day(lang), today) {
        Some(day) if day < stay.joined_on => reading.wrong("left_on", e::leave_before_join(lang)),
        left_on => reading.likely("left_on", typed, left_on, today, &sent.asked_days()),
    };
    let exit_reason = reading.chosen("exit_reason", ExitReason::from_code(exit_reason), e::exit_reason(lang));
    if !reading.errors.is_empty() {
        return Err(reading.errors);
    }
    if (left_on, exit_reason) == (stay.left_on, stay.exit_reason) {
        return Ok(Vec::new());
    }
    Ok(vec![(ended(stay, left_on, exit_reason), Seen::Newest)])
}

/// Records a health professional's permission after every answer that forbids tests, as far as they were seen.
async fn clear(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::ClearScreenings)?;
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let Found { reached, person, .. } = people::find(&mut tx, Action::ClearScreenings, id_in(&id)?).await?;
    let all = screenings::of_person(&mut tx, reached).await?;
    drop(tx);
    let one = |name| sent.fields.one(name).to_owned();
    let screenings = sent.fields.all("screening").into_iter().map(str::to_owned).collect();
    let mut typed = ClearTyped { by: one("by"), on: one("on"), limits: one("limits"), screenings, seen: one("seen") };
    let there = recorded(&typed, &all);
    let now = there.as_ref().map(version).unwrap_or_default();
    let told = typed.clone();
    let saved = || there.as_ref().map(|there| permitted_meanwhile(sent.lang(), there, &told)).unwrap_or_default();
    let wanted = read_clearing(&sent, &typed, all);
    let wanted = sent.over_beside(now, &mut typed.seen, "by", wanted, saved);
    match sent.save(wanted, &format!("/people/{}?said=cleared", person.id), "by").await? {
        Ok(done) => Ok(done),
        Err(errors) => shown_again(&sent, person.id, SmallForm::Clear(typed), errors).await,
    }
}

/// Whether the form was about these answers.
fn is_about(typed: &ClearTyped, one: &Screening) -> bool {
    typed.screenings.contains(&one.id.to_string())
}

/// The permission that was recorded last after the answers of the form.
fn recorded(typed: &ClearTyped, all: &[Screening]) -> Option<Clearance> {
    let of_form = all.iter().rev().filter(|one| is_about(typed, one));
    of_form.filter_map(Screening::questions).find_map(|questions| questions.clearance.clone())
}

/// What the form carries of a permission, so that another one is told from it.
fn version(clearance: &Clearance) -> String {
    let Clearance { by, on, limits, .. } = clearance;
    uuid_v5(Uuid::nil(), &[by, &on.to_string(), limits]).to_string()
}

/// How somebody else has recorded the permission, beside each field in which something else was typed.
fn permitted_meanwhile(lang: Lang, there: &Clearance, typed: &ClearTyped) -> Vec<FieldError> {
    let on = texts::typed_day(there.on);
    let fields = [
        ("by", there.by.as_str(), there.by == typed.by),
        ("on", on.as_str(), on == typed.on),
        ("limits", there.limits.as_str(), there.limits == typed.limits.replace("\r\n", "\n")),
    ];
    saved_beside(lang, fields)
}

/// The permission for each of the answers that forbid tests, or that somebody has permitted otherwise; what has come since
/// the form was opened is shown first.
fn read_clearing(sent: &Sent, typed: &ClearTyped, all: Vec<Screening>) -> Read {
    use texts::safety::clear as e;
    let (lang, today) = (sent.lang(), sent.scope().today());
    let mut reading = Reading::new(lang);
    let by = reading.line("by", &typed.by, Some(e::by_missing(lang)));
    let on = reading.needed_day("on", &typed.on, e::on_wrong(lang), today);
    if on.is_some_and(|on| on > today) {
        reading.wrong::<()>("on", e::future(lang));
    }
    if all.iter().any(|one| one.is_red() && !is_about(typed, one)) {
        reading.wrong::<()>("by", e::changed(lang));
    }
    let limits = typed.limits.replace("\r\n", "\n").trim().to_owned();
    let (Some(by), Some(on), true) = (by, on, reading.errors.is_empty()) else { return Err(reading.errors) };
    let clearance = Clearance { by, on, limits, because: String::new() };
    let waits = |one: &Screening| {
        let there = one.questions().and_then(|questions| questions.clearance.as_ref());
        one.is_red() || there.is_some_and(|there| is_about(typed, one) && version(there) != version(&clearance))
    };
    let waiting: Vec<_> = all.into_iter().filter(waits).collect();
    if waiting.iter().any(|one| one.cleared(&clearance).is_err()) {
        reading.wrong::<()>("limits", e::limits_missing(lang));
        return Err(reading.errors);
    }
    let of = |one: Screening| {
        let verb = screening::Verb::Clear { id: one.id, participant: one.participant, clearance: clearance.clone() };
        (verb.into(), Seen::Newest)
    };
    Ok(waiting.into_iter().map(of).collect())
}

/// The page with one of its small forms as it was typed, and what is wrong with it. It is a look like any other.
pub(super) async fn shown_again(
    sent: &Sent,
    id: ParticipantId,
    typed: SmallForm,
    errors: Vec<FieldError>,
) -> Result<Response, Error> {
    let view = seen(&sent.state, sent.lang(), &sent.actor, id, &sent.request_id).await?;
    Ok(draw(&sent.reader, PersonView { typed: Some(typed), errors, ..view }).await)
}
