//! Pieces become pages: what belongs together stays together, tables repeat their head.

use crate::flow::{Content, Entry, Page, Piece};
use crate::tables::Row;

/// Pages and the table of contents.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    pub(crate) sheets: Vec<Sheet>,
    pub(crate) entries: Vec<Placed<Entry>>,
}

/// One page.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    /// Its number, when it has one.
    pub(crate) number: Option<u32>,
    /// What stands on it.
    pub(crate) pieces: Vec<Placed<Piece>>,
}

/// Something in its place.
#[derive(Debug)]
pub(crate) struct Placed<T> {
    pub(crate) what: T,
    /// The page, from 0.
    pub(crate) sheet: usize,
    /// Its upper edge, from the top of the page.
    pub(crate) y: f32,
}

/// Lays pieces out on pages.
pub(crate) fn pages(pieces: Vec<Piece>, heads: &[Row], page: Page) -> Pages {
    let covered = pieces.iter().any(|piece| matches!(piece.content, Content::CoverEnd));
    let mut layer = Layer { page, heads, pages: Pages::default(), y: page.top, number: None };
    layer.number = if covered { None } else { Some(1) };
    layer.turn();
    let mut rest = pieces.into_iter().peekable();
    while let Some(first) = rest.next() {
        let mut chain = vec![first];
        while chain.last().is_some_and(|piece| piece.keep)
            && let Some(next) = rest.next_if(|next| !next.content.ends())
        {
            chain.push(next);
        }
        layer.chain(chain);
    }
    layer.trim();
    layer.pages
}

impl Content {
    fn ends(&self) -> bool {
        matches!(self, Content::Break | Content::CoverEnd)
    }
}

struct Layer<'a> {
    page: Page,
    heads: &'a [Row],
    pages: Pages,
    y: f32,
    /// The number of the next page.
    number: Option<u32>,
}

impl Layer<'_> {
    fn turn(&mut self) {
        self.pages.sheets.push(Sheet { number: self.number, pieces: Vec::new() });
        self.number = self.number.map(|number| number + 1);
        self.y = self.page.top;
    }

    fn is_fresh(&self) -> bool {
        self.pages.sheets.last().is_none_or(|sheet| sheet.pieces.is_empty())
    }

    fn fits(&self, height: f32) -> bool {
        self.y + height <= self.page.height - self.page.bottom + 0.01
    }

    fn chain(&mut self, chain: Vec<Piece>) {
        let height: f32 = chain.iter().map(|piece| piece.height).sum();
        if !self.fits(height) && !self.is_fresh() && height <= self.page.room() {
            let gap = matches!(chain.as_slice(), [Piece { content: Content::Space, .. }]);
            if gap {
                return;
            }
            self.turn();
            self.head(chain.first());
        }
        for piece in chain {
            self.piece(piece);
        }
    }

    /// Repeats the head of a table at the top of a page.
    fn head(&mut self, first: Option<&Piece>) {
        if let Some(Piece { content: Content::Row(_, Some(table)), .. }) = first
            && let Some(head) = self.heads.get(*table)
        {
            let content = Content::Row(head.clone(), None);
            let piece = Piece { height: head.height, keep: true, content, entry: None };
            self.place(piece);
        }
    }

    fn piece(&mut self, piece: Piece) {
        match piece.content {
            Content::Break if self.is_fresh() => {}
            Content::Break => self.turn(),
            Content::CoverEnd => {
                self.number = Some(1);
                self.turn();
            }
            _ => {
                if !self.fits(piece.height) && !self.is_fresh() {
                    self.turn();
                    self.head(Some(&piece));
                }
                self.place(piece);
            }
        }
    }

    fn place(&mut self, mut piece: Piece) {
        let (sheet, y) = (self.pages.sheets.len().saturating_sub(1), self.y);
        self.y += piece.height;
        if let Some(entry) = piece.entry.take() {
            self.pages.entries.push(Placed { what: entry, sheet, y });
        }
        if let Some(last) = self.pages.sheets.last_mut() {
            last.pieces.push(Placed { what: piece, sheet, y });
        }
    }

    /// Takes away a last page on which nothing stands, when there is another.
    fn trim(&mut self) {
        let more = self.pages.sheets.len() > 1;
        if more && self.is_fresh() {
            self.pages.sheets.pop();
        }
    }
}
