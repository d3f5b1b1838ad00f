//! What a platform signs: its own part, in its own field. Vectors made with OpenSSL 3.0 for a key
//! and a label of the tests' own, over the kind, the propagator and its number.

use super::*;
use crate::standard::Kind;
use crate::tests::standard;

/// A key of SM2, as SubjectPublicKeyInfo.
const KEY: &str = "\
    3059301306072a8648ce3d020106082a811ccf5501822d034200041c633964efc44652ac894bad8110ba8400\
    6e0a5c779143a743bfd09db608d1461e4714f71d306c1a87eda933d4fd52db3ac463098b075f9496bac4e72c\
    a3c49c";
/// `pkeyutl -sign -rawin -digest sm3` over the message, with the id of the standard.
const ONCE: &str = "\
    304502203e13d277c4a045b2fa828ea3edced3e3efbfd1372937723f10b22fa96f6b9325022100b61ada1025\
    a8238de9b5c85e4d142a6a36563fe5476c19d56c8b19bac9cb348e";
/// The same over the SM3 digest of the message.
const TWICE: &str = "\
    3046022100ac0cf0d58053329c46ea2d1670311ab6cb26bd7ea24f45c27c1b916d154995e00221008296edc4\
    c0778851ed1c9721ccd95a9b228922cdd5d3fb90758019ebf4f2dd17";
/// A key of RSA, 2048 bits.
const RSA_KEY: &str = "\
    30820122300d06092a864886f70d01010105000382010f003082010a0282010100a2a929d8c9d9d78e1a35fe\
    da06625d24438a4fa0ba014875e86a330f300fd9dabf87080b2bd19e3edb74233c1c33882e1c19e93d666e90\
    7287afae4d8cf82920377ab53ee6c86aeb95782b87a38298b7cf1d3a4cc03e61b70d1aafdf412aafcf470ac2\
    90f00f348b294770cfd73c663efa3589e480ad721810e82aa5ad3fe30e78531a103dec16ebb5236028573f6b\
    b7a9677ecc7c39c065f3eb8ddb7b8a11f995afa9b04d0fdb441c28722f2e1fad0e4532fd827e93dfed71546b\
    cbb82a01e73a51aacf445426e3f00ed269b49c72dee995a1bdb7b0f7f81a22e50142e21e5c0a9940df0d3ab3\
    0c2060996433447f1d25764e8c5409834afcdb4a307e85a0c30203010001";
/// `dgst -sha256 -sign` over the message.
const RSA_ONCE: &str = "\
    603747914ccdf5537f358bb7f13149d1839a1d18a423cfaaaf87e4bf600a7f579f03312ffd7595530abcacb3\
    1ec32225bcda5be5d95a5cdf9a230d7ed31e6b10de5f179fd757c2303a458e8bd63caf902a34e8fae374b87a\
    dd81e851a9509d7c1039281f8dcf03534ea120c579b8b0f8de8e2025377140d3b0ff3b0a610603988f1f0b8f\
    93ff6c6e21c83d1f2706a46911e7dec5b769a1ff9495696ffe1e12b44a05e31fd8660ba223bc72eccb7b0dad\
    523289e19ec0f083f03b91881a4fae333b2857dc3b9951ea86b1f4058a2ed973f7dcc26a240bee038e28820c\
    08c8668af2bd991c4db75f6f21f7e6391ae9045c1d18983eaf9e0648aa7fe2d31a993703";
/// The same over the SHA-256 digest of the message.
const RSA_TWICE: &str = "\
    960a980246df37a9503d164d2fef42387c2aa59fb45da2e895f10fe613e304c64426d817112a5189f7b43b4d\
    92033e52bfc7531976fb639f2a0774a3855dbff86d57308dd4726a966aa6103f78b37d106fbfdd0037cb726d\
    7c883bccf2514b73e188195878a75cbf592ce8a9352747b0393d0210cfbb2fc8ff424fad2e8d02b0b0f4475c\
    9b04b0827898fe8ce1ca43174f8701565f89e4e6afb702e079d69a72b2430ee1c3f0d96db8d304959a8b51b9\
    7f9cd97cc51d8e6003a03838cf56970d91dcf73bb17ff47aa82fc9aabd2de220340a77fc08d2e1c862cab3e1\
    f4ad1d5570ebb216e3cc8721941a0b099756d3acfff204b0d4d7966dde892ff1b26d2e52";

const PRODUCER: &str = "001191350100M000100Y4300000";
const PLATFORM: &str = "001191350100M000100Y4320001";

fn label() -> Label {
    let mut label = Label::first(Kind::Generated, PRODUCER, "TEST-1", &standard());
    label.set(Field::Propagator, PLATFORM);
    label.set(Field::PropagateId, "SPREAD-1");
    label
}

/// A label with a signature in the platform's field, which names its members or does not.
fn signed(algorithm: &str, members: Option<&[&str]>, signature: &str, key: Option<&str>) -> Label {
    let mut over = json!({ "Type": "Md" });
    if let Some(members) = members {
        over["Members"] = json!(members);
    }
    let mut list = vec![json!({
        "Type": "DS", "AlgID": algorithm, "TBSData": over, "Signature": signature,
    })];
    list.extend(key.map(|key| json!({ "Type": "PubKey", "AlgID": algorithm, "KeyValue": key })));
    let data = json!({ "SecurityData": { "Type": "TC260PG", "Version": 1, "PubSD": list } });
    let mut label = label();
    label.set(Field::PropagatorReserved, &data.to_string());
    label
}

fn verified(label: &Label) -> Vec<Verified> {
    verify(label, Signer::Propagator, &[], &standard())
}

const MEMBERS: &[&str] = &["Label", "ContentPropagator", "PropagateID"];

#[test]
fn both_forms_of_both_algorithms_hold_in_the_field_of_the_platform() {
    let holds = |algorithm, hashing| vec![Verified::Holds(algorithm, hashing, Trust::InFile)];
    for members in [None, Some(MEMBERS)] {
        let sm2 = |signature| verified(&signed(SM2_WITH_SM3, members, signature, Some(KEY)));
        assert_eq!(sm2(ONCE), holds(Algorithm::Sm2, Hashing::Once));
        assert_eq!(sm2(TWICE), holds(Algorithm::Sm2, Hashing::Twice));
        let rsa = |signature| verified(&signed(RSA_WITH_SHA256, members, signature, Some(RSA_KEY)));
        assert_eq!(rsa(RSA_ONCE), holds(Algorithm::Rsa, Hashing::Once));
        assert_eq!(rsa(RSA_TWICE), holds(Algorithm::Rsa, Hashing::Twice));
    }
}

#[test]
fn a_changed_digit_or_value_fails_where_the_members_are_known() {
    for (algorithm, key, signature) in [
        (SM2_WITH_SM3, KEY, ONCE),
        (SM2_WITH_SM3, KEY, TWICE),
        (RSA_WITH_SHA256, RSA_KEY, RSA_ONCE),
    ] {
        for index in [12, 40, 100, signature.len() - 1] {
            let mut wrong = signature.to_owned();
            let digit = if wrong.as_bytes()[index] == b'0' { "1" } else { "0" };
            wrong.replace_range(index..=index, digit);
            let known = signed(algorithm, Some(MEMBERS), &wrong, Some(key));
            assert_eq!(verified(&known), [Verified::Fails], "digit {index}");
            // What another platform signs is not known, so that nothing is said against it.
            let unknown = signed(algorithm, None, &wrong, Some(key));
            assert_eq!(verified(&unknown), [Verified::Open], "digit {index}");
        }
    }
    for (field, value) in
        [(Field::Label, "2"), (Field::Propagator, PRODUCER), (Field::PropagateId, "SPREAD-2")]
    {
        let mut label = signed(SM2_WITH_SM3, Some(MEMBERS), ONCE, Some(KEY));
        label.set(field, value);
        assert_eq!(verified(&label), [Verified::Fails], "{field:?}");
    }
}

#[test]
fn a_signature_over_less_than_the_platforms_part_says_nothing() {
    for members in [&["Label"] as &[&str], &[], &["Label", "PropagateID", "Other"]] {
        let label = signed(SM2_WITH_SM3, Some(members), ONCE, Some(KEY));
        assert_eq!(verified(&label), [Verified::Open], "{members:?}");
    }
}

#[test]
fn each_signs_in_its_own_field_and_neither_breaks_the_other() {
    let standard = standard();
    let mut label = label();
    let holds = [Verified::Holds(Algorithm::Sm2, Hashing::Once, Trust::InFile)];
    for (signer, secret) in [(Signer::Producer, [7; 32]), (Signer::Propagator, [8; 32])] {
        let sealed = seal(&label, signer, &secret, &standard).unwrap();
        assert_eq!(seal(&label, signer, &secret, &standard).as_ref(), Some(&sealed));
        label.set(signer.field(), &sealed);
    }
    for signer in Signer::ALL {
        assert_eq!(verify(&label, signer, &[], &standard), holds, "{signer:?}");
    }
    // The next platform writes its own part: the producer's signature still holds.
    label.set(Field::Propagator, "other");
    assert_eq!(verify(&label, Signer::Producer, &[], &standard), holds);
    assert_eq!(verify(&label, Signer::Propagator, &[], &standard), [Verified::Fails]);
}
