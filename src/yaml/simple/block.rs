//! Blocks: maps and lists by their indentation, and the scalars in them.

use memchr::memchr;
use serde_json::{Map, Value};

use super::flow::Flow;
use super::scalar::{fold, is_text, one_line, plain, quoted, unescaped};

/// Deeper than this is left to the whole reader, which knows how to refuse it.
pub(super) const MAX_DEPTH: usize = 60;
/// The longest key that is taken.
pub(super) const MAX_KEY: usize = 200;

/// The documents of `text` that are not empty; none where the whole reader has to be asked.
pub(in crate::yaml) fn documents(text: &str) -> Option<Vec<Value>> {
    let sure = |byte: u8| matches!(byte, b' '..=b'~' | b'\n' | b'\t') || !byte.is_ascii();
    // Beyond ASCII, what is neither a control character nor one of the further line breaks.
    let letter = |c: char| c.is_ascii() || matches!(c, '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}');
    if !text.bytes().all(sure) || !(text.is_ascii() || text.chars().all(letter)) {
        return None;
    }
    let mut reader = Reader { text, next: 0, line: None, depth: 0 };
    reader.advance()?;
    let mut documents = Vec::new();
    while let Some(line) = reader.line {
        if reader.is_separator(line) {
            reader.advance()?;
            continue;
        }
        documents.push(reader.block()?);
        if reader.line.is_some_and(|line| !reader.is_separator(line)) {
            return None;
        }
    }
    documents.retain(|document| !document.is_null());
    Some(documents)
}

struct Reader<'a> {
    text: &'a str,
    /// Where the line after the current one starts.
    next: usize,
    /// What of the current line is not read yet; none at the end of the text.
    line: Option<Line>,
    depth: usize,
}

/// The rest of a line: never blank, never a comment.
#[derive(Clone, Copy)]
struct Line {
    /// The column it starts at.
    indent: usize,
    start: usize,
    /// Without blanks at the end.
    end: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self, line: Line) -> &'a str {
        &self.text[line.start..line.end]
    }

    fn is_separator(&self, line: Line) -> bool {
        line.indent == 0 && self.rest(line) == "---"
    }

    /// The next line as it stands, without its line break.
    fn raw_line(&self) -> Option<&'a str> {
        let rest = self.text.get(self.next..).filter(|rest| !rest.is_empty())?;
        Some(memchr(b'\n', rest.as_bytes()).map_or(rest, |end| &rest[..end]))
    }

    /// Goes to the next line that is neither blank nor a comment.
    fn advance(&mut self) -> Option<()> {
        self.line = None;
        while let Some(raw) = self.raw_line() {
            let from = self.next;
            self.next += raw.len() + 1;
            let content = raw.trim_start_matches(' ');
            if content.starts_with('\t') {
                return None;
            }
            if content.is_empty() || content.starts_with('#') {
                continue;
            }
            let indent = raw.len() - content.len();
            let sure = match content.as_bytes() {
                [b'-', b'-', b'-', ..] if indent == 0 => content.trim_end_matches(' ') == "---",
                [b'.' | b'%', ..] if indent == 0 => false,
                _ => true,
            };
            let content = content.trim_end_matches(' ');
            let start = from + indent;
            self.line = Some(Line { indent, start, end: start + content.len() });
            return sure.then_some(());
        }
        self.next = self.text.len();
        Some(())
    }

    /// Moves on within the line, to what follows `bytes` bytes and blanks; none where nothing follows but a comment.
    fn skip(&self, line: Line, bytes: usize) -> Option<Line> {
        let rest = &self.text[line.start + bytes..line.end];
        let content = rest.trim_start_matches(' ');
        let blanks = rest.len() - content.len();
        if content.is_empty() || (content.starts_with('#') && blanks > 0) {
            return None;
        }
        let start = line.end - content.len();
        Some(Line { indent: line.indent + (start - line.start), start, end: line.end })
    }

    /// The block that starts at the current line.
    fn block(&mut self) -> Option<Value> {
        let line = self.line?;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let value = if is_item(self.rest(line)) { self.list(line.indent)? } else { self.map(line.indent)? };
        self.depth -= 1;
        Some(value)
    }

    /// The items whose dashes stand at `indent`.
    fn list(&mut self, indent: usize) -> Option<Value> {
        let mut items = Vec::new();
        while let Some(line) = self.line.filter(|line| line.indent == indent) {
            if !is_item(self.rest(line)) {
                break;
            }
            items.push(match self.skip(line, 1) {
                None => {
                    self.advance()?;
                    self.below(indent + 1)?
                }
                Some(inner) if is_item(self.rest(inner)) || key(self.rest(inner)).is_some() => {
                    self.line = Some(inner);
                    self.block()?
                }
                Some(inner) => self.inline(inner, indent)?,
            });
        }
        self.ended(indent)?;
        Some(Value::Array(items))
    }

    /// The entries whose keys stand at `indent`.
    fn map(&mut self, indent: usize) -> Option<Value> {
        let mut map = Map::new();
        while let Some(line) = self.line.filter(|line| line.indent == indent) {
            if is_item(self.rest(line)) || self.is_separator(line) {
                break;
            }
            let (key, length) = key(self.rest(line))?;
            let value = match self.skip(line, length) {
                Some(inner) => self.inline(inner, indent)?,
                None => {
                    self.advance()?;
                    // The dashes of a list may stand below the first letter of its key.
                    let list = self.line.is_some_and(|line| line.indent == indent && is_item(self.rest(line)));
                    self.below(if list { indent } else { indent + 1 })?
                }
            };
            if map.insert(key.to_owned(), value).is_some() {
                return None;
            }
        }
        self.ended(indent)?;
        Some(Value::Object(map))
    }

    /// A block that is indented by at least `least`; null where there is none.
    fn below(&mut self, least: usize) -> Option<Value> {
        match self.line {
            Some(line) if line.indent >= least => self.block(),
            _ => Some(Value::Null),
        }
    }

    /// What follows a collection or a scalar at `indent` must not be indented more: it would belong to it.
    fn ended(&self, indent: usize) -> Option<()> {
        self.line.is_none_or(|line| line.indent <= indent).then_some(())
    }

    /// A value that starts on the line of its key or dash, which stands at `indent`.
    fn inline(&mut self, line: Line, indent: usize) -> Option<Value> {
        let rest = self.rest(line);
        if let Some(head) = rest.strip_prefix('|') {
            // How deep the block is may be said, where its text starts with blanks.
            let deep = head.bytes().next().filter(|byte| matches!(byte, b'1'..=b'9'));
            let chomp = match &head[usize::from(deep.is_some())..] {
                "" => Chomp::Clip,
                "-" => Chomp::Strip,
                "+" => Chomp::Keep,
                _ => return None,
            };
            return self.literal(indent, deep.map(|deep| indent + usize::from(deep - b'0')), chomp);
        }
        let value = match rest.as_bytes().first()? {
            b'"' | b'\'' => match quoted(rest) {
                Some((text, length)) => {
                    self.nothing_after(line, length)?;
                    Value::String(text)
                }
                None => self.quoted_lines(line, indent)?,
            },
            b'[' | b'{' => {
                let mut flow = Flow::new(rest);
                let value = flow.value()?;
                self.nothing_after(line, rest.len() - flow.rest.len())?;
                value
            }
            _ => {
                let text = one_line(rest)?;
                if text.len() == rest.len() && self.continues(indent) {
                    self.plain_lines(text, indent)?
                } else {
                    plain(text)?
                }
            }
        };
        self.advance()?;
        self.ended(indent)?;
        Some(value)
    }

    /// Whether the next line that is not blank may belong to a scalar whose key or dash stands at `indent`.
    fn continues(&self, indent: usize) -> bool {
        let rest = self.text.get(self.next..).unwrap_or_default();
        let blank = rest.bytes().take_while(|byte| matches!(byte, b'\n' | b' ')).count();
        let deep = rest.bytes().take(blank).rev().take_while(|byte| *byte == b' ').count();
        deep > indent && rest.as_bytes().get(blank).is_some_and(|byte| !matches!(byte, b'#' | b'\t'))
    }

    /// The next line of a scalar without the blanks around it, and how many blank lines stand before it. None where it is
    /// not indented more than `indent`.
    fn continuation(&mut self, indent: usize) -> Option<(&'a str, usize)> {
        let mut breaks = 0;
        loop {
            let raw = self.raw_line()?;
            self.next += raw.len() + 1;
            let content = raw.trim_start_matches(' ');
            if content.is_empty() {
                breaks += 1;
                continue;
            }
            let sure = raw.len() - content.len() > indent && !content.starts_with('\t');
            return sure.then_some((content, breaks));
        }
    }

    /// Text without quotes that goes on in the next lines: a line break is a space, a blank line a line break.
    fn plain_lines(&mut self, first: &str, indent: usize) -> Option<Value> {
        if !first.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let mut text = first.to_owned();
        while self.continues(indent) {
            let (line, breaks) = self.continuation(indent)?;
            let line = line.trim_end_matches(' ');
            let sure = !line.starts_with(['-', '?', ':', ',', ']', '}', '&', '!', '|', '>', '%', '@']);
            if !sure || one_line(line)?.len() != line.len() {
                return None;
            }
            fold(&mut text, breaks);
            text.push_str(line);
        }
        Some(Value::String(text))
    }

    /// Text in quotes that goes on in the next lines, as [`Self::plain_lines`].
    fn quoted_lines(&mut self, line: Line, indent: usize) -> Option<Value> {
        let raw = &self.text[line.start..];
        let raw = raw.split_once('\n').map_or(raw, |(raw, _)| raw);
        let double = raw.starts_with('"');
        let mut rest = &raw[1..];
        let mut text = String::new();
        loop {
            let (mut solid, mut joined) = (text.len(), false);
            let mut chars = rest.char_indices().peekable();
            while let Some((at, c)) = chars.next() {
                match c {
                    '\t' => return None,
                    '\'' if !double && chars.next_if(|(_, next)| *next == '\'').is_some() => text.push('\''),
                    '\\' if double => match chars.next() {
                        Some((_, escaped)) => text.push(unescaped(escaped)?),
                        None => joined = true,
                    },
                    '"' | '\'' if (c == '"') == double => {
                        let after = &rest[at + 1..];
                        let comment = after.starts_with(' ') && after.trim_start_matches(' ').starts_with('#');
                        return (comment || after.trim_end_matches(' ').is_empty()).then_some(Value::String(text));
                    }
                    ' ' => {
                        text.push(' ');
                        continue;
                    }
                    c => text.push(c),
                }
                solid = text.len();
            }
            let (next, breaks) = self.continuation(indent)?;
            match (joined, breaks) {
                (false, _) => {
                    text.truncate(solid);
                    fold(&mut text, breaks);
                }
                (true, 0) => {}
                (true, _) => return None,
            }
            rest = next;
        }
    }

    fn nothing_after(&self, line: Line, length: usize) -> Option<()> {
        let rest = &self.text[line.start + length..line.end];
        (rest.is_empty() || rest.trim_start_matches(' ').starts_with('#') && rest.starts_with(' ')).then_some(())
    }

    /// The lines of a literal block that is indented by `indent`, if that is said, and whose key or dash stands at `parent`.
    fn literal(&mut self, parent: usize, mut indent: Option<usize>, chomp: Chomp) -> Option<Value> {
        let mut text = String::new();
        // Line breaks that only count when more text follows.
        let mut breaks = 0;
        while let Some(raw) = self.raw_line() {
            let content = raw.trim_start_matches(' ');
            let blanks = raw.len() - content.len();
            let indent = match indent {
                Some(indent) => indent,
                // The first line that is not empty says how deep the block is; before it, none may be deeper.
                None if content.is_empty() && blanks == 0 => 0,
                None if content.is_empty() || content.starts_with('\t') => return None,
                None if blanks <= parent => break,
                None => *indent.insert(blanks),
            };
            if content.is_empty() && blanks <= indent {
                breaks += 1;
            } else if blanks < indent {
                break;
            } else {
                text.extend(std::iter::repeat_n('\n', breaks));
                text.push_str(&raw[indent..]);
                breaks = 1;
            }
            self.next += raw.len() + 1;
        }
        // Text without a line break at its very end, and blocks without any text, are read in several ways.
        if text.is_empty() || self.next > self.text.len() {
            return None;
        }
        match chomp {
            Chomp::Strip => {}
            Chomp::Clip => text.push('\n'),
            Chomp::Keep => text.extend(std::iter::repeat_n('\n', breaks)),
        }
        self.advance()?;
        self.ended(parent)?;
        Some(Value::String(text))
    }
}

/// What becomes of the line breaks at the end of a literal block.
enum Chomp {
    Clip,
    Strip,
    Keep,
}

fn is_item(rest: &str) -> bool {
    rest == "-" || rest.starts_with("- ")
}

/// The key at the start of a line, and how long it is with its colon.
pub(super) fn key(rest: &str) -> Option<(&str, usize)> {
    let bytes = rest.as_bytes();
    let (key, end) = match bytes.first()? {
        quote @ (b'"' | b'\'') => {
            let inner = &rest[1..];
            let close = inner.find(char::from(*quote))?;
            let key = &inner[..close];
            if key.contains(['\\', '\t']) || key.is_empty() {
                return None;
            }
            (key, close + 2)
        }
        first if first.is_ascii_alphabetic() || matches!(first, b'_' | b'/') => {
            let part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'/' | b'.' | b'-');
            let end = bytes.iter().position(|byte| !part(byte))?;
            let key = &rest[..end];
            if !is_text(key) {
                return None;
            }
            (key, end)
        }
        _ => return None,
    };
    let ends = bytes.get(end) == Some(&b':') && matches!(bytes.get(end + 1), None | Some(b' '));
    (ends && key.len() <= MAX_KEY).then_some((key, end + 1))
}
