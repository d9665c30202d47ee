//! Why nothing could be measured.

use std::error::Error;
use std::fmt;
use std::io;

/// Why nothing could be measured.
#[derive(Debug)]
#[non_exhaustive]
pub enum Trouble {
    /// The command line makes no sense.
    Usage(String),
    /// This build is not the one that budgets are about.
    Profile(&'static str),
    /// The program has not installed the counting allocator.
    NotCounting,
    /// Valgrind cannot be started.
    Valgrind(io::Error),
    /// Valgrind, or the case in it, failed: this is what it said.
    Failed(String),
    /// What came back is not what was expected.
    Unreadable(String),
    /// One case could not be measured.
    Case(&'static str, Box<Trouble>),
    /// Two equal numbers of calls cost different amounts.
    Unsteady {
        /// Of what.
        what: &'static str,
        /// The first number of calls.
        first: u64,
        /// The second number of calls, as large.
        second: u64,
    },
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(what) => f.write_str(what),
            Self::Profile(what) => write!(f, "{what}: budgets are measured by `just budgets`"),
            Self::NotCounting => f.write_str("the counting allocator is not installed"),
            Self::Valgrind(error) => {
                write!(f, "valgrind cannot be started ({error}): install it, nothing was checked")
            }
            Self::Failed(output) => write!(f, "the measured program failed:\n{output}"),
            Self::Unreadable(what) => write!(f, "not the output that was expected: {what}"),
            Self::Case(case, trouble) => write!(f, "{case}: {trouble}"),
            Self::Unsteady { what, first, second } => {
                write!(f, "{what} do not repeat: {first}, then {second} for as many calls")
            }
        }
    }
}

impl Error for Trouble {}
