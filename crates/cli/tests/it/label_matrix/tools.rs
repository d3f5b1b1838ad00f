//! The programs of others: FFmpeg, ExifTool, libheif, LibreOffice, Python.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::papers::{self, WORDS};
use super::rows::{Media, PICTURE, Reader, Recipe, Writer};

/// Names that ExifTool is given, so that it writes the label, too.
const CONFIG: &str = "%Image::ExifTool::UserDefined = (\n\
  'Image::ExifTool::XMP::Main' => { TC260 => { SubDirectory => {\n\
    TagTable => 'Image::ExifTool::UserDefined::TC260' } } },\n\
  'Image::ExifTool::PDF::Info' => { AIGC => { } },\n);\n\
%Image::ExifTool::UserDefined::TC260 = (\n\
  GROUPS => { 0 => 'XMP', 1 => 'XMP-TC260', 2 => 'Other' },\n\
  NAMESPACE => { 'TC260' => 'http://www.tc260.org.cn/ns/AIGC/1.0/' },\n\
  WRITABLE => 'string',\n  AIGC => { },\n);\n1;\n";

/// Every member of an archive by its digest, but for those that hold properties, and the label.
const ARCHIVE: &str = "import sys, json, zipfile, hashlib, xml.etree.ElementTree as tree\n\
archive = zipfile.ZipFile(sys.argv[1])\n\
assert archive.testzip() is None\n\
changed = {'[Content_Types].xml', '_rels/.rels', 'docProps/custom.xml'}\n\
kept = sorted((n, hashlib.sha256(archive.read(n)).hexdigest()) for n in archive.namelist()\n\
              if n not in changed)\n\
for name in changed & set(archive.namelist()): tree.fromstring(archive.read(name))\n\
print(json.dumps(kept))\n";

/// The same archive again with every number in its wide form, ZIP64.
const WIDEN: &str = "import sys, zipfile\n\
source = zipfile.ZipFile(sys.argv[1])\n\
zipfile.ZIP64_LIMIT = zipfile.ZIP_FILECOUNT_LIMIT = 0\n\
out = zipfile.ZipFile(sys.argv[2], 'w', zipfile.ZIP_DEFLATED)\n\
for name in source.namelist(): out.writestr(name, source.read(name))\n\
out.close()\n";

/// The mapping at the head of a text.
const HEAD: &str = "import sys, json, yaml\n\
head = open(sys.argv[1], encoding='utf-8').read().split('---\\n')[1]\n\
print(json.dumps(yaml.safe_load(head)['AIGC']))\n";

/// A text with a mapping at its head.
const WRITE_HEAD: &str = "import sys, json, yaml\n\
head = yaml.safe_dump({'AIGC': json.loads(sys.argv[2])}, default_style='\"')\n\
open(sys.argv[1], 'w', encoding='utf-8').write('---\\n' + head + '---\\n\\n# Made up\\n')\n";

pub fn ran(folder: &Path, program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {error}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Whether the tools are here; where they are required, they have to be.
pub fn are_here() -> bool {
    let answers = |program: &str, words: &[&str]| {
        Command::new(program).args(words).output().is_ok_and(|output| output.status.success())
    };
    let missing: Vec<&str> = [
        ("ffmpeg", ["-version"].as_slice()),
        ("exiftool", &["-ver"]),
        ("heif-enc", &["--help"]),
        ("soffice", &["--version"]),
        ("python3", &["-c", "import yaml"]),
    ]
    .into_iter()
    .filter(|(program, words)| !answers(program, words))
    .map(|(program, _)| program)
    .collect();
    let is_required = std::env::var("KOUAN_TEST_MEDIA").is_ok_and(|value| value == "required");
    assert!(missing.is_empty() || !is_required, "required here, and not found: {missing:?}");
    missing.is_empty()
}

/// Makes a file; `label` is written into it by its maker.
fn make(folder: &Path, file: &str, recipe: Recipe, more: &[&str], label: Option<&str>) {
    match recipe {
        Recipe::Ffmpeg(sources, make) => {
            let sources = sources.concat();
            let words = [&["-v", "error", "-y"], sources.as_slice(), make, more, &[file]].concat();
            ran(folder, "ffmpeg", &words);
        }
        Recipe::Heif => {
            let words = [&["-v", "error", "-y"], PICTURE.as_slice(), &["-frames:v", "1"]].concat();
            ran(folder, "ffmpeg", &[&words[..], &["for-heif.png"]].concat());
            ran(folder, "heif-enc", &["for-heif.png", "-o", file]);
            std::fs::remove_file(folder.join("for-heif.png")).unwrap();
        }
        Recipe::Office(flat) => {
            let (stem, ending) = file.split_once('.').unwrap();
            let source = format!("{stem}.{flat}");
            std::fs::write(folder.join(&source), papers::flat(flat, label)).unwrap();
            convert(folder, ending, &[&source]);
            std::fs::remove_file(folder.join(source)).unwrap();
        }
        Recipe::Text(head) => {
            let text = format!("{head}# Made up\n\n{WORDS}\n");
            std::fs::write(folder.join(file), text).unwrap();
        }
    }
}

/// LibreOffice turns documents into another format, beside them.
fn convert(folder: &Path, ending: &str, files: &[&str]) {
    let profile = format!("-env:UserInstallation=file://{}", folder.join(".office").display());
    let words = [profile.as_str(), "--headless", "--convert-to", ending];
    ran(folder, "soffice", &[&words, files].concat());
}

/// Makes a file without a label.
pub fn made(folder: &Path, file: &str, recipe: Recipe) {
    make(folder, file, recipe, &[], None);
}

/// Writes an archive again in its wide form.
pub fn widen(folder: &Path, file: &str, wide: &str) {
    ran(folder, "python3", &["-c", WIDEN, file, wide]);
}

/// Makes a file whose label another wrote.
pub fn made_by(folder: &Path, file: &str, recipe: Recipe, writer: Writer, label: &str) {
    match writer {
        Writer::Ffmpeg(more) => {
            let text = format!("AIGC={label}");
            make(folder, file, recipe, &[&["-metadata", &text], more].concat(), None);
        }
        Writer::LibreOffice => make(folder, file, recipe, &[], Some(label)),
        Writer::Yaml => {
            ran(folder, "python3", &["-c", WRITE_HEAD, file, label]);
        }
        Writer::ExifTool(group) => {
            make(folder, file, recipe, &[], None);
            std::fs::write(folder.join(".exiftool"), CONFIG).unwrap();
            let text = format!("-{group}:AIGC={label}");
            let words = ["-config", ".exiftool", "-q", "-overwrite_original", &text, file];
            ran(folder, "exiftool", &words);
        }
    }
}

/// A digest of what must not change.
pub fn content(folder: &Path, file: &str, media: Media) -> String {
    let digest = |file: &str, words: &[&str]| {
        let start = ["-v", "error", "-i", file, "-map", "0"];
        let text = ran(folder, "ffmpeg", &[&start[..], words, &["-"]].concat());
        let text: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(!text.is_empty(), "{file}");
        text.join("\n")
    };
    let frames = |file: &str| digest(file, &["-f", "framemd5"]);
    match media {
        Media::Picture => frames(file),
        Media::Ffmpeg => {
            format!("{}\n{}", frames(file), digest(file, &["-c", "copy", "-f", "streamhash"]))
        }
        Media::Heif => {
            let picture = format!("{file}.png");
            ran(folder, "heif-convert", &[file, &picture]);
            let found = frames(&picture);
            std::fs::remove_file(folder.join(picture)).unwrap();
            found
        }
        Media::Office => ran(folder, "python3", &["-c", ARCHIVE, file]),
        // Compared where both files are at hand.
        Media::Prefix => String::new(),
        Media::Text => {
            let text = std::fs::read_to_string(folder.join(file)).unwrap();
            text.split_once("# Made up").unwrap().1.to_owned()
        }
    }
}

/// What ExifTool says of files, one object each.
pub fn exiftool(folder: &Path, files: &[&str]) -> Vec<Value> {
    let words = [&["-a", "-u", "-b", "-G1", "-j", "-q"], files].concat();
    let found: Vec<Value> =
        serde_json::from_str(&ran(folder, "exiftool", &words)).expect("JSON of ExifTool");
    for one in &found {
        let of = |name: &str| one.get(format!("ExifTool:{name}"));
        assert!(of("Error").is_none() && of("Warning").is_none(), "{one}");
    }
    found
}

/// The label as another reads it.
pub fn read(folder: &Path, file: &str, reader: Reader, of_exiftool: &Value) -> Value {
    let text = match reader {
        Reader::ExifTool(group) => {
            let object = of_exiftool.as_object().unwrap();
            let value = |(name, value): (&String, &Value)| {
                let (of, tag) = name.split_once(':').unwrap_or_default();
                let is_group = of == group || (group.ends_with('_') && of.starts_with(group));
                let text = value.as_str().filter(|_| is_group)?;
                match tag.to_ascii_lowercase().as_str() {
                    "aigc" => Some(text.to_owned()),
                    // Earlier versions give the description of the frame before its text.
                    "userdefinedtext" => text.strip_prefix("(AIGC) ").map(str::to_owned),
                    _ => None,
                }
            };
            let mut found: Vec<String> = object.iter().filter_map(value).collect();
            assert_eq!(found.len(), 1, "{file}: {object:?}");
            found.remove(0)
        }
        Reader::ExifToolChunk => {
            let text = ran(folder, "exiftool", &["-u", "-b", "-RIFF:Unknown_AIGC", file]);
            text.trim_end_matches('\0').to_owned()
        }
        Reader::Yaml => ran(folder, "python3", &["-c", HEAD, file]),
    };
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}: {text}"))
}

/// The label as LibreOffice reads it; the words of the document are there, too.
pub fn opened(folder: &Path, flat: &str, files: &[&str]) -> Vec<Value> {
    convert(folder, flat, files);
    let one = |file: &&str| {
        let (stem, _) = file.rsplit_once('.').unwrap();
        let text = std::fs::read_to_string(folder.join(format!("{stem}.{flat}"))).unwrap();
        assert!(text.contains(WORDS), "{file}");
        let (_, found) = text.split_once("meta:name=\"AIGC\"").expect("a property");
        let found = found.split_once('>').unwrap().1.split_once('<').unwrap().0;
        let found = found.replace("&quot;", "\"").replace("&lt;", "<").replace("&amp;", "&");
        serde_json::from_str(&found).unwrap_or_else(|error| panic!("{file}: {error}: {found}"))
    };
    files.iter().map(one).collect()
}
