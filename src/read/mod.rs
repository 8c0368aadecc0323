//! What is read of a cluster: the only reader above [`cluster`](crate::cluster). A [`View`] is what is known of one cluster:
//! each thing is read when it is first asked for, and once; pods come a page at a time, and of each only what counts is kept.
//!
//! * [`View::scene`]: namespaces with their workloads and pods, and what would be injected there now.
//! * [`View::described`]: objects with what is about them; [`View::labelled`]: objects that are to be labelled.
//! * [`facts`]: what overviews and checks are made from; [`fleet`]: the proxies of all namespaces.

mod described;
pub mod facts;
mod fleet;
mod injector;
mod labelled;
mod namespaces;
pub mod picture;
mod scene;
mod view;
mod world;

pub use described::{Described, Place};
pub use fleet::{fleet, pods_of, root_of};
pub use labelled::Found;
pub use scene::Scene;
pub use view::View;
