//! What a file of assessments changes: new tests, and amendments of tests that are there.

use std::collections::{BTreeSet, HashMap};

use domain::assessments;
use domain::assessments::{Assessment, Instrument, Trial, unusual, validate_trials};
use domain::ids::{AssessmentId, ParticipantId};
use domain::people::{Participant, Sex};
use domain::sync::op::Verb;
use domain::time::Day;

use super::directory::{self, Directory, Restricted};
use super::memory::{self, Memory};
use super::plan::{Effect, Ground, Plan};
use crate::access::ScopedTx;
use crate::error::Error;
use crate::files::assessments::{TrialRow, key, tests};
use crate::files::cells::Parsed;
use crate::files::kinds::Kind;
use crate::files::present::{self, HealthConsent};
use crate::files::problem::{NoticeKind, Problem, What};

type Row = Parsed<TrialRow>;

/// The setting that says on what basis health data are kept; consent unless it says otherwise.
const BASIS: &str = "health_basis";

pub struct Planner {
    people: Directory<ParticipantId>,
    restricted: Restricted,
    by_consent: bool,
}

impl Planner {
    pub async fn new(tx: &mut ScopedTx) -> Result<Self, Error> {
        let by_consent = basis_is_consent(tx).await?;
        Ok(Self { people: directory::people(tx).await?, restricted: Restricted::load(tx).await?, by_consent })
    }

    pub async fn plan(
        &mut self,
        ground: &Ground<'_>,
        tx: &mut ScopedTx,
        rows: &[Row],
        problems: &mut Vec<Problem>,
    ) -> Result<Plan, Error> {
        let ids: BTreeSet<_> = rows.iter().filter_map(|row| self.people.find(&row.value.participant)).collect();
        let ids: Vec<_> = ids.into_iter().collect();
        let people = present::people_by_id(tx, &ids).await?;
        let consents = present::health_consents_of(tx, &ids).await?;
        let known = present::one_of_a_kind(present::assessments_of(tx, &ids).await?);
        let known: HashMap<_, _> =
            known.into_iter().map(|test| ((test.participant, test.measured_on, test.instrument), test)).collect();
        let keys = rows.iter().map(|row| memory::key(&row.key));
        let memories = memory::recall(tx, Kind::Assessments, keys).await?;
        let mut plan = Plan::default();
        for ((reference, day, instrument), rows) in tests(rows) {
            let left_out = |row: &&&Row| self.restricted.leave_out(&self.people, (row.line, reference), &mut plan);
            // All are one person's: each row has its word, and none is taken.
            if rows.iter().filter(left_out).count() > 0 {
                continue;
            }
            let Some(person) = self.people.find(reference).and_then(|id| people.get(&id)) else {
                let unknown =
                    |row: &&Row| Problem::of_cell(row.line, "participant_ref", reference, What::UnknownParticipant);
                problems.extend(rows.iter().map(unknown));
                continue;
            };
            let consent = consents.get(&person.id).copied().unwrap_or_default();
            let known = known.get(&(person.id, day, instrument));
            let test = Test { person, day, instrument, known, rows, memories: &memories };
            let before = plan.verbs.len();
            test.plan(ground, &mut plan, problems);
            if plan.verbs.len() > before && self.by_consent {
                test.check_consent(consent, &mut plan, problems);
            }
        }
        Ok(plan)
    }
}

async fn basis_is_consent(tx: &mut ScopedTx) -> Result<bool, Error> {
    let sql = sql!("SELECT value FROM setting WHERE municipality = $1 AND key = $2");
    let row = tx.maybe(sql, [BASIS.into()]).await?;
    Ok(match row {
        Some(row) => row.get::<String>("value")? == "consent",
        None => true,
    })
}

/// One test of one person: its rows in the file, and what there is of it already.
struct Test<'a> {
    person: &'a Participant,
    day: Day,
    instrument: Instrument,
    known: Option<&'a Assessment>,
    rows: Vec<&'a Row>,
    memories: &'a HashMap<String, Memory>,
}

impl Test<'_> {
    fn last(&self, row: &Row) -> Option<&Memory> {
        self.memories.get(&memory::key(&row.key))
    }

    fn plan(&self, ground: &Ground, plan: &mut Plan, problems: &mut Vec<Problem>) {
        let remembered = self.rows.iter().find_map(|row| self.last(row));
        let id = match (self.known, remembered) {
            (Some(test), _) => {
                self.amend(plan, test, problems);
                test.id
            }
            // Imported once and gone since: somebody removed it, and a file does not undo that.
            (None, Some(last)) => {
                self.rows.iter().for_each(|row| plan.count(row.line, Effect::Nothing));
                AssessmentId(last.entity)
            }
            (None, None) => self.record(ground, plan),
        };
        for row in &self.rows {
            plan.remember.push(memory::note(&row.key, id.0, &row.cells, self.last(row)));
        }
    }

    fn record(&self, ground: &Ground, plan: &mut Plan) -> AssessmentId {
        let trials = self.marked(self.rows.iter().map(|row| row.value.trial.clone()).collect(), &self.rows, plan);
        let id = ground.id(AssessmentId::new);
        let assessment = Assessment::new(id, self.person.id, self.day, self.instrument, trials);
        plan.verbs
            .push((Verb::Assessment(assessments::Verb::Record { assessment: Box::new(assessment) }), self.line()));
        self.rows.iter().for_each(|row| plan.count(row.line, Effect::Creates));
        id
    }

    /// Puts the rows that are news into the test; the other trials stay as they are.
    fn amend(&self, plan: &mut Plan, test: &Assessment, problems: &mut Vec<Problem>) {
        let mut trials = test.trials.clone();
        let mut news = Vec::new();
        for row in &self.rows {
            let at = trials.iter().position(|t| (t.item, t.trial) == (row.value.trial.item, row.value.trial.trial));
            let present = at.and_then(|at| trials.get(at));
            let same = present.is_some_and(|present| same(present, &row.value.trial));
            if same || self.last(row).is_some_and(|last| is_as_told(row, last)) {
                plan.count(row.line, Effect::Nothing);
                continue;
            }
            plan.count(row.line, if at.is_some() { Effect::Changes } else { Effect::Creates });
            news.push(*row);
            match at.and_then(|at| trials.get_mut(at)) {
                Some(trial) => *trial = row.value.trial.clone(),
                None => trials.push(row.value.trial.clone()),
            }
        }
        if news.is_empty() {
            return;
        }
        self.refuse_contradictions(&trials, &news, problems);
        let trials = self.marked(trials, &news, plan);
        let (id, participant, reason) = (test.id, self.person.id, "import".to_owned());
        let amend = assessments::Verb::Amend { id, participant, trials, reason, circumstances: None };
        plan.verbs.push((Verb::Assessment(amend), self.line()));
    }

    /// A row may contradict a trial that another file or a tablet brought.
    fn refuse_contradictions(&self, trials: &[Trial], news: &[&Row], problems: &mut Vec<Problem>) {
        if let (Err(found), Some(row)) = (validate_trials(self.instrument, trials), news.first()) {
            let injury = found.iter().any(|p| p.kind == domain::assessments::TrialProblemKind::InjuryWithoutFall);
            let (column, what) =
                if injury { ("value", What::InjuryWithoutFall) } else { ("course_m", What::CourseDiffers) };
            let value = if injury { row.cells.get(5) } else { row.cells.get(7) };
            let value = value.cloned().flatten().unwrap_or_default();
            problems.push(Problem::of_cell(row.line, column, &value, what));
        }
    }

    /// The trials in the order of their table, unusual values of this file's rows marked and told of.
    fn marked(&self, mut trials: Vec<Trial>, from_file: &[&Row], plan: &mut Plan) -> Vec<Trial> {
        trials.sort_by_key(|trial| (trial.item, trial.trial));
        for at in unusual(self.instrument, &trials, self.sex()) {
            let Some(trial) = trials.get_mut(at) else { continue };
            let row = from_file
                .iter()
                .find(|row| key(&row.value) == key(&TrialRow { trial: trial.clone(), ..row.value.clone() }));
            if let Some(row) = row {
                trial.soft_confirmed = true;
                let value = row.cells.get(5).cloned().flatten().unwrap_or_default();
                plan.notice(row.line, "value", &value, NoticeKind::UnusualValue);
            }
        }
        trials
    }

    fn sex(&self) -> Option<Sex> {
        self.person.profile.sex
    }

    /// Where the basis is consent, a test needs one that was not given later and is not withdrawn.
    fn check_consent(&self, consent: HealthConsent, plan: &mut Plan, problems: &mut Vec<Problem>) {
        let what = match (consent.given_on, consent.withdrawn_on) {
            (_, Some(withdrawn)) if self.day >= withdrawn => What::AfterWithdrawal { withdrawn },
            (Some(given), _) if self.day < given => What::BeforeConsent { consent: given },
            (None, None) => {
                let reference = self.rows.first().map(|row| row.value.participant.clone()).unwrap_or_default();
                return plan.notice(self.line(), "participant_ref", &reference, NoticeKind::NoConsentDate);
            }
            _ => return,
        };
        for row in &self.rows {
            problems.push(Problem::of_cell(row.line, "measured_on", &self.day.to_string(), what.clone()));
        }
    }

    fn line(&self) -> u64 {
        self.rows.first().map_or(0, |row| row.line)
    }
}

/// Whether the last import told the same of this trial.
fn is_as_told(row: &Row, last: &Memory) -> bool {
    row.cells.iter().enumerate().all(|(at, cell)| cell.as_deref().is_none_or(|text| last.cell(at) == Some(text)))
}

/// Whether two trials say the same; the mark of an unusual value says nothing of its own.
fn same(a: &Trial, b: &Trial) -> bool {
    let plain = |trial: &Trial| Trial { soft_confirmed: false, ..trial.clone() };
    plain(a) == plain(b)
}
