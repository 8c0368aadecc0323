//! Readiness as a pure function of an object, and the cause where it is not ready.
