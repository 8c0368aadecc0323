//! Waves: which clusters go together, and what comes before what.

use std::time::Duration;

/// How many clusters at a time: a number, or a part of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// So many.
    Number(usize),
    /// So many of a hundred, rounded down as for the `maxUnavailable` of a Deployment, and at least one.
    Percent(usize),
}

impl Share {
    /// Reads `3` or `25%`.
    ///
    /// # Errors
    /// A sentence that says what it has to be.
    pub fn read(text: &str) -> Result<Self, String> {
        let number = |digits: &str| digits.parse().ok().filter(|number| *number > 0);
        match text.strip_suffix('%') {
            Some(part) => number(part).filter(|part| *part <= 100).map(Self::Percent),
            None => number(text).map(Self::Number),
        }
        .ok_or_else(|| format!("`{text}` is neither a number from 1 on nor a part from 1% to 100%"))
    }

    fn of(self, all: usize) -> usize {
        match self {
            Self::Number(number) => number,
            Self::Percent(part) => (all * part / 100).max(1),
        }
    }
}

/// The order in which clusters have their turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// One wave after the other; each is complete and well before the next begins.
    pub waves: Vec<Vec<usize>>,
    /// How long is waited between two waves.
    pub pause: Duration,
    /// Whether clusters begin also after one has failed.
    pub keeps_going: bool,
    /// Whether they are changed: then what has begun is brought to its end also after an interruption.
    pub changes: bool,
}

impl Order {
    /// All of `count` clusters side by side, whatever comes of each: for commands that only look.
    pub fn at_once(count: usize) -> Self {
        Self { waves: vec![(0..count).collect()], pause: Duration::ZERO, keeps_going: true, changes: false }
    }

    /// `first` as a wave of its own, then the rest of `count` clusters, at most `share` of all at a time.
    pub fn in_waves(count: usize, first: &[usize], share: Option<Share>, pause: Duration, keeps_going: bool) -> Self {
        let size = share.map_or(count, |share| share.of(count)).max(1);
        let rest: Vec<usize> = (0..count).filter(|place| !first.contains(place)).collect();
        let waves = first.chunks(size).chain(rest.chunks(size)).map(<[usize]>::to_vec).collect();
        Self { waves, pause, keeps_going, changes: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_come_first_and_no_more_than_a_share_at_a_time() {
        let waves = |count, first: &[usize], share| Order::in_waves(count, first, share, Duration::ZERO, false).waves;
        let all = |count: usize| (0..count).collect::<Vec<_>>();
        assert_eq!(waves(4, &[], None), [all(4)]);
        assert_eq!(waves(4, &[2], None), [vec![2], vec![0, 1, 3]]);
        assert_eq!(waves(5, &[4, 0], Some(Share::Number(2))), [vec![4, 0], vec![1, 2], vec![3]]);
        assert_eq!(waves(5, &[1], Some(Share::Percent(50))), [vec![1], vec![0, 2], vec![3, 4]]);
        assert_eq!(waves(3, &[], Some(Share::Percent(1))), [vec![0], vec![1], vec![2]]);
        assert_eq!(waves(2, &[], Some(Share::Number(9))), [all(2)]);
    }

    #[test]
    fn shares_are_read() {
        let table = [
            ("3", Some(Share::Number(3))),
            ("25%", Some(Share::Percent(25))),
            ("100%", Some(Share::Percent(100))),
            ("0", None),
            ("0%", None),
            ("101%", None),
            ("-1", None),
            ("%", None),
            ("", None),
        ];
        for (text, wanted) in table {
            assert_eq!(Share::read(text).ok(), wanted, "{text}");
        }
    }
}
