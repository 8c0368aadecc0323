//! Istio's own terms, pure: what its names and labels mean, whoever made an object.
//!
//! Every rule about a revision, a proxy or an installation is written here once; the layers above ask.

pub mod label;
