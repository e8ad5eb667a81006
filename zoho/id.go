package zoho

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// ID is an identifier of the service: an organisation (zoid), a user (zuid) or a mailbox (accountId). They have up to
// 19 digits, more than a float64 holds, and come as JSON numbers or strings; an ID keeps the digits as they came.
type ID string

// Valid tells an identifier that can be sent: digits only, and more than zeros. The service answers -1 for "no
// organisation".
func (id ID) Valid() bool {
	return len(id) <= 19 && digits(string(id)) && strings.Trim(string(id), "0") != ""
}

// digits tells a text of nothing but digits.
func digits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}

// Number is the identifier as a JSON number, as updatePersonalInfo's documented sample sends it.
func (id ID) Number() json.Number { return json.Number(id) }

// UnmarshalJSON takes a JSON number or string of whole digits; null and "" are no identifier.
func (id *ID) UnmarshalJSON(data []byte) error {
	text := string(bytes.Trim(data, `"`))
	if text == "null" || text == "" {
		*id = ""
		return nil
	}
	if !digits(strings.TrimPrefix(text, "-")) {
		return fmt.Errorf("identifier %s: want whole digits", shorten(text, 40))
	}
	*id = ID(text)
	return nil
}
