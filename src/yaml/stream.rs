//! YAML documents of a stream, one at a time, so that a long stream takes no more memory than its largest document.

use std::io::{BufRead, Read as _};

use super::MAX_BYTES;
use crate::error::{Error, Result};

/// A piece of a stream between two lines `---`: one document in all but odd cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its text, without the separators.
    pub text: String,
    /// The line of the stream it begins at, from 1.
    pub line: usize,
}

/// Splits a stream. Its name goes into errors.
pub struct Pieces<R> {
    name: String,
    reader: R,
    line: usize,
    done: bool,
}

impl<R: BufRead> Pieces<R> {
    /// Reads from here.
    pub fn new(name: impl Into<String>, reader: R) -> Self {
        Self { name: name.into(), reader, line: 1, done: false }
    }

    fn piece(&mut self) -> Result<Option<Piece>> {
        let mut piece = Piece { text: String::new(), line: self.line };
        loop {
            let start = piece.text.len();
            // No more than is taken, however long the line is.
            let most = (MAX_BYTES + 1).saturating_sub(start) as u64;
            let read = (&mut self.reader).take(most).read_line(&mut piece.text);
            let read = read.map_err(|error| self.unreadable(error))?;
            if read == 0 {
                self.done = true;
                // As Kubernetes' tools read streams: the last line ends like the others.
                if start > 0 && !piece.text.ends_with('\n') {
                    piece.text.push('\n');
                }
                return Ok((!piece.text.trim().is_empty()).then_some(piece));
            }
            self.line += 1;
            let separator = piece.text[start..].strip_prefix("---").is_some_and(|rest| rest.trim().is_empty());
            if separator {
                piece.text.truncate(start);
                if !piece.text.trim().is_empty() {
                    return Ok(Some(piece));
                }
                piece = Piece { text: String::new(), line: self.line };
            }
            if piece.text.len() > MAX_BYTES {
                let (limit, line) = (MAX_BYTES >> 20, piece.line);
                let message = format!("{}:{line}: a document of more than {limit} MiB", self.name);
                return Err(Error::usage("too-large", message));
            }
        }
    }

    fn unreadable(&self, error: std::io::Error) -> Error {
        let place = format!("{}:{}", self.name, self.line);
        match error.kind() {
            std::io::ErrorKind::InvalidData => Error::usage("not-text", format!("{place}: this is not a UTF-8 text")),
            _ => Error::usage("unreadable-file", format!("{place}: cannot be read")).caused_by(error),
        }
    }
}

impl<R: BufRead> Iterator for Pieces<R> {
    type Item = Result<Piece>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let piece = self.piece();
        self.done |= piece.is_err();
        piece.transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_what_stands_between_separators() -> Result<()> {
        let text = "---\na: 1\n--- \n\n---\nb: |\n  ---\n---x\n---\n# end\n";
        let pieces: Vec<(String, usize)> =
            Pieces::new("f", text.as_bytes()).map(|piece| piece.map(|p| (p.text, p.line))).collect::<Result<_>>()?;
        let want = [("a: 1\n", 2), ("b: |\n  ---\n---x\n", 6), ("# end\n", 10)];
        assert_eq!(pieces, want.map(|(text, line)| (text.to_owned(), line)));
        Ok(())
    }

    #[test]
    fn the_last_line_ends_like_the_others() -> Result<()> {
        let pieces: Vec<String> =
            Pieces::new("f", &b"a: 1\n---\nb: |\n  x"[..]).map(|piece| Ok(piece?.text)).collect::<Result<_>>()?;
        assert_eq!(pieces, ["a: 1\n", "b: |\n  x\n"]);
        Ok(())
    }

    #[test]
    fn what_is_no_text_is_told_with_its_line() {
        let found: Vec<_> = Pieces::new("f", &b"a: 1\n\xff\n"[..]).collect();
        assert!(
            matches!(&found[..], [Err(error)] if error.to_string() == "f:2: this is not a UTF-8 text"),
            "{found:?}"
        );
    }
}
