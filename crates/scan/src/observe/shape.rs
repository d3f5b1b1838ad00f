//! Shapes: what a cell looks like, told from its characters alone.

/// What a cell looks like. One cell may have several shapes: fifteen digits can be an old resident
/// ID and an IMEI.
///
/// What "passes" means is said for each; a shape without such a remark has no check, and passing is
/// having the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
#[non_exhaustive]
pub enum Shape {
    /// 18 characters, a province, a day that exists; passes: a region that is or was given out, a
    /// day not after today, the check character.
    ResidentId18,
    /// 15 digits, a province, a day of 19yy; passes: a region that is or was given out.
    ResidentId15,
    /// As the resident ID, region 810000, 820000 or 830000; passes: the check character.
    HmtResidencePermit,
    /// 18 digits that begin with 9, a day that exists; passes: the check character.
    ForeignPermanentCard,
    /// Three letters and twelve digits with a day; the card given out up to 2017.
    ForeignPermanentCardOld,
    /// 11 digits, `1[3-9]`, perhaps with +86; passes: a prefix that is allocated.
    Mobile,
    /// 13 digits of the ranges for things.
    IotNumber,
    /// Area code and 7 or 8 digits; passes: an area code that exists.
    Landline,
    /// +852 and 8 digits.
    HkPhone,
    /// +853 and 8 digits.
    MacauPhone,
    /// +886 and 9 digits, or 09 and 8 digits.
    TaiwanPhone,
    /// `+`, the code of another country, digits.
    ForeignPhone,
    /// 400 or 800 numbers, 95xxx, 12345: nobody's own.
    ServiceNumber,
    /// A letter or two and seven or eight digits in one of the forms of Chinese passports.
    Passport,
    /// A machine-readable zone of a travel document; passes: its check digits.
    MachineReadableZone,
    /// H or M and 8 digits, perhaps two more.
    HmtPermit,
    /// Eight digits, or ten digits and a letter: travel permit of Taiwan residents.
    TaiwanPermit,
    /// C and 8 digits or a letter and 7, or W and 8: permit to Hong Kong and Macau.
    HmExitPermit,
    /// L or T and 8 digits: permit to Taiwan.
    TaiwanExitPermit,
    /// One or two letters, six digits, a check character; passes: the check character.
    HkId,
    /// 1, 5 or 7, six digits, one digit, with its strokes or brackets.
    MacauId,
    /// A letter and nine digits, or the resident number; passes: the sum.
    TaiwanId,
    /// A word such as 军字第 and six to eight digits.
    MilitaryCard,
    /// 18 characters of GB 32100; passes: both check characters.
    Uscc,
    /// Eight characters and a check character of GB 11714; passes: the check character.
    OrganisationCode,
    /// 15, 17 or 20 characters that begin with a region: taxpayers' numbers of old.
    TaxpayerNumber,
    /// 13 to 19 digits with the prefix of an issuer; passes: Luhn.
    BankCard,
    /// 13 to 19 digits with any prefix; passes: Luhn.
    LuhnNumber,
    /// Number plate of a vehicle, with its province.
    Plate,
    /// Number plate of a new-energy vehicle.
    PlateNewEnergy,
    /// Number plate of the armed police or the army.
    PlateMilitary,
    /// 17 characters of ISO 3779; passes: the check character.
    Vin,
    /// 6 to 20 letters and digits, both: engine numbers, serials, codes.
    MixedCode,
    /// 12 digits that begin with a region: file number of a driving licence.
    DrivingFileNumber,
    /// 15 digits; passes: Luhn.
    Imei,
    /// 16 digits that begin with a reporting body of IMEI.
    Imeisv,
    /// 14 hexadecimal digits, a letter among them.
    Meid,
    /// 15 digits, 460 and a network; passes: a network that exists.
    Imsi,
    /// 19 or 20 digits, 8986 and a network.
    Iccid,
    /// Six pairs of hexadecimal digits; passes: not all zeros, not all ones.
    Mac,
    /// Four numbers up to 255; passes: public, not private.
    Ipv4,
    /// IPv6; passes: public, not local.
    Ipv6,
    /// local@domain with a top-level domain.
    Email,
    /// `wxid_` and at least 14 characters.
    WechatWxid,
    /// A letter and 5 to 19 of letters, digits, `_`, `-`: what a WeChat id or a user name can be.
    AccountName,
    /// 5 to 12 digits, no leading zero: what a QQ number can be.
    QqNumber,
    /// A UUID: OAID, IDFA.
    Uuid,
    /// 16 hexadecimal digits: Android ID.
    Hex16,
    /// 32, 40, 56, 64, 96 or 128 hexadecimal digits, or a salted hash of a password.
    Hash,
    /// Six digits that can be a postal code.
    PostalCode,
    /// A day in any separated writing, also 年月日; passes: exists.
    Day,
    /// A day as eight digits; passes: exists and lies in 1900 to 2099.
    Day8,
    /// A day as six digits; passes: exists.
    Day6,
    /// A day and a time.
    Instant,
    /// A time of day.
    Time,
    /// 10 digits: seconds since 1970, between 2001 and 2033.
    UnixSeconds,
    /// 13 digits: milliseconds since 1970, between 2001 and 2033.
    UnixMilliseconds,
    /// 14 digits or more that begin with a day: order numbers, serials, time stamps.
    DatedSerial,
    /// Four digits, 1900 to 2099.
    Year,
    /// Two years, `2025-2026` or `2025/26`: academic or financial years.
    YearRange,
    /// A decimal of at least three places between 3 and 54: a latitude inside China.
    Latitude,
    /// A decimal of at least three places between 73 and 136: a longitude inside China.
    Longitude,
    /// Two such decimals in one cell, or a point or line of WKT or GeoJSON.
    CoordinatePair,
    /// Magic bytes of ISO/IEC 19794 or 39794, raw, in hexadecimal or base64.
    BiometricTemplate,
    /// A vector of numbers, 64 to 4,096 of them.
    Vector,
    /// Magic bytes of an image, raw or in base64.
    Image,
    /// Magic bytes of a sound or film, raw or in base64.
    Recording,
    /// Magic bytes or headers of files of genetic data.
    GeneticPayload,
    /// `rs` and digits: a variant.
    VariantId,
    /// A run of at least eight of A, C, G, T, N.
    Nucleotides,
    /// One or two of A, C, G, T, D, I, `-`: a genotype.
    Genotype,
    /// An identifier or name with its middle starred out.
    Masked,
    /// A long number that became a floating-point number: 6.11E+17.
    FloatDamaged,
    /// `1.2.3`, `v2.0.1-rc1`: versions.
    Version,
    /// A web address.
    Url,
    /// A browser or device announcing itself.
    UserAgent,
    /// Digits alone, perhaps with a sign.
    Integer,
    /// Digits with a fraction, perhaps with a sign or thousands.
    Decimal,
    /// Two to four Chinese characters, or more with a middle dot; passes: begins with a surname.
    PersonName,
    /// Two or three words of Latin letters, each with a capital: a name in Latin letters.
    LatinName,
    /// A Chinese address; passes: down to the road or village with a number.
    Address,
    /// A name of a province, city or county alone.
    DivisionName,
    /// A name of a body: 公司, 医院, 学校, 局.
    OrganisationName,
    /// A word for a sex.
    Sex,
    /// The name of one of the 56 peoples.
    Ethnicity,
    /// A word for a marital status.
    MaritalStatus,
    /// A word for a political status.
    PoliticalStatus,
    /// The name of a religion.
    Religion,
    /// A blood group.
    BloodGroup,
    /// A degree or level of schooling.
    Education,
    /// Yes or no, in words, letters or digits other than 0 and 1 alone.
    YesNo,
    /// A word for a state: 已支付, success, pending.
    StatusWord,
    /// Words for nothing: null, 无, N/A.
    NoValue,
    /// Running text: more than 32 characters with Chinese among them, or many words.
    FreeText,
    /// Text that begins as JSON or XML.
    Markup,
}

impl Shape {
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// Whether more than the form is looked at; where not, every cell of the form passes.
    #[must_use]
    pub const fn has_check(self) -> bool {
        matches!(
            self,
            Shape::ResidentId18
                | Shape::ResidentId15
                | Shape::HmtResidencePermit
                | Shape::ForeignPermanentCard
                | Shape::Mobile
                | Shape::Landline
                | Shape::MachineReadableZone
                | Shape::HkId
                | Shape::TaiwanId
                | Shape::Uscc
                | Shape::OrganisationCode
                | Shape::BankCard
                | Shape::LuhnNumber
                | Shape::Vin
                | Shape::Imei
                | Shape::Imsi
                | Shape::Mac
                | Shape::Ipv4
                | Shape::Ipv6
                | Shape::Day
                | Shape::Day8
                | Shape::Day6
                | Shape::PersonName
                | Shape::Address
        )
    }
}

macro_rules! shapes {
    ($($shape:ident = $name:literal,)*) => {
        impl Shape {
            /// Every shape, in order.
            pub const ALL: &[Shape] = &[$(Shape::$shape,)*];

            /// Its name in the rulebook's classes and in inventories.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Shape::$shape => $name,)*
                }
            }

            /// The shape of that name.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Shape::$shape),)*
                    _ => None,
                }
            }
        }
    };
}

shapes! {
    ResidentId18 = "resident-id-18",
    ResidentId15 = "resident-id-15",
    HmtResidencePermit = "hmt-residence-permit",
    ForeignPermanentCard = "foreign-permanent-card",
    ForeignPermanentCardOld = "foreign-permanent-card-old",
    Mobile = "mobile",
    IotNumber = "iot-number",
    Landline = "landline",
    HkPhone = "hk-phone",
    MacauPhone = "macau-phone",
    TaiwanPhone = "taiwan-phone",
    ForeignPhone = "foreign-phone",
    ServiceNumber = "service-number",
    Passport = "passport",
    MachineReadableZone = "machine-readable-zone",
    HmtPermit = "hmt-permit",
    TaiwanPermit = "taiwan-permit",
    HmExitPermit = "hm-exit-permit",
    TaiwanExitPermit = "taiwan-exit-permit",
    HkId = "hk-id",
    MacauId = "macau-id",
    TaiwanId = "taiwan-id",
    MilitaryCard = "military-card",
    Uscc = "uscc",
    OrganisationCode = "organisation-code",
    TaxpayerNumber = "taxpayer-number",
    BankCard = "bank-card",
    LuhnNumber = "luhn-number",
    Plate = "plate",
    PlateNewEnergy = "plate-new-energy",
    PlateMilitary = "plate-military",
    Vin = "vin",
    MixedCode = "mixed-code",
    DrivingFileNumber = "driving-file-number",
    Imei = "imei",
    Imeisv = "imeisv",
    Meid = "meid",
    Imsi = "imsi",
    Iccid = "iccid",
    Mac = "mac",
    Ipv4 = "ipv4",
    Ipv6 = "ipv6",
    Email = "email",
    WechatWxid = "wechat-wxid",
    AccountName = "account-name",
    QqNumber = "qq",
    Uuid = "uuid",
    Hex16 = "hex-16",
    Hash = "hash",
    PostalCode = "postal-code",
    Day = "day",
    Day8 = "day-8",
    Day6 = "day-6",
    Instant = "instant",
    Time = "time",
    UnixSeconds = "unix-seconds",
    UnixMilliseconds = "unix-milliseconds",
    DatedSerial = "dated-serial",
    Year = "year",
    YearRange = "year-range",
    Latitude = "latitude",
    Longitude = "longitude",
    CoordinatePair = "coordinate-pair",
    BiometricTemplate = "biometric-template",
    Vector = "vector",
    Image = "image",
    Recording = "recording",
    GeneticPayload = "genetic-payload",
    VariantId = "variant-id",
    Nucleotides = "nucleotides",
    Genotype = "genotype",
    Masked = "masked",
    FloatDamaged = "float-damaged",
    Version = "version",
    Url = "url",
    UserAgent = "user-agent",
    Integer = "integer",
    Decimal = "decimal",
    PersonName = "person-name",
    LatinName = "latin-name",
    Address = "address",
    DivisionName = "division-name",
    OrganisationName = "organisation-name",
    Sex = "sex",
    Ethnicity = "ethnicity",
    MaritalStatus = "marital-status",
    PoliticalStatus = "political-status",
    Religion = "religion",
    BloodGroup = "blood-group",
    Education = "education",
    YesNo = "yes-no",
    StatusWord = "status-word",
    NoValue = "no-value",
    FreeText = "free-text",
    Markup = "markup",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_has_one_name_in_kebab_case() {
        let mut names: Vec<_> = Shape::ALL.iter().map(|shape| shape.name()).collect();
        for (place, &shape) in Shape::ALL.iter().enumerate() {
            assert_eq!(Shape::parse(shape.name()), Some(shape));
            assert_eq!(shape as usize, place, "{shape:?} stands at its number");
            let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(shape.name().chars().all(kebab), "{}", shape.name());
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Shape::COUNT);
        assert_eq!(Shape::parse("Mobile"), None);
    }
}
