//! A bulkhead for each key.

use std::pin::Pin;
use std::task::Poll;

use ms_core::availability::{Availability, Available};
use ms_core::clock::{Instant, now, sleep};
use ms_core::registry::{Command, Heard, Registry};
use ms_core::rejection::Rejection;
use ms_core::testing::laws;
use ms_core::testing::reading::value;
use ms_core::testing::wakes::Wakes;
use tower::{Layer, Service};

use super::super::{
    BulkheadConfig, BulkheadLayer, CALLS, CLOSED, FULL, IN_FLIGHT, KEYS, KeyedBulkhead,
    KeyedBulkheadLayer, KeyedBulkheadService, WAIT,
};
use super::{Handle, Inner, held, is, ms};
use crate::keyed::KeysConfig;

/// The tenant of a request is its last digit.
type Tenant = fn(&u32) -> u32;
type Keyed = KeyedBulkheadService<Inner, u32, Tenant>;
type Call = Pin<Box<<Keyed as Service<u32>>::Future>>;

fn per_tenant(config: &BulkheadConfig) -> KeyedBulkheadLayer<u32, Tenant> {
    let tenant: Tenant = |request| request % 10;
    BulkheadLayer::new("users", config).unwrap().per(tenant)
}

/// Bulkheads in a registry of their own, before a service whose answers are held.
struct Stand {
    registry: Registry,
    service: Keyed,
    handle: KeyedBulkhead<u32>,
    inner: Handle,
}

impl Stand {
    fn new(config: &BulkheadConfig, keys: &KeysConfig) -> Self {
        let registry = Registry::new();
        let layer = per_tenant(config).keys(keys).unwrap().registry(&registry);
        let (probe, inner) = held();
        Self { registry, service: layer.layer(probe), handle: layer.handle(), inner }
    }

    fn call(&mut self, request: u32) -> Call {
        assert!(Wakes::new().poll_ready(&mut self.service).is_ready());
        Box::pin(self.service.call(request))
    }

    fn pending(&mut self, request: u32) -> Call {
        let mut call = self.call(request);
        assert!(Wakes::new().poll(call.as_mut()).is_pending());
        call
    }

    /// What a call gives that is over at once.
    fn rejected(&mut self, request: u32) -> Result<u32, Rejection> {
        match Wakes::new().poll(self.call(request).as_mut()) {
            Poll::Ready(result) => result,
            Poll::Pending => panic!("it is not over"),
        }
    }

    /// How many calls of a tenant are in flight, and how many wait.
    fn counts(&self, tenant: u32) -> Option<(u32, u32)> {
        let seen = self.handle.get(&tenant)?.snapshot();
        Some((seen.in_flight, seen.waiting))
    }
}

/// One place for each tenant.
fn single() -> Stand {
    Stand::new(&BulkheadConfig::new(1), &KeysConfig::default())
}

fn names(registry: &Registry) -> Vec<String> {
    let policies = registry.policies();
    policies.iter().map(|policy| policy.voice().name().to_string()).collect()
}

#[tokio::test(start_paused = true)]
async fn s_10_a_bulkhead_for_each_key_keeps_the_laws() {
    laws::check(|| per_tenant(&BulkheadConfig::default()).registry(&Registry::new())).await;
}

#[tokio::test(start_paused = true)]
async fn s_10_a_bulkhead_for_each_key_where_all_share_one_keeps_the_laws() {
    let config = BulkheadConfig::new(1).max_queue(1000).max_wait(ms(60_000));
    let keys = KeysConfig::default().max_keys(1);
    // With one place for all services of the layer (S-9), one that hangs keeps out the others.
    let except = ["services_of_one_layer_live_apart"];
    let layer = || per_tenant(&config).keys(&keys).unwrap().registry(&Registry::new());
    laws::check_except(&except, layer).await;
}

#[tokio::test(start_paused = true)]
async fn s_bh_6_a_tenant_that_is_full_keeps_no_other_out() {
    let mut stand = single();
    let _first = stand.pending(1);
    let rejected = stand.rejected(11).unwrap_err();
    assert_eq!(
        rejected.to_string(),
        "bulkhead `users/1`: all places are taken (limit 1, in_flight 1, waiting 0)"
    );
    let _other = stand.pending(2);
    assert_eq!((stand.counts(1), stand.counts(2)), (Some((1, 0)), Some((1, 0))));
    assert_eq!(stand.inner.seen().calls, 2);
}

#[tokio::test(start_paused = true)]
async fn s_bh_6_each_tenant_has_a_queue_of_its_own() {
    let config = BulkheadConfig::new(1).max_queue(1);
    let mut stand = Stand::new(&config, &KeysConfig::default());
    let (first, mut second) = (stand.pending(1), stand.pending(11));
    assert!(is(&stand.rejected(21), &FULL));
    let (_other, waiting) = (stand.pending(2), stand.pending(12));
    assert_eq!((stand.counts(1), stand.counts(2)), (Some((1, 1)), Some((1, 1))));

    drop(first);
    stand.inner.release_all();
    assert!(matches!(Wakes::new().poll(second.as_mut()), Poll::Ready(Ok(11))));
    sleep(ms(100)).await;
    assert!(is(&waiting.await, &WAIT));
}

#[tokio::test(start_paused = true)]
async fn s_17_what_is_in_flight_or_waits_is_not_forgotten() {
    let config = BulkheadConfig::new(1).max_queue(1).max_wait(ms(600_000));
    let mut stand = Stand::new(&config, &KeysConfig::default().max_keys(2).idle(ms(1000)));
    let (_flies, _waits, flown) = (stand.pending(1), stand.pending(11), stand.pending(2));
    drop(flown);
    for _ in 0..10 {
        sleep(ms(1000)).await;
        assert!(names(&stand.registry).contains(&"users/1".to_owned()));
    }
    assert_eq!(names(&stand.registry), ["users", "users/1"]);
    drop((stand.pending(3), stand.pending(4)));
    assert_eq!(stand.counts(1), Some((1, 1)));
}

#[tokio::test(start_paused = true)]
async fn s_17_where_all_tenants_are_busy_the_next_ones_share_a_bulkhead() {
    let keys = KeysConfig::default().max_keys(2);
    let mut stand = Stand::new(&BulkheadConfig::new(1), &keys);
    let _busy = [stand.pending(1), stand.pending(2)];
    let shared = stand.pending(3);
    let rejected = stand.rejected(4).unwrap_err();
    assert!(rejected.is(&FULL) && rejected.name().as_str() == "users/(other)");
    assert_eq!(stand.handle.other().unwrap().snapshot().in_flight, 1);
    assert_eq!(value(&stand.registry, KEYS.overflowed.name(), &[]), Some(2.0));
    drop(shared);
    assert_eq!(stand.handle.other().unwrap().snapshot().in_flight, 0);
}

#[tokio::test(start_paused = true)]
async fn s_4_a_panic_of_the_key_of_a_call_holds_nothing() {
    let registry = Registry::new();
    let key = |request: &u32| {
        assert!(*request > 0, "as it was told");
        *request
    };
    let layer = BulkheadLayer::named("users").per(key).registry(&registry);
    let mut service = layer.layer(held().0);
    let call = std::panic::AssertUnwindSafe(|| drop(service.call(0)));
    std::panic::catch_unwind(call).unwrap_err();
    assert!(Wakes::new().poll_ready(&mut service).is_ready());
    let _call = service.call(1);
    assert_eq!(names(&registry), ["users", "users/1"]);
}

#[tokio::test(start_paused = true)]
async fn each_tenant_is_read_by_its_name_and_the_family_by_its_keys() {
    let mut stand = single();
    let _calls = [stand.pending(1), stand.pending(2)];
    stand.rejected(11).unwrap_err();
    let readings = stand.registry.readings();
    let of = |name: &str, metric: &str, labels: &[_]| {
        let mut fitting =
            readings.iter().filter(|reading| &*reading.name == name && reading.is(metric, labels));
        fitting.next().map(|reading| format!("{:?}", reading.value))
    };
    let full = [("outcome", "rejected_full")];
    assert_eq!(of("users/1", CALLS.name(), &full).unwrap(), "Counter(1)");
    assert_eq!(of("users/2", CALLS.name(), &full).unwrap(), "Counter(0)");
    assert_eq!(of("users/2", IN_FLIGHT.name(), &[]).unwrap(), "Gauge(1.0)");
    assert_eq!(of("users", KEYS.keys.name(), &[]).unwrap(), "Gauge(2.0)");
    assert!(of("users", CALLS.name(), &full).is_none());
    let described = stand.registry.get("bulkhead", "users").unwrap().described().to_string();
    assert_eq!(described, "bulkhead users: 1 at a time, for each of 1000 keys");
    assert_eq!(format!("{:?}", stand.handle), described);
}

#[tokio::test(start_paused = true)]
async fn s_16_new_limits_are_for_all_tenants_and_admit_those_who_wait() {
    let config = BulkheadConfig::new(1).max_queue(5);
    let mut stand = Stand::new(&config, &KeysConfig::default());
    let mut events = stand.registry.subscribe();
    let _calls = [stand.pending(1), stand.pending(11), stand.pending(2), stand.pending(12)];
    stand.handle.reconfigure(&config.max_concurrent(2)).unwrap();
    assert_eq!((stand.counts(1), stand.counts(2)), (Some((2, 0)), Some((2, 0))));
    let _third = [stand.pending(3), stand.pending(13), stand.pending(23)];
    assert_eq!(stand.counts(3), Some((2, 1)));

    let Some(Heard::Event(event)) = events.try_next() else { panic!("nothing was said") };
    assert_eq!(event.to_string(), "bulkhead users resized from=1 to=2");
    assert!(events.try_next().is_none());
}

#[tokio::test(start_paused = true)]
async fn s_17_a_tenant_that_was_given_limits_by_hand_keeps_them() {
    let keys = KeysConfig::default().max_keys(2).idle(ms(1000));
    let mut stand = Stand::new(&BulkheadConfig::new(1), &keys);
    drop((stand.pending(1), stand.pending(2)));
    let close = Command::reconfigure(BulkheadConfig::new(0));
    stand.registry.command("bulkhead", "users/1", &close).unwrap();
    for tenant in 3..9 {
        drop(stand.pending(tenant));
        sleep(ms(1000)).await;
    }
    assert!(is(&stand.rejected(1), &CLOSED));

    stand.handle.reconfigure(&BulkheadConfig::new(1)).unwrap(); // now it is one of many again
    drop(stand.pending(1));
    drop((stand.pending(3), stand.pending(4)));
    assert!(stand.handle.get(&1).is_none());
}

#[tokio::test(start_paused = true)]
async fn s_9_services_of_one_layer_share_its_bulkheads_unless_asked_otherwise() {
    let registry = Registry::new();
    let layer = per_tenant(&BulkheadConfig::new(1)).registry(&registry).name("orders");
    let (mut one, mut two) = (layer.layer(held().0), layer.clone().layer(held().0));
    let _first = one.call(1);
    assert!(is(&two.call(1).await, &FULL));
    assert_eq!(names(&registry), ["orders", "orders/1"]);

    let isolated = layer.isolated();
    let (mut one, mut two) = (isolated.layer(held().0), isolated.layer(held().0));
    let _calls = (one.call(1), two.call(1));
    let lists = [one.handle(), two.handle()].map(|handle| handle.list().len());
    assert_eq!(lists, [1, 1]);
    assert_eq!(names(&registry)[1..5], ["orders#2", "orders#2/1", "orders#3", "orders#3/1"]);
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_is_made_keyed_keeps_its_settings_its_name_and_its_place() {
    let registry = Registry::new();
    let config = BulkheadConfig::new(3).max_queue(4).max_wait(ms(5));
    let layer = BulkheadLayer::new("users", &config).unwrap().registry(&registry);
    let layer = layer.per(|request: &u32| *request);
    let keys = KeysConfig::default().max_keys(7);
    let handle = layer.keys(&keys).unwrap().handle();
    assert_eq!((handle.config(), handle.keys()), (config, keys));
    assert_eq!((names(&registry), &**handle.name()), (vec!["users".to_owned()], "users"));
}

#[test]
fn s_15_bounds_that_make_no_sense_are_refused_when_it_is_built() {
    let layer = per_tenant(&BulkheadConfig::default()).registry(&Registry::new());
    let error = layer.clone().keys(&KeysConfig::default().max_keys(0)).unwrap_err();
    assert_eq!((error.field(), error.allowed()), ("max_keys", "1 or more"));
    let handle = layer.handle();
    assert!(handle.reconfigure_keys(&KeysConfig::default().idle(ms(0))).is_err());
    assert!(handle.reconfigure(&BulkheadConfig::new(u32::MAX)).is_err());
    assert_eq!(
        (handle.config(), handle.keys()),
        (BulkheadConfig::default(), KeysConfig::default())
    );
}

#[test]
fn it_is_available_where_what_it_wraps_is() {
    #[derive(Clone)]
    struct Later(Instant);

    impl Available for Later {
        fn availability(&self, now: Instant) -> Availability {
            Availability::from_moment(self.0, now)
        }
    }

    let at = now() + ms(5);
    let service =
        per_tenant(&BulkheadConfig::default()).registry(&Registry::new()).layer(Later(at));
    assert_eq!(service.availability(now()), Availability::At(at));
}
