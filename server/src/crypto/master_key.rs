//! The master key: what every sealing key is derived from.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use data_encoding::{BASE64, BASE64_NOPAD, HEXLOWER, HEXLOWER_PERMISSIVE};
use zeroize::Zeroizing;

use super::random::{Random, RandomUnavailable};
use super::sealing::Sealer;

/// Bytes of a master key.
const LENGTH: usize = 32;
/// A key file is never longer than this; more is some other file.
const LONGEST_FILE: u64 = 1024;

/// The 32-byte key that seals signing keys, mail passwords and the like.
///
/// Losing it loses what was sealed (new signing keys must be made), but no client:
/// client secrets are stored as digests. It is wiped when dropped and never printed.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; LENGTH]>);

/// Why there is no master key. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyProblem {
    /// The file exists but cannot be read.
    #[error("the master key file {path} cannot be read: {source}", path = .path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file did not exist and could not be made.
    #[error(
        "the master key file {path} cannot be created: {source}. \
         Make its directory writable, or set the path of another file",
        path = .path.display()
    )]
    NotCreated {
        /// Which file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The path leads to a directory or a device.
    #[error("the master key path {path} is not a file", path = .path.display())]
    NotAFile {
        /// Which path.
        path: PathBuf,
    },
    /// Others than its owner may read or change the file.
    #[error(
        "the master key file {path} is open to other users (mode {mode:04o}). \
         Run: chmod 600 {path}",
        path = .path.display()
    )]
    OpenToOthers {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The content of the file is not a key.
    #[error("the master key file {path} is not usable: {problem}", path = .path.display())]
    BadFile {
        /// Which file.
        path: PathBuf,
        /// What is wrong with its text.
        problem: MasterKeyTextProblem,
    },
    /// No random bytes for a new key.
    #[error(transparent)]
    Random(#[from] RandomUnavailable),
}

/// Why a text is not a master key. Never repeats the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MasterKeyTextProblem {
    /// Neither hexadecimal nor Base64, or another length.
    #[error(
        "a master key is 32 bytes written as 64 hexadecimal digits or as Base64; \
         make one with: openssl rand -hex 32"
    )]
    NotAKey,
    /// One byte repeated: a placeholder.
    #[error("this master key is a placeholder; make one with: openssl rand -hex 32")]
    Placeholder,
}

impl MasterKey {
    /// A fresh key.
    ///
    /// # Errors
    /// [`RandomUnavailable`] where the operating system gives no random bytes.
    pub fn generate(random: &Random) -> Result<Self, RandomUnavailable> {
        random.secret_bytes().map(Self)
    }

    /// Reads a key written as 64 hexadecimal digits or as Base64 (padded or not);
    /// white space around it is ignored.
    ///
    /// # Errors
    /// [`MasterKeyTextProblem`] for any other text.
    pub fn from_text(text: &str) -> Result<Self, MasterKeyTextProblem> {
        let text = text.trim().as_bytes();
        let encoding = match text.len() {
            64 => &HEXLOWER_PERMISSIVE,
            43 => &BASE64_NOPAD,
            44 => &BASE64,
            _ => return Err(MasterKeyTextProblem::NotAKey),
        };
        let decoded = encoding
            .decode(text)
            .map(Zeroizing::new)
            .map_err(|_| MasterKeyTextProblem::NotAKey)?;
        let mut key = Zeroizing::new([0; LENGTH]);
        if decoded.len() != LENGTH {
            return Err(MasterKeyTextProblem::NotAKey);
        }
        key.copy_from_slice(&decoded);
        if key.iter().all(|byte| *byte == key[0]) {
            return Err(MasterKeyTextProblem::Placeholder);
        }
        Ok(Self(key))
    }

    /// Reads the key in the file at `path`; where there is no such file, makes a key
    /// and writes it there, readable by its owner only. Blocks: call it at start.
    ///
    /// The file appears whole or not at all, and never replaces another: of several
    /// processes starting at once, one writes and all use its key.
    ///
    /// # Errors
    /// [`MasterKeyProblem`], among them a file that other users can read.
    pub fn load_or_create(path: &Path, random: &Random) -> Result<Self, MasterKeyProblem> {
        match File::open(path) {
            Ok(file) => Self::read(path, file),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let key = Self::generate(random)?;
                let created =
                    key.write_new(path, random)
                        .map_err(|source| MasterKeyProblem::NotCreated {
                            path: path.to_owned(),
                            source,
                        })?;
                if created {
                    return Ok(key);
                }
                // Another process was first; its key is the one everybody uses.
                let file = File::open(path).map_err(|source| unreadable(path, source))?;
                Self::read(path, file)
            }
            Err(source) => Err(unreadable(path, source)),
        }
    }

    /// The sealer for one purpose; each purpose has its own key.
    pub fn sealer(&self, purpose: &str, random: &Random) -> Sealer {
        Sealer::derive(&self.0, purpose, random)
    }

    fn read(path: &Path, file: File) -> Result<Self, MasterKeyProblem> {
        // Asked of the open file, not of the path, so that nobody swaps it in between.
        let metadata = file.metadata().map_err(|source| unreadable(path, source))?;
        if !metadata.is_file() {
            return Err(MasterKeyProblem::NotAFile {
                path: path.to_owned(),
            });
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = metadata.permissions().mode() & 0o7777;
            if mode & 0o077 != 0 {
                return Err(MasterKeyProblem::OpenToOthers {
                    path: path.to_owned(),
                    mode,
                });
            }
        }
        let mut text = Zeroizing::new(String::with_capacity(128));
        file.take(LONGEST_FILE)
            .read_to_string(&mut text)
            .map_err(|source| unreadable(path, source))?;
        Self::from_text(&text).map_err(|problem| MasterKeyProblem::BadFile {
            path: path.to_owned(),
            problem,
        })
    }

    /// Writes the key to a file that must not exist yet; false where it does.
    fn write_new(&self, path: &Path, random: &Random) -> io::Result<bool> {
        let mut text = Zeroizing::new(String::with_capacity(2 * LENGTH + 1));
        HEXLOWER.encode_append(self.0.as_slice(), &mut text);
        text.push('\n');

        let suffix: [u8; 8] = random.bytes().map_err(io::Error::other)?;
        let mut draft = path.as_os_str().to_owned();
        draft.push(format!(".{}", HEXLOWER.encode(&suffix)));
        let draft = PathBuf::from(draft);

        let written = write_private(&draft, &text).and_then(|()| {
            // A link is made only where nothing is yet, unlike a rename.
            match std::fs::hard_link(&draft, path) {
                Ok(()) => Ok(true),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
                // Some file systems have no links: then write in place, still never replacing.
                Err(_) => match write_private(path, &text) {
                    Ok(()) => Ok(true),
                    Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
                    Err(error) => Err(error),
                },
            }
        });
        match std::fs::remove_file(&draft) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        if written? {
            sync_directory_of(path)?;
            return Ok(true);
        }
        Ok(false)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MasterKey(..)")
    }
}

fn unreadable(path: &Path, source: io::Error) -> MasterKeyProblem {
    MasterKeyProblem::Unreadable {
        path: path.to_owned(),
        source,
    }
}

/// Creates `path`, which must not exist, for its owner only; leaves nothing behind on failure.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all());
    if written.is_err() {
        // The first error is the one to tell; half a key must not stay.
        let _ = std::fs::remove_file(path);
    }
    written
}

/// Without this the name may be gone after a power cut, and with it every sealed value.
fn sync_directory_of(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let directory = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        File::open(directory)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
