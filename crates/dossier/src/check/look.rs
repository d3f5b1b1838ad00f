//! The look of a paper, read back from it, against the typography that is asked for.

use kouan_rulebook::papers::{Entry, Face, Typography};
use kouan_terms::Diagnostic;

use super::papers::{ReadPaper, ReadPapers, text};
use super::{Checked, Report, error, warning};
use crate::docx::{ReadFace, ReadLine};

/// Fonts by the names under which word processors keep them.
const ALIASES: [(&str, &[&str]); 4] = [
    ("FangSong", &["FangSong", "仿宋", "仿宋_GB2312", "FangSong_GB2312", "STFangsong", "华文仿宋"]),
    ("SimHei", &["SimHei", "黑体", "STHeiti"]),
    ("KaiTi", &["KaiTi", "楷体", "楷体_GB2312", "KaiTi_GB2312", "STKaiti"]),
    ("Times New Roman", &["Times New Roman"]),
];

/// A millimetre in twentieths of a point: margins may differ by so much.
const MILLIMETRE: i64 = 57;

pub(super) fn check(checked: &Checked<'_>, read: &ReadPapers<'_>, report: &mut Report) {
    for paper in read.documents.iter().filter(|paper| paper.is_chinese) {
        let Some(typography) = typography(checked, read, paper) else { continue };
        let mut looker = Looker { paper, typography, report };
        looker.page();
        looker.lines();
        looker.tables();
    }
}

/// The typography of a paper's twin; that of reports for a report made by others.
fn typography<'a>(
    checked: &Checked<'a>,
    read: &ReadPapers<'_>,
    paper: &ReadPaper,
) -> Option<&'a Entry<Typography>> {
    let named = read.twin_of(paper).map(|twin| text(twin, "typography"));
    let is_report = paper.read.lines.iter().take(3).any(|line| line.text.contains("评估报告"));
    let mut all = checked.papers.typographies().iter();
    match named {
        Some(id) => checked.papers.typography(id, checked.on),
        None if is_report => all.find(|held| held.text.prescribed && held.holds_on(checked.on)),
        None => None,
    }
}

struct Looker<'a, 'r> {
    paper: &'a ReadPaper,
    typography: &'a Entry<Typography>,
    report: &'r mut Report,
}

impl Looker<'_, '_> {
    fn find(&mut self, code: &'static str, with: impl FnOnce(Diagnostic) -> Diagnostic) {
        // What no authority asks for is our own choice: another look is no error.
        let prescribed = self.typography.text.prescribed;
        let found = if prescribed { error } else { warning }(code, &self.paper.name);
        self.report.findings.push(with(found));
    }

    fn page(&mut self) {
        let page = &self.typography.text.page;
        let pages = self.paper.read.pages.clone();
        let is_a4 = |[width, height, ..]: &[i64; 6]| {
            (width - 11_906).abs() <= MILLIMETRE && (height - 16_838).abs() <= MILLIMETRE
        };
        if pages.is_empty() || !pages.iter().all(is_a4) {
            self.find("FL220", |found| found);
        }
        let asked = [page.top_mm, page.bottom_mm, page.left_mm, page.right_mm];
        let is_off = |[_, _, held @ ..]: &[i64; 6]| {
            asked
                .into_iter()
                .zip(held)
                .any(|(mm, held)| (crate::docx::twips_of_mm(mm) - held).abs() > MILLIMETRE)
        };
        if pages.iter().any(is_off) {
            self.find("FL221", |found| {
                found.with("vertical", page.top_mm).with("horizontal", page.left_mm)
            });
        }
        if !self.paper.read.has_page_number {
            let found = warning("FL228", &self.paper.name);
            self.report.findings.push(found);
        }
    }

    fn lines(&mut self) {
        let typography = &self.typography.text;
        let body: Vec<&ReadLine> =
            self.paper.read.lines.iter().filter(|line| is_body(line)).collect();
        let faces = || body.iter().flat_map(|line| &line.faces);
        let size = crate::docx::half_points(typography.body.points);
        let wrong_face = faces()
            .filter(|face| face.has_chinese && !is_face(&face.east_asia, &typography.body.face));
        let wrong_latin =
            faces().filter(|face| face.has_latin && !is_face(&face.ascii, &typography.latin.face));
        let pitch = crate::docx::twips(typography.line_pitch_points);
        let indent = i64::from(typography.first_line_indent_chars) * 100;
        let counts = [
            ("FL222", wrong_face.count(), typography.body.face.to_string()),
            (
                "FL223",
                faces().filter(|f| f.half_points != size).count(),
                typography.body.points.to_string(),
            ),
            ("FL224", wrong_latin.count(), typography.latin.face.to_string()),
            (
                "FL225",
                body.iter().filter(|l| l.exact_line != Some(pitch)).count(),
                typography.line_pitch_points.to_string(),
            ),
            (
                "FL226",
                body.iter().filter(|l| l.first_line_chars != indent).count(),
                typography.first_line_indent_chars.to_string(),
            ),
        ];
        for (code, count, asked) in counts {
            if count > 0 {
                self.find(code, |found| found.with("count", count).with("asked", asked));
            }
        }
        let headings = self.paper.read.lines.iter().filter_map(|line| Some((line.level?, line)));
        let wrong = headings.filter(|(level, line)| {
            let place = usize::try_from(*level).unwrap_or(0).saturating_sub(1);
            let asked = typography.headings.get(place);
            asked.is_some_and(|asked| line.faces.iter().any(|face| !is_heading(face, asked)))
        });
        let wrong: Vec<u32> = wrong.map(|(level, _)| level).collect();
        if let Some(level) = wrong.first().copied() {
            let count = wrong.len();
            self.find("FL227", |found| found.with("count", count).with("level", level));
        }
    }

    /// A head that repeats and rows that stay whole are ours to give: their lack is a warning.
    fn tables(&mut self) {
        let broken =
            self.paper.read.tables.iter().filter(|table| {
                table.rows > 1 && (table.repeated == 0 || table.unbroken < table.rows)
            });
        let count = broken.count();
        if count > 0 {
            let found = warning("FL229", &self.paper.name).with("count", count);
            self.report.findings.push(found);
        }
    }
}

/// A paragraph of the body: no heading, no title, no table, no line that was set apart.
fn is_body(line: &ReadLine) -> bool {
    let style = line.style.as_deref().unwrap_or_default().to_lowercase();
    let apart = ["title", "caption", "table", "footer", "header", "toc"];
    let own = line.level.is_none() && !line.in_table && !apart.iter().any(|w| style.contains(w));
    // In our own papers only the style of the body has the indent; a short line is no paragraph.
    own && (style != "normal" || line.text.chars().count() > 60)
}

fn is_face(held: &str, asked: &str) -> bool {
    let aliases = ALIASES.iter().find(|(name, _)| *name == asked).map(|(_, names)| *names);
    held == asked || aliases.is_some_and(|names| names.contains(&held))
}

fn is_heading(face: &ReadFace, asked: &Face) -> bool {
    let font = !face.has_chinese || is_face(&face.east_asia, &asked.face);
    font && face.bold == asked.bold && face.half_points == crate::docx::half_points(asked.points)
}
