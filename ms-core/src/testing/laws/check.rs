//! All laws at once.

use std::time::Duration;

use super::crowds::{
    a_clone_outlives_its_original, many_calls_at_once_all_finish, services_of_one_layer_live_apart,
};
use super::drive::caught;
use super::dropping::{
    a_dropped_future_drops_the_inner_one, a_dropped_service_drops_the_inner_one,
    an_unpolled_future_is_harmless,
};
use super::panics::{a_panic_in_call_unwinds, a_panic_in_poll_unwinds};
use super::passing::{
    an_answer_passes_unchanged, an_error_passes_unchanged, nothing_finishes_late,
};
use super::readiness::{
    a_clone_is_made_ready_anew, a_dropped_service_gives_its_permit_back,
    a_readiness_error_is_transient, an_idle_service_holds_no_permit, one_permit_is_enough,
    only_what_is_ready_is_called,
};
use super::subject::{TestedCloneLayer, TestedLayer};
use super::waking::{
    every_waiting_clone_is_woken, the_latest_waker_is_woken, who_waits_is_left_alone,
    who_waits_is_woken,
};
use crate::clock::now;

/// The names in a row, and a function that asks each law that is not among the exceptions.
macro_rules! laws {
    ($names:ident, $ask:ident, $bound:ident: $($law:ident)*) => {
        const $names: &[&str] = &[$(stringify!($law)),*];

        async fn $ask<L: $bound>(make: &impl Fn() -> L, except: &[&str]) -> Vec<String> {
            let mut found = Vec::new();
            $(if !except.contains(&stringify!($law)) {
                let outcome = caught($law(make)).await;
                found.extend(outcome.err().map(|text| named(stringify!($law), text)));
            })*
            found
        }
    };
}

laws! { FOR_ALL, ask_all, TestedLayer:
    an_answer_passes_unchanged
    an_error_passes_unchanged
    nothing_finishes_late
    only_what_is_ready_is_called
    one_permit_is_enough
    a_dropped_service_gives_its_permit_back
    a_readiness_error_is_transient
    who_waits_is_woken
    who_waits_is_left_alone
    the_latest_waker_is_woken
    a_dropped_future_drops_the_inner_one
    an_unpolled_future_is_harmless
    a_dropped_service_drops_the_inner_one
    a_panic_in_call_unwinds
    a_panic_in_poll_unwinds
    services_of_one_layer_live_apart
}

laws! { FOR_CLONES, ask_clones, TestedCloneLayer:
    a_clone_is_made_ready_anew
    an_idle_service_holds_no_permit
    every_waiting_clone_is_woken
    many_calls_at_once_all_finish
    a_clone_outlives_its_original
}

/// Asks all laws of the layers that `make` makes: one layer for each law.
///
/// # Panics
/// With every law that is broken and what was seen, and when the clock is not paused.
pub async fn check<L: TestedCloneLayer>(make: impl Fn() -> L) {
    report(&violations(make, &[]).await);
}

/// The same but for the laws of these names.
///
/// A fallback, for one, is there to answer for an error:
///
/// ```
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// use ms_core::testing::{laws, probe::ProbeError};
/// use ms_core::error::Error;
/// use tower::util::MapResultLayer;
///
/// type Outcome = Result<u32, Error<ProbeError>>;
/// let or_zero = |outcome: Outcome| Outcome::Ok(outcome.unwrap_or(0));
/// let except = ["an_error_passes_unchanged"];
/// laws::check_except(&except, || MapResultLayer::new(or_zero)).await;
/// # }
/// ```
///
/// # Panics
/// As [`check`] does, and when there is no law of such a name.
pub async fn check_except<L: TestedCloneLayer>(except: &[&str], make: impl Fn() -> L) {
    report(&violations(make, except).await);
}

/// The same for services that cannot be cloned, so without the laws on clones.
///
/// # Panics
/// As [`check`] does.
pub async fn check_unclonable<L: TestedLayer>(make: impl Fn() -> L) {
    require_paused();
    report(&ask_all(&make, &[]).await);
}

/// What breaks which law, in one sentence each that begins with the law's name.
///
/// # Panics
/// When the clock is not paused, and when there is no law of a name in `except`.
pub async fn violations<L: TestedCloneLayer>(make: impl Fn() -> L, except: &[&str]) -> Vec<String> {
    require_paused();
    for name in except {
        let known = FOR_ALL.contains(name) || FOR_CLONES.contains(name);
        assert!(known, "there is no law `{name}`");
    }
    let mut found = ask_all(&make, except).await;
    found.extend(ask_clones(&make, except).await);
    found
}

fn report(violations: &[String]) {
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

/// A panic of the layer itself does not name the law in which it happened.
fn named(law: &str, text: String) -> String {
    if text.starts_with(law) { text } else { format!("{law}: the layer panicked: {text}") }
}

/// Laws that wait an hour wait for nothing, but only where the clock stands still.
fn require_paused() {
    let start = now();
    std::thread::sleep(Duration::from_millis(1));
    assert!(now() == start, "the laws need `#[tokio::test(start_paused = true)]`");
}
