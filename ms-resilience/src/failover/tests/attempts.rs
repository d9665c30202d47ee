//! What is sent to which endpoint, and what each is told.

use std::sync::{Arc, Mutex};

use ms_core::clock::now;
use ms_core::context::Context;
use ms_core::deadline::Deadline;
use ms_core::repeat::{NotRepeatable, Repeat};
use ms_core::testing::probe::Answer;
use tower::ServiceExt;

use super::{Error, Stand, config, ms, stand};

/// The attempt that each endpoint that is asked sees in its context.
fn watch(stand: &Stand, index: usize, seen: &Arc<Mutex<Vec<u32>>>, works: bool) {
    let seen = Arc::clone(seen);
    stand.says(index, move || {
        seen.lock().unwrap().push(Context::here().attempt());
        if works { Answer::ready(7) } else { Answer::result(Err(Error::Broken(index))) }
    });
}

#[tokio::test(start_paused = true)]
async fn s_fo_4_every_endpoint_that_may_have_got_it_counts_as_an_attempt() {
    let (stand, seen) = (stand(), Arc::default());
    (0..3).for_each(|index| watch(&stand, index, &seen, index == 2));
    assert_eq!(stand.call(2).await.unwrap(), 7);
    assert_eq!(*seen.lock().unwrap(), [0, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn s_fo_4_what_never_left_is_no_attempt() {
    let (stand, seen) = (stand(), Arc::default());
    stand.says(0, || Answer::result(Err(Error::NotSent(0))));
    (1..3).for_each(|index| watch(&stand, index, &seen, index == 2));
    assert_eq!(stand.call(2).await.unwrap(), 7);
    assert_eq!(*seen.lock().unwrap(), [0, 2]);
}

#[tokio::test(start_paused = true)]
async fn s_fo_4_the_attempts_of_a_retry_further_out_are_counted_on() {
    let (stand, seen) = (stand(), Arc::default());
    (0..3).for_each(|index| watch(&stand, index, &seen, index == 1));
    let context = Context::new().with_attempt(2);
    assert_eq!(context.scope(stand.call(2)).await.unwrap(), 7);
    assert_eq!(*seen.lock().unwrap(), [2, 3]);
}

#[tokio::test(start_paused = true)]
async fn s_fo_4_the_deadline_goes_with_the_call_to_the_next_endpoint() {
    let stand = stand();
    let deadline = Deadline::after(now(), ms(700));
    stand.breaks(0);
    stand.says(1, move || {
        let left = Context::here().deadline().map_or(0, |at| at.remaining(now()).as_millis());
        Answer::ready(u32::try_from(left).unwrap())
    });
    let call = Context::new().with_deadline(deadline).scope(stand.call(2));
    assert_eq!(call.await.unwrap(), 700);
}

#[tokio::test(start_paused = true)]
async fn s_fo_4_nothing_is_sent_when_the_deadline_is_over() {
    let stand = stand();
    stand.says(0, || Answer::result(Err(Error::Broken(0))).after(ms(50)));
    let deadline = Deadline::after(now(), ms(50));
    let result = Context::new().with_deadline(deadline).scope(stand.call(2)).await;
    assert!(matches!(result, Err(Error::Broken(0))));
    assert_eq!((stand.calls(), stand.counted("deadline")), (vec![1, 0, 0], 1.0));
}

/// Requests of which a test says what becomes of what is kept.
#[derive(Debug, Clone, Default)]
struct Told {
    check: Option<NotRepeatable>,
    again: Option<NotRepeatable>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Told {
    fn note(&self, what: impl Into<String>) {
        self.asked.lock().unwrap().push(what.into());
    }
}

impl Repeat<u32> for Told {
    type Sent = u32;
    type Kept = u32;

    fn is_safe(&self, _: &u32) -> bool {
        true
    }

    fn split(&self, request: u32, limit: usize) -> (u32, u32) {
        self.note(format!("split {limit}"));
        (request, request)
    }

    fn once(&self, request: u32) -> u32 {
        self.note("once");
        request
    }

    fn again(&self, kept: &u32) -> Result<u32, NotRepeatable> {
        self.note("again");
        self.again.map_or(Ok(*kept), Err)
    }

    fn last(&self, kept: u32) -> Result<u32, NotRepeatable> {
        self.note("last");
        self.again.map_or(Ok(kept), Err)
    }

    fn check(&self, _: &u32) -> Result<(), NotRepeatable> {
        self.check.map_or(Ok(()), Err)
    }

    fn number(&self, _: &mut u32, attempt: u32) {
        self.note(format!("number {attempt}"));
    }
}

async fn told(stand: &Stand, told: &Told) -> (String, Vec<String>) {
    let users = stand.users.clone().requests(told.clone());
    let said = format!("{:?}", users.oneshot(2).await);
    (said, told.asked.lock().unwrap().clone())
}

#[tokio::test(start_paused = true)]
async fn s_rt_7_a_request_is_kept_once_and_the_last_endpoint_gets_what_was_kept() {
    let stand = stand();
    stand.breaks(0);
    stand.breaks(1);
    let (said, asked) = told(&stand, &Told::default()).await;
    assert_eq!(said, "Ok(2)");
    assert_eq!(asked, ["split 65536", "again", "number 2", "last", "number 3"]);
}

#[tokio::test(start_paused = true)]
async fn s_rt_6_as_much_is_kept_of_a_request_as_the_settings_say() {
    let stand = Stand::new(&config().keep(7), 2);
    let (_, asked) = told(&stand, &Told::default()).await;
    assert_eq!(asked, ["split 7"]);
}

#[tokio::test(start_paused = true)]
async fn s_rt_8_an_endpoint_that_gets_a_request_as_the_first_is_told_no_number() {
    let stand = stand();
    stand.says(0, || Answer::result(Err(Error::NotSent(0))));
    let (said, asked) = told(&stand, &Told::default()).await;
    assert_eq!((said.as_str(), asked), ("Ok(1)", vec!["split 65536".into(), "again".into()]));
}

#[tokio::test(start_paused = true)]
async fn s_fo_4_a_request_of_which_not_enough_was_kept_gives_what_the_first_endpoint_said() {
    let stand = stand();
    stand.breaks(0);
    for why in [NotRepeatable::TooLarge, NotRepeatable::Broken, NotRepeatable::Once] {
        let requests = Told { check: Some(why), ..Told::default() };
        let (said, asked) = told(&stand, &requests).await;
        assert_eq!((said.as_str(), asked.len()), ("Err(Broken(0))", 1));
    }
    assert_eq!((stand.calls(), stand.counted("committed")), (vec![3, 0, 0], 3.0));
}

#[tokio::test(start_paused = true)]
async fn s_fo_4_what_an_earlier_endpoint_still_reads_may_be_free_when_the_next_is_ready() {
    let stand = stand();
    stand.breaks(0);
    let free = Told { check: Some(NotRepeatable::InUse), ..Told::default() };
    assert_eq!(told(&stand, &free).await.0, "Ok(1)");

    let held = Told { again: Some(NotRepeatable::InUse), ..free };
    let before = stand.handle.budget().snapshot();
    assert_eq!(told(&stand, &held).await.0, "Err(Broken(0))");
    assert_eq!(stand.calls(), [2, 1, 0]);
    assert_eq!(stand.handle.budget().snapshot().tokens, before.tokens, "nothing was sent");
}
