//! Any body, any limit, dropped anywhere.

use http_body::Body;
use proptest::prelude::*;

use super::script::{Script, Step, read, script};
use crate::http::replay::kept::{LIMIT, split};
use crate::repeat::NotRepeatable;

pub(in crate::http) fn any_script() -> impl Strategy<Value = Script> {
    let step = prop_oneof![
        4 => prop::collection::vec(any::<u8>(), 0..20).prop_map(Step::Data),
        1 => Just(Step::Wait),
    ];
    let last = prop::option::of(prop_oneof![Just(Step::Trailers), Just(Step::Break)]);
    let few = prop::collection::vec(step.clone(), 0..12);
    let many = prop::collection::vec(step, 100..200);
    let steps = prop_oneof![few, many];
    (steps, last, any::<bool>())
        .prop_map(|(steps, last, knows)| Script { knows, ..script(steps.into_iter().chain(last)) })
}

proptest! {
    #[test]
    fn s_rt_6_every_attempt_is_the_original_or_says_that_it_cannot_be(
        original in any_script(),
        limit in prop_oneof![0_usize..200, Just(LIMIT)],
        drops in prop::collection::vec(0_usize..300, 1..6),
    ) {
        let content = original.content();
        let ends_well = !matches!(original.steps.back(), Some(Step::Break));
        let has_trailers = matches!(original.steps.back(), Some(Step::Trailers));
        let (mut body, kept) = split(original, limit);
        let (mut furthest, mut broke) = (0, false);
        for polls in drops {
            let hint = body.size_hint();
            prop_assert!(hint.lower() <= content.len() as u64);
            prop_assert!(hint.upper().is_none_or(|upper| upper >= content.len() as u64));

            let seen = read(&mut body, polls);
            prop_assert!(content.starts_with(&seen.content));
            furthest = furthest.max(seen.content.len());
            broke |= seen.end.is_some_and(|end| end.is_err());
            if seen.end == Some(Ok(())) {
                prop_assert!(ends_well);
                prop_assert_eq!(&seen.content, &content);
                prop_assert_eq!(seen.trailers.is_some(), has_trailers);
            }

            drop(body);
            match kept.again() {
                Ok(next) => {
                    prop_assert!(furthest <= limit && !broke);
                    body = next;
                }
                Err(why) => {
                    let (too_large, broken) = (NotRepeatable::TooLarge, NotRepeatable::Broken);
                    prop_assert!(why != too_large || content.len() > limit);
                    prop_assert!(why != broken || broke);
                    prop_assert!(why != NotRepeatable::InUse);
                    return Ok(());
                }
            }
        }
    }
}
