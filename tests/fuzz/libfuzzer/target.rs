//! One program a target, each of this file: its name says which.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Some(target) = fuzz::Target::named(env!("CARGO_BIN_NAME")) {
        target.check(data);
    }
});
