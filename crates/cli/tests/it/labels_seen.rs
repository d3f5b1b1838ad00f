//! `kouan label add --explicit`: labels to be seen, heard and read, and what is refused. The file
//! is never damaged.

use std::path::PathBuf;

use serde_json::Value;

use crate::program::{Run, kouan_in, scratch};

const CODE: &str = "001191350100M000100Y4300000";

struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Folder {
        Folder(scratch(test))
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.0.join(name), bytes).unwrap();
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.join(name)).unwrap()
    }

    fn run(&self, words: &[&str]) -> Run {
        let fixed = ["--lang", "en", "--on", "2026-11-22"];
        kouan_in(&self.0, &[&["label"], words, &fixed].concat())
    }

    fn add(&self, file: &str, more: &[&str]) -> Run {
        let words = ["add", file, "--producer", CODE, "--content-id", "TEST-1", "--explicit"];
        self.run(&[&words, more].concat())
    }

    /// The part of the document on the first file.
    fn first(&self, run: &Run) -> Value {
        let document: Value = serde_json::from_str(&run.stdout).unwrap();
        document.pointer("/files/0").unwrap().clone()
    }

    fn refused(&self, file: &str, more: &[&str], code: &str) {
        let before = self.bytes(file);
        let run = self.add(file, more);
        assert_eq!(run.code, 2, "{}{}", run.stdout, run.stderr);
        assert!(run.stderr.contains(&format!("[{code}]")), "{code}: {}", run.stderr);
        assert_eq!(self.bytes(file), before);
        let left = std::fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name());
        let left: Vec<_> = left.filter(|name| name.to_string_lossy().starts_with('.')).collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

fn checksum(bytes: &[u8]) -> u32 {
    let step = |sum: u32| if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 };
    !bytes.iter().fold(!0, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |sum, _| step(sum)))
}

/// A grey picture of one value, packed without compression.
fn png(width: u32, height: u32, grey: u8) -> Vec<u8> {
    let row = [vec![0], vec![grey; width as usize]].concat();
    let data = row.repeat(height as usize);
    let (one, other) = data.iter().fold((1_u32, 0_u32), |(one, other), byte| {
        let one = (one + u32::from(*byte)) % 65_521;
        (one, (other + one) % 65_521)
    });
    let mut packed = vec![0x78, 1];
    let blocks = data.chunks(60_000);
    let last = blocks.len() - 1;
    for (index, block) in blocks.enumerate() {
        let len = block.len() as u16;
        packed.push(u8::from(index == last));
        packed.extend([len.to_le_bytes(), (!len).to_le_bytes()].concat());
        packed.extend(block);
    }
    packed.extend((other << 16 | one).to_be_bytes());
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([8, 0, 0, 0, 0]);
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, body) in [(b"IHDR", header), (b"IDAT", packed), (b"IEND", Vec::new())] {
        let named = [name.as_slice(), &body].concat();
        out.extend((body.len() as u32).to_be_bytes());
        out.extend(&named);
        out.extend(checksum(&named).to_be_bytes());
    }
    out
}

/// A WAV file of one channel and 16 bits.
fn wav(rate: u32, samples: usize) -> Vec<u8> {
    let data: Vec<u8> = (0..samples).flat_map(|at| (at as i16).to_le_bytes()).collect();
    let mut out = b"RIFF".to_vec();
    out.extend((data.len() as u32 + 36).to_le_bytes());
    out.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    out.extend([rate.to_le_bytes(), (rate * 2).to_le_bytes()].concat());
    out.extend(b"\x02\0\x10\0data");
    out.extend((data.len() as u32).to_le_bytes());
    out.extend(data);
    out
}

#[test]
fn a_picture_is_marked_then_labelled_and_once() {
    let folder = Folder::new("seen-picture");
    folder.put("a.png", &png(320, 200, 255));
    let plan = folder.add("a.png", &["--dry-run"]);
    assert_eq!((plan.code, folder.bytes("a.png")), (0, png(320, 200, 255)));
    assert!(plan.stdout.contains("not written"), "{}", plan.stdout);
    let run = folder.add("a.png", &["--output-format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let file = folder.first(&run);
    let mark = &file["explicit"];
    assert_eq!((&mark["kind"], &mark["dress"]), (&"seen".into(), &"black".into()));
    assert_eq!(mark["least_pixels"], 10);
    assert!(mark["letter_pixels"].as_u64().unwrap() >= 12);
    assert!(mark["contrast_percent"].as_u64().unwrap() >= 1_800);
    assert_eq!((&file["done"], &file["verdict"]), (&"written".into(), &"labelled".into()));
    let found = folder.run(&["check", "a.png", "--explicit", "--lint"]);
    assert_eq!(found.code, 0, "{}", found.stdout);
    assert!(found.stdout.contains("to be seen: bottom right"), "{}", found.stdout);
    let marked = folder.bytes("a.png");
    let again = folder.add("a.png", &[]);
    assert!(again.stdout.contains("as it was"), "{}", again.stdout);
    assert_eq!(folder.bytes("a.png"), marked);
    // A mark elsewhere goes into a copy; the file itself is left.
    folder.put("b.png", &png(320, 200, 0));
    let run = folder.add("b.png", &["--into", "out", "--at", "top-left", "--height", "20"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(folder.bytes("b.png"), png(320, 200, 0));
    let words = ["check", "out/b.png", "--explicit", "--height", "20"];
    assert!(folder.run(&words).stdout.contains("top left, 40 pixels"), "{}", run.stdout);
}

#[test]
fn a_mark_of_others_is_unknown_and_not_missing() {
    let folder = Folder::new("seen-unknown");
    folder.put("a.png", &png(320, 200, 255));
    let words = ["add", "a.png", "--producer", CODE, "--content-id", "TEST-1"];
    assert_eq!(folder.run(&words).code, 0);
    let run = folder.run(&["check", "a.png", "--explicit"]);
    assert_eq!(run.code, 3, "{}", run.stdout);
    assert!(run.stdout.contains("cannot be told"), "{}", run.stdout);
    assert_eq!(folder.run(&["check", "a.png"]).code, 0);
}

#[test]
fn words_follow_the_kind_and_are_held_to_both_elements() {
    let folder = Folder::new("seen-words");
    folder.put("a.png", &png(320, 200, 255));
    assert_eq!(folder.add("a.png", &["--kind", "suspected"]).code, 0);
    let run = folder.run(&["check", "a.png", "--explicit"]);
    assert_eq!(run.code, 0, "the words of its kind are looked for: {}", run.stdout);
    let other = folder.run(&["check", "a.png", "--explicit", "--words", "AI合成"]);
    assert_eq!(other.code, 3);
    // A character that the small font lacks comes from the large one.
    folder.put("b.png", &png(320, 200, 255));
    assert_eq!(folder.add("b.png", &["--words", "例某AI生成"]).code, 0);
    folder.put("c.png", &png(320, 200, 255));
    folder.refused("c.png", &["--words", "AI"], "LB150");
    folder.refused("c.png", &["--words", "AI生成\u{1F600}"], "LB152");
    folder.refused("c.png", &["--at", "middle"], "LB162");
    folder.refused("c.png", &["--height", "4"], "LB163");
    folder.put("font", b"no font");
    let run = folder.add("c.png", &["--font", "font"]);
    assert!(run.stderr.contains("[LB166]"), "{}", run.stderr);
    folder.put("small.png", &png(30, 200, 255));
    folder.refused("small.png", &[], "LB151");
    folder.put("a.gif", b"GIF89a\x01\0\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;");
    folder.refused("a.gif", &[], "LB153");
    // Without `--explicit` its words mean nothing.
    let words = ["add", "c.png", "--producer", CODE, "--content-id", "1", "--words", "AI生成"];
    assert_eq!(folder.run(&words).code, 2);
}

#[test]
fn sound_gets_a_rhythm_or_a_voice() {
    let folder = Folder::new("seen-sound");
    folder.put("a.wav", &wav(16_000, 100));
    let run = folder.add("a.wav", &["--at", "end", "--output-format", "json"]);
    let mark = &folder.first(&run)["explicit"];
    assert_eq!((&mark["first_sample"], &mark["samples"]), (&100.into(), &19_200.into()));
    assert_eq!(folder.run(&["check", "a.wav", "--explicit"]).code, 0);
    folder.put("b.wav", &wav(16_000, 100));
    // Four characters in two seconds: 120 a minute.
    folder.put("clip.wav", &wav(16_000, 32_000));
    let run = folder.add("b.wav", &["--voice", "clip.wav", "--words", "AI生成"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let all = folder.bytes("b.wav");
    assert!(all.windows(64_200).any(|window| {
        window[..64_000] == wav(16_000, 32_000)[44..] && window[64_000..] == wav(16_000, 100)[44..]
    }));
    folder.put("c.wav", &wav(16_000, 100));
    folder.put("fast.wav", &wav(16_000, 3_200));
    let run = folder.add("c.wav", &["--voice", "fast.wav", "--words", "人工智能生成"]);
    assert!(run.stderr.contains("[LB165]"), "{}", run.stderr);
    folder.put("d.wav", &wav(8_000, 100));
    folder.refused("d.wav", &["--voice", "clip.wav"], "LB161");
    folder.refused("d.wav", &["--at", "top"], "LB162");
}

#[test]
fn texts_get_a_notice_and_markdown_a_label_before_it() {
    let folder = Folder::new("seen-text");
    folder.put("a.md", b"# made up\n");
    assert_eq!(folder.add("a.md", &[]).code, 0);
    let text = String::from_utf8(folder.bytes("a.md")).unwrap();
    assert!(text.starts_with("---\nAIGC:\n"), "{text}");
    assert!(text.ends_with("---\n> 本内容为人工智能生成合成内容\n\n# made up\n"), "{text}");
    assert!(folder.run(&["check", "a.md", "--explicit"]).stdout.contains("line 11"));
    folder.put("a.txt", b"made up\n");
    let run = folder.add("a.txt", &["--at", "end"]);
    assert_eq!(run.code, 1, "a text has no place for the implicit label");
    assert!(run.stderr.contains("[LB164]"), "{}", run.stderr);
    let text = String::from_utf8(folder.bytes("a.txt")).unwrap();
    assert_eq!(text, "made up\n\n本内容为人工智能生成合成内容\n");
    let again = folder.add("a.txt", &["--at", "end", "--output-format", "json"]);
    assert_eq!(folder.first(&again)["done"], "unchanged");
}

#[test]
fn a_snippet_is_written_for_the_interface() {
    let folder = Folder::new("seen-snippet");
    let run = folder.run(&["snippet", "--kind", "possible"]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("<span lang=\"zh-CN\">本内容可能为"), "{}", run.stdout);
    assert!(run.stdout.contains("<span lang=\"en\">this content may be"), "{}", run.stdout);
    let run = folder.run(&["snippet", "--words", "AI"]);
    assert!(run.stderr.contains("[LB150]"), "{}", run.stderr);
}
