//! What the commands that restart workloads share.

use crate::change::rollout::How;
use crate::cli::{RolloutArgs, TextOutput};

/// How workloads are restarted, by the flags.
pub(super) fn how(args: &RolloutArgs) -> How {
    let RolloutArgs { at_once, dry_run, output } = args;
    How { at_once: usize::from(*at_once), dry_run: *dry_run, json: *output == TextOutput::Json }
}
