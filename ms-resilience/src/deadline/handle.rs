//! The state that all services of one layer share, as the registry sees it.

use std::fmt;
use std::time::Duration;

use http::HeaderMap;
use ms_core::clock::{Instant, now};
use ms_core::http::headers::ignored;
use ms_core::lease::{Counter, Lease, Leases};
use ms_core::registry::{Anew, Burst, Command, CommandError, Metric, Policy, Readings, Voice};
use ms_core::rejection::{Reason, Rejection};
use ms_core::tally::{Outcome, Tally};

use super::config::DeadlineConfig;
use super::event;
use super::headers;
use super::reason::{EXCEEDED, EXPIRED};
use super::settings::Settings;
use super::share::Share;

/// Requests by how they ended.
pub const CALLS: Metric =
    Metric::new("resilience.deadline.calls", "{call}", "Requests by how they ended.");

/// Requests that had too little time and were served nevertheless.
pub const SPARED: Metric = Metric::new(
    "resilience.deadline.spared",
    "{call}",
    "Requests with too little time that were served: in the dark, or beyond the share.",
);

/// Deadline headers that made no sense.
pub const IGNORED_HEADERS: Metric = Metric::new(
    "resilience.deadline.ignored_headers",
    "{header}",
    "Deadline headers that were malformed, repeated or too long.",
);

/// What all services of a layer share.
#[derive(Debug)]
pub(super) struct Handle {
    leases: Leases<State, Tally<CallOutcome>>,
}

/// What all requests share.
#[derive(Debug)]
pub(super) struct State {
    voice: Voice,
    settings: Settings,
    share: Share,
    spared: Counter,
    ignored: Counter,
    refusals: Burst,
    excesses: Burst,
    faults: Burst,
}

/// How a request ended.
#[derive(Debug, Clone, Copy)]
pub(super) enum CallOutcome {
    Completed,
    Refused,
    Exceeded,
    Cancelled,
}

impl Outcome for CallOutcome {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Completed, "completed"),
        (Self::Refused, "refused"),
        (Self::Exceeded, "exceeded"),
        (Self::Cancelled, "cancelled"),
    ];
    const ABANDONED: Self = Self::Cancelled;

    fn index(self) -> usize {
        self as usize
    }
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Admission {
    /// It has this much time, or as much as it likes.
    Serve(Option<Duration>),
    /// So little is left that it is not worth beginning.
    Refuse(Duration),
}

impl Handle {
    /// A policy with a `config` that was validated.
    pub(super) fn new(voice: Voice, config: &DeadlineConfig) -> Self {
        let now = now();
        let state = State {
            voice,
            settings: Settings::new(config),
            share: Share::new(),
            spared: Counter::default(),
            ignored: Counter::default(),
            refusals: Burst::new(now),
            excesses: Burst::new(now),
            faults: Burst::new(now),
        };
        Self { leases: Leases::striped(state) }
    }

    pub(super) fn lease(&self) -> Lease<State, Tally<CallOutcome>> {
        self.leases.take()
    }
}

impl State {
    /// Decides on a request that brings `headers` at `now`.
    pub(super) fn admit(&self, headers: &HeaderMap, now: Instant) -> Admission {
        let settings = &self.settings;
        let given = headers::read(headers, settings.header(), |name, why| {
            ignored(name, why);
            self.ignored.count();
            if let Some(count) = self.faults.note(now) {
                event::header_ignored(&self.voice, count);
            }
        });
        self.share.see(settings.max_refused());
        let Some(given) = given else {
            return Admission::Serve(settings.unless_given());
        };
        if given >= settings.min_remaining() && !given.is_zero() {
            return Admission::Serve(Some(given.min(settings.max())));
        }
        if !settings.is_dark() && self.share.grant() {
            return Admission::Refuse(given);
        }
        self.spared.count();
        Admission::Serve(Some(settings.max()))
    }

    #[cold]
    pub(super) fn refuse(&self, remaining: Duration) -> Rejection {
        if let Some(count) = self.refusals.note(now()) {
            event::refused(&self.voice, count);
        }
        self.reject(&EXPIRED, remaining)
    }

    #[cold]
    pub(super) fn exceed(&self, given: Duration) -> Rejection {
        if let Some(count) = self.excesses.note(now()) {
            event::exceeded(&self.voice, count);
        }
        self.reject(&EXCEEDED, given)
    }

    fn reject(&self, reason: &'static Reason, time: Duration) -> Rejection {
        let millis = u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
        Rejection::new(reason, self.voice.name()).because([millis, 0, 0, 0])
    }
}

impl Policy for Handle {
    fn voice(&self) -> &Voice {
        &self.leases.shared().voice
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let config = self.leases.shared().settings.config();
        write!(f, "at most {:?}, at least {:?}", config.max, config.min_remaining)?;
        f.write_str(if config.dark { ", in the dark" } else { "" })
    }

    fn read(&self, out: &mut dyn Readings) {
        let state = self.leases.shared();
        Tally::read(&self.leases, &CALLS, Some(("side", "server")), out);
        out.counter(&SPARED, &[], state.spared.get());
        out.counter(&IGNORED_HEADERS, &[], state.ignored.get());
    }

    fn command(&self, command: &Command) -> Result<(), CommandError> {
        Ok(self.leases.shared().settings.change(command.settings()?)?)
    }
}

impl Anew for Handle {
    fn anew(&self, voice: Voice) -> Self {
        Self::new(voice, &self.leases.shared().settings.config())
    }
}
