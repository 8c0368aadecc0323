//! Equality of whole values.

use super::{MAX_NESTING, TOO_DEEP, Value};

impl Value {
    /// Go's `reflect.DeepEqual`: same kinds, same content. An int never equals a float.
    ///
    /// # Errors
    /// The values are nested too deeply.
    pub fn deep_equal(&self, other: &Value) -> Result<bool, String> {
        equal(self, other, 0)
    }
}

fn equal(a: &Value, b: &Value, depth: usize) -> Result<bool, String> {
    if depth > MAX_NESTING {
        return Err(TOO_DEEP.into());
    }
    Ok(match (a, b) {
        (Value::Nil, Value::Nil) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Float(a), Value::Float(b)) => a == b,
        (Value::Str(a), Value::Str(b)) => a == b,
        (Value::List(a), Value::List(b)) => {
            if a.len() != b.len() {
                return Ok(false);
            }
            for (a, b) in a.iter().zip(b.iter()) {
                if !equal(a, b, depth + 1)? {
                    return Ok(false);
                }
            }
            true
        }
        (Value::Map(a), Value::Map(b)) => {
            if a.same(b) {
                return Ok(true);
            }
            let (a, b) = (a.read(), b.read());
            if a.len() != b.len() {
                return Ok(false);
            }
            for ((ka, va), (kb, vb)) in a.iter().zip(b.iter()) {
                if ka != kb || !equal(va, vb, depth + 1)? {
                    return Ok(false);
                }
            }
            true
        }
        (Value::Object(o), other) | (other, Value::Object(o)) => match o.value() {
            Value::Nil | Value::Object(_) => false,
            plain => equal(&plain, other, depth + 1)?,
        },
        _ => false,
    })
}
