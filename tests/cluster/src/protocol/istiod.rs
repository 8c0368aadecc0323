//! Who answers for istiod.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Who answers for istiod once its Deployment has a ready pod.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Istiod {
    /// The real one where `MESH_TEST_ISTIOD` names its binary, else the stand-in.
    #[default]
    Auto,
    /// The real one, from this binary.
    Real(PathBuf),
    /// The stand-in, behaving so.
    StandIn(Behaviour),
    /// Nobody: pods become ready, and no process is behind them.
    Absent,
}

/// How the stand-in istiod behaves. The default is how istiod does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Behaviour {
    /// How long after its start it writes its CA into the webhooks.
    pub ca_bundle_after: Duration,
    /// How long after its start it sets the validators to Fail.
    pub fail_closed_after: Duration,
    /// How long it thinks before it answers a webhook call.
    pub answer_after: Duration,
    /// Whether it writes into the webhooks at all.
    pub patches_webhooks: bool,
    /// Writes a CA that did not sign its certificate, so that every webhook call fails in TLS.
    pub wrong_ca: bool,
    /// Answers `/inject` with pods left as they are.
    pub injects: bool,
    /// Answers `/inject` with HTTP 500.
    pub inject_fails: bool,
    /// Refuses invalid objects; where not, it accepts everything.
    pub validates: bool,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            ca_bundle_after: Duration::from_millis(300),
            fail_closed_after: Duration::from_secs(2),
            answer_after: Duration::ZERO,
            patches_webhooks: true,
            wrong_ca: false,
            injects: true,
            inject_fails: false,
            validates: true,
        }
    }
}

impl Istiod {
    /// What [`Istiod::Auto`] means here and now; any other stays what it is.
    #[must_use]
    pub fn resolve(self) -> Self {
        match self {
            Self::Auto => match std::env::var_os("MESH_TEST_ISTIOD") {
                Some(path) if !path.is_empty() => Self::Real(path.into()),
                _ => Self::StandIn(Behaviour::default()),
            },
            other => other,
        }
    }
}
