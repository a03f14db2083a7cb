//! The everyday run of the simulator.

use simulator::count::Counts;
use simulator::mutant::Mutant;
use simulator::schedule::Schedule;
use simulator::{run, shrink};

const SEEDS: u64 = 10_000;
/// Kept seeds: those that ever failed.
const KEPT: &str = include_str!("seeds.txt");

fn kept() -> impl Iterator<Item = u64> {
    KEPT.lines().filter_map(|line| line.split('#').next()?.trim().parse().ok())
}

/// Runs seeds on every core; answers the counts and the failing seed with the lowest number.
fn run_all(seeds: Vec<u64>, mutant: Option<Mutant>, stop_at_first: bool) -> (Counts, Option<(u64, String)>) {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let chunks: Vec<Vec<u64>> = (0..cores).map(|c| seeds.iter().copied().skip(c).step_by(cores).collect()).collect();
    let work = |seeds: Vec<u64>| {
        let (mut counts, mut failed): (Counts, Option<(u64, String)>) = (Counts::default(), None);
        for seed in seeds {
            let (met, result) = run(&Schedule::of(seed), mutant);
            counts.add(&met);
            if let Err(violation) = result {
                failed.get_or_insert((seed, violation.to_string()));
                if stop_at_first {
                    break;
                }
            }
        }
        (counts, failed)
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = chunks.into_iter().map(|seeds| scope.spawn(move || work(seeds))).collect();
        let mut all = (Counts::default(), None);
        for thread in threads {
            let (counts, failed) = thread.join().expect("a simulated world does not panic");
            all.0.add(&counts);
            all.1 = [all.1, failed].into_iter().flatten().min();
        }
        all
    })
}

fn explain(seed: u64, violation: &str) -> String {
    let small = shrink(&Schedule::of(seed), None);
    format!("{violation}\nreplay with VIREA_SEED={seed}; shrunk:\n{small}")
}

#[test]
fn ten_thousand_schedules_keep_every_promise() {
    if let Ok(seed) = std::env::var("VIREA_SEED") {
        let seed = seed.parse().expect("VIREA_SEED is a number");
        if let (_, Err(violation)) = run(&Schedule::of(seed), None) {
            panic!("{}", explain(seed, &violation.to_string()));
        }
        return;
    }
    let many = std::env::var("VIREA_SEEDS").ok().and_then(|n| n.parse().ok()).unwrap_or(SEEDS);
    let seeds = kept().chain(1..=many).collect();
    let (counts, failed) = run_all(seeds, None, true);
    println!("{counts}");
    if let Some((seed, violation)) = failed {
        panic!("{}", explain(seed, &violation));
    }
    assert_eq!(counts.missing(), Vec::<String>::new(), "faults or outcomes that never occurred");
}

#[test]
fn every_known_mistake_is_caught() {
    for mutant in Mutant::ALL {
        let (counts, failed) = run_all((1..=400).collect(), Some(mutant), true);
        let (seed, violation) = failed.unwrap_or_else(|| panic!("{mutant:?} was not caught"));
        println!("{mutant:?}: {violation} (seed {seed}, {} schedules)", counts.schedules);
    }
}

#[test]
fn a_seed_always_gives_the_same_run() {
    for seed in 1..=5 {
        let (first, second) = (run(&Schedule::of(seed), None), run(&Schedule::of(seed), None));
        assert_eq!(first.0.to_string(), second.0.to_string());
    }
}
