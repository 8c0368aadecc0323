//! Go's answers. A thread has a program of its own, as long as it runs; where there is no Go nothing is compared, and the tests
//! say so.

#[path = "../../../crates/gotemplate/tests/it/oracle.rs"]
mod oracle;

use std::cell::RefCell;
use std::sync::OnceLock;

use serde_json::Value;

use oracle::Oracle;
pub(crate) use oracle::{Answer, Question};

/// Where its source is, from the manifest of this crate.
const GO: &str = "../../crates/gotemplate/tests/go";

static WHY_NOT: OnceLock<String> = OnceLock::new();

thread_local! {
    static PROGRAM: RefCell<Option<Oracle>> = const { RefCell::new(None) };
}

/// Why nothing is compared with Go; none where it was, or nobody has asked.
pub fn skipped() -> Option<&'static str> {
    WHY_NOT.get().map(String::as_str)
}

/// Go's answer; none where there is no Go here, or it would take too long.
pub(crate) fn ask(question: &Question) -> Option<Answer> {
    if WHY_NOT.get().is_some() {
        return None;
    }
    PROGRAM.with_borrow_mut(|go| {
        if go.is_none() {
            *go = Oracle::start().map_err(|why| WHY_NOT.set(why)).ok();
        }
        let answer = go.as_mut()?.ask(question);
        // It has ended: by itself, as an answer did not come, or because something broke it.
        if answer.as_ref().is_ok_and(|answer| answer.none) || answer.is_err() {
            *go = None;
        }
        answer.ok().filter(|answer| !answer.none)
    })
}

/// What Go reads of one YAML document: none where it is not compared, an error where Go refuses it.
pub(crate) fn yaml(text: &str) -> Option<Result<Value, String>> {
    let mode = "yaml".to_owned();
    let answer = ask(&Question { mode, missing: String::new(), data: Value::Null, template: text.to_owned() })?;
    if !answer.error.is_empty() {
        return Some(Err(answer.error));
    }
    Some(serde_json::from_str(&answer.out).map_err(|error| error.to_string()))
}
