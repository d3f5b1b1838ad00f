//! Others read what we wrote: ExifTool finds the label where it looks for it, FFmpeg decodes the
//! same pictures and samples as before.
//!
//! Without the tools these tests do nothing, unless `KOUAN_TEST_MEDIA=required`, as `.ci/run` has
//! it: then they fail.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program::{kouan_in, scratch};

const CODE: &str = "001191350100M000100Y4300000";
const PICTURE: [&str; 4] = ["-f", "lavfi", "-i", "testsrc2=s=64x48:r=10:d=1"];
const SOUND: [&str; 4] = ["-f", "lavfi", "-i", "sine=440:d=1"];

/// How a file is made, beside the sources, and where ExifTool finds the label in it; nothing where
/// it does not look.
struct Case {
    file: &'static str,
    sources: &'static [[&'static str; 4]],
    make: &'static [&'static str],
    group: Option<&'static str>,
}

const fn case(
    file: &'static str,
    sources: &'static [[&'static str; 4]],
    make: &'static [&'static str],
    group: Option<&'static str>,
) -> Case {
    Case { file, sources, make, group }
}

const BOTH: &[[&str; 4]] = &[PICTURE, SOUND];
const STILL: &[[&str; 4]] = &[PICTURE];
const HEARD: &[[&str; 4]] = &[SOUND];
const H264: &[&str] = &["-c:v", "libx264", "-c:a", "aac"];
const XMP: Option<&str> = Some("[XMP-TC260]");
const KEYS: Option<&str> = Some("[Keys]");
const VORBIS: Option<&str> = Some("[Vorbis]");

const CASES: &[Case] = &[
    case("a.png", STILL, &["-frames:v", "1"], XMP),
    case("a.jpg", STILL, &["-frames:v", "1"], XMP),
    case("a.webp", STILL, &["-frames:v", "1"], XMP),
    case("a.gif", STILL, &[], XMP),
    case("a.tif", STILL, &["-frames:v", "1"], XMP),
    case("a.avif", STILL, &["-frames:v", "1", "-c:v", "libaom-av1", "-still-picture", "1"], XMP),
    case("a.mp4", BOTH, H264, KEYS),
    case("b.mp4", BOTH, &["-c:v", "libx264", "-c:a", "aac", "-movflags", "+faststart"], KEYS),
    case("c.mp4", BOTH, &["-c:v", "libx264", "-movflags", "frag_keyframe+empty_moov"], KEYS),
    case("a.mov", BOTH, H264, KEYS),
    case("a.m4a", HEARD, &["-c:a", "aac"], KEYS),
    case("a.mkv", BOTH, H264, Some("[Matroska]")),
    case("a.webm", BOTH, &["-c:v", "libvpx", "-c:a", "libvorbis"], Some("[Matroska]")),
    case("a.flv", BOTH, &["-c:v", "flv", "-ar", "44100"], Some("[Flash]")),
    case("a.avi", BOTH, &["-c:v", "mpeg4", "-c:a", "libmp3lame"], Some("[RIFF]")),
    case("a.wav", HEARD, &[], Some("[RIFF]")),
    case("a.mp3", HEARD, &[], Some("[ID3v2_4]")),
    case("b.mp3", HEARD, &["-id3v2_version", "3", "-metadata", "title=甲一"], Some("[ID3v2_3]")),
    case("c.mp3", HEARD, &["-id3v2_version", "0"], Some("[ID3v2_4]")),
    case("a.flac", HEARD, &[], VORBIS),
    case("a.ogg", HEARD, &["-c:a", "libvorbis"], VORBIS),
    case("a.opus", HEARD, &["-c:a", "libopus"], VORBIS),
    case("b.ogv", BOTH, &["-c:v", "libtheora", "-c:a", "libvorbis"], Some("[Theora]")),
];

fn ran(folder: &Path, program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {error}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Whether the tools are here; where they are required, they have to be.
fn has_tools() -> bool {
    let answers = |program: &str, flag: &str| {
        Command::new(program).arg(flag).output().is_ok_and(|output| output.status.success())
    };
    let here = answers("ffmpeg", "-version") && answers("exiftool", "-ver");
    let is_required = std::env::var("KOUAN_TEST_MEDIA").is_ok_and(|value| value == "required");
    assert!(here || !is_required, "ffmpeg and exiftool are required here");
    here
}

fn made(folder: &Path, case: &Case) -> PathBuf {
    let mut words = vec!["-v", "error", "-y"];
    for source in case.sources {
        words.extend(source);
    }
    words.extend(case.make);
    words.push(case.file);
    ran(folder, "ffmpeg", &words);
    folder.join(case.file)
}

/// A digest of every decoded picture and block of samples, of every stream.
fn decoded(folder: &Path, file: &str) -> String {
    let words = ["-v", "error", "-i", file, "-map", "0", "-f", "framemd5", "-"];
    let text = ran(folder, "ffmpeg", &words);
    text.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect()
}

/// What ExifTool says of the label: its group and its value.
fn found(folder: &Path, file: &str) -> String {
    let text = ran(folder, "exiftool", &["-a", "-u", "-b", "-G1", "-j", file]);
    assert!(!text.contains("\"ExifTool:Error\""), "{file}: {text}");
    assert!(!text.contains("\"ExifTool:Warning\""), "{file}: {text}");
    text
}

#[test]
fn others_find_the_label_and_decode_the_same_media() {
    if !has_tools() {
        return;
    }
    let folder = scratch("label-oracle");
    for case in CASES {
        made(&folder, case);
        let before = decoded(&folder, case.file);
        assert!(!before.is_empty(), "{}", case.file);
        let words = ["label", "add", case.file, "--producer", CODE, "--content-id", "TEST-1"];
        let run = kouan_in(&folder, &words);
        assert_eq!(run.code, 0, "{}: {}", case.file, run.stderr);
        assert_eq!(decoded(&folder, case.file), before, "{}", case.file);
        assert_eq!(kouan_in(&folder, &["label", "check", case.file, "--lint"]).code, 0);
        if let Some(group) = case.group {
            let text = found(&folder, case.file);
            // A chunk that ExifTool has no name for is bytes to it.
            let text = match group {
                "[RIFF]" => {
                    let words = ["-u", "-b", "-RIFF:Unknown_AIGC", case.file];
                    format!("\"RIFF:{}", ran(&folder, "exiftool", &words))
                }
                _ => text,
            };
            let start = format!("\"{}:", group.trim_matches(['[', ']']));
            let is_label = |line: &&str| {
                line.trim_start().starts_with(&start) && line.contains("ContentProducer")
            };
            let line = text.lines().find(is_label);
            let line = line.unwrap_or_else(|| panic!("{}: {text}", case.file));
            assert!(line.contains(CODE) && line.contains("TEST-1"), "{line}");
        }
    }
}

/// A page without anything on it.
fn pdf() -> Vec<u8> {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        "<< /Title (made up) >>",
    ];
    let mut pdf = "%PDF-1.4\n".to_owned();
    let mut list = "xref\n0 5\n0000000000 65535 f \n".to_owned();
    for (index, object) in objects.iter().enumerate() {
        list.push_str(&format!("{:010} 00000 n \n", pdf.len()));
        pdf.push_str(&format!("{} 0 obj\n{object}\nendobj\n", index + 1));
    }
    let start = pdf.len();
    let trailer = "trailer\n<< /Size 5 /Root 1 0 R /Info 4 0 R >>\n";
    format!("{pdf}{list}{trailer}startxref\n{start}\n%%EOF\n").into_bytes()
}

#[test]
fn others_find_the_label_of_documents() {
    if !has_tools() {
        return;
    }
    let folder = scratch("label-documents");
    std::fs::write(folder.join("a.docx"), crate::labels::docx(&[])).unwrap();
    std::fs::write(folder.join("a.pdf"), pdf()).unwrap();
    for (file, group) in [("a.docx", "XML"), ("a.pdf", "PDF")] {
        let words = ["label", "add", file, "--producer", CODE, "--content-id", "TEST-1"];
        let run = kouan_in(&folder, &words);
        assert_eq!(run.code, 0, "{file}: {}", run.stderr);
        let text = found(&folder, file);
        assert!(text.contains(&format!("\"{group}:AIGC\"")) && text.contains(CODE), "{text}");
        assert!(file != "a.pdf" || text.contains("made up"), "{text}");
    }
}

/// FFmpeg writes the label itself into some formats: what another wrote is read, and as correct.
#[test]
fn labels_that_others_wrote_are_read() {
    if !has_tools() {
        return;
    }
    let folder = scratch("label-others");
    let label = format!(
        "AIGC={{\"Label\":\"1\",\"ContentProducer\":\"{CODE}\",\"ProduceID\":\"1\",\"ReservedCode1\":\
         \"\",\"ContentPropagator\":\"{CODE}\",\"PropagateID\":\"1\",\"ReservedCode2\":\"\"}}"
    );
    for file in ["a.mp4", "a.mkv", "a.flv", "a.mp3", "a.flac", "a.ogg", "a.opus"] {
        let mut words = vec!["-v", "error", "-y"];
        words.extend(SOUND);
        words.extend(["-ar", if file == "a.flv" { "44100" } else { "48000" }, "-metadata", &label]);
        if file == "a.mp4" {
            words.extend(["-movflags", "use_metadata_tags"]);
        }
        words.push(file);
        ran(&folder, "ffmpeg", &words);
        let run = kouan_in(&folder, &["label", "check", file, "--lint"]);
        assert_eq!(run.code, 0, "{file}: {}", run.stdout);
        // A re-mux by FFmpeg loses the label in these, without a word; the check says so.
    }
    ran(&folder, "ffmpeg", &["-v", "error", "-y", "-i", "a.mp4", "-c", "copy", "b.mp4"]);
    assert_eq!(kouan_in(&folder, &["label", "check", "b.mp4"]).code, 1);
}
