//! What it ran on.

use std::fs::read_to_string;

/// Cores, processor, memory and kernel, in a line; what cannot be found out is left out.
pub(crate) fn line() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let field = |file: &str, name: &str| {
        let text = read_to_string(file).ok()?;
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix(':'))?;
        Some(value.trim().to_owned())
    };
    let model = field("/proc/cpuinfo", "model name");
    let memory = field("/proc/meminfo", "MemTotal").and_then(|text| text.trim_end_matches(" kB").parse::<f64>().ok());
    let kernel =
        read_to_string("/proc/sys/kernel/osrelease").map(|text| format!(" {}", text.trim())).unwrap_or_default();
    let parts = [
        Some(format!("{cores} cores{}", model.map_or_else(String::new, |model| format!(" of {model}")))),
        memory.map(|kib| format!("{:.0} GiB of memory", kib / 1024.0 / 1024.0)),
        Some(format!("{}{kernel} ({})", std::env::consts::OS, std::env::consts::ARCH)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
