//! Circles in a graph of names.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

pub(crate) type Arrows = BTreeMap<String, BTreeSet<String>>;

/// A shortest circle for each group of names that all reach each other.
pub(crate) fn circles(arrows: &Arrows) -> Vec<Vec<String>> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for start in arrows.keys() {
        if seen.contains(start) {
            continue;
        }
        if let Some(circle) = circle(arrows, start) {
            seen.extend(group(arrows, start));
            found.push(circle);
        }
    }
    found
}

fn circle(arrows: &Arrows, start: &str) -> Option<Vec<String>> {
    let mut ways = VecDeque::from([vec![start.to_owned()]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        for next in way.last().and_then(|last| arrows.get(last)).into_iter().flatten() {
            let mut longer = way.clone();
            longer.push(next.clone());
            if next == start {
                return Some(longer);
            }
            if seen.insert(next.clone()) {
                ways.push_back(longer);
            }
        }
    }
    None
}

fn group(arrows: &Arrows, start: &str) -> Vec<String> {
    let from = reached(arrows, start);
    from.into_iter().filter(|name| reached(arrows, name).contains(start)).collect()
}

fn reached(arrows: &Arrows, start: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![start.to_owned()];
    while let Some(name) = open.pop() {
        for next in arrows.get(&name).into_iter().flatten() {
            if found.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrows(pairs: &[(&str, &str)]) -> Arrows {
        let mut arrows = Arrows::new();
        for (from, to) in pairs {
            arrows.entry((*from).to_owned()).or_default().insert((*to).to_owned());
        }
        arrows
    }

    #[test]
    fn arrows_that_all_point_down_are_no_circle() {
        assert!(circles(&arrows(&[("a", "b"), ("a", "c"), ("b", "c")])).is_empty());
    }

    #[test]
    fn a_group_is_reported_once_by_its_shortest_circle() {
        let found = circles(&arrows(&[("a", "b"), ("b", "c"), ("c", "a"), ("b", "a")]));
        assert_eq!(found, [["a", "b", "a"]]);
    }

    #[test]
    fn two_circles_apart_are_two() {
        let found = circles(&arrows(&[("a", "b"), ("b", "a"), ("b", "c"), ("c", "d"), ("d", "c")]));
        assert_eq!(found.len(), 2);
    }
}
