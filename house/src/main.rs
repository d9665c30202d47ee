//! `house` holds the code of this workspace to the rules of the house.
//!
//! ```text
//! house check      [--root DIR]    faces, imports, arrows, sizes, forbidden words, weights
//! house semantics  [--root DIR]    docs/semantics.md against the tests, both ways
//!       semantics --write          writes its lists of tests, and the page of bugs, first
//! ```
//!
//! Every finding is one line, `path:line: rule: what`; the exit code is 1 if there is any.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program")]

mod attributes;
mod check;
mod finding;
mod graph;
mod imports;
mod modules;
mod outline;
mod place;
mod rules;
mod semantics;
mod source;
mod tokens;
mod workspace;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use finding::Finding;
use workspace::Workspace;

const USAGE: &str = "usage: house check|semantics [--write] [--root DIR]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let root = match arguments[..] {
        [.., "--root", root] => {
            arguments.truncate(arguments.len() - 2);
            PathBuf::from(root)
        }
        _ => PathBuf::from("."),
    };
    run(&arguments, &root).unwrap_or_else(|error| trouble(&error.to_string()))
}

fn run(arguments: &[&str], root: &Path) -> Result<ExitCode, Box<dyn Error>> {
    match arguments {
        ["check"] => {
            let workspace = Workspace::load(root)?;
            Ok(report("check", &workspace, check::findings(&workspace)))
        }
        ["semantics"] => {
            let workspace = Workspace::load(root)?;
            Ok(report("semantics", &workspace, semantics::compare::findings(&workspace)))
        }
        ["semantics", "--write"] => {
            semantics::write::write(&Workspace::load(root)?)?;
            run(&["semantics"], root)
        }
        _ => Ok(trouble(USAGE)),
    }
}

fn report(command: &str, workspace: &Workspace, mut findings: Vec<Finding>) -> ExitCode {
    findings.sort();
    findings.dedup();
    for finding in &findings {
        println!("{finding}");
    }
    let files = workspace.sources.len();
    println!("house {command}: {} findings in {files} files", findings.len());
    if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

fn trouble(what: &str) -> ExitCode {
    eprintln!("house: {what}");
    ExitCode::from(2)
}
