//! The targets in every run of the tests: all seeds, among them whatever broke something once, and inputs made at random of the
//! same words. `MESH_TEST_FUZZ=COUNT@SEED` makes another number of them, others for each seed.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends with what is unwrapped")]

mod made;

use std::fs::File;
use std::io::{Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, fs};

use fuzz::{TARGETS, Taken, Target};
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

/// Inputs of a cheap target, where nobody asks for more.
const CASES: u32 = 400;

/// How many inputs there are, and which.
struct Amount {
    cases: u32,
    seed: u64,
    /// Whether somebody asked for them: then it is told what they took.
    asked: bool,
}

impl Amount {
    fn of(target: &Target) -> Self {
        let Ok(asked) = env::var("MESH_TEST_FUZZ") else {
            return Self { cases: CASES * target.share / 100, seed: 1, asked: false };
        };
        let (cases, seed) = asked.split_once('@').unwrap_or((&asked, "1"));
        let wanted = "MESH_TEST_FUZZ=COUNT@SEED";
        Self { cases: cases.parse().expect(wanted), seed: seed.parse().expect(wanted), asked: true }
    }
}

/// The most that an input took, and which one took the longest.
#[derive(Default)]
struct Worst {
    taken: Taken,
    time: Duration,
    slowest: Vec<u8>,
}

impl Worst {
    fn check(&mut self, target: &Target, data: &[u8]) {
        let began = Instant::now();
        let taken = target.check(data);
        self.taken.memory = self.taken.memory.max(taken.memory);
        self.taken.work = self.taken.work.max(taken.work);
        if began.elapsed() > self.time {
            (self.time, self.slowest) = (began.elapsed(), data.to_vec());
        }
    }
}

fn seeds(target: &Target) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target.name);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

fn run(name: &str) {
    let target = Target::named(name).unwrap();
    let amount = Amount::of(target);
    // What overflows the stack ends the run: the input is found there then.
    let last = amount.asked.then(|| {
        let path = env::temp_dir().join(format!("mesh-fuzz-{name}-{}", std::process::id()));
        (File::create(&path).unwrap(), path)
    });
    let mut worst = Worst::default();
    let seeds = seeds(target);
    for (_, seed) in &seeds {
        worst.check(target, seed);
    }
    let worst = std::cell::RefCell::new(worst);
    let texts: Vec<Vec<u8>> = seeds.into_iter().map(|(_, seed)| seed).collect();
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&amount.seed.to_le_bytes());
    let config = Config { cases: amount.cases, failure_persistence: None, max_shrink_iters: 2000, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let began = Instant::now();
    let outcome = runner.run(&made::input(target.words, texts), |data| {
        // Written over: a file that is made anew each time waits for the disk each time.
        if let Some((file, _)) = &last {
            let mut file = file;
            file.rewind().unwrap();
            file.write_all(&data).unwrap();
            file.set_len(data.len() as u64).unwrap();
        }
        worst.borrow_mut().check(target, &data);
        Ok(())
    });
    if let Err(TestError::Fail(why, data)) = outcome {
        panic!("{why}\n{name}: {} bytes: {:?}", data.len(), String::from_utf8_lossy(&data));
    }
    outcome.unwrap();
    if let Some((_, path)) = last {
        _ = fs::remove_file(path);
        told(name, &amount, began.elapsed(), &worst.into_inner());
    }
    skipped();
}

#[expect(clippy::print_stderr, reason = "a long run tells what it was")]
fn told(name: &str, amount: &Amount, time: Duration, worst: &Worst) {
    let Worst { taken, time: slowest, .. } = worst;
    let shown: String = String::from_utf8_lossy(&worst.slowest).chars().take(200).collect();
    eprintln!(
        "{name}: {} inputs of seed {} in {time:.0?}; at most {} KiB at a time, {} KiB in all; the slowest {slowest:.0?}: {shown:?}",
        amount.cases,
        amount.seed,
        taken.memory >> 10,
        taken.work >> 10,
    );
}

#[expect(clippy::print_stderr, reason = "a skipped comparison says so")]
fn skipped() {
    if let Some(why) = fuzz::skipped() {
        eprintln!("SKIPPED: nothing is compared with Go: {why}");
    }
}

macro_rules! targets {
    ($($name:ident)*) => {
        const RUN: &[&str] = &[$(stringify!($name)),*];
        $(#[test]
        fn $name() {
            run(stringify!($name));
        })*
    };
}

targets! {
    yaml stream set operator overlay migrate template functions archive gitops annotations workload config_maps merge record managed
    kubeconfig certificate bundle images sum plugin words arguments
}

#[test]
fn every_target_is_run_by_both() {
    let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    assert_eq!(names, RUN);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = fs::read_to_string(folder.join("libfuzzer/Cargo.toml")).unwrap();
    let bins: Vec<&str> =
        manifest.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"')).skip(1).collect();
    assert_eq!(names, bins, "libfuzzer/Cargo.toml");
    let folders =
        fs::read_dir(folder.join("seeds")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let stray: Vec<String> = folders.filter(|folder| !names.contains(&folder.as_str())).collect();
    assert!(stray.is_empty(), "seeds of no target: {stray:?}");
}

/// Seeds are read by people, and copied with every clone.
#[test]
fn seeds_are_few_and_small() {
    let mut all = 0;
    for target in TARGETS {
        let seeds = seeds(target);
        assert!(!seeds.is_empty(), "{} has no seeds", target.name);
        for (path, seed) in seeds {
            assert!(seed.len() <= 16 << 10, "{}: {} bytes", path.display(), seed.len());
            all += seed.len();
        }
    }
    assert!(all <= 100 << 10, "{all} bytes of seeds");
}
