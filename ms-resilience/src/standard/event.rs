//! What it tells.

/// Other settings are in force.
#[cold]
pub(super) fn reloaded(policy: &str) {
    tracing::info!(target: "ms::standard", policy, "new settings are in force");
}

/// Settings could not be read, or were refused.
#[cold]
pub(super) fn not_reloaded(policy: &str, error: &str) {
    tracing::warn!(target: "ms::standard", policy, error, "the settings stay as they are");
}
