//! The child: so many calls of one case, in a process of their own.

use crate::allocations;
use crate::cases;
use crate::trouble::Trouble;

/// Makes so many calls of the case called `name`, and says how many allocations that took, with
/// those of building the service.
///
/// # Errors
/// When there is no such case, or allocations are not counted.
pub fn take(name: &str, calls: u64) -> Result<u64, Trouble> {
    let case = cases::find(name);
    let case = case.ok_or_else(|| Trouble::Usage(format!("no case is called `{name}`")))?;
    allocations::ensure_counted()?;
    let before = allocations::so_far();
    (case.run)(calls);
    Ok(allocations::so_far() - before)
}
