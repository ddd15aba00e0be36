//! A file or a spooled pipe: bytes that can be read more than once.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::census::Census;
use crate::model::digest::hex;

/// The bytes to import.
#[derive(Debug)]
pub struct Input {
    name: String,
    source: Source,
    sha256: String,
    census: Census,
    watch: Option<Watch>,
}

/// Who is told how many bytes were read.
#[derive(Clone)]
pub struct Watch(pub Arc<dyn Fn(u64) + Send + Sync>);

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watch")
    }
}

/// Bytes on their way, counted.
struct Watched<R> {
    inner: R,
    watch: Option<Watch>,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if let Some(Watch(tell)) = &self.watch {
            tell(count as u64);
        }
        Ok(count)
    }
}

#[derive(Debug)]
enum Source {
    Path(PathBuf),
    /// Anonymous: gone with the process, whatever ends it.
    Spool(File),
}

impl Input {
    /// Opens a file and reads it once, for its digest and its bytes' statistics.
    pub fn open(path: &Path) -> Result<Self> {
        Self::open_watched(path, None)
    }

    /// As [`Input::open`], telling how many bytes are read, now and later.
    pub fn open_watched(path: &Path, watch: Option<Watch>) -> Result<Self> {
        let name = path.display().to_string();
        let file = File::open(path).with_context(|| format!("cannot open {name}"))?;
        let (census, sha256) =
            take_census(Watched { inner: BufReader::new(file), watch: watch.clone() }, None)
                .with_context(|| format!("cannot read {name}"))?;
        Ok(Self { name, source: Source::Path(path.to_owned()), sha256, census, watch })
    }

    /// Spools a pipe to an anonymous temporary file. `name` stands in messages.
    pub fn from_reader(name: &str, reader: impl Read) -> Result<Self> {
        let mut spool = tempfile::tempfile().context("cannot make a temporary file to hold the input")?;
        let (census, sha256) =
            take_census(reader, Some(&mut spool)).with_context(|| format!("cannot read {name}"))?;
        Ok(Self { name: name.to_owned(), source: Source::Spool(spool), sha256, census, watch: None })
    }

    /// The name for messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Lower-case hex digest, equal to what `sha256sum` prints.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    pub(super) fn census(&self) -> &Census {
        &self.census
    }

    /// The bytes from the start. One reader at a time: the readers of a spooled pipe share their place in it.
    pub fn bytes(&self) -> Result<Box<dyn Read + Send>> {
        let file = match &self.source {
            Source::Path(path) => File::open(path),
            Source::Spool(file) => {
                file.try_clone().and_then(|mut copy| copy.seek(SeekFrom::Start(0)).map(|_| copy))
            }
        };
        let inner = file.with_context(|| format!("cannot read {} a second time", self.name))?;
        Ok(Box::new(Watched { inner, watch: self.watch.clone() }))
    }

    /// Who is told of what is read from now on.
    pub fn watch(&mut self, watch: Option<Watch>) {
        self.watch = watch;
    }
}

fn take_census(mut reader: impl Read, mut copy: Option<&mut File>) -> Result<(Census, String)> {
    let mut census = Census::default();
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let count = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        let bytes = &buffer[..count];
        digest.update(bytes);
        census.observe(bytes);
        if let Some(copy) = copy.as_mut() {
            copy.write_all(bytes).context("cannot write the temporary copy")?;
        }
    }
    census.finish();
    Ok((census, hex(&digest.finalize())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_can_be_read_twice() {
        let input = Input::from_reader("standard input", &b"a,b\n1,2\n"[..]).expect("input");
        for _ in 0..2 {
            let mut text = String::new();
            input.bytes().expect("bytes").read_to_string(&mut text).expect("text");
            assert_eq!(text, "a,b\n1,2\n");
        }
        assert_eq!(input.sha256(), "492d5ea496056f1a6a6592241032fab764c321596317930b4fa0e1e8bc3b7470");
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = Input::open(Path::new("no-such-file.csv")).expect_err("missing");
        assert!(error.to_string().contains("no-such-file.csv"));
    }
}
