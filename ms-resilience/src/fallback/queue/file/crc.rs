//! Pure: a checksum that tells a whole frame from a torn one.

/// The reflected polynomial of CRC-32, as in Ethernet and zip.
const POLYNOMIAL: u32 = 0xEDB8_8320;

/// What each value of a byte contributes.
const TABLE: [u32; 256] = table();

/// The CRC-32 of the `parts` one after the other.
pub(super) fn crc32(parts: [&[u8]; 2]) -> u32 {
    let bytes = parts.into_iter().flatten();
    !bytes.fold(u32::MAX, |crc, byte| {
        let [low, ..] = crc.to_le_bytes();
        TABLE[usize::from(low ^ byte)] ^ (crc >> 8)
    })
}

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut value = 0_u32;
    while value < 256 {
        let (mut crc, mut bit) = (value, 0);
        while bit < 8 {
            crc = (crc >> 1) ^ if crc & 1 == 1 { POLYNOMIAL } else { 0 };
            bit += 1;
        }
        table[value as usize] = crc;
        value += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_that_everybody_knows() {
        assert_eq!(crc32([b"123456789", b""]), 0xCBF4_3926);
        assert_eq!(crc32([b"1234", b"56789"]), 0xCBF4_3926);
        assert_eq!(crc32([b"", b""]), 0);
    }

    proptest::proptest! {
        #[test]
        fn a_changed_bit_is_seen(mut bytes in proptest::collection::vec(0_u8.., 1..50), at: usize) {
            let before = crc32([&bytes, b""]);
            let at = at % (bytes.len() * 8);
            bytes[at / 8] ^= 1 << (at % 8);
            proptest::prop_assert_ne!(crc32([&bytes, b""]), before);
        }
    }
}
