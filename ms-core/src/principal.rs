//! Who is calling.
//!
//! A token or a certificate becomes one [`Principal`], whatever it was, and travels in the
//! [`Context`](crate::context::Context).
//!
//! ```
//! use ms_core::principal::Principal;
//!
//! let order = Principal::new("spiffe://shop/order", "mtls").with_scope("users:read");
//! assert!(order.has_scope("users:read") && !order.has_role("admin"));
//! ```

use std::collections::BTreeSet;
use std::fmt;

/// A caller whose identity was proven.
///
/// Tokens themselves are never kept here, and `Debug` shows who it is, not what it may do.
#[derive(Clone, PartialEq, Eq)]
pub struct Principal {
    id: String,
    method: &'static str,
    issuer: Option<String>,
    scopes: BTreeSet<String>,
    roles: BTreeSet<String>,
}

impl Principal {
    /// The caller `id`, proven by `method`: `jwt`, `mtls`.
    pub fn new(id: impl Into<String>, method: &'static str) -> Self {
        Self {
            id: id.into(),
            method,
            issuer: None,
            scopes: BTreeSet::new(),
            roles: BTreeSet::new(),
        }
    }

    /// Who vouches for it: the issuer of its token or certificate.
    #[must_use]
    pub fn with_issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// What it may do.
    #[must_use]
    pub fn with_scope(mut self, scope: impl Into<String>) -> Self {
        self.scopes.insert(scope.into());
        self
    }

    /// What it is.
    #[must_use]
    pub fn with_role(mut self, role: impl Into<String>) -> Self {
        self.roles.insert(role.into());
        self
    }

    /// Who it is; unique only together with the issuer.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How that was proven.
    #[must_use]
    pub const fn method(&self) -> &'static str {
        self.method
    }

    /// Who vouches for it.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// Whether it may do `scope`.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.contains(scope)
    }

    /// Whether it is `role`.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.contains(role)
    }

    /// All that it may do, in alphabetical order.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scopes.iter().map(String::as_str)
    }

    /// All that it is, in alphabetical order.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().map(String::as_str)
    }
}

impl fmt::Debug for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Principal")
            .field("id", &self.id)
            .field("method", &self.method)
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}
