//! Marks measured independently of what drew them: on the decoded points of the new file, against
//! the old ones.

use std::io::Cursor;

use kouan_label::{ExplicitRules, Format, sniff};
use proptest::prelude::*;

use crate::picture::png::packed;
use crate::picture::raster::Raster;
use crate::{Area, Drawn, Dress, Fonts, Place, Wish, draw, find, overlay};

pub(crate) fn rules() -> ExplicitRules {
    ExplicitRules {
        ai_words: vec!["人工智能".to_owned(), "AI".to_owned()],
        made_words: vec!["生成".to_owned(), "合成".to_owned()],
        height_percent: 5,
        video_seconds: 2,
        rhythm: ".- ..".to_owned(),
        characters_per_minute: (120, 160),
    }
}

fn wish(words: &str) -> Wish<'_> {
    Wish { words, place: None, percent: None }
}

/// A picture with its mark; the same again changes nothing.
pub(crate) fn drawn(bytes: &[u8], words: &str) -> (Vec<u8>, Drawn) {
    let format = sniff(bytes, None).unwrap();
    let fonts = Fonts::default();
    let (new, drawn) = draw(bytes, format, &wish(words), &fonts, &rules()).unwrap();
    let new = new.unwrap();
    let again = draw(&new, format, &wish(words), &fonts, &rules()).unwrap();
    assert_eq!((again.0, again.1.area), (None, drawn.area));
    let found = find(&new, format, &wish(words), &fonts, &rules()).unwrap();
    assert_eq!(found.map(|found| found.area), Some(drawn.area));
    (new, drawn)
}

fn raster(width: u32, height: u32, point: impl Fn(u32, u32) -> [u8; 3]) -> Raster {
    let points = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let data = points.flat_map(|(x, y)| point(x, y)).collect();
    Raster { width, height, channels: 3, is_wide: false, data }
}

fn noise(x: u32, y: u32) -> [u8; 3] {
    let mut state = x.wrapping_mul(0x9E37_79B9) ^ y.wrapping_mul(0x85EB_CA6B) ^ 0x1234_5678;
    [0; 3].map(|_: u8| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
}

/// The decoded points, as red, green and blue.
fn points(bytes: &[u8]) -> (u32, Vec<[u8; 3]>) {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let mut reader = decoder.read_info().unwrap();
    let mut data = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut data).unwrap();
    let step = info.color_type.samples();
    let colour = |point: &[u8]| match step {
        1 | 2 => [point[0]; 3],
        _ => [point[0], point[1], point[2]],
    };
    (info.width, data.chunks_exact(step).map(colour).collect())
}

fn is_inside(area: Area, at: usize, width: u32) -> bool {
    let (x, y) = (at as u32 % width, at as u32 / width);
    (area.left..area.left + area.width).contains(&x)
        && (area.top..area.top + area.height).contains(&y)
}

/// Heights of the ink in the left and the right part of a mark: of `AI` and of `生成`.
fn ink_heights(old: &[u8], new: &[u8], drawn: &Drawn) -> [u32; 2] {
    let ((width, old), (_, new)) = (points(old), points(new));
    let middle = drawn.area.left + drawn.area.width * 2 / 5;
    [false, true].map(|is_right| {
        let inked = |at: &usize| {
            let x = *at as u32 % width;
            let part = is_inside(drawn.area, *at, width) && (x > middle) == is_right;
            // Covered at least half: half of the way from what was there to the ink, or more.
            let ink = if drawn.dress == Dress::Black { 0_u8 } else { 255 };
            let (from, to) = (old[*at], new[*at]);
            let way = |goal: [u8; 3]| -> u32 {
                from.iter().zip(goal).map(|(from, to)| u32::from(from.abs_diff(to))).sum()
            };
            let is_covered = way(to) > 0 && 2 * way(to) >= way([ink; 3]);
            part && if drawn.dress == Dress::Plate { to[0] > 127 } else { is_covered }
        };
        let rows: Vec<u32> = (0..new.len()).filter(inked).map(|at| at as u32 / width).collect();
        rows.last().unwrap() - rows.first().unwrap() + 1
    })
}

#[test]
fn a_mark_is_as_high_as_the_law_asks_and_nothing_else_changes() {
    type Background = fn(u32, u32) -> [u8; 3];
    let backgrounds: [(&str, Background); 5] = [
        ("black", |_, _| [0; 3]),
        ("white", |_, _| [255; 3]),
        ("grey", |_, _| [118; 3]),
        ("noise", noise),
        ("gradient", |x, y| [(x / 3) as u8, (y / 2) as u8, ((x + y) / 4) as u8]),
    ];
    for (name, background) in backgrounds {
        for (width, height) in [(64, 64), (640, 360), (300, 1_000)] {
            let old = packed(&raster(width, height, background)).unwrap();
            let (new, drawn) = drawn(&old, "AI生成");
            let least = width.min(height).div_ceil(20);
            assert_eq!(drawn.least, least);
            let measured = ink_heights(&old, &new, &drawn);
            assert!(measured.iter().all(|rows| *rows >= least.max(12)), "{name} {measured:?}");
            assert!(drawn.contrast >= 450, "{name} {}", drawn.contrast);
            let ((_, old), (_, new)) = (points(&old), points(&new));
            for (at, (old, new)) in old.iter().zip(&new).enumerate() {
                assert!(old == new || is_inside(drawn.area, at, width), "{name} {at}");
            }
        }
    }
}

#[test]
fn a_plate_comes_only_where_letters_alone_cannot_be_read() {
    let dress = |point: fn(u32, u32) -> [u8; 3]| {
        drawn(&packed(&raster(200, 200, point)).unwrap(), "AI生成").1.dress
    };
    assert_eq!(dress(|_, _| [20, 0, 60]), Dress::White);
    assert_eq!(dress(|_, _| [220, 255, 200]), Dress::Black);
    assert_eq!(dress(noise), Dress::Plate);
    // One white point beneath is enough: white letters would lose their edge there.
    assert_eq!(dress(|x, y| if (x + y) % 9 == 0 { [255; 3] } else { [0; 3] }), Dress::Plate);
}

#[test]
fn the_corner_with_the_least_detail_is_taken_unless_one_was_asked_for() {
    // Quiet only in the upper left.
    let point = |x: u32, y: u32| if x < 150 && y < 100 { [30; 3] } else { noise(x, y) };
    let old = packed(&raster(300, 200, point)).unwrap();
    let (_, found) = drawn(&old, "AI生成");
    assert_eq!((found.place, found.dress), (Place::TopLeft, Dress::White));
    for place in Place::ALL {
        let wish = Wish { place: Some(place), ..wish("AI生成") };
        let (_, found) = draw(&old, Format::Png, &wish, &Fonts::default(), &rules()).unwrap();
        assert_eq!(found.place, place);
    }
}

/// The chunks by name, the points left out.
fn others(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut rest = &bytes[8..];
    let mut found = Vec::new();
    while rest.len() >= 12 {
        let len = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize + 12;
        if !matches!(&rest[4..8], b"IDAT" | b"IHDR") {
            found.push(rest[..len].to_vec());
        }
        rest = &rest[len..];
    }
    found
}

/// A PNG of a kind, with a text and a chunk that nobody knows.
fn png_of(colour: png::ColorType, depth: png::BitDepth, data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, 96, 64);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    encoder.add_text_chunk("Comment".to_owned(), "made up".to_owned()).unwrap();
    if colour == png::ColorType::Indexed {
        encoder.set_palette(vec![10, 20, 30, 200, 100, 0]);
        encoder.set_trns(vec![255, 0]);
    }
    let mut writer = encoder.write_header().unwrap();
    writer.write_chunk(png::chunk::ChunkType(*b"maDe"), b"up").unwrap();
    writer.write_image_data(data).unwrap();
    writer.finish().unwrap();
    out
}

#[test]
fn every_kind_of_png_keeps_its_points_and_chunks() {
    use png::{BitDepth, ColorType};
    let kinds = [
        (ColorType::Grayscale, BitDepth::One, 12),
        (ColorType::Grayscale, BitDepth::Sixteen, 96 * 2),
        (ColorType::GrayscaleAlpha, BitDepth::Eight, 96 * 2),
        (ColorType::Indexed, BitDepth::One, 12),
        (ColorType::Rgb, BitDepth::Sixteen, 96 * 6),
        (ColorType::Rgba, BitDepth::Eight, 96 * 4),
    ];
    for (colour, depth, row) in kinds {
        let data: Vec<u8> = (0..row * 64).map(|at| (at * 31 % 255) as u8).collect();
        let old = png_of(colour, depth, &data);
        let (new, drawn) = drawn(&old, "AI生成");
        let is_solid = !matches!(colour, ColorType::GrayscaleAlpha | ColorType::Rgba);
        assert!(is_solid || drawn.dress == Dress::Plate, "what shines through is not known");
        let ((width, before), (_, after)) = (points(&old), points(&new));
        for (at, (old, new)) in before.iter().zip(&after).enumerate() {
            assert!(old == new || is_inside(drawn.area, at, width), "{colour:?} {at}");
        }
        let kept = others(&new);
        let is_other = colour == ColorType::Indexed;
        let mut wanted = others(&old);
        wanted.retain(|chunk| !is_other || !matches!(&chunk[4..8], b"PLTE" | b"tRNS"));
        assert_eq!(kept, wanted, "{colour:?}");
    }
}

#[test]
fn what_is_animated_or_too_small_is_refused() {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, 64, 64);
    encoder.set_animated(2, 0).unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[0; 64 * 64]).unwrap();
    writer.write_image_data(&[9; 64 * 64]).unwrap();
    writer.finish().unwrap();
    let code = |bytes: &[u8], words| {
        let refused = draw(bytes, Format::Png, &wish(words), &Fonts::default(), &rules());
        refused.unwrap_err().code.0
    };
    assert_eq!(code(&out, "AI生成"), "LB106");
    let small = packed(&raster(40, 40, |_, _| [0; 3])).unwrap();
    assert_eq!(code(&small, "AI生成"), "LB151");
    let large = packed(&raster(400, 400, |_, _| [0; 3])).unwrap();
    assert_eq!(code(&large, "AI"), "LB150");
    assert_eq!(code(&large, "AI生成霞"), "LB152");
    assert_eq!(code(b"GIF89a", "AI生成"), "LB104");
    let low = Wish { percent: Some(4), ..wish("AI生成") };
    let refused = draw(&large, Format::Png, &low, &Fonts::default(), &rules()).unwrap_err();
    assert_eq!(refused.code.0, "LB163");
    let gif = draw(b"GIF89a", Format::Gif, &low, &Fonts::default(), &rules()).unwrap_err();
    assert_eq!(gif.code.0, "LB153");
}

#[test]
fn no_mark_is_found_where_there_is_none() {
    for point in [|_, _| [0; 3], |_, _| [255; 3], noise] {
        let bytes = packed(&raster(200, 200, point)).unwrap();
        let found = find(&bytes, Format::Png, &wish("AI生成"), &Fonts::default(), &rules());
        assert_eq!(found.unwrap(), None);
    }
    // Other words are another mark.
    let (new, _) = drawn(&packed(&raster(200, 200, |_, _| [0; 3])).unwrap(), "AI生成");
    let found = find(&new, Format::Png, &wish("AI合成"), &Fonts::default(), &rules());
    assert_eq!(found.unwrap(), None);
}

#[test]
fn webp_keeps_points_and_chunks() {
    let old = raster(160, 120, |x, y| [x as u8, y as u8, 90]);
    let mut simple = Vec::new();
    let encoder = image_webp::WebPEncoder::new(&mut simple);
    encoder.encode(&old.data, 160, 120, image_webp::ColorType::Rgb8).unwrap();
    let mut extended = Vec::new();
    let mut encoder = image_webp::WebPEncoder::new(&mut extended);
    encoder.set_icc_profile(b"made up profile".to_vec());
    encoder.set_xmp_metadata(b"made up xmp".to_vec());
    encoder.encode(&old.data, 160, 120, image_webp::ColorType::Rgb8).unwrap();
    for bytes in [simple, extended.clone()] {
        let (new, drawn) = drawn(&bytes, "AI生成");
        let mut decoder = image_webp::WebPDecoder::new(Cursor::new(&new)).unwrap();
        let mut data = vec![0; decoder.output_buffer_size().unwrap()];
        decoder.read_image(&mut data).unwrap();
        for (at, (old, new)) in old.data.chunks(3).zip(data.chunks(3)).enumerate() {
            assert!(old == new || is_inside(drawn.area, at, 160), "{at}");
        }
        let has = |text: &str| new.windows(text.len()).any(|window| window == text.as_bytes());
        assert_eq!(has("made up profile") && has("made up xmp"), bytes == extended);
    }
}

#[test]
fn a_mark_for_frames_stands_on_their_steps() {
    for size in [(320, 240), (1_919, 1_079), (360, 640)] {
        let made = overlay(size, &wish("AI生成"), &Fonts::default(), &rules()).unwrap();
        assert!(made.letters >= made.least);
        assert_eq!((made.area.left % 4, made.area.top % 4), (0, 0));
        assert_eq!(points(&made.png).0, made.area.width);
        let frame = packed(&raster(size.0, size.1, |_, _| [0; 3])).unwrap();
        assert_eq!(made.find(&frame).unwrap(), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_never_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        which in 0_usize..3,
    ) {
        let heads: [(&[u8], Format); 3] = [
            (b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x40\0\0\0\x40\x08", Format::Png),
            (b"RIFF\xff\0\0\0WEBPVP8L", Format::WebP),
            (b"RIFF\xff\0\0\0WEBPVP8X\x0a\0\0\0", Format::WebP),
        ];
        let (head, format) = heads[which];
        let all = [head, &bytes].concat();
        let _ = draw(&all, format, &wish("AI生成"), &Fonts::default(), &rules());
        let wav = [b"RIFF\xff\0\0\0WAVEfmt ", bytes.as_slice()].concat();
        let notice = crate::sound::Notice::Rhythm;
        let _ = crate::sound::announce(&wav, notice, crate::sound::Moment::End, &rules());
        let _ = crate::text::note(&bytes, "AI生成", crate::sound::Moment::Start, true, &rules());
    }

    #[test]
    fn a_broken_font_never_panics(at in 0_usize..32_612, byte: u8, more: u8) {
        let mut font = include_bytes!("../fonts/KouanMark-Bold.otf").to_vec();
        font[at] = byte;
        let beside = (at + 977) % font.len();
        font[beside] = more;
        if let Ok(fonts) = Fonts::new(vec![font], Vec::new()) {
            let _ = overlay((640, 360), &wish("AI生成"), &fonts, &rules());
        }
    }
}
