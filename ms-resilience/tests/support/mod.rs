//! What tests over real sockets share.

pub(crate) mod fault_server;
