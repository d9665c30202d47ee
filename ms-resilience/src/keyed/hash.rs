//! Pure: SipHash, by which nobody who does not know its seed can make keys collide.
//!
//! That of `std` takes 150 instructions for a number, most of the way to its member. This is the
//! same function, with no step for what is known when it is compiled.

use std::hash::{BuildHasher, Hasher, RandomState};

/// SipHash-1-3 with a seed of chance.
pub(super) type Sip13 = Seed<1, 3>;

/// What a hash begins with; so many rounds follow each word, and so many the last.
#[derive(Debug, Clone)]
pub(super) struct Seed<const EACH: usize, const LAST: usize>([u64; 4]);

/// A hash under way.
#[derive(Debug)]
pub(super) struct Sip<const EACH: usize, const LAST: usize> {
    state: [u64; 4],
    /// The bytes that do not fill a word yet, the first one lowest.
    rest: u64,
    bytes: usize,
}

impl<const EACH: usize, const LAST: usize> Seed<EACH, LAST> {
    pub(super) fn new([one, other]: [u64; 2]) -> Self {
        let text = [0x736f_6d65_7073_6575, 0x646f_7261_6e64_6f6d];
        let more = [0x6c79_6765_6e65_7261, 0x7465_6462_7974_6573];
        Self([one ^ text[0], other ^ text[1], one ^ more[0], other ^ more[1]])
    }

    /// As `std` seeds its own: nobody can know it, and no two are alike.
    pub(super) fn by_chance() -> Self {
        Self::new([(); 2].map(|()| RandomState::new().hash_one(())))
    }
}

impl<const EACH: usize, const LAST: usize> BuildHasher for Seed<EACH, LAST> {
    type Hasher = Sip<EACH, LAST>;

    #[inline]
    fn build_hasher(&self) -> Sip<EACH, LAST> {
        Sip { state: self.0, rest: 0, bytes: 0 }
    }
}

impl<const EACH: usize, const LAST: usize> Sip<EACH, LAST> {
    /// The next `size` bytes, of which there are at most eight; above them is nothing.
    #[inline]
    const fn add(&mut self, bytes: u64, size: usize) {
        let before = self.bytes % 8;
        self.bytes += size;
        self.rest |= bytes << (8 * before);
        if before + size >= 8 {
            self.word(self.rest);
            self.rest = if before == 0 { 0 } else { bytes >> (8 * (8 - before)) };
        }
    }

    #[inline]
    const fn word(&mut self, word: u64) {
        self.state[3] ^= word;
        self.rounds(EACH);
        self.state[0] ^= word;
    }

    #[inline]
    const fn rounds(&mut self, count: usize) {
        let [mut a, mut b, mut c, mut d] = self.state;
        let mut round = 0;
        while round < count {
            a = a.wrapping_add(b);
            c = c.wrapping_add(d);
            b = b.rotate_left(13) ^ a;
            d = d.rotate_left(16) ^ c;
            a = a.rotate_left(32).wrapping_add(d);
            c = c.wrapping_add(b);
            b = b.rotate_left(17) ^ c;
            d = d.rotate_left(21) ^ a;
            c = c.rotate_left(32);
            round += 1;
        }
        self.state = [a, b, c, d];
    }
}

impl<const EACH: usize, const LAST: usize> Hasher for Sip<EACH, LAST> {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks();
        for &word in words {
            self.add(u64::from_le_bytes(word), 8);
        }
        let last = rest.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
        self.add(last, rest.len());
    }

    #[inline]
    fn write_u8(&mut self, number: u8) {
        self.add(number.into(), 1);
    }

    #[inline]
    fn write_u16(&mut self, number: u16) {
        self.add(number.into(), 2);
    }

    #[inline]
    fn write_u32(&mut self, number: u32) {
        self.add(number.into(), 4);
    }

    #[inline]
    fn write_u64(&mut self, number: u64) {
        self.add(number, 8);
    }

    #[inline]
    fn write_usize(&mut self, number: usize) {
        self.add(number as u64, 8);
    }

    #[inline]
    fn finish(&self) -> u64 {
        let Self { state, rest, bytes } = *self;
        let mut last = Self { state, rest: 0, bytes };
        last.word(rest | (bytes as u64) << 56);
        last.state[2] ^= 0xff;
        last.rounds(LAST);
        let [a, b, c, d] = last.state;
        a ^ b ^ c ^ d
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Those of the paper and of its authors' program, for SipHash-2-4 and the seed 00 01 … 0f.
    const KNOWN: [(u8, u64); 4] = [
        (0, 0x726f_db47_dd0e_0e31),
        (1, 0x74f8_39c5_93dc_67fd),
        (8, 0x93f5_f579_9a93_2462),
        (15, 0xa129_ca61_49be_45e5),
    ];

    #[test]
    fn it_is_the_function_that_was_published() {
        let seed = Seed::<2, 4>::new([0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908]);
        for (length, expected) in KNOWN {
            let mut hasher = seed.build_hasher();
            hasher.write(&(0..length).collect::<Vec<u8>>());
            assert_eq!(hasher.finish(), expected, "of {length} bytes");
        }
    }

    #[test]
    fn no_two_seeds_are_alike() {
        assert_ne!(Sip13::by_chance().hash_one(7), Sip13::by_chance().hash_one(7));
    }

    proptest! {
        #[test]
        fn bytes_count_as_such_in_whatever_pieces_they_come(
            pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 0..6),
            numbers: (u8, u16, u32, u64),
        ) {
            let seed = Sip13::new([7, 11]);
            let (mut pieced, mut whole) = (seed.build_hasher(), Vec::new());
            for piece in &pieces {
                pieced.write(piece);
                whole.extend_from_slice(piece);
            }
            pieced.write_u8(numbers.0);
            pieced.write_u16(numbers.1);
            pieced.write_u32(numbers.2);
            pieced.write_u64(numbers.3);
            whole.push(numbers.0);
            whole.extend(numbers.1.to_le_bytes());
            whole.extend(numbers.2.to_le_bytes());
            whole.extend(numbers.3.to_le_bytes());
            let mut at_once = seed.build_hasher();
            at_once.write(&whole);
            prop_assert_eq!(pieced.finish(), at_once.finish());
        }
    }
}
