//! The store in a file, through its public names.

use std::collections::BTreeSet;
use std::fs;
use std::pin::pin;
use std::string::FromUtf8Error;
use std::sync::Arc;
use std::sync::mpsc::channel;

use ms_core::registry::Registry;
use ms_core::testing::probe::{Answer, Probe};
use ms_core::verdict::Errors;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::super::super::codec::Codec;
use super::super::super::config::QueueConfig;
use super::super::super::handle::Queue;
use super::super::super::store::{Change, Store, StoreError};
use super::super::backlog::Backlog;
use super::super::log::Log;
use super::super::store::{FileStore, Order, write};
use super::{Folder, length, push};

#[tokio::test]
async fn what_was_written_is_there_when_the_file_is_opened_again() {
    let folder = Folder::new();
    let store = FileStore::open(folder.file()).unwrap();
    store.write(push(0, b"one")).await.unwrap();
    store.write(push(1, b"two")).await.unwrap();
    store.write(Change::Done { id: 0 }).await.unwrap();
    let contents = store.load().unwrap();
    drop(store);
    assert_eq!(FileStore::open(folder.file()).unwrap().load().unwrap(), contents);
    assert_eq!((contents.next, &*contents.entries[0].entry), (2, b"two".as_slice()));
}

#[tokio::test]
async fn what_nobody_waits_for_is_written_all_the_same() {
    let folder = Folder::new();
    let store = FileStore::open(folder.file()).unwrap();
    for id in 0..100 {
        drop(store.write(push(id, b"an order")));
    }
    drop(store); // waits until all is written
    assert_eq!(FileStore::open(folder.file()).unwrap().load().unwrap().entries.len(), 100);
}

#[test]
fn what_comes_while_the_disk_is_busy_is_written_together() {
    let folder = Folder::new();
    let log = Log::open(folder.file(), 0).unwrap();
    let head = length(&folder.file());
    let (orders, given) = channel();
    let mut told: Vec<_> = (0..500)
        .map(|id| {
            let (tell, told) = oneshot::channel();
            orders.send(Order::Write(push(id, b"12345678"), tell)).unwrap();
            told
        })
        .collect();
    drop(orders);
    write(log, &given, &Backlog::new(usize::MAX).1);
    assert!(told.iter_mut().all(|told| told.try_recv().unwrap().is_ok()));
    // 21 bytes for each change, and 16 for the only frame.
    assert_eq!(length(&folder.file()) - head, 500 * 21 + 16);
}

#[test]
fn a_file_is_open_once_in_a_process_by_whatever_name() {
    let folder = Folder::new();
    let first = FileStore::open(folder.file()).unwrap();
    let other = folder.0.join(".").join("orders.queue");
    let error = FileStore::open(&other).unwrap_err();
    assert_eq!(error.to_string(), "the file is open in this process already");
    drop(first);
    assert!(FileStore::open(other).is_ok());
}

#[test]
fn a_file_that_cannot_be_opened_says_why() {
    let folder = Folder::new();
    let missing = FileStore::open(folder.0.join("missing").join("orders.queue")).unwrap_err();
    assert_eq!(missing.to_string(), "the folder of the file cannot be found");
    fs::create_dir(folder.file()).unwrap();
    let error = FileStore::open(folder.file()).unwrap_err();
    assert_eq!(error.to_string(), "the file cannot be opened");
    fs::remove_dir(folder.file()).unwrap();
    assert!(FileStore::open(folder.file()).is_ok());
}

type Write = fn(&String) -> Result<Vec<u8>, StoreError>;
type Read = fn(&[u8]) -> Result<String, FromUtf8Error>;

fn texts(store: FileStore) -> Queue<FileStore, Codec<Write, Read>> {
    let write: Write = |text| Ok(text.clone().into_bytes());
    let read: Read = |entry| String::from_utf8(entry.to_vec());
    let codec = Codec::new(write, read);
    Queue::registered(&Registry::new(), "texts", store, codec, &QueueConfig::default()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s_fb_3_a_queue_in_a_file_goes_on_where_it_was() {
    let folder = Folder::new();
    let queue = texts(FileStore::open(folder.file()).unwrap());
    let mut pushes = JoinSet::new();
    for number in 0..50 {
        let queue = queue.clone();
        pushes.spawn(async move { queue.push(format!("{number}").into_bytes()).await.unwrap().id });
    }
    let ids: BTreeSet<_> = pushes.join_all().await.into_iter().collect();
    assert_eq!(ids.len(), 50);
    drop(queue);

    let queue = texts(FileStore::open(folder.file()).unwrap());
    assert_eq!(queue.snapshot().waiting, 50);
    let (inner, handle) = Probe::new(|_: String| Answer::ready(()));
    let delivered = async {
        while queue.snapshot().waiting > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        ended = pin!(queue.drain(inner, Errors)) => panic!("{ended}"),
        () = delivered => {}
    }
    assert_eq!(handle.requests().len(), 50);
    drop(queue);
    let again = texts(FileStore::open(folder.file()).unwrap());
    assert_eq!((again.snapshot().waiting, again.push(vec![]).await.unwrap().id), (0, 50));
}

#[tokio::test]
async fn an_entry_that_was_set_aside_is_so_after_the_file_is_opened_again() {
    let folder = Folder::new();
    let queue = texts(FileStore::open(folder.file()).unwrap());
    queue.push(vec![0xFF]).await.unwrap(); // no text
    let (inner, _) = Probe::new(|_: String| Answer::ready(()));
    {
        let mut worker = pin!(queue.drain(inner, Errors));
        while queue.snapshot().aside == 0 {
            tokio::select! {
                biased;
                ended = &mut worker => panic!("{ended}"),
                () = tokio::task::yield_now() => {}
            }
        }
    }
    drop(queue);
    let queue = texts(FileStore::open(folder.file()).unwrap());
    let aside = queue.aside();
    assert_eq!((aside[0].attempts, Arc::clone(&aside[0].entry)), (1, Arc::from([0xFF].as_slice())));
    queue.put_back(aside[0].id).unwrap().await.unwrap();
    drop(queue);
    let queue = texts(FileStore::open(folder.file()).unwrap());
    assert_eq!((queue.snapshot().waiting, queue.snapshot().aside), (1, 0));
}
