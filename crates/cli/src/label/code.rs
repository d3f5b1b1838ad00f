//! `kouan label code`: the provider's code, made and checked.

use clap::ArgMatches;
use kouan_label::{CodeFault, ProviderCode, Service};
use kouan_terms::Diagnostic;
use serde_json::json;

use super::standard::standard;
use crate::language::words;
use crate::outcome::{Outcome, Output};
use crate::page::{Line, Page, Section};
use crate::settings::{Format, Settings};

/// The schema of the document.
const SCHEMA: &str = "kouan.label-code/1";

/// Makes or checks a code.
pub fn run(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let (_, standard) = standard(settings)?;
    let code = match matches.subcommand() {
        Some(("make", sub)) => {
            let one = |name: &str| sub.get_one::<String>(name).map(String::as_str);
            let service = match one("service") {
                Some("generation") => Service::Generation,
                Some("propagation") => Service::Propagation,
                _ => Service::Open,
            };
            let credit_code = one("credit-code").unwrap_or_default();
            ProviderCode::new(credit_code, service, one("extension").unwrap_or_default())
        }
        Some((_, sub)) => {
            let text = sub.get_one::<String>("code").map(String::as_str).unwrap_or_default();
            ProviderCode::parse(text, &standard.code).map_err(|fault| {
                // Other digits stand for individuals and other bindings, which we do not hold.
                let code = if fault == CodeFault::Subject { "LB136" } else { "LB133" };
                Diagnostic::error(code).with("part", fault.as_str())
            })
        }
        None => return Ok(Output { text: String::new(), outcome: Outcome::Done }),
    };
    let code = code.map_err(|finding| vec![finding])?;
    let text = code.text(&standard.code);
    let text = match settings.format {
        Format::Json | Format::Jsonl => {
            let document = json!({
                "schema": SCHEMA,
                "code": text,
                "credit_code": code.credit_code(),
                "service": service_word(code.service()),
                "extension": code.extension(),
            });
            format!("{document}\n")
        }
        Format::Text | Format::Markdown if matches.subcommand_name() == Some("make") => {
            format!("{text}\n")
        }
        Format::Text | Format::Markdown => {
            page(&code, &text).render(settings.speech, settings.format.shape())
        }
    };
    Ok(Output { text, outcome: Outcome::Done })
}

fn service_word(service: Service) -> Option<&'static str> {
    match service {
        Service::Generation => Some("generation"),
        Service::Propagation => Some("propagation"),
        Service::Open => None,
    }
}

fn page(code: &ProviderCode, text: &str) -> Page {
    let mut section = Section::default();
    let mut row = |zh: &str, en: &str, value: kouan_terms::Bilingual| {
        section.row(words(zh, en), vec![Line::words(value)]);
    };
    row("信用代码", "credit code", words(code.credit_code(), code.credit_code()));
    let service = match code.service() {
        Service::Generation => words("生成", "generation"),
        Service::Propagation => words("传播", "propagation"),
        Service::Open => words("未写扩展", "no extension"),
    };
    row("服务类型", "service", service);
    if !code.extension().is_empty() {
        row("扩展码", "extension", words(code.extension(), code.extension()));
    }
    Page {
        title: words("编码正确", "the code is right"),
        subtitle: words(text, text),
        sections: vec![section],
    }
}
