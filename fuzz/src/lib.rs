//! What the fuzz targets run. The tests of `ms-core` and `ms-resilience` run the same on stable,
//! with seeded inputs.

pub mod bodies;
pub mod settings;
