//! Pieces of real video: written by ffmpeg, or, where that is not installed, two small ones that lie beside the program.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};

/// Seconds of one piece; at one picture a second, so many pictures.
pub(crate) const CLIP_S: u64 = 240;

/// Two pieces of that length, so that one never follows itself.
const COMMITTED: [&[u8]; 2] = [include_bytes!("../clips/gray.mp4"), include_bytes!("../clips/teal.mp4")];

/// Who writes video.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writer {
    /// ffmpeg.
    Ffmpeg,
    /// Nobody: the committed pieces.
    Nobody,
}

impl Writer {
    /// ffmpeg, if it is installed; says so if it is not.
    pub(crate) fn find() -> Self {
        let asked = Command::new("ffmpeg").arg("-version").output();
        if asked.is_ok_and(|output| output.status.success()) {
            return Self::Ffmpeg;
        }
        println!("  ffmpeg is not installed: the cameras show two small committed pieces of video, in turn.");
        Self::Nobody
    }
}

/// The pieces of one camera that have not been recorded yet.
#[derive(Debug)]
pub(crate) struct Clips(VecDeque<PathBuf>);

impl Clips {
    /// Makes `count` pieces in a folder; `number` tells cameras apart.
    pub(crate) fn make(writer: Writer, folder: &Path, number: usize, count: usize) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        match writer {
            Writer::Ffmpeg => write(folder, number, count)?,
            Writer::Nobody => {
                for (place, bytes) in COMMITTED.iter().cycle().take(count).enumerate() {
                    std::fs::write(folder.join(format!("{place}.mp4")), bytes).context("writing a piece")?;
                }
            }
        }
        Ok(Self((0..count).map(|place| folder.join(format!("{place}.mp4"))).collect()))
    }

    /// The next piece.
    pub(crate) fn next(&mut self) -> anyhow::Result<PathBuf> {
        self.0.pop_front().context("the camera's pieces are used up")
    }
}

/// One run of ffmpeg's segment muxer, as recorders use it: a key picture begins each piece.
fn write(folder: &Path, number: usize, count: usize) -> anyhow::Result<()> {
    let seconds = CLIP_S * u64::try_from(count)?;
    let output = Command::new("ffmpeg")
        .args(["-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-f", "lavfi", "-i"])
        .arg(format!("testsrc=size=160x90:rate=1:duration={seconds}"))
        .args(["-vf", &format!("hue=h={}", number * 16), "-c:v", "libx264", "-preset", "ultrafast"])
        .args(["-crf", "35", "-pix_fmt", "yuv420p", "-threads", "1"])
        .args(["-force_key_frames", &format!("expr:gte(t,n_forced*{CLIP_S})"), "-f", "segment"])
        .args(["-segment_time", &CLIP_S.to_string(), "-reset_timestamps", "1"])
        .arg(folder.join("%d.mp4"))
        .output()
        .context("running ffmpeg")?;
    ensure!(output.status.success(), "ffmpeg: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
