//! Whether this build is the one that budgets are about.

use tokio::runtime::Builder;

use crate::trouble::Trouble;

/// # Errors
/// When this was built without optimisation, or with tokio's `test-util`.
pub fn ensure_release() -> Result<(), Trouble> {
    if cfg!(debug_assertions) {
        return Err(Trouble::Profile("this is a debug build"));
    }
    if has_test_util() {
        return Err(Trouble::Profile("this build's tokio has the feature `test-util`"));
    }
    Ok(())
}

/// Asks the tokio that is linked in here, whoever turned the feature on.
#[allow(clippy::needless_borrow, reason = "needed where tokio lacks the method")]
fn has_test_util() -> bool {
    // A method of the type itself wins over that of a trait, where there is one.
    (&mut Builder::new_current_thread()).start_paused(true).is_there()
}

#[allow(dead_code, reason = "not asked where tokio has the method")]
trait WithoutTestUtil {
    fn start_paused(self, paused: bool) -> Missing;
}

impl WithoutTestUtil for &mut Builder {
    fn start_paused(self, _: bool) -> Missing {
        Missing
    }
}

struct Missing;

trait IsThere {
    fn is_there(&self) -> bool;
}

impl IsThere for Missing {
    fn is_there(&self) -> bool {
        false
    }
}

impl IsThere for Builder {
    fn is_there(&self) -> bool {
        true
    }
}
