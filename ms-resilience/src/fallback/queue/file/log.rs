//! The file itself: appended to, read once, written anew from time to time. Everything here blocks.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use ms_core::rng::Rng;

use super::super::store::{Change, Contents, StoreError};
use super::book::Book;
use super::frame::{Begin, End, Mark, begin, read};
use super::record::{Record, fits};

/// A file of changes.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    file: File,
    mark: Mark,
    /// How much of the file is safe on disk.
    length: u64,
    book: Book,
    /// How many bytes of what is done may stay in the file.
    slack: u64,
    /// When the file is written anew at the earliest.
    next_anew: u64,
    /// Why nothing is written any more.
    broken: Option<StoreError>,
}

impl Log {
    /// Opens the file at `path`, or makes it. What was not finished is cut off.
    pub(super) fn open(path: PathBuf, slack: u64) -> Result<Self, StoreError> {
        let because = |what| move |error: io::Error| StoreError::because(what, error);
        // Left behind by a process that ended while it wrote a file anew.
        match fs::remove_file(new_path(&path)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(StoreError::because("the file cannot be tidied up", error));
            }
            _ => {}
        }
        let mut file = options().open(&path).map_err(because("the file cannot be opened"))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(because("the file cannot be read"))?;
        let mut book = Book::default();
        let (mark, length) = match begin(&bytes) {
            Begin::Foreign => return Err(StoreError::new("the file is not one of a queue")),
            Begin::Nothing => (start(&mut file, &path).map_err(because(WRITE))?, None),
            Begin::Ours(mark) => match read(&bytes, mark, |record| book.apply(record)) {
                End::Whole => (mark, Some(bytes.len())),
                End::Torn(at) => (mark, Some(at)),
                End::Damaged(at) => {
                    let at = io::Error::other(format!("at byte {at}"));
                    return Err(StoreError::because("the file is damaged", at));
                }
            },
        };
        let length = match length {
            Some(length) => cut(&file, &path, bytes.len(), length).map_err(because(WRITE))?,
            None => mark.head().len() as u64,
        };
        Ok(Self { path, file, mark, length, book, slack, next_anew: 0, broken: None })
    }

    pub(super) fn contents(&self) -> Contents {
        self.book.contents()
    }

    /// Writes `changes` at once. Once it is done, they are safe on disk.
    pub(super) fn append(&mut self, changes: Vec<Change>) -> Result<(), StoreError> {
        if let Some(broken) = &self.broken {
            return Err(broken.clone());
        }
        let records: Vec<_> = changes.into_iter().map(Record::Change).collect();
        let frame = self.mark.frame(&records);
        self.write(&frame)?;
        self.length += frame.len() as u64;
        records.into_iter().for_each(|record| self.book.apply(record));
        Ok(())
    }

    fn write(&mut self, frame: &[u8]) -> Result<(), StoreError> {
        let written = self.file.seek(SeekFrom::Start(self.length));
        if let Err(error) = written.and_then(|_| self.file.write_all(frame)) {
            // A full disk may have room later, as long as nothing is left of what did not fit.
            if let Err(error) = self.file.set_len(self.length) {
                self.broken = Some(StoreError::because(WRITE, error));
            }
            return Err(StoreError::because(WRITE, error));
        }
        self.file.sync_data().map_err(|error| {
            // Nobody knows what is on disk now, and asking again would not tell.
            let error = StoreError::because(WRITE, error);
            self.broken = Some(error.clone());
            error
        })
    }

    /// Writes the file anew if most of it is about entries that are done.
    pub(super) fn tidy_up(&mut self) {
        let limit = self.book.bytes().saturating_mul(2).saturating_add(self.slack);
        if self.broken.is_some() || self.length <= limit.max(self.next_anew) {
            return;
        }
        if let Err(error) = self.anew() {
            tracing::warn!(
                target: "ms::fallback_queue",
                path = %self.path.display(),
                %error,
                "the file was not written anew",
            );
            self.next_anew = self.length.saturating_mul(2);
            let _ = fs::remove_file(new_path(&self.path));
        }
    }

    /// The new file takes the place of the old one when it is safe on disk.
    fn anew(&mut self) -> io::Result<()> {
        let path = new_path(&self.path);
        let mut file = options().truncate(true).open(&path)?;
        let mark = new_mark();
        let mut length = 0;
        let frames = self.book.anew().map(|records| mark.frame(&records));
        for piece in std::iter::once(mark.head()).chain(frames) {
            file.write_all(&piece)?;
            length += piece.len() as u64;
        }
        file.sync_all()?;
        fs::rename(&path, &self.path)?;
        (self.file, self.mark, self.length) = (file, mark, length);
        if let Err(error) = sync_folder(&self.path) {
            // The old file may be back after a power cut, without what is written from now on.
            self.broken = Some(StoreError::because(WRITE, error));
        }
        Ok(())
    }
}

const WRITE: &str = "the file cannot be written";

/// Whether a change can be written at all.
pub(super) fn is_writable(change: &Change) -> bool {
    !matches!(change, Change::Push { entry, .. } if !fits(entry))
}

fn start(file: &mut File, path: &Path) -> io::Result<Mark> {
    let mark = new_mark();
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(&mark.head())?;
    file.sync_all()?;
    sync_folder(path)?;
    Ok(mark)
}

fn cut(file: &File, path: &Path, before: usize, length: usize) -> io::Result<u64> {
    if length < before {
        tracing::warn!(
            target: "ms::fallback_queue",
            path = %path.display(),
            bytes = before - length,
            "the end of the file was not finished, and is cut off",
        );
        file.set_len(length as u64)?;
        file.sync_all()?;
    }
    Ok(length as u64)
}

fn new_mark() -> Mark {
    Mark(Rng::new().next_u64().to_le_bytes())
}

fn new_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

/// Requests are nobody else's business.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes sure that the name of a file is on disk as well.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// Elsewhere a folder is no file that could be synced.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s_14_a_file_that_cannot_be_written_says_so_and_takes_nothing_more() {
        let path = std::env::temp_dir().join(format!("ms-queue-log-{}", std::process::id()));
        let mut log = Log::open(path.clone(), 0).unwrap();
        log.append(vec![Change::Done { id: 0 }]).unwrap();
        log.file = File::open(&path).unwrap(); // only to be read
        let length = log.length;
        for _ in 0..2 {
            let error = log.append(vec![Change::Done { id: 1 }]).unwrap_err();
            assert_eq!(error.to_string(), WRITE);
        }
        log.tidy_up();
        assert_eq!((log.length, fs::metadata(&path).unwrap().len()), (length, length));
        fs::remove_file(path).unwrap();
    }
}
