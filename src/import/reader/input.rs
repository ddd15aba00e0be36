//! A file, a spooled pipe, or what is inside of one: bytes that can be read more than once.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};

use super::census::Census;
use super::container::limit::Limited;
use crate::app::given;
use crate::model::digest::hex;

/// The bytes to import.
#[derive(Debug, Clone)]
pub struct Input {
    name: String,
    part: Option<String>,
    sheet_of: Option<&'static str>,
    source: Source,
    sha256: String,
    census: Arc<Census>,
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
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if let Some(Watch(tell)) = &self.watch {
            tell(count as u64);
        }
        Ok(count)
    }
}

#[derive(Debug, Clone)]
enum Source {
    Path(PathBuf),
    /// Anonymous: gone with the process, whatever ends it.
    Spool(Arc<File>),
    /// Inflated anew for each reading: nothing of a large file has to lie on the disk.
    Gzip(Box<Source>),
}

impl Source {
    fn file(&self) -> io::Result<File> {
        match self {
            Self::Path(path) => File::open(path),
            Self::Spool(file) => file.try_clone().and_then(|mut copy| copy.rewind().map(|()| copy)),
            Self::Gzip(_) => {
                let mut spool = tempfile::tempfile()?;
                io::copy(&mut self.bytes()?, &mut spool)?;
                spool.rewind()?;
                Ok(spool)
            }
        }
    }

    fn bytes(&self) -> io::Result<Box<dyn Read + Send>> {
        let Self::Gzip(packed) = self else { return Ok(Box::new(self.file()?)) };
        let file = packed.file()?;
        let size = file.metadata()?.len();
        Ok(Box::new(Limited::new(MultiGzDecoder::new(BufReader::new(file)), size)))
    }
}

impl Input {
    /// Opens a file and reads it once, for its digest and its bytes' statistics.
    pub fn open(path: &Path) -> Result<Self> {
        Self::open_watched(path, None)
    }

    /// As [`Input::open`], telling how many bytes are read, now and later.
    pub fn open_watched(path: &Path, watch: Option<Watch>) -> Result<Self> {
        given::is_file(path)?;
        let name = path.display().to_string();
        let file = File::open(path).with_context(|| format!("cannot open {name}"))?;
        let (census, sha256) =
            take_census(Watched { inner: BufReader::new(file), watch: watch.clone() }, None)
                .with_context(|| format!("cannot read {name}"))?;
        Ok(Self { watch, ..Self::of(name, Source::Path(path.to_owned()), sha256, census) })
    }

    /// Spools a pipe to an anonymous temporary file. `name` stands in messages.
    pub fn from_reader(name: &str, reader: impl Read) -> Result<Self> {
        let mut spool = spool()?;
        let (census, sha256) =
            take_census(reader, Some(&mut spool)).with_context(|| format!("cannot read {name}"))?;
        Ok(Self::of(name.to_owned(), Source::Spool(Arc::new(spool)), sha256, census))
    }

    fn of(name: String, source: Source, sha256: String, census: Census) -> Self {
        Self { name, part: None, sheet_of: None, source, sha256, census: Arc::new(census), watch: None }
    }

    /// What is inside of a file that gzip packed. Name and digest stay those of the file.
    pub(super) fn unpacked(self) -> Result<Self> {
        let source = Source::Gzip(Box::new(self.source));
        let (census, _) =
            source.bytes().map_err(anyhow::Error::from).and_then(|bytes| take_census(bytes, None))?;
        Ok(Self { source, census: Arc::new(census), ..self })
    }

    /// One of the tables inside of a file, as text that `write` writes down. `sheet_of` is the kind of workbook it comes from.
    pub(super) fn part(
        &self,
        part: &str,
        sheet_of: Option<&'static str>,
        write: impl FnOnce(&mut dyn Write) -> Result<()>,
    ) -> Result<Self> {
        let mut out = BufWriter::new(spool()?);
        write(&mut out)?;
        let mut file = out
            .into_inner()
            .map_err(io::IntoInnerError::into_error)
            .context("cannot write the temporary copy")?;
        file.rewind()?;
        let (census, _) = take_census(&file, None)?;
        let source = Source::Spool(Arc::new(file));
        Ok(Self { part: Some(part.to_owned()), sheet_of, source, census: Arc::new(census), ..self.clone() })
    }

    /// The file's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name for messages: the file, and which of its tables.
    pub fn label(&self) -> String {
        match &self.part {
            Some(part) => format!("{} ({part})", self.name),
            None => self.name.clone(),
        }
    }

    /// `xlsx` or `xls` for a sheet of a workbook.
    pub(super) fn sheet_of(&self) -> Option<&'static str> {
        self.sheet_of
    }

    /// Lower-case hex digest of the file, equal to what `sha256sum` prints.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Not one character but line ends.
    pub fn is_blank(&self) -> bool {
        self.census.size <= 1
    }

    pub(super) fn census(&self) -> &Census {
        &self.census
    }

    /// The bytes from the start. One reader at a time: the readers of a spooled pipe share their place in it.
    pub fn bytes(&self) -> Result<Box<dyn Read + Send>> {
        let inner =
            self.source.bytes().with_context(|| format!("cannot read {} a second time", self.name))?;
        Ok(Box::new(Watched { inner, watch: self.watch.clone() }))
    }

    /// Who is told of what is read from now on.
    pub fn watch(&mut self, watch: Option<Watch>) {
        self.watch = watch;
    }

    /// The bytes as a file to jump in.
    pub(super) fn file(&self) -> Result<File> {
        self.source.file().with_context(|| format!("cannot read {} a second time", self.name))
    }
}

fn spool() -> Result<File> {
    tempfile::tempfile().context("cannot make a temporary file to hold the input")
}

fn take_census(mut reader: impl Read, mut copy: Option<&mut File>) -> Result<(Census, String)> {
    let mut census = Census::default();
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let count = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
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
