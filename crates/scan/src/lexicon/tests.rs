//! What names and comments say, by the classes of the rulebook.

use std::sync::LazyLock;

use kouan_rulebook::classes::Classes;

use super::*;
use crate::observe::Shape;

static CLASSES: LazyLock<Classes> = LazyLock::new(|| {
    Classes::load(kouan_rulebook::EMBEDDED.iter().copied()).expect("the classes load")
});

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(&CLASSES));

/// Every class the reading names, best first.
fn names(classes: &Classes, reading: &Reading) -> String {
    let ids: Vec<&str> =
        reading.hits.iter().map(|hit| classes.all()[hit.class].id.as_str()).collect();
    ids.join(" ")
}

fn first(classes: &Classes, lexicon: &Lexicon, name: &str) -> String {
    let found = names(classes, &lexicon.name(name));
    found.split(' ').next().unwrap_or_default().to_owned()
}

#[test]
fn every_shape_of_the_classes_is_one_that_is_observed() {
    for class in CLASSES.all() {
        for shape in &class.shapes {
            assert!(Shape::parse(shape).is_some(), "{}: {shape}", class.id);
        }
    }
}

#[test]
fn names_in_every_writing_name_their_class() {
    let (classes, lexicon) = (&*CLASSES, &*LEXICON);
    for (name, class) in [
        ("id_card_no", "resident-id"),
        ("idCardNo", "resident-id"),
        ("IDCARDNO", "resident-id"),
        ("sfzh", "resident-id"),
        ("身份證號", "resident-id"),
        ("mobilephone", "mobile"),
        ("custMobile2", "mobile"),
        ("verified_phone", "phone"),
        ("收货人手机号", "mobile"),
        ("user.contact.email", "email"),
        ("jiatingzhuzhi", "address"),
        ("real_name", "person-name"),
        ("name of customer", "person-name"),
        ("diagnosis_desc", "diagnosis"),
        ("disability_flag", "special-identity"),
        ("手机号(加密)", "mobile"),
    ] {
        assert_eq!(first(classes, lexicon, name), class, "{name}");
    }
}

#[test]
fn what_only_looks_so_names_nothing_personal() {
    let (classes, lexicon) = (&*CLASSES, &*LEXICON);
    for name in [
        "acid",
        "company",
        "validated",
        "ipad",
        "percentage",
        "phone_verified",
        "email_status",
        "id_type",
        "is_phone",
        "has_email",
        "address_id",
        "phone_count",
        "update_time",
        "product_name",
        "file_name",
        "host_name",
        "app_name",
        "ip_count",
        "手机号是否验证",
        "证件类型",
        "商品名称",
        "文件名称",
        "手机型号",
        "地址类型",
        "密码修改时间",
        "order_status",
        "email_verified_at",
        "name_format",
        "user_type",
        "last_login_time",
    ] {
        let reading = lexicon.name(name);
        let personal: Vec<&str> = reading
            .hits
            .iter()
            .filter(|hit| hit.support > Support::Weak)
            .map(|hit| &classes.all()[hit.class])
            .filter(|class| class.is_personal())
            .map(|class| class.id.as_str())
            .collect();
        assert!(personal.is_empty(), "{name}: {personal:?}");
    }
}

#[test]
fn a_comment_counts_up_to_its_first_stop() {
    let (classes, lexicon) = (&*CLASSES, &*LEXICON);
    for (comment, class) in [
        ("用户性别（0男 1女 2未知）", "sex"),
        ("联系人手机号,用于接收短信", "mobile"),
        ("The customer's email address used for login", "email"),
        ("Date of birth of the patient", "birth-date"),
    ] {
        let found = names(classes, &lexicon.comment(comment));
        assert_eq!(found.split(' ').next(), Some(class), "{comment}");
    }
    assert!(
        lexicon
            .comment("关联用户表的主键")
            .hits
            .iter()
            .all(|hit| { !classes.all()[hit.class].is_personal() })
    );
}

#[test]
fn tables_say_whose_their_rows_are() {
    let lexicon = &*LEXICON;
    for (name, comment, owner) in [
        ("public.t_customer_info", None, Owner::Person),
        ("dim_product.csv", None, Owner::Thing),
        ("sys_dept", Some("部门表"), Owner::Organisation),
        ("t_0193", Some("患者就诊信息"), Owner::Person),
        ("x17", None, Owner::Unknown),
    ] {
        assert_eq!(lexicon.table(name, comment), owner, "{name}");
    }
}

static WITHOUT_CLASSES: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(&Classes::default()));

proptest::proptest! {
    #[test]
    fn any_name_is_read_without_panic(name in "\\PC{0,40}", comment in ".{0,40}") {
        let lexicon = &*WITHOUT_CLASSES;
        let _ = lexicon.name(&name);
        let _ = lexicon.comment(&comment);
        let _ = lexicon.table(&name, Some(&comment));
    }
}
