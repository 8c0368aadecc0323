//! What has to be written, in which order, and why.
