package sheet

import (
	"errors"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/transform"
)

// errSurrogate is half a character, or half of a byte pair: the library's decoder would make a U+FFFD of it, which
// could not be told from one that the file holds.
var errSurrogate = errors.New("half a character")

// utf16Decoder makes UTF-8 of UTF-16. Low and high say which byte of a pair is which.
type utf16Decoder struct{ low, high int }

// Reset is there for transform.Transformer; the decoder has no state.
func (utf16Decoder) Reset() {}

// Transform decodes what it can.
func (d utf16Decoder) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		r, n := d.rune(src[nSrc:])
		switch {
		case n == 0 && atEOF, n < 0:
			return nDst, nSrc, errSurrogate
		case n == 0:
			return nDst, nSrc, transform.ErrShortSrc
		case nDst+utf8.RuneLen(r) > len(dst):
			return nDst, nSrc, transform.ErrShortDst
		}
		nDst += utf8.EncodeRune(dst[nDst:], r)
		nSrc += n
	}
	return nDst, nSrc, nil
}

// rune decodes one character and gives its length, 0 if the source is too short, -1 if it is no character.
func (d utf16Decoder) rune(src []byte) (rune, int) {
	if len(src) < 2 {
		return 0, 0
	}
	r := rune(src[d.low]) | rune(src[d.high])<<8
	if !utf16.IsSurrogate(r) {
		return r, 2
	}
	if r >= 0xdc00 {
		return 0, -1
	}
	if len(src) < 4 {
		return 0, 0
	}
	r = utf16.DecodeRune(r, rune(src[2+d.low])|rune(src[2+d.high])<<8)
	if r == utf8.RuneError {
		return 0, -1
	}
	return r, 4
}
