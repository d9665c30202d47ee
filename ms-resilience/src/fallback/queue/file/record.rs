//! Pure: how changes are written.

use std::sync::Arc;

use super::super::store::Change;

/// One change, or what a file that was written anew begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Record {
    Change(Change),
    /// The next number to be given.
    Next(u64),
}

const PUSH: u8 = 1;
const TRIED: u8 = 2;
const SET_ASIDE: u8 = 3;
const PUT_BACK: u8 = 4;
const DONE: u8 = 5;
const NEXT: u8 = 6;

impl Record {
    /// Writes it at the end of `out`.
    ///
    /// An entry of 4 GiB or more has no place in a file: see [`fits`].
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let mut head = |kind: u8, id: u64| {
            out.push(kind);
            out.extend_from_slice(&id.to_le_bytes());
        };
        match self {
            Self::Change(Change::Push { id, entry }) => {
                head(PUSH, *id);
                out.extend_from_slice(&length(entry).to_le_bytes());
                out.extend_from_slice(entry);
            }
            Self::Change(Change::Tried { id, attempts }) => {
                head(TRIED, *id);
                out.extend_from_slice(&attempts.to_le_bytes());
            }
            Self::Change(Change::SetAside { id }) => head(SET_ASIDE, *id),
            Self::Change(Change::PutBack { id }) => head(PUT_BACK, *id),
            Self::Change(Change::Done { id }) => head(DONE, *id),
            Self::Next(id) => head(NEXT, *id),
        }
    }

    /// Reads one from the start of `bytes`, which are left behind it.
    pub(super) fn read(bytes: &mut &[u8]) -> Option<Self> {
        let &[kind] = take(bytes)?;
        let id = u64::from_le_bytes(*take(bytes)?);
        Some(Self::Change(match kind {
            PUSH => {
                let length = u32::from_le_bytes(*take(bytes)?);
                let (entry, rest) = bytes.split_at_checked(usize::try_from(length).ok()?)?;
                *bytes = rest;
                Change::Push { id, entry: Arc::from(entry) }
            }
            TRIED => Change::Tried { id, attempts: u32::from_le_bytes(*take(bytes)?) },
            SET_ASIDE => Change::SetAside { id },
            PUT_BACK => Change::PutBack { id },
            DONE => Change::Done { id },
            NEXT => return Some(Self::Next(id)),
            _ => return None,
        }))
    }
}

/// Whether an entry is short enough for a file.
pub(super) fn fits(entry: &[u8]) -> bool {
    u32::try_from(entry.len()).is_ok_and(|length| length <= u32::MAX / 2)
}

fn length(entry: &[u8]) -> u32 {
    u32::try_from(entry.len()).unwrap_or(u32::MAX)
}

fn take<'a, const N: usize>(bytes: &mut &'a [u8]) -> Option<&'a [u8; N]> {
    let (taken, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(taken)
}
