package sheet

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// mojibake tells text that was UTF-8, was read as windows-1252 and saved like that ("MÃ¼ller"), and what it was meant
// to be. A replacement character is bad too, but what it was meant to be is lost.
func mojibake(text string) (meant string, bad bool) {
	if plainText(text) {
		return "", false
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError {
			return "", true
		}
		if was, m := misread(text[i:]); m > 0 {
			b.WriteRune(was)
			i += m
			bad = true
			continue
		}
		b.WriteRune(r)
		i += n
	}
	if !bad {
		return "", false
	}
	return b.String(), true
}

// misread decodes the runes at the start of a text as the windows-1252 reading of one UTF-8 sequence. It gives the
// length of what it decoded, or 0 if they are none, or one that no text would hold.
func misread(text string) (rune, int) {
	lead, n := utf8.DecodeRuneInString(text)
	if lead < 0xc2 || lead > 0xf4 {
		return 0, 0
	}
	raw := []byte{byte(lead)}
	want := 2
	if lead >= 0xe0 {
		want = 3
	}
	for len(raw) < want {
		r, size := utf8.DecodeRuneInString(text[n:])
		c, ok := charmap.Windows1252.EncodeRune(r)
		if !ok && r >= 0x80 && r < 0xa0 { // the five bytes that windows-1252 leaves empty come as controls
			c, ok = byte(r), true
		}
		if !ok || c < 0x80 || c > 0xbf {
			return 0, 0
		}
		raw, n = append(raw, c), n+size
	}
	r, _ := utf8.DecodeRune(raw)
	if !common(r) {
		return 0, 0
	}
	return r, n
}

// common reports whether a letter is one that real text holds, so that "É»" isn't taken for an African letter.
func common(r rune) bool {
	switch {
	case r >= 0xa0 && r <= 0x17f, // Latin
		r >= 0x386 && r <= 0x3ce, // Greek
		r >= 0x401 && r <= 0x45f, // Cyrillic
		r >= 0x5d0 && r <= 0x5ea, // Hebrew
		r >= 0x621 && r <= 0x64a, // Arabic
		r >= 0x904 && r <= 0x939, // Devanagari
		r >= 0x1e00 && r <= 0x1eff,
		r >= 0x2010 && r <= 0x203a, // dashes and quotation marks
		r == 0x20ac, r == 0x2122,
		r >= 0x3001 && r <= 0x30ff, // kana
		r >= 0x4e00 && r <= 0x9fff, // Han
		r >= 0xac00 && r <= 0xd7a3: // Hangul
		return true
	}
	return false
}

// plainText reports whether a text is ASCII.
func plainText(text string) bool {
	for i := 0; i < len(text); i++ {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
