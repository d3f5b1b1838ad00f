//! What the targets share: bytes become a file, and the file is read to its end.

use std::cell::RefCell;
use std::path::PathBuf;

use kouan_sources::{Options, Want, find};
use kouan_table::{Batch, Cells};

/// A file of this process, written anew for every input: the readers take files, since they read
/// some of them (Parquet, archives) from the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(ending: &str) -> Scratch {
        let name = format!("kouan-fuzz-{}.{ending}", std::process::id());
        Scratch(std::env::temp_dir().join(name))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

thread_local! {
    static SCRATCH: RefCell<Vec<(String, Scratch)>> = const { RefCell::new(Vec::new()) };
}

fn scratch(ending: &str) -> PathBuf {
    SCRATCH.with_borrow_mut(|kept| {
        if let Some((_, found)) = kept.iter().find(|(of, _)| of == ending) {
            return found.0.clone();
        }
        let made = Scratch::new(ending);
        let path = made.0.clone();
        kept.push((ending.to_owned(), made));
        path
    })
}

/// Reads the bytes as a file with this ending: whole, as a sample, and its definitions alone. Every
/// span must lie in its buffer, and every column must have a cell for each row.
pub fn read_as_file(ending: &str, bytes: &[u8]) {
    let path = scratch(ending);
    if std::fs::write(&path, bytes).is_err() {
        return;
    }
    let options = Options::default();
    let Ok(inputs) = find(&[path.to_string_lossy().into_owned()], &options) else { return };
    for input in inputs {
        for want in [Want::Everything, Want::Sample(7), Want::Metadata] {
            let Ok(mut opened) = input.open(want, &options) else { continue };
            while let Ok(Some(block)) = opened.rows.next() {
                let _ = block.read(&mut |batch| look(batch));
            }
            let _ = opened.rows.notes();
        }
    }
}

fn look(batch: &Batch<'_>) {
    for column in batch.columns {
        if let Cells::Text { bytes, spans, .. } = column.cells {
            assert_eq!(spans.len(), batch.rows);
            for span in spans {
                assert!(*span == kouan_table::Span::NULL || span.of(bytes).is_some());
            }
        }
    }
}

/// A standard of labels for the target that writes them; the rulebook's own needs no fuzzing.
pub fn label_standard() -> kouan_label::Standard {
    use kouan_label::{CodeRules, ExplicitRules, Field, Kind, Standard};
    let names = [
        "Label",
        "ContentProducer",
        "ProduceID",
        "ReservedCode1",
        "ContentPropagator",
        "PropagateID",
        "ReservedCode2",
    ];
    Standard {
        key: "AIGC".to_owned(),
        namespace: "http://www.tc260.org.cn/ns/AIGC/1.0/".to_owned(),
        prefix: "TC260".to_owned(),
        members: Field::ALL.into_iter().zip(names.map(str::to_owned)).collect(),
        earlier: vec![("Propagator".to_owned(), Field::Propagator)],
        kinds: Kind::ALL.into_iter().zip(["1", "2", "3"].map(str::to_owned)).collect(),
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
            ai_words: vec!["AI".to_owned()],
            made_words: Vec::new(),
            height_percent: 5,
            video_seconds: 2,
            rhythm: ".- ..".to_owned(),
            characters_per_minute: (120, 160),
        },
        log_months: 6,
    }
}
