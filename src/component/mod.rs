//! What Istio is made of: one table.
