//! Who may do what, as Tower layers.
//!
//! So far this crate holds [`authorize`]: rules on the
//! [`Principal`](ms_core::principal::Principal) that travels in the
//! [`Context`](ms_core::context::Context), and the layer that enforces them. How a principal is
//! proven is up to whoever puts it there.
//!
//! ```
//! use ms_auth::authorize::Rule;
//! use ms_core::principal::Principal;
//!
//! let order = Principal::new("order", "mtls").with_scope("users:read");
//! assert!(Rule::scope("users:read").or(Rule::role("admin")).allows(&order));
//! ```

pub mod authorize;
