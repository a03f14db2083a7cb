//! The everyday run of the simulator.

use simulator::count::Counts;
use simulator::mutant::Mutant;
use simulator::oracle::Violation;
use simulator::schedule::{PRESENT, Schedule};
use simulator::{run, shrink};
use std::sync::atomic::{AtomicUsize, Ordering};

const SEEDS: u64 = 10_000;
/// Kept seeds: those that ever failed.
const KEPT: &str = include_str!("seeds.txt");

/// Runs the schedules on every core until one fails; answers the counts and, of those that failed, the first one.
fn run_all(schedules: &[Schedule], mutant: Option<Mutant>) -> (Counts, Option<(usize, Violation)>) {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let next = AtomicUsize::new(0);
    let work = || {
        let (mut counts, mut failed) = (Counts::default(), None);
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(schedule) = schedules.get(index) else { return (counts, failed) };
            let (met, result) = run(schedule, mutant);
            counts.add(&met);
            if let Err(violation) = result {
                failed = Some((index, violation));
                // Nobody begins another one.
                next.store(schedules.len(), Ordering::Relaxed);
            }
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        let mut all = (Counts::default(), None);
        for thread in threads {
            let (counts, failed) = thread.join().expect("a simulated world does not panic");
            all.0.add(&counts);
            all.1 = [all.1, failed].into_iter().flatten().min_by_key(|(index, _)| *index);
        }
        all
    })
}

fn fail(schedule: &Schedule, violation: &Violation) -> ! {
    let small = shrink(schedule, None);
    panic!("{violation}\nreplay with VIREA_SEED={}:{}; shrunk:\n{small}", schedule.generation, schedule.seed);
}

/// `generation:seed`, or a seed of the present generation.
fn read(seed: &str) -> Option<Schedule> {
    let (generation, seed) = seed.split_once(':').map_or((Some(PRESENT), seed), |(g, seed)| (g.parse().ok(), seed));
    Some(Schedule::drawn(generation?, seed.trim().parse().ok()?))
}

fn kept() -> impl Iterator<Item = Schedule> {
    let seeds = KEPT.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    let seeds = seeds.filter(|seed| !seed.is_empty());
    // One that nobody could read would be replayed by nobody.
    seeds.map(|seed| read(seed).expect("a kept seed is a number, or generation:number"))
}

#[test]
fn ten_thousand_schedules_keep_every_promise() {
    if let Ok(seed) = std::env::var("VIREA_SEED") {
        let schedule = read(&seed).expect("VIREA_SEED is a number, or generation:number");
        if let (_, Err(violation)) = run(&schedule, None) {
            fail(&schedule, &violation);
        }
        return;
    }
    let many = std::env::var("VIREA_SEEDS").map_or(SEEDS, |many| many.parse().expect("VIREA_SEEDS is a number"));
    let schedules: Vec<_> = kept().chain((1..=many).map(Schedule::of)).collect();
    let (counts, failed) = run_all(&schedules, None);
    println!("\nproof: {counts}");
    if let Some((schedule, violation)) = failed.and_then(|(index, it)| Some((schedules.get(index)?, it))) {
        fail(schedule, &violation);
    }
    assert_eq!(counts.missing(), Vec::<String>::new(), "faults or outcomes that never occurred");
}

#[test]
fn every_known_mistake_is_caught() {
    let schedules: Vec<_> = (1..=SEEDS).map(Schedule::of).collect();
    let mut unseen = Vec::new();
    for mutant in Mutant::all() {
        let (counts, failed) = run_all(&schedules, Some(mutant));
        match failed {
            Some((index, violation)) => {
                let what: String = violation.to_string().chars().take(120).collect();
                println!("{mutant:?}: {what} (schedule {}, {} run)", index + 1, counts.schedules);
            }
            None => unseen.push(mutant),
        }
    }
    assert_eq!(unseen, Vec::new(), "not caught");
}

#[test]
fn the_readme_says_how_many_mistakes_are_known() {
    let said = format!("; {} built-in mutants must each be caught)", Mutant::all().count());
    assert!(include_str!("../../README.md").contains(&said), "not in the README: {said}");
}

#[test]
fn a_seed_always_gives_the_same_run() {
    for seed in 1..=5 {
        let (first, second) = (run(&Schedule::of(seed), None), run(&Schedule::of(seed), None));
        assert_eq!(first.0.to_string(), second.0.to_string());
    }
}
