//! How an endpoint is left and returned to, in every interleaving.

use std::sync::Arc;

use loom::thread::{JoinHandle, spawn};

use super::super::standing::{Change, Phase, Rules, Standing};

const RULES: Rules = Rules { failures: 2, return_over: 1000, sticky: false };

fn apart<T: 'static>(
    standing: &Arc<Standing>,
    act: impl FnOnce(&Standing) -> T + 'static,
) -> JoinHandle<T> {
    let standing = Arc::clone(standing);
    spawn(move || act(&standing))
}

fn fail(standing: &Standing) -> Option<Change> {
    standing.fail(0, 0, RULES)
}

#[test]
fn loom_failures_of_two_threads_are_two_and_it_is_left_once() {
    loom::model(|| {
        let standing = Arc::new(Standing::new());
        let theirs = apart(&standing, fail);
        let changes = [fail(&standing), theirs.join().unwrap()];
        assert_eq!(changes.iter().flatten().count(), 1);
        assert!(matches!(standing.read().phase, Phase::Away { .. }));
    });
}

#[test]
fn loom_one_of_two_goes_to_find_out() {
    loom::model(|| {
        let standing = Arc::new(Standing::new());
        standing.shut(Some(0), 0, RULES);
        let probe = |standing: &Standing| standing.probe(1, 0, RULES);
        let theirs = apart(&standing, probe);
        assert!(probe(&standing) != theirs.join().unwrap());
        assert_eq!(standing.read().probes, 1);
    });
}

#[test]
fn loom_what_was_found_well_by_two_returns_once_and_nobody_else_goes() {
    loom::model(|| {
        let standing = Arc::new(Standing::new());
        standing.shut(Some(0), 0, RULES);
        let succeed = |standing: &Standing| standing.succeed(1, 0, RULES);
        let theirs = apart(&standing, succeed);
        let probed = apart(&standing, |standing| standing.probe(1, 0, RULES));
        let changes = [succeed(&standing), theirs.join().unwrap()];
        probed.join().unwrap();
        assert_eq!(changes.iter().flatten().collect::<Vec<_>>(), [&Change::Returns]);
        let stand = standing.read();
        assert!(
            stand.generation == 2 && stand.phase == Phase::Returning { since: 0, doubted: false }
        );
    });
}

#[test]
fn loom_one_that_has_returned_as_it_fails_is_trusted_or_left_and_never_both() {
    loom::model(|| {
        let standing = Arc::new(Standing::new());
        standing.shut(Some(0), 0, RULES);
        standing.succeed(1, 0, RULES);
        standing.fail(2, 0, RULES);
        let theirs = apart(&standing, |standing| standing.fail(2, 1000, RULES));
        let mine = standing.promote(1000, RULES);
        let changes = (mine, theirs.join().unwrap());
        match standing.read().phase {
            Phase::Trusted { failures: 0 } => assert_eq!(changes, (Some(Change::Returned), None)),
            Phase::Away { .. } => assert_eq!(changes, (None, Some(Change::Left))),
            other => panic!("{other:?}"),
        }
    });
}
