//! A workload in, the injected workload and the rule that decided out.
