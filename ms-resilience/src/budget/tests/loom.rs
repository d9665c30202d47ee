//! How tokens change hands, in every interleaving.

use std::sync::Arc;

use loom::thread::{JoinHandle, spawn};

use super::super::tokens::{Held, ONE, Tokens};
use super::super::window::{Allowance, Window};

fn tokens(held: u32, cap: u32) -> Arc<Tokens> {
    Arc::new(Tokens::new(Held { units: held * ONE, cap: cap * ONE }))
}

fn apart<T: 'static, H: Send + Sync + 'static>(
    shared: &Arc<H>,
    act: impl FnOnce(&H) -> T + 'static,
) -> JoinHandle<T> {
    let shared = Arc::clone(shared);
    spawn(move || act(&shared))
}

#[test]
fn loom_what_is_there_once_is_taken_once() {
    loom::model(|| {
        let tokens = tokens(1, 2);
        let theirs = apart(&tokens, |tokens| tokens.take(ONE));
        let mine = tokens.take(ONE);
        assert!(mine != theirs.join().unwrap());
        assert_eq!(tokens.read().units, 0);
    });
}

#[test]
fn loom_no_token_is_lost_or_doubled() {
    loom::model(|| {
        let tokens = tokens(1, 5);
        let taking = [(); 2].map(|()| apart(&tokens, |tokens| u32::from(tokens.take(ONE))));
        tokens.add(ONE);
        let taken: u32 = taking.into_iter().map(|thread| thread.join().unwrap()).sum();
        assert_eq!(tokens.read().units, (2 - taken) * ONE);
    });
}

#[test]
fn loom_those_who_add_never_exceed_the_cap() {
    loom::model(|| {
        let tokens = tokens(1, 2);
        let adding = apart(&tokens, |tokens| tokens.add(ONE));
        tokens.add(ONE);
        assert!(tokens.read().units <= 2 * ONE);
        adding.join().unwrap();
        assert_eq!(tokens.read().units, 2 * ONE);
    });
}

#[test]
fn loom_no_failure_takes_more_than_is_there() {
    loom::model(|| {
        let tokens = tokens(1, 2);
        let failing = apart(&tokens, |tokens| tokens.drain(ONE));
        tokens.drain(ONE);
        failing.join().unwrap();
        assert_eq!(tokens.read().units, 0);
    });
}

#[test]
fn loom_a_cap_that_shrinks_is_never_exceeded() {
    loom::model(|| {
        let tokens = tokens(1, 3);
        let adding = apart(&tokens, |tokens| tokens.add(2 * ONE));
        tokens.set_cap(ONE);
        let held = tokens.read();
        assert!(held.units <= held.cap);
        adding.join().unwrap();
        assert_eq!(tokens.read(), Held { units: ONE, cap: ONE });
    });
}

#[test]
fn loom_a_share_is_exact_where_many_draw() {
    loom::model(|| {
        let window = Arc::new(Window::default());
        let allowance = Allowance { share: u64::from(ONE) / 2, reserve: 0 };
        window.see(7);
        let seeing = apart(&window, |window| window.see(7));
        let drawing = apart(&window, move |window| window.draw(7, allowance));
        let mine = window.draw(7, allowance);
        seeing.join().unwrap();
        assert!(!(mine && drawing.join().unwrap()));
        assert_eq!(window.read(7, allowance).limit, u64::from(ONE));
    });
}
