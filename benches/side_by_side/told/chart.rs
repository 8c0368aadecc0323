//! Bars as SVG: plain, with their figures as text, for light and for dark pages.

use std::fmt::Write as _;

/// Widths: of the names at the left, of the longest bar, of what is said behind it.
const NAMES: f64 = 235.0;
const BARS: f64 = 430.0;
const SAID: f64 = 165.0;
/// Heights: of a bar with the space below it, of the bar, of the space below a group, of the title.
const STEP: f64 = 20.0;
const BAR: f64 = 15.0;
const GAP: f64 = 10.0;
const HEAD: f64 = 52.0;
/// From this ratio of the longest to the shortest bar on, lengths are logarithms.
const WIDE: f64 = 10.0;

const STYLE: &str = "text { font: 13px system-ui, sans-serif; fill: #1f2328 } .title { font-weight: 600 } .faint { fill: #59636e; font-size: 11px } \
.ground { fill: #ffffff } .line { stroke: #d1d9e0 } .own { fill: #1a7f37 } .other { fill: #9198a1 }\n\
@media (prefers-color-scheme: dark) { text { fill: #f0f6fc } .faint { fill: #9198a1 } .ground { fill: #0d1117 } .line { stroke: #3d444d } \
.own { fill: #3fb950 } .other { fill: #656c76 } }";

/// A chart: a title, and groups of bars, each of somebody with a figure above zero.
pub(super) struct Chart<'a> {
    pub(super) title: String,
    pub(super) groups: Vec<(String, Vec<(&'a str, f64)>)>,
    /// How a figure is written.
    pub(super) text: fn(f64) -> String,
    /// Whose bars stand out.
    pub(super) own: &'a str,
}

/// Where the bars begin and end, and whether lengths between are logarithms.
struct Scale {
    from: f64,
    to: f64,
    is_log: bool,
}

impl Scale {
    fn of(values: impl Iterator<Item = f64> + Clone) -> Self {
        let most = values.clone().fold(f64::MIN_POSITIVE, f64::max);
        let least = values.fold(most, f64::min);
        if most / least < WIDE {
            return Self { from: 0.0, to: most, is_log: false };
        }
        // A bar of the least figure has to be seen: it begins a third of a decade before, at a whole decade.
        Self { from: 10f64.powf((least.log10() - 0.3).floor()), to: most, is_log: true }
    }

    fn length(&self, value: f64) -> f64 {
        let part = if self.is_log {
            (value / self.from).log10() / (self.to / self.from).log10()
        } else {
            (value - self.from) / (self.to - self.from)
        };
        (part * BARS).max(1.0)
    }

    /// The decades within a logarithmic scale.
    fn decades(&self) -> impl Iterator<Item = f64> {
        let whole = |end: f64| if self.is_log { end.log10() } else { 0.0 };
        let (first, last) = (whole(self.from).round() as i32, whole(self.to).floor() as i32);
        (first..=last).filter(|_| self.is_log).map(|power| 10f64.powi(power))
    }
}

impl Chart<'_> {
    /// The file.
    pub(super) fn svg(&self) -> String {
        let scale = Scale::of(self.groups.iter().flat_map(|(_, bars)| bars).map(|(_, value)| *value));
        let bars: usize = self.groups.iter().map(|(_, bars)| bars.len()).sum();
        let height = HEAD + bars as f64 * STEP + self.groups.len() as f64 * GAP;
        let width = NAMES + BARS + SAID;
        let kind = if scale.is_log { "logarithmic scale" } else { "linear scale" };
        let title = format!("{}, {kind}", self.title);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
             role=\"img\" aria-labelledby=\"t\">\n<title id=\"t\">{title}</title>\n<style>\n{STYLE}\n</style>\n\
             <rect class=\"ground\" width=\"{width}\" height=\"{height}\"/>\n<text class=\"title\" x=\"8\" y=\"20\">{title}</text>\n"
        );
        for decade in scale.decades() {
            let x = NAMES + if decade > scale.from { scale.length(decade) } else { 0.0 };
            let _ = writeln!(
                svg,
                "<line class=\"line\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{HEAD}\" y2=\"{height}\"/>\
                 <text class=\"faint\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                HEAD - 6.0,
                (self.text)(decade)
            );
        }
        let mut y = HEAD + GAP / 2.0;
        for (name, bars) in &self.groups {
            let _ = writeln!(
                svg,
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{name}</text>",
                NAMES - 10.0,
                y + BAR - 3.0
            );
            for (who, value) in bars {
                let length = scale.length(*value);
                let class = if *who == self.own { "own" } else { "other" };
                let _ = writeln!(
                    svg,
                    "<rect class=\"{class}\" x=\"{NAMES}\" y=\"{y:.1}\" width=\"{length:.1}\" height=\"{BAR}\"/>\
                     <text x=\"{:.1}\" y=\"{:.1}\">{who} {}</text>",
                    NAMES + length + 6.0,
                    y + BAR - 3.0,
                    (self.text)(*value)
                );
                y += STEP;
            }
            y += GAP;
        }
        svg + "</svg>\n"
    }
}
