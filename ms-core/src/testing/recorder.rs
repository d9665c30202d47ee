//! Records the `tracing` events of our targets, with their fields.
//!
//! ```
//! use ms_core::testing::recorder::Recorder;
//!
//! let recorder = Recorder::start();
//! tracing::warn!(target: "ms::retry", attempt = 2, "trying again");
//! tracing::warn!(target: "somebody::else", "not ours");
//!
//! let told = recorder.events("ms::retry");
//! assert_eq!((told[0].message(), told[0].field("attempt")), ("trying again", Some("2")));
//! assert_eq!(recorder.events("ms").len(), 1);
//! ```
//!
//! # Behaviour
//!
//! It hears what its own thread tells, from [`start`](Recorder::start) until it is dropped: with
//! `#[tokio::test]`, whose runtime has one thread, that is all tasks of the test and no other
//! test. Spans are not recorded.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{DefaultGuard, Interest, set_default};
use tracing::{Event, Level, Metadata, Subscriber};

/// The root of all our targets.
const ROOT: &str = "ms";

/// Records the events of our targets while it is alive.
#[derive(Debug)]
#[must_use = "it records until it is dropped"]
pub struct Recorder {
    told: Log,
    _guard: DefaultGuard,
}

type Log = Arc<Mutex<Vec<Traced>>>;

/// One recorded event.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Traced {
    /// Who told it, like `ms::retry`.
    pub target: &'static str,
    /// How bad it is.
    pub level: Level,
    /// What it says, by name; the text is the field `message`.
    pub fields: Vec<(&'static str, String)>,
}

impl Recorder {
    /// Records from now on.
    pub fn start() -> Self {
        let told = Log::default();
        let guard = set_default(Listener { told: Arc::clone(&told) });
        Self { told, _guard: guard }
    }

    /// The events of `target` and of the targets below it, in order.
    #[must_use]
    pub fn events(&self, target: &str) -> Vec<Traced> {
        let told = open(&self.told);
        told.iter().filter(|event| is_below(event.target, target)).cloned().collect()
    }
}

impl Traced {
    /// What the field `name` says.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(have, _)| *have == name).map(|(_, text)| text.as_str())
    }

    /// The text; empty if there is none.
    #[must_use]
    pub fn message(&self) -> &str {
        self.field("message").unwrap_or_default()
    }
}

fn open(log: &Log) -> MutexGuard<'_, Vec<Traced>> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_below(target: &str, root: &str) -> bool {
    target.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

struct Listener {
    told: Log,
}

impl Subscriber for Listener {
    /// Tests run side by side, and each has its own listener: no answer may be kept for all.
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && is_below(metadata.target(), ROOT)
    }

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields(Vec::new());
        event.record(&mut fields);
        let metadata = event.metadata();
        let (target, level) = (metadata.target(), *metadata.level());
        open(&self.told).push(Traced { target, level, fields: fields.0 });
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Fields(Vec<(&'static str, String)>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.push((field.name(), format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push((field.name(), value.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_recorded_in_order_and_as_it_reads() {
        let recorder = Recorder::start();
        tracing::debug!(target: "ms::timeout", name = "users", after = ?[1], share = 0.5, "late");
        tracing::error!(target: "ms::timeout::body", "dripping");

        let told = recorder.events("ms::timeout");
        assert_eq!((told[0].level, told[0].target), (Level::DEBUG, "ms::timeout"));
        let fields = ["name", "after", "share", "none"].map(|name| told[0].field(name));
        assert_eq!(fields, [Some("users"), Some("[1]"), Some("0.5"), None]);
        assert_eq!((told[0].message(), told[1].message()), ("late", "dripping"));
    }

    #[test]
    fn a_target_that_only_begins_alike_is_another() {
        let recorder = Recorder::start();
        tracing::info!(target: "ms::retry_budget", "empty");
        tracing::info!(target: "msp", "not ours");
        assert!(recorder.events("ms::retry").is_empty());
        assert_eq!(recorder.events("ms").len(), 1);
    }

    #[test]
    fn what_another_thread_tells_is_not_heard() {
        let recorder = Recorder::start();
        std::thread::spawn(|| tracing::info!(target: "ms::retry", "elsewhere")).join().unwrap();
        assert!(recorder.events("ms").is_empty());
    }
}
