package field_test

import (
	"encoding/json"
	"testing"

	"zohobulk/importer/field"
	"zohobulk/zoho"
)

// TestEntriesReadAndWrite writes each field alone into an update: it must be a place of its own, and only what is a personal
// detail has one. Every field can be read from an account.
func TestEntriesReadAndWrite(t *testing.T) {
	places := map[string]field.ID{}
	for _, e := range field.All() {
		if e.Read == nil || e.Read(&zoho.Account{}) != "" {
			t.Errorf("%s can't be read from an account, or not from an empty one", e.Name)
		}
		if personal := field.Personal.Has(e.ID); personal != (e.Write != nil) {
			t.Errorf("%s: personal is %t, and it can be written: %t", e.Name, personal, e.Write != nil)
		}
		if e.Write == nil {
			continue
		}
		var update zoho.PersonalInfo
		text := "x"
		e.Write(&update, &text)
		body, err := json.Marshal(update)
		if err != nil {
			t.Fatal(err)
		}
		if other, taken := places[string(body)]; taken {
			t.Errorf("%s and %s are written in one place", e.Name, other)
		}
		if places[string(body)] = e.ID; (update.Address != nil) != e.Part {
			t.Errorf("%s: a part of the address is %t, and it was written into %s", e.Name, e.Part, body)
		}
	}
}
