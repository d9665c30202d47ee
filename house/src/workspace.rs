//! The workspace as the rules see it: manifests and sources.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use crate::modules::Modules;
use crate::source::Source;

/// Written by tools, or not ours.
const SKIPPED: [&str; 5] = [".git", "artifacts", "corpus", "node_modules", "target"];

#[derive(Debug)]
pub(crate) struct Manifest {
    pub(crate) path: String,
    pub(crate) text: String,
}

#[derive(Default)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) manifests: Vec<Manifest>,
    pub(crate) sources: Vec<Source>,
    /// Every other text of the repository: path and content.
    pub(crate) texts: Vec<(String, String)>,
}

impl Workspace {
    pub(crate) fn load(root: &Path) -> Result<Self, Box<dyn Error>> {
        let mut workspace = Self { root: root.to_owned(), ..Self::default() };
        let manifest: toml::Table = read(&root.join("Cargo.toml"))?.parse()?;
        let members: Vec<String> = manifest["workspace"]["members"].clone().try_into()?;
        for path in files(root, root)? {
            let text = match fs::read_to_string(root.join(&path)) {
                Ok(text) => text,
                Err(error) if error.kind() == std::io::ErrorKind::InvalidData => continue,
                Err(error) => return Err(format!("{path}: {error}").into()),
            };
            let member = members.iter().any(|member| Path::new(&path).starts_with(member));
            if member && path.ends_with(".rs") {
                let source = Source::parse(&path, &text).map_err(|finding| finding.to_string())?;
                workspace.sources.push(source);
            } else if member && path.ends_with("/Cargo.toml") {
                workspace.manifests.push(Manifest { path, text });
            } else {
                workspace.texts.push((path, text));
            }
        }
        workspace.mark_tests();
        Ok(workspace)
    }

    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.texts.iter().find(|(own, _)| own == path).map(|(_, text)| text.as_str())
    }

    pub(crate) fn has_folder(&self, path: &str) -> bool {
        let prefix = format!("{path}/");
        self.sources.iter().any(|source| source.path.starts_with(&prefix))
    }

    /// What `#[cfg(test)] mod x;` declares is test code, with all that is below it.
    fn mark_tests(&mut self) {
        for index in Modules::new(&self.sources).test_files() {
            self.sources[index].mark_test();
        }
    }
}

fn files(root: &Path, folder: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut found = Vec::new();
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if SKIPPED.contains(&name.as_ref()) {
            continue;
        }
        if path.is_dir() {
            found.extend(files(root, &path)?);
        } else if path.is_file() {
            found.push(path.strip_prefix(root)?.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(found)
}

fn read(path: &Path) -> Result<String, Box<dyn Error>> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()).into())
}

#[cfg(test)]
impl Workspace {
    pub(crate) fn sample(files: &[(&str, &str)]) -> Self {
        let mut workspace = Self::default();
        for (path, text) in files {
            if path.ends_with(".rs") {
                workspace.sources.push(Source::sample(path, text));
            } else if path.ends_with("/Cargo.toml") {
                let (path, text) = ((*path).to_owned(), (*text).to_owned());
                workspace.manifests.push(Manifest { path, text });
            } else {
                workspace.texts.push(((*path).to_owned(), (*text).to_owned()));
            }
        }
        workspace.mark_tests();
        workspace
    }
}
