//! A library brings few crates along.

use std::collections::BTreeSet;
use std::process::Command;

use crate::finding::Finding;
use crate::workspace::Workspace;

/// How many crates, all levels down, a library may need with its default features.
const BUDGETS: [(&str, usize); 2] = [("ms-core", 20), ("ms-resilience", 30)];

pub(crate) fn findings(workspace: &Workspace) -> Vec<Finding> {
    BUDGETS.iter().filter_map(|(package, most)| finding(workspace, package, *most)).collect()
}

fn finding(workspace: &Workspace, package: &str, most: usize) -> Option<Finding> {
    let path = format!("{package}/Cargo.toml");
    let tree = match tree(workspace, package) {
        Ok(tree) => tree,
        Err(error) => return Some(Finding::new(path, 1, "weight", error)),
    };
    judge(&tree, most).map(|what| Finding::new(path, 1, "weight", what))
}

fn tree(workspace: &Workspace, package: &str) -> Result<String, String> {
    let output = Command::new("cargo")
        .args(["tree", "--edges", "normal", "--prefix", "none", "--package", package])
        .current_dir(&workspace.root)
        .output()
        .map_err(|error| format!("cargo tree: {error}"))?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr).replace('\n', " ");
        return Err(format!("cargo tree: {error}"));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn judge(tree: &str, most: usize) -> Option<String> {
    let others: BTreeSet<&str> = tree
        .lines()
        .map(|line| line.trim_end_matches(" (*)"))
        .filter(|line| !line.is_empty() && !line.starts_with("ms-"))
        .collect();
    let count = others.len();
    (count > most).then(|| {
        let names: Vec<&str> = others.iter().filter_map(|line| line.split(' ').next()).collect();
        format!("brings {count} crates, at most {most}: {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "ms-a v0.1.0 (x)\nhttp v1.3.1\nbytes v1.0.0\nms-core v0.1.0 (y)\n\
                        bytes v1.0.0 (*)\nsyn v2.0.0 (proc-macro)\n";

    #[test]
    fn ours_and_those_seen_before_do_not_count() {
        assert_eq!(judge(TREE, 3), None);
    }

    #[test]
    fn one_too_many_is_named() {
        let what = judge(TREE, 2).unwrap();
        assert_eq!(what, "brings 3 crates, at most 2: bytes, http, syn");
    }
}
