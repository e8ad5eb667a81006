package check

import "strings"

// soundValues remembers, for one column, values of which there was nothing to say: most columns of a directory hold few
// different ones, and looking one up costs a tenth of checking it (measured). It holds one value a place, so that its
// memory is bounded and a column of ever new values costs no more than a look.
type soundValues struct {
	places        []soundValue
	looked, found int
	off           bool
}

// soundValue is a text that was sound in rows of a country, and what is sent for it.
type soundValue struct{ text, country, value string }

// How many places a column has, as a power of two; and after how many looks a column whose values hardly repeat (fewer than
// one look in soundShare finds one) is not looked up any more, since keeping a value costs a copy of it.
const (
	soundBits   = 10
	soundPlaces = 1 << soundBits
	soundTrial  = 4096
	soundShare  = 4
)

// get gives what is sent for a text that is known to be sound.
func (s *soundValues) get(text, country string) (string, bool) {
	if s.off || s.places == nil {
		return "", false
	}
	if s.looked++; s.looked == soundTrial {
		s.off = s.found*soundShare < s.looked
		s.looked, s.found = 0, 0
	}
	if text == "" {
		return "", false
	}
	at := soundPlace(text)
	for _, p := range [...]*soundValue{&s.places[at], &s.places[at^1]} {
		if p.text == text && p.country == country {
			s.found++
			return p.value, true
		}
	}
	return "", false
}

// put remembers a sound text. What it keeps must not hold the block of the sheet that it was cut from.
func (s *soundValues) put(text, country, value string) {
	if s.off {
		return
	}
	if s.places == nil {
		s.places = make([]soundValue, soundPlaces)
	}
	same := value == text
	text = strings.Clone(text)
	if same {
		value = text
	} else {
		value = strings.Clone(value)
	}
	at := soundPlace(text)
	s.places[at^1] = s.places[at] // two values that share a place don't push each other out
	s.places[at] = soundValue{text, country, value}
}

// soundPlace mixes a text's length, beginning, middle and end: enough to spread the values of a column.
func soundPlace(text string) int {
	n := len(text)
	if n == 0 {
		return 0
	}
	h := uint32(n)*31 + uint32(text[0])
	h = h*0x01000193 ^ uint32(text[n-1])
	h = h*0x01000193 ^ uint32(text[n/2])
	h = h*0x01000193 ^ uint32(text[n/4])
	h = h*0x01000193 ^ uint32(text[n-1-n/4])
	return int(h * 0x9e3779b1 >> (32 - soundBits))
}
