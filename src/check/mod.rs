//! Whether an installation is as it should be: pure functions from what was read to findings. The commands read, the
//! reports write.

mod finding;
mod fleet;
mod ignore;
mod verify;
mod webhooks;

pub use finding::{Case, Finding, Level, Suite};
pub use fleet::{Fleet, PodBrief};
pub use ignore::{IgnoreRule, Ignored};
pub use verify::{definitions, leftovers, objects, workloads};
pub use webhooks::{Backends, webhooks};
