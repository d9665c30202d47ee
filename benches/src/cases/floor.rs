//! What there is without a policy: shows that the method agrees with known numbers.

use tower::util::BoxService;

use crate::case::Case;
use crate::drive::ready;
use crate::inner::Echo;

pub(super) const CASES: [Case; 2] = [
    Case::floor("bare", |calls| ready(Echo::at_once(), calls)),
    Case::floor("bare/boxed", |calls| ready(BoxService::new(Echo::at_once()), calls)),
];
