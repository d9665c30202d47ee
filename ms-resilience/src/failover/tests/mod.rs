//! Failovers through their public names.
