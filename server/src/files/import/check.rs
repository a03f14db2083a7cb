//! Holds a whole file against the rules and the data before anything of it is written, and lays its rows down.

use std::io::Read;

use super::job::Job;
use super::plan::{Ground, Phase, Plan, Planner};
use super::{CHANGES_TOLD, Progress, Step, Summary, in_order};
use crate::error::Error;
use crate::files::csv::{Record, Records};
use crate::files::problem::{Problem, What};
use crate::files::rows::Rows;
use crate::files::sieve::Sieve;

/// Records looked at together: enough that look-ups and lying down are few, few enough for the memory.
const AT_ONCE: usize = 5_000;

/// Checks the file; with a job, its rows are laid down as long as nothing is wrong.
pub async fn check(
    ground: &Ground<'_>,
    file: Box<dyn Read + Send + '_>,
    job: Option<&mut Job>,
    progress: Progress<'_>,
) -> Result<Result<Summary, Vec<Problem>>, Error> {
    let mut problems = Vec::new();
    let Some(mut records) = Records::open(file, ground.kind, &mut problems)? else { return Ok(Err(problems)) };
    let mut sieve = Sieve::new(ground.kind, ground.scope.today());
    let planner = Planner::new(ground.kind, &mut ground.state.db.read(ground.scope).await?).await?;
    let mut check = Check { ground, job, planner, summary: Summary::default(), problems };
    let mut done = 0;
    loop {
        let some = next(&mut records, &mut check.problems)?;
        if some.is_empty() {
            break;
        }
        done += some.len();
        let rows = sieve.take(&some, &mut check.problems);
        check.look(&rows).await?;
        progress(Step::Checking { done });
    }
    while let Some(rows) = sieve.rest(AT_ONCE, &mut check.problems) {
        check.look(&rows).await?;
    }
    let Check { mut summary, problems, .. } = check;
    summary.notices.sort();
    Ok(if problems.is_empty() { Ok(summary) } else { Err(in_order(problems)) })
}

fn next(records: &mut Records<'_>, problems: &mut Vec<Problem>) -> Result<Vec<Record>, Error> {
    let mut some = Vec::new();
    while some.len() < AT_ONCE {
        match records.next(problems)? {
            Some(record) => some.push(record),
            None => break,
        }
    }
    Ok(some)
}

struct Check<'a> {
    ground: &'a Ground<'a>,
    job: Option<&'a mut Job>,
    planner: Planner,
    summary: Summary,
    problems: Vec<Problem>,
}

impl Check<'_> {
    async fn look(&mut self, rows: &Rows) -> Result<(), Error> {
        if rows.is_empty() {
            return Ok(());
        }
        let mut tx = self.ground.state.db.read(self.ground.scope).await?;
        let plan = self.planner.plan(self.ground, &mut tx, rows, &mut self.problems).await?;
        drop(tx);
        self.refuse_what_the_step_would(&plan);
        let Plan { verbs, mut summary, .. } = plan;
        if self.ground.phase == Phase::DryRun {
            let room = CHANGES_TOLD.saturating_sub(self.summary.changes.len());
            summary.changes = verbs.into_iter().take(room).map(|(verb, line)| (line, verb)).collect();
        }
        self.summary.add(summary);
        match &mut self.job {
            Some(job) if self.problems.is_empty() => job.lay_down(self.ground.state, rows).await,
            _ => Ok(()),
        }
    }

    /// By the step's own rules. The plan has looked up everything that an operation refers to.
    fn refuse_what_the_step_would(&mut self, plan: &Plan) {
        for (verb, line) in &plan.verbs {
            if let Err(invalid) = verb.check(self.ground.scope.today()) {
                self.problems.push(Problem::of_record(*line, What::Refused { reason: invalid.to_string() }));
            }
        }
    }
}
