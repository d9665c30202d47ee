//! Durations in a configuration: any text is read, or refused with a reason.

use ms_resilience::timeout::TimeoutConfig;
use toml::{Table, Value};

/// A duration that is read can be written, and read again as the same; nothing panics.
pub fn durations(data: &[u8]) {
    let text = String::from_utf8_lossy(data).into_owned();
    let table = Table::from_iter([("limit".to_owned(), Value::String(text))]);
    match table.try_into::<TimeoutConfig>() {
        Ok(config) => {
            let _ = config.validate();
            let written = toml::to_string(&config).expect("a duration can be written");
            let again: TimeoutConfig = toml::from_str(&written).expect("and read again");
            assert_eq!(again, config);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
