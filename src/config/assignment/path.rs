//! The path of a `--set`.

use std::fmt;

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SetStep {
    /// To a key of a map.
    Key(String),
    /// To an element of a list; -1 is the one after the last.
    Index(i64),
    /// To the element of a list that is a map with this key and string.
    Match(String, String),
}

impl SetStep {
    /// Steps as a path.
    pub(crate) fn join(steps: &[Self]) -> String {
        let mut path = String::new();
        for step in steps {
            if !path.is_empty() && matches!(step, Self::Key(_)) {
                path.push('.');
            }
            path.push_str(&step.to_string());
        }
        path
    }
}

impl fmt::Display for SetStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => f.write_str(&key.replace('.', "\\.")),
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Match(key, value) => write!(f, "[{key}:{value}]"),
        }
    }
}

/// Where the path of `path=value` ends: the first `=` that is not in brackets, or the very first where a bracket is open.
pub(super) fn end(raw: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let outside = raw.bytes().position(|byte| {
        match byte {
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        byte == b'=' && depth == 0
    });
    outside.or_else(|| raw.find('='))
}

/// The most steps of a path: settings are some ten deep, and what is much deeper no document can hold.
const MAX_STEPS: usize = 100;

/// The steps of a path; what is wrong with it where it has none.
pub(crate) fn parse(path: &str) -> Result<Vec<SetStep>, String> {
    let mut steps = Vec::new();
    let mut key = String::new();
    let mut rest = path.chars().peekable();
    while let Some(char) = rest.next() {
        match char {
            // A backslash before anything but a dot is itself, as in Windows paths.
            '\\' if rest.peek() == Some(&'.') => key.extend(rest.next()),
            '.' => flush(&mut key, &mut steps),
            '[' => {
                flush(&mut key, &mut steps);
                let selector: String = rest.by_ref().take_while(|char| *char != ']').collect();
                steps.push(select(&selector)?);
                if !path.contains(']') {
                    return Err(format!("`[{selector}` is not closed"));
                }
                if rest.peek().is_some_and(|next| !matches!(next, '.' | '[')) {
                    return Err(format!("after `[{selector}]` a `.` or the end is wanted"));
                }
            }
            other => key.push(other),
        }
    }
    flush(&mut key, &mut steps);
    if steps.len() > MAX_STEPS {
        return Err(format!("the path has {} steps; at most {MAX_STEPS} are taken", steps.len()));
    }
    match steps.first() {
        None => Err("the path is empty".to_owned()),
        Some(SetStep::Key(_)) => Ok(steps),
        Some(step) => Err(format!("the path begins with {step}, not with a key")),
    }
}

fn flush(key: &mut String, steps: &mut Vec<SetStep>) {
    // Empty keys are skipped: `a..b` and `.a.b.` are `a.b`.
    if !key.is_empty() {
        steps.push(SetStep::Key(std::mem::take(key)));
    }
}

fn select(selector: &str) -> Result<SetStep, String> {
    if let Some((key, value)) = selector.split_once(':') {
        return Ok(SetStep::Match(key.replace("\\.", "."), value.replace("\\.", ".")));
    }
    match selector.parse() {
        Ok(index) if index >= -1 => Ok(SetStep::Index(index)),
        Ok(index) => Err(format!("[{index}] is out of range")),
        Err(_) => Err(format!("[{selector}] is neither an index nor key:value")),
    }
}
