//! The rules of the house, one file for each group.

pub(crate) mod arrows;
pub(crate) mod bodies;
pub(crate) mod comments;
pub(crate) mod crates;
pub(crate) mod docs;
pub(crate) mod faces;
pub(crate) mod forbidden;
pub(crate) mod hearts;
pub(crate) mod imports;
pub(crate) mod policies;
pub(crate) mod sizes;
pub(crate) mod weights;
