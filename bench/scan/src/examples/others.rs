//! One source each: a workbook of staff, zipped bookings, members in Parquet, a database's schema.

use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::Example;
use crate::formats::sheets::{Cell, DAYS_BEFORE_1970, Sheet, workbook};
use crate::formats::zipped::zipped;
use crate::formats::{Fault, csv_line, words};
use crate::people::{Date, Dice, Person};

pub(super) fn files() -> Result<Vec<Example>, Fault> {
    let bookings = bookings();
    Ok(vec![
        Example { path: "hr-headquarters/staff.xlsx", bytes: staff()? },
        Example {
            path: "travel-platform/bookings.zip",
            bytes: zipped(&[("bookings.csv", bookings.as_bytes())])?,
        },
        Example { path: "member-programme/members.parquet", bytes: members()? },
        Example { path: "ota-upgrade/schema.sql", bytes: SCHEMA.as_bytes().to_vec() },
    ])
}

fn texts(cells: &[&str]) -> Vec<Cell> {
    cells.iter().map(|cell| Cell::Text((*cell).to_owned())).collect()
}

fn staff() -> Result<Vec<u8>, Fault> {
    let mut dice = Dice::new(31);
    let mut rows = vec![texts(&[
        "工号",
        "姓名",
        "身份证号",
        "手机号",
        "工作邮箱",
        "部门",
        "职位",
        "入职日期",
        "月薪",
        "工资卡号",
        "紧急联系人",
        "紧急联系人电话",
    ])];
    for number in 200..240_u64 {
        let person = Person::invented(number, 1968, 34);
        let contact = Person::invented(number + 500, 1960, 40);
        let mut row = texts(&[
            &format!("E{:05}", 10_000 + number * 3),
            &person.name,
            &person.resident_id,
            &person.mobile,
            &format!("staff{number:04}@example.com"),
            dice.pick(&["财务部", "人力资源部", "研发部", "客房部"]),
            dice.pick(&["专员", "主管", "经理", "工程师"]),
        ]);
        row.push(Cell::Day(Date::roll(&mut dice, 2012, 14).days() + DAYS_BEFORE_1970));
        row.push(Cell::Number((6_000 + dice.below(240) * 100) as f64));
        row.extend(texts(&[&person.card, &contact.name, &contact.mobile]));
        rows.push(row);
    }
    let departments =
        [("D01", "财务部"), ("D02", "人力资源部"), ("D03", "研发部"), ("D04", "客房部")];
    let mut second = vec![texts(&["部门编号", "部门名称"])];
    second.extend(departments.iter().map(|(code, name)| texts(&[code, name])));
    workbook(&[Sheet { name: "员工", rows }, Sheet { name: "部门", rows: second }])
}

fn bookings() -> String {
    let mut dice = Dice::new(32);
    let mut text = csv_line(&[
        "booking_no",
        "passenger_name",
        "passport_no",
        "mobile",
        "email",
        "flight_no",
        "depart_at",
        "seat",
        "fare",
        "status",
    ]);
    for booking in 0..80_u64 {
        let number = 300 + dice.below(60);
        let person = Person::invented(number, 1958, 45);
        let day = Date::roll(&mut dice, 2026, 1);
        text.push_str(&csv_line(&[
            &format!("BK{}{:05}", day.plain(), 11 + booking * 17),
            &person.name,
            &format!("E0000{number:04}"),
            &person.mobile,
            &person.email,
            &format!("EX{:03}", 100 + dice.below(60)),
            &format!("{} {:02}:{:02}", day.iso(), 6 + dice.below(17), dice.below(12) * 5),
            &format!("{}{}", 1 + dice.below(40), dice.pick(&["A", "C", "D", "F"])),
            &format!("{}.00", 300 + dice.below(4_000)),
            dice.pick(&["ticketed", "cancelled", "refunded"]),
        ]));
    }
    text
}

fn members() -> Result<Vec<u8>, Fault> {
    let mut dice = Dice::new(33);
    let persons: Vec<Person> =
        (400..520).map(|number| Person::invented(number, 1960, 44)).collect();
    let column = |cell: &dyn Fn(usize, &Person) -> String| -> ArrayRef {
        let cells = persons.iter().enumerate().map(|(place, person)| cell(place, person));
        Arc::new(StringArray::from_iter_values(cells))
    };
    let days = persons.iter().map(|person| i32::try_from(person.born.days()).unwrap_or(0));
    let points = persons.iter().map(|_| i64::try_from(dice.below(90_000)).unwrap_or(0));
    let batch = RecordBatch::try_from_iter([
        ("member_id", column(&|place, _| format!("{:08}", 70_000_001 + place * 11))),
        ("member_name", column(&|_, person| person.name.clone())),
        ("mobile", column(&|_, person| person.mobile.clone())),
        ("email", column(&|_, person| person.email.clone())),
        ("home_address", column(&|_, person| person.address.clone())),
        ("birthday", Arc::new(Date32Array::from_iter_values(days)) as ArrayRef),
        (
            "level",
            column(&|place, _| ["silver", "gold"].get(place % 2).copied().unwrap_or("").into()),
        ),
        ("points", Arc::new(Int64Array::from_iter_values(points)) as ArrayRef),
        ("wechat", column(&|place, _| format!("wxid_example{place:04}"))),
    ])
    .map_err(words)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(Default::default()))
        .set_created_by("invented data".to_owned())
        .build();
    let mut bytes = Vec::new();
    let mut writer =
        ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).map_err(words)?;
    writer.write(&batch).map_err(words)?;
    writer.close().map_err(words)?;
    Ok(bytes)
}

/// What a dump holds before its rows.
const SCHEMA: &str = "\
-- Invented: the schema of an upgrade platform for vehicles. No rows.

CREATE TABLE `vehicle` (
  `id` bigint NOT NULL AUTO_INCREMENT COMMENT '主键',
  `vin` char(17) NOT NULL COMMENT '车辆识别代号',
  `plate_no` varchar(16) DEFAULT NULL COMMENT '车牌号',
  `model_code` varchar(32) NOT NULL COMMENT '车型编码',
  `owner_name` varchar(64) DEFAULT NULL COMMENT '车主姓名',
  `owner_mobile` varchar(20) DEFAULT NULL COMMENT '车主手机号',
  `created_at` datetime NOT NULL COMMENT '创建时间',
  PRIMARY KEY (`id`),
  UNIQUE KEY `uk_vin` (`vin`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='车辆档案';

CREATE TABLE `upgrade_task` (
  `task_id` bigint NOT NULL COMMENT '任务编号',
  `vin` char(17) NOT NULL COMMENT '车辆识别代号',
  `tbox_iccid` varchar(20) DEFAULT NULL COMMENT '车载终端ICCID',
  `ecu_version` varchar(32) NOT NULL COMMENT '控制器软件版本',
  `target_version` varchar(32) NOT NULL COMMENT '目标版本',
  `status` tinyint NOT NULL COMMENT '状态：0待下发 1下载中 2成功 3失败',
  `finished_at` datetime DEFAULT NULL COMMENT '完成时间',
  PRIMARY KEY (`task_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='升级任务';

CREATE TABLE `track_point` (
  `vin` char(17) NOT NULL COMMENT '车辆识别代号',
  `gps_lng` decimal(10,6) NOT NULL COMMENT '经度',
  `gps_lat` decimal(10,6) NOT NULL COMMENT '纬度',
  `speed_kmh` decimal(5,1) DEFAULT NULL COMMENT '车速',
  `collected_at` datetime NOT NULL COMMENT '采集时间'
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='行驶轨迹';
";
