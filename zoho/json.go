package zoho

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// reader goes through a JSON document once, from front to back, and takes whatever type it finds: the service has sent
// the same member as a number, a string, an object and not at all, and one odd member must not lose a page of users.
// encoding/json would need a type of its own for each member to be as lenient, and takes at least twice as long, of which
// a directory of a hundred thousand users makes seconds (BenchmarkDecodeAccounts).
type reader struct {
	data  []byte
	at    int
	depth int
	bad   bool // not JSON, or cut short; nothing more is read
}

// maxDepth bounds nesting, far above the service's four levels and far below what hurts.
const maxDepth = 64

// peek is the first byte of the next value, 0 at the end.
func (r *reader) peek() byte {
	for r.at < len(r.data) {
		switch c := r.data[r.at]; c {
		case ' ', '\t', '\r', '\n':
			r.at++
		default:
			return c
		}
	}
	return 0
}

// eat consumes the punctuation c, if it is what comes next.
func (r *reader) eat(c byte) bool {
	if r.bad || r.peek() != c {
		return false
	}
	r.at++
	return true
}

// fail gives up.
func (r *reader) fail() { r.bad, r.at = true, len(r.data) }

// whole tells that the document was read to its end and nothing follows.
func (r *reader) whole() bool { return !r.bad && r.peek() == 0 && r.at == len(r.data) }

// object calls f for each member; f has to consume its value. What is no object is skipped, and false returned.
func (r *reader) object(f func(key []byte)) bool {
	if r.peek() != '{' {
		r.skip()
		return false
	}
	r.list('}', func() {
		key := r.raw()
		if !r.eat(':') {
			r.fail()
			return
		}
		f(key)
	})
	return true
}

// array calls f for each element; f has to consume it. What is no array is skipped, and false returned.
func (r *reader) array(f func()) bool {
	if r.peek() != '[' {
		r.skip()
		return false
	}
	r.list(']', f)
	return true
}

// list reads what stands between brackets, item by item.
func (r *reader) list(end byte, item func()) {
	r.at++ // the opening bracket
	if r.depth++; r.depth > maxDepth {
		r.fail()
	}
	defer func() { r.depth-- }()
	if r.eat(end) {
		return
	}
	for !r.bad {
		item()
		if r.eat(end) {
			return
		}
		if !r.eat(',') {
			r.fail()
		}
	}
}

// skip consumes one value of any type.
func (r *reader) skip() {
	switch c := r.peek(); c {
	case '{':
		r.object(r.skipMember)
	case '[':
		r.array(r.skip)
	case '"':
		r.raw()
	default:
		r.scalar()
	}
}

func (r *reader) skipMember([]byte) { r.skip() }

// raw consumes a string and returns what is between its quotes, escapes and all.
func (r *reader) raw() []byte {
	if !r.eat('"') {
		r.fail()
		return nil
	}
	start := r.at
	for {
		n := bytes.IndexByte(r.data[r.at:], '"')
		if n < 0 {
			r.fail()
			return nil
		}
		r.at += n + 1
		if !escaped(r.data[start : r.at-1]) {
			return r.data[start : r.at-1]
		}
	}
}

// escaped tells whether a quote after text belongs to it: an odd number of backslashes stands before.
func escaped(text []byte) bool {
	n := len(text)
	for n > 0 && text[n-1] == '\\' {
		n--
	}
	return (len(text)-n)%2 == 1
}

// scalar consumes a number, true, false or null.
func (r *reader) scalar() []byte {
	start := r.at
	for r.at < len(r.data) && strings.IndexByte(",]} \t\r\n", r.data[r.at]) < 0 {
		r.at++
	}
	word := r.data[start:r.at]
	if !plain(word) {
		r.fail()
		return nil
	}
	return word
}

// plain tells a word that can be a scalar. Digits are not checked for order: 1.2.3 harms nobody here.
func plain(word []byte) bool {
	switch string(word) {
	case "true", "false", "null":
		return true
	}
	for _, c := range word {
		if (c < '0' || c > '9') && strings.IndexByte("+-.eE", c) < 0 {
			return false
		}
	}
	return len(word) > 0
}

// text consumes a value and returns it as text: a string without its escapes, a number or a bool as written. Null,
// objects and arrays are "".
func (r *reader) text() string {
	switch r.peek() {
	case '"':
		return unquote(r.raw())
	case '{', '[':
		r.skip()
		return ""
	}
	word := string(r.scalar())
	if word == "null" {
		return ""
	}
	return word
}

// unquote takes the escapes out of what stood between quotes.
func unquote(raw []byte) string {
	if bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw) {
		return string(raw)
	}
	var text string
	if json.Unmarshal(append(append([]byte{'"'}, raw...), '"'), &text) != nil {
		return strings.ToValidUTF8(string(raw), "\uFFFD")
	}
	return text
}

// id consumes an identifier; anything but whole digits is none.
func (r *reader) id() ID {
	text := r.text()
	if !digits(strings.TrimPrefix(text, "-")) {
		return ""
	}
	return ID(text)
}

// yes consumes a bool, also one that came as a string.
func (r *reader) yes() bool { return strings.EqualFold(r.text(), "true") }
