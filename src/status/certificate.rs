//! When certificates begin and end: read from PEM, as far as that takes, without judging anything else about them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

/// A moment in seconds since 1970.
type Seconds = i64;

/// The ends of all certificates of a PEM text, in its order; those that cannot be read are left out.
pub fn ends(pem: &str) -> Vec<Seconds> {
    blocks(pem).filter_map(|der| not_after(&der)).collect()
}

/// Since when the roots of a PEM text, a mesh's bundle, are its roots: the oldest tells, as what trusts that one trusts
/// the bundle. None where none of them is self-signed. A root that istiod makes begins at that moment
/// (`genCertTemplateFromOptions` of Istio's PKI); what it dates back for clocks that differ is the certificate of a workload.
pub fn rooted_since(pem: &str) -> Option<Seconds> {
    let since = |der: Vec<u8>| {
        let fields = Fields::of(&der)?;
        let (begins, _) = fields.validity()?;
        (fields.issuer == fields.subject).then_some(begins)
    };
    blocks(pem).filter_map(since).min()
}

/// The certificates of a PEM text, each as its bytes.
pub fn blocks(pem: &str) -> impl Iterator<Item = Vec<u8>> {
    pem.split("-----BEGIN CERTIFICATE-----").skip(1).filter_map(|rest| {
        let body = rest.split("-----END").next()?;
        let body: String = body.chars().filter(|c| !c.is_whitespace()).collect();
        STANDARD.decode(body).ok()
    })
}

/// One value of DER: its tag, its content, and what comes after it.
fn value(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    let length = if first < 0x80 {
        usize::from(first)
    } else {
        let bytes = usize::from(first & 0x7f);
        if bytes == 0 || bytes > 4 || bytes > rest.len() {
            return None;
        }
        let (length, after) = rest.split_at(bytes);
        rest = after;
        length.iter().fold(0, |sum, &byte| (sum << 8) | usize::from(byte))
    };
    (length <= rest.len()).then(|| (tag, &rest[..length], &rest[length..]))
}

/// Certificate → TBSCertificate → [version], serialNumber, signature, issuer, validity, subject (RFC 5280, 4.1).
struct Fields<'a> {
    issuer: &'a [u8],
    validity: &'a [u8],
    subject: &'a [u8],
}

impl<'a> Fields<'a> {
    fn of(der: &'a [u8]) -> Option<Self> {
        let (_, certificate, _) = value(der)?;
        let (_, mut fields, _) = value(certificate)?;
        let (tag, _, after) = value(fields)?;
        if tag == 0xa0 {
            fields = after;
        }
        for _ in 0..2 {
            (_, _, fields) = value(fields)?;
        }
        let (_, issuer, rest) = value(fields)?;
        let (_, validity, rest) = value(rest)?;
        let subject = value(rest).map_or(&[][..], |(_, subject, _)| subject);
        Some(Self { issuer, validity, subject })
    }

    /// The first moment, and the last.
    fn validity(&self) -> Option<(Seconds, Seconds)> {
        let (tag, begins, rest) = value(self.validity)?;
        let (last_tag, ends, _) = value(rest)?;
        Some((moment(tag, begins)?, moment(last_tag, ends)?))
    }
}

fn not_after(der: &[u8]) -> Option<Seconds> {
    Fields::of(der)?.validity().map(|(_, ends)| ends)
}

fn moment(tag: u8, time: &[u8]) -> Option<Seconds> {
    let time = std::str::from_utf8(time).ok()?;
    // UTCTime has two digits of a year, those from 50 on of the last century; GeneralizedTime has four.
    let time = match tag {
        0x17 => format!("{}{time}", if time.get(..2)? >= "50" { "19" } else { "20" }),
        0x18 => time.to_owned(),
        _ => return None,
    };
    let part = |range: std::ops::Range<usize>| time.get(range);
    let text = format!(
        "{}-{}-{}T{}:{}:{}Z",
        part(0..4)?,
        part(4..6)?,
        part(6..8)?,
        part(8..10)?,
        part(10..12)?,
        part(12..14)?
    );
    Some(text.parse::<Timestamp>().ok()?.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A certificate of nothing but what is read of it.
    fn certificate(tag: u8, time: &[u8], version: bool) -> Vec<u8> {
        let wrap = |tag: u8, content: &[u8]| {
            let length = u8::try_from(content.len()).unwrap_or_default();
            [&[tag, 0x81, length], content].concat()
        };
        let start = wrap(0x17, b"250101000000Z");
        let validity = wrap(0x30, &[start, wrap(tag, time)].concat());
        let version = if version { wrap(0xa0, &[2, 1, 2]) } else { Vec::new() };
        let fields = [version, wrap(2, &[1]), wrap(0x30, &[]), wrap(0x30, &[]), validity].concat();
        wrap(0x30, &wrap(0x30, &fields))
    }

    #[test]
    fn the_end_is_found() {
        let table = [
            (0x17, &b"300101000000Z"[..], Some(1_893_456_000)),
            (0x17, b"500101000000Z", Some(-631_152_000)),
            (0x18, b"20300101000000Z", Some(1_893_456_000)),
            (0x17, b"30", None),
            (0x02, b"300101000000Z", None),
        ];
        for (tag, time, end) in table {
            assert_eq!(not_after(&certificate(tag, time, true)), end, "{time:?}");
            assert_eq!(not_after(&certificate(tag, time, false)), end, "{time:?}");
        }
    }

    #[test]
    fn what_is_no_certificate_has_no_end() {
        let whole = certificate(0x17, b"300101000000Z", true);
        for length in 0..whole.len() {
            assert_eq!(not_after(&whole[..length]), None, "{length}");
        }
        assert!(ends("-----BEGIN CERTIFICATE-----\n%%\n-----END CERTIFICATE-----").is_empty());
        assert!(ends("").is_empty());
    }

    #[test]
    fn a_root_is_a_meshs_since_it_was_made() {
        let wrap = |tag: u8, content: &[u8]| {
            let length = u8::try_from(content.len()).unwrap_or_default();
            [&[tag, 0x81, length], content].concat()
        };
        let name = |kinds: &[u8]| {
            let one = |kind: &u8| wrap(0x31, &wrap(0x30, &[wrap(6, &[0x55, 4, *kind]), wrap(12, b"x")].concat()));
            wrap(0x30, &kinds.iter().flat_map(one).collect::<Vec<u8>>())
        };
        let root = |issuer: &[u8], subject: &[u8], year: &str| {
            let begins = wrap(0x17, format!("{year}0101000000Z").as_bytes());
            let validity = wrap(0x30, &[begins, wrap(0x17, b"400101000000Z")].concat());
            let fields = [wrap(2, &[1]), wrap(0x30, &[]), name(issuer), validity, name(subject)].concat();
            let body = STANDARD.encode(wrap(0x30, &wrap(0x30, &fields)));
            format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
        };
        let (organization, common) = ([10], [10, 3]);
        let young = 1_577_836_800;
        assert_eq!(rooted_since(&root(&organization, &organization, "20")), Some(young));
        assert_eq!(rooted_since(&root(&common, &common, "20")), Some(young));
        assert_eq!(rooted_since(&root(&organization, &common, "20")), None);
        let both = root(&common, &common, "20") + &root(&common, &common, "70");
        assert_eq!(rooted_since(&both), Some(0));
        assert_eq!(rooted_since(""), None);
    }
}
