package plan_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"zohobulk/importer/field"
	"zohobulk/importer/plan"
	"zohobulk/importer/problem"
)

// TestSame is symmetric, and stable under what the check of a sheet makes of a value.
func TestSame(t *testing.T) {
	words := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ +()0-9a-zA-ZäÄß.-]{0,12}`), rapid.SampledFrom([]string{
		"", " ", "de", "DE", "Germany", "Deutschland", "FEMALE", "f", "+49 30 1234", "+49301234", "٣٤٥٦٧", "A\u0308", "Ä", "a  b", "a b",
	}))
	rapid.Check(t, func(t *rapid.T) {
		id := field.ID(rapid.IntRange(0, field.Count-1).Draw(t, "field"))
		a, b := words.Draw(t, "a"), words.Draw(t, "b")
		exact := rapid.Bool().Draw(t, "exact")
		if plan.Same(id, a, b, exact) != plan.Same(id, b, a, exact) {
			t.Fatalf("%s: %q and %q are the same one way only", id, a, b)
		}
		if !plan.Same(id, a, a, exact) {
			t.Fatalf("%s: %q is not itself", id, a)
		}
		if field.Trim(a) == "" {
			return
		}
		value, found := field.NewChecker(field.KeepPhones).Check(id, a)
		refused := slices.ContainsFunc(found, func(f field.Finding) bool { return f.Severity == problem.Error })
		if !refused && !plan.Same(id, a, value, false) {
			t.Fatalf("%s: a sheet makes %q of %q, which counts as a change", id, value, a)
		}
	})
}

// TestSameByMeaning tells spellings from values.
func TestSameByMeaning(t *testing.T) {
	for _, test := range []struct {
		id    field.ID
		a, b  string
		exact bool
		same  bool
	}{
		{field.Country, "US", "us", false, true},
		{field.Country, "us", "in", false, false},
		{field.MobileNumber, "+49 151 1234", "+49-151-(12)34", false, true},
		{field.MobileNumber, "+49 151 1234", "+491511234", true, false},
		{field.MobileNumber, "+49 151 1234", "+49 151 1235", false, false},
		{field.PhoneNumber, "0301234", "301234", false, false},
		{field.City, "Mu\u0308nchen", "München", false, true},
		{field.City, "München", "Munchen", false, false},
		{field.LastName, "de la Cruz", "De La Cruz", false, false},
		{field.DisplayName, "Ana  Maria", "Ana Maria", false, true},
		{field.PostalCode, "01067", "1067", false, false},
		{field.City, "", "Ghent", false, false},
		{field.City, "", " ", false, true},
	} {
		if got := plan.Same(test.id, test.a, test.b, test.exact); got != test.same {
			t.Errorf("%s %q and %q: same is %t", test.id, test.a, test.b, got)
		}
	}
}
