//! How a gRPC call ended: the seventeen codes.
//!
//! ```
//! use http::{HeaderMap, HeaderValue, StatusCode};
//! use ms_core::http::grpc_code::GrpcCode;
//! use ms_core::http::headers::GRPC_STATUS;
//!
//! let headers = HeaderMap::from_iter([(GRPC_STATUS, HeaderValue::from_static("14"))]);
//! assert_eq!(GrpcCode::of(&headers), Some(GrpcCode::Unavailable));
//! assert_eq!(GrpcCode::from_http(StatusCode::NOT_FOUND), GrpcCode::Unimplemented);
//! ```

use ::http::{HeaderMap, StatusCode};

use super::digits::Digits;
use super::headers::{GRPC_STATUS, single};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal,)*) => {
        /// How a gRPC call ended, as the protocol numbers it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum GrpcCode {
            $($(#[$doc])* $name = $number,)*
        }

        impl GrpcCode {
            /// The code that has `number`; [`Unknown`](Self::Unknown) where there is none.
            #[must_use]
            pub const fn from_number(number: i32) -> Self {
                match number {
                    $($number => Self::$name,)*
                    _ => Self::Unknown,
                }
            }
        }
    };
}

codes! {
    /// It did what it was asked.
    Ok = 0,
    /// The caller cancelled it.
    Cancelled = 1,
    /// Nobody knows what happened.
    Unknown = 2,
    /// The request can never be served.
    InvalidArgument = 3,
    /// The time is over.
    DeadlineExceeded = 4,
    /// What it asks for is not there.
    NotFound = 5,
    /// What it would create is there.
    AlreadyExists = 6,
    /// The caller is known, and may not.
    PermissionDenied = 7,
    /// The caller, or the service, used up what there is.
    ResourceExhausted = 8,
    /// The service is not in the state for it.
    FailedPrecondition = 9,
    /// Somebody else was faster.
    Aborted = 10,
    /// Beyond the end.
    OutOfRange = 11,
    /// The service has no such method.
    Unimplemented = 12,
    /// The service is broken.
    Internal = 13,
    /// The service cannot be used now.
    Unavailable = 14,
    /// Data is lost for good.
    DataLoss = 15,
    /// It is not known who is calling.
    Unauthenticated = 16,
}

impl GrpcCode {
    /// The code in `headers` or trailers, if there is one.
    ///
    /// [`Unknown`](Self::Unknown) where it cannot be read or is sent more than once.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        match single(headers, &GRPC_STATUS) {
            Ok(text) => text.map(Self::parse),
            Err(_) => Some(Self::Unknown),
        }
    }

    /// What a status of HTTP means for a response without a code, as gRPC defines it.
    #[must_use]
    pub const fn from_http(status: StatusCode) -> Self {
        match status.as_u16() {
            400 => Self::Internal,
            401 => Self::Unauthenticated,
            403 => Self::PermissionDenied,
            404 => Self::Unimplemented,
            429 | 502 | 503 | 504 => Self::Unavailable,
            _ => Self::Unknown,
        }
    }

    /// The number on the wire.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The value of `grpc-status`.
    #[must_use]
    pub fn format(self) -> Digits {
        Digits::new(u64::from(self.number()))
    }

    fn parse(text: &str) -> Self {
        match text.as_bytes() {
            [byte] => Self::from_number(digit(*byte)),
            [b'1', byte] if byte.is_ascii_digit() => Self::from_number(10 + digit(*byte)),
            _ => Self::Unknown,
        }
    }
}

/// Negative for what is no digit.
fn digit(byte: u8) -> i32 {
    if byte.is_ascii_digit() { i32::from(byte - b'0') } else { -1 }
}

#[cfg(test)]
mod tests {
    use ::http::HeaderValue;

    use super::*;

    fn read(text: &str) -> Option<GrpcCode> {
        let value = HeaderValue::from_str(text).unwrap();
        GrpcCode::of(&HeaderMap::from_iter([(GRPC_STATUS, value)]))
    }

    #[test]
    fn every_code_is_read_as_it_is_written() {
        for number in 0..=16 {
            let code = GrpcCode::from_number(number);
            assert_eq!(i32::from(code.number()), number);
            assert_eq!(read(code.format().as_str()), Some(code));
        }
    }

    #[test]
    fn what_is_no_code_is_unknown() {
        for text in ["", "17", "19", "20", "014", "-1", "+1", " 0", "x", "1x", "00"] {
            assert_eq!(read(text), Some(GrpcCode::Unknown), "{text}");
        }
    }

    #[test]
    fn no_header_is_no_code() {
        assert_eq!(GrpcCode::of(&HeaderMap::new()), None);
    }
}
