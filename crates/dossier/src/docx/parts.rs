//! The parts of a DOCX beside the body: types, relationships, styles, settings, footer.

use std::fmt::Write as _;

use kouan_rulebook::papers::{Face, Typography};
use kouan_terms::Language;

use super::xml::{escape, half_points, twips};

pub(super) const NAMESPACE: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
pub(super) const RELATIONS: &str =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// Which member holds what.
pub(super) fn content_types() -> String {
    let word = "application/vnd.openxmlformats-officedocument.wordprocessingml";
    format!(
        "{HEAD}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/word/document.xml\" ContentType=\"{word}.document.main+xml\"/>\
         <Override PartName=\"/word/styles.xml\" ContentType=\"{word}.styles+xml\"/>\
         <Override PartName=\"/word/settings.xml\" ContentType=\"{word}.settings+xml\"/>\
         <Override PartName=\"/word/fontTable.xml\" ContentType=\"{word}.fontTable+xml\"/>\
         <Override PartName=\"/word/footer1.xml\" ContentType=\"{word}.footer+xml\"/>\
         <Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
         </Types>"
    )
}

/// From the package to the document.
pub(super) fn package_relations() -> String {
    format!(
        "{HEAD}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"rId1\" Type=\"{RELATIONS}/officeDocument\" Target=\"word/document.xml\"/>\
         <Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>\
         </Relationships>"
    )
}

/// From the document to its parts.
pub(super) fn document_relations() -> String {
    let relation = |id: u32, kind: &str| {
        let target = if kind == "footer" { "footer1" } else { kind };
        format!(
            "<Relationship Id=\"rId{id}\" Type=\"{RELATIONS}/{kind}\" Target=\"{target}.xml\"/>"
        )
    };
    format!(
        "{HEAD}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{}{}{}{}</Relationships>",
        relation(1, "styles"),
        relation(2, "settings"),
        relation(3, "fontTable"),
        relation(4, "footer"),
    )
}

/// Title and language; no time, so that the same document gives the same bytes.
pub(super) fn properties(title: &str, language: Language) -> String {
    let mut escaped = String::new();
    escape(&mut escaped, title);
    let language = tag(language);
    format!(
        "{HEAD}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{escaped}</dc:title>\
         <dc:creator>Kouan</dc:creator><dc:language>{language}</dc:language></cp:coreProperties>"
    )
}

fn tag(language: Language) -> &'static str {
    match language {
        Language::Zh => "zh-CN",
        Language::En => "en-GB",
    }
}

/// Settings: fields are not brought up to date on opening, Chinese line breaking is on.
pub(super) fn settings() -> String {
    format!(
        "{HEAD}<w:settings xmlns:w=\"{NAMESPACE}\"><w:zoom w:percent=\"100\"/>\
         <w:defaultTabStop w:val=\"420\"/><w:characterSpacingControl w:val=\"compressPunctuation\"/>\
         <w:compat><w:compatSetting w:name=\"compatibilityMode\" \
         w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat></w:settings>"
    )
}

/// The fonts, with the names they have in Chinese.
pub(super) fn fonts(typography: &Typography) -> String {
    const CHINESE: [(&str, &str); 4] =
        [("FangSong", "仿宋"), ("SimHei", "黑体"), ("KaiTi", "楷体"), ("SimSun", "宋体")];
    let faces = typography.headings.iter().chain([
        &typography.body,
        &typography.title,
        &typography.table,
        &typography.latin,
    ]);
    let mut names: Vec<&str> = faces.map(|face| &*face.face).collect();
    names.sort_unstable();
    names.dedup();
    let mut out = format!("{HEAD}<w:fonts xmlns:w=\"{NAMESPACE}\">");
    for name in names {
        let chinese = CHINESE.iter().find(|(held, _)| *held == name).map(|(_, zh)| *zh);
        let _ = write!(out, "<w:font w:name=\"{name}\">");
        if let Some(chinese) = chinese {
            let _ = write!(out, "<w:altName w:val=\"{chinese}\"/><w:charset w:val=\"86\"/>");
        }
        out.push_str("</w:font>");
    }
    out.push_str("</w:fonts>");
    out
}

/// The footer: the number of the page in the middle.
pub(super) fn footer(typography: &Typography) -> String {
    let size = half_points(typography.page_number.points);
    let run = |inner: &str| format!("<w:r><w:rPr><w:sz w:val=\"{size}\"/></w:rPr>{inner}</w:r>");
    format!(
        "{HEAD}<w:ftr xmlns:w=\"{NAMESPACE}\"><w:p><w:pPr><w:pStyle w:val=\"Footer\"/></w:pPr>{}{}{}{}{}</w:p></w:ftr>",
        run("<w:fldChar w:fldCharType=\"begin\"/>"),
        run("<w:instrText xml:space=\"preserve\"> PAGE </w:instrText>"),
        run("<w:fldChar w:fldCharType=\"separate\"/>"),
        run("<w:t>1</w:t>"),
        run("<w:fldChar w:fldCharType=\"end\"/>"),
    )
}

/// The styles: body, headings, title, table text, footer.
pub(super) fn styles(typography: &Typography, language: Language) -> String {
    let latin = &typography.latin.face;
    let mut out = format!("{HEAD}<w:styles xmlns:w=\"{NAMESPACE}\">");
    let body = fonts_of(&typography.body.face, latin);
    let size = half_points(typography.body.points);
    let _ = write!(
        out,
        "<w:docDefaults><w:rPrDefault><w:rPr>{body}<w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/>\
         <w:lang w:val=\"en-GB\" w:eastAsia=\"zh-CN\"/></w:rPr></w:rPrDefault>\
         <w:pPrDefault/></w:docDefaults>"
    );
    let line = exact(typography.line_pitch_points);
    let indent = indent(typography);
    let justified = if language == Language::Zh { "both" } else { "left" };
    style(
        &mut out,
        Style { id: "Normal", name: "Normal", based: None, next: None },
        &format!("{line}<w:jc w:val=\"{justified}\"/>"),
        "",
    );
    let body_text = Style { id: "BodyText", name: "Body Text", based: Some("Normal"), next: None };
    style(&mut out, body_text, &indent, "");
    let title = Style { id: "Title", name: "Title", based: Some("Normal"), next: Some("BodyText") };
    // A title is larger than the line pitch of the body allows for.
    let pitch = typography.line_pitch_points.max(typography.title.points * 1.4);
    let centred = format!(
        "<w:keepNext/><w:spacing w:before=\"240\" w:after=\"240\" w:line=\"{}\" w:lineRule=\"exact\"/><w:jc w:val=\"center\"/>",
        twips(pitch)
    );
    style(&mut out, title, &centred, &run_of(&typography.title, latin));
    for (index, face) in typography.headings.iter().enumerate() {
        // The faces that tell headings apart are Chinese; in the companion weight does it.
        let bold = face.bold || language == Language::En;
        heading(&mut out, index, &Face { bold, ..face.clone() }, typography);
    }
    let table = Style { id: "TableText", name: "Table Text", based: Some("Normal"), next: None };
    let pitch = exact(typography.table_pitch_points);
    let left = format!("{pitch}<w:jc w:val=\"left\"/>");
    style(&mut out, table, &left, &run_of(&typography.table, latin));
    let caption =
        Style { id: "Caption", name: "caption", based: Some("Normal"), next: Some("TableText") };
    let above = format!("<w:keepNext/>{line}<w:jc w:val=\"center\"/>");
    style(&mut out, caption, &above, &run_of(&typography.table, latin));
    let footer = Style { id: "Footer", name: "footer", based: Some("Normal"), next: None };
    style(
        &mut out,
        footer,
        "<w:spacing w:line=\"240\" w:lineRule=\"auto\"/><w:jc w:val=\"center\"/>",
        "",
    );
    out.push_str(
        "<w:style w:type=\"table\" w:default=\"1\" w:styleId=\"TableNormal\"><w:name w:val=\"Normal Table\"/>\
         <w:tblPr><w:tblInd w:w=\"0\" w:type=\"dxa\"/><w:tblCellMar><w:top w:w=\"0\" w:type=\"dxa\"/>\
         <w:left w:w=\"85\" w:type=\"dxa\"/><w:bottom w:w=\"0\" w:type=\"dxa\"/><w:right w:w=\"85\" w:type=\"dxa\"/>\
         </w:tblCellMar></w:tblPr></w:style></w:styles>",
    );
    out
}

fn heading(out: &mut String, index: usize, face: &Face, typography: &Typography) {
    let level = index + 1;
    let (id, name) = (format!("Heading{level}"), format!("heading {level}"));
    let paragraph = format!(
        "<w:keepNext/><w:keepLines/>{}{}<w:jc w:val=\"left\"/><w:outlineLvl w:val=\"{index}\"/>",
        exact(typography.line_pitch_points),
        indent(typography),
    );
    let about = Style { id: &id, name: &name, based: Some("Normal"), next: Some("BodyText") };
    style(out, about, &paragraph, &run_of(face, &typography.latin.face));
}

struct Style<'a> {
    id: &'a str,
    name: &'a str,
    based: Option<&'a str>,
    next: Option<&'a str>,
}

fn style(out: &mut String, style: Style<'_>, paragraph: &str, run: &str) {
    let default = if style.id == "Normal" { " w:default=\"1\"" } else { "" };
    let _ = write!(
        out,
        "<w:style w:type=\"paragraph\"{default} w:styleId=\"{}\"><w:name w:val=\"{}\"/>",
        style.id, style.name
    );
    if let Some(based) = style.based {
        let _ = write!(out, "<w:basedOn w:val=\"{based}\"/>");
    }
    if let Some(next) = style.next {
        let _ = write!(out, "<w:next w:val=\"{next}\"/>");
    }
    let _ = write!(out, "<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>");
}

fn fonts_of(face: &str, latin: &str) -> String {
    format!(
        "<w:rFonts w:ascii=\"{latin}\" w:eastAsia=\"{face}\" w:hAnsi=\"{latin}\" w:cs=\"{latin}\"/>"
    )
}

fn run_of(face: &Face, latin: &str) -> String {
    let size = half_points(face.points);
    let bold = if face.bold { "<w:b/><w:bCs/>" } else { "<w:b w:val=\"0\"/><w:bCs w:val=\"0\"/>" };
    let fonts = fonts_of(&face.face, latin);
    format!("{fonts}{bold}<w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/>")
}

/// A fixed line pitch.
pub(super) fn exact(points: f64) -> String {
    format!(
        "<w:spacing w:before=\"0\" w:after=\"0\" w:line=\"{}\" w:lineRule=\"exact\"/>",
        twips(points)
    )
}

/// The indent of a first line, in hundredths of a character, with the length beside it for readers
/// that do not know characters.
fn indent(typography: &Typography) -> String {
    let chars = typography.first_line_indent_chars;
    let length = twips(typography.body.points * f64::from(chars));
    format!("<w:ind w:firstLineChars=\"{}\" w:firstLine=\"{length}\"/>", chars * 100)
}
