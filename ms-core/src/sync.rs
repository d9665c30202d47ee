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
    Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard,
    atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence},
};

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
