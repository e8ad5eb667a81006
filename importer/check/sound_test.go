package check

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A value that was sound before is sound again for the same country only, and is sent as it was the first time.
func TestSoundValuesChangeNothing(t *testing.T) {
	lines := []string{
		"|de|Köln  am Rhein|10115|030 12345678", "|at|Wien|1010|", "|de|Köln  am Rhein|10115|030 12345678",
		"|at|Köln  am Rhein|10115|030 12345678", "|us|Berlin|10115|212-555-0123", "|de|Berlin|1067|212-555-0123", "|de|-|10115|", "|de|-|10115|",
	}
	var repeated []string
	for range 3 {
		for _, line := range lines {
			repeated = append(repeated, fmt.Sprintf("user%d@example.com%s", len(repeated), line))
		}
	}
	const header = "email|country|city|postcode|phone"
	all, _ := run(t, newTable(header, repeated...), Options{Workers: 1})
	for i, line := range repeated {
		alone, _ := run(t, newTable(header, line), Options{Workers: 1})
		got, want := all.codes()[i+2], alone.codes()[2]
		for j := range want {
			want[j] = strings.Replace(want[j], "2 ", fmt.Sprint(i+2)+" ", 1)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("row %d, %q, said alone and among others:\n%s", i+2, line, diff)
		}
		if diff := cmp.Diff(alone.rows[0].Values, all.rows[i].Values); diff != "" {
			t.Errorf("row %d, %q, alone and among others:\n%s", i+2, line, diff)
		}
	}
}

func TestSoundValues(t *testing.T) {
	var s soundValues
	for i := range 3 * soundPlaces {
		text := fmt.Sprint("value ", i)
		if _, ok := s.get(text, ""); ok {
			t.Fatalf("%q is known before it was met", text)
		}
		s.put(text, "", text+"!")
		if value, ok := s.get(text, ""); !ok || value != text+"!" {
			t.Fatalf("%q is %q, %t", text, value, ok)
		}
		if _, ok := s.get(text, "de"); ok {
			t.Fatalf("%q is known for another country", text)
		}
	}
}

// A column whose values do not repeat is not looked up for ever.
func TestSoundValuesGiveUp(t *testing.T) {
	var s soundValues
	for i := range soundTrial + 1 {
		text := fmt.Sprint("value ", i)
		s.get(text, "")
		s.put(text, "", text)
	}
	if !s.off {
		t.Errorf("still on after %d different values", soundTrial)
	}
}
