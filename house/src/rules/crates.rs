//! Arrows between crates point down.

use toml::Table;

use crate::finding::Finding;
use crate::workspace::{Manifest, Workspace};

/// Which of our crates each crate may depend on. Those not named here may depend on all.
const ALLOWED: [(&str, &[&str]); 5] = [
    ("ms-core", &[]),
    ("ms-resilience", &["ms-core"]),
    ("ms-telemetry", &["ms-core"]),
    ("ms-auth", &["ms-core"]),
    ("house", &[]),
];

const TABLES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

pub(crate) fn findings(workspace: &Workspace) -> Vec<Finding> {
    workspace.manifests.iter().flat_map(of_manifest).collect()
}

fn of_manifest(manifest: &Manifest) -> Vec<Finding> {
    let package = manifest.path.trim_end_matches("/Cargo.toml");
    let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == package) else {
        return Vec::new();
    };
    let table: Table = match manifest.text.parse() {
        Ok(table) => table,
        Err(error) => return vec![Finding::new(&manifest.path, 1, "crate", error.to_string())],
    };
    let ours = dependencies(&table)
        .filter(|(_, name)| name.starts_with("ms-") && !allowed.contains(&name.as_str()));
    ours.map(|(key, name)| {
        let line = manifest.text.lines().position(|line| line.starts_with(&key)).unwrap_or(0) + 1;
        let what = format!("{package} depends on {name}: arrows between crates point down");
        Finding::new(&manifest.path, line, "crate", what)
    })
    .collect()
}

/// Key and package of every dependency, for all targets.
fn dependencies(manifest: &Table) -> impl Iterator<Item = (String, String)> {
    let targets = manifest.get("target").and_then(|targets| targets.as_table());
    let targets = targets.into_iter().flat_map(Table::values).filter_map(|value| value.as_table());
    std::iter::once(manifest)
        .chain(targets)
        .flat_map(|table| TABLES.iter().filter_map(|name| table.get(*name)?.as_table()))
        .flat_map(Table::iter)
        .map(|(key, value)| {
            let package = value.get("package").and_then(|package| package.as_str());
            (key.clone(), package.unwrap_or(key).to_owned())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<Finding> {
        findings(&Workspace::sample(&[(path, text)]))
    }

    #[test]
    fn down_and_outside_is_right() {
        let text = "[dependencies]\nms-core = { workspace = true }\nhttp = \"1\"";
        assert_eq!(found("ms-auth/Cargo.toml", text), []);
        assert_eq!(found("examples/Cargo.toml", "[dependencies]\nms-auth = \"1\""), []);
    }

    #[test]
    fn siblings_are_found_in_every_table_and_under_every_name() {
        let sideways = "[dependencies]\nms-auth = { workspace = true }";
        assert_eq!(found("ms-resilience/Cargo.toml", sideways)[0].line, 2);
        let renamed = "[dev-dependencies]\na = { package = \"ms-auth\", path = \"x\" }";
        assert_eq!(found("ms-telemetry/Cargo.toml", renamed).len(), 1);
        let target = "[target.'cfg(unix)'.build-dependencies]\nms-resilience = \"1\"";
        assert_eq!(found("ms-core/Cargo.toml", target).len(), 1);
    }
}
