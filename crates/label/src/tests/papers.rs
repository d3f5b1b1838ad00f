//! Small documents, made by hand.

use std::io::Write as _;

use super::media::{MEDIA, Sample, find, nothing_moves, stays};
use crate::format::Format;

pub(crate) fn samples() -> Vec<Sample> {
    let office = |name, bytes| Sample { name, format: Format::Office, bytes, media: stays };
    let pdf = |name, bytes| Sample { name, format: Format::Pdf, bytes, media: nothing_moves };
    vec![
        office("a.docx", docx(None)),
        office("b.xlsx", docx(Some(CUSTOM))),
        office("c.pptx", archive(None, true)),
        office("d.dotx", archive(Some(CUSTOM), true)),
        pdf("a.pdf", pdf_file(true)),
        pdf("b.pdf", pdf_file(false)),
        pdf("c.pdf", pdf_of_streams()),
    ]
}

const CUSTOM: &str = "<?xml version=\"1.0\"?>\n<Properties xmlns=\"http://schemas.openxmlformats.\
org/officeDocument/2006/custom-properties\" xmlns:vt=\"http://schemas.openxmlformats.org/officeDocument/\
2006/docPropsVTypes\"><property fmtid=\"{D5CDD505-2E9C-101B-9397-08002B2CF9AE}\" pid=\"2\" \
name=\"made &amp; up\"><vt:lpwstr>x</vt:lpwstr></property></Properties>";

const TYPES: &str = "<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org\
/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/xml\"/></Types>";

fn relations(has_custom: bool) -> String {
    let custom = "<Relationship Id=\"rId9\" Type=\"http://schemas.openxmlformats.org\
                  /officeDocument/2006/relationships/custom-properties\" Target=\"/docProps/custom.xml\"/>";
    format!(
        "<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/\
         relationships\">{}</Relationships>",
        if has_custom { custom } else { "" }
    )
}

fn docx(custom: Option<&str>) -> Vec<u8> {
    archive(custom, false)
}

/// An archive by hand: the first member packed, the others as they are. In its wide form, every
/// length and place stands in eight bytes.
fn archive(custom: Option<&str>, is_wide: bool) -> Vec<u8> {
    let relations = relations(custom.is_some());
    let mut members: Vec<(&str, Vec<u8>)> = vec![
        ("[Content_Types].xml", TYPES.as_bytes().to_vec()),
        ("word/document.xml", MEDIA.to_vec()),
        ("_rels/.rels", relations.into_bytes()),
    ];
    if let Some(custom) = custom {
        members.insert(1, ("docProps/custom.xml", custom.as_bytes().to_vec()));
    }
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for (index, (name, content)) in members.iter().enumerate() {
        let mut packed = content.clone();
        if index == 0 {
            let mut encoder =
                flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(content).unwrap();
            packed = encoder.finish().unwrap();
        }
        let mut middle = vec![0, 0, if index == 0 { 8 } else { 0 }, 0, 0, 0, 0x21, 0x5a];
        middle.extend(crate::container::sum(content).to_le_bytes());
        middle.extend((packed.len() as u32).to_le_bytes());
        middle.extend((content.len() as u32).to_le_bytes());
        middle.extend((name.len() as u16).to_le_bytes());
        middle.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x2d\0\x2d\0");
        if is_wide {
            directory.extend(&middle[..12]);
            directory.extend([0xff; 8]);
            directory.extend(&middle[20..22]);
            directory.extend([32, 0]);
            directory.extend([0; 10]);
            directory.extend([0xff; 4]);
            directory.extend(name.as_bytes());
            directory.extend(b"\x77\x77\0\0\x01\0\x18\0");
            for number in [content.len(), packed.len(), file.len()] {
                directory.extend((number as u64).to_le_bytes());
            }
        } else {
            directory.extend(&middle);
            directory.extend([0; 10]);
            directory.extend((file.len() as u32).to_le_bytes());
            directory.extend(name.as_bytes());
        }
        file.extend(b"PK\x03\x04\x14\0");
        file.extend(&middle);
        file.extend(name.as_bytes());
        file.extend(packed);
    }
    let (at, len, count) = (file.len() as u64, directory.len() as u64, members.len() as u64);
    file.extend(&directory);
    if is_wide {
        let end = file.len() as u64;
        file.extend(b"PK\x06\x06\x2c\0\0\0\0\0\0\0\x2d\0\x2d\0\0\0\0\0\0\0\0\0");
        file.extend([count, count, len, at].map(u64::to_le_bytes).concat());
        file.extend(b"PK\x06\x07\0\0\0\0");
        file.extend(end.to_le_bytes());
        file.extend(b"\x01\0\0\0PK\x05\x06\0\0\0\0");
        file.extend([0xff; 12]);
    } else {
        file.extend(b"PK\x05\x06\0\0\0\0");
        file.extend([count as u16, count as u16].map(u16::to_le_bytes).concat());
        file.extend([len as u32, at as u32].map(u32::to_le_bytes).concat());
    }
    file.extend([0, 0]);
    file
}

fn pdf_file(has_info: bool) -> Vec<u8> {
    let mut pdf = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    let media = String::from_utf8_lossy(MEDIA).into_owned();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [] /Count 0 >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{media}\nendstream", media.len()),
    ];
    if has_info {
        objects.push("<< /Title (made \\(up\\)) /Author <FEFF4F8B> >>".to_owned());
    }
    for (index, object) in objects.iter().enumerate() {
        places.push(pdf.len());
        pdf.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).as_bytes());
    }
    let start = pdf.len();
    pdf.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).as_bytes());
    for place in places {
        pdf.extend(format!("{place:010} 00000 n \n").as_bytes());
    }
    let info = if has_info { "/Info 4 0 R " } else { "" };
    let size = objects.len() + 1;
    let trailer = format!("trailer\n<< /Size {size} /Root 1 0 R {info}/ID [<00> <00>] >>\n");
    pdf.extend(trailer.as_bytes());
    pdf.extend(format!("startxref\n{start}\n%%EOF\n").as_bytes());
    pdf
}

/// A file of version 1.5: the catalogue and the information lie in a packed stream, and the places
/// in another one with the prediction that most writers use.
fn pdf_of_streams() -> Vec<u8> {
    let packed = |bytes: &[u8]| {
        let mut encoder =
            flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let mut pdf = b"%PDF-1.5\n".to_vec();
    pdf.extend(b"% ");
    pdf.extend(MEDIA);
    pdf.push(b'\n');
    let objects = packed(b"1 0 2 20 << /Type /Catalog >><< /Title (made up) >>");
    let stream_at = pdf.len();
    let head = "3 0 obj\n<< /Type /ObjStm /N 2 /First 9 /Filter /FlateDecode /Length ";
    pdf.extend(format!("{head}{} >>\nstream\n", objects.len()).as_bytes());
    pdf.extend(objects);
    pdf.extend(b"\nendstream\nendobj\n");
    let start = pdf.len();
    let rows = [
        [0, 0, 0, 0],
        [2, 0, 3, 0],
        [2, 0, 3, 1],
        [1, (stream_at >> 8) as u8, stream_at as u8, 0],
        [1, (start >> 8) as u8, start as u8, 0],
    ];
    let mut data = Vec::new();
    let mut above = [0_u8; 4];
    for row in rows {
        data.push(2);
        data.extend(row.iter().zip(above).map(|(byte, up)| byte.wrapping_sub(up)));
        above = row;
    }
    let data = packed(&data);
    let head = "4 0 obj\n<< /Type /XRef /Size 5 /W [1 2 1] /Root 1 0 R /Info 2 0 R \
                /Filter /FlateDecode /DecodeParms << /Columns 4 /Predictor 12 >> /Length ";
    pdf.extend(format!("{head}{} >>\nstream\n", data.len()).as_bytes());
    pdf.extend(data);
    pdf.extend(format!("\nendstream\nendobj\nstartxref\n{start}\n%%EOF\n").as_bytes());
    find(&pdf);
    pdf
}
