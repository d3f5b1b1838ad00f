//! A hotel: who stayed, who is a member, what they ordered. Partly the same persons.

use serde_json::json;

use super::Example;
use crate::formats::csv_line;
use crate::people::{Date, Dice, Person};

/// Persons who stayed; a few of them twice.
const GUESTS: u64 = 52;
const STAYS: u64 = 60;
/// Members: half of them stayed too.
const MEMBERS: std::ops::Range<u64> = 26..66;

pub(super) fn files() -> Vec<Example> {
    vec![
        Example { path: "hotel-guests/guests.csv", bytes: guests().into_bytes() },
        Example { path: "hotel-guests/members.jsonl", bytes: members().into_bytes() },
        Example {
            path: "hotel-guests/orders-gbk.csv",
            bytes: encoding_rs::GBK.encode(&orders()).0.into_owned(),
        },
    ]
}

/// The person of this number; two of them are children.
fn person(number: u64) -> Person {
    match number {
        17 | 41 => Person::invented(number, 2014, 5),
        _ => Person::invented(number, 1958, 45),
    }
}

fn guests() -> String {
    let mut text = csv_line(&[
        "姓名",
        "证件号码",
        "手机号",
        "电子邮箱",
        "地址",
        "出生日期",
        "性别",
        "房间号",
        "入住日期",
        "离店日期",
        "订单号",
        "备注",
    ]);
    let mut dice = Dice::new(11);
    for stay in 0..STAYS {
        let guest = person(stay % GUESTS);
        let arrived = Date::roll(&mut dice, 2026, 1);
        let left = Date { day: arrived.day + 1 + dice.below(3), ..arrived };
        let remark = match stay % 15 {
            3 => "需要加床，晚到".to_owned(),
            7 => format!("请致电{}确认早餐", guest.mobile),
            11 => format!("同行人{}，无烟房", person(stay % GUESTS + 1).name),
            _ => String::new(),
        };
        text.push_str(&csv_line(&[
            &guest.name,
            &guest.resident_id,
            &guest.mobile,
            &guest.email,
            &guest.address,
            &guest.born.iso(),
            guest.sex(),
            &format!("{}{:02}", 3 + dice.below(12), 1 + dice.below(24)),
            &arrived.iso(),
            &left.iso(),
            &format!("HT{}{:05}", arrived.plain(), 41 + stay * 7),
            &remark,
        ]));
    }
    text
}

fn members() -> String {
    let mut dice = Dice::new(12);
    let mut text = String::new();
    for number in MEMBERS {
        let person = person(number);
        let stays: Vec<_> = (0..dice.below(3))
            .map(|_| {
                let day = Date::roll(&mut dice, 2025, 2);
                json!({ "hotel": format!("EX{:03}", 1 + dice.below(9)), "checkIn": day.iso(),
                        "nights": 1 + dice.below(5) })
            })
            .collect();
        let joined = Date::roll(&mut dice, 2019, 6);
        let line = json!({
            "memberId": format!("M{:07}", 1_000 + number * 37),
            "profile": {
                "name": person.name,
                "mobile": format!("+86 {}", person.mobile),
                "email": person.email,
                "birthday": person.born.iso(),
            },
            "home": { "address": person.address, "country": "CN" },
            "tier": dice.pick(&["silver", "gold", "platinum"]),
            "points": dice.below(40_000),
            "stays": stays,
            "joinedAt": format!("{}T08:30:00+08:00", joined.iso()),
        });
        text.push_str(&line.to_string());
        text.push('\n');
    }
    text
}

fn orders() -> String {
    let mut text = csv_line(&[
        "订单编号",
        "下单时间",
        "收件人姓名",
        "收件人手机",
        "收货地址",
        "商品名称",
        "数量",
        "金额",
        "订单状态",
    ]);
    let mut dice = Dice::new(13);
    for order in 0..45_u64 {
        let person = person(dice.below(70));
        let day = Date::roll(&mut dice, 2026, 1);
        text.push_str(&csv_line(&[
            &format!("DD{}{:06}", day.plain(), 100 + order * 13),
            &format!("{} {:02}:{:02}:00", day.iso(), 8 + dice.below(14), dice.below(60)),
            &person.name,
            &person.mobile,
            &person.address,
            dice.pick(&["茶叶礼盒", "浴袍", "早餐券", "雨伞", "香薰"]),
            &(1 + dice.below(4)).to_string(),
            &format!("{}.{:02}", 20 + dice.below(900), dice.below(100)),
            dice.pick(&["已完成", "已发货", "待付款", "已取消"]),
        ]));
    }
    text
}
