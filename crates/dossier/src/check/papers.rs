//! Reads the files of a pack, and looks at what is there: the manifest, parts, gaps, age.

use std::borrow::Cow;

use kouan_rulebook::Limit;
use kouan_rulebook::format::PartKind;
use kouan_terms::{Day, Diagnostic};
use serde_json::Value as Json;

use super::{Checked, Report, error, warning};
use crate::deadlines;
use crate::docx::{Member, ReadDocument, ReadLine, read as read_docx, unpack};
use crate::pack::{PACK_SCHEMA, PAPER_SCHEMA};

/// The papers of a pack, read.
#[derive(Debug, Default)]
pub(super) struct ReadPapers<'a> {
    /// Every file; those of an archive are unpacked.
    pub(super) files: Vec<Cow<'a, Member>>,
    /// Documents.
    pub(super) documents: Vec<ReadPaper>,
    /// Twins: name and content.
    pub(super) twins: Vec<(String, Json)>,
    /// The manifest: name and content.
    pub(super) manifest: Option<(String, Json)>,
}

/// One document.
#[derive(Debug)]
pub(super) struct ReadPaper {
    /// Its file.
    pub(super) name: String,
    /// What it says and looks like.
    pub(super) read: ReadDocument,
    /// The place of its twin.
    pub(super) twin: Option<usize>,
    /// Whether it is in Chinese.
    pub(super) is_chinese: bool,
}

impl ReadPapers<'_> {
    /// The twin of a document.
    pub(super) fn twin_of(&self, paper: &ReadPaper) -> Option<&Json> {
        self.twins.get(paper.twin?).map(|(_, twin)| twin)
    }
}

/// Reads every file; one that cannot be read is a finding.
pub(super) fn read<'a>(checked: &Checked<'a>, report: &mut Report) -> ReadPapers<'a> {
    let mut read = ReadPapers::default();
    for file in checked.files {
        if !file.name.ends_with(".zip") {
            read.files.push(Cow::Borrowed(file));
            continue;
        }
        match unpack(&file.name, &file.bytes) {
            Ok(members) => read.files.extend(members.into_iter().map(Cow::Owned)),
            Err(finding) => report.findings.push(at(finding, &file.name)),
        }
    }
    for file in std::mem::take(&mut read.files) {
        one(&file, &mut read, report);
        read.files.push(file);
    }
    link(&mut read);
    report.papers = read.documents.len();
    read
}

fn at(finding: Diagnostic, file: &str) -> Diagnostic {
    finding.at(kouan_terms::Place::file(file))
}

fn one(file: &Member, read: &mut ReadPapers<'_>, report: &mut Report) {
    if file.name.ends_with(".docx") {
        match read_docx(&file.name, &file.bytes) {
            Ok(document) => {
                let remarks = document.remarks.iter().cloned();
                report.findings.extend(remarks.map(|remark| at(remark, &file.name)));
                let is_chinese = mostly_chinese(&document.lines);
                let name = file.name.clone();
                let paper = ReadPaper { name, read: document, twin: None, is_chinese };
                read.documents.push(paper);
            }
            Err(finding) => report.findings.push(at(finding, &file.name)),
        }
    } else if file.name.ends_with(".json") {
        let Ok(value) = serde_json::from_slice::<Json>(&file.bytes) else {
            report.findings.push(error("FL200", &file.name));
            return;
        };
        let schema = value.get("schema").and_then(Json::as_str).unwrap_or_default().to_owned();
        if schema == PAPER_SCHEMA {
            read.twins.push((file.name.clone(), value));
        } else if schema == PACK_SCHEMA && value.get("files").is_some() {
            read.manifest = Some((file.name.clone(), value));
        }
    } else {
        report.unread.push(file.name.clone());
    }
}

/// More Chinese characters than Latin words; a table of figures is in neither language.
fn mostly_chinese(lines: &[ReadLine]) -> bool {
    let count = |test: fn(&char) -> bool| {
        lines.iter().map(|line| line.text.chars().filter(test).count()).sum::<usize>()
    };
    count(|c| crate::docx::is_chinese(*c)) * 4 > count(char::is_ascii_alphabetic)
}

/// Finds the twin of each document: by the manifest, or else by the title.
fn link(read: &mut ReadPapers<'_>) {
    let entries = read.manifest.as_ref().and_then(|(_, manifest)| manifest.get("files"));
    let entries = entries.and_then(Json::as_array).cloned().unwrap_or_default();
    for paper in &mut read.documents {
        let entry = entries.iter().find(|entry| text(entry, "name") == paper.name);
        let twin = entry.map(|entry| text(entry, "twin")).unwrap_or_default();
        match entry.map(|entry| text(entry, "language")).unwrap_or_default() {
            "zh" => paper.is_chinese = true,
            "en" => paper.is_chinese = false,
            _ => {}
        }
        paper.twin = read.twins.iter().position(|(name, held)| {
            if twin.is_empty() {
                let title = held.get("title").map(|title| text(title, "zh")).unwrap_or_default();
                let first = paper.read.lines.first().map_or("", |line| line.text.as_str());
                held.get("document").is_some() && !title.is_empty() && title == first
            } else {
                name == twin
            }
        });
    }
}

/// A text under a key; empty when there is none.
pub(super) fn text<'j>(value: &'j Json, key: &str) -> &'j str {
    value.get(key).and_then(Json::as_str).unwrap_or_default()
}

/// The entries of a list under a key.
pub(super) fn list<'j>(value: &'j Json, key: &str) -> &'j [Json] {
    value.get(key).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Every file is the one that the manifest names, and none is missing.
pub(super) fn manifest(_: &Checked<'_>, read: &ReadPapers<'_>, report: &mut Report) {
    let Some((own, manifest)) = &read.manifest else { return };
    let entries = list(manifest, "files");
    for entry in entries {
        let name = text(entry, "name");
        match read.files.iter().find(|file| file.name == name) {
            None => report.findings.push(error("FL202", name)),
            Some(file) if crate::digest(&file.bytes) != text(entry, "sha256") => {
                report.findings.push(error("FL201", name));
            }
            Some(_) => {
                if let Some(at) = report.unread.iter().position(|held| held == name) {
                    report.by_digest.push(report.unread.remove(at));
                }
            }
        }
    }
    for file in read.files.iter().filter(|file| file.name != *own) {
        if !entries.iter().any(|entry| text(entry, "name") == file.name) {
            report.findings.push(warning("FL203", &file.name));
        }
    }
}

/// Parts that have to be there, gaps that are left, headings with nothing below.
pub(super) fn complete(checked: &Checked<'_>, read: &ReadPapers<'_>, report: &mut Report) {
    for paper in read.documents.iter().filter(|paper| paper.is_chinese) {
        let marks = paper.read.lines.iter().map(|line| line.text.matches("【待补充").count());
        let count: usize = marks.sum();
        if count > 0 {
            report.findings.push(error("FL230", &paper.name).with("count", count));
        }
        for heading in bare_headings(&paper.read.lines) {
            report.findings.push(error("FL233", &paper.name).with("heading", heading));
        }
    }
    let Some((name, manifest)) = &read.manifest else { return };
    let Some(entry) = checked.papers.pack(text(manifest, "pack"), checked.on) else {
        report.findings.push(error("FL234", name).with("pack", text(manifest, "pack")));
        return;
    };
    if entry.text.missing {
        report.findings.push(warning("FL235", name).with("pack", &entry.id));
    }
    for part in entry.text.part.iter().filter(|part| part.required && part.when.is_empty()) {
        let id = part.id.as_ref();
        if let Some(document) = &part.document {
            let held = |twin: &Json| text(twin, "document") == document.as_ref();
            if !read.twins.iter().any(|(_, twin)| held(twin)) {
                report.findings.push(error("FL231", name).with("part", id));
            }
        }
        let attached =
            |part: &str| list(manifest, "attached").iter().any(|file| text(file, "part") == part);
        let needs = matches!(part.kind, PartKind::Attachment | PartKind::Template);
        if needs && part.upload && !attached(id) {
            report.findings.push(error("FL232", name).with("part", id));
        }
    }
}

/// Headings that are followed by a heading of the same or a higher level, or by nothing.
fn bare_headings(lines: &[ReadLine]) -> Vec<String> {
    let mut bare = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Some(level) = line.level else { continue };
        let next = lines.get(index + 1);
        if next.is_none_or(|next| next.level.is_some_and(|below| below <= level)) {
            bare.push(line.text.chars().take(40).collect());
        }
    }
    bare
}

/// A report is no older on the day of filing than the rulebook allows.
pub(super) fn fresh(checked: &Checked<'_>, read: &ReadPapers<'_>, report: &mut Report) {
    for paper in read.documents.iter().filter(|paper| paper.is_chinese) {
        let (day, sure) = match read.twin_of(paper) {
            Some(twin) => (finished_in(twin), true),
            None => (finished_by_words(&paper.read.lines), false),
        };
        let Some(day) = day else { continue };
        let find = |code| if sure { error(code, &paper.name) } else { warning(code, &paper.name) };
        if day > checked.on {
            report.findings.push(find("FL241").with("day", day).with("on", checked.on));
        }
        let last = ages(checked, read, paper).into_iter();
        let last = last.filter_map(|age| deadlines::good_until(checked.book, age, day)).min();
        if let Some(last) = last.filter(|last| *last < checked.on) {
            let found = find("FL240").with("day", day).with("last", last);
            report.findings.push(found.with("on", checked.on));
        }
    }
}

/// The ages that a report may have: that of the pack it says it belongs to, or else those of the
/// packs whose report has its title; none where the rulebook gives none.
fn ages<'a>(checked: &Checked<'a>, read: &ReadPapers<'_>, paper: &ReadPaper) -> Vec<&'a Limit> {
    let age = |pack: &str| deadlines::report_age(checked.book, checked.papers, pack, checked.on);
    let of = |json: Option<&Json>| json.map(|json| text(json, "pack").to_owned());
    let named = of(read.twin_of(paper)).or_else(|| of(read.manifest.as_ref().map(|(_, m)| m)));
    if let Some(pack) = named {
        return age(&pack).into_iter().collect();
    }
    let packs = checked.papers.packs().iter().filter(|pack| pack.holds_on(checked.on));
    let titled: Vec<(&str, &str)> = packs
        .flat_map(|pack| pack.text.part.iter().map(move |part| (pack, part)))
        .filter_map(|(pack, part)| {
            let id = part.document.as_ref()?.as_ref();
            let document = checked.papers.document(id, checked.on)?;
            Some((&*pack.id, document.text.zh.as_str()))
        })
        .collect();
    let first = || paper.read.lines.iter().take(3).map(|line| line.text.as_str());
    // Others leave out what stands in brackets behind a title: then every pack is meant whose
    // report is called so.
    let bare = |title: &str| title.split('（').next().unwrap_or(title).to_owned();
    let exact = |title: &str| first().any(|line| line == title);
    let stem = |title: &str| first().any(|line| bare(line) == bare(title));
    let mut packs: Vec<&str> =
        titled.iter().filter(|(_, title)| exact(title)).map(|(pack, _)| *pack).collect();
    if packs.is_empty() {
        packs = titled.iter().filter(|(_, title)| stem(title)).map(|(pack, _)| *pack).collect();
    }
    packs.into_iter().filter_map(age).collect()
}

fn finished_in(twin: &Json) -> Option<Day> {
    let traces = list(twin, "traces").iter();
    let mut own = traces.filter(|trace| text(trace, "path") == "assessment.finished_on");
    chinese_day(own.next()?.get("words").map(|words| text(words, "zh"))?)
}

/// In a report made by others: the last day named near its beginning beside the assessment.
fn finished_by_words(lines: &[ReadLine]) -> Option<Day> {
    const BEGINNING: usize = 40;
    let is_report = lines.iter().take(3).any(|line| line.text.contains("评估报告"));
    let near = lines.iter().take(BEGINNING).filter(|line| line.text.contains("评估"));
    let days = near.flat_map(|line| chinese_days(&line.text));
    days.filter(|_| is_report).max()
}

/// The day of `2026年11月10日`.
fn chinese_day(text: &str) -> Option<Day> {
    chinese_days(text).into_iter().next()
}

/// Every day written so in a text.
fn chinese_days(text: &str) -> Vec<Day> {
    let mut days = Vec::new();
    for (index, _) in text.match_indices('年') {
        let (Some(before), Some(after)) = (text.get(..index), text.get(index + '年'.len_utf8()..))
        else {
            continue;
        };
        let start = before.rfind(|c: char| !c.is_ascii_digit()).map_or(0, |place| {
            place + before.get(place..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8)
        });
        let year = before.get(start..).and_then(|digits| digits.parse::<i16>().ok());
        let Some((month, rest)) = after.split_once('月') else { continue };
        let Some((day, _)) = rest.split_once('日') else { continue };
        let (month, day) = (month.trim().parse::<i8>().ok(), day.trim().parse::<i8>().ok());
        if let (Some(year), Some(month), Some(day)) = (year, month, day)
            && let Ok(day) = Day::new(year, month, day)
        {
            days.push(day);
        }
    }
    days
}

#[cfg(test)]
pub(super) mod tests {
    use super::chinese_days;

    #[test]
    fn chinese_days_are_read() {
        let read = |text: &str| -> Vec<String> {
            chinese_days(text).into_iter().map(|day| day.to_string()).collect()
        };
        assert_eq!(read("于2026年10月1日至2026年11月10日开展"), ["2026-10-01", "2026-11-10"]);
        assert_eq!(read("2026年13月1日、当年1月、年月日"), [""; 0]);
    }
}
