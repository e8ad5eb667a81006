package ooxml

import "testing"

// A number is read as its format shows it, where the format shows digits, a plus, blanks and hyphens.
func TestWhatAFormatShows(t *testing.T) {
	for _, test := range []struct{ code, stored, want string }{
		{"General", "1067", "1067"},
		{"0", "1067", "1067"},
		{"00000", "1067", "01067"},
		{"00000", "123456", "123456"},
		{"+0", "491512345678", "+491512345678"},
		{`"+"#`, "491512345678", "+491512345678"},
		{`00000\ 000000`, "1632960123", "01632 960123"},
		{"00000-0000", "21080001", "02108-0001"},
		{`"0"#`, "1713920077", "01713920077"},
		{`\(000\)\ 000\-0000`, "2125550100", "(212) 555-0100"},
		{"(000) 000-0000;@", "2125550100", "(212) 555-0100"},
		{"### ###", "1234567", "1234 567"},
		{"[Red]00000_)", "1067", "01067"},
		{"#,##0", "1067", "1067"},
		{"0.00", "1067", "1067"},
		{"0%", "1067", "1067"},
		{`0 "kg"`, "1067", "1067"},
		{"0E+00", "1067", "1067"},
		{"00000", "10.5", "10.5"},
		{"", "1067", "1067"},
	} {
		if got := parseFormat(test.code).show(test.stored, false); got.Text != test.want || got.Kind != Number {
			t.Errorf("%q in %q: read as %+v, want %q", test.stored, test.code, got, test.want)
		}
	}
}
