package journal

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

// The text columns of the journal hold JSON arrays of strings, written and read by hand: a million rows go through
// here twice, and encoding/json takes 4 times as long (measured on rows of 8 cells). Bytes that are no UTF-8 are kept
// as they are.

var errList = errors.New("damaged list in the journal")

const hex = "0123456789abcdef"

// encodeList writes a JSON array of strings.
func encodeList(list []string) string {
	size := 2
	for _, s := range list {
		size += len(s) + 3
	}
	b := append(make([]byte, 0, size), '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, s)
	}
	return string(append(b, ']'))
}

// appendText writes one JSON string, escaping what JSON demands and nothing more.
func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < 0x20:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

// decodeList reads what encodeList wrote. Texts without escapes share the memory of the array.
func decodeList(text string) ([]string, error) {
	inner, ok := strings.CutPrefix(text, "[")
	if !ok {
		return nil, errList
	}
	if inner == "]" {
		return nil, nil
	}
	list := make([]string, 0, 1+strings.Count(inner, `",`))
	for {
		item, rest, err := cutText(inner)
		if err != nil {
			return nil, err
		}
		list = append(list, item)
		switch {
		case rest == "]":
			return list, nil
		case strings.HasPrefix(rest, ","):
			inner = rest[1:]
		default:
			return nil, errList
		}
	}
}

// cutText takes one JSON string from the front.
func cutText(s string) (item, rest string, err error) {
	if !strings.HasPrefix(s, `"`) {
		return "", "", errList
	}
	s = s[1:]
	end := strings.IndexAny(s, `"\`)
	switch {
	case end < 0:
		return "", "", errList
	case s[end] == '"':
		return s[:end], s[end+1:], nil
	}
	return cutEscaped(s, end)
}

// cutEscaped goes on with a string whose first escape is at the given place.
func cutEscaped(s string, at int) (item, rest string, err error) {
	b := []byte(s[:at])
	for i := at; i < len(s); i++ {
		switch c := s[i]; c {
		case '"':
			return string(b), s[i+1:], nil
		case '\\':
			var n int
			if b, n = appendEscape(b, s[i+1:]); n == 0 {
				return "", "", errList
			}
			i += n
		default:
			b = append(b, c)
		}
	}
	return "", "", errList
}

// appendEscape writes what one of appendText's escapes stands for; n is its length without the backslash, 0 if it is none.
func appendEscape(b []byte, s string) (_ []byte, n int) {
	switch {
	case s == "":
		return b, 0
	case s[0] == '"' || s[0] == '\\':
		return append(b, s[0]), 1
	case s[0] != 'u' || len(s) < 5:
		return b, 0
	}
	c, err := strconv.ParseUint(s[1:5], 16, 7)
	if err != nil {
		return b, 0
	}
	return append(b, byte(c)), 5
}

// encodeMap writes a map as a list of keys and values, in the order of the keys.
func encodeMap(m map[string]string) string {
	if len(m) == 0 {
		return "[]"
	}
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	list := make([]string, 0, 2*len(m))
	for _, k := range keys {
		list = append(list, k, m[k])
	}
	return encodeList(list)
}

func decodeMap(text string) (map[string]string, error) {
	list, err := decodeList(text)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	if len(list)%2 != 0 {
		return nil, errList
	}
	m := make(map[string]string, len(list)/2)
	for i := 0; i < len(list); i += 2 {
		m[list[i]] = list[i+1]
	}
	return m, nil
}

// encodeChanges writes changes as a list of field, before, after.
func encodeChanges(changes []Change) string {
	list := make([]string, 0, 3*len(changes))
	for _, c := range changes {
		list = append(list, c.Field, c.Before, c.After)
	}
	return encodeList(list)
}

func decodeChanges(text string) ([]Change, error) {
	list, err := decodeList(text)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	if len(list)%3 != 0 {
		return nil, errList
	}
	changes := make([]Change, 0, len(list)/3)
	for i := 0; i < len(list); i += 3 {
		changes = append(changes, Change{Field: list[i], Before: list[i+1], After: list[i+2]})
	}
	return changes, nil
}
