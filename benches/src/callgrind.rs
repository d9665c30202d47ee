//! Runs this program again, under callgrind.

use std::env::{current_exe, temp_dir};
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Output, id};

use crate::drive::MEASURED;
use crate::trouble::Trouble;

/// What a run of many calls cost, with all that is the same for every number of calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Instructions.
    pub instructions: u64,
    /// Allocations.
    pub allocations: u64,
}

/// Makes `calls` calls of `case` in a process of their own.
///
/// # Errors
/// When valgrind is not there, or it or the case fails.
pub fn run(case: &str, calls: u64) -> Result<Counts, Trouble> {
    let profile = temp_dir().join(format!("ms-benches-{}.callgrind", id()));
    let output = start(case, calls, &profile).map_err(Trouble::Valgrind);
    let text = fs::read_to_string(&profile);
    let _ = fs::remove_file(&profile);

    let output = output?;
    if !output.status.success() {
        return Err(Trouble::Failed(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let text = text.map_err(|error| Trouble::Unreadable(error.to_string()))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let allocations = said.trim().parse().map_err(|_| Trouble::Unreadable(said.into_owned()))?;
    Ok(Counts { instructions: instructions(&text)?, allocations })
}

fn start(case: &str, calls: u64, profile: &Path) -> io::Result<Output> {
    Command::new("valgrind")
        .args(["--quiet", "--tool=callgrind"])
        .arg(format!("--toggle-collect={MEASURED}"))
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(current_exe()?)
        .args(["--measure", case, &calls.to_string()])
        .output()
}

/// Reads the sum out of a profile in callgrind's format.
fn instructions(profile: &str) -> Result<u64, Trouble> {
    let events = field(profile, "events:")?;
    let column = events.split_whitespace().position(|event| event == "Ir");
    let totals = field(profile, "totals:")?.split_whitespace();
    let total = column.and_then(|column| totals.clone().nth(column)?.parse().ok());
    match total {
        Some(0) => Err(Trouble::Unreadable(format!("no call of a function {MEASURED}"))),
        Some(total) => Ok(total),
        None => Err(Trouble::Unreadable(format!("no total of Ir in `events:{events}`"))),
    }
}

fn field<'a>(profile: &'a str, name: &str) -> Result<&'a str, Trouble> {
    let missing = || Trouble::Unreadable(format!("no line `{name}`"));
    profile.lines().find_map(|line| line.strip_prefix(name)).ok_or_else(missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROFILE: &str = "\
# callgrind format
version: 1
cmd: budgets --measure bare 1000
positions: line
events: Ir

fl=(1) drive.rs
fn=(1) ms_benches::drive::measured_call
64 7000

totals: 7000
";

    fn complaint(profile: &str) -> String {
        instructions(profile).unwrap_err().to_string()
    }

    #[test]
    fn the_total_of_a_profile_is_read() {
        assert_eq!(instructions(PROFILE).unwrap(), 7000);
    }

    #[test]
    fn instructions_are_found_among_other_events() {
        let text = "events: Dr Ir Dw\ntotals: 10 42 11\n";
        assert_eq!(instructions(text).unwrap(), 42);
    }

    #[test]
    fn a_profile_without_the_measured_function_is_no_zero() {
        let nothing = PROFILE.replace("totals: 7000", "totals: 0");
        assert!(complaint(&nothing).contains("no call of a function *measured_call*"));
    }

    #[test]
    fn what_is_no_profile_is_refused() {
        assert!(complaint("").contains("no line `events:`"));
        assert!(complaint("events: Ir\n").contains("no line `totals:`"));
        assert!(complaint("events: Dr\ntotals: 1\n").contains("no total of Ir"));
        assert!(complaint("events: Ir\ntotals: many\n").contains("no total of Ir"));
    }
}
