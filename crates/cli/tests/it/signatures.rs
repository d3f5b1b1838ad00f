//! Who vouches: permits signed with SM2 beside Ed25519, and heads of the ledger that witnesses saw.

use kouan_ledger::SigningSeed;
use serde_json::Value;

use crate::accounting::{HANDLER, Hotel};
use crate::program::Run;

fn said(run: &Run, code: i32, part: &str) {
    assert!(run.code == code && run.stderr.contains(part), "{part}: {}{}", run.stdout, run.stderr);
}

/// The hotel with a ledger of its own name, made with SM2.
fn with_sm2(test: &str) -> (Hotel, Value) {
    let hotel = Hotel::new(test);
    std::fs::remove_dir_all(hotel.0.join("kouan-ledger")).unwrap();
    std::fs::remove_dir_all(hotel.0.join("kouan-ledger-secrets")).unwrap();
    let made = hotel.json(&["account", "init", "--sm2", "--handler", HANDLER]);
    (hotel, made)
}

#[test]
fn a_permit_is_signed_with_sm2_too_and_either_signature_opens_it() {
    let (hotel, made) = with_sm2("sm2");
    let keys = made["permit_keys"].as_array().unwrap();
    assert_eq!(
        (keys[0]["algorithm"].as_str(), keys[1]["algorithm"].as_str()),
        (Some("ed25519"), Some("sm2"))
    );
    assert!(hotel.0.join("kouan-ledger-secrets/sm2.key").exists());
    assert_eq!(hotel.permit("booking", &[]).code, 0);
    let text = std::fs::read_to_string(hotel.0.join("booking.json")).unwrap();
    let permit: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(permit["signatures"][0]["algorithm"], "ed25519");
    assert_eq!(permit["signatures"][1]["algorithm"], "sm2");
    let write = |name: &str, permit: &Value| {
        std::fs::write(hotel.0.join(name), format!("{permit:#}\n")).unwrap();
    };
    let release = |permit: &str, to: &str| {
        hotel.at(&["release", "data/bookings.csv", "--permit", permit, "--to", to, "--lang", "en"])
    };
    // A signature of a key that is trusted here and does not fit is a forgery, whatever the other.
    let mut forged = permit.clone();
    let signature = forged["signatures"][1]["signature"].as_str().unwrap();
    let turned = if signature.starts_with('0') { "1" } else { "0" };
    forged["signatures"][1]["signature"] =
        Value::from(format!("{turned}{}", signature.get(1..).unwrap()));
    write("forged.json", &forged);
    said(&release("forged.json", "out/f.csv"), 2, "PM135");
    assert!(!hotel.0.join("out/f.csv").exists());
    let mut alone = permit;
    alone["signatures"].as_array_mut().unwrap().remove(0);
    write("alone.json", &alone);
    said(&release("alone.json", "out/a.csv"), 0, "");
    // Without SM2 among the secrets its signature is one of a stranger.
    std::fs::remove_file(hotel.0.join("kouan-ledger-secrets/sm2.key")).unwrap();
    said(&release("alone.json", "out/b.csv"), 2, "PM134");
    said(&release("booking.json", "out/b.csv"), 0, "");
    std::fs::write(hotel.0.join("kouan-ledger-secrets/sm2.key"), "00\n").unwrap();
    said(&release("booking.json", "out/c.csv"), 2, "AC108");
}

#[test]
fn a_head_that_witnesses_signed_is_kept_and_asked_for() {
    let hotel = Hotel::new("witnessed");
    hotel.filed();
    let witness = SigningSeed::new("witness.example/w", &[2; 32]).unwrap();
    let other = SigningSeed::new("other.example/w", &[3; 32]).unwrap();
    let put = |name: &str, text: &str| std::fs::write(hotel.0.join(name), text).unwrap();
    put("w.key", &format!("{}\n", witness.cosigner()));
    put("other.key", &format!("{}\n", other.cosigner()));
    put("log.key", &format!("{}\n", witness.verifier()));
    let head = hotel.json(&["account", "verify"])["checkpoint"].as_str().unwrap().to_owned();
    put("head", &format!("{head}{}", witness.cosign(&head, 1_795_320_000)));
    let before = hotel.at(&["account", "verify", "--witness", "w.key", "--lang", "en"]);
    said(&before, 1, "LG118");
    // What nobody signed is not kept; a key of a log is none of a witness.
    said(&hotel.at(&["account", "witnessed", "head", "--witness", "other.key"]), 2, "LG118");
    said(&hotel.at(&["account", "witnessed", "head", "--witness", "log.key"]), 2, "LG123");
    let en = hotel.at(&["account", "witnessed", "head", "--witness", "w.key", "--lang", "en"]);
    said(&en, 0, "");
    let kept = "a checkpoint of 2 entries that 1 witnesses signed";
    assert!(en.stdout.contains(kept), "{}", en.stdout);
    // The ledger goes on; the head that was seen is a beginning of it.
    assert_eq!(hotel.permit("booking", &[]).code, 0);
    let verified = hotel.json(&["account", "verify", "--witness", "w.key"]);
    assert_eq!(verified["cosigned"]["size"], 2);
    assert_eq!(verified["cosigned"]["seen"][0]["witness"], "witness.example/w");
    assert_eq!(verified["size"], 3);
    let zh = hotel.at(&["account", "verify", "--witness", "w.key", "--lang", "zh"]);
    assert!(zh.code == 0 && zh.stdout.contains("见证至条目"), "{}", zh.stdout);
    // The head of another ledger is not one of this.
    let stranger = Hotel::new("witnessed-stranger");
    stranger.filed();
    let foreign = stranger.json(&["account", "verify"])["checkpoint"].as_str().unwrap().to_owned();
    put("foreign", &format!("{foreign}{}", witness.cosign(&foreign, 1_795_320_000)));
    let refused = hotel.at(&["account", "witnessed", "foreign", "--witness", "w.key"]);
    assert_eq!(refused.code, 2, "{}", refused.stdout);
}
