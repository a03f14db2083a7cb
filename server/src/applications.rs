//! Applications as rows, and as the desk reads them: of people within reach.

pub mod forms;
pub mod settings;

use std::collections::{BTreeSet, HashMap};

use domain::access::Action;
use domain::applications::{Answers, Application, Facts, Standing, Step, applicant};
use domain::assessments::Assessment;
use domain::eligibility::{Advice, Mode};
use domain::ids::{ApplicationId, GroupId, MunicipalityCode, ParticipantId};
use domain::people::{Decision, Participant};
use domain::screenings::Screening;
use domain::time::Day;

use crate::access::reach::{self, Finding, of_people};
use crate::access::{InReach, ScopedTx};
use crate::db::{Row, Tx, Value};
use crate::error::Error;
use crate::people::merged;
use crate::table::{body, table, text};
use crate::{assessments, attendance, screenings};

table! {
    Application as x in "application" {
        body: text(x)?, participant: x.participant, applied_on: x.applied_on, queue: Queue::of(x).map(Queue::code),
        wishes: wishes(x),
    }
    reads "body" by body;
    erases "body = NULL, queue = NULL, wishes = NULL";
    about "participant";
}

/// The groups that would suit, as the column has them.
fn wishes(application: &Application) -> String {
    application.answers.wishes.iter().map(GroupId::to_string).collect::<Vec<_>>().join(" ")
}

/// What waits for somebody at the desk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Queue {
    /// For a decision.
    Undecided,
    /// For a place.
    Waiting,
}

impl Queue {
    fn of(application: &Application) -> Option<Self> {
        match application.decided.as_ref().map(|decided| decided.decision) {
            None => Some(Self::Undecided),
            Some(Decision::WaitingList) => Some(Self::Waiting),
            Some(_) => None,
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::Undecided => "undecided",
            Self::Waiting => "waiting",
        }
    }
}

/// An application with its person.
#[derive(Clone, PartialEq, Debug)]
pub struct ApplicationRow {
    pub reached: InReach<ParticipantId>,
    pub application: Application,
    pub person: Participant,
    pub rev: i64,
    pub person_rev: i64,
}

impl ApplicationRow {
    /// Whoever has died waits for nothing, though nobody has closed the application yet.
    pub const fn is_alive(&self) -> bool {
        self.person.profile.died_on.is_none()
    }
}

macro_rules! applications {
    ($which:literal) => {
        concat!(
            "SELECT p.id, p.body, p.rev AS person_rev, a.body AS application, a.rev \
             FROM application a CROSS JOIN participant p WHERE a.municipality = $1 AND a.deleted_at IS NULL AND ",
            $which,
            " AND p.municipality = $1 AND p.id = a.participant AND p.deleted_at IS NULL"
        )
    };
}

const QUEUED: Finding = of_people!(applications!("a.queue = $5"), " ORDER BY a.applied_on, a.id LIMIT $6");
const SINCE: Finding = of_people!(applications!("a.applied_on >= $5"), " ORDER BY a.applied_on DESC, a.id LIMIT $6");
const FIND: Finding = of_people!(applications!("a.id = $5"), "");

async fn found<const N: usize>(
    tx: &mut ScopedTx,
    text: &Finding,
    values: [Value; N],
) -> Result<Vec<ApplicationRow>, Error> {
    let rows = reach::found(tx, Action::ManageGroups, text, values).await?;
    rows.iter().map(application_row).collect()
}

fn application_row((reached, row): &(InReach<ParticipantId>, Row)) -> Result<ApplicationRow, Error> {
    Ok(ApplicationRow {
        reached: *reached,
        application: row.json("application")?,
        person: row.json("body")?,
        rev: row.get("rev")?,
        person_rev: row.get("person_rev")?,
    })
}

/// What waits so, from whoever applied first; at most so many. A death stands in the profile, by whichever record it is
/// known.
pub async fn queued(tx: &mut ScopedTx, queue: Queue, most: i64) -> Result<Vec<ApplicationRow>, Error> {
    let mut rows = found(tx, &QUEUED, [queue.code().into(), most.into()]).await?;
    merged::protect(tx, rows.iter_mut().map(|row| &mut row.person)).await?;
    Ok(rows)
}

/// Somebody who waits for a place, as far as it counts for how long a queue is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waits {
    /// The person, whichever of their records applied.
    pub person: ParticipantId,
    wishes: String,
}

impl Waits {
    pub fn would_suit(&self, group: GroupId) -> bool {
        self.wishes.is_empty()
            || self.wishes.split(' ').any(|wish| wish.parse::<GroupId>().is_ok_and(|wish| wish == group))
    }
}

/// Those who wait for a place, for what everybody may know of a queue; at most as many as make a long one. Nothing that
/// they told when they applied is read for it. Whoever has died waits for nothing, as at the desk.
pub async fn waiting(tx: &mut Tx, tenant: &MunicipalityCode) -> Result<Vec<Waits>, Error> {
    let sql = sql!(
        "SELECT COALESCE(p.same_as, p.id) AS person, a.wishes FROM application a CROSS JOIN participant p \
         WHERE a.municipality = $1 AND a.queue = 'waiting' AND a.wishes IS NOT NULL AND a.deleted_at IS NULL \
         AND p.municipality = $1 AND p.id = a.participant AND p.deleted_at IS NULL AND p.restricted IS NULL LIMIT 1000"
    );
    let rows = tx.all(sql, [tenant.into()]).await?;
    let waits =
        |row: &Row| -> Result<Waits, Error> { Ok(Waits { person: row.parse("person")?, wishes: row.get("wishes")? }) };
    let mut all = rows.iter().map(waits).collect::<Result<Vec<_>, _>>()?;
    let dead = merged::dead(tx, tenant, &all.iter().map(|one| one.person).collect()).await?;
    all.retain(|one| !dead.contains(&one.person));
    Ok(all)
}

/// One application; not within reach is not found.
pub async fn find(tx: &mut ScopedTx, id: ApplicationId) -> Result<ApplicationRow, Error> {
    found(tx, &FIND, [id.into()]).await?.into_iter().next().ok_or(Error::NotFound)
}

/// The person's applications, the newest first.
pub async fn of_person(tx: &mut ScopedTx, person: InReach<ParticipantId>) -> Result<Vec<Application>, Error> {
    let person = person.also(tx.scope(), Action::SeeProfiles)?;
    let sql = sql!(
        "SELECT body FROM application WHERE municipality = $1 AND participant = $2 AND deleted_at IS NULL \
         ORDER BY applied_on DESC, id DESC"
    );
    let rows = tx.all(sql, [person.into()]).await?;
    rows.iter().map(|row| row.json("body")).collect()
}

/// An application with what the rules advise.
#[derive(Clone, PartialEq, Debug)]
pub struct Advised {
    pub row: ApplicationRow,
    pub advice: Advice,
}

/// What the rules advise of each, in the order given.
pub async fn advised(tx: &mut ScopedTx, rows: Vec<ApplicationRow>, mode: Mode) -> Result<Vec<Advised>, Error> {
    let people: BTreeSet<_> = rows.iter().map(|row| row.reached).collect();
    let mut tests: HashMap<_, Vec<Assessment>> = HashMap::new();
    for test in assessments::of_people(tx, people.iter().copied()).await? {
        tests.entry(test.participant).or_default().push(test);
    }
    let mut asked: HashMap<_, Vec<Screening>> = HashMap::new();
    for one in screenings::of_people(tx, people).await? {
        asked.entry(one.participant).or_default().push(one);
    }
    let today = tx.scope().today();
    let advise = |row: ApplicationRow| {
        let facts = Facts {
            profile: &row.person.profile,
            tests: tests.get(&row.person.id).map_or(&[], Vec::as_slice),
            screenings: asked.get(&row.person.id).map_or(&[], Vec::as_slice),
            today,
        };
        let advice = applicant(&row.application.answers, facts).advice(mode);
        Advised { row, advice }
    };
    Ok(rows.into_iter().map(advise).collect())
}

/// How many applications of which days are looked through for the funnel.
const MOST_IN_FUNNEL: i64 = 5_000;

/// How people came in since that day.
pub async fn funnel(tx: &mut ScopedTx, first: Day) -> Result<domain::applications::Funnel, Error> {
    let rows = found(tx, &SINCE, [first.into(), MOST_IN_FUNNEL.into()]).await?;
    let people: BTreeSet<_> = rows.iter().map(|row| row.reached).collect();
    let started = attendance::first_visits(tx, people).await?;
    let step = |row: &'_ ApplicationRow| started.get(&row.person.id).copied();
    Ok(domain::applications::funnel(
        rows.iter().map(|row| Step { application: &row.application, started_on: step(row) }),
    ))
}

/// What the desk is told of on its first page.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ToDo {
    /// Public forms that nobody has taken up.
    pub forms: i64,
    pub undecided: i64,
    /// Offers that nobody answered in time.
    pub ran_out: i64,
    /// Who waits without an offer while a place is free for them.
    pub room_for: i64,
}

/// What waits at the desk, of those who are alive. `free`: how many places are free in which group; at most `most` of each
/// are counted.
pub async fn to_do(tx: &mut ScopedTx, free: &[(GroupId, i64)], most: i64) -> Result<ToDo, Error> {
    let undecided = queued(tx, Queue::Undecided, most).await?;
    let waiting = queued(tx, Queue::Waiting, most).await?;
    let forms = forms::list(tx, most).await?;
    let today = tx.scope().today();
    let standing = |row: &ApplicationRow| row.application.standing(today);
    let undecided = undecided.iter().filter(|row| row.is_alive()).count();
    let ran_out =
        waiting.iter().filter(|row| row.is_alive() && matches!(standing(row), Standing::RanOut { .. })).count();
    let length = |n: usize| i64::try_from(n).unwrap_or(most);
    Ok(ToDo {
        forms: length(forms.len()),
        undecided: length(undecided),
        ran_out: length(ran_out),
        room_for: room_for(&waiting, free, today),
    })
}

/// Whether a place in the group is offered, and the answer waited for.
pub fn is_offered(application: &Application, group: GroupId, today: Day) -> bool {
    matches!(application.standing(today), Standing::Offered { group: of, .. } if of == group)
}

/// Free places for which somebody waits to whom nothing is offered. A place that is offered is not free; whoever has died
/// holds none.
pub fn free_places(waiting: &[ApplicationRow], free: &[(GroupId, i64)], today: Day) -> i64 {
    let wanted = |group: GroupId| without_offer(waiting, today).any(|answers| answers.would_suit(group));
    free.iter().filter(|(group, _)| wanted(*group)).map(|one| left_in(waiting, *one, today)).sum()
}

/// Free places of a group that nobody is offered.
fn left_in(waiting: &[ApplicationRow], (group, places): (GroupId, i64), today: Day) -> i64 {
    let offered = waiting.iter().filter(|row| row.is_alive() && is_offered(&row.application, group, today)).count();
    (places - i64::try_from(offered).unwrap_or(0)).max(0)
}

/// What those who wait and are offered nothing have answered, of the living.
fn without_offer(waiting: &[ApplicationRow], today: Day) -> impl Iterator<Item = &Answers> {
    let living = waiting.iter().filter(|row| row.is_alive()).map(|row| &row.application);
    let open = living.filter(move |one| !matches!(one.standing(today), Standing::Offered { .. }));
    open.map(|one| &one.answers)
}

/// For how many of those who wait without an offer a place is free, each in a group that suits.
fn room_for(waiting: &[ApplicationRow], free: &[(GroupId, i64)], today: Day) -> i64 {
    let mut left: Vec<_> = free.iter().map(|one| (one.0, left_in(waiting, *one, today))).collect();
    let mut people: Vec<_> = without_offer(waiting, today).collect();
    // Whom any group suits takes no place from those who wished for one.
    people.sort_by_key(|answers| if answers.wishes.is_empty() { usize::MAX } else { answers.wishes.len() });
    let placed = people.into_iter().filter(|answers| {
        match left.iter_mut().find(|(group, places)| *places > 0 && answers.would_suit(*group)) {
            Some((_, places)) => {
                *places -= 1;
                true
            }
            None => false,
        }
    });
    i64::try_from(placed.count()).unwrap_or(i64::MAX)
}
