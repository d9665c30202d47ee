//! Settings, given and changed.

use std::error::Error;
use std::time::Duration;

use ms_core::registry::{Command, CommandError, Registry};

use super::super::{MemoryStore, PushError, Queue, QueueConfig, QueueError};
use super::{Stand, ms, numbers};

#[test]
fn the_defaults_are_those_of_the_docs() {
    let config = QueueConfig::default();
    assert_eq!((config.max_entries, config.max_bytes), (10_000, 67_108_864));
    assert_eq!(
        (config.max_attempts, config.backoff, config.backoff_max),
        (10, ms(1000), ms(60_000))
    );
    assert_eq!(Stand::new(&config).queue.config(), config);
}

#[test]
fn s_15_settings_that_make_no_sense_are_refused_when_it_is_built() {
    let good = QueueConfig::default();
    for (config, field) in [
        (good.clone().max_entries(0), "max_entries"),
        (good.clone().max_bytes(0), "max_bytes"),
        (good.clone().max_attempts(0), "max_attempts"),
        (good.clone().backoff(Duration::ZERO), "backoff"),
        (good.backoff_max(ms(999)), "backoff_max"),
    ] {
        let built = Queue::registered(&Registry::new(), "a", MemoryStore, numbers(), &config);
        let error = built.unwrap_err();
        assert!(error.source().is_some());
        assert!(matches!(error, QueueError::Config(error) if error.field() == field));
    }
}

#[cfg(feature = "serde")]
#[test]
fn s_15_a_file_is_read_and_what_it_does_not_know_is_refused_with_its_line() {
    let read = |text| toml::from_str::<QueueConfig>(text);
    let config = QueueConfig::default().max_entries(7).backoff(ms(1500));
    assert_eq!(read("max_entries = 7\nbackoff = '1s 500ms'").unwrap(), config);
    let written = toml::to_string(&config).unwrap();
    assert_eq!(read(&written).unwrap(), config);
    let said = read("max_entries = 2\nretries = 3").unwrap_err().to_string();
    assert!(said.contains("line 2") && said.contains("retries"), "{said}");
}

#[tokio::test(start_paused = true)]
async fn s_16_a_running_queue_takes_new_settings_and_keeps_what_is_there() {
    let stand = Stand::new(&QueueConfig::default());
    for number in 1..=3 {
        stand.push(number).await;
    }
    let two = Command::reconfigure(QueueConfig::default().max_entries(2));
    stand.registry.command("fallback_queue", "orders", &two).unwrap();
    assert_eq!(stand.counts(), (3, 0));
    assert!(matches!(stand.queue.push(vec![]).await, Err(PushError::Full)));

    let bad = QueueConfig::default().max_attempts(0);
    let refused =
        stand.registry.command("fallback_queue", "orders", &Command::reconfigure(bad.clone()));
    assert!(
        matches!(refused, Err(CommandError::Refused(error)) if error.field() == "max_attempts")
    );
    assert!(stand.queue.reconfigure(&bad).is_err());
    assert_eq!(stand.queue.config().max_entries, 2);
}
