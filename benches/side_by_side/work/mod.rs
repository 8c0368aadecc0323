//! What is measured: groups of contests.

mod canary;
mod installation;
mod offline;

use anyhow::Result;

use super::contest::Contest;
use super::place::Place;

pub(crate) use canary::SHOP;

/// The profiles that manifests are generated for.
const PROFILES: [&str; 5] = ["demo", "default", "minimal", "ambient", "remote"];

/// Work that can be asked for by a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    Start,
    Generate,
    Inject,
    Install,
    Canary,
}

impl Group {
    /// All, those without a cluster first: nothing else runs beside them then.
    pub(crate) const ALL: [Self; 5] = [Self::Start, Self::Generate, Self::Inject, Self::Install, Self::Canary];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Generate => "generate",
            Self::Inject => "inject",
            Self::Install => "install",
            Self::Canary => "canary",
        }
    }

    pub(crate) fn needs_cluster(self, place: &Place) -> bool {
        match self {
            Self::Start | Self::Generate => false,
            // istioctl asks a cluster for its version, and waits long for one that does not answer.
            Self::Inject => place.tools.istioctl.is_some(),
            Self::Install | Self::Canary => true,
        }
    }

    /// # Errors
    /// Its inputs cannot be made.
    pub(crate) fn contests(self, place: &Place) -> Result<Vec<Contest>> {
        match self {
            Self::Start => Ok(vec![offline::start(place)]),
            Self::Generate => offline::generate(place),
            Self::Inject => offline::inject(place),
            Self::Install => installation::contests(place),
            Self::Canary => canary::contests(place),
        }
    }
}
