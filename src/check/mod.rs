//! Whether an installation is as it should be: pure functions from what was read to findings. The commands read, the
//! reports write.

mod checks;
mod facts;
mod finding;
mod findings;
mod fleet;
mod ignore;
pub mod images;
mod overview;
mod room;
mod rows;
mod surroundings;
mod verify;
mod webhooks;

pub use checks::{CHECKS, Check, ENDS_SOON, Grade, Verdict, When, chosen, orphans};
pub use facts::{Facts, is_of_istio, stands_in_the_way};
pub use finding::{Case, Finding, Level, Suite};
pub use findings::Findings;
pub use fleet::{Alike, Fleet, Group};
pub use ignore::{IgnoreRule, Ignored};
pub use overview::{Overview, days_left, is_component, overview};
pub use room::{PodRequests, Requested, Room};
pub use surroundings::{Standing, Surroundings};
pub use verify::{definitions, leftovers, objects, old_pods, workloads};
pub use webhooks::{Backends, has_backend, webhooks};
