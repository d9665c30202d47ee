//! Pure: what is written at a time, and how much of a file is whole.

use super::crc::crc32;
use super::record::Record;

/// What a file of ours begins with; its own mark follows.
const MAGIC: [u8; 8] = *b"msqueue1";

/// The length of the head of a file.
pub(super) const HEAD: usize = 16;

/// The length of the head of a frame.
const FRAME_HEAD: usize = 16;

/// The mark of one file, by chance: with it each of its frames begins. So no entry can look like a
/// frame, whoever made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark(pub(super) [u8; 8]);

/// What the beginning of a file says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Begin {
    /// It was never finished: nothing was accepted yet.
    Nothing,
    Ours(Mark),
    Foreign,
}

/// How a file ends.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    Whole,
    /// The last frame was not finished: it begins here.
    Torn(usize),
    /// A frame is damaged that others follow: it begins here.
    Damaged(usize),
}

impl Mark {
    /// The head of a file with this mark.
    pub(super) fn head(self) -> Vec<u8> {
        [MAGIC, self.0].concat()
    }

    /// A frame that holds `records`.
    pub(super) fn frame(self, records: &[Record]) -> Vec<u8> {
        let mut frame = vec![0; FRAME_HEAD];
        records.iter().for_each(|record| record.write(&mut frame));
        let length = u32::try_from(frame.len() - FRAME_HEAD).unwrap_or(u32::MAX).to_le_bytes();
        let crc = crc32([&length, &frame[FRAME_HEAD..]]).to_le_bytes();
        frame[..8].copy_from_slice(&self.0);
        frame[8..12].copy_from_slice(&length);
        frame[12..FRAME_HEAD].copy_from_slice(&crc);
        frame
    }

    /// The body of the frame at the start of `bytes`, if it is whole, and what follows it.
    fn open(self, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
        let (mark, bytes) = bytes.split_first_chunk::<8>()?;
        let (length, bytes) = bytes.split_first_chunk::<4>()?;
        let (crc, bytes) = bytes.split_first_chunk::<4>()?;
        let size = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (body, rest) = bytes.split_at_checked(size)?;
        let is_whole = *mark == self.0 && u32::from_le_bytes(*crc) == crc32([length, body]);
        is_whole.then_some((body, rest))
    }
}

/// Whose file it is that holds `bytes`.
pub(super) fn begin(bytes: &[u8]) -> Begin {
    let known = bytes.len().min(MAGIC.len());
    if bytes[..known] != MAGIC[..known] {
        return Begin::Foreign;
    }
    match bytes[known..].first_chunk() {
        Some(mark) => Begin::Ours(Mark(*mark)),
        None => Begin::Nothing,
    }
}

/// Reads the frames of a file behind its head, one record after the other.
///
/// Whatever follows a frame was written when that was safe on disk. So a frame that is not whole is
/// the last one, which nobody was promised; if a whole one follows, the disk has lost something.
pub(super) fn read(bytes: &[u8], mark: Mark, mut found: impl FnMut(Record)) -> End {
    let mut rest = &bytes[HEAD..];
    while !rest.is_empty() {
        let at = bytes.len() - rest.len();
        let Some((mut body, behind)) = mark.open(rest) else {
            let others = (1..rest.len()).any(|skip| mark.open(&rest[skip..]).is_some());
            return if others { End::Damaged(at) } else { End::Torn(at) };
        };
        while !body.is_empty() {
            // Its checksum is right, so this was not written by us, or by a later version.
            let Some(record) = Record::read(&mut body) else { return End::Damaged(at) };
            found(record);
        }
        rest = behind;
    }
    End::Whole
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::super::super::store::Change;
    use super::*;

    const MARK: Mark = Mark(*b"\x01mark\xff\x00\x07");

    fn record() -> impl Strategy<Value = Record> {
        let id = 0_u64..9;
        let entry = prop::collection::vec(any::<u8>(), 0..40).prop_map(Arc::from);
        let change = prop_oneof![
            (id.clone(), entry).prop_map(|(id, entry)| Change::Push { id, entry }),
            (id.clone(), 0_u32..9).prop_map(|(id, attempts)| Change::Tried { id, attempts }),
            id.clone().prop_map(|id| Change::SetAside { id }),
            id.clone().prop_map(|id| Change::PutBack { id }),
            id.clone().prop_map(|id| Change::Done { id }),
        ];
        prop_oneof![8 => change.prop_map(Record::Change), 1 => id.prop_map(Record::Next)]
    }

    fn frames() -> impl Strategy<Value = Vec<Vec<Record>>> {
        prop::collection::vec(prop::collection::vec(record(), 1..4), 0..6)
    }

    fn file(frames: &[Vec<Record>]) -> Vec<u8> {
        let mut bytes = MARK.head();
        frames.iter().for_each(|records| bytes.extend(MARK.frame(records)));
        bytes
    }

    fn read_all(bytes: &[u8]) -> (Vec<Record>, End) {
        let mut found = Vec::new();
        let end = read(bytes, MARK, |record| found.push(record));
        (found, end)
    }

    proptest! {
        #[test]
        fn s_fb_3_a_file_that_is_cut_anywhere_holds_what_was_finished_before(frames in frames()) {
            let bytes = file(&frames);
            for cut in HEAD..=bytes.len() {
                let whole = (0..=frames.len())
                    .rev()
                    .find(|&count| file(&frames[..count]).len() <= cut)
                    .unwrap();
                let at = file(&frames[..whole]).len();
                let (found, end) = read_all(&bytes[..cut]);
                prop_assert_eq!(found, frames[..whole].concat());
                prop_assert_eq!(end, if at == cut { End::Whole } else { End::Torn(at) });
            }
        }

        #[test]
        fn a_frame_that_is_damaged_is_no_torn_end_if_others_follow(
            frames in prop::collection::vec(prop::collection::vec(record(), 1..4), 2..5),
            at: usize,
            bit in 0..8,
        ) {
            let (mut bytes, last) = (file(&frames), file(&frames[..frames.len() - 1]).len());
            let at = HEAD + at % (last - HEAD);
            bytes[at] ^= 1_u8 << bit;
            let (_, end) = read_all(&bytes);
            prop_assert!(matches!(end, End::Damaged(begin) if begin <= at));
        }
    }

    #[test]
    fn an_entry_that_looks_like_a_frame_of_another_file_is_none() {
        let forged = Mark(*b"whatever").frame(&[Record::Change(Change::Done { id: 1 })]);
        let push = Record::Change(Change::Push { id: 1, entry: forged.into() });
        let mut bytes = file(&[vec![push.clone()]]);
        assert_eq!(read_all(&bytes), (vec![push], End::Whole));
        bytes.pop();
        assert_eq!(read_all(&bytes), (vec![], End::Torn(HEAD)));
    }

    #[test]
    fn a_head_that_is_cut_is_nothing_yet_and_another_one_is_not_ours() {
        let head = MARK.head();
        for cut in 0..HEAD {
            assert_eq!(begin(&head[..cut]), Begin::Nothing);
        }
        assert_eq!(begin(&head), Begin::Ours(MARK));
        assert_eq!(begin(b"SQLite format 3\0"), Begin::Foreign);
        assert_eq!(begin(b"x"), Begin::Foreign);
    }
}
