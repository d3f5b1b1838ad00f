//! Pictures that another program packed (Pillow, from a made-up gradient): a progressive one that
//! is turned by EXIF, one of grey with restarts, one with half the colours across and a profile.

use proptest::prelude::*;

use super::{Jpeg, read, write};
use crate::picture::canvas::{Area, Canvas, Paint};
use crate::tests::{drawn, rules};
use crate::{Fonts, Wish};

const TURNED: &[u8] = include_bytes!("turned-progressive.jpg");
const RESTARTS: &[u8] = include_bytes!("restarts.jpg");
const WIDE: &[u8] = include_bytes!("wide.jpg");

/// Numbers of the blocks that differ, by channel.
fn changed(one: &Jpeg, other: &Jpeg) -> Vec<Vec<usize>> {
    let channels = one.channels.iter().zip(&other.channels);
    let differing = channels.map(|(one, other)| {
        assert_eq!(one.quantisers, other.quantisers);
        let blocks = one.blocks.iter().zip(&other.blocks).enumerate();
        blocks.filter(|(_, (one, other))| one != other).map(|(index, _)| index).collect()
    });
    differing.collect()
}

#[test]
fn what_is_packed_again_says_the_same() {
    for bytes in [TURNED, RESTARTS, WIDE] {
        let old = read(bytes).unwrap();
        let new = write(bytes, &old).unwrap();
        let again = read(&new).unwrap();
        assert_eq!(changed(&old, &again), vec![Vec::<usize>::new(); old.channels.len()]);
        assert_eq!(write(&new, &again).unwrap(), new, "the same picture, the same bytes");
        for kept in &old.kept {
            let segment = &bytes[kept.clone()];
            assert!(new.windows(segment.len()).any(|window| window == segment));
        }
    }
}

#[test]
fn only_the_blocks_that_the_mark_touches_change() {
    for bytes in [RESTARTS, WIDE] {
        let (new, drawn) = drawn(bytes, "AI生成");
        let (old, new) = (read(bytes).unwrap(), read(&new).unwrap());
        for (channel, blocks) in old.channels.iter().zip(changed(&old, &new)) {
            assert!(!blocks.is_empty());
            let step = |most: usize, own: usize| (8 * most / own) as u32;
            let (x, y) = (step(old.most().0, channel.across), step(old.most().1, channel.down));
            for block in blocks {
                let column = (block % channel.columns) as u32 * x;
                let row = (block / channel.columns) as u32 * y;
                let Area { left, top, width, height } = drawn.area;
                assert!(column + x > left && column < left + width, "{column} {:?}", drawn.area);
                assert!(row + y > top && row < top + height, "{row} {:?}", drawn.area);
            }
        }
    }
}

#[test]
fn a_turned_picture_is_marked_as_it_is_shown() {
    let (new, drawn) = drawn(TURNED, "AI生成");
    // Shown upright it is 120 wide and 160 high; stored the other way round.
    assert!(drawn.area.left + drawn.area.width <= 120 && drawn.area.top > 100, "{drawn:?}");
    let (old, new) = (read(TURNED).unwrap(), read(&new).unwrap());
    let light = &changed(&old, &new)[0];
    // The lower right corner as shown is stored in the upper right one.
    let columns = old.channels[0].columns;
    assert!(light.iter().all(|block| block % columns >= columns / 2), "{light:?}");
}

#[test]
fn light_comes_out_as_it_was_painted() {
    let mut jpeg = read(WIDE).unwrap();
    let area = Area { left: 16, top: 16, width: 32, height: 16 };
    jpeg.paint(area, &vec![Paint { grey: 255, cover: 255 }; area.count()]);
    assert!(jpeg.look(area).iter().all(|seen| seen.colour.iter().all(|part| *part > 245)));
    jpeg.paint(area, &vec![Paint { grey: 0, cover: 255 }; area.count()]);
    assert!(jpeg.look(area).iter().all(|seen| seen.colour.iter().all(|part| *part < 10)));
}

#[test]
fn what_cannot_be_rewritten_is_refused() {
    let code = |bytes: &[u8]| read(bytes).unwrap_err().code.0;
    let start = WIDE.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    let mut other = WIDE.to_vec();
    other[start + 1] = 0xC9;
    assert_eq!(code(&other), "LB106", "arithmetic coding");
    other[start + 1] = 0xC0;
    other[start + 4] = 12;
    assert_eq!(code(&other), "LB106", "twelve bits");
    other[start + 4] = 8;
    other[start + 9] = 4;
    assert_eq!(code(&other), "LB106", "four channels");
    let mut several = WIDE[..2].to_vec();
    several.extend(b"\xFF\xE2\0\x06MPF\0");
    several.extend(&WIDE[2..]);
    assert_eq!(code(&several), "LB106", "several pictures");
    assert_eq!(code(&WIDE[..WIDE.len() - 40]), "LB104");
    assert_eq!(code(b"\xFF\xD8\xFF\xD9"), "LB104");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn mangled_files_never_panic(
        which in 0_usize..3,
        at in 0_usize..9_000,
        byte: u8,
        cut in 0_usize..9_000,
    ) {
        let mut bytes = [TURNED, RESTARTS, WIDE][which].to_vec();
        let at = at % bytes.len();
        bytes[at] = byte;
        if cut % 3 == 0 {
            bytes.truncate(cut);
        }
        if let Ok(jpeg) = read(&bytes) {
            let _ = write(&bytes, &jpeg);
        }
    }

    #[test]
    fn any_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let wish = Wish { words: "AI生成", place: None, percent: None };
        let mut all = b"\xFF\xD8\xFF".to_vec();
        all.extend(bytes);
        let _ = crate::draw(&all, kouan_label::Format::Jpeg, &wish, &Fonts::default(), &rules());
    }
}
