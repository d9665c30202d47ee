//! Authorization through its public names.

use ms_core::context::Context;
use ms_core::principal::Principal;
use ms_core::registry::{Registry, Value};
use ms_core::rejection::Rejection;
use ms_core::testing::laws;
use ms_core::testing::probe::{Answer, Probe};
use tower::{Layer, ServiceExt};

use super::{AuthorizeLayer, NOT_ALLOWED, Rule, UNKNOWN_CALLER};

fn known(scope: &str) -> Context {
    Context::new().with_principal(Principal::new("order", "jwt").with_scope(scope))
}

#[tokio::test(start_paused = true)]
async fn s_10_authorization_keeps_the_laws() {
    let layer = || AuthorizeLayer::new("users", Rule::scope("users:read"));
    known("users:read").scope(laws::check(layer)).await;
}

#[tokio::test]
async fn only_those_who_may_reach_the_service() {
    let registry = Registry::new();
    let layer = AuthorizeLayer::new("users", Rule::scope("users:read")).registry(&registry);
    let (probe, handle) = Probe::<u32, u32, Rejection>::with_error(Answer::ready);
    let users = layer.layer(probe);

    let allowed = known("users:read").scope(users.clone().oneshot(7)).await;
    let denied = known("orders:read").scope(users.clone().oneshot(8)).await.unwrap_err();
    let unknown = users.clone().oneshot(9).await.unwrap_err();

    assert_eq!(allowed.unwrap(), 7);
    assert!(denied.is(&NOT_ALLOWED) && unknown.is(&UNKNOWN_CALLER));
    assert_eq!(handle.requests(), [7]);
    let counts: Vec<_> = registry.readings().into_iter().map(|reading| reading.value).collect();
    assert_eq!(counts, [1, 1, 1].map(Value::Counter));
}

#[test]
fn a_rejection_does_not_say_which_rule_was_broken() {
    let rejection = Rejection::new(&NOT_ALLOWED, "users");
    assert_eq!(rejection.to_string(), "authorize `users`: the caller may not do this");
}
