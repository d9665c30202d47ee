//! The registry through its public names.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::{
    Anew, Command, CommandError, Field, Heard, Histogram, Keeper, Metric, Policy, Readings,
    Registry, Value, Voice,
};
use crate::config::ensure;
use crate::sync::{AtomicU64, Ordering};

const WAITS: Metric = Metric::new("test.door.waits", "s", "How long people waited.");
const LIMIT: Metric = Metric::new("test.door.limit", "1", "How many may wait.");

#[derive(Debug)]
struct Door {
    voice: Voice,
    limit: AtomicU64,
}

struct DoorConfig {
    limit: u64,
}

impl Policy for Door {
    fn voice(&self) -> &Voice {
        &self.voice
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} may wait", self.limit.load(Ordering::Relaxed))
    }

    fn read(&self, out: &mut dyn Readings) {
        out.gauge(&LIMIT, &[("state", "open")], 3.0);
        out.histogram(&WAITS, &[], &Histogram::default().read());
    }

    fn command(&self, command: &Command) -> Result<(), CommandError> {
        let limit = command.settings::<DoorConfig>()?.limit;
        ensure("limit", &limit, limit > 0, "1 or more")?;
        self.limit.store(limit, Ordering::Relaxed);
        Ok(())
    }
}

impl Anew for Door {
    fn anew(&self, voice: Voice) -> Self {
        Self { voice, limit: AtomicU64::new(self.limit.load(Ordering::Relaxed)) }
    }
}

fn keeper(name: &str) -> Keeper<Door> {
    Keeper::new("door", name, |voice| Door { voice, limit: AtomicU64::new(7) })
}

fn names(registry: &Registry) -> Vec<String> {
    registry.policies().iter().map(|policy| policy.described().to_string()).collect()
}

fn door(registry: &Registry, name: &str) -> Arc<Door> {
    registry.register("door", name, |voice| Arc::new(Door { voice, limit: AtomicU64::new(3) }))
}

#[test]
fn of_living_policies_with_one_name_each_has_the_lowest_free_number() {
    let registry = Registry::new();
    let (first, second, third) =
        (door(&registry, "users"), door(&registry, "users"), door(&registry, "users"));
    drop(second);
    let again = door(&registry, "users");
    let names = [&first, &again, &third].map(|door| door.voice.name().as_str().to_owned());
    assert_eq!(names, ["users", "users#2", "users#3"]);
}

#[test]
fn policies_of_another_kind_may_have_the_same_name() {
    let registry = Registry::new();
    let door = door(&registry, "users");
    let gate = registry
        .register("gate", "users", |voice| Arc::new(Door { voice, limit: AtomicU64::new(3) }));
    assert_eq!(door.voice.name(), gate.voice.name());
}

#[test]
fn what_is_dropped_is_neither_listed_nor_read() {
    let registry = Registry::new();
    let policy = door(&registry, "users");
    assert_eq!((registry.policies().len(), registry.readings().len()), (1, 2));
    drop(policy);
    assert_eq!((registry.policies().len(), registry.readings().len()), (0, 0));
    assert!(registry.get("door", "users").is_none());
}

#[test]
fn a_build_that_panics_gives_its_name_back() {
    let registry = Registry::new();
    let build = |_| -> Arc<Door> { panic!("no wood") };
    let failing = AssertUnwindSafe(|| registry.register("door", "users", build));
    catch_unwind(failing).unwrap_err();
    assert_eq!(door(&registry, "users").voice.name().as_str(), "users");
}

#[test]
fn a_build_may_ask_the_registry() {
    let registry = Registry::new();
    let inside = registry.clone();
    let policy = registry.register("door", "users", |voice| {
        assert!(inside.policies().is_empty());
        door(&inside, "users");
        Arc::new(Door { voice, limit: AtomicU64::new(3) })
    });
    assert_eq!(registry.policies().len(), 1);
    assert_eq!(policy.voice.name().as_str(), "users");
}

#[test]
fn a_policy_is_told_new_settings_and_refuses_bad_ones_by_name() {
    let registry = Registry::new();
    let policy = door(&registry, "users");
    let tell =
        |limit| registry.command("door", "users", &Command::reconfigure(DoorConfig { limit }));

    assert_eq!(tell(9), Ok(()));
    let Err(CommandError::Refused(refused)) = tell(0) else { panic!("accepted") };
    assert_eq!(refused.field(), "limit");
    let described = (&*policy as &dyn Policy).described().to_string();
    assert_eq!(described, "door users: 9 may wait");
}

#[test]
fn a_command_that_nobody_understands_says_so() {
    let registry = Registry::new();
    let _policy = door(&registry, "users");
    let tell = |name, command| registry.command("door", name, &command);

    assert_eq!(tell("users", Command::Reset), Err(CommandError::Unsupported("reset")));
    assert_eq!(tell("nobody", Command::Reset), Err(CommandError::Unknown));
    let wrong = tell("users", Command::reconfigure(7_u32));
    assert!(matches!(wrong, Err(CommandError::WrongSettings(name)) if name.contains("DoorConfig")));
}

#[test]
fn a_reading_says_whose_it_is_and_of_which_series() {
    let registry = Registry::new();
    let _policy = door(&registry, "users");
    let readings = registry.readings();
    let limit = readings.iter().find(|r| r.is("test.door.limit", &[("state", "open")])).unwrap();
    assert_eq!((limit.kind, limit.name.as_str()), ("door", "users"));
    assert_eq!(limit.value, Value::Gauge(3.0));
}

#[test]
fn who_subscribes_to_one_policy_hears_no_other() {
    let registry = Registry::new();
    let (users, orders) = (door(&registry, "users"), door(&registry, "orders"));
    let mut events = users.voice.subscribe();
    orders.voice.say("opened", &[]);
    users.voice.say("closed", &[]);
    let Some(Heard::Event(event)) = events.try_next() else { panic!("nothing heard") };
    assert_eq!((event.name.as_str(), event.what), ("users", "closed"));
    assert_eq!(events.try_next(), None);
}

#[test]
fn s_13_subscribers_hear_events_in_order_and_one_that_sleeps_is_told_what_it_missed() {
    let registry = Registry::new();
    let policy = door(&registry, "users");
    policy.voice.say("unheard", &[]);
    let mut awake = registry.subscribe();
    let mut asleep = registry.subscribe();

    for number in 0..2000_u64 {
        policy.voice.say("opened", &[("number", number.into())]);
        let Some(Heard::Event(event)) = awake.try_next() else { panic!("nothing heard") };
        assert_eq!((event.what, event.field("number")), ("opened", Some(&Field::Count(number))));
    }
    assert_eq!(asleep.try_next(), Some(Heard::Missed(2000 - 1024)));
}

#[test]
fn s_9_a_layer_lends_the_policy_that_it_registered_to_all_its_services() {
    let keeper = keeper("lent");
    let known = Registry::global().get("door", "lent").unwrap();
    assert_eq!(known.described().to_string(), "door lent: 7 may wait");
    let [one, two] = [keeper.lend(), keeper.clone().lend()];
    assert!(Arc::ptr_eq(&one, &two) && Arc::ptr_eq(&one, keeper.policy()));
    assert!(Registry::global().get("door", "lent#2").is_none());
}

#[test]
fn a_layer_that_is_named_and_moved_keeps_its_settings_and_leaves_nothing_behind() {
    let registry = Registry::new();
    let keeper = keeper("before").name("after").registry(&registry);
    assert_eq!(names(&registry), ["door after: 7 may wait"]);
    assert!(["before", "after"].iter().all(|name| Registry::global().get("door", name).is_none()));
    drop(keeper);
    assert_eq!(names(&registry), [""; 0]);
}

#[test]
fn s_16_a_layer_that_is_named_keeps_what_it_was_told() {
    let registry = Registry::new();
    let keeper = keeper("told").registry(&registry);
    registry.command("door", "told", &Command::reconfigure(DoorConfig { limit: 9 })).unwrap();
    let _keeper = keeper.name("named");
    assert_eq!(names(&registry), ["door named: 9 may wait"]);
}

#[test]
fn s_9_an_isolated_layer_lends_each_service_a_policy_of_its_own() {
    let registry = Registry::new();
    let keeper = keeper("apart").isolated().registry(&registry);
    let [one, two] = [keeper.lend(), keeper.lend()];
    let lent = [&one, &two].map(|policy| policy.voice.name().as_str());
    assert_eq!(lent, ["apart", "apart#2"]);
    drop(one);
    assert_eq!(names(&registry), ["door apart#2: 7 may wait"]);
}

#[test]
fn a_layer_that_is_named_or_moved_to_where_it_is_keeps_its_name() {
    let registry = Registry::new();
    let keeper = keeper("same").registry(&registry).name("same");
    assert_eq!(names(&registry), ["door same: 7 may wait"]);
    let _keeper = keeper.registry(&registry.clone());
    assert_eq!(names(&registry), ["door same: 7 may wait"]);
}

#[test]
fn s_9_a_policy_that_is_replaced_keeps_its_name_its_place_and_whether_it_is_isolated() {
    let registry = Registry::new();
    let other = |limit| move |voice| Door { voice, limit: AtomicU64::new(limit) };
    let keeper = keeper("replaced").registry(&registry).replace(other(1));
    assert_eq!(names(&registry), ["door replaced: 1 may wait"]);
    let isolated = keeper.isolated().replace(other(2));
    assert_eq!(names(&registry), [""; 0]);
    let _lent = isolated.lend();
    assert_eq!(names(&registry), ["door replaced: 2 may wait"]);
}
