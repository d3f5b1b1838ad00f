//! From the files of `classes/` to [`Classes`].

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use kouan_terms::{Bilingual, ClassId, Diagnostic, InstrumentId, Place};
use serde::de::DeserializeOwned;
use toml::Spanned;

use super::Classes;
use super::class::{
    Class, Deflector, Effect, Family, KeyReach, Names, Nature, Phrase, Position, Subject,
};
use super::standing::{
    Candidate, Combination, Floor, FloorOf, Leaf, PersonsOf, Regime, Sensitive, Statement,
};
use crate::format;
use crate::load::standing::{FileStanding, OwnStanding, span};
use crate::load::{CLASSES, FORMAT, digest_of, in_order, parse};

const DEFLECTORS: &str = "classes/deflectors.toml";
const REGIMES: &str = "classes/regimes.toml";
const STANDINGS: &str = "classes/standings.toml";
const IMPORTANT: &str = "classes/important.toml";

/// Stands for every class of personal information.
const EVERY: &str = "*";

pub(super) fn load<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Classes, Vec<Diagnostic>> {
    let is_ours = |name: &str| name.starts_with(CLASSES) && name.ends_with(".toml");
    let files: BTreeMap<&str, &str> = files.into_iter().filter(|(name, _)| is_ours(name)).collect();
    if files.is_empty() {
        return Ok(Classes::default());
    }
    let digest = digest_of(&files);
    let mut loader = Loader { files, classes: Classes::default(), findings: Vec::new() };
    loader.everything();
    if loader.findings.is_empty() {
        return Ok(Classes { digest, ..loader.classes });
    }
    Err(in_order(loader.findings))
}

struct Loader<'a> {
    files: BTreeMap<&'a str, &'a str>,
    classes: Classes,
    findings: Vec<Diagnostic>,
}

impl Loader<'_> {
    fn everything(&mut self) {
        if let Some(file) = self.parse::<format::RegimeFile>(REGIMES) {
            self.regimes(file);
        }
        let reserved = [DEFLECTORS, REGIMES, STANDINGS, IMPORTANT];
        let names: Vec<String> =
            self.files.keys().filter(|n| !reserved.contains(n)).map(ToString::to_string).collect();
        for name in names {
            if let Some(file) = self.parse::<format::ClassFile>(&name) {
                self.family(&name, file);
            }
        }
        self.classes.classes.sort_by(|a, b| a.id.cmp(&b.id));
        self.wider();
        if let Some(file) = self.parse::<format::DeflectorFile>(DEFLECTORS) {
            self.deflectors(file);
        }
        if let Some(file) = self.parse::<format::StandingFile>(STANDINGS) {
            self.standings(file);
        }
        if let Some(file) = self.parse::<format::ImportantFile>(IMPORTANT) {
            self.candidates(file);
        }
    }

    fn parse<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let Some(text) = self.files.get(name) else {
            self.findings.push(Diagnostic::error("RB199").at(Place::file(name)));
            return None;
        };
        parse(name, text, &mut self.findings)
    }

    fn format(&mut self, name: &str, format: u32) {
        if format != FORMAT {
            let finding = Diagnostic::error("RB102").at(Place::file(name));
            self.findings.push(finding.with("format", format));
        }
    }

    fn regimes(&mut self, file: format::RegimeFile) {
        self.format(REGIMES, file.format);
        let of_file = FileStanding {
            file: REGIMES.to_owned(),
            source: file.source,
            confidence: file.confidence,
            checked: file.checked,
            known_since: file.known_since,
        };
        for leaf in file.leaf {
            let id: Box<str> = leaf.id.as_ref().as_str().into();
            if self.classes.leaves.iter().any(|known| known.id == id) {
                self.twice(REGIMES, &leaf.id);
            }
            self.classes.leaves.push(Leaf { id, name: named(leaf.zh, leaf.en) });
        }
        for text in file.regime {
            if self.classes.regimes.iter().any(|known| *known.id == **text.id.as_ref()) {
                self.twice(REGIMES, &text.id);
            }
            let own = own(&text.source, text.confidence.as_deref());
            let sourced = of_file.of(own, text.id.span(), &mut self.findings);
            self.classes.regimes.push(Regime {
                id: text.id.as_ref().as_str().into(),
                name: named(text.zh, text.en),
                law: InstrumentId::new(text.law.as_ref()),
                at: text.at.map(Into::into),
                span: span(REGIMES, &text.in_force, &mut self.findings),
                sectors: text.sectors.into_iter().map(Into::into).collect(),
                edition: text.edition.map(|edition| edition.into_inner().into()),
                rank: text.rank.map(Spanned::into_inner),
                decides: text.decides,
                closed: text.closed,
                note: text.note.map(Into::into),
                sourced,
            });
        }
        // Regimes without a place in the order come last, in the order of the file.
        self.classes.regimes.sort_by_key(|regime| regime.rank.unwrap_or(u32::MAX));
    }

    fn family(&mut self, name: &str, file: format::ClassFile) {
        self.format(name, file.format);
        let id: Box<str> = file.family.id.into();
        let of_file = FileStanding {
            file: name.to_owned(),
            source: file.source,
            confidence: file.confidence,
            checked: file.checked,
            known_since: file.known_since,
        };
        for text in file.class {
            self.class(name, &id, text, &of_file);
        }
        let name = named(file.family.zh, file.family.en);
        self.classes.families.push(Family { id, name });
    }

    fn class(&mut self, name: &str, family: &str, text: format::ClassText, of_file: &FileStanding) {
        let id = ClassId::new(text.id.as_ref());
        if self.classes.classes.iter().any(|known| known.id == id) {
            self.twice(name, &text.id);
        }
        let nature = self.word(name, "nature", &text.nature, Nature::parse);
        let key = text.key.and_then(|key| self.word(name, "key", &key, KeyReach::parse));
        if let Some(leaf) = &text.leaf
            && !self.classes.leaves.iter().any(|known| *known.id == **leaf.as_ref())
        {
            let finding = Diagnostic::error("RB203").at(Place::at(name, leaf.span()));
            self.findings.push(finding.with("leaf", leaf.as_ref()));
        }
        let sourced = of_file.of(OwnStanding::default(), text.id.span(), &mut self.findings);
        let Some(nature) = nature else { return };
        self.classes.classes.push(Class {
            id,
            family: family.into(),
            name: named(text.zh, text.en),
            says: text.says.map(Into::into),
            nature,
            leaf: text.leaf.map(|leaf| leaf.into_inner().into()),
            key,
            shapes: text.shapes.into_iter().map(Into::into).collect(),
            needs_name: text.needs_name,
            part_of: text.part_of.map(|wider| ClassId::new(wider.as_ref())),
            names: names(text.names),
            weak: names(text.weak),
            sourced,
        });
    }

    /// What a class is part of is there, and no class is part of itself.
    fn wider(&mut self) {
        for class in &self.classes.classes {
            let Some(wider) = &class.part_of else { continue };
            let place = || Place::at(&class.sourced.file, class.sourced.bytes.clone());
            if self.classes.get(wider.as_str()).is_none() {
                let finding = Diagnostic::error("RB201").at(place());
                self.findings.push(finding.with("class", wider));
                continue;
            }
            let mut seen = BTreeSet::from([&class.id]);
            let mut next = Some(wider);
            while let Some(id) = next {
                if !seen.insert(id) {
                    let finding = Diagnostic::error("RB204").at(place());
                    self.findings.push(finding.with("class", &class.id));
                    break;
                }
                next = self.classes.get(id.as_str()).and_then(|class| class.part_of.as_ref());
            }
        }
    }

    fn deflectors(&mut self, file: format::DeflectorFile) {
        self.format(DEFLECTORS, file.format);
        let of_file = FileStanding {
            file: DEFLECTORS.to_owned(),
            source: file.source,
            confidence: file.confidence,
            checked: file.checked,
            known_since: file.known_since,
        };
        for text in file.deflector {
            let id: Box<str> = text.id.as_ref().as_str().into();
            if self.classes.deflectors.iter().any(|known| known.id == id) {
                self.twice(DEFLECTORS, &text.id);
            }
            let effect = self.word(DEFLECTORS, "effect", &text.effect, Effect::parse);
            let at = match &text.at {
                Some(at) => self.word(DEFLECTORS, "at", at, Position::parse),
                None => Some(Position::End),
            };
            let class = text.class.as_ref().and_then(|class| self.known(DEFLECTORS, class));
            let sourced = of_file.of(OwnStanding::default(), text.id.span(), &mut self.findings);
            if let (Some(effect), Some(at)) = (effect, at) {
                let words = names(text.words);
                let deflector = Deflector { id, effect, at, class, words, sourced };
                self.classes.deflectors.push(deflector);
            }
        }
        for text in file.subject {
            let id: Box<str> = text.id.as_ref().as_str().into();
            if self.classes.subjects.iter().any(|known| known.id == id) {
                self.twice(DEFLECTORS, &text.id);
            }
            let sourced = of_file.of(OwnStanding::default(), text.id.span(), &mut self.findings);
            self.classes.subjects.push(Subject {
                id,
                name: named(text.zh, text.en),
                flow: text.flow.map(|flow| flow.into_inner().into()),
                words: names(text.words),
                weak: names(text.weak),
                sourced,
            });
        }
    }

    fn standings(&mut self, file: format::StandingFile) {
        self.format(STANDINGS, file.format);
        let of_file = FileStanding {
            file: STANDINGS.to_owned(),
            source: file.source,
            confidence: file.confidence,
            checked: file.checked,
            known_since: file.known_since,
        };
        for text in file.standing {
            self.standing(text, &of_file);
        }
        for text in file.combination {
            let Some(regime) = self.regime(STANDINGS, &text.regime) else { continue };
            let each = text.each.iter().map(|group| self.every(STANDINGS, group)).collect();
            let sensitive = self.word(STANDINGS, "sensitive", &text.sensitive, Sensitive::parse);
            let own = own(&text.source, text.confidence.as_deref());
            let sourced = of_file.of(own, text.id.span(), &mut self.findings);
            self.classes.combinations.push(Combination {
                id: text.id.into_inner().into(),
                regime: regime.id,
                each,
                sensitive: sensitive.unwrap_or(Sensitive::Unknown),
                says: text.says.into(),
                sourced,
            });
        }
        for text in file.floor {
            let regime = self.regime(STANDINGS, &text.regime);
            let of = self.word(STANDINGS, "of", &text.of, FloorOf::parse);
            let own = own(&text.source, text.confidence.as_deref());
            let sourced = of_file.of(own, text.regime.span(), &mut self.findings);
            if let (Some(regime), Some(of)) = (regime, of) {
                let grade = text.grade.into_inner();
                self.classes.floors.push(Floor { regime: regime.id, of, grade, sourced });
            }
        }
    }

    fn standing(&mut self, text: format::StandingText, of_file: &FileStanding) {
        let Some(regime) = self.regime(STANDINGS, &text.regime) else { return };
        let sensitive = text.sensitive.as_ref();
        let sensitive =
            sensitive.and_then(|word| self.word(STANDINGS, "sensitive", word, Sensitive::parse));
        let only_minors = |word: &str| (word == "under-14").then_some(true);
        let under_14 = text.of.as_ref();
        let under_14 = under_14.and_then(|of| self.word(STANDINGS, "of", of, only_minors));
        let span = match &text.in_force {
            Some(days) => span(STANDINGS, days, &mut self.findings),
            None => regime.span,
        };
        let bytes = text.regime.span();
        let own = own(&text.source, text.confidence.as_deref());
        let sourced = of_file.of(own, bytes, &mut self.findings);
        let category = text.category.map(Bilingual::from);
        let note = text.note.map(Bilingual::from);
        for class in self.every(STANDINGS, &text.classes) {
            self.classes.statements.push(Statement {
                class,
                regime: regime.id.clone(),
                sensitive,
                level: text.level,
                category: category.clone(),
                under_14: under_14.unwrap_or(false),
                span,
                note: note.clone(),
                sourced: sourced.clone(),
            });
        }
    }

    fn candidates(&mut self, file: format::ImportantFile) {
        self.format(IMPORTANT, file.format);
        let of_file = FileStanding {
            file: IMPORTANT.to_owned(),
            source: file.source,
            confidence: file.confidence,
            checked: file.checked,
            known_since: file.known_since,
        };
        for text in file.candidate {
            if self.classes.candidates.iter().any(|known| *known.id == **text.id.as_ref()) {
                self.twice(IMPORTANT, &text.id);
            }
            let Some(regime) = self.regime(IMPORTANT, &text.regime) else { continue };
            let persons_of = text.persons_of.as_ref();
            let persons_of = persons_of
                .and_then(|word| self.word(IMPORTANT, "persons_of", word, PersonsOf::parse));
            let own = own(&text.source, text.confidence.as_deref());
            let sourced = of_file.of(own, text.id.span(), &mut self.findings);
            let classes = self.every(IMPORTANT, &text.classes);
            self.classes.candidates.push(Candidate {
                id: text.id.into_inner().into(),
                says: text.says.into(),
                factor: text.factor.into(),
                regime: regime.id,
                words: names(text.words),
                classes,
                rows_at_least: text.rows_at_least,
                persons_at_least: text.persons_at_least,
                persons_above: text.persons_above,
                persons_of: persons_of.unwrap_or(PersonsOf::Any),
                sectors: text.sectors.into_iter().map(Into::into).collect(),
                edition: text.edition.map(|edition| edition.into_inner().into()),
                note: text.note.map(Into::into),
                sourced,
            });
        }
    }

    /// The value a word stands for; another word is a finding.
    fn word<T>(
        &mut self,
        file: &str,
        key: &str,
        word: &Spanned<String>,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let value = parse(word.as_ref());
        if value.is_none() {
            let finding = Diagnostic::error("RB200").at(Place::at(file, word.span()));
            self.findings.push(finding.with("key", key).with("word", word.as_ref()));
        }
        value
    }

    /// A class that is there; another name is a finding.
    fn known(&mut self, file: &str, name: &Spanned<String>) -> Option<ClassId> {
        let class = self.classes.get(name.as_ref()).map(|class| class.id.clone());
        if class.is_none() {
            let finding = Diagnostic::error("RB201").at(Place::at(file, name.span()));
            self.findings.push(finding.with("class", name.as_ref()));
        }
        class
    }

    /// Classes that are there; `*` is every class of personal information.
    fn every(&mut self, file: &str, names: &[Spanned<String>]) -> Vec<ClassId> {
        let mut classes = Vec::new();
        for name in names {
            if name.as_ref() == EVERY {
                let personal = self.classes.classes.iter().filter(|class| class.is_personal());
                classes.extend(personal.map(|class| class.id.clone()));
            } else {
                classes.extend(self.known(file, name));
            }
        }
        classes
    }

    /// A regime that is there; another name is a finding.
    fn regime(&mut self, file: &str, name: &Spanned<String>) -> Option<Regime> {
        let regime = self.classes.regime(name.as_ref()).cloned();
        if regime.is_none() {
            let finding = Diagnostic::error("RB202").at(Place::at(file, name.span()));
            self.findings.push(finding.with("regime", name.as_ref()));
        }
        regime
    }

    fn twice(&mut self, file: &str, id: &Spanned<String>) {
        self.findings.push(Diagnostic::error("RB110").at(Place::at(file, id.span())));
    }
}

fn own<'a>(source: &'a [String], confidence: Option<&'a str>) -> OwnStanding<'a> {
    OwnStanding { source, confidence, ..OwnStanding::default() }
}

fn named(zh: String, en: String) -> Bilingual {
    Bilingual { zh, en }
}

fn names(text: format::NamesText) -> Names {
    let phrases = |texts: Vec<Spanned<String>>| {
        let phrase = |text: Spanned<String>| {
            let bytes: Range<usize> = text.span();
            Phrase { text: text.into_inner().into(), bytes }
        };
        texts.into_iter().map(phrase).collect()
    };
    Names { zh: phrases(text.zh), pinyin: phrases(text.pinyin), en: phrases(text.en) }
}
