//! Strings that come from a cluster are hostile on a terminal until they went through here.

/// `text` with every character that could steer a terminal or hide text written out as an escape: C0 and C1 controls
/// (`\u{1b}`), bidirectional marks and overrides, zero-width and line-separating characters. A tab becomes a space and
/// a newline ` ⏎ `, so that one message stays one line.
pub fn sanitize(text: &str) -> String {
    respelled(text, |character| match character {
        '\t' => Some(" ".to_owned()),
        '\n' => Some(" ⏎ ".to_owned()),
        '\r' => Some(String::new()),
        character => is_hostile(character).then(|| character.escape_unicode().to_string()),
    })
}

/// `text` with those characters spelled another way for which there is another.
pub(super) fn respelled(text: &str, spell: impl Fn(char) -> Option<String>) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match spell(character) {
            Some(spelled) => safe.push_str(&spelled),
            None => safe.push(character),
        }
    }
    safe
}

/// Whether a character can steer a terminal or hide text.
pub(super) fn is_hostile(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steering_characters_are_written_out() {
        assert_eq!(sanitize("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(sanitize("\u{202e}txt.exe"), "\\u{202e}txt.exe");
        assert_eq!(sanitize("one\ntwo\r\n"), "one ⏎ two ⏎ ");
        assert_eq!(sanitize("Grüße, 世界 ✔"), "Grüße, 世界 ✔");
    }
}
