//! `house` holds the code of this workspace to the rules of the house.
//!
//! ```text
//! house check      [--root DIR]    faces, imports, arrows, sizes, forbidden words, weights
//! house semantics  [--root DIR]    docs/semantics.md against the tests, both ways
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

use std::path::PathBuf;
use std::process::ExitCode;

use finding::Finding;
use workspace::Workspace;

const USAGE: &str = "usage: house check|semantics [--root DIR]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (command, root) = match arguments[..] {
        [command] => (command, PathBuf::from(".")),
        [command, "--root", root] => (command, PathBuf::from(root)),
        _ => return trouble(USAGE),
    };
    let workspace = match Workspace::load(&root) {
        Ok(workspace) => workspace,
        Err(error) => return trouble(&error.to_string()),
    };
    match command {
        "check" => report("check", &workspace, check::findings(&workspace)),
        "semantics" => report("semantics", &workspace, semantics::compare::findings(&workspace)),
        _ => trouble(USAGE),
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
