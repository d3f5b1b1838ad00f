//! The commands that do the same one by one, from inside the folder.

use kouan_ledger::entry::LegalDay;

use super::Course;
use super::plan::{Filing, Release, Scan};
use crate::account::at_shown;
use crate::account::filing::KINDS;

/// Words of one command.
struct Words(Vec<String>);

impl Words {
    fn new(words: &[&str]) -> Words {
        Words(words.iter().map(|word| quoted(word)).collect())
    }

    fn word(mut self, word: &str) -> Words {
        self.0.push(quoted(word));
        self
    }

    fn words<'w>(self, words: impl IntoIterator<Item = &'w str>) -> Words {
        words.into_iter().fold(self, Words::word)
    }

    fn flag(self, flag: &str, value: Option<&str>) -> Words {
        match value {
            Some(value) => self.word(flag).word(value),
            None => self,
        }
    }

    fn text(self) -> String {
        self.0.join(" ")
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

impl Course<'_> {
    /// The day, where the moment was said.
    fn on(&self) -> Option<String> {
        self.said.then(|| self.time.day().to_string())
    }

    /// The moment, where it was said.
    fn at(&self) -> Option<String> {
        self.said.then(|| at_shown(self.time))
    }

    /// Step 1.
    pub fn scan_commands(&self) -> Vec<String> {
        let command = |scan: &Scan| {
            let inventory = scan.inventory.get_ref().as_str();
            let inventory = (inventory != "inventory.toml").then_some(inventory);
            Words::new(&["kouan", "scan"])
                .words(scan.sources.iter().map(|source| source.get_ref().as_str()))
                .flag("--inventory", inventory)
                .flag("--sector", scan.sector.as_deref())
                .flag("--scenario", scan.scenario.as_deref())
                .flag("--credentials", self.plan.credentials.as_deref())
                .flag("--on", self.on().as_deref())
                .text()
        };
        self.plan.scan.iter().map(command).collect()
    }

    /// Step 2.
    pub fn decide_commands(&self) -> Vec<String> {
        let words = Words::new(&["kouan", "decide", self.plan.transfer.get_ref()]);
        vec![words.flag("--on", self.on().as_deref()).text()]
    }

    /// Step 3.
    pub fn file_commands(&self, id: &str, handler: &str) -> Vec<String> {
        let mut words = Words::new(&["kouan", "file", self.plan.transfer.get_ref()]);
        for answers in &self.plan.answers {
            words = words.flag("--answers", Some(answers.get_ref()));
        }
        let file = words.flag("--out", Some("filing")).flag("--on", self.on().as_deref());
        let mut all = vec![file.text()];
        if !self.plan.filing.is_empty() {
            all.push(self.init_command(handler));
        }
        all.extend(self.plan.filing.iter().map(|filing| self.filing_command(filing, id)));
        all
    }

    fn init_command(&self, handler: &str) -> String {
        Words::new(&["kouan", "account", "init", "--handler", handler]).text()
    }

    fn filing_command(&self, filing: &Filing, id: &str) -> String {
        let number = filing.number.get_ref();
        let kind = KINDS.iter().find(|(_, kind)| *kind == filing.kind).map(|(word, _)| *word);
        let day = |day| LegalDay(day).to_string();
        let pack = filing.pack.as_ref().map(|pack| format!("filing/{id}-{}", pack.get_ref()));
        let count = |count: Option<u64>| count.map(|count| count.to_string());
        let mut words = Words::new(&["kouan", "account", "filing", "add", number])
            .flag("--kind", kind)
            .flag("--authority", Some(filing.authority.get_ref()))
            .flag("--filed", Some(&day(filing.filed)))
            .flag("--accepted", filing.accepted.map(day).as_deref())
            .flag("--valid-until", filing.valid_until.map(day).as_deref())
            .flag("--transfer", Some(self.plan.transfer.get_ref()));
        for flow in &filing.flows {
            words = words.flag("--flow", Some(flow.get_ref()));
        }
        words
            .flag("--general", count(filing.general).as_deref())
            .flag("--sensitive", count(filing.sensitive).as_deref())
            .flag("--frequency", filing.frequency.as_ref().map(|word| word.get_ref().as_str()))
            .flag("--pack", pack.as_deref())
            .flag("--at", self.at().as_deref())
            .text()
    }

    /// Step 4.
    pub fn release_commands(&self, handler: &str) -> Vec<String> {
        let mut all = Vec::new();
        if self.plan.filing.is_empty() {
            all.push(self.init_command(handler));
        }
        for release in &self.plan.release {
            all.extend(self.commands_of(release));
        }
        all
    }

    fn commands_of(&self, release: &Release) -> [String; 2] {
        let at = self.at();
        let flow = release.flow.get_ref().as_str();
        let file = format!("{flow}.json");
        let choices = release.choices.as_ref().map(|path| path.get_ref().as_str());
        let filing = release.filing.as_ref().map(|number| number.get_ref().as_str());
        let withdrawn = release.withdrawn.as_ref().map(|path| path.get_ref().as_str());
        let permit = Words::new(&["kouan", "decide", self.plan.transfer.get_ref()])
            .flag("--flow", Some(flow))
            .flag("--permit", Some(&file))
            .flag("--choices", choices)
            .flag("--filing", filing)
            .flag("--at", at.as_deref());
        let release = Words::new(&["kouan", "release"])
            .words(release.sources.iter().map(|source| source.get_ref().as_str()))
            .flag("--permit", Some(&file))
            .flag("--to", Some(release.to.get_ref()))
            .flag("--withdrawn", withdrawn)
            .flag("--credentials", self.plan.credentials.as_deref())
            .flag("--at", at.as_deref());
        [permit.text(), release.text()]
    }

    /// Step 5.
    pub fn account_commands(&self) -> Vec<String> {
        let people = Words::new(&["kouan", "account", "people"]).flag("--at", self.at().as_deref());
        let plain = |word: &str| Words::new(&["kouan", "account", word]).text();
        vec![people.text(), plain("drift"), plain("verify")]
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_word_is_quoted_where_a_shell_would_take_it_apart() {
        assert_eq!(quoted("data/a.csv"), "data/a.csv");
        assert_eq!(quoted("例省网信办"), "例省网信办");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("a'b$"), r"'a'\''b$'");
        assert_eq!(quoted(""), "''");
    }
}
