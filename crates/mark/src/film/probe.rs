//! What `ffprobe` says of a file, as far as it matters here.

use kouan_terms::Diagnostic;
use serde_json::Value;

/// What a stream carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Moving pictures.
    Video,
    /// A still picture beside sound or film, such as a cover.
    Cover,
    /// Sound.
    Audio,
    /// Anything else: subtitles, data, attachments.
    Other,
}

/// One stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// What it carries.
    pub kind: Kind,
    /// The name of its codec.
    pub codec: String,
    /// Width and height as shown, a turn included; zero where it has none.
    pub size: (u32, u32),
    /// How points are stored, by FFmpeg's word.
    pub points: String,
    /// When it starts against the file, in microseconds.
    pub start: i64,
    /// How long a frame is shown on average, in microseconds; zero where that is not known.
    pub frame: i64,
    /// Samples a second; zero where it has none.
    pub rate: u32,
    /// Channels of sound.
    pub channels: u32,
    /// Bits a second; zero where that is not known.
    pub bits: u64,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Its streams, in order.
    pub streams: Vec<Stream>,
    /// How long it is, in microseconds; none where that is not known.
    pub duration: Option<i64>,
}

/// The arguments with which `ffprobe` describes a file.
pub const ARGUMENTS: [&str; 6] = ["-v", "error", "-show_streams", "-show_format", "-of", "json"];

/// Reads what `ffprobe` said.
///
/// # Errors
///
/// LB158 for anything else.
pub fn read(text: &str) -> Result<Probe, Diagnostic> {
    let refused = || Diagnostic::error("LB158").with("part", "ffprobe");
    let value: Value = serde_json::from_str(text).map_err(|_| refused())?;
    let streams = value.get("streams").and_then(Value::as_array).ok_or_else(refused)?;
    let format = value.get("format");
    let begins = format.and_then(|format| micros(format.get("start_time"))).unwrap_or(0);
    Ok(Probe {
        streams: streams.iter().map(|stream| self::stream(stream, begins)).collect(),
        duration: format.and_then(|format| micros(format.get("duration"))),
    })
}

fn stream(value: &Value, begins: i64) -> Stream {
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    let number = |name: &str| {
        let found = value.get(name).and_then(Value::as_u64);
        found.or_else(|| text(name).parse().ok()).unwrap_or(0)
    };
    let small = |name: &str| u32::try_from(number(name)).unwrap_or(0);
    let is_cover = value.pointer("/disposition/attached_pic").and_then(Value::as_u64) == Some(1);
    let kind = match text("codec_type") {
        "video" if is_cover => Kind::Cover,
        "video" => Kind::Video,
        "audio" => Kind::Audio,
        _ => Kind::Other,
    };
    let turns = value.get("side_data_list").and_then(Value::as_array).into_iter().flatten();
    let turn = turns.filter_map(|data| data.get("rotation")?.as_f64()).next_back().unwrap_or(0.0);
    let (width, height) = (small("width"), small("height"));
    let is_turned = (turn.round() as i64) % 180 != 0;
    Stream {
        kind,
        codec: text("codec_name").to_owned(),
        size: if is_turned { (height, width) } else { (width, height) },
        points: text("pix_fmt").to_owned(),
        start: micros(value.get("start_time")).unwrap_or(begins) - begins,
        frame: interval(text("avg_frame_rate")).unwrap_or(0),
        rate: small("sample_rate"),
        channels: small("channels"),
        bits: number("bit_rate"),
    }
}

/// How long a frame of a rate such as `30000/1001` is, in microseconds.
fn interval(rate: &str) -> Option<i64> {
    let (frames, seconds) = rate.split_once('/')?;
    let (frames, seconds): (i64, i64) = (frames.parse().ok()?, seconds.parse().ok()?);
    seconds.checked_mul(1_000_000)?.checked_div(frames)
}

/// Seconds written with a point, as microseconds.
fn micros(value: Option<&Value>) -> Option<i64> {
    let text = value?.as_str()?;
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |text| (-1, text));
    let (whole, parts) = text.split_once('.').unwrap_or((text, ""));
    let parts: String = parts.chars().chain("000000".chars()).take(6).collect();
    let whole: i64 = whole.parse().ok()?;
    let parts: i64 = parts.parse().ok()?;
    Some(sign * whole.checked_mul(1_000_000)?.checked_add(parts)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_exact_and_turns_are_seen() {
        let text = r#"{"streams": [{"codec_type": "video", "codec_name": "h264", "width": 640,
            "height": 360, "pix_fmt": "yuv420p", "start_time": "1.500000",
            "avg_frame_rate": "30000/1001", "side_data_list": [{"rotation": -90}]},
            {"codec_type": "video", "codec_name": "mjpeg", "disposition": {"attached_pic": 1}},
            {"codec_type": "audio", "codec_name": "aac", "sample_rate": "44100", "channels": 2}],
            "format": {"start_time": "-0.021333", "duration": "10.04"}}"#;
        let probe = read(text).unwrap();
        assert_eq!(probe.duration, Some(10_040_000));
        let kinds: Vec<Kind> = probe.streams.iter().map(|stream| stream.kind).collect();
        assert_eq!(kinds, [Kind::Video, Kind::Cover, Kind::Audio]);
        assert_eq!(probe.streams[0].size, (360, 640));
        assert_eq!((probe.streams[0].start, probe.streams[0].frame), (1_521_333, 33_366));
        assert_eq!((probe.streams[2].rate, probe.streams[2].channels), (44_100, 2));
    }

    #[test]
    fn nothing_that_is_said_stops_the_program() {
        for text in ["", "{}", "[]", "{\"streams\": 1}"] {
            assert_eq!(read(text).unwrap_err().code.0, "LB158", "{text}");
        }
        let odd = r#"{"streams": [{"start_time": "99999999999999999999", "avg_frame_rate": "1/0",
            "width": -1}, 7], "format": {"duration": "x"}}"#;
        let probe = read(odd).unwrap();
        assert_eq!((probe.streams.len(), probe.duration), (2, None));
    }
}
