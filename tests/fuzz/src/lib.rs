//! Hostile text, and what it must not do: no panic, no memory and no work beyond a bound, and no other answer than another
//! reader's. One function for each parser of outside text. Two run them: `twin` in every `cargo test`, from seeds and at random,
//! and libFuzzer (`tests/fuzz/libfuzzer`). docs/reliability.md says how to run them longer.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a property that does not hold is told by a panic"
)]

use std::panic::{catch_unwind, resume_unwind};

mod go;
mod targets;

pub use go::skipped;
pub use targets::TARGETS;

const MIB: u64 = 1 << 20;

/// A parser of outside text, and what has to hold for whatever it is given.
pub struct Target {
    /// Its name; its seeds are in the folder of that name below `seeds`.
    pub name: &'static str,
    /// Runs one input; panics where something does not hold.
    pub run: fn(&[u8]),
    /// What its inputs are made of.
    pub words: &'static [&'static str],
    /// The most memory that one input may take at a time, in MiB.
    pub memory: u64,
    /// The most memory that one input may take and give back in all, in MiB: a measure of work.
    pub work: u64,
    /// How many inputs there are in a run of the tests for each that a cheap target gets, in hundredths.
    pub share: u32,
}

/// What an input took.
#[derive(Debug, Clone, Copy, Default)]
pub struct Taken {
    /// Bytes held at a time.
    pub memory: u64,
    /// Bytes taken in all.
    pub work: u64,
}

impl Target {
    /// The target of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        TARGETS.iter().find(|target| target.name == name)
    }

    /// Runs an input, and holds it to the bounds.
    ///
    /// # Panics
    /// Where something does not hold.
    pub fn check(&self, data: &[u8]) -> Taken {
        let mut ended = Ok(());
        // A panic must not leave the counter behind as if it counted still.
        let info = allocation_counter::measure(|| ended = catch_unwind(|| (self.run)(data)));
        if let Err(panic) = ended {
            resume_unwind(panic);
        }
        let taken = Taken { memory: info.bytes_max, work: info.bytes_total };
        assert!(
            taken.memory <= self.memory * MIB,
            "{}: {} bytes at a time, of {} MiB",
            self.name,
            taken.memory,
            self.memory
        );
        assert!(taken.work <= self.work * MIB, "{}: {} bytes in all, of {} MiB", self.name, taken.work, self.work);
        taken
    }
}
