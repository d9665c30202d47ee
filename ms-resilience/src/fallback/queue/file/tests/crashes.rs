//! Whatever moment the process ends at, what was accepted is there.

use std::fs;

use ms_core::testing::recorder::Recorder;
use proptest::prelude::*;

use super::super::super::store::{Change, Contents};
use super::super::log::Log;
use super::{Folder, length, push};

fn change() -> impl Strategy<Value = Change> {
    let id = 0_u64..6;
    let entry = prop::collection::vec(any::<u8>(), 0..200);
    prop_oneof![
        4 => (id.clone(), entry).prop_map(|(id, entry)| push(id, &entry)),
        1 => (id.clone(), 0_u32..5).prop_map(|(id, attempts)| Change::Tried { id, attempts }),
        1 => id.clone().prop_map(|id| Change::SetAside { id }),
        1 => id.clone().prop_map(|id| Change::PutBack { id }),
        3 => id.prop_map(|id| Change::Done { id }),
    ]
}

fn batches() -> impl Strategy<Value = Vec<Vec<Change>>> {
    prop::collection::vec(prop::collection::vec(change(), 1..4), 1..25)
}

fn open(folder: &Folder, slack: u64) -> Log {
    Log::open(folder.file(), slack).unwrap()
}

/// By which a file is known: another one when it is written anew.
fn mark(folder: &Folder) -> Vec<u8> {
    fs::read(folder.file()).unwrap()[8..16].to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn s_fb_3_a_file_that_is_cut_or_written_anew_amounts_to_what_was_accepted(
        batches in batches(),
        slack in prop_oneof![Just(0_u64), Just(400), Just(u64::MAX)],
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 6),
    ) {
        let folder = Folder::new();
        let mut log = open(&folder, slack);
        // What the file amounted to at which length, since it was last written anew.
        let mut known: Vec<(u64, Contents)> = vec![(length(&folder.file()), log.contents())];
        for batch in batches {
            let before = mark(&folder);
            log.append(batch).unwrap();
            log.tidy_up();
            if mark(&folder) != before {
                known.clear();
            }
            known.push((length(&folder.file()), log.contents()));
        }
        drop(log);

        prop_assert_eq!(open(&folder, slack).contents(), known.last().unwrap().1.clone());
        let whole = fs::read(folder.file()).unwrap();
        let least = usize::try_from(known[0].0).unwrap();
        for cut in cuts {
            let cut = least + cut.index(whole.len() - least + 1);
            fs::write(folder.file(), &whole[..cut]).unwrap();
            // A crash while the file is written anew leaves this behind.
            fs::write(folder.file().with_extension("queue.new"), &whole[..cut / 2]).unwrap();
            let mut log = open(&folder, slack);
            let expected = known.iter().rev().find(|(at, _)| *at <= cut as u64).unwrap();
            prop_assert_eq!(log.contents(), expected.1.clone());

            // And it goes on from there.
            let id = log.contents().next;
            log.append(vec![push(id, b"after the crash")]).unwrap();
            drop(log);
            let contents = open(&folder, slack).contents();
            prop_assert_eq!(&*contents.entries.last().unwrap().entry, b"after the crash");
            prop_assert_eq!(contents.next, id + 1);
        }
    }
}

#[test]
fn a_file_is_written_anew_when_most_of_it_is_done_and_no_number_is_given_twice() {
    let folder = Folder::new();
    let mut log = open(&folder, 1000);
    log.append(vec![push(0, b"stays"), Change::Tried { id: 0, attempts: 2 }]).unwrap();
    log.append(vec![push(1, b"aside"), Change::SetAside { id: 1 }]).unwrap();
    let mut longest = 0;
    for id in 2..200 {
        log.append(vec![push(id, &[7; 50])]).unwrap();
        log.append(vec![Change::Done { id }]).unwrap();
        log.tidy_up();
        longest = longest.max(length(&folder.file()));
    }
    assert!(longest < 1800, "{longest} bytes for two entries");
    let contents = log.contents();
    drop(log);
    assert_eq!(open(&folder, 1000).contents(), contents);
    assert_eq!((contents.entries.len(), contents.next), (2, 200));
    assert_eq!((contents.entries[0].attempts, contents.entries[1].is_aside), (2, true));
}

#[test]
fn s_14_a_file_that_is_damaged_in_its_midst_is_refused_and_left_alone() {
    let folder = Folder::new();
    let mut log = open(&folder, 0);
    for id in 0..3 {
        log.append(vec![push(id, b"an order")]).unwrap();
    }
    drop(log);
    let mut bytes = fs::read(folder.file()).unwrap();
    bytes[40] ^= 1;
    fs::write(folder.file(), &bytes).unwrap();
    let error = Log::open(folder.file(), 0).unwrap_err();
    assert_eq!(error.to_string(), "the file is damaged");
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "at byte 16");
    assert_eq!(fs::read(folder.file()).unwrap(), bytes);
}

#[test]
fn what_is_cut_off_is_told() {
    let folder = Folder::new();
    let mut log = open(&folder, 0);
    log.append(vec![push(0, b"an order")]).unwrap();
    drop(log);
    let bytes = fs::read(folder.file()).unwrap();
    fs::write(folder.file(), &bytes[..bytes.len() - 1]).unwrap();
    let recorder = Recorder::start();
    assert!(open(&folder, 0).contents().entries.is_empty());
    assert_eq!(recorder.events("ms::fallback_queue")[0].field("bytes"), Some("36"));
    drop(open(&folder, 0));
    assert_eq!(recorder.events("ms::fallback_queue").len(), 1);
}

#[test]
fn a_file_of_somebody_else_is_refused_and_left_alone() {
    let folder = Folder::new();
    fs::write(folder.file(), "dear diary").unwrap();
    let error = Log::open(folder.file(), 0).unwrap_err();
    assert_eq!(error.to_string(), "the file is not one of a queue");
    assert_eq!(fs::read(folder.file()).unwrap(), b"dear diary");
}

#[test]
fn a_file_that_was_hardly_begun_is_begun_again() {
    let folder = Folder::new();
    drop(open(&folder, 0));
    let whole = fs::read(folder.file()).unwrap();
    for cut in 0..whole.len() {
        fs::write(folder.file(), &whole[..cut]).unwrap();
        let mut log = open(&folder, 0);
        log.append(vec![push(0, b"an order")]).unwrap();
        drop(log);
        assert_eq!(open(&folder, 0).contents().entries.len(), 1);
    }
}

#[test]
fn a_file_that_cannot_be_written_anew_goes_on_as_it_is() {
    let recorder = Recorder::start();
    let folder = Folder::new();
    let mut log = open(&folder, 0);
    let new = folder.file().with_extension("queue.new");
    fs::create_dir(&new).unwrap(); // stands in the way
    for id in 0..100 {
        log.append(vec![push(id, b"an order"), Change::Done { id }]).unwrap();
        log.tidy_up();
    }
    let told = recorder.events("ms::fallback_queue");
    assert!(!told.is_empty() && told.len() < 10, "{} times", told.len());
    fs::remove_dir(new).unwrap();
    let longest = length(&folder.file());
    log.append(vec![push(100, &[7; 10_000]), Change::Done { id: 100 }]).unwrap();
    log.tidy_up();
    assert!(length(&folder.file()) < longest);
    assert_eq!(log.contents().next, 101);
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_a_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    drop(open(&folder, 0));
    let mode = fs::metadata(folder.file()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
