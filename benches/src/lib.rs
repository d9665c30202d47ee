//! What a call costs, beside the peers, against its budget.
//!
//! `README.md` says how to read the table and how to add a case. From top to bottom:
//!
//! ```text
//! bin/budgets ─ options
//!   ├─ report ─ verdict ─ budget           what it means
//!   ├─ measurement ─ callgrind             the parent: three runs, two differences
//!   └─ sample ─ cases/ ─ {drive, inner}    the child: so many calls of one case
//! ```

pub mod allocations;
pub mod budget;
pub mod callgrind;
pub mod case;
pub mod cases;
pub mod drive;
pub mod inner;
pub mod measurement;
pub mod options;
pub mod per_call;
pub mod profile;
pub mod report;
pub mod sample;
pub mod trouble;
pub mod verdict;
