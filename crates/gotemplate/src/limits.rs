//! What one rendering may use before it is ended with an error.

/// Bounds of one [`render`](crate::Templates::render). The defaults leave room for the largest
/// charts and keep even a debug build within the 2 MiB stack of Rust's threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Nesting at run time: blocks, parentheses, and calls of `template`, `include` and `tpl`
    /// count one each.
    pub depth: usize,
    /// Bytes of one rendered result, and of any one string a function makes.
    pub output_bytes: usize,
    /// Work: nodes walked, loop rounds, function calls, and what functions make (16 bytes of text
    /// or 8 items of a list count one).
    pub steps: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { depth: 300, output_bytes: 64 << 20, steps: 20_000_000 }
    }
}
