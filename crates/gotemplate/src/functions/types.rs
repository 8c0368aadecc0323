//! sprig: what a value is.

use super::{
    Arity::Exactly,
    Row,
    args::{any, text},
};

pub(super) const TABLE: &[Row] = &[
    ("typeOf", Exactly(1), |_, a| Ok(any(a, 0).type_name().into())),
    ("typeIs", Exactly(2), |_, a| Ok((*text(a, 0)? == *any(a, 1).type_name()).into())),
    ("typeIsLike", Exactly(2), |_, a| {
        let (wanted, found) = (text(a, 0)?, any(a, 1).type_name());
        Ok((*wanted == *found || format!("*{wanted}") == found).into())
    }),
    ("kindOf", Exactly(1), |_, a| Ok(any(a, 0).kind().into())),
    ("kindIs", Exactly(2), |_, a| Ok((*text(a, 0)? == *any(a, 1).kind()).into())),
    ("deepEqual", Exactly(2), |_, a| Ok(any(a, 0).deep_equal(any(a, 1))?.into())),
];
