//! Vectors made with OpenSSL 3.0 for a key and a label of the tests' own.

use proptest::prelude::*;

use super::*;
use crate::standard::Kind;
use crate::tests::standard;

/// The key, as SubjectPublicKeyInfo.
const KEY: &str = "\
    3059301306072a8648ce3d020106082a811ccf5501822d03420004b3a087c4028d3fb6d895a5bb2a1215690b\
    da3ac7f9cc5f37b1b629bd06de8c4a5d4861b0166af0af9a57849f7a969145007966979202c208fd5f11dc4d\
    a9647f";
/// `pkeyutl -sign -rawin -digest sm3` over the message.
const ONCE: &str = "\
    304402201f90dac7533beda4ef7b281b02a6354cc9b7569684547f7a5bdaf5a70065cbd902202db7b0c41aa3\
    a0ab4c6f23c3af022c64759579a88853546893e136dc71fdecb7";
/// The same over the SM3 digest of the message.
const TWICE: &str = "\
    304502203571c004c52e116cb8c7817aeafeb00544660651c32bcb52616f40f2b9901110022100970b8e0267\
    8cbe979606155f4be01185b6529acfeb46e568e6d41db7bf13ac4b";
/// A key of RSA, 2048 bits.
const RSA_KEY: &str = "\
    30820122300d06092a864886f70d01010105000382010f003082010a0282010100bd9408482c67d1286500a1\
    f6b1e69ad138eab8ace6c35619a573d6c8bcd0450b57151748d3ca8ba254435ff49006db2c9b49d3854d267c\
    c3b24594b43c30b42df93b803596eb44015ee0504cc443460f17dd759f3f729f80c82624c2cc7d3fedf62d06\
    91c33e21c23b47caaf6365bfe63abec4aad5c119c0161d94e0a51e2d23694b8f2bd2620858555e49ba4b280d\
    d671169561e0b3e6e5abc8b33717e24b2f5444b5d57a9b227acace0c423e24c9dd73788455e6d3653cc884db\
    929de6add5cce9fcad1077eec5837100e6590077625f6493901c61317a24a7b1f01ee6fee84358faa4b56113\
    d9727ac8fa7aa05deaaaa3eae0cd4dccb3e0837f9e563199b10203010001";
/// `dgst -sha256 -sign` over the message.
const RSA_ONCE: &str = "\
    8f7e62363fe36bbaf580bcb5cc677c6f8760cf48d290f5d1e40d3f64e246a0e7915ff77fc7b433a42a10e6ea\
    ec748c295fa580ee677b0b8ddaf5f4fb083eb19b0a473ac54f473242c0036b537ec27864ea85bbfeae481f9c\
    c3cffcf2208417189891b9a7078520c9a1bb227b062d78218d9529d94c3b447af8248cb772ff2e1d6f0e71aa\
    eb48bad3dce3c81b6a0e09072936e2e930a1a77285ccf33148bc3bacaf924a79a4a9505161e101755100dd85\
    0253a97405b86b09cbbc94e9197ccf70c58a33513689a68c7c0c79d9abc38bb918773884517767af9cbf1fd3\
    1738e979a3f82c08fd9f3274b1236fc55250321d3c3093a4d4171303ca68f8f04ea95637";
/// The same over the SHA-256 digest of the message.
const RSA_TWICE: &str = "\
    a4724943bf2c0d13bb7214da81d07e53a2e951722c47227616c36a07f89b1a933cafb6d1337e193f45be4246\
    5e2137c8fa75161d8d6f7280c64d8c95a0a2b54c25738acc91323ac50da0fdaa2e3d9786f1b9b0092db171c4\
    be39e7da0be93682eaa0ef1d1ecf160c7130db3cb175c145086eb9fb58b79ddebdc5adfe1b1a74f1f58eca01\
    4a465f24f8999424af95fa3c750777fd84737feef3ccbfc2f874e68b6a670b08e9ace20ed838532d248317fc\
    5a9debb547e4410ed0292dc0a2b3b4a4740017b409f82e8bb581b8e3f9c3d4b35f70771c7855e06618207711\
    f2e7d4255acdca0eaf8211e3d178ad30ce428d870a6e00287d5db43f28b5d1aa803a979e";

fn label() -> Label {
    Label::first(Kind::Generated, "001191350100M000100Y4300000", "TEST-1", &standard())
}

fn signed(algorithm: &str, kind: &str, signature: &str, key: Option<&str>) -> Label {
    let mut list = vec![json!({
        "Type": "DS", "AlgID": algorithm, "TBSData": { "Type": kind }, "Signature": signature,
    })];
    list.extend(key.map(|key| json!({ "Type": "PubKey", "AlgID": algorithm, "KeyValue": key })));
    let data = json!({ "SecurityData": { "Type": "TC260PG", "Version": 1, "PubSD": list } });
    let mut label = label();
    label.set(Field::ProducerReserved, &data.to_string());
    label
}

fn verified(label: &Label, pinned: &[&str]) -> Vec<Verified> {
    let pinned: Vec<PublicKey> =
        pinned.iter().map(|key| PublicKey::from_hex(key).unwrap()).collect();
    verify(label, Signer::Producer, &pinned, &standard())
}

fn point() -> String {
    KEY.chars().skip(KEY.len() - 130).collect()
}

#[test]
fn both_forms_of_both_algorithms_hold_and_are_told_apart() {
    let holds = |algorithm, hashing| vec![Verified::Holds(algorithm, hashing, Trust::InFile)];
    let sm2 = |signature| verified(&signed(SM2_WITH_SM3, "Md", signature, Some(KEY)), &[]);
    assert_eq!(sm2(ONCE), holds(Algorithm::Sm2, Hashing::Once));
    assert_eq!(sm2(TWICE), holds(Algorithm::Sm2, Hashing::Twice));
    let rsa =
        |signature| verified(&signed(RSA_WITH_SHA256, "Content", signature, Some(RSA_KEY)), &[]);
    assert_eq!(rsa(RSA_ONCE), holds(Algorithm::Rsa, Hashing::Once));
    assert_eq!(rsa(RSA_TWICE), holds(Algorithm::Rsa, Hashing::Twice));
}

#[test]
fn a_changed_digit_or_value_fails() {
    for index in [10, 40, 100, ONCE.len() - 1] {
        let mut wrong = ONCE.to_owned();
        let digit = if wrong.as_bytes()[index] == b'0' { "1" } else { "0" };
        wrong.replace_range(index..=index, digit);
        let label = signed(SM2_WITH_SM3, "Md", &wrong, Some(KEY));
        assert_eq!(verified(&label, &[]), [Verified::Fails], "digit {index}");
    }
    let mut label = signed(SM2_WITH_SM3, "Md", ONCE, Some(KEY));
    label.set(Field::ProduceId, "TEST-2");
    assert_eq!(verified(&label, &[]), [Verified::Fails]);
}

#[test]
fn keys_are_read_in_every_form_that_is_met() {
    let x: String = point().chars().skip(2).take(64).collect();
    // The ordinate is odd: it ends in 7f.
    for key in [point(), format!("03{x}")] {
        let label = signed(SM2_WITH_SM3, "LabelMataData", ONCE, Some(&key));
        assert_eq!(
            verified(&label, &[]),
            [Verified::Holds(Algorithm::Sm2, Hashing::Once, Trust::InFile)]
        );
    }
    // The abscissa alone means the even ordinate, which is another key.
    let label = signed(SM2_WITH_SM3, "Md", ONCE, Some(&format!("00{x}")));
    assert_eq!(verified(&label, &[]), [Verified::Fails]);
}

#[test]
fn a_key_in_the_file_says_who_only_when_it_is_pinned() {
    let label = signed(SM2_WITH_SM3, "Md", ONCE, Some(KEY));
    let pinned = Verified::Holds(Algorithm::Sm2, Hashing::Once, Trust::Pinned);
    assert_eq!(verified(&label, &[&point()]), [pinned]);
    assert_eq!(verified(&label, &[RSA_KEY]), [Verified::OtherKey]);
    let bare = signed(SM2_WITH_SM3, "Md", ONCE, None);
    assert_eq!(verified(&bare, &[]), [Verified::NoKey]);
    assert_eq!(verified(&bare, &[KEY]), [pinned]);
    assert_eq!(verified(&bare, &[RSA_KEY]), [Verified::Fails]);
}

#[test]
fn what_is_over_something_else_or_opaque_is_left_open() {
    let bound = signed(SM2_WITH_SM3, "Bnd", ONCE, Some(KEY));
    assert_eq!(verified(&bound, &[]), [Verified::Open]);
    let other = signed("1.2.3", "Md", ONCE, Some(KEY));
    assert_eq!(verified(&other, &[]), [Verified::Open]);
    let mut opaque = label();
    opaque.set(Field::ProducerReserved, "L-0123456789abcdef");
    assert_eq!(verified(&opaque, &[]), []);
}

#[test]
fn what_is_sealed_here_holds_and_is_the_same_twice() {
    let mut label = label();
    let sealed = seal(&label, Signer::Producer, &[7; 32], &standard()).unwrap();
    assert_eq!(seal(&label, Signer::Producer, &[7; 32], &standard()).as_ref(), Some(&sealed));
    assert_eq!(seal(&label, Signer::Producer, &[0; 32], &standard()), None);
    label.set(Field::ProducerReserved, &sealed);
    assert_eq!(
        verified(&label, &[]),
        [Verified::Holds(Algorithm::Sm2, Hashing::Once, Trust::InFile)]
    );
}

proptest! {
    #[test]
    fn any_reserved_text_and_key_never_panics(
        signature in "[0-9a-f]{0,160}",
        key in "[0-9a-f]{0,180}",
        text in ".{0,100}",
    ) {
        for algorithm in [SM2_WITH_SM3, RSA_WITH_SHA256] {
            let label = signed(algorithm, "Md", &signature, Some(&key));
            let keys = [PublicKey::new(text.as_bytes().to_vec())];
            let _ = verify(&label, Signer::Producer, &keys, &standard());
        }
        let mut label = label();
        label.set(Field::ProducerReserved, &text);
        label.set(Field::PropagatorReserved, &text);
        for signer in Signer::ALL {
            let _ = verify(&label, signer, &[], &standard());
        }
    }
}
