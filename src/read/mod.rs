//! What is read of a cluster: the only reader above [`cluster`](crate::cluster). A [`View`] is what is known of one cluster:
//! each thing is read when it is first asked for, and once; pods come a page at a time, and of each only what counts is kept.
//!
//! * [`View::scene`]: namespaces with their workloads and pods, and what would be injected there now.
//! * [`View::described`]: objects with what is about them; [`View::labelled`]: objects that are to be labelled.
//! * [`Survey`]: inputs and what is there of what they want, compared; [`records`]: what earlier runs recorded;
//!   [`verified`]: what `verify` reads beside; [`releases`]: what Helm has; [`removal`]: what there is of Istio,
//!   where some of it is to go.
//! * [`View::picture`]: who uses which revision; [`View::versions`]: which versions run.
//! * [`rights`]: what we may not do of what is planned.
//! * [`facts`]: what overviews and checks are made from, [`ahead`] what tells whether something can be done; [`fleet`]: the proxies of all namespaces.

pub mod ahead;
mod canary;
mod described;
mod differing;
pub mod facts;
mod fleet;
mod injecting;
mod injector;
mod istiods;
mod labelled;
pub mod linked;
pub mod named;
mod namespaces;
mod picture;
mod planes;
pub mod records;
pub mod releases;
pub mod removal;
pub mod rights;
mod scene;
mod surroundings;
mod survey;
pub mod tag;
mod there;
pub mod verified;
mod versions;
mod view;
mod world;

pub use canary::Moving;
pub use described::{Described, Within};
pub use differing::{Differing, differing};
pub use fleet::{fleet, root_of, untold_pods};
pub use labelled::Found;
pub use scene::Scene;
pub use survey::{Live, Survey, read_live, unsafe_without};
pub use there::there;
pub use versions::Remote;
pub use view::View;
