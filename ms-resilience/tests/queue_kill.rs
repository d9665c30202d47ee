//! A queue in a file, whose process is killed at any moment.
//!
//! The test starts itself again as another process, which puts entries in and delivers them, and
//! kills that by `SIGKILL` (on Windows by `TerminateProcess`).
#![cfg(feature = "fallback")]
#![allow(clippy::unwrap_used, reason = "a test whose help fails, fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::env::{current_exe, temp_dir, var_os};
use std::fs;
use std::io::{BufRead, BufReader, Write, stdout};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio, id};

use ms_core::registry::Registry;
use ms_core::rejection::{BoxError, Rejection};
use ms_core::rng::Rng;
use ms_core::verdict::Errors;
use ms_resilience::fallback::queue::{Codec, FileStore, Queue, QueueConfig, Store, Stored};
use tokio::task::JoinSet;
use tower::service_fn;

const ROUNDS: u32 = 20;

/// Where the other process finds its file.
const FILE: &str = "MS_QUEUE_KILL_FILE";

/// How many are put in at a time, so that some of them are written together.
const WRITERS: usize = 8;

/// So small that the file is written anew many times.
const SLACK: u64 = 20_000;

#[test]
fn s_fb_3_nothing_that_was_accepted_is_lost_however_often_the_process_is_killed() {
    if let Some(file) = var_os(FILE) {
        return child(Path::new(&file));
    }
    let folder = Folder::new();
    let (mut accepted, mut delivered) = (BTreeMap::new(), BTreeSet::new());
    let chance = Rng::new();
    for round in 0..ROUNDS {
        let lines = 1 + chance.below(150);
        let killed = start(&folder.file());
        for word in listen(killed, lines) {
            match word {
                Word::Accepted(id, text) => {
                    let before = accepted.insert(id, text);
                    assert_eq!(before, None, "the number {id} was given twice");
                }
                Word::Delivered(text) => drop(delivered.insert(text)),
            }
        }
        let left = left(&folder.file());
        let ids: Vec<_> = left.iter().map(|stored| stored.id).collect();
        assert!(ids.is_sorted(), "round {round}: {ids:?}");
        for stored in &left {
            let text = String::from_utf8(stored.entry.to_vec()).unwrap();
            assert!(is_whole(&text), "round {round}: {} is torn", stored.id);
            let told = accepted.get(&stored.id);
            assert!(told.is_none_or(|told| *told == text), "round {round}: {}", stored.id);
        }
        let is_lost = |(id, text): &(&u64, &String)| {
            ids.binary_search(id).is_err() && !delivered.contains(*text)
        };
        let lost: Vec<_> = accepted.iter().filter(is_lost).map(|(id, _)| id).collect();
        assert!(lost.is_empty(), "round {round}: {lost:?} were accepted, and are lost");
    }
    assert!(accepted.len() > 100 && delivered.len() > 100, "nothing happened");
}

/// A folder of its own, gone with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = temp_dir().join(format!("ms-queue-kill-{}", id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("orders.queue")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A text by which it is seen whether all of it is there.
fn text(chance: &Rng) -> String {
    let number = chance.next_u64();
    let length = usize::try_from(number % 900).unwrap();
    format!("{number:016x}{}{number:016x}", "-".repeat(length))
}

fn is_whole(text: &str) -> bool {
    let number = u64::from_str_radix(&text[..16], 16).unwrap();
    text.ends_with(&format!("{number:016x}")) && text.len() as u64 == 32 + number % 900
}

/// What is in the file, which nobody has open.
fn left(file: &Path) -> Vec<Stored> {
    FileStore::with_slack(file, SLACK).unwrap().load().unwrap().entries
}

enum Word {
    Accepted(u64, String),
    Delivered(String),
}

fn start(file: &Path) -> Child {
    let name = "s_fb_3_nothing_that_was_accepted_is_lost_however_often_the_process_is_killed";
    Command::new(current_exe().unwrap())
        .args([name, "--exact", "--nocapture"])
        .env(FILE, file)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Listens to so many lines, kills the process while it goes on, and takes what it said before.
fn listen(mut child: Child, lines: u64) -> Vec<Word> {
    let mut said = BufReader::new(child.stdout.take().unwrap());
    let mut words = Vec::new();
    let mut heard = 0;
    loop {
        let mut line = String::new();
        let length = said.read_line(&mut line).unwrap();
        // The last line may have been cut: then nobody was told.
        if length == 0 || !line.ends_with('\n') {
            break;
        }
        let parts: Vec<_> = line.split_whitespace().collect();
        match parts[..] {
            ["accepted", id, text] => {
                words.push(Word::Accepted(id.parse().unwrap(), text.to_owned()));
            }
            ["delivered", text] => words.push(Word::Delivered(text.to_owned())),
            _ => continue,
        }
        heard += 1;
        if heard == lines {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(heard >= lines, "it ended by itself");
    words
}

/// The other process: puts entries in, and delivers them, until it is killed.
fn child(file: &Path) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .unwrap();
    let store = FileStore::with_slack(file, SLACK).unwrap();
    let config = QueueConfig::default().max_entries(60);
    let codec = Codec::new(
        |text: &String| Ok::<_, BoxError>(text.clone().into_bytes()),
        |entry: &[u8]| String::from_utf8(entry.to_vec()),
    );
    let queue = Queue::registered(&Registry::new(), "killed", store, codec, &config).unwrap();
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for _ in 0..WRITERS {
            let queue = queue.clone();
            tasks.spawn(async move {
                let chance = Rng::new();
                loop {
                    let text = text(&chance);
                    match queue.push(text.clone().into_bytes()).await {
                        Ok(receipt) => say(&format!("accepted {} {text}", receipt.id)),
                        Err(_) => tokio::task::yield_now().await,
                    }
                }
            });
        }
        let _ = queue.drain(service_fn(deliver), Errors).await;
    });
}

async fn deliver(text: String) -> Result<(), Rejection> {
    say(&format!("delivered {text}"));
    Ok(())
}

/// Said in one piece, and at once.
fn say(line: &str) {
    let mut out = stdout().lock();
    out.write_all(format!("{line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}
