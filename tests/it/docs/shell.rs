//! What a line of shell runs, as far as documentation needs it: words, quotes, pipes, redirections and comments.

use std::ffi::OsString;

use mesh::cli::{self, Unparsed};

/// A piece of a line.
#[derive(Debug, PartialEq)]
enum Token {
    Word(String),
    /// `|`, `&&`, `;` and the like: another command begins.
    Next,
    /// `>`, `>>`, `<`: the word after it is a file.
    Redirection,
}

/// The arguments of every `mesh` that `line` runs, `mesh` first.
pub(crate) fn mesh_commands(line: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut tokens = tokens(line).into_iter();
    while let Some(token) = tokens.next() {
        match token {
            Token::Next => commands.push(Vec::new()),
            Token::Redirection => {
                tokens.next();
            }
            Token::Word(word) => commands.last_mut().expect("never empty").push(word),
        }
    }
    let is_assignment = |word: &String| {
        word.split_once('=').is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
    };
    commands
        .into_iter()
        .map(|words| words.into_iter().skip_while(is_assignment).collect::<Vec<_>>())
        .filter(|words| words.first().is_some_and(|word| word == "mesh"))
        .collect()
}

/// Why the command line does not take `args`; none where it does.
pub(crate) fn misunderstood(args: &[String]) -> Option<String> {
    match cli::parse(&args.iter().map(OsString::from).collect::<Vec<_>>()) {
        Ok(_) => None,
        Err(Unparsed::Asked { .. }) => None,
        Err(Unparsed::Wrong(error)) => Some(format!("`{}`: {error}", args.join(" "))),
    }
}

fn tokens(line: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (Some(_), _) => word.get_or_insert_default().push(character),
            (None, '\'' | '"') => {
                word.get_or_insert_default();
                quote = Some(character);
            }
            (None, '\\') => word.get_or_insert_default().extend(characters.next()),
            (None, '#') if word.is_none() => break,
            (None, _) if character.is_whitespace() => tokens.extend(word.take().map(Token::Word)),
            (None, '|' | '&' | ';' | '>' | '<') => {
                // The number before it is a stream, as in `2>`.
                let stream = word.take().filter(|word| !matches!(character, '>' | '<') || word.parse::<u8>().is_err());
                tokens.extend(stream.map(Token::Word));
                while characters.next_if_eq(&character).is_some() {}
                // `>&1`: another stream is the file.
                let _ = matches!(character, '>' | '<') && characters.next_if_eq(&'&').is_some();
                tokens.push(if matches!(character, '>' | '<') { Token::Redirection } else { Token::Next });
            }
            (None, _) => word.get_or_insert_default().push(character),
        }
    }
    tokens.extend(word.map(Token::Word));
    tokens
}

#[test]
fn lines_are_read_as_a_shell_reads_them() {
    let table: &[(&str, &[&[&str]])] = &[
        ("mesh version --client", &[&["mesh", "version", "--client"]]),
        ("mesh version -o json | jq '.client | .mesh'", &[&["mesh", "version", "-o", "json"]]),
        ("curl -fsSL x | mesh install -f - 2>log # why", &[&["mesh", "install", "-f", "-"]]),
        (
            "KUBECONFIG=a mesh version && mesh completion zsh > \"${fpath[1]}/_mesh\"",
            &[&["mesh", "version"], &["mesh", "completion", "zsh"]],
        ),
        ("mesh install --set 'a.b={x, y}' -s c=\\\"", &[&["mesh", "install", "--set", "a.b={x, y}", "-s", "c=\""]]),
        ("mesh diff >a 2>&1 || code=$?", &[&["mesh", "diff"]]),
        ("kubectl get pods", &[]),
        ("# mesh version", &[]),
    ];
    for (line, commands) in table {
        assert_eq!(mesh_commands(line), *commands, "{line}");
    }
}
