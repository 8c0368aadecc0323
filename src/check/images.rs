//! Whether images are those that are meant: by a list of digests, by what their names say, and by what is in their registry.

use std::collections::BTreeMap;
use std::fmt;

use crate::error::Result;
use crate::input::digests::{Digests, reference};
use crate::oci::Reference;

/// What a list says of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Listed<'a> {
    /// Nothing: it is not in it.
    Not,
    /// That it is one, whatever its digest.
    Any,
    /// The digest that it has to have.
    As(&'a str),
}

/// What a registry says of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found<'a> {
    /// It was not asked.
    Unasked,
    /// It has none.
    Nothing,
    /// It has one, of this digest.
    As(&'a str),
}

/// What is wrong with an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// It is not in the list.
    Unlisted,
    /// It is not in its registry.
    Missing,
    /// It is another one.
    Other {
        /// The digest that it has.
        found: String,
        /// The digest that it has to have.
        wanted: String,
    },
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unlisted => f.write_str("is not listed"),
            Self::Missing => f.write_str("is not in its registry"),
            Self::Other { found, wanted } => write!(f, "is {found}, and has to be {wanted}"),
        }
    }
}

/// Holds an image to what is known of it.
///
/// # Errors
/// What is wrong with it.
fn hold(image: &Reference, listed: Listed<'_>, found: Found<'_>) -> Result<(), Wrong> {
    let named = image.digest();
    let other = |found: &str, wanted: &str| Err(Wrong::Other { found: found.to_owned(), wanted: wanted.to_owned() });
    match (listed, named, found) {
        (Listed::Not, ..) => Err(Wrong::Unlisted),
        (Listed::As(wanted), Some(named), _) if named != wanted => other(named, wanted),
        (_, _, Found::Nothing) => Err(Wrong::Missing),
        (Listed::As(wanted), _, Found::As(found)) if found != wanted => other(found, wanted),
        (_, Some(named), Found::As(found)) if found != named => other(found, named),
        _ => Ok(()),
    }
}

/// An image, as far as it is known.
#[derive(Debug, Clone)]
pub struct Held {
    /// Its name.
    pub image: String,
    /// Its digest, where its registry was asked, or the name has it.
    pub digest: Option<String>,
    /// What is wrong with it.
    pub wrong: Option<Wrong>,
}

/// Holds images to a `list`, and to what was `found` of them in their registries.
///
/// # Errors
/// `bad-image` (usage).
pub fn all<'a>(
    images: impl IntoIterator<Item = &'a String>,
    list: Option<&Digests>,
    found: Option<&BTreeMap<String, Option<String>>>,
) -> Result<Vec<Held>> {
    let one = |image: &String| {
        let reference = reference(image)?;
        let listed = match list.map(|list| list.of(&reference)) {
            None | Some(Some(None)) => Listed::Any,
            Some(None) => Listed::Not,
            Some(Some(Some(digest))) => Listed::As(digest),
        };
        let seen = match found.and_then(|found| found.get(image)) {
            None => Found::Unasked,
            Some(None) => Found::Nothing,
            Some(Some(digest)) => Found::As(digest),
        };
        let digest = if let Found::As(digest) = seen { Some(digest) } else { reference.digest() };
        let wrong = hold(&reference, listed, seen).err();
        Ok(Held { image: image.clone(), digest: digest.map(str::to_owned), wrong })
    };
    images.into_iter().map(one).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_held_to_all_that_is_known() {
        let (a, b) = (format!("sha256:{}", "a".repeat(64)), format!("sha256:{}", "b".repeat(64)));
        let other =
            |found: &str, wanted: &str| Err(Wrong::Other { found: found.to_owned(), wanted: wanted.to_owned() });
        let tagged = "r.example.com/pilot:1".to_owned();
        let pinned = format!("r.example.com/pilot@{a}");
        let table = [
            (&tagged, Listed::Not, Found::As(&a), Err(Wrong::Unlisted)),
            (&tagged, Listed::Any, Found::Unasked, Ok(())),
            (&tagged, Listed::Any, Found::Nothing, Err(Wrong::Missing)),
            (&tagged, Listed::As(&a), Found::Unasked, Ok(())),
            (&tagged, Listed::As(&a), Found::As(&a), Ok(())),
            (&tagged, Listed::As(&a), Found::As(&b), other(&b, &a)),
            (&tagged, Listed::As(&a), Found::Nothing, Err(Wrong::Missing)),
            (&pinned, Listed::As(&b), Found::Unasked, other(&a, &b)),
            (&pinned, Listed::As(&a), Found::Unasked, Ok(())),
            (&pinned, Listed::Any, Found::As(&b), other(&b, &a)),
        ];
        for (image, listed, found, wanted) in table {
            assert_eq!(hold(&Reference::parse(image).unwrap(), listed, found), wanted, "{image} {listed:?} {found:?}");
        }
    }
}
