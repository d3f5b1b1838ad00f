//! `kouan scan export`, `import`, `settle` and `diff`.

use std::path::{Path, PathBuf};

use crate::program::{Run, kouan, scratch};

const DAY: &str = "2026-11-22";

/// A table of invented guests. `memo` is found by nothing but a person.
const GUESTS: &str = "guest_no,姓名,mobile,room_no,memo_code,paid\n\
    G001,例某,13900000001,0101,k7,true\nG002,甲一,13900000002,0102,k8,false\n\
    G003,乙一,13900000003,0103,k9,true\n";

/// An invented contract: nested, typed, with what others declare and what a person settled.
const CONTRACT: &str = r#"apiVersion: v3.0.2
kind: DataContract
id: example-guests
version: 1.0.0
status: draft
schema:
- name: guests
  physicalName: hotel.guest
  description: 住客
  properties:
  - name: guest_no
    logicalType: string
    primaryKey: true
  - name: id_card_no
    logicalType: string
    description: 身份证号
    logicalTypeOptions: { maxLength: 18 }
  - name: mobile
    physicalType: varchar(20)
  - name: loyalty_band
    logicalType: string
    classification: PII
  - name: room_no
    logicalType: string
    customProperties:
    - { property: containsPii, value: true }
    - { property: kouanSettledAs, value: other }
    - { property: kouanSettledBy, value: 例某 }
    - { property: kouanSettledWhy, value: 房号不指向住客 }
    - { property: kouanSettledOn, value: "2026-11-20" }
  - name: stay
    logicalType: object
    properties:
    - { name: arrived_on, logicalType: date }
    - { name: amount, logicalType: number }
"#;

/// An invented manifest.
const MANIFEST: &str = r#"{
  "metadata": { "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json" },
  "nodes": {
    "model.shop.customers": {
      "resource_type": "model", "schema": "mart", "name": "customers", "alias": "customer",
      "description": "会员",
      "columns": {
        "email": { "name": "email", "description": "邮箱", "data_type": "text", "meta": {} },
        "segment": { "name": "segment", "data_type": "text", "meta": { "contains_pii": true } },
        "band": { "name": "band", "config": { "meta": { "kouan": {
          "as": "other", "by": "例某", "why": "只是分档", "on": "2026-11-20" } } } },
        "tier": { "name": "tier", "meta": { "kouan": { "as": "no-such-class", "by": "例某",
          "why": "试写", "on": "2026-11-20" } } }
      }
    },
    "model.shop.undocumented": { "resource_type": "model", "schema": "mart", "name": "undocumented", "columns": {} },
    "test.shop.unique": { "resource_type": "test", "name": "unique", "columns": {} }
  },
  "sources": {
    "source.shop.raw.orders": {
      "resource_type": "source", "schema": "raw", "name": "orders", "identifier": "t_order",
      "columns": { "order_no": { "name": "order_no", "data_type": "varchar(32)" } }
    }
  }
}"#;

struct Place {
    folder: PathBuf,
}

impl Place {
    fn new(name: &str) -> Place {
        Place { folder: scratch(name) }
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).to_string_lossy().into_owned()
    }

    fn put(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Runs with the inventory of that name; paths of the machine are taken out.
    fn run(&self, inventory: &str, arguments: &[&str]) -> Run {
        let inventory = self.path(inventory);
        let arguments =
            [arguments, &["--inventory", &inventory, "--on", DAY, "--lang", "en"]].concat();
        self.plain(&arguments)
    }

    fn plain(&self, arguments: &[&str]) -> Run {
        let run = kouan(arguments);
        let folder = format!("{}/", self.folder.to_string_lossy());
        let clean = |text: String| text.replace(&folder, "");
        Run { code: run.code, stdout: clean(run.stdout), stderr: clean(run.stderr) }
    }
}

fn shown(run: &Run) -> String {
    format!("exit code {}\n--- stdout\n{}--- stderr\n{}", run.code, run.stdout, run.stderr)
}

/// An inventory of the invented contract.
fn imported(name: &str) -> Place {
    let place = Place::new(name);
    let file = place.put("guests.yaml", CONTRACT);
    let run = place.run("inventory.toml", &["scan", "import", &file]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    place
}

#[test]
fn a_contract_becomes_an_inventory() {
    let place = Place::new("import-odcs");
    let file = place.put("guests.yaml", CONTRACT);
    for language in ["zh", "en"] {
        let inventory = place.path("inventory.toml");
        let run = place.plain(&[
            "scan",
            "import",
            &file,
            "--inventory",
            &inventory,
            "--on",
            DAY,
            "--lang",
            language,
            "--dry-run",
        ]);
        insta::assert_snapshot!(format!("import-odcs-{language}"), shown(&run));
    }
    assert!(!Path::new(&place.path("inventory.toml")).exists(), "a dry run writes nothing");
}

#[test]
fn a_manifest_becomes_an_inventory() {
    let place = Place::new("import-dbt");
    let file = place.put("manifest.json", MANIFEST);
    let run = place.run("inventory.toml", &["scan", "import", &file]);
    insta::assert_snapshot!("import-dbt", shown(&run));
}

#[test]
fn an_inventory_goes_out_in_every_format() {
    let place = imported("export");
    for format in ["odcs", "sarif", "csv", "markdown"] {
        let run = place.run("inventory.toml", &["scan", "export", "--as", format]);
        assert_eq!(run.code, 0, "{format}: {}", run.stderr);
        insta::assert_snapshot!(format!("export-{format}"), run.stdout);
    }
    let run = kouan(&["scan", "export", "--as", "schema"]);
    let kept = crate::program::root().join("docs/reference/inventory.schema.json");
    assert_eq!((run.code, run.stdout), (0, std::fs::read_to_string(kept).unwrap()));
}

#[test]
fn what_went_out_comes_back_the_same() {
    let place = imported("round-trip");
    let mut texts = Vec::new();
    let mut inventory = "inventory.toml".to_owned();
    for number in 0..3 {
        let file = place.path(&format!("{number}.yaml"));
        let run = place.run(&inventory, &["scan", "export", "--as", "odcs", "-o", &file]);
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
        texts.push(place.text(&format!("{number}.yaml")));
        inventory = format!("{number}.toml");
        let run = place.run(&inventory, &["scan", "import", &file]);
        assert_eq!(run.code, 3, "{}", run.stderr);
    }
    assert_eq!(texts[0], texts[1]);
    assert_eq!(texts[1], texts[2]);
    assert!(texts[2].contains("kouanSettledBy"));
}

#[test]
fn what_cannot_be_imported_is_explained_in_both_languages() {
    let place = Place::new("import-refused");
    let deep = format!("a: {}", "[".repeat(200));
    for (name, text) in [
        ("broken.yaml", "kind: DataContract\nschema: [\n"),
        ("broken.json", "{\"kind\": \"DataContract\","),
        ("deep.yaml", deep.as_str()),
        ("other.yaml", "services: []\n"),
        ("old.yaml", "kind: DataContract\napiVersion: v2.2.2\n"),
        ("empty.yaml", "kind: DataContract\napiVersion: v3.1.0\nschema: []\n"),
    ] {
        let file = place.put(name, text);
        let mut both = String::new();
        for language in ["zh", "en"] {
            let run = place.plain(&["scan", "import", &file, "--lang", language, "--dry-run"]);
            assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{name}");
            both.push_str(&run.stderr);
        }
        insta::assert_snapshot!(format!("import-refused-{name}"), both);
    }
    let large = place.put("large.yaml", &"#".repeat((16 << 20) + 1));
    let run = place.plain(&["scan", "import", &large, "--lang", "en"]);
    assert!(run.code == 2 && run.stderr.contains("SC243"), "{}", run.stderr);
    let run = place.plain(&["scan", "export", "--as", "pdf", "--lang", "en"]);
    assert!(run.code == 2 && run.stderr.contains("CL121"), "{}", run.stderr);
    let run = place.run("none.toml", &["scan", "export", "--as", "csv"]);
    assert!(run.code == 2 && run.stderr.contains("CL110"), "{}", run.stderr);
}

#[test]
fn a_decision_is_kept_by_the_next_scan_and_asks_for_a_recount() {
    let place = Place::new("settle");
    let file = place.put("guests.csv", GUESTS);
    let scan = || place.run("inventory.toml", &["scan", &file]);
    assert_ne!(scan().code, 2);
    let settle = |column: &str, class: &str, why: &str| {
        let signed = ["--by", "例某", "--why", why];
        let arguments = [&["scan", "settle", column, "--as", class], &signed[..]].concat();
        place.run("inventory.toml", &arguments)
    };
    let run = settle("mobile", "other", "前台的公用号码");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!("settle", run.stdout);
    assert!(place.text("inventory.toml").contains("recount = true"));
    let run = scan();
    let kept = place.text("inventory.toml");
    assert!(kept.contains("前台的公用号码") && kept.contains("level = \"settled\""), "{kept}");
    assert!(!kept.contains("recount = true"), "counted again: {kept}");
    assert!(!run.stdout.contains("scan again"), "{}", run.stdout);
    for (name, column, class, why) in [
        ("unknown-class", "mobile", "mobil", "试写"),
        ("unknown-column", "mobil", "mobile", "试写"),
        ("no-reason", "mobile", "mobile", " "),
    ] {
        let run = settle(column, class, why);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{name}");
        insta::assert_snapshot!(format!("settle-{name}"), run.stderr);
    }
    assert_eq!(place.text("inventory.toml"), kept, "nothing was recorded");
}

#[test]
fn a_change_is_held_against_what_was_declared() {
    let place = Place::new("diff");
    // Tables go by the path of their file, so it is one file that changes.
    let scan = |name: &str, text: &str| {
        let file = place.put("guests.csv", text);
        let inventory = format!("{name}.toml");
        let run = place.run(&inventory, &["scan", &file]);
        assert_ne!(run.code, 2, "{}", run.stderr);
        place.path(&inventory)
    };
    let old = scan("old", "guest_no,room_no\nG001,0101\nG002,0102\n");
    let new =
        scan("new", "guest_no,room_no,mobile\nG001,0101,13900000001\nG002,0102,13900000002\n");
    let diff = |arguments: &[&str]| {
        let arguments = [&["scan", "diff"], arguments, &["--on", DAY, "--lang", "en"]].concat();
        place.plain(&arguments)
    };
    assert_eq!(diff(&[&old, &old]).code, 0);
    assert_eq!(diff(&[&new, &old]).code, 0);
    let run = diff(&[&old, &new]);
    assert_eq!(run.code, 1);
    insta::assert_snapshot!("diff", shown(&run));
    let run = diff(&[&old, &new, "--as", "sarif"]);
    let log: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((run.code, &log["runs"][0]["results"][0]["level"]), (1, &"error".into()));
    let declared = |name: &str, counts: &str, fields: &str| {
        place.put(
            name,
            &format!(
                "format = 1\nid = \"t\"\n[handler]\nis_state_organ = false\nsector = \"other\"\n\
                 is_ciio = false\nregistered_zone = \"none\"\n[year]\n\
                 includes_this_transfer = true\n{counts}\n[[flow]]\nid = \"one\"\n\
                 act = \"sent-abroad\"\nhousehold = false\nspecial_regime = \"none\"\n\
                 important_data = false\npi = true\n{fields}\
                 [flow.recipient]\nkind = \"company\"\nrestricted_by_cac = false\n"
            ),
        )
    };
    let field = |name: &str| format!("[[flow.field]]\nname = \"{name}\"\nkind = \"general-pi\"\n");
    let counts = "general_pi = 2_000_000";
    let both = format!("{}{}", field("guest_no"), field("mobile"));
    let covers = declared("covers.toml", counts, &both);
    let run = diff(&[&old, &new, "--against", &covers]);
    insta::assert_snapshot!("diff-covered", shown(&run));
    assert_eq!(run.code, 0);
    let outside = declared("outside.toml", counts, &field("guest_no"));
    let run = diff(&[&old, &new, "--against", &outside]);
    insta::assert_snapshot!("diff-outside", shown(&run));
    assert_eq!(run.code, 1);
    let unknown = declared("unknown.toml", "", &field("guest_no"));
    let run = diff(&[&old, &new, "--against", &unknown]);
    insta::assert_snapshot!("diff-cannot-tell", shown(&run));
    assert_eq!(run.code, 3);
}
