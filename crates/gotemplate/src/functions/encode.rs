//! sprig: base64, base32, digests, JSON.

use super::{
    Arity::Exactly,
    Outcome, Row,
    args::{any, text},
};
use crate::{
    exec::Context,
    value::Value,
    yaml::json::{Style, write_json},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use sha1::Digest;
use std::fmt::Write;

pub(super) const TABLE: &[Row] = &[
    ("b64enc", Exactly(1), |_, a| Ok(STANDARD.encode(text(a, 0)?.as_bytes()).into())),
    ("b64dec", Exactly(1), |_, a| Ok(from_base64(&text(a, 0)?).into())),
    ("b32enc", Exactly(1), |_, a| Ok(to_base32(text(a, 0)?.as_bytes()).into())),
    ("b32dec", Exactly(1), |_, a| Ok(from_base32(&text(a, 0)?).into())),
    ("sha1sum", Exactly(1), |_, a| Ok(hex(&sha1::Sha1::digest(text(a, 0)?.as_bytes())).into())),
    ("sha256sum", Exactly(1), |_, a| Ok(hex(&sha2::Sha256::digest(text(a, 0)?.as_bytes())).into())),
    ("sha512sum", Exactly(1), |_, a| Ok(hex(&sha2::Sha512::digest(text(a, 0)?.as_bytes())).into())),
    ("adler32sum", Exactly(1), |_, a| Ok(adler32(text(a, 0)?.as_bytes()).to_string().into())),
    ("toJson", Exactly(1), |c, a| lenient(to_json(c, a, Style::Compact))),
    ("mustToJson", Exactly(1), |c, a| to_json(c, a, Style::Compact)),
    ("toRawJson", Exactly(1), |c, a| to_json(c, a, Style::Raw)),
    ("mustToRawJson", Exactly(1), |c, a| to_json(c, a, Style::Raw)),
    ("toPrettyJson", Exactly(1), |c, a| lenient(to_json(c, a, Style::Pretty))),
    ("mustToPrettyJson", Exactly(1), |c, a| to_json(c, a, Style::Pretty)),
    ("fromJson", Exactly(1), |_, a| Ok(from_json(&text(a, 0)?).unwrap_or_default())),
    ("mustFromJson", Exactly(1), |_, a| Ok(from_json(&text(a, 0)?)?)),
];

fn to_json(context: &Context<'_>, args: &[Value], style: Style) -> Outcome {
    Ok(write_json(any(args, 0), style, context.max_bytes())?.into())
}

/// What cannot be written is empty text.
fn lenient(outcome: Outcome) -> Outcome {
    Ok(outcome.unwrap_or_else(|_| "".into()))
}

/// Numbers become floats, as in Go.
pub(super) fn from_json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map(|json| Value::from_json_floats(&json)).map_err(|e| e.to_string())
}

fn from_base64(text: &str) -> String {
    let compact: String = text.chars().filter(|c| !matches!(c, '\n' | '\r')).collect();
    match STANDARD.decode(compact) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(_) => format!("illegal base64 data at input byte {}", bad_base64(text)),
    }
}

/// The first byte Go's decoder would name.
fn bad_base64(text: &str) -> usize {
    let is_data = |b: u8| b.is_ascii_alphanumeric() || b == b'+' || b == b'/';
    let bytes = text.as_bytes();
    let end = bytes.iter().position(|b| !is_data(*b) && !matches!(b, b'\n' | b'\r'));
    match end {
        None => bytes.len() - bytes.len() % 4,
        Some(i) => i,
    }
}

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn to_base32(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for chunk in bytes.chunks(5) {
        let mut group = [0_u8; 8];
        for (slot, byte) in group.iter_mut().skip(3).zip(chunk) {
            *slot = *byte;
        }
        let bits = u64::from_be_bytes(group);
        let letters = (chunk.len() * 8).div_ceil(5);
        for i in 0..8 {
            let index = usize::try_from(bits >> (35 - 5 * i) & 31).unwrap_or(0);
            let letter = BASE32.get(index).copied().unwrap_or(b'=');
            out.push(char::from(if i < letters { letter } else { b'=' }));
        }
    }
    out
}

fn from_base32(text: &str) -> String {
    let mut bits = 0_u64;
    let mut held = 0;
    let mut out = Vec::new();
    let data = text.trim_end_matches('=');
    for (i, b) in data.bytes().enumerate() {
        if matches!(b, b'\n' | b'\r') {
            continue;
        }
        let Some(value) = BASE32.iter().position(|x| *x == b) else {
            return format!("illegal base32 data at input byte {i}");
        };
        bits = bits << 5 | value as u64;
        held += 5;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held & 0xff) as u8);
        }
    }
    if !text.len().is_multiple_of(8) {
        return format!("illegal base32 data at input byte {}", text.len());
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn adler32(bytes: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in bytes {
        a = (a + u32::from(*byte)) % MODULUS;
        b = (b + a) % MODULUS;
    }
    b << 16 | a
}

fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for b in bytes {
        _ = write!(out, "{b:02x}");
    }
    out
}
