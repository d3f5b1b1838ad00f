//! Labels as they are met: each shape is recognised, judged, and put right by the next write.

use super::media::{chunk, jpeg_with, png_with};
use super::{checked, codes, label, standard, written};
use crate::{Act, Dialect, Format, Place, Report, Verdict, read_payload};

const CODE: &str = "001191350100M000100Y4300000";

fn bare() -> String {
    format!(
        "{{\"Label\":\"1\",\"ContentProducer\":\"{CODE}\",\"ProduceID\":\"A\",\"ReservedCode1\":\"\",\
         \"ContentPropagator\":\"{CODE}\",\"PropagateID\":\"A\",\"ReservedCode2\":\"\"}}"
    )
}

fn wrapped() -> String {
    format!("{{\"AIGC\": {}}}", bare())
}

fn text_chunk(name: &[u8; 4], keyword: &str, text: &str) -> Vec<u8> {
    chunk(name, &[keyword.as_bytes(), b"\0", text.as_bytes()].concat())
}

fn refused(format: Format, bytes: &[u8]) -> &'static str {
    let act = Act::Replace(label("NEW"));
    let mut source = std::io::Cursor::new(bytes);
    crate::plan(&mut source, format, &act, None, &standard()).unwrap_err().code.0
}

#[test]
fn what_a_label_would_break_is_refused() {
    let manifest = chunk(b"caBX", b"made up");
    assert_eq!(refused(Format::Png, &png_with(&manifest, b"")), "LB108");
    assert_eq!(refused(Format::Jpeg, &jpeg_with(0xEB, b"JP\0\x01jumb c2pa")), "LB108");
    let mut film = b"\0\0\0\x18uuid\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c".to_vec();
    film.extend(b"\x92\x97\x58\x28\x87\x7e\xc4\x81\0\0\0\x08moov");
    assert_eq!(refused(Format::Mp4, &film), "LB108");
    // A frame whose length is not written as its version asks: what follows cannot be told apart.
    let mut sound = b"ID3\x04\0\0\0\0\x02\x1eTIT2\0\0\x01\0\0\0\0".to_vec();
    sound.resize(sound.len() + 255, b'x');
    sound.extend(b"TPE1\0\0\0\x03\0\0\0hi\0\0\0\0\0");
    sound.extend(b"\xff\xfb\x90\x64");
    assert_eq!(refused(Format::Mp3, &sound), "LB106");
    let pdf = "%PDF-1.4\n1 0 obj\n<< >>\nendobj\nxref\n1 1\n0000000009 00000 n \ntrailer\n\
               << /Size 2 /Root 1 0 R /Info << /Title (x) >> >>\nstartxref\n30\n%%EOF\n";
    assert_eq!(refused(Format::Pdf, pdf.as_bytes()), "LB106");
}

/// A file with this label at its place; a new label takes that one's place, and only that.
fn found(format: Format, bytes: &[u8], place: Place, wanted: &[&str]) -> Report {
    let report = checked(bytes, format);
    assert_eq!(codes(&report), wanted);
    assert_eq!(report.carriers.iter().map(|one| one.place).collect::<Vec<_>>(), [place]);
    if place != Place::Behind {
        let out = written(bytes, format, &Act::Replace(label("NEW")));
        assert_eq!(codes(&checked(&out, format)), [""; 0]);
    }
    report
}

#[test]
fn text_chunks_of_png_are_read_in_every_shape() {
    let png = |part: Vec<u8>| png_with(&part, b"");
    let place = Place::TextChunk;
    found(Format::Png, &png(text_chunk(b"tEXt", "AIGC", &wrapped())), place, &[]);
    found(Format::Png, &png(text_chunk(b"tEXt", "AIGC", &bare())), place, &["LB228"]);
    let twice = serde_json::to_string(&wrapped()).unwrap();
    found(Format::Png, &png(text_chunk(b"tEXt", "AIGC", &twice)), place, &["LB229"]);
    let lost = found(Format::Png, &png(text_chunk(b"tEXt", "AIGC", "yes")), place, &["LB202"]);
    assert_eq!(lost.verdict, Verdict::Wrong);
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut packed, wrapped().as_bytes()).unwrap();
    let body = [b"AIGC\0\0".as_slice(), &packed.finish().unwrap()].concat();
    found(Format::Png, &png(chunk(b"zTXt", &body)), Place::OtherTextChunk, &["LB225"]);
}

#[test]
fn a_label_behind_the_end_is_seen_and_not_rewritten() {
    let bytes = png_with(b"", wrapped().as_bytes());
    found(Format::Png, &bytes, Place::Behind, &["LB225"]);
    let act = Act::Replace(label("NEW"));
    let mut source = std::io::Cursor::new(&bytes);
    let plan = crate::plan(&mut source, Format::Png, &act, None, &standard()).unwrap();
    let mut out = Vec::new();
    plan.write(&mut source, &mut out).unwrap();
    let refused = plan.read_back(&mut std::io::Cursor::new(out), &standard());
    assert_eq!(refused.unwrap_err().code.0, "LB113");
}

/// A block with a comment in the first directory or in the Exif directory.
fn exif(tag: u16, is_first: bool, text: &str) -> Vec<u8> {
    let value = if tag == 0x9286 { format!("ASCII\0\0\0{text}") } else { text.to_owned() };
    let entry = |tag: u16, kind: u16, count: u32, at: u32| {
        let mut entry = [tag.to_le_bytes(), kind.to_le_bytes()].concat();
        entry.extend(count.to_le_bytes());
        entry.extend(at.to_le_bytes());
        entry
    };
    let comment = entry(tag, if tag == 0x9286 { 7 } else { 2 }, value.len() as u32, 44);
    let first = if is_first { comment.clone() } else { entry(0x8769, 4, 1, 26) };
    let mut block = b"Exif\0\0II*\0\x08\0\0\0\x01\0".to_vec();
    block.extend(first);
    block.extend([0; 4]);
    block.extend(b"\x01\0");
    block.extend(comment);
    block.extend([0; 4]);
    block.extend(value.bytes());
    block
}

#[test]
fn comments_of_exif_are_read_where_they_belong_and_where_they_do_not() {
    let jpeg = |block: &[u8]| jpeg_with(0xE1, block);
    let right = jpeg(&exif(0x9286, false, &wrapped()));
    found(Format::Jpeg, &right, Place::ExifComment, &[]);
    let wrong = jpeg(&exif(0x9286, true, &wrapped()));
    found(Format::Jpeg, &wrong, Place::ExifCommentMisplaced, &["LB225"]);
    let bare_segment = jpeg_with(0xEB, format!("AIGC{}", bare()).as_bytes());
    found(Format::Jpeg, &bare_segment, Place::Segment, &["LB225"]);
}

#[test]
fn words_of_vendors_are_recognised_and_left_alone() {
    let tencent =
        "{\"ServiceProvider\":\"x\",\"ServiceUser\":\"y\",\"Time\":\"z\",\"ContentId\":\"1\"}";
    let bytes = jpeg_with(0xE1, &exif(0x010E, true, tencent));
    let report = checked(&bytes, Format::Jpeg);
    assert_eq!(report.verdict, Verdict::CannotTell);
    assert_eq!(codes(&report), ["LB201", "LB233"]);
    assert_eq!(report.carriers[0].reading.dialect, Dialect::Tencent);
    // The standard's label goes beside it.
    let out = written(&bytes, Format::Jpeg, &Act::Add(label("NEW")));
    let report = checked(&out, Format::Jpeg);
    assert_eq!((report.verdict, codes(&report)), (Verdict::Labelled, vec!["LB233"]));
    let exported = read_payload("{\"aigc_info\":\"{}\",\"aigc_label_type\":0}", &standard());
    assert_eq!(exported.dialect, Dialect::ByteDance);
}

#[test]
fn values_are_judged_one_by_one() {
    let judged = |text: &str| {
        let bytes = png_with(&text_chunk(b"tEXt", "AIGC", &format!("{{\"AIGC\": {text}}}")), b"");
        let report = checked(&bytes, Format::Png);
        codes(&report).iter().map(|code| (*code).to_owned()).collect::<Vec<_>>()
    };
    let pair = format!("\"ContentPropagator\":\"{CODE}\",\"PropagateID\":\"A\"");
    let with = |head: &str| format!("{{{head},{pair}}}");
    let good = format!("\"ContentProducer\":\"{CODE}\",\"ProduceID\":\"A\"");
    assert_eq!(judged(&with(&format!("\"Label\":\"1\",{good}"))), [""; 0]);
    assert_eq!(judged(&with(&format!("\"Label\":1,{good}"))), ["LB221"]);
    assert_eq!(judged(&with(&format!("\"Label\":\"AIGC\",{good}"))), ["LB203"]);
    assert_eq!(judged(&with("\"Label\":\"1\",\"ContentProducer\":\"x\"")), ["LB204"]);
    assert_eq!(judged(&format!("{{\"Label\":\"1\",{good}}}")), ["LB224"]);
    assert_eq!(judged(&with(&format!("\"Label\":\"1\",{good},\"Time\":\"x\""))), ["LB227"]);
    assert_eq!(
        judged(&with("\"Label\":\"1\",\"ContentProducer\":\"例某\",\"ProduceID\":\"A\"")),
        ["LB222"]
    );
    let wrong = CODE.replace("43", "44");
    let value = format!("\"Label\":\"1\",\"ContentProducer\":\"{wrong}\",\"ProduceID\":\"A\"");
    assert_eq!(judged(&with(&value)), ["LB223"]);
    // A platform that found no label fills its own part.
    assert_eq!(judged(&format!("{{\"Label\":\"3\",{pair}}}")), [""; 0]);
    assert_eq!(judged(&format!("{{\"Label\":\"1\",{pair}}}")), ["LB204", "LB204"]);
}

#[test]
fn names_of_the_draft_are_understood_and_flagged() {
    let text = format!(
        "{{\"Label\":\"1\",\"ContentProducer\":\"{CODE}\",\"ProduceID\":\"A\",\"ReserveCode1\":\"r\",\
         \"Propagator\":\"{CODE}\",\"PropatorID\":\"B\"}}"
    );
    let reading = read_payload(&text, &standard());
    assert_eq!(reading.dialect, Dialect::Draft);
    let read = reading.label.unwrap();
    assert_eq!(read.get(crate::Field::PropagateId), "B");
    assert_eq!(read.get(crate::Field::ProducerReserved), "r");
    let bytes = png_with(&text_chunk(b"tEXt", "AIGC", &format!("{{\"AIGC\": {text}}}")), b"");
    found(Format::Png, &bytes, Place::TextChunk, &["LB226"; 3]);
}

#[test]
fn two_labels_are_an_error_even_when_they_agree() {
    let one = text_chunk(b"tEXt", "AIGC", &wrapped());
    let report = checked(&png_with(&[one.clone(), one.clone()].concat(), b""), Format::Png);
    assert_eq!(codes(&report), ["LB205"]);
    let other = text_chunk(b"tEXt", "AIGC", &wrapped().replace("\"A\"", "\"B\""));
    let both = png_with(&[one, other].concat(), b"");
    assert_eq!(codes(&checked(&both, Format::Png)), ["LB205", "LB206"]);
    // Writing leaves one.
    let out = written(&both, Format::Png, &Act::Replace(label("NEW")));
    assert_eq!(codes(&checked(&out, Format::Png)), [""; 0]);
}

#[test]
fn a_source_type_goes_into_the_same_packet_and_may_contradict() {
    let bytes = png_with(b"", b"");
    let act = Act::Add(label("A"));
    let base = "http://cv.iptc.org/newscodes/digitalsourcetype/";
    let made = format!("{base}trainedAlgorithmicMedia");
    let mut source = std::io::Cursor::new(&bytes);
    let plan = crate::plan(&mut source, Format::Png, &act, Some(&made), &standard()).unwrap();
    let mut out = Vec::new();
    plan.write(&mut source, &mut out).unwrap();
    let report = checked(&out, Format::Png);
    assert_eq!((codes(&report), report.source_types.as_slice()), (vec![], [made].as_slice()));
    let captured = format!("{base}digitalCapture");
    let mut source = std::io::Cursor::new(&out);
    let plan = crate::plan(&mut source, Format::Png, &act, Some(&captured), &standard()).unwrap();
    let mut out = Vec::new();
    plan.write(&mut source, &mut out).unwrap();
    assert_eq!(codes(&checked(&out, Format::Png)), ["LB231"]);
}

#[test]
fn a_block_of_yaml_at_the_end_of_a_text_is_seen() {
    let block = format!(
        "# Made up\n\n```yaml\nAIGC:\n  Label: '1'\n  ContentProducer: '{CODE}'\n  ProduceID: A\n  \
         ContentPropagator: \"{CODE}\"\n  PropagateID: A\n```\n"
    );
    let report = checked(block.as_bytes(), Format::Markdown);
    assert_eq!(codes(&report), ["LB225"]);
    assert_eq!(report.carriers[0].place, Place::TextBlock);
    let head = block.replace("# Made up\n\n```yaml\n", "---\n").replace("```\n", "---\ntext\n");
    let report = checked(head.as_bytes(), Format::Markdown);
    assert_eq!((codes(&report), report.carriers[0].place), (vec![], Place::FrontMatter));
    let number = head.replace("Label: '1'", "Label: 1");
    assert_eq!(codes(&checked(number.as_bytes(), Format::Markdown)), ["LB221"]);
}

#[test]
fn keys_of_films_are_read_wherever_they_stand() {
    let boxed = |name: &[u8; 4], content: &[u8]| {
        let len = (content.len() as u32 + 8).to_be_bytes();
        [len.as_slice(), name, content].concat()
    };
    let data = boxed(b"data", &[b"\0\0\0\x01\0\0\0\0".as_slice(), bare().as_bytes()].concat());
    let meta = |handler: &[u8], name: &[u8; 4], keys: &[u8]| {
        let handler = [&[0; 8], handler, &[0; 13]].concat();
        let list = boxed(b"ilst", &boxed(name, &data));
        boxed(b"meta", &[&[0; 4], boxed(b"hdlr", &handler).as_slice(), keys, &list].concat())
    };
    let key = |name: &[u8]| {
        let entry = boxed(b"mdta", name);
        boxed(b"keys", &[b"\0\0\0\0\0\0\0\x01".as_slice(), &entry].concat())
    };
    let film = |content: Vec<u8>| {
        let moov = [boxed(b"mvhd", &[0; 100]), content].concat();
        [boxed(b"ftyp", b"isom\0\0\0\0"), boxed(b"moov", &moov)].concat()
    };
    let number = [0, 0, 0, 1];
    let right = film(boxed(b"udta", &meta(b"mdta", &number, &key(b"AIGC"))));
    found(Format::Mp4, &right, Place::Keys, &[]);
    let closed = film(boxed(b"udta", &meta(b"mdta", &number, &key(b"AIGC\0"))));
    found(Format::Mp4, &closed, Place::Keys, &[]);
    let outside = film(meta(b"mdta", &number, &key(b"AIGC")));
    found(Format::Mp4, &outside, Place::KeysElsewhere, &["LB225"]);
    let nameless = film(boxed(b"udta", &meta(b"mdir", &number, b"")));
    found(Format::Mp4, &nameless, Place::Nameless, &["LB225"]);
}
