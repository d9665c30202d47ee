#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| ms_fuzz::bodies::http_date(data));
