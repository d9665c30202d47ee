//! Checks what a call costs against its budget: see the README of this package.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that reports")]

use std::alloc::System;
use std::env::args;
use std::process::ExitCode;

use ms_benches::cases;
use ms_benches::measurement::measure;
use ms_benches::options::Options;
use ms_benches::profile::ensure_release;
use ms_benches::report::Report;
use ms_benches::sample;
use ms_benches::trouble::Trouble;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const OVER: u8 = 1;
const NOT_MEASURED: u8 = 2;

fn main() -> ExitCode {
    match Options::parse(args().skip(1)).and_then(follow) {
        Ok(code) => code,
        Err(trouble) => {
            eprintln!("budgets: {trouble}");
            ExitCode::from(NOT_MEASURED)
        }
    }
}

fn follow(options: Options) -> Result<ExitCode, Trouble> {
    ensure_release()?;
    match options {
        Options::Check { only, json } => check(&only, json),
        Options::Measure { case, calls } => {
            println!("{}", sample::take(&case, calls)?);
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn check(only: &str, json: bool) -> Result<ExitCode, Trouble> {
    let mut report = Report::default();
    for case in cases::all().filter(|case| case.name.starts_with(only)) {
        report.add(case, measure(case)?);
    }
    if report.is_empty() {
        return Err(Trouble::Usage(format!("no case is called `{only}…`")));
    }
    if json {
        println!("{:#}", report.json());
    } else {
        print!("{report}");
    }
    let over: Vec<_> = report.over().collect();
    if over.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("budgets: exceeded by {}", over.join(", "));
    Ok(ExitCode::from(OVER))
}
