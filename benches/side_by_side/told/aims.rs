//! What mesh is to reach, and by how much it does.

use super::{BARE, Figure, ISTIOCTL, MESH, Report, Row, Work};

enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

/// An aim, and what was measured for it; `None` where nothing was.
pub(super) struct Aim {
    what: &'static str,
    bound: Bound,
    unit: &'static str,
    measured: Option<f64>,
}

impl Aim {
    /// The cells of its row: what, wanted, measured, by how much.
    pub(super) fn cells(&self) -> [String; 4] {
        let (wanted, word) = match self.bound {
            Bound::AtLeast(wanted) => (wanted, "at least"),
            Bound::AtMost(wanted) => (wanted, "at most"),
        };
        let (measured, judged) = match self.measured {
            None => ("-".to_owned(), "not measured".to_owned()),
            Some(measured) => {
                let met = match self.bound {
                    Bound::AtLeast(wanted) => measured >= wanted,
                    Bound::AtMost(wanted) => measured <= wanted,
                };
                let percent = (measured / wanted - 1.0).abs() * 100.0;
                let judged = format!("{} by {percent:.0} %", if met { "met" } else { "**missed**" });
                (format!("{}{}", decimals(measured), self.unit), judged)
            }
        };
        [self.what.to_owned(), format!("{word} {wanted}{}", self.unit), measured, judged]
    }
}

/// As many decimals as three digits have.
fn decimals(value: f64) -> String {
    match value {
        value if value < 9.995 => format!("{value:.2}"),
        value if value < 99.95 => format!("{value:.1}"),
        value => format!("{value:.0}"),
    }
}

/// All aims. Where several rows are of one aim, the worst of them counts.
pub(super) fn aims(report: &Report) -> Vec<Aim> {
    let of = |work: Work| report.rows.iter().filter(move |row| row.work == work && row.drawn);
    let faster = |work| least(of(work).filter_map(|row| row.ratio(Figure::Time, ISTIOCTL, MESH)));
    let slower = |work| most(of(work).filter_map(|row| row.ratio(Figure::Time, MESH, BARE)));
    let smaller = least(of(Work::Start).filter_map(|row| row.ratio(Figure::Memory, ISTIOCTL, MESH)));
    let generate = most(of(Work::Generate).filter_map(|row| row.median(MESH, Figure::Memory)));
    let flat = most(of(Work::Inject).filter_map(|row| grown(report, row)));
    let times = |what, bound, measured| Aim { what, bound, unit: "x", measured };
    vec![
        times("start: istioctl's time to that of mesh", Bound::AtLeast(25.0), faster(Work::Start)),
        times("start: istioctl's peak memory to that of mesh", Bound::AtLeast(10.0), smaller),
        times("generate, worst profile: istioctl's time to that of mesh", Bound::AtLeast(40.0), faster(Work::Generate)),
        Aim {
            what: "generate, worst profile: peak memory",
            bound: Bound::AtMost(16.0),
            unit: " MiB",
            measured: generate,
        },
        times("install: time to that of bare requests and a watch", Bound::AtMost(1.4), slower(Work::Install)),
        times("install again: istioctl's time to that of mesh", Bound::AtLeast(15.0), faster(Work::Again)),
        times("inject, the worse of both: istioctl's time to that of mesh", Bound::AtLeast(40.0), faster(Work::Inject)),
        times("inject: peak memory of ten times as many to that of one", Bound::AtMost(1.1), flat),
        times("uninstall: time to that of its slowest namespace", Bound::AtMost(1.1), slower(Work::Uninstall)),
    ]
}

/// How many times the memory mesh takes for ten times the work.
fn grown(report: &Report, row: &Row) -> Option<f64> {
    super::growth::grown(report, row, MESH, Figure::Memory)
}

fn least(values: impl Iterator<Item = f64>) -> Option<f64> {
    values.reduce(f64::min)
}

fn most(values: impl Iterator<Item = f64>) -> Option<f64> {
    values.reduce(f64::max)
}
