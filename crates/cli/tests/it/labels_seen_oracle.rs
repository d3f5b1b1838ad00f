//! Others see what we drew, and see everything else as it was: FFmpeg decodes pictures, films and
//! sound before and after, ExifTool reads their metadata.
//!
//! Without the tools these tests do nothing, unless `KOUAN_TEST_MEDIA=required`.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::program::{kouan_in, scratch};

const CODE: &str = "001191350100M000100Y4300000";

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

/// All that ExifTool finds.
fn found(folder: &Path, file: &str) -> String {
    let text = ran(folder, "exiftool", &["-a", "-u", "-b", "-G1", "-j", file]);
    assert!(!text.contains("\"ExifTool:Error\""), "{file}: {text}");
    assert!(!text.contains("\"ExifTool:Warning\""), "{file}: {text}");
    text
}

fn ffmpeg(folder: &Path, words: &[&str]) {
    ran(folder, "ffmpeg", &[&["-v", "error", "-y"], words].concat());
}

/// Adds both labels; what is said of the one to be seen or heard.
fn added(folder: &Path, file: &str, more: &[&str]) -> Value {
    let words = ["label", "add", file, "--producer", CODE, "--content-id", "TEST-1", "--explicit"];
    let words = [&words, more, &["--output-format", "json"]].concat();
    let run = kouan_in(folder, &words);
    assert_eq!(run.code, 0, "{file}: {}", run.stderr);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    document.pointer("/files/0/explicit").unwrap().clone()
}

/// What FFmpeg decodes, as bytes of a kind.
fn raw(folder: &Path, file: &str, words: &[&str]) -> Vec<u8> {
    let all = [&["-v", "error", "-i", file], words, &["-"]].concat();
    let output = Command::new("ffmpeg").args(all).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The area of a mark: left, top, width, height.
fn area(mark: &Value) -> [u32; 4] {
    ["/area/0", "/area/1", "/area/2", "/area/3"]
        .map(|place| mark.pointer(place).and_then(Value::as_u64).unwrap() as u32)
}

#[test]
fn pictures_show_the_mark_and_nothing_else_new() {
    if !has_tools() {
        return;
    }
    let folder = scratch("seen-oracle-pictures");
    // Full of edges wherever a mark may stand: it needs its plate.
    let source = "mandelbrot=s=640x360:r=1,noise=alls=90";
    let noise: &[&str] = &["-f", "lavfi", "-i", source, "-frames:v", "1"];
    // How much wider than the mark a format may change: a unit of blocks, and a point of blurring.
    let formats: [(&str, &[&str], u32); 6] = [
        ("a.png", &[], 0),
        ("b.png", &["-pix_fmt", "rgb48be"], 0),
        ("c.png", &["-pix_fmt", "gray"], 0),
        ("a.jpg", &["-pix_fmt", "yuvj420p", "-q:v", "4"], 17),
        ("b.jpg", &["-pix_fmt", "yuvj444p", "-q:v", "9"], 9),
        ("a.webp", &["-c:v", "libwebp", "-lossless", "1"], 0),
    ];
    for (file, make, around) in formats {
        ffmpeg(&folder, &[noise, make, &[file]].concat());
        if file != "a.webp" {
            ran(&folder, "exiftool", &["-q", "-overwrite_original", "-XMP-dc:Title=made up", file]);
        }
        let grey = ["-f", "rawvideo", "-pix_fmt", "rgb24"];
        let before = raw(&folder, file, &grey);
        let mark = added(&folder, file, &[]);
        let after = raw(&folder, file, &grey);
        assert_eq!(before.len(), after.len());
        let [left, top, width, height] = area(&mark);
        let mut rows = Vec::new();
        for (at, (old, new)) in before.chunks(3).zip(after.chunks(3)).enumerate() {
            let (x, y) = (at as u32 % 640, at as u32 / 640);
            let is_near = x + around >= left
                && x < left + width + around
                && y + around >= top
                && y < top + height + around;
            assert!(old == new || is_near, "{file}: {x} {y}");
            let is_inside = (left..left + width).contains(&x) && (top..top + height).contains(&y);
            // The mark of this picture is white on a plate: the ink is what is light.
            if is_inside && new.iter().all(|part| *part > 160) {
                rows.push(y);
            }
        }
        assert_eq!(mark["dress"], "plate", "{file}");
        let measured = rows.last().unwrap() - rows.first().unwrap() + 1;
        assert!(measured >= 18, "{file}: {measured} of 360");
        let text = found(&folder, file);
        assert!(text.contains(CODE), "{file}: {text}");
        assert!(file == "a.webp" || text.contains("made up"), "{file}: {text}");
    }
}

/// A digest of every frame of a stream that is decoded, by its time in tenths of a second.
fn frames(folder: &Path, file: &str) -> Vec<(u64, String)> {
    let words = ["-v", "error", "-i", file, "-map", "0:v:0", "-f", "framemd5", "-"];
    let text = ran(folder, "ffmpeg", &words);
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let parts: Vec<&str> = line.split(',').map(str::trim).collect();
            let part = |at: usize| parts.get(at).copied().unwrap();
            (part(2).parse().unwrap(), part(5).to_owned())
        })
        .collect()
}

/// What is in the packets of the sound, not decoded.
fn packets(folder: &Path, file: &str) -> String {
    let words = ["-v", "error", "-i", file, "-map", "0:a", "-c", "copy", "-f", "md5", "-"];
    ran(folder, "ffmpeg", &words)
}

#[test]
fn a_film_shows_the_mark_for_two_seconds_and_is_otherwise_as_it_was() {
    if !has_tools() {
        return;
    }
    let folder = scratch("seen-oracle-film");
    let picture = ["-f", "lavfi", "-i", "testsrc2=s=320x240:r=10:d=4"];
    let sound = ["-f", "lavfi", "-i", "sine=440:d=4"];
    let both = [picture, sound].concat();
    ffmpeg(&folder, &[&both, ["-c:v", "ffv1", "-c:a", "flac", "a.mkv"].as_slice()].concat());
    ffmpeg(&folder, &[&both, ["-c:v", "libx264", "-c:a", "aac", "b.mp4"].as_slice()].concat());
    // Without `--run` the plan is shown, and nothing is done.
    let before = std::fs::read(folder.join("a.mkv")).unwrap();
    let words = ["label", "add", "a.mkv", "--producer", CODE, "--content-id", "1", "--explicit"];
    let plan = kouan_in(&folder, &words);
    assert_eq!(plan.code, 1);
    assert!(plan.stdout.contains("lt(t,2.000000)") && plan.stderr.contains("[LB159]"));
    assert_eq!(std::fs::read(folder.join("a.mkv")).unwrap(), before);
    for file in ["a.mkv", "b.mp4"] {
        let (old, packed) = (frames(&folder, file), packets(&folder, file));
        let mark = added(&folder, file, &["--run"]);
        assert!(mark["letter_pixels"].as_u64().unwrap() >= 12, "{mark}");
        assert_eq!(packets(&folder, file), packed, "{file}");
        let new = frames(&folder, file);
        assert_eq!(new.len(), old.len(), "{file}");
        // Where nothing is lost in packing, every frame behind the mark is the same.
        if file == "a.mkv" {
            for (index, (old, new)) in old.iter().zip(&new).enumerate() {
                assert_eq!(old.1 == new.1, index >= 20, "frame {index}");
            }
        }
        let check = kouan_in(&folder, &["label", "check", file, "--explicit", "--lint"]);
        assert_eq!(check.code, 0, "{file}: {}", check.stdout);
        let size = ["-v", "error", "-select_streams", "v", "-show_entries", "stream=width,height"];
        let size = ran(&folder, "ffprobe", &[&size, ["-of", "csv=p=0", file].as_slice()].concat());
        assert_eq!(size.trim(), "320,240");
        // Once is enough: nothing is packed again.
        let marked = std::fs::read(folder.join(file)).unwrap();
        added(&folder, file, &["--run"]);
        assert_eq!(std::fs::read(folder.join(file)).unwrap(), marked);
    }
    let left = std::fs::read_dir(&folder).unwrap().count();
    assert_eq!(left, 2, "nothing is left beside");
}

#[test]
fn every_kind_of_film_and_sound_gets_both_labels() {
    if !has_tools() {
        return;
    }
    let folder = scratch("seen-oracle-kinds");
    let picture = ["-f", "lavfi", "-i", "testsrc2=s=320x240:r=10:d=2.5"];
    let sound = ["-f", "lavfi", "-i", "sine=440:d=1:r=48000"];
    let films: [(&str, &str); 5] = [
        ("a.mov", "libx264"),
        ("a.webm", "libvpx"),
        ("b.webm", "libvpx-vp9"),
        ("a.avi", "mpeg4"),
        ("a.flv", "flv"),
    ];
    for (file, encoder) in films {
        ffmpeg(&folder, &[picture.as_slice(), &["-c:v", encoder, file]].concat());
        let mark = added(&folder, file, &["--run", "--at", "top-left"]);
        assert_eq!(mark["place"], "top-left", "{file}");
        let check = kouan_in(&folder, &["label", "check", file, "--explicit", "--lint"]);
        assert_eq!(check.code, 0, "{file}: {}", check.stdout);
    }
    let sounds = [("a.ogg", "libvorbis"), ("a.opus", "libopus"), ("a.m4a", "aac")];
    for (file, encoder) in sounds {
        ffmpeg(&folder, &[sound.as_slice(), &["-c:a", encoder, file]].concat());
        added(&folder, file, &["--run", "--at", "end"]);
        let words = ["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", file];
        let seconds: f64 = ran(&folder, "ffprobe", &words).trim().parse().unwrap();
        assert!((seconds - 2.2).abs() < 0.25, "{file}: one second and the rhythm: {seconds}");
        assert_eq!(kouan_in(&folder, &["label", "check", file, "--lint"]).code, 0);
    }
}

#[test]
fn packed_sound_begins_with_its_notice() {
    if !has_tools() {
        return;
    }
    let folder = scratch("seen-oracle-sound");
    let tone = ["-f", "lavfi", "-i", "sine=440:d=2:r=16000"];
    ffmpeg(&folder, &[tone.as_slice(), &["a.flac"]].concat());
    ffmpeg(&folder, &["-f", "lavfi", "-i", "sine=900:d=1:r=16000", "clip.wav"]);
    let samples = |file: &str| raw(&folder, file, &["-f", "s16le"]);
    let (old, clip) = (samples("a.flac"), samples("clip.wav"));
    added(&folder, "a.flac", &["--voice", "clip.wav", "--run"]);
    assert_eq!(samples("a.flac"), [clip, old].concat());
    assert!(found(&folder, "a.flac").contains(CODE));
    ffmpeg(&folder, &[tone.as_slice(), &["-c:a", "pcm_s16le", "a.wav"]].concat());
    let (old, clip) = (samples("a.wav"), samples("clip.wav"));
    added(&folder, "a.wav", &["--voice", "clip.wav", "--at", "end"]);
    assert_eq!(samples("a.wav"), [old, clip].concat());
    ffmpeg(&folder, &[tone.as_slice(), &["b.mp3"]].concat());
    added(&folder, "b.mp3", &["--at", "middle", "--run"]);
    let words = ["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", "b.mp3"];
    let seconds: f64 = ran(&folder, "ffprobe", &words).trim().parse().unwrap();
    assert!((seconds - 3.2).abs() < 0.25, "two seconds and the rhythm: {seconds}");
}

#[test]
fn without_ffmpeg_a_film_is_refused_and_left() {
    let folder = scratch("seen-without-ffmpeg");
    let film = b"\0\0\0\x10ftypisom\0\0\0\0\0\0\0\x08moov\0\0\0\x08mdat";
    std::fs::write(folder.join("a.mp4"), film).unwrap();
    let words = ["label", "add", "a.mp4", "--producer", CODE, "--content-id", "1", "--explicit"];
    let output = Command::new(env!("CARGO_BIN_EXE_kouan"))
        .args([words.as_slice(), &["--run", "--lang", "en"]].concat())
        .current_dir(&folder)
        .env_clear()
        .env("PATH", folder.join("nothing"))
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("[LB156]") && error.contains("`ffprobe`"), "{error}");
    assert_eq!(std::fs::read(folder.join("a.mp4")).unwrap(), film);
}
