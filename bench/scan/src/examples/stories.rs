//! What the companies of `stories/` send: bookings, members, staff, readings of vehicles. The drug
//! maker's trial is that of [`super::trial`].

use super::{Example, trial};
use crate::formats::csv_line;
use crate::people::{Date, Dice, Person};

pub(super) fn files() -> Vec<Example> {
    let file = |path, text: String| Example { path, bytes: text.into_bytes() };
    vec![
        Example { path: "../stories/drug-maker/data/dm.xpt", bytes: trial::dm() },
        Example { path: "../stories/drug-maker/data/ae.xpt", bytes: trial::ae() },
        file("../stories/hotel-group/data/bookings.csv", bookings()),
        file("../stories/hotel-group/data/members.csv", members()),
        file("../stories/carmaker/data/staff.csv", staff()),
        file("../stories/carmaker/data/telemetry.csv", telemetry()),
    ]
}

/// Rooms booked abroad: what the hotel there needs to keep the room, and no more.
fn bookings() -> String {
    let mut dice = Dice::new(41);
    let mut text = csv_line(&["订单号", "入住人姓名", "联系手机", "入住日期", "离店日期", "房型"]);
    for number in 600..660_u64 {
        let guest = Person::invented(number % 52 + 600, 1958, 45);
        let arrived = Date::roll(&mut dice, 2026, 1);
        let left = Date { day: arrived.day + 1 + dice.below(3), ..arrived };
        text.push_str(&csv_line(&[
            &format!("EX{}{:04}", arrived.plain(), 11 + number * 7 % 9_000),
            &guest.name,
            &guest.mobile,
            &arrived.iso(),
            &left.iso(),
            dice.pick(&["大床房", "双床房", "套房"]),
        ]));
    }
    text
}

/// Members who agreed to offers from abroad.
fn members() -> String {
    let mut dice = Dice::new(42);
    let mut text = csv_line(&["会员号", "会员姓名", "电子邮箱", "手机号", "会员等级"]);
    for number in 640..720_u64 {
        let member = Person::invented(number, 1960, 42);
        text.push_str(&csv_line(&[
            &format!("M{:07}", 1_000 + number * 37),
            &member.name,
            &member.email,
            &member.mobile,
            dice.pick(&["银卡", "金卡", "白金卡"]),
        ]));
    }
    text
}

/// Staff in the plan of long-term bonuses, which headquarters runs.
fn staff() -> String {
    let mut dice = Dice::new(43);
    let mut text =
        csv_line(&["工号", "姓名", "工作邮箱", "职位", "绩效等级", "年度奖金", "工资卡号"]);
    for number in 740..780_u64 {
        let person = Person::invented(number, 1968, 34);
        text.push_str(&csv_line(&[
            &format!("E{:05}", 10_000 + number * 3),
            &person.name,
            &format!("staff{number:04}@example.com"),
            dice.pick(&["主管", "经理", "高级经理", "工程师"]),
            dice.pick(&["A", "B", "B", "C"]),
            &format!("{}", 8_000 + dice.below(200) * 100),
            &person.card,
        ]));
    }
    text
}

/// Readings of vehicles whose owners agreed to the search for faults.
fn telemetry() -> String {
    let mut dice = Dice::new(44);
    let header = [
        "车辆识别代号",
        "车主手机号",
        "采集时间",
        "经度",
        "纬度",
        "电池电压",
        "故障码",
        "软件版本",
    ];
    let mut text = csv_line(&header);
    for number in 0..120_u64 {
        let car = number % 60;
        let owner = Person::invented(800 + car, 1960, 42);
        let day = Date::roll(&mut dice, 2026, 1);
        let degrees = |whole: u64, dice: &mut Dice| format!("{whole}.{:06}", dice.below(1_000_000));
        text.push_str(&csv_line(&[
            &vin(car),
            &owner.mobile,
            &format!("{} {:02}:{:02}:00", day.iso(), dice.below(24), dice.below(60)),
            &degrees(120, &mut dice),
            &degrees(31, &mut dice),
            &format!("3{}.{}", 40 + dice.below(60), dice.below(10)),
            dice.pick(&["P0A1F", "U0100", "B1342", "C1A00"]),
            dice.pick(&["EX-4.1.0", "EX-4.1.2", "EX-4.2.0"]),
        ]));
    }
    text
}

/// A vehicle identification number with its check digit (GB 16735), of a maker that is nobody's.
fn vin(number: u64) -> String {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let (front, back) = ("LEXAMPLE", format!("TX{:06}", 1_000 + number * 13));
    let worth = |letter: char| match letter {
        '0'..='9' => letter.to_digit(10).unwrap_or(0),
        'A' | 'J' => 1,
        'B' | 'K' | 'S' => 2,
        'C' | 'L' | 'T' => 3,
        'D' | 'M' | 'U' => 4,
        'E' | 'N' | 'V' => 5,
        'F' | 'W' => 6,
        'G' | 'P' | 'X' => 7,
        'H' | 'Y' => 8,
        _ => 9,
    };
    let body = format!("{front}0{back}");
    let sum: u32 = body.chars().zip(WEIGHTS).map(|(letter, weight)| worth(letter) * weight).sum();
    let check = char::from_digit(sum % 11, 10).unwrap_or('X');
    format!("{front}{check}{back}")
}
