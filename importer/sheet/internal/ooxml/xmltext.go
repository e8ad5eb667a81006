package ooxml

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// inNames are the bytes of which names of tags and attributes are made.
var inNames = func() (set [256]bool) {
	for c := range set {
		set[c] = c >= utf8.RuneSelf || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("_:-.", byte(c)) >= 0
	}
	return set
}()

// named reports whether a run of such bytes is a name, with a prefix or without.
func named(text string) bool {
	if text == "" || text[0] == '-' || text[0] == '.' || text[0] == ':' || text[0] >= '0' && text[0] <= '9' {
		return false
	}
	if len(text) == 1 && text[0] < utf8.RuneSelf { // as those of nearly all attributes
		return true
	}
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return namedElsewhere(text)
		}
	}
	colon := strings.IndexByte(text, ':')
	return colon < 0 || colon < len(text)-1 && strings.IndexByte(text[colon+1:], ':') < 0
}

// namedElsewhere is named for letters beyond ASCII, which no workbook has in its names.
func namedElsewhere(text string) bool {
	_, err := xml.NewDecoder(strings.NewReader("<" + text + "/>")).RawToken()
	return err == nil
}

// xmlAttribute is an attribute of a tag, with its value as it stands.
type xmlAttribute struct{ name, value string }

// attributes reads a tag's attributes from a place on, to the > or /> that ends it. The end is -1 if the text ends
// before. It is strict, since a cell whose t attribute is overlooked would be read as a number.
func (x *xmlScanner) attributes(s string, at int) (end int, empty bool, err error) {
	x.list = x.list[:0]
	for {
		start := blanks(s, at)
		switch {
		case start == len(s), s[start] == '/' && start+1 == len(s):
			return -1, false, nil
		case s[start] == '>':
			return start + 1, false, nil
		case s[start] == '/' && s[start+1] == '>':
			return start + 2, true, nil
		case start == at:
			return -1, false, fmt.Errorf("%w: the tag %.60q", errXML, s)
		}
		if at = x.oneAttribute(s, start); at == 0 {
			return -1, false, fmt.Errorf("%w: the tag %.60q", errXML, s)
		}
		if at < 0 {
			return -1, false, nil
		}
	}
}

// oneAttribute reads one attribute and gives where it ends, -1 if the text ends before, 0 if it is none.
func (x *xmlScanner) oneAttribute(s string, at int) int {
	start := at
	for at < len(s) && inNames[s[at]] {
		at++
	}
	name := s[start:at]
	if at = blanks(s, at); at == len(s) {
		return -1
	}
	if !named(name) || s[at] != '=' {
		return 0
	}
	if at = blanks(s, at+1); at == len(s) {
		return -1
	}
	quote := s[at]
	if quote != '"' && quote != '\'' {
		return 0
	}
	at++
	amp := false
	for start = at; at < len(s) && s[at] != quote; at++ { // values are short: a call of IndexByte costs more
		switch s[at] {
		case '<':
			return 0
		case '&':
			amp = true
		}
	}
	if at == len(s) {
		return -1
	}
	if amp {
		if _, err := unescape(s[start:at]); err != nil {
			return 0
		}
	}
	x.list = append(x.list, xmlAttribute{name, s[start:at]})
	return at + 1
}

// attribute is the value of one attribute of the tag that was opened last, "" if there is none.
func (x *xmlScanner) attribute(name string) string {
	for _, a := range x.list {
		if a.name == name {
			return a.value
		}
	}
	return ""
}

// blanks is where the blanks from a place on end.
func blanks(s string, at int) int {
	for at < len(s) && (s[at] == ' ' || s[at] == '\t' || s[at] == '\n' || s[at] == '\r') {
		at++
	}
	return at
}

// entities are XML's own.
var entities = map[string]string{"amp": "&", "lt": "<", "gt": ">", "quot": `"`, "apos": "'"}

// unescape resolves entities, and makes LF of the other line ends as XML asks for.
func unescape(s string) (string, error) {
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	amp := strings.IndexByte(s, '&')
	if amp < 0 {
		return s, nil
	}
	var b strings.Builder
	for amp >= 0 {
		b.WriteString(s[:amp])
		s = s[amp+1:]
		end := strings.IndexByte(s, ';')
		if end < 0 {
			return "", fmt.Errorf("%w: an & that begins nothing", errXML)
		}
		text, ok := entity(s[:end])
		if !ok {
			return "", fmt.Errorf("%w: the entity &%.20s;", errXML, s[:end])
		}
		b.WriteString(text)
		s = s[end+1:]
		amp = strings.IndexByte(s, '&')
	}
	b.WriteString(s)
	return b.String(), nil
}

func entity(name string) (string, bool) {
	digits, numeric := strings.CutPrefix(name, "#")
	if !numeric {
		text, ok := entities[name]
		return text, ok
	}
	base := 10
	if hex, ok := strings.CutPrefix(digits, "x"); ok {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) || n < utf8.RuneSelf && controls([]byte{byte(n)}) {
		return "", false
	}
	return string(rune(n)), true
}
