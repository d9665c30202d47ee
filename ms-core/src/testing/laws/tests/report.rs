//! What a check tells.

use tower::Service;
use tower::layer::util::Identity;

use super::bent::bent_call;
use crate::testing::laws::check::{check, check_except, check_unclonable};

#[tokio::test(start_paused = true)]
async fn a_check_tells_all_that_is_broken() {
    let layer = || {
        bent_call::<()>(|inner, (), request| {
            drop(inner.call(request));
            Box::pin(async { Ok(41) })
        })
    };
    let panic = tokio::spawn(check(layer)).await.unwrap_err().into_panic();
    let text = panic.downcast_ref::<String>().unwrap();
    let lines = text.lines().filter(|line| line.contains(": ")).count();
    assert!(text.starts_with("an_answer_passes_unchanged: ") && lines > 10, "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_panic_of_the_layer_itself_names_the_law() {
    let layer = || bent_call::<()>(|_, (), _| panic!("what now?"));
    let panic = tokio::spawn(check_unclonable(layer)).await.unwrap_err().into_panic();
    let text = panic.downcast_ref::<String>().unwrap();
    let first = "an_answer_passes_unchanged: the layer panicked: what now?";
    assert_eq!(text.lines().next(), Some(first));
}

#[tokio::test(start_paused = true)]
async fn an_exception_that_is_no_law_is_refused() {
    let check = check_except(&["what_is_fine"], Identity::new);
    let panic = tokio::spawn(check).await.unwrap_err().into_panic();
    assert!(panic.downcast_ref::<String>().unwrap().contains("no law `what_is_fine`"));
}

#[tokio::test]
async fn a_clock_that_runs_is_refused() {
    let check = check(Identity::new);
    let panic = tokio::spawn(check).await.unwrap_err().into_panic();
    let text = panic.downcast_ref::<&str>().copied().map(str::to_owned);
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap();
    assert!(text.contains("start_paused = true"), "{text}");
}
