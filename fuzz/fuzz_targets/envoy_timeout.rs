#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| ms_fuzz::bodies::envoy_timeout(data));
