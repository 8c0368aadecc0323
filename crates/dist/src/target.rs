//! The platforms that mesh is released for, and what each way to ship calls them.

use std::fmt;
use std::str::FromStr;

/// A platform, by Rust's name of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Linux on Intel and AMD, without a C library: it runs on every distribution.
    LinuxX86,
    /// The same on ARM.
    LinuxArm,
    /// Linux on Intel and AMD, with glibc.
    GnuX86,
    /// The same on ARM.
    GnuArm,
    /// macOS on Intel.
    MacX86,
    /// macOS on ARM.
    MacArm,
    /// Windows on Intel and AMD.
    Windows,
}

/// What a target is called elsewhere.
struct Row {
    target: Target,
    triple: &'static str,
    /// Go's names, which kubectl, krew and container images use.
    platform: (&'static str, &'static str),
    /// Debian's and RPM's; only what needs no C library is packaged.
    packages: Option<(&'static str, &'static str)>,
}

const ROWS: [Row; 7] = [
    Row {
        target: Target::LinuxX86,
        triple: "x86_64-unknown-linux-musl",
        platform: ("linux", "amd64"),
        packages: Some(("amd64", "x86_64")),
    },
    Row {
        target: Target::LinuxArm,
        triple: "aarch64-unknown-linux-musl",
        platform: ("linux", "arm64"),
        packages: Some(("arm64", "aarch64")),
    },
    Row { target: Target::GnuX86, triple: "x86_64-unknown-linux-gnu", platform: ("linux", "amd64"), packages: None },
    Row { target: Target::GnuArm, triple: "aarch64-unknown-linux-gnu", platform: ("linux", "arm64"), packages: None },
    Row { target: Target::MacX86, triple: "x86_64-apple-darwin", platform: ("darwin", "amd64"), packages: None },
    Row { target: Target::MacArm, triple: "aarch64-apple-darwin", platform: ("darwin", "arm64"), packages: None },
    Row { target: Target::Windows, triple: "x86_64-pc-windows-msvc", platform: ("windows", "amd64"), packages: None },
];

impl Target {
    /// Every one.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|row| row.target)
    }

    fn row(self) -> &'static Row {
        // A row stands where its variant does; a test holds that.
        &ROWS[self as usize]
    }

    /// Rust's name: `x86_64-unknown-linux-musl`.
    pub fn triple(self) -> &'static str {
        self.row().triple
    }

    /// Go's name of the system: `linux`.
    pub fn system(self) -> &'static str {
        self.row().platform.0
    }

    /// Go's name of the processor: `amd64`.
    pub fn processor(self) -> &'static str {
        self.row().platform.1
    }

    /// Debian's name of the processor, and RPM's; none where no packages are made.
    pub fn packages(self) -> Option<(&'static str, &'static str)> {
        self.row().packages
    }

    /// Whether the program may need nothing of the system that it runs on.
    pub fn is_static(self) -> bool {
        self.packages().is_some()
    }

    /// Whether it is the one of its platform that package managers and images get.
    pub fn is_preferred(self) -> bool {
        !matches!(self, Self::GnuX86 | Self::GnuArm)
    }

    /// The name of the program: `mesh`, or `mesh.exe`.
    pub fn program(self) -> &'static str {
        if self == Self::Windows { "mesh.exe" } else { "mesh" }
    }

    /// How the name of its archive ends.
    pub fn extension(self) -> &'static str {
        if self == Self::Windows { "zip" } else { "tar.gz" }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.triple())
    }
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::all().find(|one| one.triple() == text).ok_or_else(|| {
            let known: Vec<&str> = ROWS.iter().map(|row| row.triple).collect();
            format!("`{text}` is no target of a release; those are {}", known.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_stands_where_its_variant_does() {
        for target in Target::all() {
            assert_eq!(target.row().target, target);
            assert_eq!(target.triple().parse(), Ok(target));
        }
        assert!("riscv64gc-unknown-linux-gnu".parse::<Target>().is_err());
    }
}
