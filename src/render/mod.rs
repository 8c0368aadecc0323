//! A configuration to the objects it stands for. Pure, and the same bytes every time.
//!
//! [`render`] makes a [`Bundle`]: for each component, what its templates say (`engine`, `context`) or the chart given in
//! their place (`charts`), changed by the component's `k8s` settings (`k8s`) and overlays (`overlay`). A bundle is
//! then read in one of two ways:
//!
//! * [`Bundle::generate_set`]: what `mesh manifest generate` prints, in its order (`order`);
//! * [`Bundle::install_set`]: the same objects as an installation has them in the cluster, labelled (`stamp`), with the
//!   namespace and the objects of the default tag (`install`).
//!
//! [`tag`] makes the objects of any other tag.

mod bundle;
mod charts;
mod context;
pub mod crds;
mod definitions;
mod engine;
pub mod gitops;
pub mod helm;
mod images;
mod injector;
mod install;
mod k8s;
mod order;
pub mod overlay;
mod stamp;
pub mod tag;

pub use bundle::{Bundle, Rendered, control_plane, render};
pub use context::Target;
pub use images::{images, images_of};
pub use injector::InjectorTexts;
pub use install::{InstallSet, PrintedLabels};
