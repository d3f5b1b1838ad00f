//! `kouan explain`: the page for an error code, an entry of the rulebook, or a term.

use clap::ArgMatches;
use kouan_rulebook::Book;
use kouan_terms::{Bilingual, Diagnostic};

use crate::language::words;
use crate::messages;
use crate::outcome::{Outcome, Output};
use crate::page::{Line, Page, Section};
use crate::rulebook::{not_found, shown_class, shown_entry};
use crate::rulebook_source;
use crate::settings::Settings;

/// Explains whatever was named.
pub fn run(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let what = matches.get_one::<String>("what").map_or("", String::as_str);
    let book = rulebook_source::load(settings.rulebook.as_deref())?;
    let known = code(what)
        .or_else(|| route(what))
        .or_else(|| shown_entry(&book, what))
        .or_else(|| exact_term(&book, what));
    let page = match known {
        Some(page) => page,
        None => {
            let classes = rulebook_source::classes(settings.rulebook.as_deref())?;
            shown_class(&book, &classes, what, settings)
                .or_else(|| near_term(&book, what))
                .ok_or_else(|| vec![not_found(&book, &classes, what)])?
        }
    };
    Ok(Output {
        text: page.render(settings.speech, settings.format.shape()),
        outcome: Outcome::Done,
    })
}

fn pair(pair: &messages::Pair) -> Bilingual {
    words(&pair.zh, &pair.en)
}

fn code(what: &str) -> Option<Page> {
    let message = messages::message(&what.to_ascii_uppercase())?;
    let mut section = Section::default();
    let line = |text: &Option<messages::Pair>| {
        text.iter().map(|text| Line::words(pair(text))).collect::<Vec<_>>()
    };
    section.row(words("未做", "not done"), line(&message.undone));
    section.row(words("提示", "hint"), line(&message.hint));
    section.row(words("说明", "more"), line(&message.page));
    let code = what.to_ascii_uppercase();
    Some(Page {
        title: pair(&message.says),
        subtitle: words(&code, &code),
        sections: vec![section],
    })
}

fn route(what: &str) -> Option<Page> {
    let route = kouan_terms::Route::parse(what)?;
    let says = kouan_decide::route_meaning(route);
    let mut section = Section::default();
    section.row(words("含义", "means"), vec![Line::words(says)]);
    Some(Page {
        title: kouan_decide::route_name(route),
        subtitle: words(what, what),
        sections: vec![section],
    })
}

fn exact_term(book: &Book, what: &str) -> Option<Page> {
    let wanted = what.to_lowercase();
    let exact = |term: &&kouan_rulebook::format::TermText| {
        *term.id.as_ref() == wanted || term.zh == what || term.en.to_lowercase() == wanted
    };
    book.glossary.iter().find(exact).map(term)
}

/// A term of which only a part was named.
fn near_term(book: &Book, what: &str) -> Option<Page> {
    let wanted = what.to_lowercase();
    let part = |term: &&kouan_rulebook::format::TermText| {
        term.zh.contains(what) || term.en.to_lowercase().contains(&wanted)
    };
    book.glossary.iter().find(part).map(term)
}

fn term(term: &kouan_rulebook::format::TermText) -> Page {
    let mut section = Section::default();
    section.row(words("含义", "means"), vec![Line::words(term.says.clone().into())]);
    section.row(
        words("不说", "not"),
        term.not.iter().map(|word| Line::words(words(word, word))).collect(),
    );
    Page {
        title: words(&format!("{} · {}", term.zh, term.en), &format!("{} · {}", term.en, term.zh)),
        subtitle: words(term.id.as_ref(), term.id.as_ref()),
        sections: vec![section],
    }
}
