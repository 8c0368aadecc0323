//! Istio's own template functions on top of the engine.
