//! Commands on a way to the API server that is as bad as real ones are, and on an API server that is: each ends in the right
//! state, or in a clear error from which the next undisturbed run reaches it. `docs/reliability.md` says what is promised.
//!
//! A seed is one command of a chain (installation, upgrade, canary, rollback, removal) on which faults fall by that seed. 40
//! of them are run here, and more by `cargo test --test it faults::many_seeds -- --ignored --nocapture`:
//! `MESH_FAULT_SEEDS=500` says how many, `MESH_FAULT_SEED=17` repeats one.

mod lane;
mod server;
mod steps;
mod told;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use anyhow::{Context, Result, ensure};

use crate::harness::planes::all_at_once;
use crate::harness::say;
use lane::{Lane, Reference};
use steps::STEPS;

/// The chains of seeds that every run of the tests tries: some in which mesh has failed once are among them.
const FEW: [u64; 5] = [0, 2, 14, 33, 34];
/// How many seeds the long run tries, unless a variable says so.
const MANY: u64 = 500;
/// How many control planes there are at once, each with a chain of its own.
const LANES: u64 = 3;

/// What came of a seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Ended {
    /// Exit code 0, and the state is right.
    Right,
    /// This exit code, and the next run reached the right state.
    Next(i32),
}

fn number(variable: &str) -> Result<Option<u64>> {
    let text = std::env::var(variable).ok().filter(|text| !text.is_empty());
    text.map(|text| text.parse().with_context(|| format!("{variable}={text} is no number"))).transpose()
}

/// Runs seeds, and fails with all that failed. Every one is told of.
fn run(chains: &[Range<u64>]) -> Result<()> {
    let wanted: u64 = chains.iter().map(|chain| chain.end - chain.start).sum();
    let reference = Reference::calm()?;
    let next = AtomicUsize::new(0);
    let (ended, failed): (Mutex<BTreeMap<Ended, usize>>, Mutex<Vec<String>>) = Default::default();
    let faults = AtomicU64::new(0);
    let lanes = LANES.min(chains.len() as u64);
    all_at_once((0..lanes).map(|number| {
        let (next, ended, failed, faults, reference) = (&next, &ended, &failed, &faults, &reference);
        move || {
            let mut lane = Lane::new(reference, number);
            while let Some(chain) = chains.get(next.fetch_add(1, Ordering::SeqCst)) {
                for seed in chain.clone() {
                    match lane.seed(seed) {
                        Ok((how, struck)) => {
                            faults.fetch_add(struck, Ordering::SeqCst);
                            *lock(ended).entry(how).or_default() += 1;
                        }
                        Err(error) => {
                            let line = format!("MESH_FAULT_SEED={seed}: {error:#}");
                            say(&line);
                            lock(failed).push(line);
                            // What it left is not what the next one begins with.
                            lane.afresh();
                        }
                    }
                }
            }
            Ok(())
        }
    }))?;
    let (ended, failed, faults) = (lock(&ended), lock(&failed), faults.load(Ordering::SeqCst));
    let count: usize = ended.values().sum();
    say(&format!("{count} of {wanted} seeds, {faults} faults: {ended:?}"));
    ensure!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n\n"));
    ensure!(count as u64 == wanted && (faults > wanted || chains.len() < FEW.len()), "hardly a request met a fault");
    Ok(())
}

/// The seeds of a chain.
fn chain(number: u64) -> Range<u64> {
    let length = STEPS.len() as u64;
    number * length..(number + 1) * length
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[test]
fn seeded_faults_end_right_or_in_an_error_to_go_on_from() -> Result<()> {
    run(&FEW.map(chain))
}

#[test]
#[ignore = "takes the better part of an hour"]
fn many_seeds() -> Result<()> {
    match number("MESH_FAULT_SEED")? {
        Some(seed) => run(std::slice::from_ref(&(seed..seed + 1))),
        None => {
            let seeds = number("MESH_FAULT_SEEDS")?.unwrap_or(MANY);
            let chains = (0..seeds.div_ceil(STEPS.len() as u64)).map(chain);
            run(&chains.map(|chain| chain.start..chain.end.min(seeds)).collect::<Vec<_>>())
        }
    }
}
