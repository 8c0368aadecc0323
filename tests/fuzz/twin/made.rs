//! Inputs made at random: of a target's words, and of its seeds with something changed.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// The most bytes of an input.
const MOST: usize = 64 << 10;

/// What is done to a seed.
#[derive(Debug, Clone)]
enum Change {
    Insert(Index, Vec<u8>),
    Cut(Index, usize),
    Replace(Index, Vec<u8>),
    Repeat(Index, usize, usize),
    /// The rest is that of another seed.
    Cross(Index, Vec<u8>, Index),
}

impl Change {
    fn apply(self, data: &mut Vec<u8>) {
        let place = |at: Index, data: &[u8]| at.index(data.len() + 1);
        match self {
            Self::Insert(at, piece) => {
                let at = place(at, data);
                data.splice(at..at, piece);
            }
            Self::Cut(at, length) => {
                let at = place(at, data);
                data.drain(at..(at + length).min(data.len()));
            }
            Self::Replace(at, piece) => {
                let at = place(at, data);
                data.splice(at..(at + piece.len()).min(data.len()), piece);
            }
            Self::Repeat(at, length, times) => {
                let at = place(at, data);
                let piece = data[at..(at + length).min(data.len())].repeat(times);
                data.splice(at..at, piece);
            }
            Self::Cross(at, other, from) => {
                let (at, from) = (place(at, data), place(from, &other));
                data.truncate(at);
                data.extend_from_slice(&other[from..]);
            }
        }
        data.truncate(MOST);
    }
}

/// Inputs of these words, and of these seeds.
pub(crate) fn input(words: &'static [&'static str], seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let word = select(words).prop_map(|word| word.as_bytes().to_vec());
    let seed = select(seeds);
    let piece = prop_oneof![
        20 => word.clone(),
        2 => any::<char>().prop_map(|one| one.to_string().into_bytes()),
        1 => any::<u8>().prop_map(|one| vec![one]),
        1 => (word, 1..60_usize).prop_map(|(word, times)| word.repeat(times)),
    ];
    let very_deep = (vec(piece.clone(), 1..3), 200..4000_usize).prop_map(|(piece, times)| piece.concat().repeat(times));
    let change = prop_oneof![
        4 => (any::<Index>(), piece.clone()).prop_map(|(at, piece)| Change::Insert(at, piece)),
        2 => (any::<Index>(), 1..20_usize).prop_map(|(at, length)| Change::Cut(at, length)),
        2 => (any::<Index>(), piece.clone()).prop_map(|(at, piece)| Change::Replace(at, piece)),
        1 => (any::<Index>(), 1..40_usize, 1..20_usize).prop_map(|(at, length, times)| Change::Repeat(at, length, times)),
        1 => (any::<Index>(), seed.clone(), any::<Index>()).prop_map(|(at, other, from)| Change::Cross(at, other, from)),
    ];
    let changed = (seed, vec(change, 1..6)).prop_map(|(mut data, changes)| {
        changes.into_iter().for_each(|change| change.apply(&mut data));
        data
    });
    let made = vec(piece, 0..24).prop_map(|pieces| pieces.concat());
    prop_oneof![
        100 => made,
        100 => changed,
        1 => very_deep,
    ]
    .prop_map(|mut data| {
        data.truncate(MOST);
        data
    })
}
