//! Pieces of a page. What comes from outside is text in it and can be nothing else: tags and classes are written here.

use std::fmt::Write;

use crate::ui::sanitize;

/// HTML that is whole: each element is closed, and each text is escaped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Html(String);

impl Html {
    /// An element with a class, which may be empty.
    pub(super) fn element(tag: &'static str, class: &'static str, inside: impl Into<Self>) -> Self {
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        Self(format!("<{tag}{class}>{}</{tag}>", inside.into().0))
    }

    /// This, and that behind it.
    #[must_use]
    pub(super) fn then(mut self, next: impl Into<Self>) -> Self {
        self.0.push_str(&next.into().0);
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }
}

/// One line of text.
impl From<&str> for Html {
    fn from(text: &str) -> Self {
        Self(escaped(&sanitize(text)))
    }
}

impl From<String> for Html {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl FromIterator<Html> for Html {
    fn from_iter<T: IntoIterator<Item = Html>>(pieces: T) -> Self {
        pieces.into_iter().fold(Self::default(), Self::then)
    }
}

/// Text that could be taken for HTML, or end an attribute, spelled out.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// Lines, as they are.
pub(super) fn lines(text: &str) -> Html {
    let lines: Vec<String> = text.lines().map(|line| escaped(&sanitize(line))).collect();
    Html(format!("<pre>{}</pre>", lines.join("\n")))
}

/// A table; none where it has no rows.
pub(super) fn table(heads: &[&'static str], rows: Vec<Vec<Html>>) -> Html {
    if rows.is_empty() {
        return Html::default();
    }
    let heads: Html = heads.iter().map(|head| Html::element("th", "", *head)).collect();
    let row = |cells: Vec<Html>| -> Html {
        let cells: Html = cells.into_iter().map(|cell| Html::element("td", "", cell)).collect();
        Html::element("tr", "", cells)
    };
    let body: Html = rows.into_iter().map(row).collect();
    let whole = Html::element("thead", "", Html::element("tr", "", heads)).then(Html::element("tbody", "", body));
    // A wide table scrolls by itself, and not the page.
    Html::element("div", "wide", Html::element("table", "", whole))
}

/// A list; none where it has no items.
pub(super) fn list(items: impl IntoIterator<Item = Html>) -> Html {
    let items: Html = items.into_iter().map(|item| Html::element("li", "", item)).collect();
    if items.is_empty() { items } else { Html::element("ul", "", items) }
}

/// What folds out.
pub(super) fn fold(open: bool, summary: impl Into<Html>, inside: Html) -> Html {
    let open = if open { " open" } else { "" };
    let summary = Html::element("summary", "", summary);
    Html(format!("<details{open}>{}{}</details>", summary.0, inside.0))
}

/// A heading with what is below it; none where nothing is.
pub(super) fn part(heading: &'static str, inside: Html) -> Html {
    if inside.is_empty() { inside } else { Html::element("h3", "", heading).then(inside) }
}

/// How good something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Good,
    Warn,
    Bad,
    Plain,
}

impl Tone {
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Plain => "plain",
        }
    }
}

/// A word that is seen from afar. Its sign says the same without colour.
pub(super) fn badge(tone: Tone, word: impl Into<Html>) -> Html {
    let sign = match tone {
        Tone::Good => "✔ ",
        Tone::Warn => "! ",
        Tone::Bad => "✘ ",
        Tone::Plain => "",
    };
    let class = match tone {
        Tone::Good => "badge good",
        Tone::Warn => "badge warn",
        Tone::Bad => "badge bad",
        Tone::Plain => "badge",
    };
    Html::element("span", class, Html::from(sign).then(word))
}

/// Code, such as a name or a field.
pub(super) fn code(text: &str) -> Html {
    Html::element("code", "", text)
}

/// A box of a picture, `width` wide, with a line of text or two.
pub(super) fn boxed((x, y, width): (usize, usize, usize), tone: Tone, first: &str, second: &str) -> Html {
    let most = width / 8;
    let cut = |text: &str| -> String {
        let text = sanitize(text);
        if text.chars().count() <= most { text } else { text.chars().take(most - 1).chain(['…']).collect() }
    };
    let mut drawn = String::new();
    let (first, second) = (escaped(&cut(first)), escaped(&cut(second)));
    let (text, below) = (x + 10, y + 34);
    // Writing to a string does not fail.
    let _ = write!(
        drawn,
        "<g class=\"{}\"><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"42\" rx=\"6\"/>\
         <text x=\"{text}\" y=\"{}\">{first}</text><text class=\"small\" x=\"{text}\" y=\"{below}\">{second}</text></g>",
        tone.class(),
        y + 18,
    );
    Html(drawn)
}

/// An arrow of a picture.
pub(super) fn arrow(from: (usize, usize), to: (usize, usize)) -> Html {
    let middle = usize::midpoint(from.0, to.0);
    Html(format!("<path d=\"M{} {} C{middle} {} {middle} {} {} {}\"/>", from.0, from.1, from.1, to.1, to.0, to.1))
}

/// A picture of this size, with what it shows in words for those who do not see it.
pub(super) fn picture((width, height): (usize, usize), words: &'static str, inside: Html) -> Html {
    Html(format!(
        "<div class=\"wide\"><svg role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\">{}</svg></div>",
        escaped(words),
        inside.0
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_outside_is_text() {
        let hostile = "</td><script>alert(1)</script>\" onload='x' &amp; \u{1b}[31m\u{202e}";
        let shown = table(&["A"], vec![vec![hostile.into()]])
            .then(fold(false, hostile, lines(&format!("{hostile}\n{hostile}"))))
            .then(list([code(hostile)]))
            .then(badge(Tone::Bad, hostile))
            .then(boxed((0, 0, 4000), Tone::Warn, hostile, hostile))
            .into_string();
        assert_eq!(shown.matches("&lt;script&gt;").count(), 8, "{shown}");
        for part in ["<script", "\" onload", "'x'", "\u{1b}", "\u{202e}"] {
            assert!(!shown.contains(part), "{part}: {shown}");
        }
        assert!(shown.contains("&amp;amp;") && shown.contains("\\u{1b}[31m\\u{202e}"), "{shown}");
    }

    #[test]
    fn what_is_empty_is_not_there() {
        assert!(table(&["A"], Vec::new()).is_empty() && list([]).is_empty() && part("A", Html::default()).is_empty());
    }
}
