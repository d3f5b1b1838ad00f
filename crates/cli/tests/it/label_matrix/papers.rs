//! Flat documents, from which LibreOffice makes the ones that are labelled, and files that carry no
//! label in the end.

/// The words that stand in every document.
pub const WORDS: &str = "invented";

/// A flat document; with a property of the label where one is given.
pub fn flat(ending: &str, label: Option<&str>) -> String {
    let (kind, body) = match ending {
        "fods" => (
            "spreadsheet",
            format!(
                "<office:spreadsheet><table:table table:name=\"S\"><table:table-row>\
                 <table:table-cell office:value-type=\"string\"><text:p>{WORDS}</text:p>\
                 </table:table-cell></table:table-row></table:table></office:spreadsheet>"
            ),
        ),
        "fodp" => (
            "presentation",
            format!(
                "<office:presentation><draw:page draw:name=\"P\"><draw:frame svg:x=\"1cm\" \
                 svg:y=\"1cm\" svg:width=\"9cm\" svg:height=\"3cm\"><draw:text-box><text:p>{WORDS}\
                 </text:p></draw:text-box></draw:frame></draw:page></office:presentation>"
            ),
        ),
        _ => ("text", format!("<office:text><text:p>{WORDS}</text:p></office:text>")),
    };
    let names = ["office", "text", "table", "meta"];
    let mut spaces: String = names
        .map(|name| format!(" xmlns:{name}=\"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0\""))
        .concat();
    spaces.push_str(" xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\"");
    spaces.push_str(" xmlns:svg=\"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0\"");
    let property = label.map_or(String::new(), |label| {
        format!(
            "<meta:user-defined meta:name=\"AIGC\" meta:value-type=\"string\">{label}\
             </meta:user-defined>"
        )
    });
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<office:document{spaces} \
         office:version=\"1.2\" office:mimetype=\"application/vnd.oasis.opendocument.{kind}\">\
         <office:meta>{property}</office:meta><office:body>{body}</office:body></office:document>\n"
    )
}

/// A file that is not labelled: its bytes, the code that says so, and why, in both languages.
pub struct Refused {
    pub bytes: Vec<u8>,
    pub code: &'static str,
    pub why: (&'static str, &'static str),
}

const SIGNED: (&str, &str) = ("已签名", "signed");
const ENCRYPTED: (&str, &str) = ("已加密", "encrypted");
const CERTIFIED: (&str, &str) = ("已认证", "certified");
const BOUND: (&str, &str) = ("已有C2PA清单", "with a C2PA manifest");

/// The file of a name.
pub fn refused(name: &str) -> Refused {
    let of = |bytes, code, why| Refused { bytes, code, why };
    match name {
        "signed.docx" => {
            of(crate::labels::docx(&[("_xmlsignatures/origin.sigs", "")]), "LB108", SIGNED)
        }
        "encrypted.docx" => {
            let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
            bytes.resize(512, 0);
            of(bytes, "LB107", ENCRYPTED)
        }
        "encrypted.pdf" => {
            let pdf = pdf("<< /Type /Catalog >>", "/Encrypt << /Filter /Standard >>");
            of(pdf, "LB107", ENCRYPTED)
        }
        "certified.pdf" => {
            of(pdf("<< /Type /Catalog /Perms << /DocMDP 9 0 R >> >>", ""), "LB108", CERTIFIED)
        }
        "manifest.png" => of(png(), "LB108", BOUND),
        "manifest.jpg" => {
            let mut bytes = b"\xff\xd8\xff\xeb\0\x0fJP\0\x01jumb c2pa".to_vec();
            bytes.extend(b"\xff\xda\0\x02x\xff\xd9");
            of(bytes, "LB108", BOUND)
        }
        "manifest.webp" => {
            let body = b"WEBPVP8L\x06\0\0\0\x2f\0\0\0\0\0C2PA\x02\0\0\0xx";
            let len = (body.len() as u32).to_le_bytes();
            of([b"RIFF".as_slice(), &len, body].concat(), "LB108", BOUND)
        }
        "manifest.mp4" => {
            let mut bytes = b"\0\0\0\x14ftypisom\0\0\x02\0isom".to_vec();
            bytes.extend(b"\0\0\0\x18uuid\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c");
            bytes.extend(b"\x92\x97\x58\x28\x87\x7e\xc4\x81\0\0\0\x08moov");
            of(bytes, "LB108", BOUND)
        }
        _ => panic!("no such file: {name}"),
    }
}

fn png() -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0".to_vec();
    png.extend(b"\x3a\x7e\x9b\x55\0\0\0\x04caBXjumb\0\0\0\0");
    png.extend(b"\0\0\0\x0aIDAT\x78\x9c\x63\x60\0\0\0\x02\0\x01\x48\xaf\xa4\x71");
    png.extend(b"\0\0\0\0IEND\xae\x42\x60\x82");
    png
}

fn pdf(root: &str, trailer: &str) -> Vec<u8> {
    let head = format!("%PDF-1.4\n1 0 obj\n{root}\nendobj\n");
    let start = head.len();
    format!(
        "{head}xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<< /Size 2 \
         /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n"
    )
    .into_bytes()
}
