//! What holds for every container: what is written is read back, once; nothing else changes; no
//! bytes make a reader panic.

use std::io::Cursor;

use proptest::prelude::*;

use crate::*;

mod films;
mod mangled;
pub(crate) mod media;
mod papers;
mod wild;

/// A standard for tests, as the rulebook has it.
pub(crate) fn standard() -> Standard {
    let text = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let names = [
        "Label",
        "ContentProducer",
        "ProduceID",
        "ReservedCode1",
        "ContentPropagator",
        "PropagateID",
        "ReservedCode2",
    ];
    let earlier = [
        ("ReserveCode1", Field::ProducerReserved),
        ("ReserveCode2", Field::PropagatorReserved),
        ("Propagator", Field::Propagator),
        ("PropatorID", Field::PropagateId),
        ("PropagatorID", Field::PropagateId),
    ];
    let kinds = Kind::ALL.into_iter().zip(["1", "2", "3"]);
    Standard {
        key: "AIGC".to_owned(),
        namespace: "http://www.tc260.org.cn/ns/AIGC/1.0/".to_owned(),
        prefix: "TC260".to_owned(),
        members: Field::ALL.into_iter().zip(names.map(str::to_owned)).collect(),
        earlier: earlier.map(|(name, field)| (name.to_owned(), field)).into(),
        kinds: kinds.map(|(kind, value)| (kind, value.to_owned())).collect(),
        characters: vec![('!', '!'), ('#', '['), (']', '~')],
        code: CodeRules {
            format: "00".to_owned(),
            organisation: '1',
            credit_code: '1',
            generation: '1',
            propagation: '2',
            no_extension: "00000".to_owned(),
        },
        explicit: ExplicitRules {
            ai_words: text(&["人工智能", "AI"]),
            made_words: text(&["生成", "合成"]),
            height_percent: 5,
            video_seconds: 2,
            rhythm: ".- ..".to_owned(),
            characters_per_minute: (120, 160),
        },
        log_months: 6,
    }
}

const PRODUCER: &str = "001191350100M000100Y4300000";

pub(crate) fn label(content: &str) -> Label {
    let mut label = Label::first(Kind::Generated, PRODUCER, content, &standard());
    label.set(Field::ProducerReserved, "{\"SecurityData\":{\"Type\":\"x<&>\"}}");
    label
}

fn checked(bytes: &[u8], format: Format) -> Report {
    check(&mut Cursor::new(bytes), format, &standard()).unwrap()
}

fn written(bytes: &[u8], format: Format, act: &Act) -> Vec<u8> {
    let standard = standard();
    let mut source = Cursor::new(bytes);
    let plan = plan(&mut source, format, act, None, &standard).unwrap();
    let mut out = Vec::new();
    let len = plan.write(&mut source, &mut out).unwrap();
    assert_eq!(len, out.len() as u64);
    plan.read_back(&mut Cursor::new(&out), &standard).unwrap();
    out
}

fn codes(report: &Report) -> Vec<&str> {
    report.findings.iter().map(|finding| finding.code.0).collect()
}

#[test]
fn every_format_takes_a_label_and_gives_it_back() {
    for sample in media::samples() {
        let (format, bytes) = (sample.format, &sample.bytes);
        assert_eq!(sniff(bytes, Some(sample.name)), Some(format), "{}", sample.name);
        assert_eq!(checked(bytes, format).verdict, Verdict::Missing, "{}", sample.name);
        let out = written(bytes, format, &Act::Add(label("CONTENT-1")));
        let report = checked(&out, format);
        assert_eq!(codes(&report), [""; 0], "{}", sample.name);
        assert_eq!(report.verdict, Verdict::Labelled);
        assert_eq!(report.label(), Some(&label("CONTENT-1")));
        assert_eq!(sniff(&out, Some(sample.name)), Some(format));
        (sample.media)(bytes, &out);
    }
}

#[test]
fn the_same_label_twice_is_the_same_file() {
    for sample in media::samples() {
        let act = Act::Add(label("CONTENT-1"));
        let once = written(&sample.bytes, sample.format, &act);
        let plan = plan(&mut Cursor::new(&once), sample.format, &act, None, &standard()).unwrap();
        assert!(plan.is_unchanged(), "{}", sample.name);
        assert_eq!(written(&once, sample.format, &act), once);
    }
}

#[test]
fn another_label_is_replaced_only_when_that_is_said() {
    for sample in media::samples() {
        let once = written(&sample.bytes, sample.format, &Act::Add(label("CONTENT-1")));
        let refused = plan(
            &mut Cursor::new(&once),
            sample.format,
            &Act::Add(label("OTHER")),
            None,
            &standard(),
        );
        assert_eq!(refused.unwrap_err().code.0, "LB109", "{}", sample.name);
        for content in ["N", "A-MUCH-LONGER-NUMBER-OF-THE-CONTENT-THAN-THE-FIRST-ONE-WAS"] {
            let twice = written(&once, sample.format, &Act::Replace(label(content)));
            let report = checked(&twice, sample.format);
            assert_eq!(codes(&report), [""; 0], "{}", sample.name);
            assert_eq!(report.label(), Some(&label(content)));
            (sample.media)(&sample.bytes, &twice);
        }
    }
}

#[test]
fn a_platform_fills_its_own_part_and_nothing_else() {
    for sample in media::samples() {
        let once = written(&sample.bytes, sample.format, &Act::Add(label("CONTENT-1")));
        let act = Act::Propagate {
            platform: "001191350100M000100Y4320001".to_owned(),
            content: "SPREAD-9".to_owned(),
            reserved: String::new(),
            kind: Kind::Possible,
        };
        let twice = written(&once, sample.format, &act);
        let mut wanted = label("CONTENT-1");
        wanted.set(Field::Propagator, "001191350100M000100Y4320001");
        wanted.set(Field::PropagateId, "SPREAD-9");
        wanted.set(Field::PropagatorReserved, "");
        assert_eq!(checked(&twice, sample.format).label(), Some(&wanted), "{}", sample.name);
        let alone = written(&sample.bytes, sample.format, &act);
        let report = checked(&alone, sample.format);
        assert_eq!(report.verdict, Verdict::Labelled, "{:?}", report.findings);
        assert_eq!(report.label().unwrap().get(Field::Label), "2");
    }
}

#[test]
fn chinese_names_survive_every_container() {
    for sample in media::samples() {
        let name = "例某人工智能\u{20000}";
        let given = Label::first(Kind::Generated, name, "甲一\"x\\y", &standard());
        let out = written(&sample.bytes, sample.format, &Act::Add(given.clone()));
        let report = checked(&out, sample.format);
        assert_eq!(report.label(), Some(&given), "{}", sample.name);
        assert_eq!(report.verdict, Verdict::Labelled);
        assert!(codes(&report).contains(&"LB222"));
    }
}

#[test]
fn a_file_cut_anywhere_is_read_or_refused() {
    for sample in media::samples() {
        let whole = written(&sample.bytes, sample.format, &Act::Add(label("CONTENT-1")));
        let step = (whole.len() / 400).max(1);
        for end in (0..whole.len()).step_by(step) {
            let mut cut = Cursor::new(&whole[..end]);
            if check(&mut cut, sample.format, &standard()).is_ok() {
                let act = Act::Replace(label("CONTENT-2"));
                if let Ok(plan) = plan(&mut cut, sample.format, &act, None, &standard()) {
                    let mut out = Vec::new();
                    plan.write(&mut cut, &mut out).unwrap();
                }
            }
        }
    }
}

/// Bytes of a sample with some of them changed: what lies about lengths, nests and turns in
/// circles.
fn mangled() -> impl Strategy<Value = (Format, Vec<u8>)> {
    let samples: Vec<(Format, Vec<u8>)> = media::samples()
        .into_iter()
        .map(|sample| {
            let act = Act::Add(label("CONTENT-1"));
            (sample.format, written(&sample.bytes, sample.format, &act))
        })
        .collect();
    let change = (any::<prop::sample::Index>(), prop_oneof![Just(0), Just(0xff), any::<u8>()]);
    (prop::sample::select(samples), prop::collection::vec(change, 1..8)).prop_map(
        |((format, mut bytes), changes)| {
            for (index, byte) in changes {
                let at = index.index(bytes.len());
                bytes[at] = byte;
            }
            (format, bytes)
        },
    )
}

fn walked(format: Format, bytes: &[u8]) {
    let standard = standard();
    let mut source = Cursor::new(bytes);
    let _ = check(&mut source, format, &standard);
    let act = Act::Replace(label("CONTENT-2"));
    if let Ok(plan) = plan(&mut source, format, &act, Some("http://x.invalid/y"), &standard) {
        let mut out = Vec::new();
        plan.write(&mut source, &mut out).unwrap();
        let _ = plan.read_back(&mut Cursor::new(&out), &standard);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_mangled_file_never_panics((format, bytes) in mangled()) {
        walked(format, &bytes);
    }

    #[test]
    fn any_bytes_never_panic(
        format in prop::sample::select(Format::ALL.to_vec()),
        bytes in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        walked(format, &bytes);
    }

    #[test]
    fn any_text_as_payload_never_panics(text in ".{0,200}") {
        let _ = read_payload(&text, &standard());
        let _ = read_payload(&format!("{{\"AIGC\":{text}}}"), &standard());
    }

    #[test]
    fn any_values_come_back_from_their_json(values in prop::collection::vec("\\PC{0,40}", 7)) {
        let standard = standard();
        let mut label = Label::default();
        for (field, value) in Field::ALL.into_iter().zip(&values) {
            label.set(field, value);
        }
        for text in [label.bare(&standard), label.wrapped(&standard)] {
            let read = read_payload(&text, &standard);
            prop_assert_eq!(read.label.as_ref(), Some(&label));
        }
    }
}
