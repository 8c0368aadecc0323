//! From text to tokens.

use super::literal;
use crate::value::Value;

/// A token, where it starts, and whether white space stands before it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token<'s> {
    pub(super) at: usize,
    pub(super) spaced: bool,
    pub(super) kind: Kind<'s>,
}

#[derive(Debug, Clone)]
pub(super) enum Kind<'s> {
    Text(&'s str),
    Open,
    Close,
    /// A keyword, function, `true`, `false` or `nil`.
    Word(&'s str),
    /// `.name`, without the dot.
    Field(&'s str),
    /// `$name`, with the dollar.
    Variable(&'s str),
    /// A string literal, unquoted.
    Str(String),
    Number(Value),
    Dot,
    LeftParen,
    RightParen,
    Pipe,
    Declare,
    Assign,
    /// Any other ASCII character; only `,` is ever of use.
    Char(char),
    End,
}

impl PartialEq for Kind<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

impl Kind<'_> {
    /// How error messages name it.
    pub(super) fn describe(&self) -> String {
        match self {
            Kind::Text(_) => "text".into(),
            Kind::Open => "\"{{\"".into(),
            Kind::Close => "\"}}\"".into(),
            Kind::Word(w) => format!("<{w}>"),
            Kind::Field(f) => format!("<.{f}>"),
            Kind::Variable(v) => format!("<{v}>"),
            Kind::Str(s) => format!("{s:?}"),
            Kind::Number(n) => format!("{n}"),
            Kind::Dot => "<.>".into(),
            Kind::LeftParen => "\"(\"".into(),
            Kind::RightParen => "\")\"".into(),
            Kind::Pipe => "\"|\"".into(),
            Kind::Declare => "\":=\"".into(),
            Kind::Assign => "\"=\"".into(),
            Kind::Char(c) => format!("{c:?}"),
            Kind::End => "EOF".into(),
        }
    }
}

/// What is wrong, and where.
pub(super) type Refusal = (usize, String);

const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// Splits a template into tokens; the last one is [`Kind::End`].
pub(super) fn lex(source: &str) -> Result<Vec<Token<'_>>, Refusal> {
    let mut lexer = Lexer { source, pos: 0, tokens: Vec::new() };
    lexer.text()?;
    Ok(lexer.tokens)
}

struct Lexer<'s> {
    source: &'s str,
    pos: usize,
    tokens: Vec<Token<'s>>,
}

impl<'s> Lexer<'s> {
    fn rest(&self) -> &'s str {
        self.source.get(self.pos..).unwrap_or("")
    }

    fn slice(&self, from: usize) -> &'s str {
        self.source.get(from..self.pos).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn push(&mut self, at: usize, spaced: bool, kind: Kind<'s>) {
        self.tokens.push(Token { at, spaced, kind });
    }

    /// Text up to the end of the source, with the actions in it.
    fn text(&mut self) -> Result<(), Refusal> {
        let mut trim_start = false;
        loop {
            let at = self.pos;
            let found = self.rest().find("{{");
            let mut text = match found {
                Some(i) => self.rest().get(..i).unwrap_or(""),
                None => self.rest(),
            };
            self.pos += text.len();
            if trim_start {
                text = text.trim_start_matches(SPACE);
            }
            let open = self.pos;
            let trim_end = found.is_some() && trims_left(self.rest().get(2..).unwrap_or(""));
            if trim_end {
                text = text.trim_end_matches(SPACE);
            }
            if !text.is_empty() {
                self.push(at, false, Kind::Text(text));
            }
            if found.is_none() {
                self.push(self.source.len(), false, Kind::End);
                return Ok(());
            }
            self.pos += if trim_end { 4 } else { 2 };
            trim_start = if self.rest().starts_with("/*") {
                self.comment(open)?
            } else {
                // After `{{-` exactly one space is consumed with the marker; a space still counts.
                self.push(open, false, Kind::Open);
                self.action(open)?
            };
        }
    }

    /// A comment, which must fill its action. Returns whether the text after it is trimmed.
    fn comment(&mut self, open: usize) -> Result<bool, Refusal> {
        let Some(end) = self.rest().find("*/") else {
            return Err((open, "unclosed comment".into()));
        };
        self.pos += end + 2;
        match right_delimiter(self.rest()) {
            Some((length, trim)) => {
                self.pos += length;
                Ok(trim)
            }
            None => Err((open, "comment ends before closing delimiter".into())),
        }
    }

    /// The tokens of one action. Returns whether the text after it is trimmed.
    fn action(&mut self, open: usize) -> Result<bool, Refusal> {
        let mut parens = 0_usize;
        let mut spaced = true;
        loop {
            let at = self.pos;
            if let Some((length, trim)) = right_delimiter(self.rest()) {
                if parens > 0 {
                    return Err((at, "unclosed left paren".into()));
                }
                self.pos += length;
                self.push(at, spaced, Kind::Close);
                return Ok(trim);
            }
            let Some(c) = self.peek() else {
                return Err((open, "unclosed action".into()));
            };
            if SPACE.contains(&c) {
                self.pos += 1;
                spaced = true;
                continue;
            }
            self.pos += c.len_utf8();
            let kind = match c {
                '=' => Kind::Assign,
                ':' if self.rest().starts_with('=') => {
                    self.pos += 1;
                    Kind::Declare
                }
                ':' => return Err((at, "expected :=".into())),
                '|' => Kind::Pipe,
                '(' => {
                    parens += 1;
                    Kind::LeftParen
                }
                ')' => {
                    parens = parens.checked_sub(1).ok_or((at, "unexpected right paren".to_owned()))?;
                    Kind::RightParen
                }
                '"' => self.quoted(at)?,
                '`' => self.raw(at)?,
                '\'' => self.character(at)?,
                '$' => {
                    self.word(at)?;
                    Kind::Variable(self.slice(at))
                }
                '.' if !self.peek().is_some_and(|c| c.is_ascii_digit()) => {
                    self.word(at)?;
                    match self.slice(at + 1) {
                        "" => Kind::Dot,
                        name => Kind::Field(name),
                    }
                }
                '+' | '-' | '.' | '0'..='9' => self.number(at)?,
                c if is_word(c) => {
                    self.word(at)?;
                    Kind::Word(self.slice(at))
                }
                '!'..='~' => Kind::Char(c),
                c => return Err((at, format!("unrecognized character in action: {c:?}"))),
            };
            self.push(at, spaced, kind);
            spaced = false;
        }
    }

    /// The rest of a name, and that it ends where a name may end.
    fn word(&mut self, at: usize) -> Result<(), Refusal> {
        let rest = self.rest();
        self.pos += rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        match self.peek() {
            Some(c) if !SPACE.contains(&c) && !".,|:)(".contains(c) && !self.rest().starts_with("}}") => {
                Err((at, format!("bad character {c:?}")))
            }
            _ => Ok(()),
        }
    }

    /// The end of a literal in `quote`s that may hold escapes; `pos` ends after it.
    fn skip_quoted(&mut self, at: usize, quote: char, what: &str) -> Result<&'s str, Refusal> {
        let start = self.pos;
        let mut chars = self.rest().char_indices();
        while let Some((i, c)) = chars.next() {
            let end = match c {
                '\\' => chars.next().is_none_or(|(_, c)| c == '\n'),
                '\n' => true,
                c if c == quote => {
                    self.pos = start + i + 1;
                    return Ok(self.source.get(start..start + i).unwrap_or(""));
                }
                _ => false,
            };
            if end {
                break;
            }
        }
        Err((at, format!("unterminated {what}")))
    }

    fn quoted(&mut self, at: usize) -> Result<Kind<'s>, Refusal> {
        let inner = self.skip_quoted(at, '"', "quoted string")?;
        literal::unquote(inner, '"').map(Kind::Str).map_err(|m| (at, m))
    }

    fn character(&mut self, at: usize) -> Result<Kind<'s>, Refusal> {
        let inner = self.skip_quoted(at, '\'', "character constant")?;
        literal::character(inner).map(|c| Kind::Number(Value::Int(c))).map_err(|m| (at, m))
    }

    /// A raw string; as in Go, carriage returns in it are dropped.
    fn raw(&mut self, at: usize) -> Result<Kind<'s>, Refusal> {
        let Some(end) = self.rest().find('`') else {
            return Err((at, "unterminated raw quoted string".into()));
        };
        let text = self.rest().get(..end).unwrap_or("").replace('\r', "");
        self.pos += end + 1;
        Ok(Kind::Str(text))
    }

    fn number(&mut self, at: usize) -> Result<Kind<'s>, Refusal> {
        self.pos = at;
        let rest = self.rest();
        let length = literal::number_length(rest);
        self.pos += length;
        let text = self.slice(at);
        if let Some(imaginary) = imaginary(self.rest()) {
            return Err((at, format!("{text}{imaginary} is a complex number, and there are none here")));
        }
        if self.peek().is_some_and(is_word) || self.peek().is_some_and(|c| c == '+' || c == '-') {
            return Err((at, format!("bad number syntax: {text:?}")));
        }
        literal::number(text).map(Kind::Number).map_err(|m| (at, m))
    }
}

/// What makes a number a complex one, as in Go: `i`, or a sign, a number and `i`.
fn imaginary(rest: &str) -> Option<&str> {
    let length = if rest.starts_with(['+', '-']) { literal::number_length(rest) } else { 0 };
    let after = rest.get(length..)?.strip_prefix('i')?;
    (!after.starts_with(is_word)).then(|| rest.get(..=length)).flatten()
}

/// Letters, digits and `_`. Numbers that are no digits (`½`) count here and not in Go.
fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// Whether what follows `{{` trims the text before it.
fn trims_left(after: &str) -> bool {
    let mut chars = after.chars();
    chars.next() == Some('-') && chars.next().is_some_and(|c| SPACE.contains(&c))
}

/// The length of a closing delimiter here, and whether it trims the text after it.
fn right_delimiter(rest: &str) -> Option<(usize, bool)> {
    if rest.starts_with("}}") {
        return Some((2, false));
    }
    let after = rest.strip_prefix(SPACE)?;
    after.starts_with("-}}").then_some((4, true))
}
