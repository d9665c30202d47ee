//! `house check`: every rule over every file.

use crate::finding::Finding;
use crate::rules::{
    arrows, bodies, comments, crates, docs, faces, forbidden, hearts, imports, policies, sizes,
    weights,
};
use crate::source::Source;
use crate::workspace::Workspace;

const OF_A_FILE: [fn(&Source) -> Vec<Finding>; 7] = [
    bodies::findings,
    comments::findings,
    docs::findings,
    faces::findings,
    forbidden::findings,
    hearts::findings,
    sizes::findings,
];

const OF_THE_WHOLE: [fn(&Workspace) -> Vec<Finding>; 6] = [
    arrows::findings,
    comments::findings_in_texts,
    crates::findings,
    imports::findings,
    policies::findings,
    weights::findings,
];

pub(crate) fn findings(workspace: &Workspace) -> Vec<Finding> {
    let of_files = workspace
        .sources
        .iter()
        .flat_map(|source| OF_A_FILE.iter().flat_map(move |rule| rule(source)));
    of_files.chain(OF_THE_WHOLE.iter().flat_map(|rule| rule(workspace))).collect()
}
