package field

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// trim takes away what nobody sees around a value: blanks of all kinds and invisible characters. At its end a joiner or a
// selector stays, which may belong to the letter before it; stripInvisible decides about those.
func trim(text string) string {
	if text == "" || printable(text[0]) && printable(text[len(text)-1]) {
		return text
	}
	text = strings.TrimLeftFunc(text, func(r rune) bool { return unicode.IsSpace(r) || invisible(r) || dependent(r) })
	return strings.TrimRightFunc(text, func(r rune) bool { return unicode.IsSpace(r) || invisible(r) })
}

// Trim is how every check sees a value: without blanks and invisible characters around it.
func Trim(text string) string { return trim(text) }

func printable(c byte) bool { return c > ' ' && c < utf8.RuneSelf-1 }

// invisible reports a character that nobody sees wherever it stands: it has no width, fills a place with nothing, or steers
// the direction or the form of what is beside it.
func invisible(r rune) bool {
	if r < 0xad {
		return false
	}
	return unicode.Is(unseen, r)
}

// unseen are these characters. The Mongolian selectors and the Khmer vowels are never seen by themselves either.
var unseen = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x00ad, Hi: 0x00ad, Stride: 1}, // soft hyphen
		{Lo: 0x034f, Hi: 0x034f, Stride: 1}, // grapheme joiner
		{Lo: 0x061c, Hi: 0x061c, Stride: 1}, // Arabic letter mark
		{Lo: 0x115f, Hi: 0x1160, Stride: 1}, // Hangul fillers
		{Lo: 0x17b4, Hi: 0x17b5, Stride: 1}, // Khmer inherent vowels
		{Lo: 0x180b, Hi: 0x180f, Stride: 1}, // Mongolian selectors
		{Lo: 0x200b, Hi: 0x200b, Stride: 1}, // zero-width space
		{Lo: 0x200e, Hi: 0x200f, Stride: 1}, // direction marks
		{Lo: 0x202a, Hi: 0x202e, Stride: 1}, // embeddings and overrides
		{Lo: 0x2060, Hi: 0x206f, Stride: 1}, // word joiner, invisible operators, isolates, retired controls
		{Lo: 0x2800, Hi: 0x2800, Stride: 1}, // braille pattern without dots
		{Lo: 0x3164, Hi: 0x3164, Stride: 1}, // Hangul filler
		{Lo: 0xfeff, Hi: 0xfeff, Stride: 1}, // byte-order mark
		{Lo: 0xffa0, Hi: 0xffa0, Stride: 1}, // half-width Hangul filler
		{Lo: 0xfff9, Hi: 0xfffb, Stride: 1}, // interlinear annotations
	},
	R32: []unicode.Range32{
		{Lo: 0x1bca0, Hi: 0x1bca3, Stride: 1}, // shorthand format controls
		{Lo: 0x1d173, Hi: 0x1d17a, Stride: 1}, // musical format controls
	},
	LatinOffset: 1,
}

// The characters that are invisible but change the one before them: in emoji all of them mean something, the joiners in
// the scripts whose letters join, and a selector behind an ideograph chooses its form.
const (
	nonJoiner = 0x200c
	joiner    = 0x200d
	keycap    = 0x20e3
)

func dependent(r rune) bool { return r == nonJoiner || r == joiner || selector(r) || tag(r) }

func selector(r rune) bool { return r >= 0xfe00 && r <= 0xfe0f || r >= 0xe0100 && r <= 0xe01ef }

func tag(r rune) bool { return r >= 0xe0000 && r <= 0xe007f }

// stripInvisible takes invisible characters away wherever they are, but where a script or an emoji needs them.
func stripInvisible(text string) string {
	if isASCII(text) || !strings.ContainsFunc(text, func(r rune) bool { return invisible(r) || dependent(r) }) {
		return text
	}
	var b strings.Builder
	before := rune(0) // the last character that is seen
	for text != "" {
		r, size := utf8.DecodeRuneInString(text)
		letter, rest := text[:size], text[size:]
		next, _ := utf8.DecodeRuneInString(rest)
		if text = rest; invisible(r) || dependent(r) && !needed(r, before, next) {
			continue
		}
		if !dependent(r) {
			before = r
		}
		b.WriteString(letter)
	}
	return b.String()
}

// needed reports whether a character that changes the one before it has something to change.
func needed(r, before, next rune) bool {
	switch {
	case before == 0:
		return false
	case selector(r):
		return emoji(before) || next == keycap || unicode.Is(unicode.Han, before)
	case tag(r):
		return emoji(before)
	case r == joiner && emoji(before):
		return emoji(next)
	}
	return joins(before)
}

// emoji takes symbols and pictures, and the modifiers of skin.
func emoji(r rune) bool {
	return unicode.In(r, unicode.So, unicode.Sk, unicode.Sm) || r == '‼' || r == '⁉' || r >= 0x1f000 && r <= 0x1faff
}

// joins reports a letter or mark of a script whose letters join, so that a joiner beside it is seen.
func joins(r rune) bool {
	return unicode.In(r, unicode.Arabic, unicode.Syriac, unicode.Mongolian, unicode.Nko, unicode.Mandaic, unicode.Adlam,
		unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu,
		unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Khmer, unicode.Myanmar, unicode.Tibetan, unicode.Thai, unicode.Lao)
}
