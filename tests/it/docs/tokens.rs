//! Rust as far as a search in it needs: words, texts and signs, without comments.

/// A piece of source.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// A name, keyword or number.
    Word(String),
    /// A string literal, as it is written.
    Text(String),
    /// Any other character, but white space. A character literal is a quote.
    Sign(char),
}

impl Token {
    /// The text of a string literal.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// The tokens of a source.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    let (mut found, mut rest) = (Vec::new(), source);
    while let Some(first) = rest.chars().next() {
        if rest.starts_with("//") {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
        } else if let Some((text, after)) = raw(rest) {
            found.push(Token::Text(text.to_owned()));
            rest = after;
        } else if let Some(inside) = rest.strip_prefix('"') {
            let end = closing(inside);
            found.push(Token::Text(inside[..end].to_owned()));
            rest = inside.get(end + 1..).unwrap_or_default();
        } else if first == '\'' {
            rest = after_quote(&rest[1..]);
            found.push(Token::Sign('\''));
        } else if is_word(first) {
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            found.push(Token::Word(rest[..end].to_owned()));
            rest = &rest[end..];
        } else {
            found.extend((!first.is_whitespace()).then_some(Token::Sign(first)));
            rest = &rest[first.len_utf8()..];
        }
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// A raw string at the beginning, and what comes after it.
fn raw(rest: &str) -> Option<(&str, &str)> {
    let hashes = rest.strip_prefix('r')?;
    let inside = hashes.trim_start_matches('#');
    let end = format!("\"{}", "#".repeat(hashes.len() - inside.len()));
    inside.strip_prefix('"')?.split_once(&end)
}

/// Where the quote is that ends a string.
fn closing(inside: &str) -> usize {
    let mut escaped = false;
    let ends = |(_, c): &(usize, char)| {
        let is_end = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        is_end
    };
    inside.char_indices().find(ends).map_or(inside.len(), |(at, _)| at)
}

/// What comes after a character literal; a lifetime has no second quote.
fn after_quote(inside: &str) -> &str {
    let mut characters = inside.chars();
    match (characters.next(), characters.next()) {
        // An escape: `'\''` too.
        (Some('\\'), Some(escaped)) => inside[1 + escaped.len_utf8()..].split_once('\'').map_or("", |(_, after)| after),
        (Some(one), Some('\'')) => &inside[one.len_utf8() + 1..],
        _ => inside,
    }
}

#[test]
fn comments_and_quotes_are_no_words() {
    let of = |text: &str| {
        let show = |token: &Token| match token {
            Token::Word(word) => word.clone(),
            Token::Text(text) => format!("<{text}>"),
            Token::Sign(sign) => sign.to_string(),
        };
        tokens(text).iter().map(show).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(of("a(\"b\\\"c\") // d \"e\nf"), "a ( <b\\\"c> ) f");
    assert_eq!(of("r#\"a\"b\"# r\"c\""), "<a\"b> <c>");
    assert_eq!(of("'\"' '\\'' '\\u{e9}' &'a x"), "' ' ' & ' a x");
}
