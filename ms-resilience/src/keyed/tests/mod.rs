//! Families through their public names, and their hearts against models.

#[cfg(not(ms_loom))]
mod doors;
#[cfg(not(ms_loom))]
mod family;
#[cfg(ms_loom)]
mod loom;
#[cfg(not(ms_loom))]
mod model;
#[cfg(not(ms_loom))]
mod panics;
#[cfg(not(ms_loom))]
mod reloaded;
#[cfg(not(ms_loom))]
mod room;
#[cfg(not(ms_loom))]
mod settings;
#[cfg(not(ms_loom))]
mod stress;
#[cfg(not(ms_loom))]
mod table;

use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use super::config::KeysConfig;
use super::keys::Kept;
use super::member::Stay;

const fn keys(max_keys: u32, idle: Duration) -> KeysConfig {
    KeysConfig { max_keys, idle }
}

/// What is kept for a key, and when it may be forgotten.
#[derive(Debug, Default)]
struct Toy(AtomicU8);

#[cfg(not(ms_loom))]
impl Toy {
    fn set(&self, stay: Stay) {
        self.0.store(stay as u8, Ordering::SeqCst);
    }
}

impl Kept for Toy {
    fn stay(&self) -> Stay {
        match self.0.load(Ordering::SeqCst) {
            0 => Stay::WhileRoom,
            1 => Stay::WhileUsed,
            _ => Stay::Always,
        }
    }
}
