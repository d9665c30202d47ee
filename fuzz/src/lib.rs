//! What the fuzz targets run. The tests of `ms-core` run the same on stable, with seeded inputs.

pub mod bodies;
