//! Atomics and mutexes that a model checker can replace.
//!
//! Hearts import their atomics from here, so that a build with `--cfg ms_loom` runs every
//! interleaving of them under loom. `Arc` and `Weak` stay those of `std`.
//!
//! ```
//! use ms_core::sync::{AtomicU64, Ordering};
//!
//! let calls = AtomicU64::new(0);
//! calls.fetch_add(1, Ordering::Relaxed);
//! assert_eq!(calls.load(Ordering::Relaxed), 1);
//! ```

#[cfg(ms_loom)]
pub use loom::sync::{
    Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard,
    atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence},
};
#[cfg(not(ms_loom))]
pub use std::sync::{
    Mutex, MutexGuard, OnceLock, RwLock, RwLockReadGuard, RwLockWriteGuard,
    atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence},
};

/// What is made once. Loom has none, and cannot see how that of `std` makes threads wait.
#[cfg(ms_loom)]
#[derive(Debug)]
pub struct OnceLock<T> {
    value: std::sync::OnceLock<T>,
    is_made: AtomicBool,
    making: Mutex<()>,
}

#[cfg(ms_loom)]
impl<T> OnceLock<T> {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        let value = std::sync::OnceLock::new();
        Self { value, is_made: AtomicBool::new(false), making: Mutex::new(()) }
    }

    /// What was made.
    pub fn get(&self) -> Option<&T> {
        self.is_made.load(Ordering::Acquire).then(|| self.value.get()).flatten()
    }

    /// What was made, by `make` if nothing was.
    pub fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
        let _making = lock(&self.making);
        let value = self.value.get_or_init(make);
        self.is_made.store(true, Ordering::Release);
        value
    }
}

#[cfg(ms_loom)]
impl<T> Default for OnceLock<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// Locks `mutex`, also after a panic of another holder.
///
/// Whoever holds one of our mutexes leaves its data whole at every step that may panic, so a
/// poisoned mutex is no reason to take the process down.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Locks `lock` together with others who only look; as [`lock`] does, also after a panic.
#[inline]
pub fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Locks `lock` alone; as [`lock`] does, also after a panic.
pub fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(std::sync::PoisonError::into_inner)
}
