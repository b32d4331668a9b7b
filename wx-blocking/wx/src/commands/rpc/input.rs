//! Lines from the peer, each held only up to a bound.

use std::io::{self, BufRead, BufReader, ErrorKind, Read};

/// Reads lines; one that is longer than the bound is skipped, not held.
pub(super) struct Lines<R> {
    reader: BufReader<R>,
    line: Vec<u8>,
    limit: usize,
}

/// What comes next.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Line<'a> {
    /// A line without its newline; the last one may have none.
    Whole(&'a [u8]),
    /// A line longer than the bound was skipped.
    TooLong,
    /// There is no more.
    End,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(reader: R, limit: usize) -> Self {
        Self { reader: BufReader::new(reader), line: Vec::new(), limit }
    }

    /// The next line; waits for it.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) fn next(&mut self) -> io::Result<Line<'_>> {
        // A long line must not occupy its memory for ever.
        self.line.clear();
        self.line.shrink_to(SMALL);
        let (mut too_long, mut is_empty) = (false, true);
        loop {
            let available = match self.reader.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if available.is_empty() {
                return Ok(match (too_long, is_empty) {
                    (true, _) => Line::TooLong,
                    (false, true) => Line::End,
                    (false, false) => Line::Whole(&self.line),
                });
            }
            is_empty = false;
            let newline = available.iter().position(|byte| *byte == b'\n');
            let piece = newline.map_or(available, |at| available.get(..at).unwrap_or_default());
            if self.line.len() + piece.len() > self.limit {
                too_long = true;
                self.line.clear();
                self.line.shrink_to(SMALL);
            }
            if !too_long {
                self.line.extend_from_slice(piece);
            }
            let used = piece.len() + usize::from(newline.is_some());
            self.reader.consume(used);
            if newline.is_some() {
                return Ok(if too_long { Line::TooLong } else { Line::Whole(&self.line) });
            }
        }
    }
}

/// What is kept between lines, in bytes.
const SMALL: usize = 64 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its bytes in pieces.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let length = self.1.min(self.0.len()).min(into.len());
            let (piece, rest) = self.0.split_at(length);
            into[..length].copy_from_slice(piece);
            self.0 = rest;
            Ok(length)
        }
    }

    fn lines(bytes: &[u8], piece: usize) -> Vec<String> {
        let mut lines = Lines::new(Pieces(bytes, piece), 4);
        let mut seen = Vec::new();
        loop {
            match lines.next().unwrap() {
                Line::Whole(line) => seen.push(String::from_utf8_lossy(line).into_owned()),
                Line::TooLong => seen.push("too long".to_owned()),
                Line::End => return seen,
            }
        }
    }

    #[test]
    fn lines_are_the_same_however_they_come() {
        for piece in [1, 2, 3, 100] {
            assert_eq!(lines(b"a\n\nbcde\nlonger\n\nf", piece), ["a", "", "bcde", "too long", "", "f"]);
            assert_eq!(lines(b"longer", piece), ["too long"]);
            assert_eq!(lines(b"\n", piece), [""]);
            assert_eq!(lines(b"", piece), [""; 0]);
        }
    }

    #[test]
    fn a_long_line_is_not_held() {
        let mut lines = Lines::new(io::repeat(b'x').take(100 << 20).chain(&b"\nabc\n"[..]), 1 << 20);
        assert_eq!(lines.next().unwrap(), Line::TooLong);
        assert!(lines.line.capacity() <= 1 << 20, "{}", lines.line.capacity());
        assert_eq!(lines.next().unwrap(), Line::Whole(b"abc"));
        assert_eq!(lines.next().unwrap(), Line::End);
    }
}
