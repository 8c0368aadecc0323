//! The one user of YAML: reads it as `kubectl` does (YAML 1.1 booleans and octal numbers, duplicate keys refused) and
//! writes it so that Go reads back the same values.
//!
//! Three read it, and each is there for a reason. Measured (release build) on 543 files of rendered manifests (3,337
//! documents, 7.2 MB), on a stream of 100,000 pods (46 MB), and as a whole:
//!
//! | | manifests | stream | `manifest generate` | `inject` of 10,000 pods |
//! |---|---|---|---|---|
//! | `simple`, and the library where it gives up (1.5 % of the bytes) | 104 ms | 0.79 s | 17 ms | 6 s |
//! | the library alone | 382 ms | 4.96 s | 21 ms | 14 s |
//! | the library with the place of each value | 433 ms | 6.25 s | | |
//! | the library's parser, of which nothing is made | 151 ms | 2.70 s | | |
//!
//! So `simple` stays: one reader with places would make rendering a quarter slower, and injection more than twice; even the
//! parser alone takes longer. `place` stays beside `read`: it reads a second time for errors only, and no value pays for it.

mod place;
mod read;
mod simple;
mod stream;
mod write;

pub use place::{Place, Places, Twice, document_place, place_of, written_at};
pub use read::{MAX_BYTES, document, document_last_wins, documents, documents_last_wins};
pub use stream::{Piece, Pieces};
pub use write::{append, text};
