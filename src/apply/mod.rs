//! Carries an installation out: component after component, each with its objects side by side, and nothing that fails
//! closed before it works.
//!
//! ```text
//! namespace → lease, record → CRDs (established) → core ┬→ cni ───────────────────────┬→ ztunnel ─┐
//!                                                       └→ istiod → webhooks → proof ─┼→ gateways ┼→ default tag → record
//! ```

mod adoption;
mod bystander;
mod dry_run;
mod evidence;
mod gate;
mod gone;
mod holder;
mod home;
mod install;
mod labels;
mod lease;
mod orphans;
mod part;
mod probe;
mod proof;
mod removal;
pub mod restart;
mod restore;
mod surge;
mod write;

pub use adoption::{HandingOver, hand_over};
pub use dry_run::{dry_create_elsewhere, dry_restore, dry_run};
pub use evidence::{Evidence, evidence};
pub use holder::Holder;
pub use install::{Ended, Installing, Records, Still, install};
pub use labels::{Trial, label, label_as_seen};
pub use lease::{Lock, exclusively};
pub use orphans::remove_webhooks;
pub use probe::probe;
pub use removal::{Left, MADE, NAMESPACE, Removing, remove};
pub use restore::{Restoring, restore};
pub use write::{Move, one_by_one};
