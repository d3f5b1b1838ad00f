//! A mark for a picture of one size: its ink with room around it, where it can stand, and how it is
//! found again.

use super::canvas::{Area, Canvas, Paint, Seen};
use super::contrast::{against, contrast, detail, luminance};
use crate::fonts::Ink;
use crate::limits::{CONTRAST_MIN, CONTRAST_SEEN};

/// Where a mark stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In the lower right corner.
    BottomRight,
    /// In the lower left corner.
    BottomLeft,
    /// In the upper right corner.
    TopRight,
    /// In the upper left corner.
    TopLeft,
    /// In the middle of the lower edge.
    Bottom,
    /// In the middle of the upper edge.
    Top,
}

impl Place {
    /// Every place; the corners first, in the order in which they are taken.
    pub const ALL: [Place; 6] = [
        Place::BottomRight,
        Place::BottomLeft,
        Place::TopRight,
        Place::TopLeft,
        Place::Bottom,
        Place::Top,
    ];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Place::BottomRight => "bottom-right",
            Place::BottomLeft => "bottom-left",
            Place::TopRight => "top-right",
            Place::TopLeft => "top-left",
            Place::Bottom => "bottom",
            Place::Top => "top",
        }
    }

    /// The place of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Place> {
        Place::ALL.into_iter().find(|place| place.as_str() == word)
    }

    fn is_corner(self) -> bool {
        !matches!(self, Place::Bottom | Place::Top)
    }
}

/// How a mark is set off from what is beneath.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dress {
    /// Black letters, on points that are light enough by themselves.
    Black,
    /// White letters, on points that are dark enough by themselves.
    White,
    /// White letters on a black plate.
    Plate,
}

impl Dress {
    const ALL: [Dress; 3] = [Dress::Plate, Dress::White, Dress::Black];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Dress::Black => "black",
            Dress::White => "white",
            Dress::Plate => "plate",
        }
    }

    const fn ink(self) -> u8 {
        if matches!(self, Dress::Black) { 0 } else { 255 }
    }
}

/// The ink of a mark with room around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) letters: u32,
    coverage: Vec<u8>,
    margin: u32,
    /// Of what its left and top edge are multiples.
    step: u32,
}

/// Points for which one colour stands in the coarsest of usual films (4:1:1).
const STEP: u32 = 4;

/// Below this contrast, in hundredths, two points are of the same colour but for compression.
const ALIKE: u32 = 180;

/// Where and how a mark is to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) place: Place,
    pub(crate) dress: Dress,
    pub(crate) area: Area,
}

/// What is measured of a mark that stands in a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Measured {
    pub(crate) choice: Choice,
    /// The contrast of its ink to what is around it, in hundredths.
    pub(crate) contrast: u32,
}

impl Stamp {
    pub(crate) fn new(ink: &Ink) -> Stamp {
        let pad = (ink.letters as usize / 3).max(2);
        let (width, height) = (ink.width + 2 * pad, ink.height + 2 * pad);
        let mut coverage = vec![0; width * height];
        let rows = coverage.chunks_exact_mut(width).skip(pad);
        for (to, from) in rows.zip(ink.coverage.chunks_exact(ink.width.max(1))) {
            for (to, from) in to.iter_mut().skip(pad).zip(from) {
                *to = *from;
            }
        }
        let narrow = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        let margin = ink.letters / 4;
        Stamp {
            width: narrow(width),
            height: narrow(height),
            letters: ink.letters,
            coverage,
            margin,
            step: 1,
        }
    }

    /// The same for films, where colours stand for several points each: a mark laid between them
    /// would be moved.
    pub(crate) fn on_steps(self) -> Stamp {
        Stamp { step: STEP, ..self }
    }

    /// The area of a place; none where the picture is too small.
    pub(crate) fn area(&self, place: Place, (width, height): (u32, u32)) -> Option<Area> {
        let (right, bottom) = (width.checked_sub(self.width)?, height.checked_sub(self.height)?);
        // In a narrow picture the room to the edge goes first.
        let (x, y) = (self.margin.min(right / 2), self.margin.min(bottom / 2));
        let left = match place {
            Place::BottomRight | Place::TopRight => right - x,
            Place::BottomLeft | Place::TopLeft => x,
            Place::Bottom | Place::Top => right / 2,
        };
        let top = match place {
            Place::BottomRight | Place::BottomLeft | Place::Bottom => bottom - y,
            Place::TopRight | Place::TopLeft | Place::Top => y,
        };
        let (left, top) = (left - left % self.step, top - top % self.step);
        Some(Area { left, top, width: self.width, height: self.height })
    }

    /// What is painted.
    pub(crate) fn paint(&self, dress: Dress) -> Vec<Paint> {
        let paint = |covered: &u8| match dress {
            Dress::Plate => Paint { grey: *covered, cover: 255 },
            Dress::Black | Dress::White => Paint { grey: dress.ink(), cover: *covered },
        };
        self.coverage.iter().map(paint).collect()
    }

    /// Where and how the mark stands best: at the place that was asked for, else in the corner that
    /// needs no plate and has the least detail.
    pub(crate) fn choose(&self, canvas: &dyn Canvas, asked: Option<Place>) -> Option<Choice> {
        let places = Place::ALL.into_iter().filter(|place| match asked {
            Some(asked) => *place == asked,
            None => place.is_corner(),
        });
        let choices = places.filter_map(|place| {
            let area = self.area(place, canvas.size())?;
            let seen = canvas.look(area);
            let dress = dress(&seen);
            // Differences that nobody sees do not move a mark from corner to corner.
            let detail = detail(&seen, area.width as usize) / 4;
            Some(((dress == Dress::Plate, detail), Choice { place, dress, area }))
        });
        choices.min_by_key(|(order, _)| *order).map(|(_, choice)| choice)
    }

    /// Finds the mark where it can stand. Points blurred by compression are borne with.
    pub(crate) fn find(&self, canvas: &dyn Canvas) -> Option<Measured> {
        let areas = Place::ALL.into_iter().filter_map(|place| {
            let area = self.area(place, canvas.size())?;
            Some((place, area))
        });
        for (place, area) in areas {
            let seen = canvas.look(area);
            let found = Dress::ALL.into_iter().find_map(|dress| {
                let contrast = self.measure(&seen, dress)?;
                Some(Measured { choice: Choice { place, dress, area }, contrast })
            });
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// The contrast of the ink against what is around it, where the points bear the mark: nearly
    /// all that are wholly inked have its colour, nearly all without ink differ from it.
    fn measure(&self, seen: &[Seen], dress: Dress) -> Option<u32> {
        let ink = luminance([dress.ink(); 3]);
        let (mut inked, mut right, mut clear, mut apart) = (0_u64, 0_u64, 0_u64, 0_u64);
        let (mut ink_sum, mut worst) = (0.0, Vec::new());
        let mut dark = 0_u64;
        for (covered, point) in self.coverage.iter().zip(seen) {
            let light = luminance(point.colour);
            if *covered > 250 {
                inked += 1;
                right += u64::from(contrast(ink, light) < ALIKE);
                ink_sum += light;
            } else if *covered == 0 {
                clear += 1;
                apart += u64::from(contrast(ink, light) >= CONTRAST_SEEN);
                dark += u64::from(contrast(0.0, light) < ALIKE);
                worst.push(light);
            }
        }
        let nearly = |part: u64, whole: u64| whole > 0 && part * 100 >= whole * 94;
        let has_plate = dress != Dress::Plate || nearly(dark, clear);
        if !nearly(right, inked) || !nearly(apart, clear) || !has_plate {
            return None;
        }
        // The contrast that nineteen of twenty points around reach.
        let mean = ink_sum / inked as f64;
        let mut around: Vec<u32> = worst.into_iter().map(|light| contrast(mean, light)).collect();
        around.sort_unstable();
        around.get(around.len() / 20).copied()
    }
}

/// Letters alone where every point beneath gives them enough contrast, a plate elsewhere; and where
/// the picture is not solid, since what will shine through is not known.
fn dress(seen: &[Seen]) -> Dress {
    let is_solid = seen.iter().all(|point| point.is_solid);
    let (white, black) = (against(255, seen), against(0, seen));
    if !is_solid || white.max(black) < CONTRAST_MIN {
        Dress::Plate
    } else if white >= black {
        Dress::White
    } else {
        Dress::Black
    }
}
