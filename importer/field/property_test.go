package field

import (
	"testing"

	"pgregory.net/rapid"

	"zohobulk/importer/problem"
)

// texts are texts as cells have them, the ugly ones among them.
func texts() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.StringMatching(`[ '"]?[A-Za-zÀ-ÿ0-9@.+,;/() \-]{0,30}`),
		rapid.StringMatching(`\+?[0-9 ()/.\-]{3,20}( ext\.? ?[0-9]{1,4})?`),
		rapid.StringMatching(`[a-zA-Z.]{1,12}@[a-zA-Z\-]{1,12}\.(com|de|org)`),
		rapid.StringMatching(`[0-9]{1,20}([.,][0-9]{1,3})?(E\+[0-9]{1,2})?`),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.SampledFrom([]string{"Deutschland", "UK", "F", "#N/A", "#CLEAR", "0", "'01067", "Straße\n5", "\u202e+49 30 12345678", "٣٠"}),
	)
}

// A value that passed is passed again unchanged, without a note on it: what is sent would be sent again.
func TestCheckTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := ID(rapid.IntRange(0, Count-1).Draw(t, "field"))
		form := rapid.SampledFrom([]PhoneForm{KeepPhones, E164Phones, NationalPhones}).Draw(t, "form")
		country := rapid.SampledFrom([]string{"", "us", "de", "in", "gb", "it", Unreadable}).Draw(t, "country")
		text := texts().Draw(t, "text")
		if Trim(text) == "" {
			return
		}
		c := NewChecker(form)
		c.Country(country)
		value, found := c.Check(id, text)
		if gravest(found) == problem.Error {
			return
		}
		if value == "" {
			t.Fatalf("%v %q became nothing without an error", id, text)
		}
		again, found := c.Check(id, value)
		if again != value || gravest(found) == problem.Error {
			t.Fatalf("%v %q became %q, and that %q with %+v", id, text, value, again, found)
		}
	})
}

// What one checker remembers of other values changes no verdict.
func TestCachesChangeNothing(t *testing.T) {
	used := NewChecker(KeepPhones)
	rapid.Check(t, func(t *rapid.T) {
		id := ID(rapid.IntRange(0, Count-1).Draw(t, "field"))
		country := rapid.SampledFrom([]string{"", "us", "de"}).Draw(t, "country")
		text := texts().Draw(t, "text")
		if Trim(text) == "" {
			return
		}
		fresh := NewChecker(KeepPhones)
		used.Country(country)
		fresh.Country(country)
		if got, want := checkText(used, id, text), checkText(fresh, id, text); got != want {
			t.Fatalf("%v %q: %+v remembered, %+v again", id, text, got, want)
		}
	})
}

func gravest(found []Finding) problem.Severity {
	worst := problem.Note
	for _, f := range found {
		worst = max(worst, f.Severity)
	}
	return worst
}

// Every code that any check gives is in the documented list, with a severity at least as grave.
func TestCheckersKeepToTheList(t *testing.T) {
	grave := map[string]problem.Severity{}
	for _, c := range Codes {
		grave[c.Code] = c.Severity
	}
	rapid.Check(t, func(t *rapid.T) {
		c := NewChecker(KeepPhones)
		c.Country(rapid.SampledFrom([]string{"", "us", "de"}).Draw(t, "country"))
		text := texts().Draw(t, "text")
		if Trim(text) == "" {
			return
		}
		for id := range ID(Count) {
			_, found := c.Check(id, text)
			for _, f := range found {
				if severity, ok := grave[f.Code]; !ok || f.Severity > severity || f.Message == "" {
					t.Fatalf("%v %q: %+v is not as documented", id, text, f)
				}
			}
			c.Kind(id, text)
		}
	})
}

func FuzzCheck(f *testing.F) {
	for i, seed := range []string{"anna@example.com", "+49 30 12345678 x5", "2.56E+18", "D-01067", "O'Brien", "weiblich", "Untied States", "a,\nb", "\xff", "１２"} {
		f.Add(uint8(i), seed)
	}
	f.Fuzz(func(t *testing.T, n uint8, text string) {
		if Trim(text) == "" {
			return
		}
		id := ID(int(n) % Count)
		c := NewChecker(PhoneForm([]PhoneForm{KeepPhones, E164Phones, NationalPhones}[int(n)%3]))
		c.Country([]string{"", "us", "de", "in"}[int(n)%4])
		value, found := c.Check(id, text)
		if gravest(found) == problem.Error {
			return
		}
		if again, found := c.Check(id, value); again != value || gravest(found) == problem.Error {
			t.Errorf("%v %q became %q, and that %q with %+v", id, text, value, again, found)
		}
	})
}
