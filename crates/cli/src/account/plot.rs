//! The course of a count over the year, drawn with characters.

use kouan_flow::forecast::Outlook;
use kouan_terms::{Day, Language};
use unicode_width::UnicodeWidthStr as _;

use super::lines::persons;

/// Rows of a plot, the axis aside.
const ROWS: usize = 12;
/// Columns where nothing says how wide the terminal is.
const COLUMNS: usize = 80;
/// The fewest and the most columns.
const ALLOWED: std::ops::RangeInclusive<usize> = 40..=400;

/// What is drawn of a count: the same for the terminal and for SVG.
pub struct Chart {
    /// The first day.
    pub from: Day,
    /// The day on which it is drawn.
    pub on: Day,
    /// The last day.
    pub until: Day,
    /// Days from the first to the last, both counted.
    pub days: usize,
    /// The count at the end of each day so far.
    pub past: Vec<u64>,
    /// The lower end, the middle and the upper end of each day to come.
    pub fan: Vec<[u64; 3]>,
    /// Lines that are in sight.
    pub lines: Vec<u64>,
    /// The highest count in sight; at least one.
    pub top: u64,
}

impl Chart {
    /// The chart of a count.
    pub fn new(outlook: &Outlook, on: Day, until: Day) -> Chart {
        let from = outlook.observed.from;
        let mut past: Vec<u64> = Vec::new();
        let mut known = outlook.past.iter().peekable();
        let (mut total, mut day) = (0, from);
        while day <= on {
            while let Some((_, next)) = known.next_if(|(left, _)| *left <= day) {
                total = *next;
            }
            past.push(total);
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        let fan: Vec<[u64; 3]> =
            outlook.fan.iter().map(|day| [day.low, day.middle, day.high]).collect();
        let highest = fan.last().map_or(outlook.now, |[_, _, high]| *high).max(outlook.now);
        // The next line is in sight where it is not so far that it would flatten everything else.
        let near = highest.saturating_mul(2);
        let lines: Vec<u64> = outlook
            .measured
            .lines
            .iter()
            .map(|line| line.at)
            .filter(|at| *at <= near && *at > 1)
            .collect();
        let top = lines.iter().copied().fold(highest, u64::max).max(1);
        let rest = on.until(until).map_or(0, |span| span.get_days());
        let days = past.len() + usize::try_from(rest).unwrap_or(0);
        Chart { from, on, until, days, past, fan, lines, top }
    }

    /// The lower end, the middle and the upper end of a day, from 0; `None` where nothing is said.
    fn at(&self, day: usize) -> Option<[u64; 3]> {
        match self.past.get(day) {
            Some(total) => Some([*total; 3]),
            None => self.fan.get(day - self.past.len()).copied(),
        }
    }
}

/// How wide a plot may be: as said, as the terminal says, or as usual.
pub fn columns(said: Option<u16>) -> usize {
    let terminal = || std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    let columns = said.map(usize::from).or_else(terminal).unwrap_or(COLUMNS);
    columns.clamp(*ALLOWED.start(), *ALLOWED.end())
}

/// The plot in so many columns.
pub fn plot(chart: &Chart, columns: usize, language: Language) -> String {
    let labels: Vec<(usize, String)> = chart
        .lines
        .iter()
        .chain([&0, &chart.top])
        .map(|at| (row(chart, *at), persons(*at)))
        .collect();
    let margin = labels.iter().map(|(_, label)| label.width()).max().unwrap_or(0);
    let wide = columns.saturating_sub(margin + 3).max(10);
    let mut out = String::new();
    for at in 0..ROWS {
        let label = labels.iter().find(|(row, _)| *row == at).map_or("", |(_, label)| label);
        let tick = if label.is_empty() { '│' } else { '┤' };
        let cells: String = (0..wide).map(|column| cell(chart, at, column, wide)).collect();
        out.push_str(format!("{label:>margin$} {tick}{cells}").trim_end());
        out.push('\n');
    }
    out.push_str(&format!("{:margin$} └{}\n", "", "─".repeat(wide)));
    out.push_str(&format!("{:margin$}  {}\n", "", dates(chart, wide)));
    let legend = match language {
        Language::Zh => "━ 已出境　─ 推演的中位　░ 十分之八的推演　┄ 数量线",
        Language::En => "━ so far   ─ middle course   ░ eight of ten courses   ┄ line",
    };
    out.push_str(&format!("{:margin$}  {legend}\n", ""));
    out
}

/// The row of a count; the highest is row 0.
fn row(chart: &Chart, count: u64) -> usize {
    let steps = ROWS as u128 - 1;
    let up = u128::from(count.min(chart.top)) * steps / u128::from(chart.top);
    ROWS - 1 - usize::try_from(up).unwrap_or(0)
}

/// What stands in a column of a row: the count of the last day that the column covers.
fn cell(chart: &Chart, at: usize, column: usize, wide: usize) -> char {
    let day = ((column + 1) * chart.days).div_ceil(wide).max(1) - 1;
    let line = chart.lines.iter().any(|line| row(chart, *line) == at);
    let empty = if line { '┄' } else { ' ' };
    let Some([low, middle, high]) = chart.at(day) else { return empty };
    let is_past = day < chart.past.len();
    if row(chart, middle) == at {
        return if is_past { '━' } else { '─' };
    }
    // A row lower down has a higher number.
    let within = (row(chart, high)..=row(chart, low)).contains(&at);
    if within && !is_past { '░' } else { empty }
}

/// The first day, the day of the question and the last, below their columns, as far as they fit.
fn dates(chart: &Chart, wide: usize) -> String {
    let (first, last) = (chart.from.to_string(), chart.until.to_string());
    let today = format!("▲{}", chart.on);
    let column = (chart.past.len() * wide / chart.days.max(1)).saturating_sub(1);
    let mut text = if column > first.width() { first } else { String::new() };
    if column + today.width() <= wide {
        text = format!("{text:column$}{today}");
    } else if column + 1 > text.width() + today.width() {
        let start = column + 1 - today.width();
        let today = format!("{}▲", chart.on);
        text = format!("{text:start$}{today}");
    }
    let end = wide.saturating_sub(last.width());
    if text.width() < end { format!("{text:end$}{last}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart() -> Chart {
        let day = |text: &str| text.parse().unwrap();
        let (from, on, until) = (day("2026-09-01"), day("2026-10-30"), day("2026-12-31"));
        let past: Vec<u64> = (0..60).map(|day| day * 1_000).collect();
        let fan =
            (1..=62).map(|day| [59_000 + day * 500, 59_000 + day * 1_000, 59_000 + day * 1_500]);
        let fan = fan.collect();
        Chart { from, on, until, days: 122, past, fan, lines: vec![100_000], top: 152_000 }
    }

    #[test]
    fn every_row_is_as_wide_as_was_asked() {
        for columns in [40, 57, 80, 133, 400] {
            for language in [Language::Zh, Language::En] {
                let text = plot(&chart(), columns, language);
                let rows: Vec<&str> = text.lines().take(ROWS + 2).collect();
                assert!(rows.iter().all(|row| row.width() <= columns), "{columns}\n{text}");
                assert_eq!(rows.get(ROWS).unwrap().width(), columns - 1, "{text}");
            }
        }
    }

    #[test]
    fn the_past_the_courses_and_the_line_are_drawn() {
        let text = plot(&chart(), 80, Language::En);
        let row = text.lines().find(|row| row.trim_start().starts_with("100,000")).unwrap();
        assert!(row.contains('┄') && row.contains('░'), "{text}");
        assert!(text.contains('━') && text.contains("▲2026-10-30") && text.contains("2026-12-31"));
    }
}
