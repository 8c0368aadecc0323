//! A configuration to objects.

pub mod crds;
