package field_test

import (
	"testing"

	"pgregory.net/rapid"

	"zohobulk/importer/field"
)

// TestSamePhone reads two numbers by their countries: what parses is compared, given out or not.
func TestSamePhone(t *testing.T) {
	for _, test := range []struct {
		a, countryA, b, countryB string
		same                     bool
	}{
		{"+1 438-555-0154", "", "14385550154", "", true}, // for fiction, so given out by nobody
		{"+1 438-555-0154", "ca", "14385550154", "ca", true},
		{"+1 438-555-0154", "ca", "(438) 555-0154", "ca", true},
		{"+33 1 99 00 71 05", "fr", "01 99 00 71 05", "fr", true},
		{"+33 1 99 00 71 05", "", "01 99 00 71 05", "", true}, // read by the country of the other
		{"+33 1 99 00 71 05", "fr", "01 99 00 71 05", "it", false},
		{"+49 30 23125 014", "de", "030 23125014", "de", true},
		{"0171 3920077", "de", "171 3920077", "de", true},
		{"0171 3920077", "", "171 3920077", "", false},
		{"+39 02 1234 5678", "it", "02 12345678", "it", true},
		{"+39 02 1234 5678", "it", "+39 2 12345678", "it", false},
		{"+44 1632 960001 ext 12", "gb", "01632 960001 x12", "gb", true},
		{"+44 1632 960001 ext 12", "gb", "01632 960001", "gb", false},
		{"+44 1632 960001", "gb", "+44 1632 960002", "gb", false},
		{"1234", "de", "12-34", "de", true},
		{"call me", "de", "call  you", "de", false},
		{"", "de", "+49 30 1", "de", false},
	} {
		if got := field.SamePhone(test.a, test.countryA, test.b, test.countryB); got != test.same {
			t.Errorf("%q (%s) and %q (%s): same is %t", test.a, test.countryA, test.b, test.countryB, got)
		}
	}
}

// TestSamePhoneIsSymmetric holds for any two texts, and nothing makes it panic.
func TestSamePhoneIsSymmetric(t *testing.T) {
	phones := rapid.OneOf(rapid.String(), rapid.StringMatching(`[+]?[0-9]{0,4}[ (]?[0-9]{2,8}([ -][0-9]{1,6})?( ext [0-9]{1,3})?`))
	countries := rapid.SampledFrom([]string{"", "de", "us", "it", "ru", "-", "zz"})
	rapid.Check(t, func(t *rapid.T) {
		a, b := phones.Draw(t, "a"), phones.Draw(t, "b")
		x, y := countries.Draw(t, "country of a"), countries.Draw(t, "country of b")
		if field.SamePhone(a, x, b, y) != field.SamePhone(b, y, a, x) {
			t.Fatalf("%q (%s) and %q (%s) are the same one way only", a, x, b, y)
		}
		if !field.SamePhone(a, x, a, y) {
			t.Fatalf("%q is not itself", a)
		}
		field.LostInFront(field.PhoneNumber, a, b)
		field.LostInFront(field.PostalCode, a, b)
	})
}

func TestSamePostcode(t *testing.T) {
	for _, test := range []struct {
		a, b string
		same bool
	}{
		{"105 63", "10563", true}, {"h3b 1k1", "H3B1K1", true}, {"00-950", "00950", true}, {"123\u20114567", "1234567", true},
		{"01097", "1097", false}, {"10563", "10564", false},
	} {
		if got := field.SamePostcode(test.a, test.b); got != test.same {
			t.Errorf("%q and %q: same is %t", test.a, test.b, got)
		}
	}
}

// TestLostInFront tells what a number cell makes of a value from another value.
func TestLostInFront(t *testing.T) {
	for _, test := range []struct {
		id             field.ID
		present, value string
		lost           bool
	}{
		{field.PostalCode, "01097", "1097", true},
		{field.PostalCode, "00-950", "950", true},
		{field.PostalCode, "01097", "01097", false},
		{field.PostalCode, "01097", "", false},
		{field.PostalCode, "21097", "1097", false},
		{field.MobileNumber, "0171 3920077", "1713920077", true},
		{field.MobileNumber, "+49 171 3920077", "491713920077", true},
		{field.MobileNumber, "0049 171 3920077", "491713920077", true},
		{field.MobileNumber, "+49 171 3920077", "01713920077", false},
		{field.PhoneNumber, "+1 438-555-0154", "14385550154", false}, // dialled like this at home
		{field.City, "01097", "1097", false},
	} {
		if got := field.LostInFront(test.id, test.present, test.value); got != test.lost {
			t.Errorf("%s %q for %q: lost is %t", test.id, test.value, test.present, got)
		}
	}
}
