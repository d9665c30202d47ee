//! What is known of one endpoint, to be looked at.

use std::fmt::{self, Write};

use ms_core::clock::Instant;
use ms_core::lease::Counter;
use ms_core::name::Name;
use ms_core::sync::{Mutex, lock};

use super::metric::Endings;

/// How much of the text of an error is kept, in bytes.
const LONGEST: usize = 200;

/// Whether calls go to an endpoint.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum EndpointStanding {
    /// All calls go there that no endpoint before it takes.
    Trusted,
    /// It was left: only now and then a call goes there to find out.
    Away,
    /// It has recovered, and gets a share of the calls that grows.
    Returning {
        /// From 0 to 1.
        share: f64,
    },
}

/// How an endpoint stands at one moment.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct EndpointSnapshot {
    /// What it is called.
    pub name: Name,
    /// Whether calls go there.
    pub standing: EndpointStanding,
    /// How it failed for the last time, if it ever did.
    pub last_failure: Option<LastFailure>,
}

/// How an endpoint failed for the last time.
///
/// ```
/// # use ms_core::availability::AlwaysAvailable;
/// # use ms_core::rejection::BoxError;
/// # use ms_resilience::failover::Failover;
/// # use tower::{ServiceExt, service_fn};
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), ms_core::config::ConfigError> {
/// let broken = service_fn(|_: u32| async { Err::<u32, BoxError>("out of paper".into()) });
/// let printers = Failover::named("printers", [AlwaysAvailable::new(broken)])?;
/// let handle = printers.handle();
/// printers.plain(|_: &u32| true).oneshot(7).await.unwrap_err();
/// let failure = handle.endpoints()[0].last_failure.clone().unwrap();
/// assert!(failure.text.contains("out of paper"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LastFailure {
    /// When.
    pub at: Instant,
    /// How, for a person: the beginning of what the error says.
    pub text: String,
}

/// What all calls share of one endpoint, but for how it stands.
#[derive(Debug)]
pub(super) struct Endpoint {
    pub(super) name: Name,
    pub(super) endings: Endings,
    pub(super) left: Counter,
    last: Mutex<Option<LastFailure>>,
}

impl Endpoint {
    pub(super) fn new(name: Name) -> Self {
        let (endings, left) = (Endings::default(), Counter::default());
        Self { name, endings, left, last: Mutex::new(None) }
    }

    /// It failed, as `how` says.
    pub(super) fn note(&self, at: Instant, how: &dyn fmt::Debug) {
        let failure = LastFailure { at, text: beginning(how) };
        // What was there is dropped after the lock is released.
        let _before = lock(&self.last).replace(failure);
    }

    pub(super) fn last_failure(&self) -> Option<LastFailure> {
        lock(&self.last).clone()
    }
}

fn beginning(how: &dyn fmt::Debug) -> String {
    let mut cut = Cut(String::new());
    // That there is more to say than there is room for is no failure.
    let _ = write!(cut, "{how:?}");
    cut.0
}

/// Takes as much text as there is room for.
struct Cut(String);

impl Write for Cut {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = LONGEST - self.0.len();
        if text.len() <= room {
            self.0.push_str(text);
            return Ok(());
        }
        let end = (0..=room).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
        self.0.push_str(&text[..end]);
        Err(fmt::Error)
    }
}

#[cfg(all(test, not(ms_loom)))]
mod tests {
    use ms_core::clock::now;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn s_fo_5_the_latest_failure_of_an_endpoint_is_kept_with_its_time() {
        let endpoint = Endpoint::new("eu".into());
        assert_eq!(endpoint.last_failure(), None);
        let at = now();
        endpoint.note(at, &format_args!("too late"));
        endpoint.note(at, &format_args!("refused"));
        let text = "refused".to_owned();
        assert_eq!(endpoint.last_failure(), Some(LastFailure { at, text }));
    }

    proptest! {
        #[test]
        fn s_17_of_no_error_more_than_its_beginning_is_kept(parts: Vec<String>) {
            let whole = parts.concat();
            let kept = beginning(&format_args!("{}", parts.join("")));
            prop_assert!(whole.starts_with(&kept) && kept.len() <= LONGEST);
            prop_assert!(kept == whole || kept.len() > LONGEST - 4);
        }
    }
}
