//! Marks in pictures: drawn, measured, found again.

pub(crate) mod canvas;
pub(crate) mod contrast;
pub(crate) mod png;
pub(crate) mod raster;
pub(crate) mod stamp;
mod turn;
mod webp;

use kouan_label::explicit::least_height;
use kouan_label::{ExplicitRules, Format};
use kouan_terms::Diagnostic;

use crate::fonts::{Fonts, ink};
use crate::jpeg;
use crate::limits::{CONTRAST_MIN, FILE_BYTES_MAX, LETTER_MIN};
use crate::trouble::too_large;
use crate::words::complete;
use canvas::{Area, Canvas, Paint, Seen};
use raster::Raster;
use stamp::{Choice, Dress, Measured, Place, Stamp};
use turn::Turn;

/// What is to be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish<'a> {
    /// The words.
    pub words: &'a str,
    /// Where; none for the corner that suits best.
    pub place: Option<Place>,
    /// The height of the letters in per cent of the shortest side; none for what the law asks.
    pub percent: Option<u32>,
}

/// A mark as it stands in a picture, measured on the points of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// Where it stands.
    pub place: Place,
    /// How it is set off.
    pub dress: Dress,
    /// What it covers.
    pub area: Area,
    /// The height of its letters in points: of the lower of the scripts, measured on the ink.
    pub letters: u32,
    /// The height that the law asks of this picture, in points.
    pub least: u32,
    /// Its contrast to what is around it, in hundredths: 450 is 4.5 to 1.
    pub contrast: u32,
}

/// The points of a picture.
enum Points {
    Raster(Raster),
    Jpeg(Box<jpeg::Jpeg>),
}

/// A picture that was read, as it is shown.
struct Picture {
    points: Points,
    turn: Turn,
}

impl Picture {
    fn read(bytes: &[u8], format: Format) -> Result<Picture, Diagnostic> {
        if bytes.len() > FILE_BYTES_MAX {
            return Err(too_large("file"));
        }
        let (points, exif) = match format {
            Format::Png => (Points::Raster(png::read(bytes)?), png::exif(bytes)),
            Format::WebP => (Points::Raster(webp::read(bytes)?), webp::exif(bytes)),
            Format::Jpeg => {
                let jpeg = jpeg::read(bytes)?;
                let exif = jpeg.exif(bytes);
                (Points::Jpeg(Box::new(jpeg)), exif)
            }
            _ => return Err(Diagnostic::error("LB153").with("format", format.as_str())),
        };
        Ok(Picture { points, turn: exif.map_or(Turn::NONE, Turn::read) })
    }

    fn write(&self, bytes: &[u8], format: Format) -> Result<Vec<u8>, Diagnostic> {
        match &self.points {
            Points::Raster(raster) if format == Format::WebP => webp::write(bytes, raster),
            Points::Raster(raster) => png::write(bytes, raster),
            Points::Jpeg(jpeg) => jpeg::write(bytes, jpeg),
        }
    }

    fn stored(&self) -> &dyn Canvas {
        match &self.points {
            Points::Raster(raster) => raster,
            Points::Jpeg(jpeg) => jpeg.as_ref(),
        }
    }
}

impl Canvas for Picture {
    fn size(&self) -> (u32, u32) {
        self.turn.size(self.stored().size())
    }

    fn look(&self, area: Area) -> Vec<Seen> {
        let size = self.stored().size();
        let seen = self.stored().look(self.turn.area(area, size));
        let mut turned: Vec<(usize, Seen)> =
            self.turn.order(area, size).into_iter().zip(seen).collect();
        turned.sort_unstable_by_key(|(number, _)| *number);
        turned.into_iter().map(|(_, point)| point).collect()
    }

    fn paint(&mut self, area: Area, paint: &[Paint]) {
        let size = self.stored().size();
        let order = self.turn.order(area, size);
        let paint: Vec<Paint> =
            order.into_iter().filter_map(|number| paint.get(number).copied()).collect();
        let area = self.turn.area(area, size);
        match &mut self.points {
            Points::Raster(raster) => raster.paint(area, &paint),
            Points::Jpeg(jpeg) => jpeg.paint(area, &paint),
        }
    }
}

/// The stamp for a picture of a size, and the height that the law asks.
fn stamp(
    (width, height): (u32, u32),
    wish: &Wish<'_>,
    fonts: &Fonts,
    rules: &ExplicitRules,
) -> Result<(Stamp, u32), Diagnostic> {
    complete(wish.words, rules)?;
    let least = least_height(width, height, rules);
    let percent = wish.percent.unwrap_or(rules.height_percent);
    if percent < rules.height_percent {
        let refused = Diagnostic::error("LB163").with("percent", rules.height_percent);
        return Err(refused);
    }
    let wanted = ExplicitRules { height_percent: percent, ..rules.clone() };
    let wanted = least_height(width, height, &wanted).max(LETTER_MIN);
    let stamp = Stamp::new(&ink(wish.words, fonts, wanted)?);
    if stamp.width > width || stamp.height > height {
        return Err(Diagnostic::error("LB151").with("height", wanted));
    }
    Ok((stamp, least))
}

fn drawn(measured: Measured, stamp: &Stamp, least: u32) -> Drawn {
    let Choice { place, dress, area } = measured.choice;
    Drawn { place, dress, area, letters: stamp.letters, least, contrast: measured.contrast }
}

/// Draws a mark into a picture (PNG, JPEG, WebP) and reads it back; no file where the same mark
/// stands in it already.
///
/// # Errors
///
/// LB104 to LB106 for a picture that cannot be read or rewritten, LB150 for words that lack an
/// element, LB151 for a picture too small, LB152 for characters that no font has, LB153 for another
/// format, LB154 where the mark does not come out as it should, LB163 for letters below the law.
pub fn draw(
    bytes: &[u8],
    format: Format,
    wish: &Wish<'_>,
    fonts: &Fonts,
    rules: &ExplicitRules,
) -> Result<(Option<Vec<u8>>, Drawn), Diagnostic> {
    let picture = Picture::read(bytes, format)?;
    let (stamp, least) = stamp(picture.size(), wish, fonts, rules)?;
    if let Some(found) = stamp.find(&picture) {
        return Ok((None, drawn(found, &stamp, least)));
    }
    let choice = stamp.choose(&picture, wish.place);
    let choice = choice.ok_or_else(|| Diagnostic::error("LB151").with("height", stamp.letters))?;
    // Packing may take from the contrast of letters that stand alone: then they get a plate.
    let plated = Choice { dress: Dress::Plate, ..choice };
    let mut last = Diagnostic::error("LB154");
    for choice in [choice, plated] {
        match attempt(bytes, format, choice, &stamp) {
            Ok((out, found)) => return Ok((Some(out), drawn(found, &stamp, least))),
            Err(finding) => last = finding,
        }
    }
    Err(last)
}

fn attempt(
    bytes: &[u8],
    format: Format,
    choice: Choice,
    stamp: &Stamp,
) -> Result<(Vec<u8>, Measured), Diagnostic> {
    let mut picture = Picture::read(bytes, format)?;
    picture.paint(choice.area, &stamp.paint(choice.dress));
    let out = picture.write(bytes, format)?;
    let again = Picture::read(&out, format)?;
    let found = stamp.find(&again);
    match found.filter(|found| found.contrast >= CONTRAST_MIN) {
        // White letters on a plate are found as white letters; what was drawn is known here.
        Some(found) if found.choice.area == choice.area => Ok((out, Measured { choice, ..found })),
        _ => Err(Diagnostic::error("LB154")),
    }
}

/// Finds a mark that [`draw`] drew with the same words and height. None does not mean that nothing
/// is to be seen: marks of others are not recognised.
///
/// # Errors
///
/// As [`draw`].
pub fn find(
    bytes: &[u8],
    format: Format,
    wish: &Wish<'_>,
    fonts: &Fonts,
    rules: &ExplicitRules,
) -> Result<Option<Drawn>, Diagnostic> {
    let picture = Picture::read(bytes, format)?;
    let (stamp, least) = stamp(picture.size(), wish, fonts, rules)?;
    Ok(stamp.find(&picture).map(|found| drawn(found, &stamp, least)))
}

/// A mark as a picture of its own, to be laid over frames of a size: letters on a plate, since what
/// moves beneath is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlay {
    /// The picture, as PNG.
    pub png: Vec<u8>,
    /// Where it goes.
    pub area: Area,
    /// Where that is.
    pub place: Place,
    /// The height of its letters in points, measured on the ink.
    pub letters: u32,
    /// The height that the law asks of frames of this size, in points.
    pub least: u32,
    stamp: Stamp,
}

/// Makes the mark for frames of a size.
///
/// # Errors
///
/// LB150 to LB152, LB163 as for [`draw`].
pub fn overlay(
    size: (u32, u32),
    wish: &Wish<'_>,
    fonts: &Fonts,
    rules: &ExplicitRules,
) -> Result<Overlay, Diagnostic> {
    let (stamp, least) = stamp(size, wish, fonts, rules)?;
    let stamp = stamp.on_steps();
    let place = wish.place.unwrap_or(Place::BottomRight);
    let small = || Diagnostic::error("LB151").with("height", stamp.letters);
    let area = stamp.area(place, size).ok_or_else(small)?;
    let data = stamp.paint(Dress::Plate).iter().map(|paint| paint.grey).collect();
    let (width, height) = (area.width, area.height);
    let raster = Raster { width, height, channels: 1, is_wide: false, data };
    let png = png::packed(&raster).ok_or_else(small)?;
    Ok(Overlay { png, area, place, letters: stamp.letters, least, stamp })
}

impl Overlay {
    /// Finds the mark in a frame, given as PNG of the size that the mark was made for.
    ///
    /// # Errors
    ///
    /// LB104 to LB106 for a frame that cannot be read.
    pub fn find(&self, frame: &[u8]) -> Result<Option<Drawn>, Diagnostic> {
        let frame = png::read(frame)?;
        let found = self.stamp.find(&frame);
        Ok(found.map(|found| drawn(found, &self.stamp, self.least)))
    }
}
