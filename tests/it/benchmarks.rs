//! The page of the benchmarks: what is made of given figures. Nothing is measured here.

#[path = "../../benches/side_by_side/told/mod.rs"]
#[allow(dead_code, reason = "the benchmark uses what is not told here")]
mod told;

use std::fs;
use std::path::Path;
use std::time::Duration;

use told::{BARE, ISTIOCTL, MESH, Report, Row, Took, Work};

fn took(milliseconds: u64, mebibytes: u64, requests: Option<usize>) -> Took {
    let wall = Duration::from_millis(milliseconds);
    Took { wall, cpu: wall / 2, peak: mebibytes * 1024, requests }
}

fn row(work: Work, what: &str, ten_times: Option<&str>) -> Row {
    Row { work, what: what.to_owned(), ten_times: ten_times.map(str::to_owned), drawn: true, by: Vec::new() }
}

/// Figures with a work that meets its aim, one that misses it, one that grows, and one that nobody else does.
fn report() -> Report {
    let mut report = Report {
        machine: "2 cores".to_owned(),
        tools: vec!["mesh 0.1.0".to_owned(), "istioctl 1.30.3".to_owned()],
        notes: vec!["helm: it is not on PATH".to_owned()],
        rows: Vec::new(),
    };
    let mut add = |like: Row, who, runs: &[Took]| runs.iter().for_each(|took| report.add(like.clone(), who, *took));
    add(row(Work::Start, "", None), MESH, &[took(9, 5, None), took(2, 7, None), took(2, 6, None)]);
    add(row(Work::Start, "", None), ISTIOCTL, &[took(62, 90, None)]);
    let (thousand, more) = (row(Work::Inject, "1,000", None), row(Work::Inject, "10,000", Some("1,000")));
    // One that asks nobody anything: ten times nothing is no factor.
    add(thousand.clone(), MESH, &[took(100, 20, Some(0))]);
    add(thousand, ISTIOCTL, &[took(3000, 90, None)]);
    add(more.clone(), MESH, &[took(1000, 30, Some(0))]);
    add(more, ISTIOCTL, &[took(36_000, 180, None)]);
    add(row(Work::Install, "demo", None), MESH, &[took(1400, 30, Some(70))]);
    add(row(Work::Install, "demo", None), BARE, &[took(1000, 25, Some(50))]);
    add(row(Work::Verify, "demo", None), MESH, &[took(60, 33, Some(40))]);
    report
}

const PAGE: &str = "\
On 2 cores, with mesh 0.1.0, istioctl 1.30.3.

Not measured:

- helm: it is not on PATH

### Aims

| what | wanted | measured |  |
|---|---|---|---|
| start: istioctl's time to that of mesh | at least 25x | 31.0x | met by 24 % |
| start: istioctl's peak memory to that of mesh | at least 10x | 15.0x | met by 50 % |
| generate, worst profile: istioctl's time to that of mesh | at least 40x | - | not measured |
| generate, worst profile: peak memory | at most 16 MiB | - | not measured |
| install: time to that of bare requests and a watch | at most 1.4x | 1.40x | met by 0 % |
| install again: istioctl's time to that of mesh | at least 15x | - | not measured |
| inject, the worse of both: istioctl's time to that of mesh | at least 40x | 30.0x | **missed** by 25 % |
| inject: peak memory of ten times as many to that of one | at most 1.1x | 1.50x | **missed** by 36 % |
| uninstall: time to that of its slowest namespace | at most 1.1x | - | not measured |

### Figures

![Time](benchmarks-time.svg)

![Peak memory](benchmarks-memory.svg)

![Requests to the API server](benchmarks-requests.svg)

![Time of ten times the work](benchmarks-growth.svg)

| work | who | runs | time | processor | peak memory | requests | time to that of mesh |
|---|---|---|---|---|---|---|---|
| start | mesh | 3 | 2.0 ms | 1.0 ms | 6.0 MiB | - |  |
|  | istioctl | 1 | 62.0 ms | 31.0 ms | 90.0 MiB | - | 31x |
| inject 1,000 | mesh | 1 | 100 ms | 50.0 ms | 20.0 MiB | 0 |  |
|  | istioctl | 1 | 3.00 s | 1.50 s | 90.0 MiB | - | 30x |
| inject 10,000 | mesh | 1 | 1.00 s | 500 ms | 30.0 MiB | 0 |  |
|  | istioctl | 1 | 36.00 s | 18.00 s | 180.0 MiB | - | 36x |
| install demo | mesh | 1 | 1.40 s | 700 ms | 30.0 MiB | 70 |  |
|  | bare | 1 | 1.00 s | 500 ms | 25.0 MiB | 50 | 0.7x |
| verify demo | mesh | 1 | 60.0 ms | 30.0 ms | 33.0 MiB | 40 |  |

### Ten times the work

What it takes, as a multiple of what a tenth of it takes.

| work | a tenth of it | who | time | processor | peak memory | requests |
|---|---|---|---|---|---|---|
| inject 10,000 | 1,000 | mesh | 10x | 10x | 1.5x | - |
|  |  | istioctl | 12x | 12x | 2.0x | - |
";

#[test]
fn figures_make_the_page() {
    let page = told::page(&report());
    let differs = page.lines().zip(PAGE.lines()).find(|(found, wanted)| found != wanted);
    assert_eq!(differs, None);
    assert_eq!(page, PAGE);
}

/// The length of each bar with what is said beside it.
fn bars(svg: &str) -> Vec<(f64, &str)> {
    let lines =
        svg.lines().filter(|line| line.starts_with("<rect class=\"own\"") || line.starts_with("<rect class=\"other\""));
    lines
        .map(|line| {
            let width = line.split_once("width=\"").and_then(|(_, rest)| rest.split_once('"')).expect("a width").0;
            let text = line.rsplit_once("\">").and_then(|(_, rest)| rest.split_once('<')).expect("a text").0;
            (width.parse().expect("a number"), text)
        })
        .collect()
}

#[test]
fn bars_are_as_long_as_their_figures() {
    let charts = told::charts(&report());
    let named = |name: &str| &charts.iter().find(|(file, _)| *file == name).expect("a chart").1;
    for (file, svg) in &charts {
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"), "{file}");
        assert!(svg.contains("@media (prefers-color-scheme: dark)"), "{file}");
    }
    // 50 and 70 requests stand on a line from zero, and so does a third figure.
    let requests = named("benchmarks-requests.svg");
    assert!(requests.contains("Requests to the API server, linear scale</title>"), "{requests}");
    let found = bars(requests);
    assert_eq!(found.iter().map(|(_, text)| *text).collect::<Vec<_>>(), ["mesh 70", "bare 50", "mesh 40"]);
    assert!((found[1].0 / found[0].0 - 50.0 / 70.0).abs() < 0.001, "{found:?}");
    // From 2 ms to 36 s: each bar is longer by the logarithm of what its figure is larger by.
    let time = named("benchmarks-time.svg");
    assert!(time.contains("Time, logarithmic scale</title>"), "{time}");
    let found = bars(time);
    let length = |text: &str| found.iter().find(|(_, said)| *said == text).unwrap_or_else(|| panic!("{found:?}")).0;
    let decade = length("mesh 1.00 s") - length("mesh 100 ms");
    let more = length("istioctl 36.00 s") - length("istioctl 3.00 s");
    assert!(decade > 10.0 && (more / decade - 12f64.log10()).abs() < 0.01, "{found:?}");
    assert!(found.iter().all(|(width, _)| *width > 10.0), "{found:?}");
}

/// A page that has lost its marks would be noticed after all runs.
#[test]
fn the_page_has_a_place_for_figures() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/benchmarks.md");
    let page = fs::read_to_string(path).expect("the page");
    let once = told::placed(&page, "figures\n").expect("both marks");
    assert!(once.contains("<!-- measured -->\nfigures\n<!-- until here -->\n"), "{once}");
    let (before, after) = page.split_once("<!-- measured -->").expect("the first mark");
    let after = after.split_once("<!-- until here -->").expect("the second mark").1;
    assert!(once.starts_with(before) && once.ends_with(after), "{once}");
    // Again, it takes the place of the figures before.
    assert_eq!(told::placed(&once, "figures\n").expect("both marks"), once);
    assert!(told::placed("no marks", "").is_err());
}
