//! Forms: every field filled in, or its gap.

use kouan_rulebook::format::FormText;
use kouan_rulebook::papers::Entry;
use kouan_terms::Bilingual;

use crate::trace::Source;
use crate::values::{Found, Gap, Resolver, Scope};

/// A form with its fields filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct FilledForm {
    /// Its id.
    pub id: Box<str>,
    /// Its title.
    pub title: Bilingual,
    /// Its groups, repeated as often as they have to be.
    pub groups: Vec<FilledGroup>,
}

/// A group of fields, filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct FilledGroup {
    /// Its id.
    pub id: Box<str>,
    /// Its title.
    pub title: Bilingual,
    /// What it is of; empty for the handler.
    pub of: Box<str>,
    /// The step of the portal.
    pub portal_step: Option<u32>,
    /// Its fields.
    pub fields: Vec<FilledField>,
}

/// One field.
#[derive(Clone, Debug, PartialEq)]
pub struct FilledField {
    /// Its id.
    pub id: Box<str>,
    /// Its name.
    pub name: Bilingual,
    /// Its unit.
    pub unit: Option<Bilingual>,
    /// Whether it has to be filled in.
    pub required: bool,
    /// The value path or question it is filled in from.
    pub from: Box<str>,
    /// What stands in it: words and sources, or the gap.
    pub content: Result<(Bilingual, Vec<Source>), Gap>,
}

impl FilledForm {
    /// The gaps of fields that have to be filled in.
    pub fn gaps(&self) -> impl Iterator<Item = &Gap> {
        self.groups
            .iter()
            .flat_map(|group| &group.fields)
            .filter(|field| field.required)
            .filter_map(|field| field.content.as_ref().err())
    }
}

/// Fills in a form.
#[must_use]
pub fn fill(resolver: &Resolver<'_>, form: &Entry<FormText>) -> FilledForm {
    let both = |zh: &str, en: &str| Bilingual { zh: zh.to_owned(), en: en.to_owned() };
    let mut groups = Vec::new();
    for group in &form.text.group {
        for scope in Scope::default().each(resolver.sources, group.per) {
            let of = scope.of(resolver.sources, group.per).map(|of| of.label());
            let fields = group
                .field
                .iter()
                .filter(|field| resolver.applies(&field.when, &scope))
                .map(|field| FilledField {
                    id: field.id.as_ref().as_str().into(),
                    name: both(&field.zh, &field.en),
                    unit: field.unit.as_ref().map(|unit| both(&unit.zh, &unit.en)),
                    required: field.required,
                    from: field.from.as_ref().as_str().into(),
                    content: match resolver.find(field.from.as_ref(), &scope) {
                        Found::Value(value) => Ok((value.words, value.sources)),
                        Found::Gap(gap) => Err(gap),
                    },
                })
                .collect();
            groups.push(FilledGroup {
                id: group.id.as_ref().as_str().into(),
                title: both(&group.zh, &group.en),
                of: of.unwrap_or_default().into(),
                portal_step: group.portal_step,
                fields,
            });
        }
    }
    FilledForm { id: form.id.clone(), title: both(&form.text.zh, &form.text.en), groups }
}
