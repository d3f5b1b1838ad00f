//! The steps, one after the other, each with the functions of its own command.

use std::path::PathBuf;

use kouan_decide::permit::Permit;
use kouan_flow::office::{Office, drift};
use kouan_flow::{Options, ScanRequest, Want};
use kouan_ledger::entry::{
    Change, Digest, Entry, Filed as Entered, LegalDay, Name, Released, What,
};
use kouan_meter::CalendarYear;
use kouan_scan::inventory::Inventory;
use kouan_terms::{Diagnostic, Place as At};

use super::Course;
use super::plan::{Filing, Release, Scan, at_of, file_name};
use crate::account::filing::{Kept, contents, frequency, kept};
use crate::account::people::{Counted, counted};
use crate::account::prove::{Checked, checked};
use crate::account::{Place, one};
use crate::declarations::One;
use crate::file::{self, Filed, Given};
use crate::inventories::Named;
use crate::outcome::Outcome;
use crate::release::Ran;
use crate::{files, inventories, permit, release, scan};

/// A filing of the plan as it stands in the ledger.
pub struct Recorded {
    /// Which entry says it.
    pub kept: Kept,
    /// What that entry says.
    pub entered: Entered,
    /// The pack that was made now is not the one that was filed.
    pub is_other_pack: bool,
}

/// What became of a flow that was to leave.
pub struct Left<'a> {
    /// What the plan says.
    pub release: &'a Release,
    /// Why there was no permit before the filings were recorded.
    pub before: Vec<Diagnostic>,
    /// The permit, and the entry with which it was recorded now.
    pub permit: Option<(Permit, Option<u64>)>,
    /// What the release came to, and what the ledger says of it.
    pub ran: Option<(Ran, Option<(Entry, Released)>)>,
    /// Why nothing left.
    pub refused: Vec<Diagnostic>,
}

/// Step 4, and the recording that comes before it.
pub struct Passed<'a> {
    /// The filings.
    pub recorded: Vec<Recorded>,
    /// The flows.
    pub flows: Vec<Left<'a>>,
}

/// Step 5.
pub struct Account {
    /// The year.
    pub year: CalendarYear,
    /// Its persons.
    pub people: Vec<Counted>,
    /// In what releases differ from filings.
    pub drift: Vec<Diagnostic>,
    /// The ledger, looked at from end to end.
    pub checked: Checked,
    /// It as JSON.
    pub verified: serde_json::Value,
}

impl Course<'_> {
    /// Step 1. Nothing is written yet.
    pub fn scan(&self) -> Result<Vec<Named>, Vec<Diagnostic>> {
        self.plan.scan.iter().map(|scan| self.scan_one(scan)).collect()
    }

    fn scan_one(&self, wanted: &Scan) -> Result<Named, Vec<Diagnostic>> {
        let name = wanted.inventory.get_ref().as_str();
        // What people settled is in the inventory of the folder, or in that of an earlier run.
        let before = match scan::before(name)? {
            None => scan::before(&self.out.below(file_name(name)))?,
            found => found,
        };
        let addresses = texts(&wanted.sources);
        let request = ScanRequest {
            addresses: &addresses,
            options: &self.options()?,
            want: Want::Everything,
            workers: scan::cores(),
            book: &self.law.book,
            classes: &self.classes,
            on: self.settings.on,
            sector: scan::sector(&self.law.book, wanted.sector.as_deref())?,
            scenario: scan::scenario(&self.law.book, wanted.scenario.as_deref())?,
            before: before.as_ref(),
            scratch: &std::env::temp_dir(),
        };
        let inventory: Inventory = scan::watched(&request, &self.settings)?;
        Named::fresh(name, inventory).map_err(one)
    }

    fn options(&self) -> Result<Options, Vec<Diagnostic>> {
        let credentials = scan::credentials(self.plan.credentials.as_deref()).map_err(one)?;
        Ok(Options { tables: Vec::new(), credentials })
    }

    /// Writes the inventories among the results.
    pub fn keep(&self, scanned: &[Named]) -> Result<(), Vec<Diagnostic>> {
        for folder in ["permits", "released"] {
            let path = self.out.path.join(folder);
            std::fs::create_dir_all(&path).map_err(|error| {
                let at = At::file(&self.out.shown(folder));
                one(Diagnostic::error("CL113").at(at).with("detail", error.kind()))
            })?;
        }
        for named in scanned {
            let path = self.out.below(file_name(named.name()));
            inventories::write(&path, named.inventory()).map_err(one)?;
        }
        Ok(())
    }

    /// Step 3.
    pub fn file(&self, given: &Given) -> Result<Filed, Vec<Diagnostic>> {
        let into = PathBuf::from(self.out.below("filing"));
        let mut words = self.plan.transfer.get_ref().clone();
        for answers in &self.plan.answers {
            words.push_str(&format!(" --answers {}", answers.get_ref()));
        }
        let wanted = file::Wanted { pack: None, into: &into, fonts: None, is_dry: false, words };
        file::filed(&self.law, given, None, wanted, &self.settings)
    }

    /// Step 4: permits are asked for, filings recorded, permits asked for again, and what has one
    /// leaves.
    pub fn release(
        &self,
        office: &Office,
        declared: &One,
        filed: &Filed,
    ) -> Result<Passed<'_>, Vec<Diagnostic>> {
        let mut flows: Vec<Left<'_>> = Vec::new();
        for release in &self.plan.release {
            let mut left = Left::new(release);
            match self.permit(office, declared, release) {
                Ok(granted) => left.permit = Some((granted.permit, granted.entry)),
                Err(found) => left.before = found,
            }
            flows.push(left);
        }
        let recorded = self.plan.filing.iter().map(|one| self.record(office, declared, filed, one));
        let recorded = recorded.collect::<Result<Vec<_>, _>>()?;
        for left in &mut flows {
            if let Err(found) = self.release_one(office, declared, left) {
                left.refused = found;
            }
        }
        Ok(Passed { recorded, flows })
    }

    fn permit(
        &self,
        office: &Office,
        declared: &One,
        release: &Release,
    ) -> Result<kouan_flow::Granted, Vec<Diagnostic>> {
        let held = files::read(&self.permit_path(release)).ok();
        let wanted = permit::Wanted {
            file: self.plan.transfer.get_ref(),
            declared,
            flow: Some(release.flow.get_ref()),
            choices: release.choices.as_ref().map(|path| path.get_ref().as_str()),
            filing: release.filing.as_ref().map(|number| number.get_ref().as_str()),
            adopted: &[],
            held: held.as_deref(),
        };
        permit::granted(office, &self.law.book, &wanted, (self.time, &self.actor))
    }

    fn permit_path(&self, release: &Release) -> String {
        self.out.below(&format!("permits/{}.json", release.flow.get_ref()))
    }

    fn release_one(
        &self,
        office: &Office,
        declared: &One,
        left: &mut Left<'_>,
    ) -> Result<(), Vec<Diagnostic>> {
        let release = left.release;
        let granted = self.permit(office, declared, release)?;
        let path = self.permit_path(release);
        files::write(&path, &granted.text).map_err(one)?;
        let before = left.permit.as_ref().and_then(|(_, entry)| *entry);
        left.permit = Some((granted.permit, granted.entry.or(before)));
        let to = self.out.below(&format!("released/{}", release.to.get_ref()));
        let wanted = release::Wanted {
            permit: &granted.text,
            sources: &texts(&release.sources),
            options: &self.options()?,
            to: &to,
            form: None,
            part_rows: None,
            recipient: None,
            withdrawn: release.withdrawn.as_ref().map(|path| path.get_ref().as_str()),
            is_dry: false,
        };
        let law = (&self.law.book, &self.classes);
        let ran = release::released(office, law, &wanted, (self.time, self.said), &self.actor)?;
        ran.warn(&self.settings);
        let entry = ran.outcome.entry.map(|number| entry(office, number)).transpose()?.flatten();
        left.ran = Some((ran, entry));
        Ok(())
    }

    fn record(
        &self,
        office: &Office,
        declared: &One,
        filed: &Filed,
        filing: &Filing,
    ) -> Result<Recorded, Vec<Diagnostic>> {
        let flows: Vec<&str> = filing.flows.iter().map(|flow| flow.get_ref().as_str()).collect();
        let (fields, recipients) = contents(&declared.transfer, &flows)?;
        let pack = filing.pack.as_ref().map(|pack| digest_of(filed, pack)).transpose()?;
        let often = filing.frequency.as_ref().map(often).transpose()?;
        let entered = Entered {
            number: Name::new(filing.number.get_ref()).map_err(one)?,
            kind: filing.kind,
            authority: Name::new(filing.authority.get_ref()).map_err(one)?,
            change: Change::New,
            filed: LegalDay(filing.filed),
            accepted: filing.accepted.map(LegalDay),
            valid_until: filing.valid_until.map(LegalDay),
            fields,
            general: filing.general,
            sensitive: filing.sensitive,
            recipients,
            frequency: often.flatten(),
            pack,
        };
        let kept = kept(office, entered, (self.time, &self.actor)).map_err(one)?;
        let history = office.history().map_err(one)?;
        let now = history.filings().get(filing.number.get_ref().as_str()).copied();
        let (_, entered) = now.ok_or_else(|| {
            one(Diagnostic::error("AC125").with("number", filing.number.get_ref()))
        })?;
        let is_other_pack = pack.is_some() && entered.pack.is_some() && pack != entered.pack;
        Ok(Recorded { kept, entered: entered.clone(), is_other_pack })
    }

    /// Step 5.
    pub fn account(&self, ledger: &Place, office: &Office) -> Result<Account, Vec<Diagnostic>> {
        let history = office.history().map_err(one)?;
        let moment = history.moment(self.time);
        let year = CalendarYear::at(moment.0.as_second());
        let year = year.ok_or_else(|| one(Diagnostic::error("RL115").with("day", moment.day())))?;
        let people = counted(std::slice::from_ref(office), year)?;
        let checked = checked(ledger, office.records(), Default::default(), true)?;
        let verified = checked.document(office.records());
        Ok(Account { year, people, drift: drift(&history), checked, verified })
    }
}

fn texts(words: &[toml::Spanned<String>]) -> Vec<String> {
    words.iter().map(|word| word.get_ref().clone()).collect()
}

/// The entry of a release.
fn entry(office: &Office, number: u64) -> Result<Option<(Entry, Released)>, Vec<Diagnostic>> {
    let history = office.history().map_err(one)?;
    let found = history.entries().iter().find(|entry| entry.number == number);
    Ok(found.and_then(|entry| match &entry.what {
        What::Release(released) => Some((entry.clone(), released.clone())),
        _ => None,
    }))
}

/// The digest of a pack that was made now.
fn digest_of(filed: &Filed, pack: &toml::Spanned<String>) -> Result<Digest, Vec<Diagnostic>> {
    let made = filed.packs.iter().find(|(id, _)| id == pack.get_ref());
    made.map(|(_, digest)| *digest).ok_or_else(|| {
        let known: Vec<&str> = filed.packs.iter().map(|(id, _)| id.as_str()).collect();
        let allowed = if known.is_empty() { "—".to_owned() } else { known.join(", ") };
        let finding = Diagnostic::error("CL155").at(at_of(pack)).with("key", "pack");
        one(finding.with("allowed", allowed))
    })
}

fn often(
    word: &toml::Spanned<String>,
) -> Result<Option<kouan_ledger::entry::Frequency>, Vec<Diagnostic>> {
    frequency(word.get_ref()).map_err(|_| {
        let finding = Diagnostic::error("CL155").at(at_of(word)).with("key", "frequency");
        one(finding.with("allowed", "continuous, once, month:N, year:N"))
    })
}

impl<'a> Left<'a> {
    fn new(release: &'a Release) -> Left<'a> {
        Left { release, before: Vec::new(), permit: None, ran: None, refused: Vec::new() }
    }

    /// What it means that it did not leave.
    pub fn outcome(&self) -> Outcome {
        let is = |prefixes: &[&str]| {
            self.refused.iter().all(|found| prefixes.iter().any(|p| found.code.0.starts_with(p)))
        };
        if self.refused.is_empty() {
            Outcome::Done
        } else if is(&["PM101"]) {
            Outcome::CannotTell
        } else if is(&["PM", "GT", "AC12", "MT105", "MT106", "RL102", "RL111"]) {
            Outcome::Act
        } else {
            Outcome::NotDone
        }
    }
}
