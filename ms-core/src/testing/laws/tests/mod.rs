//! Layers that keep the laws, and one bent layer for each law.

mod bent;
mod broken_dropping;
mod broken_panics;
mod broken_passing;
mod broken_readiness;
mod broken_waking;
mod kept;
mod report;
