//! Inputs (profile, files, flags) to one checked configuration.
