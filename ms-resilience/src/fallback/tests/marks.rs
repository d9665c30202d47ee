//! How an answer says that it is degraded.

use std::collections::HashMap;
use std::time::Duration;

use http::header::AGE;
use http::{Request, Response};
use ms_core::http::classify::Http;
use ms_core::rejection::BoxError;
use tower::{Layer, ServiceExt, service_fn};

use super::super::{Degrade, Degraded, FallbackLayer, X_DEGRADED};

async fn answer(status: u16) -> Result<Response<&'static str>, BoxError> {
    Ok(Response::builder().status(status).body("from the service").unwrap())
}

#[tokio::test(start_paused = true)]
async fn s_fb_1_an_answer_over_http_says_that_it_is_degraded_and_a_good_one_does_not() {
    let layer = FallbackLayer::value("users", Response::new("nobody")).classify(Http);
    let service = layer.layer(service_fn(|status: Request<u16>| answer(status.into_body())));

    let degraded = service.clone().oneshot(Request::new(503)).await.unwrap();
    assert_eq!(
        (*degraded.body(), &degraded.headers()[X_DEGRADED]),
        ("nobody", &"value".parse().unwrap())
    );
    let said = degraded.extensions().get::<Degraded>().unwrap();
    assert_eq!((said.by, said.reason, said.age), ("value", "failure", None));
    assert!(!degraded.headers().contains_key(AGE));

    let good = service.oneshot(Request::new(200)).await.unwrap();
    assert!(good.headers().is_empty() && good.extensions().get::<Degraded>().is_none());
}

#[tokio::test(start_paused = true)]
async fn what_has_no_place_for_a_mark_stays_as_it_is_and_a_user_may_make_one() {
    let broken = service_fn(|_: ()| async { Err::<(u32, bool), BoxError>("broken".into()) });
    let layer = FallbackLayer::value("users", (7, false));
    assert_eq!(layer.layer(broken).oneshot(()).await.unwrap(), (7, false));

    let mark = |answer: &mut (u32, bool), degraded: &Degraded| answer.1 = degraded.by == "value";
    assert_eq!(layer.mark(mark).layer(broken).oneshot(()).await.unwrap(), (7, true));
}

#[tokio::test(start_paused = true)]
async fn a_type_that_knows_no_marks_can_be_left_unmarked() {
    #[derive(Clone, Debug, PartialEq)]
    struct Plain;
    let broken = service_fn(|_: ()| async { Err::<Plain, BoxError>("broken".into()) });
    let layer = FallbackLayer::value("users", Plain).unmarked();
    assert_eq!(layer.layer(broken).oneshot(()).await.unwrap(), Plain);
}

#[test]
fn an_age_is_added_to_the_one_that_an_answer_had_when_it_came() {
    let mut response = Response::new(());
    response.age(Duration::from_millis(2999));
    assert_eq!(response.headers()[AGE], "2");
    response.age(Duration::from_secs(40));
    assert_eq!(response.headers()[AGE], "42");
    response.headers_mut().insert(AGE, "nonsense".parse().unwrap());
    response.age(Duration::from_secs(1));
    assert_eq!(response.headers()[AGE], "1");
}

#[test]
fn a_response_inside_of_something_is_marked_there() {
    let degraded = Degraded::new("value", "failure").aged(Duration::from_secs(3));
    let mut boxed = Some(Box::new(Response::new(())));
    boxed.degrade(&degraded);
    boxed.as_mut().unwrap().age(Duration::from_secs(1));
    let headers = boxed.unwrap().headers().clone();
    assert_eq!([&headers[X_DEGRADED], &headers[AGE]], ["value", "4"]);
    let mut none: Option<Response<()>> = None;
    none.degrade(&degraded);
    let mut map = HashMap::from([(1, 2)]);
    map.degrade(&degraded);
    assert_eq!((none.is_none(), map.len()), (true, 1));
}
