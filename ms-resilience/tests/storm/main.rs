//! Retry storms: many processes, one service that stops for a while, virtual time.
//!
//! Each process has a stack of its own, since a budget that is kept per process must hold however
//! many processes there are.
#![cfg(feature = "standard")]
#![allow(clippy::unwrap_used, reason = "a test whose help fails, fails")]

mod callers;
mod service;
mod stacks;

use callers::{Storm, goodput};
use stacks::{Process, budgeted, reserved, standard, unbudgeted};

const PROCESSES: [usize; 4] = [1, 10, 100, 500];
const SEEDS: [u64; 5] = [1, 2, 3, 4, 5];

/// Whether at least 95 % of the calls succeed that begin 10 s after the service is back.
fn recovers(seed: u64, processes: usize, stack: fn() -> Process) -> Result<(), String> {
    let share = goodput(Storm { seed, processes }, stack);
    let said = format!("{processes} processes, seed {seed}: {share:.3}");
    if share >= 0.95 { Ok(()) } else { Err(said) }
}

/// What did not recover of all numbers of processes and seeds.
fn drowned(processes: &[usize], stack: fn() -> Process) -> Vec<String> {
    let all = processes.iter().flat_map(|n| SEEDS.map(|seed| (seed, *n)));
    all.filter_map(|(seed, n)| recovers(seed, n, stack).err()).collect()
}

#[test]
fn s_rt_5_retries_paid_by_successes_let_the_service_recover_however_many_processes_there_are() {
    assert_eq!(drowned(&PROCESSES, budgeted), Vec::<String>::new());
}

#[test]
fn s_rt_5_the_whole_standard_stack_lets_the_service_recover() {
    assert_eq!(drowned(&PROCESSES, standard), Vec::<String>::new());
}

/// Or else the check could not fail.
#[test]
fn s_rt_5_retries_without_a_budget_keep_the_service_down() {
    assert_eq!(drowned(&PROCESSES, unbudgeted).len(), PROCESSES.len() * SEEDS.len());
}

/// A reserve per second grows with the number of processes.
#[test]
fn s_rt_5_a_reserve_for_each_process_keeps_the_service_down_where_there_are_many() {
    assert_eq!(drowned(&[100, 500], reserved).len(), 2 * SEEDS.len());
}
