//! The company that is timed: the hotel group of the stories, with a table of many columns.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Copies the story and widens the table of members to so many fields, each with its necessity.
pub fn story(from: &Path, to: &Path, fields: usize) -> Result<(), String> {
    for path in below(from)? {
        let inside = path.strip_prefix(from).map_err(|error| error.to_string())?;
        let target = to.join(inside);
        if let Some(folder) = target.parent() {
            std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        }
        std::fs::copy(&path, &target).map_err(|error| error.to_string())?;
    }
    let members = to.join("data/members.csv");
    let narrow = read(&members)?;
    let own = narrow.lines().next().map_or(0, |head| head.split(',').count());
    let mut wide = String::new();
    for (row, line) in narrow.lines().enumerate() {
        wide.push_str(line);
        for more in own..fields {
            let _ = match row {
                0 => write!(wide, ",会员偏好{more:03}"),
                _ => write!(wide, ",{}", if (row + more) % 2 == 0 { "是" } else { "否" }),
            };
        }
        wide.push('\n');
    }
    std::fs::write(&members, wide).map_err(|error| error.to_string())?;
    let answers = to.join("answers.toml");
    let mut text = read(&answers)?;
    for more in own..fields {
        let _ = write!(
            text,
            "\n[[answer]]\nquestion = \"field.necessity\"\nof = \"field:data/members.csv:会员偏好{more:03}\"\n\
             zh = \"按第{more}项偏好选择优惠\"\nen = \"chooses offers by preference {more}\"\n\
             by = \"例守真 个人信息保护办公室\"\non = \"2026-11-20\"\n"
        );
    }
    std::fs::write(&answers, text).map_err(|error| error.to_string())
}

/// Scans the widened table as a user would.
pub fn inventory(kouan: &Path, story: &Path) -> Result<(), String> {
    let mut scan = Command::new(kouan);
    scan.args(["scan", "data/bookings.csv", "data/members.csv", "--inventory", "inventory.toml"]);
    scan.current_dir(story).stdout(Stdio::null()).stderr(Stdio::null());
    match scan.status().map_err(|error| error.to_string())?.code() {
        Some(0 | 1 | 3) => Ok(()),
        code => Err(format!("kouan scan ended with {code:?}")),
    }
}

/// Every file below a folder.
pub fn below(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
        for entry in std::fs::read_dir(&folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    Ok(files)
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}
