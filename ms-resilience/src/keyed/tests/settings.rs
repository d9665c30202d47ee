//! The settings themselves.

use std::time::Duration;

use super::super::KeysConfig;
use super::doors::MINUTE;
use super::keys;

#[test]
fn the_defaults_are_those_of_the_docs() {
    assert_eq!(KeysConfig::default(), keys(1000, 10 * MINUTE));
}

#[test]
fn s_15_no_key_at_all_and_no_time_are_refused() {
    let bad = [
        (KeysConfig::default().max_keys(0), "max_keys", "1 or more"),
        (KeysConfig::default().idle(Duration::ZERO), "idle", "longer than 0s"),
    ];
    for (config, field, allowed) in bad {
        let error = config.validate().unwrap_err();
        assert_eq!((error.field(), error.allowed()), (field, allowed));
    }
    assert!(keys(u32::MAX, Duration::MAX).validate().is_ok());
}

#[cfg(feature = "serde")]
#[test]
fn s_15_a_file_is_read_and_what_it_does_not_know_is_refused_with_its_line() {
    let read = |text| toml::from_str::<KeysConfig>(text);
    let config = keys(7, Duration::from_millis(90_500));
    assert_eq!(read("max_keys = 7\nidle = '1m 30s 500ms'").unwrap(), config);
    assert_eq!(toml::from_str::<KeysConfig>(&toml::to_string(&config).unwrap()).unwrap(), config);
    assert_eq!(read("").unwrap(), KeysConfig::default());

    let said = read("max_keys = 2\nhosts = 3").unwrap_err().to_string();
    assert!(said.contains("line 2") && said.contains("hosts"), "{said}");
    assert!(read("max_keys = -1").is_err() && read("idle = 'long'").is_err());
}
