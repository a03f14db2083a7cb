//! A seeded simulator of tablets, network and server around the real sync code: one thread, time and chance as values,
//! every fault that the sync has to bear, and an oracle that checks the named invariants (docs/sync.md, Invariants).
//!
//! A schedule is a list of steps that each carry their own randomness, so that a failing one can be shrunk by
//! leaving steps out. `VIREA_SEED=… cargo test -p simulator` replays and shrinks one (`2:77` is seed 77 of the second
//! generation of schedules), `VIREA_SEEDS` runs another number of them; `seeds.txt` keeps those that ever failed.

pub mod backup;
pub mod count;
pub mod disk;
pub mod earlier;
pub mod faults;
pub mod host;
pub mod mutant;
pub mod oracle;
pub mod people;
pub mod quiesce;
pub mod schedule;
pub mod step;
pub mod tablet;
pub mod world;

use count::Counts;
use domain::sync::mistakes;
use mutant::Mutant;
use oracle::Violation;
use schedule::Schedule;
use world::World;

/// Runs one schedule to its end and checks everything; answers what happened.
pub fn run(schedule: &Schedule, mutant: Option<Mutant>) -> (Counts, Result<(), Violation>) {
    mistakes::make(mutant.and_then(Mutant::own));
    let mut world = World::new(schedule, mutant);
    let result = go(&mut world, schedule);
    mistakes::make(None);
    (world.counts, result)
}

fn go(world: &mut World, schedule: &Schedule) -> Result<(), Violation> {
    for step in &schedule.steps {
        world.step(step);
        oracle::always(world)?;
    }
    world.quiesce()?;
    oracle::finally(world)
}

/// The shortest schedule found that still breaks an invariant: chunks of steps are left out while it does.
pub fn shrink(schedule: &Schedule, mutant: Option<Mutant>) -> Schedule {
    let mut best = schedule.clone();
    let mut chunk = (best.steps.len() / 2).max(1);
    loop {
        let mut from = 0;
        while from < best.steps.len() {
            let mut fewer = best.clone();
            fewer.steps.drain(from..(from + chunk).min(fewer.steps.len()));
            if run(&fewer, mutant).1.is_err() {
                best = fewer;
            } else {
                from += chunk;
            }
        }
        if chunk == 1 {
            return best;
        }
        chunk /= 2;
    }
}
