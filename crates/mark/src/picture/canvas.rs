//! A picture as a mark sees it: points to look at, points to paint.

/// A rectangle of a picture, in points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// The column of its left edge.
    pub left: u32,
    /// The row of its top edge.
    pub top: u32,
    /// Its width.
    pub width: u32,
    /// Its height.
    pub height: u32,
}

impl Area {
    /// How many points it has.
    pub(crate) fn count(self) -> usize {
        self.width as usize * self.height as usize
    }
}

/// A point as it is seen: red, green, blue of 255, and whether nothing shines through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) colour: [u8; 3],
    pub(crate) is_solid: bool,
}

/// What is painted on a point: a grey of 255, and how much of the point it covers, of 255.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Paint {
    pub(crate) grey: u8,
    pub(crate) cover: u8,
}

/// A picture that was read, to be looked at and painted on.
///
/// INVARIANT: painting changes no point outside of the area, save where a format stores points in
/// blocks, and then none outside of the blocks that the area touches.
pub(crate) trait Canvas {
    /// Width and height in points.
    fn size(&self) -> (u32, u32);

    /// The points of an area that lies inside, row by row.
    fn look(&self, area: Area) -> Vec<Seen>;

    /// Paints an area that lies inside; one paint a point, row by row.
    fn paint(&mut self, area: Area, paint: &[Paint]);
}
