//! A configuration to objects.
