//! The office: the folder in which the ledger and the meter of one data handler are kept, and the
//! secrets beside it.
//!
//! | path | what |
//! |---|---|
//! | `log/` | the ledger |
//! | `log.key` | the public key of the ledger; the handler is in its name |
//! | `meter/` | segments of the meter, by year |
//! | `lock` | whoever counts or appends holds it |
//! | `outputs/` | locks of outputs that are being written |
//!
//! The secrets stand in a folder of their own, so that the office can be copied, kept and shown to
//! an auditor without them.

mod counting;
mod drift;
mod history;
mod lines;
mod sample;
mod secrets;

use std::io::{ErrorKind, Write as _};
use std::sync::Arc;

use hmac::{Hmac, KeyInit as _, Mac as _};
use kouan_decide::permit::{SigningKey, VerifyingKey};
use kouan_disk::{Disk, Lock};
use kouan_ledger::entry::{Draft, Name, Time, What};
use kouan_ledger::{Checkpoint, Ledger, Log, Receipt, SigningSeed, VerifierKey};
use kouan_meter::{Account, CalendarYear};
use kouan_scan::identifiers::key::Secret;
use kouan_scan::persons::Veil;
use kouan_terms::{Diagnostic, hex};
use sha2::{Digest as _, Sha256};

pub use counting::{Counting, countings};
pub use drift::drift;
pub use history::{Filings, History};
pub(crate) use history::{MERGED, as_basis, segment_of};
pub use lines::{Line, Measured, Subject, measured};
pub use sample::{Sample, digest_of_file, entry_of, sampled};
pub use secrets::{Secrets, create_secrets, open_secrets};

const LOG: &str = "log";
const KEY: &str = "log.key";
const METER: &str = "meter";
const LOCK: &str = "lock";
pub(crate) const OUTPUTS: &str = "outputs";
/// Persons in segments of the meter not merged yet from which on a release merges them: opening
/// takes in some millions a second.
const UNMERGED: u64 = 1 << 20;
/// The beginning of the name of a ledger's key; the handler follows.
const ORIGIN: &str = "kouan.account/";

/// The moment now, for whoever records something.
#[must_use]
pub fn now() -> Time {
    Time(jiff::Timestamp::now())
}

/// What can be read without a secret: the ledger, and who keeps it.
#[derive(Clone)]
pub struct Records {
    disk: Arc<dyn Disk>,
    log: Log,
}

impl Records {
    /// Opens the records in a folder.
    ///
    /// # Errors
    ///
    /// `AC101` where there is no office, `AC102` where its key cannot be read, `LG123` where it is
    /// none.
    pub fn open(disk: Arc<dyn Disk>) -> Result<Records, Diagnostic> {
        let bytes = match disk.read(KEY) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(Diagnostic::error("AC101"));
            }
            Err(error) => return Err(Diagnostic::error("AC102").with("cause", error.kind())),
        };
        let key = VerifierKey::parse(&String::from_utf8_lossy(&bytes))?;
        let log = Log::new(Arc::clone(&disk), LOG, key);
        Ok(Records { disk, log })
    }

    /// The ledger.
    #[must_use]
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The handler, as it was named when the office was opened first.
    #[must_use]
    pub fn handler(&self) -> &str {
        let name = self.log.key().name();
        name.strip_prefix(ORIGIN).unwrap_or(name)
    }

    /// All that happened so far.
    ///
    /// # Errors
    ///
    /// What reading the ledger finds.
    pub fn history(&self) -> Result<History, Diagnostic> {
        History::read(&self.log)
    }

    /// The disk of the office.
    #[must_use]
    pub fn disk(&self) -> &dyn Disk {
        &*self.disk
    }

    /// The disk of the office, to be kept.
    #[must_use]
    pub fn shared_disk(&self) -> Arc<dyn Disk> {
        Arc::clone(&self.disk)
    }

    /// The account of the meter of a year, under the secret of this mark.
    ///
    /// # Errors
    ///
    /// `MT110` where the handler's name is too long.
    pub fn account(&self, year: CalendarYear, mark: [u8; 16]) -> Result<Account, Diagnostic> {
        Account::new(METER, self.handler(), year, mark)
    }
}

/// An office with its secrets: it can count, sign and record.
pub struct Office {
    records: Records,
    ledger: Ledger,
    secrets: Secrets,
    veil: Veil,
    unmerged: u64,
}

impl Office {
    /// Opens an office for the first time. `handler` is one word, such as the unified social credit
    /// code; permits of another handler are not taken here.
    ///
    /// # Errors
    ///
    /// `LG123` where the handler is not one word, `LG102` where there is a ledger, `AC103` where
    /// the folder cannot be written.
    pub fn create(
        disk: Arc<dyn Disk>,
        secrets: Secrets,
        handler: &str,
    ) -> Result<Office, Diagnostic> {
        let seed = SigningSeed::new(&format!("{ORIGIN}{handler}"), secrets.signing())?;
        let key = seed.verifier().to_string();
        match disk.len(KEY) {
            // An interrupted first opening is gone on with, if it was this one.
            Ok(Some(_)) if disk.read(KEY).is_ok_and(|held| held == key.as_bytes()) => {}
            Ok(Some(_)) => return Err(Diagnostic::error("LG102")),
            Ok(None) => put(&*disk, KEY, key.as_bytes()).map_err(|error| unwritten(&error))?,
            Err(error) => return Err(unwritten(&error)),
        }
        for folder in [METER, OUTPUTS] {
            disk.make_dir(folder).map_err(|error| unwritten(&error))?;
        }
        drop(Ledger::create(Arc::clone(&disk), LOG, seed)?);
        Office::open(disk, secrets)
    }

    /// Opens an office.
    ///
    /// # Errors
    ///
    /// Those of [`Records::open`]; `AC104` where the secrets are those of another office; what
    /// opening the ledger finds.
    pub fn open(disk: Arc<dyn Disk>, secrets: Secrets) -> Result<Office, Diagnostic> {
        let records = Records::open(disk)?;
        let seed = SigningSeed::new(records.log.key().name(), secrets.signing())?;
        if seed.verifier() != *records.log.key() {
            return Err(Diagnostic::error("AC104"));
        }
        let ledger = Ledger::open(Arc::clone(&records.disk), LOG, seed)?;
        let veil = Veil::new(&Secret::new(secrets.persons()));
        Ok(Office { records, ledger, secrets, veil, unmerged: UNMERGED })
    }

    /// Lets so many persons stand in segments of the meter not merged yet.
    #[must_use]
    pub fn merging_from(self, persons: u64) -> Office {
        Office { unmerged: persons, ..self }
    }

    pub(crate) fn unmerged(&self) -> u64 {
        self.unmerged
    }

    /// What can be read without the secrets.
    #[must_use]
    pub fn records(&self) -> &Records {
        &self.records
    }

    /// All that happened so far.
    ///
    /// # Errors
    ///
    /// What reading the ledger finds.
    pub fn history(&self) -> Result<History, Diagnostic> {
        self.records.history()
    }

    /// The account of the meter of a year.
    ///
    /// # Errors
    ///
    /// As [`Records::account`].
    pub fn account(&self, year: CalendarYear) -> Result<Account, Diagnostic> {
        self.records.account(year, self.veil.mark())
    }

    /// The key that signs permits, and the one that is trusted here.
    #[must_use]
    pub fn signing_key(&self) -> (SigningKey, VerifyingKey) {
        let key = SigningKey::ed25519(self.secrets.signing());
        let trusted = key.verifying();
        (key, trusted)
    }

    /// The keys that sign permits: Ed25519, and SM2 where the office was made with it.
    #[must_use]
    pub fn signing_keys(&self) -> Vec<SigningKey> {
        let sm2 = self.secrets.sm2().and_then(SigningKey::sm2);
        std::iter::once(self.signing_key().0).chain(sm2).collect()
    }

    /// The keys whose permits are trusted here.
    #[must_use]
    pub fn trusted_keys(&self) -> Vec<VerifyingKey> {
        self.signing_keys().iter().map(SigningKey::verifying).collect()
    }

    /// Keeps a head that witnesses have signed.
    ///
    /// # Errors
    ///
    /// `LG118` where one did not sign, `LG113` and the like where it is no head of this ledger.
    pub fn keep_cosigned(
        &self,
        note: &[u8],
        witnesses: &[VerifierKey],
    ) -> Result<Checkpoint, Diagnostic> {
        let _lock = self.lock()?;
        self.ledger.keep_cosigned(note, witnesses)?;
        self.records.log.cosigned(witnesses)
    }

    /// The key of one permit, for hashes and tokens: HMAC-SHA-256 of its id.
    #[must_use]
    pub fn masking_key(&self, permit: &str) -> [u8; 32] {
        let mut block = [0; 64];
        block.iter_mut().zip(self.secrets.masking()).for_each(|(to, from)| *to = *from);
        let keyed: Hmac<Sha256> = Hmac::new(&block.into());
        keyed.chain_update(permit.as_bytes()).finalize().into_bytes().into()
    }

    pub(crate) fn persons_secret(&self) -> Secret {
        Secret::new(self.secrets.persons())
    }

    pub(crate) fn veil(&self) -> &Veil {
        &self.veil
    }

    /// Waits until nobody else counts or appends.
    pub(crate) fn lock(&self) -> Result<Box<dyn Lock>, Diagnostic> {
        self.records.disk.lock(LOCK).map_err(|error| unwritten(&error))
    }

    /// Keeps others from writing an output of this name; `None` while somebody does.
    pub(crate) fn output_lock(&self, name: &str) -> Result<Option<Box<dyn Lock>>, Diagnostic> {
        let digits = hex(&Sha256::digest(name.as_bytes()));
        let path = format!("{OUTPUTS}/{}.lock", digits.get(..16).unwrap_or_default());
        self.records.disk.try_lock(&path).map_err(|error| unwritten(&error))
    }

    /// Records something whose truth does not hang on what was recorded before.
    ///
    /// # Errors
    ///
    /// What appending to the ledger finds.
    pub fn record(&self, time: Time, actor: &Name, what: What) -> Result<Receipt, Diagnostic> {
        let _lock = self.lock()?;
        let draft = Draft { time, actor: actor.clone(), found: Vec::new(), what };
        self.append(draft)
    }

    /// Appends one entry; the lock is held.
    pub(crate) fn append(&self, draft: Draft) -> Result<Receipt, Diagnostic> {
        let receipts = self.ledger.append(&[draft])?;
        receipts.into_iter().next().ok_or_else(|| Diagnostic::error("LG126").with("cause", "—"))
    }
}

/// Writes a small file durably.
fn put(disk: &dyn Disk, path: &str, bytes: &[u8]) -> std::io::Result<()> {
    let new = format!("{path}.new");
    if disk.len(&new)?.is_some() {
        disk.remove(&new)?;
    }
    let mut writer = disk.create(&new)?;
    writer.write_all(bytes)?;
    writer.sync()?;
    drop(writer);
    disk.rename(&new, path)
}

fn unwritten(error: &std::io::Error) -> Diagnostic {
    Diagnostic::error("AC103").with("cause", error.kind())
}

/// The SHA-256 of bytes, as entries of the ledger name things.
#[must_use]
pub fn digest(bytes: &[u8]) -> kouan_ledger::entry::Digest {
    kouan_ledger::entry::Digest::sha256(Sha256::digest(bytes).into())
}
