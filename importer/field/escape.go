package field

import (
	"bytes"
	"html"
	"mime"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"zohobulk/importer/problem"
)

// escapes are what programs write for a letter: HTML, JSON and other languages' strings, addresses of the web, mail, workbooks.
var escapes = []struct {
	form   *regexp.Regexp
	letter func(string) string // what a match stands for, the match itself if nothing
}{
	{regexp.MustCompile(`(?i)<br ?/?>`), func(string) string { return " " }},
	{regexp.MustCompile(`(?i)</?(?:p|b|i|u|a|em|strong|span|div|font|small|big|li|ul|ol|td|tr|h[1-6])(?: [^<>]*)?/?>`), func(string) string { return "" }},
	{regexp.MustCompile(`&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});`), html.UnescapeString},
	{regexp.MustCompile(`\\u\{?[0-9a-fA-F]{4}\}?|\\x[0-9a-fA-F]{2}`), escapedRune},
	{regexp.MustCompile(`_x[0-9a-fA-F]{4}_`), escapedRune},
	{regexp.MustCompile(`\\[rnt]`), func(string) string { return " " }},
	{regexp.MustCompile(`\\["'/\\&]`), func(match string) string { return match[1:] }},
	{regexp.MustCompile(`(?:%[0-9a-fA-F]{2})+`), percentEscaped},
	{regexp.MustCompile(`=\?[\w-]+\?[bBqQ]\?[^? ]+\?=`), mailWord},
	{regexp.MustCompile(`(?:=[0-9A-F]{2})+`), quotedPrintable},
}

func escapedRune(match string) string {
	n, err := strconv.ParseUint(strings.Trim(match, `\uxX_{}`), 16, 32)
	if err != nil || utf8.RuneLen(rune(n)) < 0 {
		return match
	}
	return string(rune(n))
}

func percentEscaped(match string) string {
	text, err := url.PathUnescape(match)
	if err != nil || !utf8.ValidString(text) {
		return match
	}
	return text
}

func mailWord(match string) string {
	text, err := new(mime.WordDecoder).Decode(match)
	if err != nil {
		return match
	}
	return text
}

func quotedPrintable(match string) string {
	var raw []byte
	for code := range strings.SplitSeq(match[1:], "=") {
		n, err := strconv.ParseUint(code, 16, 8)
		if err != nil {
			return match
		}
		raw = append(raw, byte(n))
	}
	if utf8.Valid(raw) {
		return string(raw)
	}
	latin, err := charmap.Windows1252.NewDecoder().Bytes(raw)
	if err != nil || bytes.ContainsRune(latin, utf8.RuneError) {
		return match
	}
	return string(latin)
}

// escapeSigns are the signs of which one stands in every escape.
const escapeSigns = `&<\%=_`

// unescaped is a text as it was before a program escaped it, the text itself if none did. What was escaped twice is taken
// back twice.
func unescaped(text string) string {
	for range 2 {
		before := text
		for _, e := range escapes {
			text = e.form.ReplaceAllStringFunc(text, e.letter)
		}
		if text == before {
			return text
		}
	}
	return text
}

// warnEscaped warns of a text that a program has escaped, and says what is perhaps meant.
func (c *Checker) warnEscaped(text string) {
	meant := unescaped(text)
	if meant == text {
		return
	}
	meant = singleBlanks(trim(compose(stripInvisible(meant))))
	if meant == "" {
		c.add(foundNothing)
		return
	}
	f := Finding{Severity: problem.Warning, Code: CodeEscaped, Message: "a program has escaped letters in it, and it would be sent as it is", Hint: "type the value again"}
	if !strings.ContainsFunc(meant, unicode.IsControl) {
		f.Proposal, f.Hint = meant, "perhaps "+meant+" is meant"
	}
	c.add(f)
}
