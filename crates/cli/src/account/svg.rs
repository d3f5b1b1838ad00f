//! The same plots as SVG: for a report, a slide, or somebody who reads with a screen reader.
//!
//! Everything stands in the file itself: no font, style or script from anywhere.

use std::fmt::Write as _;

use kouan_terms::{Bilingual, Language};

use super::lines::persons;
use super::plot::Chart;
use crate::language::{Speech, words};

/// Measures of one plot, in user units.
const WIDTH: u64 = 760;
const HEIGHT: u64 = 340;
const LEFT: u64 = 110;
const RIGHT: u64 = 30;
const ABOVE: u64 = 60;
const BELOW: u64 = 50;

/// One plot with its words: what it shows, and what it says.
pub struct Panel {
    /// What is counted.
    pub title: Bilingual,
    /// What the lines say, as whole sentences.
    pub says: Vec<Bilingual>,
    /// The figures.
    pub chart: Chart,
}

/// The document: the plots below one another, with a title and a description of all of them.
pub fn document(title: &Bilingual, panels: &[Panel], speech: Speech) -> String {
    let speak = |text: &Bilingual| {
        let parts = speech.languages().iter().map(|one| text.in_language(*one));
        escaped(&parts.collect::<Vec<_>>().join(" · "))
    };
    let tongue = match speech {
        Speech::One(Language::En) => "en",
        Speech::One(Language::Zh) | Speech::Both => "zh",
    };
    let height = HEIGHT * panels.len().max(1) as u64;
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         width=\"{WIDTH}\" height=\"{height}\" xml:lang=\"{tongue}\" role=\"img\" \
         aria-labelledby=\"title desc\" font-family=\"sans-serif\" font-size=\"13\">"
    );
    let _ = writeln!(out, "<title id=\"title\">{}</title>", speak(title));
    let _ = writeln!(out, "<desc id=\"desc\">");
    for panel in panels {
        let _ = writeln!(out, "{}:", speak(&panel.title));
        for sentence in &panel.says {
            let _ = writeln!(out, "{};", speak(sentence));
        }
    }
    let _ = writeln!(out, "</desc>");
    let _ = writeln!(out, "<rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>");
    for (place, panel) in (0..).zip(panels) {
        let _ = writeln!(out, "<g transform=\"translate(0 {})\">", HEIGHT * place);
        let name = speak(&panel.title);
        let _ = writeln!(
            out,
            "<text x=\"{LEFT}\" y=\"24\" font-size=\"15\" font-weight=\"bold\">{name}</text>"
        );
        drawn(&mut out, &panel.chart);
        legend(&mut out, &speak);
        let _ = writeln!(out, "</g>");
    }
    out.push_str("</svg>\n");
    out
}

fn drawn(out: &mut String, chart: &Chart) {
    let (bottom, end) = (HEIGHT - BELOW, WIDTH - RIGHT);
    let x = |day: usize| {
        let last = chart.days.saturating_sub(1).max(1) as u64;
        LEFT + (end - LEFT) * day as u64 / last
    };
    let y = |count: u64| {
        let up = u128::from(count.min(chart.top)) * u128::from(bottom - ABOVE);
        bottom - u64::try_from(up / u128::from(chart.top)).unwrap_or(0)
    };
    let today = chart.past.len().saturating_sub(1);
    let now = chart.past.last().copied().unwrap_or(0);
    let course = |of: usize| {
        let day = |(day, fan): (usize, &[u64; 3])| {
            format!("{},{}", x(today + 1 + day), y(fan.get(of).copied().unwrap_or(0)))
        };
        chart.fan.iter().enumerate().map(day).collect::<Vec<_>>()
    };
    if !chart.fan.is_empty() {
        let start = format!("{},{}", x(today), y(now));
        let mut around = vec![start.clone()];
        around.extend(course(0));
        around.extend(course(2).into_iter().rev());
        let _ = writeln!(out, "<polygon points=\"{}\" fill=\"#9ecae1\"/>", around.join(" "));
        let middle = [vec![start], course(1)].concat().join(" ");
        let _ = writeln!(
            out,
            "<polyline points=\"{middle}\" fill=\"none\" stroke=\"#08519c\" stroke-width=\"2\" \
             stroke-dasharray=\"2 3\"/>"
        );
    }
    // Steps: a day on which nobody left is level.
    let steps = chart.past.iter().enumerate();
    let past: Vec<String> = steps.map(|(day, total)| format!("{},{}", x(day), y(*total))).collect();
    let _ = writeln!(
        out,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"#000000\" stroke-width=\"2\"/>",
        past.join(" ")
    );
    for at in &chart.lines {
        let _ = writeln!(
            out,
            "<line x1=\"{LEFT}\" y1=\"{0}\" x2=\"{end}\" y2=\"{0}\" stroke=\"#a50f15\" \
             stroke-width=\"2\" stroke-dasharray=\"8 4\"/>",
            y(*at)
        );
    }
    let _ = writeln!(
        out,
        "<path d=\"M{LEFT} {ABOVE}V{bottom}H{end}\" fill=\"none\" stroke=\"#444444\"/>"
    );
    for at in chart.lines.iter().chain([&0, &chart.top]) {
        let (number, y) = (persons(*at), y(*at) + 4);
        let _ =
            writeln!(out, "<text x=\"{}\" y=\"{y}\" text-anchor=\"end\">{number}</text>", LEFT - 8);
    }
    days(out, chart, x(today), &x);
}

/// The first day, the day of the question and the last.
fn days(out: &mut String, chart: &Chart, today: u64, x: &dyn Fn(usize) -> u64) {
    let bottom = HEIGHT - BELOW;
    let below = bottom + 18;
    let days = [(0, chart.from, "start"), (chart.days - 1, chart.until, "end")];
    for (day, date, anchor) in days {
        let _ = writeln!(
            out,
            "<text x=\"{}\" y=\"{below}\" text-anchor=\"{anchor}\">{date}</text>",
            x(day)
        );
    }
    let _ = writeln!(
        out,
        "<line x1=\"{0}\" y1=\"{ABOVE}\" x2=\"{0}\" y2=\"{bottom}\" stroke=\"#888888\"/>\n\
         <text x=\"{0}\" y=\"{1}\" text-anchor=\"middle\">{2}</text>",
        today,
        ABOVE - 6,
        chart.on
    );
}

/// What each mark means; each differs from the others by more than its colour.
fn legend(out: &mut String, speak: &dyn Fn(&Bilingual) -> String) {
    let y = HEIGHT - 12;
    let marks = [
        (
            "<line x1=\"0\" y1=\"-4\" x2=\"24\" y2=\"-4\" stroke=\"#000000\" stroke-width=\"2\"/>",
            words("已出境", "so far"),
        ),
        (
            "<line x1=\"0\" y1=\"-4\" x2=\"24\" y2=\"-4\" stroke=\"#08519c\" stroke-width=\"2\" stroke-dasharray=\"2 3\"/>",
            words("推演的中位", "middle course"),
        ),
        (
            "<rect x=\"0\" y=\"-11\" width=\"24\" height=\"12\" fill=\"#9ecae1\"/>",
            words("十分之八的推演", "eight of ten courses"),
        ),
        (
            "<line x1=\"0\" y1=\"-4\" x2=\"24\" y2=\"-4\" stroke=\"#a50f15\" stroke-width=\"2\" stroke-dasharray=\"8 4\"/>",
            words("数量线", "line"),
        ),
    ];
    for (place, (mark, says)) in (0..).zip(marks) {
        let x = 20 + 185 * place;
        let says = speak(&says);
        let _ = writeln!(
            out,
            "<g transform=\"translate({x} {y})\">{mark}<text x=\"30\" font-size=\"11\">{says}</text></g>"
        );
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
