//! Pure: how our names become those of Prometheus.

use ms_core::registry::{Metric, Value};

/// What Prometheus calls the type of `value`.
pub(super) const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Counter(_) => "counter",
        Value::Gauge(_) => "gauge",
        Value::Histogram(_) => "histogram",
    }
}

/// The name of `metric`, with its unit and what a counter ends with.
pub(super) fn name(metric: &Metric, value: &Value) -> String {
    let unit = match (metric.unit(), value) {
        ("s", _) => "_seconds",
        ("By", _) => "_bytes",
        ("1", Value::Gauge(_)) => "_ratio",
        _ => "",
    };
    let total = if matches!(value, Value::Counter(_)) { "_total" } else { "" };
    format!("{}{unit}{total}", plain(metric.name()))
}

/// Letters, digits and underscores, not beginning with a digit.
pub(super) fn plain(name: &str) -> String {
    let allowed = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let digit = name.starts_with(|c: char| c.is_ascii_digit());
    digit.then_some('_').into_iter().chain(name.chars().map(allowed)).collect()
}

/// The value of a label, between its quotes.
pub(super) fn quoted(value: &str) -> String {
    value.replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_and_counters_have_their_endings() {
        let wait = Metric::new("resilience.bulkhead.wait", "s", "");
        let share = Metric::new("resilience.share", "1", "");
        assert_eq!(name(&wait, &Value::Counter(0)), "resilience_bulkhead_wait_seconds_total");
        assert_eq!(name(&share, &Value::Gauge(0.5)), "resilience_share_ratio");
    }

    #[test]
    fn what_prometheus_does_not_allow_is_replaced() {
        assert_eq!(plain("5xx.rate-é"), "_5xx_rate__");
        assert_eq!(quoted("a\\b \"c\"\n"), r#"a\\b \"c\"\n"#);
    }

    proptest::proptest! {
        #[test]
        fn whatever_a_label_holds_stays_on_its_line_between_its_quotes(text: String) {
            let quoted = quoted(&text);
            proptest::prop_assert!(!quoted.contains('\n'));
            let unescaped = quoted.replace(r"\\", "").replace(r#"\""#, "");
            proptest::prop_assert!(!unescaped.contains('"'));
        }
    }
}
