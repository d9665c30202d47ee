//! Settings, given and changed.

use std::time::Duration;

use ms_core::registry::{Command, CommandError};
use ms_core::testing::probe::Answer;

use super::super::{EndpointStanding, Failover, FailoverConfig, IfNoneAvailable};
use super::{Endpoint, Stand, config, ms, stand};
use crate::budget::{Budget, BudgetConfig, Funded};

#[test]
fn the_defaults_are_those_of_the_docs() {
    let FailoverConfig { patience, failures, return_over, sticky, .. } = FailoverConfig::default();
    assert_eq!((patience, failures), (ms(100), 5));
    assert_eq!((return_over, sticky), (ms(30_000), false));
    let FailoverConfig { if_none_available, keep, budget, .. } = FailoverConfig::default();
    assert_eq!(if_none_available, IfNoneAvailable::TryFirst);
    assert_eq!((keep, budget), (65_536, BudgetConfig::default()));
}

#[test]
fn s_15_settings_that_make_no_sense_are_refused_when_it_is_built() {
    let good = FailoverConfig::default();
    let day = Duration::from_secs(24 * 60 * 60);
    let bad = [
        (good.clone().failures(0), "failures", "between 1 and 1000"),
        (good.clone().failures(1001), "failures", "between 1 and 1000"),
        (good.clone().return_over(ms(9)), "return_over", "between 10ms and 1day"),
        (good.clone().return_over(day + ms(1)), "return_over", "between 10ms and 1day"),
        (
            good.clone().budget(Funded::default().cap(0.0)),
            "budget.funded.cap",
            "between 1 and 10000",
        ),
    ];
    let endpoints = || stand().users.shared().templates.again().instance(0);
    for (config, field, allowed) in bad {
        let error = Failover::new("users", &config, [endpoints()]).unwrap_err();
        assert_eq!((error.field(), error.allowed()), (field, allowed));
    }
    let least = good.clone().failures(1).return_over(ms(10)).patience(Duration::ZERO).keep(0);
    let most = good.failures(1000).return_over(day).patience(Duration::MAX);
    assert!(least.validate().is_ok() && most.validate().is_ok());
}

#[test]
fn s_15_a_failover_has_one_to_sixteen_endpoints() {
    let over = |endpoints: usize| {
        let endpoint = stand().users.shared().templates.instance(0);
        Failover::<Endpoint>::named("users", vec![endpoint; endpoints]).err()
    };
    for count in [0, 17] {
        let error = over(count).unwrap();
        let said = format!("`endpoints` is {count}, but must be 1 to 16");
        assert_eq!(error.to_string(), said);
    }
    assert!(over(1).is_none() && over(16).is_none());
}

#[tokio::test(start_paused = true)]
async fn the_last_of_sixteen_endpoints_is_reached() {
    let stand = Stand::new(&config(), 16);
    (0..15).for_each(|index| stand.breaks(index));
    assert_eq!(stand.said(2).await, "Ok(15)");
    stand.breaks(15);
    assert_eq!(stand.said(2).await, "Err(Broken(0))");
    assert_eq!(stand.calls(), [2; 16]);
}

#[cfg(feature = "serde")]
#[test]
fn s_15_a_file_is_read_and_what_it_does_not_know_is_refused_with_its_line() {
    let read = |text| toml::from_str::<FailoverConfig>(text);
    let text = "
        patience = '50ms'
        failures = 3
        return_over = '1m'
        sticky = true
        if_none_available = 'reject'
        keep = 1024
        [budget.funded]
        cap = 20.0";
    let config = FailoverConfig::default()
        .patience(ms(50))
        .failures(3)
        .return_over(ms(60_000))
        .sticky(true)
        .if_none_available(IfNoneAvailable::Reject)
        .keep(1024)
        .budget(Funded::default().cap(20.0));
    assert_eq!(read(text).unwrap(), config);
    let written = toml::to_string(&config).unwrap();
    assert_eq!(toml::from_str::<FailoverConfig>(&written).unwrap(), config);
    assert_eq!(read("").unwrap(), FailoverConfig::default());

    let said = read("failures = 2\nretries = 3").unwrap_err().to_string();
    assert!(said.contains("line 2") && said.contains("retries"), "{said}");
    let said = read("patience = 'soon'").unwrap_err().to_string();
    assert!(said.contains("patience = 'soon'"), "{said}");
    assert!(read("if_none_available = 'wait'").is_err());
}

#[tokio::test(start_paused = true)]
async fn s_16_a_running_failover_takes_new_settings_and_keeps_how_its_endpoints_stand() {
    let stand = stand();
    stand.breaks(0);
    for _ in 0..5 {
        stand.call(2).await.unwrap();
    }
    let config = config().failures(2).patience(ms(7)).budget(Funded::default().cap(20.0));
    let told = Command::reconfigure(config.clone());
    stand.registry.command("failover", "users", &told).unwrap();

    assert_eq!((stand.handle.config(), stand.standing(0)), (config, EndpointStanding::Away));
    assert_eq!(stand.handle.budget().snapshot().limit, 20.0);
    stand.breaks(1);
    stand.call(2).await.unwrap();
    stand.call(2).await.unwrap();
    assert_eq!(stand.standing(1), EndpointStanding::Away);
}

#[tokio::test(start_paused = true)]
async fn s_16_a_reload_that_is_refused_leaves_the_old_settings_in_force() {
    let stand = stand();
    let before = stand.handle.config();
    let bad = [config().failures(0), config().budget(Funded::default().cap(-1.0))];
    for bad in bad {
        let told = Command::reconfigure(bad.clone());
        let refused = stand.registry.command("failover", "users", &told);
        assert!(matches!(refused, Err(CommandError::Refused(_))));
        assert!(stand.handle.reconfigure(&bad).is_err());
        assert_eq!(stand.handle.config(), before);
    }
}

#[tokio::test(start_paused = true)]
async fn s_16_a_budget_that_was_given_keeps_its_settings() {
    let stand = stand();
    let budget = Budget::new(Funded::default().cap(3.0)).unwrap();
    let users = stand.users.clone().budget(budget);
    stand.handle.reconfigure(&config()).unwrap();
    assert_eq!(users.handle().budget().snapshot().limit, 3.0);
}

#[tokio::test(start_paused = true)]
async fn what_a_call_waits_for_is_a_setting_that_can_change() {
    let stand = stand();
    stand.endpoints[0].not_ready();
    stand.handle.reconfigure(&config().patience(ms(700))).unwrap();
    let start = ms_core::clock::now();
    stand.call(2).await.unwrap();
    assert_eq!(ms_core::clock::now() - start, ms(700));
}

#[tokio::test(start_paused = true)]
async fn a_failover_that_is_built_further_keeps_its_name_and_its_endpoints() {
    let stand = stand();
    stand.says(0, || Answer::ready(70));
    let Stand { registry, users, handle, .. } = stand;
    drop(handle);
    let users = users.endpoint_names(["eu", "us", "ap"]).unwrap();
    let handle = users.handle();
    assert_eq!((handle.name().as_str(), registry.policies().len()), ("users", 1));
    let names: Vec<_> = handle.endpoints().into_iter().map(|e| e.name.to_string()).collect();
    assert_eq!(names, ["eu", "us", "ap"]);

    drop(handle);
    let users = users.name("clients");
    assert_eq!(users.handle().name().as_str(), "clients");
    assert_eq!(tower::ServiceExt::oneshot(users, 2).await.unwrap(), 70);
}
