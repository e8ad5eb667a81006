// Package window looks at stretches of text as they are read from a file.
package window

import (
	"bytes"
	"io"
	"unicode/utf8"
)

// Size is how much of a file is read at a time, in bytes.
const Size = 64 << 10

// ReadFull fills a buffer, and says whether the reader is at its end. Unlike io.ReadFull it tells that from a reader that
// fails with io.ErrUnexpectedEOF, as parts do that were cut.
func ReadFull(r io.Reader, buf []byte) (n int, eof bool, err error) {
	for n < len(buf) && err == nil {
		var m int
		m, err = r.Read(buf[n:])
		n += m
	}
	if err == io.EOF {
		return n, true, nil
	}
	return n, false, err
}

// SoundUTF8 is how many bytes from the start are whole characters. What came from a code page is UTF-8 by birth; there a
// replacement character, or a control that no code page has for a letter, is a byte that could not be decoded.
func SoundUTF8(b []byte, legacy bool) int {
	if !legacy && utf8.Valid(b) {
		return len(b)
	}
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n <= 1 {
			return i
		}
		if legacy && (r == utf8.RuneError || r >= 0x80 && r < 0xa0 && r != 0x85) {
			return i
		}
		i += n
	}
	return len(b)
}

// Suspect reports whether a text may hold what mojibake looks for: a replacement character, or one of U+00C2 to U+00F4
// with another character beyond ASCII behind it.
func Suspect(b []byte) bool {
	if bytes.Contains(b, []byte("\ufffd")) {
		return true
	}
	for {
		i := bytes.IndexByte(b, 0xc3)
		if i < 0 || i+2 >= len(b) {
			return i >= 0 // the end of the window: look again at the cell
		}
		if b[i+1] >= 0x82 && b[i+1] <= 0xb4 && b[i+2] >= utf8.RuneSelf {
			return true
		}
		b = b[i+2:]
	}
}
