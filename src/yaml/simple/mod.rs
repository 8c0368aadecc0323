//! Reads the YAML that nearly all manifests are made of, several times as fast as a whole YAML reader: block maps and lists,
//! scalars, literal blocks, short flow collections.
//!
//! It never guesses: whatever it is not sure of (anchors, tags, folded text, numbers of rare forms, every error) makes it
//! give up, and the whole reader answers instead. So its result is either none or the whole reader's; tests compare the two.
//! Rendered templates are read by the thousand when a stream of pods is injected, which is what this is for.

mod block;
mod flow;
mod scalar;

pub(super) use block::documents;

#[cfg(test)]
mod tests;
