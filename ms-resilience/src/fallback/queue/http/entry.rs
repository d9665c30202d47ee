//! Pure: a request over HTTP as bytes.

use bytes::Bytes;
use http::header::{
    AUTHORIZATION, CONNECTION, COOKIE, PROXY_AUTHORIZATION, TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use ms_core::rejection::BoxError;

/// What entries begin with: another number is another form.
const FORM: u8 = 1;

/// What is not written: credentials, and what belongs to one connection.
const LEFT_OUT: [HeaderName; 8] = [
    AUTHORIZATION,
    PROXY_AUTHORIZATION,
    COOKIE,
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    TRANSFER_ENCODING,
    UPGRADE,
];

/// Writes all of a request but its body.
pub(super) fn write_head(request: &http::request::Parts, out: &mut Vec<u8>) {
    out.push(FORM);
    write(request.method.as_str().as_bytes(), out);
    write(request.uri.to_string().as_bytes(), out);
    write_headers(&request.headers, out);
}

/// Writes its body, behind the head.
pub(super) fn write_body(data: &[u8], trailers: &HeaderMap, out: &mut Vec<u8>) {
    write(data, out);
    write_headers(trailers, out);
}

fn write_headers(headers: &HeaderMap, out: &mut Vec<u8>) {
    let is_written = |(name, value): &(&HeaderName, &HeaderValue)| {
        !value.is_sensitive() && !LEFT_OUT.contains(name)
    };
    write_number(headers.iter().filter(is_written).count(), out);
    for (name, value) in headers.iter().filter(is_written) {
        write(name.as_str().as_bytes(), out);
        write(value.as_bytes(), out);
    }
}

fn write(bytes: &[u8], out: &mut Vec<u8>) {
    write_number(bytes.len(), out);
    out.extend_from_slice(bytes);
}

fn write_number(number: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(&u64::try_from(number).unwrap_or(u64::MAX).to_le_bytes());
}

/// The request that was written, and its trailers.
pub(super) fn read(mut entry: &[u8]) -> Result<(Request<Bytes>, HeaderMap), BoxError> {
    let bytes = &mut entry;
    let (form, rest) = bytes.split_first().ok_or(CUT)?;
    if *form != FORM {
        return Err("the entry has another form than this version knows".into());
    }
    *bytes = rest;
    let mut request = Request::new(Bytes::new());
    *request.method_mut() = Method::from_bytes(take(bytes)?)?;
    *request.uri_mut() = Uri::try_from(take(bytes)?)?;
    *request.headers_mut() = take_headers(bytes)?;
    *request.body_mut() = Bytes::copy_from_slice(take(bytes)?);
    let trailers = take_headers(bytes)?;
    if bytes.is_empty() { Ok((request, trailers)) } else { Err("the entry is too long".into()) }
}

const CUT: &str = "the entry is cut";

fn take_headers(bytes: &mut &[u8]) -> Result<HeaderMap, BoxError> {
    let mut headers = HeaderMap::new();
    for _ in 0..take_number(bytes)? {
        let name = HeaderName::from_bytes(take(bytes)?)?;
        headers.try_append(name, HeaderValue::from_bytes(take(bytes)?)?)?;
    }
    Ok(headers)
}

fn take<'a>(bytes: &mut &'a [u8]) -> Result<&'a [u8], BoxError> {
    let length = take_number(bytes)?;
    let (taken, rest) = bytes.split_at_checked(length).ok_or(CUT)?;
    *bytes = rest;
    Ok(taken)
}

fn take_number(bytes: &mut &[u8]) -> Result<usize, BoxError> {
    let (number, rest) = bytes.split_first_chunk().ok_or(CUT)?;
    *bytes = rest;
    Ok(usize::try_from(u64::from_le_bytes(*number))?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn headers() -> impl Strategy<Value = HeaderMap> {
        let value = prop::collection::vec(32_u8..127, 0..20);
        let one = ("x-[a-z]{1,5}", value).prop_map(|(name, value)| {
            let name: HeaderName = name.parse().unwrap();
            (name, HeaderValue::from_bytes(&value).unwrap())
        });
        prop::collection::vec(one, 0..6).prop_map(|all| {
            let mut headers = HeaderMap::new();
            for (name, value) in all {
                headers.append(name, value);
            }
            headers
        })
    }

    fn written(request: Request<Vec<u8>>, trailers: &HeaderMap) -> Vec<u8> {
        let (parts, data) = request.into_parts();
        let mut entry = Vec::new();
        write_head(&parts, &mut entry);
        write_body(&data, trailers, &mut entry);
        entry
    }

    proptest! {
        #[test]
        fn a_request_is_read_as_it_was_written_and_a_cut_one_is_refused(
            method in "[A-Z]{1,8}",
            path in "/[a-z0-9/]{0,20}",
            fields in headers(),
            data in prop::collection::vec(any::<u8>(), 0..100),
            trailers in headers(),
        ) {
            let uri = format!("http://shop{path}?a=b");
            let builder = Request::builder().method(&*method).uri(&uri);
            let mut request = builder.body(data.clone()).unwrap();
            *request.headers_mut() = fields.clone();
            let entry = written(request, &trailers);

            let (read_back, read_trailers) = read(&entry).unwrap();
            prop_assert_eq!(read_back.method().as_str(), method);
            prop_assert_eq!(read_back.uri().to_string(), uri);
            prop_assert_eq!((read_back.headers(), read_trailers), (&fields, trailers));
            prop_assert_eq!(&**read_back.body(), &*data);
            for cut in 0..entry.len() {
                prop_assert!(read(&entry[..cut]).is_err());
            }
        }

        #[test]
        fn no_bytes_make_it_panic_or_ask_for_much_memory(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let _ = read(&bytes);
            let _ = read(&[&[FORM][..], &bytes].concat());
        }
    }

    #[test]
    fn credentials_and_what_belongs_to_a_connection_are_not_written() {
        let mut secret = HeaderValue::from_static("hush");
        secret.set_sensitive(true);
        let request = Request::builder()
            .header(AUTHORIZATION, "Bearer hush")
            .header(COOKIE, "id=hush")
            .header("x-api-key", secret)
            .header(CONNECTION, "close")
            .header("x-request-id", "7c5e")
            .body(Vec::new())
            .unwrap();
        let entry = written(request, &HeaderMap::new());
        assert!(!entry.windows(4).any(|window| window == b"hush"));
        let (request, _) = read(&entry).unwrap();
        let names: Vec<_> = request.headers().keys().map(HeaderName::as_str).collect();
        assert_eq!(names, ["x-request-id"]);
    }

    #[test]
    fn an_entry_of_another_form_is_refused() {
        let mut entry = written(Request::new(Vec::new()), &HeaderMap::new());
        entry[0] = 9;
        assert!(read(&entry).unwrap_err().to_string().contains("another form"));
        entry[0] = FORM;
        entry.push(0);
        assert_eq!(read(&entry).unwrap_err().to_string(), "the entry is too long");
    }
}
