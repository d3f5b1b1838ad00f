//! Where the ledger is, and the moment that is recorded.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ArgMatches;
use kouan_decide::permit::Algorithm;
use kouan_disk::Disk;
use kouan_disk::real::Folder;
use kouan_flow::office::{Office, Records, create_secrets, now, open_secrets};
use kouan_ledger::entry::{Name, Time};
use kouan_terms::{Diagnostic, Place as At};
use serde_json::json;

use crate::language::words;
use crate::outcome::{Outcome, Output};
use crate::page::{Line, Page, Section};
use crate::settings::{Format, Settings};

/// The folders of one ledger and of its secrets.
pub struct Place {
    ledger: PathBuf,
    secrets: PathBuf,
}

impl Place {
    /// The ledger that a command names.
    pub fn of(matches: &ArgMatches, settings: &Settings) -> Place {
        let named = matches.get_one::<String>("ledger");
        Place::at(named.map_or(settings.ledger.as_str(), String::as_str))
    }

    /// The ledger in a folder; its secrets stand beside it.
    pub fn at(folder: &str) -> Place {
        let ledger = PathBuf::from(folder.trim_end_matches('/'));
        let mut secrets = ledger.clone().into_os_string();
        secrets.push("-secrets");
        Place { ledger, secrets: secrets.into() }
    }

    fn disk(&self) -> Result<Arc<dyn Disk>, Diagnostic> {
        let folder = Folder::open(&self.ledger).map_err(|_| self.named("AC101"))?;
        Ok(Arc::new(folder.private()))
    }

    fn named(&self, code: &'static str) -> Diagnostic {
        Diagnostic::error(code).at(At::file(&self.ledger.to_string_lossy()))
    }

    /// The ledger, to read.
    pub fn records(&self) -> Result<Records, Vec<Diagnostic>> {
        self.disk().and_then(Records::open).map_err(|finding| vec![finding])
    }

    /// The ledger with its secrets.
    pub fn office(&self) -> Result<Office, Vec<Diagnostic>> {
        let open = || Office::open(self.disk()?, open_secrets(&self.secrets)?);
        open().map_err(|finding| vec![finding])
    }

    /// Makes the ledger of a handler and its secrets. A first opening that was interrupted is gone
    /// on with. Permits are signed with SM2, too, where it is made with it.
    ///
    /// # Errors
    ///
    /// LG102 where there is a ledger, which is left alone; the folders cannot be written.
    pub fn create(&self, handler: &str, with_sm2: bool) -> Result<Office, Diagnostic> {
        std::fs::create_dir_all(&self.ledger)
            .map_err(|error| Diagnostic::error("AC103").with("cause", error.kind()))?;
        let disk = self.disk()?;
        let secrets = if self.secrets.exists() && !is_there(&*disk) {
            open_secrets(&self.secrets)
        } else if self.secrets.exists() || is_there(&*disk) {
            Err(self.named("LG102"))
        } else {
            create_secrets(&self.secrets, with_sm2)
        };
        Office::create(disk, secrets?, handler)
    }

    /// Whether a ledger was begun here.
    pub fn is_begun(&self) -> bool {
        self.secrets.exists() || self.disk().is_ok_and(|disk| is_there(&*disk))
    }

    /// The folder, as it is shown.
    pub fn shown(&self) -> String {
        self.ledger.to_string_lossy().into_owned()
    }
}

/// The moment that a command records: said, or now.
pub fn moment(matches: &ArgMatches, settings: &Settings) -> Result<Time, Vec<Diagnostic>> {
    let moment = match matches.get_one::<String>("at") {
        None => now(),
        Some(text) => Time(text.parse().map_err(|_| vec![Diagnostic::error("AC111")])?),
    };
    if settings.is_on_given && settings.on != moment.day().0 {
        return Err(vec![Diagnostic::error("AC110").with("day", moment.day())]);
    }
    Ok(moment)
}

/// The moment without parts of a second, as people read it.
pub fn at_shown(time: Time) -> String {
    let text = time.to_string();
    match text.split_once('.') {
        Some((whole, _)) => format!("{whole}Z"),
        None => text,
    }
}

/// Who acts.
pub fn actor(matches: &ArgMatches) -> Result<Name, Vec<Diagnostic>> {
    let id = matches.get_one::<String>("actor").map_or("operator", String::as_str);
    Name::new(id).map_err(|finding| vec![finding])
}

/// One finding, as a list.
pub fn one(finding: Diagnostic) -> Vec<Diagnostic> {
    vec![finding]
}

/// `kouan account init`.
pub fn init(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let place = Place::of(matches, settings);
    let handler = matches.get_one::<String>("handler").map_or("", String::as_str);
    let office = place.create(handler, matches.get_flag("sm2")).map_err(one)?;
    let records = office.records();
    let (key, secrets) = (records.log().key().to_string(), place.secrets.to_string_lossy());
    let permit_keys: Vec<(&str, String)> = office
        .trusted_keys()
        .iter()
        .map(|key| {
            let name = if key.algorithm() == Algorithm::Sm2 { "sm2" } else { "ed25519" };
            (name, kouan_terms::hex(&key.to_bytes()))
        })
        .collect();
    let text = match settings.format {
        Format::Json | Format::Jsonl => {
            let document = json!({
                "schema": "kouan.account-init/1",
                "ledger": place.shown(),
                "secrets": secrets,
                "handler": records.handler(),
                "key": key,
                "permit_keys": permit_keys.iter().map(|(algorithm, key)| json!({
                    "algorithm": algorithm, "key": key,
                })).collect::<Vec<_>>(),
            });
            format!("{document:#}\n")
        }
        Format::Text | Format::Markdown => {
            let plain = |text: &str| vec![Line::words(words(text, text))];
            let mut section = Section::default();
            section.row(words("账册", "ledger"), plain(&place.shown()));
            section.row(words("密钥", "secrets"), plain(&secrets));
            section.row(words("公钥", "public key"), plain(&key));
            if let Some((_, key)) = permit_keys.iter().find(|(name, _)| *name == "sm2") {
                section.row(words("许可的SM2公钥", "SM2 key of permits"), plain(key));
            }
            let keep = words(
                "请备份密钥文件夹：失去它，今年已计的人将被重复计数；公钥可以交给审计",
                "keep a copy of the secrets: without them persons already counted count again; the \
                 public key may be given to auditors",
            );
            section.row(words("下一步", "next"), vec![Line::words(keep)]);
            let title = words("账册已建立", "the ledger is made");
            let page = Page { title, subtitle: words("", ""), sections: vec![section] };
            page.render(settings.speech, settings.format.shape())
        }
    };
    Ok(Output { text, outcome: Outcome::Done })
}

fn is_there(disk: &dyn Disk) -> bool {
    let head = Path::new("log").join("checkpoint");
    matches!(disk.len(&head.to_string_lossy()), Ok(Some(_)))
}
