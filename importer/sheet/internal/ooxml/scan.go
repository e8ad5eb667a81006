package ooxml

import (
	"bytes"
	"io"
	"strconv"
)

// kind says what a token of an XML part is.
type kind uint8

const (
	text  kind = iota // between tags; comments, declarations and CDATA too
	open              // <row …>
	alone             // <row …/>
	shut              // </row>
)

// token is a piece of an XML part as it stands in the file. Its bytes are valid until the next one.
type token struct {
	kind kind
	raw  []byte
	name []byte // of a tag, without its prefix
}

// scanner cuts an XML part into tokens without changing a byte, so that what isn't to be changed is copied as it is,
// whatever its namespaces, extensions and order.
type scanner struct{ x *xmlScanner }

func newScanner(r io.Reader) *scanner { return &scanner{newXMLScanner(r)} }

// next gives the next token, and io.EOF after the last.
func (s *scanner) next() (token, error) {
	kind, err := s.x.step()
	switch {
	case err != nil:
		return token{}, err
	case kind == openTag:
		t := tagToken(s.x.raw())
		if s.x.empty {
			s.x.close()
		}
		return t, nil
	case kind == closeTag:
		return tagToken(s.x.raw()), nil
	case kind == endOfPart:
		return token{}, io.EOF
	}
	return token{kind: text, raw: s.x.raw()}, nil
}

func tagToken(raw []byte) token {
	t := token{kind: open, raw: raw}
	name := raw[1 : len(raw)-1]
	switch {
	case len(name) > 0 && name[0] == '/':
		t.kind, name = shut, name[1:]
	case len(name) > 0 && name[len(name)-1] == '/':
		t.kind, name = alone, name[:len(name)-1]
	}
	if end := bytes.IndexAny(name, " \t\r\n"); end >= 0 {
		name = name[:end]
	}
	if colon := bytes.IndexByte(name, ':'); colon >= 0 {
		name = name[colon+1:]
	}
	t.name = name
	return t
}

// is reports whether the token is a tag of that name, opening or alone.
func (t token) is(name string) bool {
	return (t.kind == open || t.kind == alone) && string(t.name) == name
}

// ends reports whether the token is the closing tag of that name.
func (t token) ends(name string) bool { return t.kind == shut && string(t.name) == name }

// prefix is the namespace prefix of a tag with its colon, "" for none.
func (t token) prefix() string {
	start := 1
	if t.kind == shut {
		start = 2
	}
	name := t.raw[start:]
	end := bytes.Index(name, t.name)
	if end <= 0 {
		return ""
	}
	return string(name[:end])
}

// attr is the raw value of an attribute, nil if the tag has none of that name (given with its prefix).
func (t token) attr(name string) []byte {
	from, to := t.attrSpan(name)
	if from < 0 {
		return nil
	}
	return t.raw[from:to]
}

// attrSpan is where an attribute's value stands in the tag, -1 for nowhere.
func (t token) attrSpan(name string) (from, to int) {
	i := 1
	for i < len(t.raw) && !isSpace(t.raw[i]) { // past the tag's name
		i++
	}
	for i < len(t.raw) {
		for i < len(t.raw) && isSpace(t.raw[i]) {
			i++
		}
		start := i
		for i < len(t.raw) && t.raw[i] != '=' && !isSpace(t.raw[i]) && t.raw[i] != '>' {
			i++
		}
		key := t.raw[start:i]
		for i < len(t.raw) && t.raw[i] != '"' && t.raw[i] != '\'' {
			i++
		}
		if i >= len(t.raw) {
			return -1, -1
		}
		value := i + 1
		length := bytes.IndexByte(t.raw[value:], t.raw[i])
		if length < 0 {
			return -1, -1
		}
		if string(key) == name {
			return value, value + length
		}
		i = value + length + 1
	}
	return -1, -1
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// number is an attribute as a number, and without when it has none.
func (t token) number(name string, without int) int {
	n, err := strconv.Atoi(string(t.attr(name)))
	if err != nil {
		return without
	}
	return n
}

// with is the tag with an attribute set.
func (t token) with(name, value string) []byte {
	from, to := t.attrSpan(name)
	if from >= 0 {
		return concat(t.raw[:from], value, t.raw[to:])
	}
	end := len(t.raw) - 1
	if t.kind == alone {
		end--
	}
	return concat(t.raw[:end], ` `+name+`="`+value+`"`, t.raw[end:])
}

// without is the tag without an attribute.
func (t token) without(name string) []byte {
	from, to := t.attrSpan(name)
	if from < 0 {
		return t.raw
	}
	start := bytes.LastIndex(t.raw[:from], []byte(name))
	return concat(bytes.TrimRight(t.raw[:start], " \t\r\n"), "", t.raw[to+1:])
}

// opened is the tag as one that is not alone.
func (t token) opened() []byte {
	if t.kind != alone {
		return t.raw
	}
	return concat(bytes.TrimRight(t.raw[:len(t.raw)-2], " \t\r\n"), ">", nil)
}

func concat(before []byte, middle string, after []byte) []byte {
	out := make([]byte, 0, len(before)+len(middle)+len(after))
	out = append(out, before...)
	out = append(out, middle...)
	return append(out, after...)
}
