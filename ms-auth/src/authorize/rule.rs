//! Pure: who may.

use std::fmt;

use ms_core::principal::Principal;

/// Who may make a call.
///
/// ```
/// use ms_auth::authorize::Rule;
/// use ms_core::principal::Principal;
///
/// let rule = Rule::scope("orders:write").and(Rule::identity("gateway").or(Rule::role("admin")));
/// assert_eq!(rule.to_string(), "scope orders:write and (identity gateway or role admin)");
///
/// let gateway = Principal::new("gateway", "mtls").with_scope("orders:write");
/// assert!(rule.allows(&gateway));
/// assert!(!rule.allows(&Principal::new("gateway", "mtls")));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule(Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Anybody,
    Scope(String),
    Role(String),
    Identity(String),
    All(Vec<Rule>),
    Any(Vec<Rule>),
}

impl Rule {
    /// Everybody who is known.
    #[must_use]
    pub const fn anybody() -> Self {
        Self(Kind::Anybody)
    }

    /// Who was given `scope`.
    pub fn scope(scope: impl Into<String>) -> Self {
        Self(Kind::Scope(scope.into()))
    }

    /// Who is a `role`.
    pub fn role(role: impl Into<String>) -> Self {
        Self(Kind::Role(role.into()))
    }

    /// Who is `id`.
    pub fn identity(id: impl Into<String>) -> Self {
        Self(Kind::Identity(id.into()))
    }

    /// Who satisfies both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match self.0 {
            Kind::All(mut rules) => {
                rules.push(other);
                Self(Kind::All(rules))
            }
            kind => Self(Kind::All(vec![Self(kind), other])),
        }
    }

    /// Who satisfies one of both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match self.0 {
            Kind::Any(mut rules) => {
                rules.push(other);
                Self(Kind::Any(rules))
            }
            kind => Self(Kind::Any(vec![Self(kind), other])),
        }
    }

    /// Whether `principal` may.
    #[must_use]
    pub fn allows(&self, principal: &Principal) -> bool {
        match &self.0 {
            Kind::Anybody => true,
            Kind::Scope(scope) => principal.has_scope(scope),
            Kind::Role(role) => principal.has_role(role),
            Kind::Identity(id) => principal.id() == id,
            Kind::All(rules) => rules.iter().all(|rule| rule.allows(principal)),
            Kind::Any(rules) => rules.iter().any(|rule| rule.allows(principal)),
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rules, joint) = match &self.0 {
            Kind::Anybody => return f.write_str("anybody"),
            Kind::Scope(scope) => return write!(f, "scope {scope}"),
            Kind::Role(role) => return write!(f, "role {role}"),
            Kind::Identity(id) => return write!(f, "identity {id}"),
            Kind::All(rules) => (rules, " and "),
            Kind::Any(rules) => (rules, " or "),
        };
        for (index, rule) in rules.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { joint })?;
            match rule.0 {
                Kind::All(_) | Kind::Any(_) => write!(f, "({rule})")?,
                _ => write!(f, "{rule}")?,
            }
        }
        Ok(())
    }
}
