//! Labels in films, and in sound that is packed: what FFmpeg is to do, as a plan that can be read
//! before it is run, and how its work is held against the plan. Nothing is run here.

pub mod probe;

use kouan_label::ExplicitRules;
use kouan_label::explicit::mark_file;
use kouan_terms::Diagnostic;

use crate::fonts::Fonts;
use crate::picture::{Overlay, Wish, overlay};
use crate::sound::{Moment, length};
use probe::{Kind, Probe, Stream};

/// Microseconds in a second.
const SECOND: i64 = 1_000_000;
/// By how much the length of a file may differ from what it should be: packing fills up frames.
const SLACK: i64 = SECOND / 4;

/// What FFmpeg is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The arguments of `ffmpeg`: the file, the mark and the new file stand in them by the names
    /// that were given.
    pub arguments: Vec<String>,
    /// What is laid over the film or put into the sound: a PNG or a WAV file.
    pub mark: Vec<u8>,
    /// The mark of a film; none for sound.
    pub overlay: Option<Overlay>,
    /// Warnings.
    pub findings: Vec<Diagnostic>,
    /// Which stream is marked.
    stream: usize,
    /// Until when the mark of a film is shown, in microseconds.
    until: i64,
    /// By how much the file becomes longer, in microseconds.
    longer: i64,
}

/// The names that stand in a plan.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// The file.
    pub source: &'a str,
    /// The mark, a PNG or a WAV file.
    pub mark: &'a str,
    /// The new file.
    pub target: &'a str,
}

/// Plans the mark of a film: laid over its frames from the first one on, so long as the law asks;
/// only that stream is packed anew, in its own codec, and every other one is copied.
///
/// `seconds` is how long it is shown, none for what the law asks; `encoder` names another encoder
/// of FFmpeg than the usual one of the codec.
///
/// # Errors
///
/// LB150 to LB152 and LB163 as for a picture, LB167 for a codec without an encoder known here,
/// LB168 for fewer seconds than the law asks.
pub fn film(
    probe: &Probe,
    names: Names<'_>,
    wish: &Wish<'_>,
    (seconds, encoder): (Option<u32>, Option<&str>),
    fonts: &Fonts,
    rules: &ExplicitRules,
) -> Result<Option<Plan>, Diagnostic> {
    let found = probe.streams.iter().enumerate().find(|(_, stream)| stream.kind == Kind::Video);
    let Some((index, stream)) = found else { return Ok(None) };
    let seconds = seconds.unwrap_or(rules.video_seconds);
    if seconds < rules.video_seconds {
        return Err(Diagnostic::error("LB168").with("seconds", rules.video_seconds));
    }
    let made = overlay(stream.size, wish, fonts, rules)?;
    let until = stream.start + i64::from(seconds) * SECOND;
    let mut findings = Vec::new();
    if probe.duration.is_some_and(|duration| duration < i64::from(seconds) * SECOND) {
        findings.push(Diagnostic::warning("LB160").with("seconds", seconds));
    }
    let filter = format!(
        "[0:{index}][1:v]overlay=x={}:y={}:format=auto:eof_action=repeat:enable='lt(t,{})'[marked]",
        made.area.left,
        made.area.top,
        decimal(until)
    );
    let packed = match encoder {
        Some(encoder) => vec![encoder.to_owned()],
        None => video_encoder(stream)?,
    };
    let mut more: Vec<String> = vec![format!("-pix_fmt:{index}"), stream.points.clone()];
    more.extend(["-fps_mode:v".to_owned(), "passthrough".to_owned()]);
    let arguments = arguments(probe, names, &filter, index, &packed, &more);
    let mark = made.png.clone();
    let overlay = Some(made);
    Ok(Some(Plan { arguments, mark, overlay, findings, stream: index, until, longer: 0 }))
}

/// Plans a notice in sound that is packed: the clip, or the rhythm, is put in and the sound packed
/// anew in its own codec.
///
/// # Errors
///
/// LB104 to LB106 for a clip that cannot be read, LB153 for a file without sound, LB167 for a codec
/// without an encoder known here.
pub fn sound(
    probe: &Probe,
    names: Names<'_>,
    clip: Option<&[u8]>,
    moment: Moment,
    encoder: Option<&str>,
    rules: &ExplicitRules,
) -> Result<Plan, Diagnostic> {
    let mut found = probe.streams.iter().enumerate();
    let Some((index, stream)) = found.find(|(_, stream)| stream.kind == Kind::Audio) else {
        return Err(Diagnostic::error("LB153").with("format", "sound"));
    };
    let mark = clip.map_or_else(|| mark_file(rules), <[u8]>::to_vec);
    let longer = i64::try_from(length(&mark)?).unwrap_or(0) * 1_000;
    let duration = probe.duration.unwrap_or(0);
    let notice = format!(
        "[1:a]aresample={},aformat=channel_layouts={}[notice]",
        stream.rate,
        layout(stream.channels)?
    );
    let filter = match moment {
        Moment::Start => format!("{notice};[notice][0:{index}]concat=n=2:v=0:a=1[marked]"),
        Moment::End => format!("{notice};[0:{index}][notice]concat=n=2:v=0:a=1[marked]"),
        Moment::Middle => format!(
            "{notice};[0:{index}]asplit[one][other];[one]atrim=end={half}[before];\
             [other]atrim=start={half},asetpts=PTS-STARTPTS[behind];\
             [before][notice][behind]concat=n=3:v=0:a=1[marked]",
            half = decimal(duration / 2)
        ),
    };
    let packed = match encoder {
        Some(encoder) => vec![encoder.to_owned()],
        None => audio_encoder(stream)?,
    };
    let arguments = arguments(probe, names, &filter, index, &packed, &[]);
    Ok(Plan {
        arguments,
        mark,
        overlay: None,
        findings: Vec::new(),
        stream: index,
        until: 0,
        longer,
    })
}

fn layout(channels: u32) -> Result<&'static str, Diagnostic> {
    match channels {
        1 => Ok("mono"),
        2 => Ok("stereo"),
        6 => Ok("5.1"),
        8 => Ok("7.1"),
        _ => Err(Diagnostic::error("LB161").with("part", "channels")),
    }
}

/// The arguments: every stream in its place, one of them through the filter.
fn arguments(
    probe: &Probe,
    names: Names<'_>,
    filter: &str,
    marked: usize,
    packed: &[String],
    more: &[String],
) -> Vec<String> {
    let mut all: Vec<String> = ["-hide_banner", "-v", "error", "-nostdin", "-n", "-i"]
        .into_iter()
        .chain([names.source, "-i", names.mark, "-filter_complex", filter])
        .map(str::to_owned)
        .collect();
    for index in 0..probe.streams.len() {
        let of = if index == marked { "[marked]".to_owned() } else { format!("0:{index}") };
        all.extend(["-map".to_owned(), of]);
    }
    all.extend(["-map_metadata", "0", "-map_chapters", "0", "-c", "copy"].map(str::to_owned));
    let (encoder, options) =
        packed.split_first().map_or(("copy", &[][..]), |(first, rest)| (first.as_str(), rest));
    all.extend([format!("-c:{marked}"), encoder.to_owned()]);
    all.extend(options.iter().cloned());
    all.extend(more.iter().cloned());
    all.push(names.target.to_owned());
    all
}

fn list(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// The encoder of a codec and its options: without loss where the codec has none, else a quality
/// at which the second packing is hardly seen.
fn video_encoder(stream: &Stream) -> Result<Vec<String>, Diagnostic> {
    let bits = stream.bits.max(4_000_000).to_string();
    Ok(match stream.codec.as_str() {
        "h264" => list(&["libx264", "-crf", "17"]),
        "hevc" => list(&["libx265", "-crf", "18", "-x265-params", "log-level=error"]),
        "vp8" => list(&["libvpx", "-crf", "8", "-b:v", &bits]),
        "vp9" => list(&["libvpx-vp9", "-crf", "20", "-b:v", "0"]),
        "av1" => list(&["libsvtav1", "-crf", "22"]),
        "theora" => list(&["libtheora", "-q:v", "9"]),
        "flv1" => list(&["flv", "-q:v", "2"]),
        codec @ ("mpeg4" | "mpeg2video" | "mpeg1video" | "mjpeg") => list(&[codec, "-q:v", "2"]),
        codec @ ("ffv1" | "huffyuv" | "ffvhuff" | "utvideo" | "png" | "qtrle" | "rawvideo") => {
            list(&[codec])
        }
        codec => return Err(Diagnostic::error("LB167").with("codec", codec)),
    })
}

fn audio_encoder(stream: &Stream) -> Result<Vec<String>, Diagnostic> {
    let bits = stream.bits.max(128_000).to_string();
    Ok(match stream.codec.as_str() {
        "mp3" => list(&["libmp3lame", "-b:a", &bits]),
        "aac" => list(&["aac", "-b:a", &bits]),
        "vorbis" => list(&["libvorbis", "-q:a", "7"]),
        "opus" => list(&["libopus", "-b:a", &bits]),
        codec @ ("flac" | "alac") => list(&[codec]),
        codec if codec.starts_with("pcm_") => list(&[codec]),
        codec => return Err(Diagnostic::error("LB167").with("codec", codec)),
    })
}

/// Microseconds as seconds with a point.
fn decimal(micros: i64) -> String {
    let sign = if micros < 0 { "-" } else { "" };
    let micros = micros.unsigned_abs();
    format!("{sign}{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

impl Plan {
    /// The arguments with which `ffmpeg` shows a frame of a file as PNG: the first one.
    #[must_use]
    pub fn first_frame(&self, file: &str) -> Vec<String> {
        self.frame(file, "null")
    }

    /// The same for the last frame that has to bear the mark. There may be none: a frame may be
    /// shown for longer than the mark has to stand.
    #[must_use]
    pub fn last_frame(&self, file: &str, probe: &Probe) -> Vec<String> {
        let frame = probe.streams.get(self.stream).map_or(0, |stream| stream.frame);
        let from = self.until - frame - frame / 2;
        let until = decimal(self.until);
        self.frame(file, &format!("select='gte(t,{})*lt(t,{until})'", decimal(from)))
    }

    fn frame(&self, file: &str, filter: &str) -> Vec<String> {
        let stream = format!("0:{}", self.stream);
        let words = ["-hide_banner", "-v", "error", "-nostdin", "-i", file, "-map", &stream];
        let rest = ["-vf", filter, "-frames:v", "1", "-c:v", "png", "-f", "image2pipe", "-"];
        list(&words).into_iter().chain(list(&rest)).collect()
    }

    /// Holds the file that was made against the one it was made from: the same streams in the same
    /// codecs, as long as it should be.
    ///
    /// # Errors
    ///
    /// LB158 that names what differs.
    pub fn compare(&self, before: &Probe, after: &Probe) -> Result<(), Diagnostic> {
        let differs = |part: &str| Err(Diagnostic::error("LB158").with("part", part));
        if before.streams.len() != after.streams.len() {
            return differs("streams");
        }
        for (old, new) in before.streams.iter().zip(&after.streams) {
            if old.codec != new.codec || old.kind != new.kind {
                return differs("codec");
            }
            if old.size != new.size || old.rate != new.rate || old.channels != new.channels {
                return differs("size");
            }
        }
        match (before.duration, after.duration) {
            (Some(old), Some(new)) if (old + self.longer - new).abs() > SLACK => {
                differs("duration")
            }
            (Some(_), None) => differs("duration"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::rules;

    fn probe(codec: &str) -> Probe {
        let video = Stream {
            kind: Kind::Video,
            codec: codec.to_owned(),
            size: (640, 360),
            points: "yuv420p".to_owned(),
            start: 40_000,
            frame: 40_000,
            rate: 0,
            channels: 0,
            bits: 0,
        };
        let audio = Stream {
            kind: Kind::Audio,
            codec: "aac".to_owned(),
            size: (0, 0),
            rate: 48_000,
            channels: 2,
            ..video.clone()
        };
        Probe { streams: vec![audio, video], duration: Some(10 * SECOND) }
    }

    const NAMES: Names<'_> = Names { source: "a.mp4", mark: "m.png", target: "b.mp4" };

    fn planned(probe: &Probe, options: (Option<u32>, Option<&str>)) -> Result<Plan, Diagnostic> {
        let wish = Wish { words: "AI生成", place: None, percent: None };
        film(probe, NAMES, &wish, options, &Fonts::default(), &rules()).map(Option::unwrap)
    }

    #[test]
    fn one_stream_goes_through_the_filter_and_the_others_are_copied() {
        let plan = planned(&probe("h264"), (None, None)).unwrap();
        let line = plan.arguments.join(" ");
        assert!(line.contains("-map 0:0 -map [marked] -map_metadata 0"), "{line}");
        assert!(line.contains("-c copy -c:1 libx264 -crf 17"), "{line}");
        // Two seconds from the first frame on, which comes 40 ms late.
        assert!(line.contains("enable='lt(t,2.040000)'"), "{line}");
        assert!(plan.overlay.unwrap().letters >= 18 && plan.findings.is_empty());
        let longer = planned(&probe("h264"), (Some(5), Some("h264_other"))).unwrap();
        let line = longer.arguments.join(" ");
        assert!(line.contains("lt(t,5.040000)") && line.contains("-c:1 h264_other -pix"), "{line}");
    }

    #[test]
    fn what_the_law_does_not_allow_is_refused_and_what_it_cannot_have_is_said() {
        let code = |plan: Result<Plan, Diagnostic>| plan.unwrap_err().code.0;
        assert_eq!(code(planned(&probe("h264"), (Some(1), None))), "LB168");
        assert_eq!(code(planned(&probe("unheard-of"), (None, None))), "LB167");
        let short = Probe { duration: Some(SECOND), ..probe("h264") };
        assert_eq!(planned(&short, (None, None)).unwrap().findings[0].code.0, "LB160");
        let wish = Wish { words: "AI生成", place: None, percent: None };
        let sound = Probe { streams: probe("h264").streams[..1].to_vec(), duration: None };
        let none = film(&sound, NAMES, &wish, (None, None), &Fonts::default(), &rules());
        assert_eq!(none.unwrap(), None);
    }

    #[test]
    fn a_file_that_differs_is_told_from_one_that_does_not() {
        let plan = planned(&probe("h264"), (None, None)).unwrap();
        let before = probe("h264");
        let part = |after: &Probe| {
            plan.compare(&before, after).map_err(|finding| finding.values[0].1.clone())
        };
        assert_eq!(part(&before), Ok(()));
        let lost = Probe { streams: before.streams[1..].to_vec(), ..before.clone() };
        assert_eq!(part(&lost), Err("streams".to_owned()));
        assert_eq!(part(&probe("hevc")), Err("codec".to_owned()));
        let short = Probe { duration: Some(9 * SECOND), ..before.clone() };
        assert_eq!(part(&short), Err("duration".to_owned()));
        let mut small = before.clone();
        small.streams[1].size = (320, 180);
        assert_eq!(part(&small), Err("size".to_owned()));
    }

    #[test]
    fn sound_becomes_longer_by_its_notice() {
        let all = probe("h264");
        for moment in Moment::ALL {
            let plan = sound(&all, NAMES, None, moment, None, &rules()).unwrap();
            assert_eq!(plan.longer, 1_200_000);
            assert!(plan.arguments.join(" ").contains("-c:0 aac -b:a 128000"));
            let after = Probe { duration: Some(11_200_000), ..all.clone() };
            assert_eq!(plan.compare(&all, &after), Ok(()));
            assert!(plan.compare(&all, &all).is_err());
        }
    }
}
