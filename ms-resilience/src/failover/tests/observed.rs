//! What can be read of a failover, and what it tells.

use ms_core::availability::Availability;
use ms_core::clock::now;
use ms_core::registry::{Command, CommandError, Event, Events, Field, Heard, Policy};
use ms_core::rejection::Rejection;
use ms_core::testing::probe::Answer;
use ms_core::testing::reading::value;
use ms_core::testing::recorder::Recorder;
use std::sync::Arc;
use tokio::time::advance;

use super::super::{
    ENDPOINT_CALLS, ENDPOINT_LEFT, ENDPOINT_SHARE, EndpointStanding, IfNoneAvailable,
};
use super::{BAD, Error, FULL, Stand, config, ms, stand};

fn named() -> Stand {
    let Stand { registry, users, handle, endpoints, availability } = stand();
    drop(handle); // or its name is not free
    let users = users.endpoint_names(["eu", "us", "ap"]).unwrap();
    let handle = users.handle();
    Stand { registry, users, handle, endpoints, availability }
}

fn asked(stand: &Stand, endpoint: &str, outcome: &str) -> f64 {
    let labels = [("endpoint", endpoint), ("outcome", outcome)];
    value(&stand.registry, ENDPOINT_CALLS.name(), &labels).unwrap()
}

fn next(events: &mut Events) -> Arc<Event> {
    match events.try_next() {
        Some(Heard::Event(event)) => event,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn which_endpoint_answered_is_read_by_its_name() {
    let stand = named();
    stand.call(2).await.unwrap();
    stand.breaks(0);
    stand.call(2).await.unwrap();
    stand.says(0, || Answer::error(Rejection::new(&FULL, "eu")));
    stand.call(2).await.unwrap();
    stand.works(0);
    stand.endpoints[0].not_ready();
    stand.call(2).await.unwrap();

    let eu = ["answered", "failed", "rejected", "not_ready", "cancelled"];
    assert_eq!(eu.map(|outcome| asked(&stand, "eu", outcome)), [1.0, 1.0, 1.0, 1.0, 0.0]);
    assert_eq!(eu.map(|outcome| asked(&stand, "us", outcome)), [3.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(eu.map(|outcome| asked(&stand, "ap", outcome)), [0.0; 5]);
    assert_eq!((stand.counted("answered"), stand.counted("moved")), (1.0, 3.0));
}

#[tokio::test(start_paused = true)]
async fn how_endpoints_stand_is_read_as_their_share() {
    let stand = named();
    let read =
        |metric: &str, endpoint| value(&stand.registry, metric, &[("endpoint", endpoint)]).unwrap();
    assert_eq!(read(ENDPOINT_SHARE.name(), "eu"), 1.0);
    stand.breaks(0);
    for _ in 0..5 {
        stand.call(2).await.unwrap();
    }
    assert_eq!((read(ENDPOINT_SHARE.name(), "eu"), read(ENDPOINT_LEFT.name(), "eu")), (0.0, 1.0));
    stand.works(0);
    advance(ms(3000)).await;
    stand.call(2).await.unwrap();
    advance(ms(15_000)).await;
    assert_eq!(read(ENDPOINT_SHARE.name(), "eu"), 0.5);
    let share = EndpointStanding::Returning { share: 0.5 };
    assert_eq!((stand.standing(0), stand.standing(1)), (share, EndpointStanding::Trusted));
    assert_eq!(read(ENDPOINT_LEFT.name(), "us"), 0.0);
}

#[tokio::test(start_paused = true)]
async fn s_fo_5_how_each_endpoint_failed_last_is_read_from_the_handle() {
    let stand = stand();
    let start = now();
    stand.breaks(0);
    stand.says(1, || Answer::ready(BAD));
    stand.says(2, || Answer::error(Rejection::new(&FULL, "ap")));
    stand.call(2).await.unwrap_err();
    advance(ms(70)).await;
    stand.endpoints[1].not_ready();
    stand.call(2).await.unwrap_err();

    let failures: Vec<_> =
        stand.handle.endpoints().into_iter().map(|e| e.last_failure.unwrap()).collect();
    assert_eq!(failures[0].text, "Broken(0)");
    assert_eq!(failures[1].text, "not ready within 100ms");
    assert!(failures[2].text.contains("full"), "{}", failures[2].text);
    assert_eq!([0, 1, 2].map(|index| failures[index].at - start), [ms(70), ms(170), ms(170)]);
}

#[tokio::test(start_paused = true)]
async fn s_fo_5_the_errors_of_all_are_in_the_event() {
    let (stand, recorder) = (named(), Recorder::start());
    let mut events = stand.handle.subscribe();
    (0..3).for_each(|index| stand.breaks(index));
    stand.call(2).await.unwrap_err();
    stand.call(2).await.unwrap_err();
    advance(ms(1000)).await;
    stand.call(2).await.unwrap_err();

    let told = recorder.events("ms::failover");
    let failed: Vec<_> = told.iter().filter(|event| event.message() == "calls failed").collect();
    assert_eq!(failed[0].field("failures"), Some("eu: Broken(0); us: Broken(1); ap: Broken(2)"));
    let counts: Vec<_> = failed.iter().map(|event| event.field("count").unwrap()).collect();
    assert_eq!((counts, failed[0].field("last")), (vec!["1", "2"], Some("failed")));

    let event = std::iter::repeat_with(|| next(&mut events)).find(|e| e.what == "failed").unwrap();
    let read = ["count", "last", "asked"].map(|field| event.field(field).cloned().unwrap());
    assert_eq!(read, [Field::Count(1), Field::Word("failed"), Field::Count(3)]);
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_rejected_are_told_as_well() {
    let rejecting = config().if_none_available(IfNoneAvailable::Reject);
    let (stand, recorder) = (Stand::new(&rejecting, 1), Recorder::start());
    stand.shut(0, Availability::Closed);
    stand.call(2).await.unwrap_err();
    let told = recorder.events("ms::failover");
    let last = told.last().unwrap();
    assert_eq!((last.message(), last.field("last")), ("calls failed", Some("rejected")));
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_another_endpoint_would_not_mend_is_not_told() {
    let (stand, recorder) = (named(), Recorder::start());
    stand.says(0, || Answer::result(Err(Error::Final(0))));
    stand.call(2).await.unwrap_err();
    assert!(recorder.events("ms::failover").is_empty());
}

#[tokio::test(start_paused = true)]
async fn moving_on_is_told_at_most_once_a_second_and_with_how_many() {
    let (stand, recorder) = (named(), Recorder::start());
    let mut events = stand.handle.subscribe();
    stand.says(0, || Answer::result(Err(Error::NotSent(0))));
    for _ in 0..3 {
        stand.call(2).await.unwrap();
    }
    advance(ms(1000)).await;
    stand.call(2).await.unwrap();

    let told = recorder.events("ms::failover");
    let read = |event: usize| ["count", "from", "to"].map(|name| told[event].field(name).unwrap());
    assert_eq!((read(0), read(1)), (["1", "eu", "us"], ["3", "eu", "us"]));
    let event = next(&mut events);
    assert_eq!((event.what, event.field("to")), ("moved", Some(&Field::Count(2))));
}

#[tokio::test(start_paused = true)]
async fn leaving_and_returning_are_told_in_their_order() {
    let (stand, recorder) = (named(), Recorder::start());
    let mut events = stand.handle.subscribe();
    stand.shut(0, Availability::Closed);
    stand.call(2).await.unwrap();
    stand.shut(0, Availability::Now);
    advance(ms(3000)).await;
    stand.call(2).await.unwrap();
    advance(ms(30_000)).await;
    stand.call(2).await.unwrap();

    for what in ["left", "returns", "returned"] {
        let event = next(&mut events);
        assert_eq!((event.what, event.field("endpoint")), (what, Some(&Field::Count(1))));
    }
    let told = recorder.events("ms::failover");
    let texts = ["an endpoint is left", "an endpoint returns", "an endpoint has returned"];
    assert_eq!(told.iter().map(|event| event.message()).collect::<Vec<_>>(), texts);
    assert!(told.iter().all(|event| event.field("endpoint") == Some("eu")));
}

#[tokio::test(start_paused = true)]
async fn that_sticky_calls_stay_elsewhere_is_told() {
    let stand = Stand::new(&config().sticky(true).failures(1), 3);
    let (mut events, recorder) = (stand.handle.subscribe(), Recorder::start());
    stand.breaks(0);
    stand.call(2).await.unwrap();
    assert_eq!(next(&mut events).what, "left");
    let event = next(&mut events);
    assert_eq!((event.what, event.field("endpoint")), ("switched", Some(&Field::Count(2))));
    assert_eq!(recorder.events("ms::failover")[1].field("endpoint"), Some("2"));

    stand.handle.reset();
    let told = [next(&mut events), next(&mut events), next(&mut events)].map(|event| event.what);
    assert_eq!(told, ["moved", "returned", "switched"]);
}

#[tokio::test(start_paused = true)]
async fn s_13_a_subscriber_may_ask_the_failover_of_which_it_hears() {
    let stand = stand();
    stand.breaks(0);
    let mut events = stand.handle.subscribe();
    let handle = stand.handle.clone();
    let listener = tokio::spawn(async move {
        while let Some(Heard::Event(event)) = events.next().await {
            if event.what == "left" {
                return handle.endpoints()[0].standing;
            }
        }
        EndpointStanding::Trusted
    });
    for _ in 0..5 {
        stand.call(2).await.unwrap();
    }
    assert_eq!(listener.await.unwrap(), EndpointStanding::Away);
}

#[tokio::test(start_paused = true)]
async fn it_says_in_one_line_what_it_is() {
    let stand = named();
    let said = format!("{:?}", stand.handle);
    assert_eq!(said, "failover users: eu, then us, then ap; patience 100ms, back over 30s");
    let sticky = config().sticky(true).if_none_available(IfNoneAvailable::Reject);
    stand.handle.reconfigure(&sticky).unwrap();
    let policies = stand.registry.policies();
    let described = policies[0].described().to_string();
    assert_eq!(
        described,
        "failover users: eu, then us, then ap; patience 100ms, sticky, may reject"
    );
    assert!(format!("{:?}", stand.users).contains("eu, then us"));
}

#[tokio::test(start_paused = true)]
async fn it_is_reset_by_a_command_and_knows_no_other() {
    let stand = stand();
    stand.breaks(0);
    for _ in 0..5 {
        stand.call(2).await.unwrap();
    }
    stand.works(0);
    stand.registry.command("failover", "users", &Command::Reset).unwrap();
    assert_eq!(
        (stand.standing(0), stand.said(2).await),
        (EndpointStanding::Trusted, "Ok(0)".into())
    );
    let forced = stand.registry.command("failover", "users", &Command::ForceOpen);
    assert_eq!(forced, Err(CommandError::Unsupported("force open")));
}

#[tokio::test(start_paused = true)]
async fn what_its_parts_hold_can_be_printed() {
    let stand = stand();
    stand.endpoints[0].not_ready();
    let mut users = stand.users.clone();
    tower::ServiceExt::ready(&mut users).await.unwrap();
    let call = tower::Service::call(&mut users, 2);
    assert!(format!("{call:?}").starts_with("ResponseFuture"));
    let policy: &dyn Policy = &**stand.users.shared().keeper.policy();
    assert_eq!(policy.voice().kind(), "failover");
}
