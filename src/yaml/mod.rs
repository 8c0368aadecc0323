//! The one user of YAML: reads it as `kubectl` does (YAML 1.1 booleans and octal numbers, duplicate keys refused) and
//! writes it so that Go reads back the same values.

mod place;
mod read;
mod simple;
mod stream;
mod write;

pub use place::{Place, document_place, place_of};
pub use read::{MAX_BYTES, document, document_last_wins, documents};
pub use stream::{Piece, Pieces};
pub use write::{append, text};
