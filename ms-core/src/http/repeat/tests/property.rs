//! Any request, cut off anywhere.

use ::http::header::{ACCEPT, CONTENT_TYPE, EXPECT};
use ::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, Version};
use proptest::prelude::*;

use crate::http::headers::X_REQUEST_ID;
use crate::http::repeat::requests::Requests;
use crate::http::replay::LIMIT;
use crate::http::replay::tests::property::any_script;
use crate::http::replay::tests::script::{Script, Step, read, trailers};
use crate::repeat::{NotRepeatable, Repeat};

/// All but the body.
type Head = (Method, Uri, Version, HeaderMap, Option<u32>);

fn head<B>(request: &Request<B>) -> Head {
    (
        request.method().clone(),
        request.uri().clone(),
        request.version(),
        request.headers().clone(),
        request.extensions().get().copied(),
    )
}

fn any_headers() -> impl Strategy<Value = HeaderMap> {
    let name = prop::sample::select(vec![ACCEPT, CONTENT_TYPE, EXPECT, X_REQUEST_ID]);
    let value = "[ -~]{0,12}".prop_map(|text| HeaderValue::from_str(&text).unwrap());
    prop::collection::vec((name, value), 0..6).prop_map(|pairs: Vec<(HeaderName, HeaderValue)>| {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(name, value);
        }
        headers
    })
}

prop_compose! {
    fn any_request()(
        method in "[A-Z]{1,7}",
        path in "/[a-z0-9/]{0,20}(\\?[a-z=&]{1,9})?",
        old in any::<bool>(),
        headers in any_headers(),
        extension in any::<Option<u32>>(),
        body in any_script(),
    ) -> Request<Script> {
        let mut request = Request::builder().method(&*method).uri(path).body(body).unwrap();
        *request.version_mut() = if old { Version::HTTP_11 } else { Version::HTTP_2 };
        *request.headers_mut() = headers;
        extension.map(|extension| request.extensions_mut().insert(extension));
        request
    }
}

proptest! {
    #[test]
    fn s_rt_6_what_is_sent_again_is_what_was_sent_first(
        request in any_request(),
        cuts in prop::collection::vec(0_usize..300, 1..5),
    ) {
        let (first, body) = (head(&request), request.body().clone());
        let breaks = matches!(body.steps.back(), Some(Step::Break));
        let has_trailers = matches!(body.steps.back(), Some(Step::Trailers));

        let (mut sent, kept) = Requests.split(request, LIMIT);
        for (cut, attempt) in cuts.into_iter().zip(1..) {
            prop_assert_eq!(&head(&sent), &first);
            Requests.number(&mut sent, attempt);
            let seen = read(sent.body_mut(), cut);
            prop_assert!(body.content().starts_with(&seen.content));
            drop(sent);
            match Requests.again(&kept) {
                Ok(next) => sent = next,
                Err(why) => {
                    prop_assert_eq!((why, breaks), (NotRepeatable::Broken, true));
                    return Ok(());
                }
            }
        }

        drop(sent);
        let mut last = Requests.last(kept).unwrap();
        prop_assert_eq!(&head(&last), &first);
        let seen = read(last.body_mut(), 1000);
        prop_assert_eq!(seen.content, body.content());
        prop_assert_eq!(seen.trailers, has_trailers.then(trailers));
        prop_assert_eq!(seen.end.map(|end| end.is_err()), Some(breaks));
    }
}
