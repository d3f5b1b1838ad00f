//! Cells of digits alone.

use crate::identifiers::days::{self, UNIX_SECONDS, Ymd};
use crate::identifiers::resident::{self, Card};
use crate::identifiers::telephones::{self, Abroad};
use crate::identifiers::{Fit, bodies, checks, devices, places, travel, vehicles};

use super::Shape;
use super::counts::{Counts, Reference};
use super::forms::first_number;

/// Counts a cell of 1 to 32 digits; `block` holds them, filled up with zeros.
#[inline]
pub(super) fn see(block: &[u8; 32], length: usize, counts: &mut Counts, reference: &Reference) {
    counts.whole += 1;
    match length {
        1..=6 => short(block, length, counts, reference),
        7..=10 => medium(block, length, counts, reference),
        11 => eleven(block, counts, reference),
        18 => eighteen(block, counts, reference),
        12..=20 => long(block, length, counts, reference),
        _ => {}
    }
}

fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0_u64, |sum, digit| {
        sum.wrapping_mul(10).wrapping_add(u64::from(digit.wrapping_sub(b'0')))
    })
}

fn short(block: &[u8; 32], length: usize, counts: &mut Counts, reference: &Reference) {
    let digits = block.get(..length).unwrap_or_default();
    let value = first_number(block, length);
    counts.number(value, value);
    match length {
        4 if (1900..=2099).contains(&value) => counts.is(Shape::Year),
        5 | 6 => {
            counts.see(Shape::ServiceNumber, telephones::service(digits));
            qq(digits, counts);
        }
        _ => {}
    }
    if length == 6
        && let Some(six) = block.first_chunk()
    {
        counts.see(Shape::PostalCode, places::postal_code(six));
        let day = days::six(value as u32, reference.today);
        counts.see(Shape::Day6, Fit::new(day.is_some(), day.is_some()));
    }
}

fn medium(block: &[u8; 32], length: usize, counts: &mut Counts, reference: &Reference) {
    let digits = block.get(..length).unwrap_or_default();
    qq(digits, counts);
    match length {
        8 => {
            let value = block.first_chunk().map_or(0, resident::eight_digits);
            counts.is(Shape::TaiwanPermit);
            if let Some(day) = days::eight(value) {
                counts.is(Shape::Day8);
                counts.day(day, reference);
            }
        }
        9 => {
            counts.see(Shape::Passport, travel::passport(digits));
            if let Some(nine) = block.first_chunk() {
                counts.see(Shape::OrganisationCode, bodies::organisation_code(nine));
            }
        }
        10 => {
            if UNIX_SECONDS.contains(&number(digits)) {
                counts.is(Shape::UnixSeconds);
            }
            landline(digits, counts);
            counts.see(Shape::ServiceNumber, telephones::service(digits));
        }
        _ => {}
    }
}

#[inline]
fn eleven(block: &[u8; 32], counts: &mut Counts, reference: &Reference) {
    let Some(eleven) = block.first_chunk::<11>() else { return };
    if eleven[0] == b'0' {
        landline(eleven, counts);
    } else {
        counts.see(Shape::Mobile, telephones::mobile(eleven, &reference.prefixes));
        counts.is(Shape::QqNumber);
    }
}

fn landline(digits: &[u8], counts: &mut Counts) {
    if digits.first() != Some(&b'0') {
        return;
    }
    counts.see(Shape::Landline, telephones::landline(digits));
    match telephones::abroad(digits) {
        Some(Abroad::HongKong) => counts.is(Shape::HkPhone),
        Some(Abroad::Macau) => counts.is(Shape::MacauPhone),
        Some(Abroad::Taiwan) => counts.is(Shape::TaiwanPhone),
        Some(Abroad::Other) => counts.is(Shape::ForeignPhone),
        None => {}
    }
}

fn qq(digits: &[u8], counts: &mut Counts) {
    if digits.first() != Some(&b'0') {
        counts.is(Shape::QqNumber);
    }
}

#[inline]
fn eighteen(block: &[u8; 32], counts: &mut Counts, reference: &Reference) {
    let Some(number) = block.first_chunk::<18>() else { return };
    let found = resident_number(number, counts, reference);
    // A number that passes as a resident ID is one, whatever its other sums say.
    if found != Fit::Passes {
        card(block, 18, counts, reference);
        dated(block, counts);
        counts.see(Shape::Uscc, bodies::credit_code(number));
    }
}

/// Counts the three kinds of cards with eighteen characters.
#[inline]
pub(super) fn resident_number(
    number: &[u8; 18],
    counts: &mut Counts,
    reference: &Reference,
) -> Fit {
    let Some(found) = resident::eighteen(number, &reference.regions, reference.today) else {
        return Fit::No;
    };
    let fit = Fit::new(true, found.passes);
    let shape = match found.card {
        Card::Resident => Shape::ResidentId18,
        Card::HmtResidencePermit => Shape::HmtResidencePermit,
        Card::ForeignPermanent => Shape::ForeignPermanentCard,
    };
    counts.see(shape, fit);
    counts.birth(found.birth, reference);
    fit
}

/// Counts bank cards and the sum of Luhn.
#[inline]
fn card(block: &[u8; 32], length: usize, counts: &mut Counts, reference: &Reference) {
    let digits = block.get(..length).unwrap_or_default();
    let luhn = checks::luhn_block(block, length);
    counts.see(Shape::LuhnNumber, Fit::new(true, luhn));
    counts.see(Shape::BankCard, Fit::new(reference.issuers.known(digits), luhn));
}

/// Counts numbers that begin with a day of our time.
#[inline]
fn dated(block: &[u8; 32], counts: &mut Counts) {
    let day = Ymd(block.first_chunk().map_or(0, resident::eight_digits));
    let dated = day.exists() && (1990..2080).contains(&day.year());
    counts.see(Shape::DatedSerial, Fit::new(dated, dated));
}

fn long(block: &[u8; 32], length: usize, counts: &mut Counts, reference: &Reference) {
    let digits = block.get(..length).unwrap_or_default();
    if (13..=19).contains(&length) {
        card(block, length, counts, reference);
    }
    if length >= 14 {
        dated(block, counts);
    }
    match length {
        12 => {
            landline(digits, counts);
            qq(digits, counts);
            if let Some(twelve) = block.first_chunk() {
                counts.see(Shape::DrivingFileNumber, vehicles::driving_file(twelve));
            }
        }
        13 => {
            if UNIX_SECONDS.contains(&(number(digits) / 1_000)) {
                counts.is(Shape::UnixMilliseconds);
            }
            if let Some(mobile) = digits.strip_prefix(b"86").and_then(<[u8]>::as_array::<11>) {
                counts.see(Shape::Mobile, telephones::mobile(mobile, &reference.prefixes));
            }
            if let Some(thirteen) = block.first_chunk() {
                counts.see(Shape::IotNumber, telephones::thing(thirteen, &reference.prefixes));
            }
        }
        15 => fifteen(block, counts, reference),
        16 => {
            if let Some(sixteen) = block.first_chunk() {
                counts.see(Shape::Imeisv, devices::imeisv(sixteen));
            }
        }
        17 | 20 => {
            counts.see(Shape::TaxpayerNumber, bodies::taxpayer(digits, &reference.regions));
            counts.see(Shape::Iccid, devices::iccid(digits));
        }
        19 => counts.see(Shape::Iccid, devices::iccid(digits)),
        _ => {}
    }
}

fn fifteen(block: &[u8; 32], counts: &mut Counts, reference: &Reference) {
    let Some(number) = block.first_chunk::<15>() else { return };
    if let Some((fit, birth)) = resident::fifteen(number, &reference.regions) {
        counts.see(Shape::ResidentId15, fit);
        counts.birth(birth, reference);
    }
    counts.see(Shape::Imei, devices::imei(number));
    counts.see(Shape::Imsi, devices::imsi(number));
    counts.see(Shape::TaxpayerNumber, bodies::taxpayer(number, &reference.regions));
}
