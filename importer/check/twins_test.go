package check

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Two rows with one id are told whose rows they are; only rows about one user are told to keep one of them.
func TestTwins(t *testing.T) {
	for name, c := range map[string]struct{ header, first, second, message, hint string }{
		"other addresses": {
			"E-Mail|ZUID|City", "anna@example.com|100004125|Bonn", "ben@example.com|100004125|Ulm",
			"rows 2 (anna@example.com) and 3 (ben@example.com) have the same ZUID",
			"one is wrong: clear it in that row, since the e-mail address is enough",
		},
		"other names": {
			"ZUID|First name|Last name|City", "100004125|Anna|Schmidt|Bonn", "100004125|Ben|Okafor|Ulm",
			"rows 2 (Anna Schmidt) and 3 (Ben Okafor) have the same ZUID", "one is wrong: correct it in that row",
		},
		"an address filled down": {
			"Email|Display name", "anna@example.com|Anna Schmidt", "anna@example.com|Ben Okafor",
			"rows 2 (Anna Schmidt) and 3 (Ben Okafor) have the same Email", "one is wrong: correct it in that row",
		},
		"one user": {
			"Email|First name|City|Mobile", "anna@example.com|Anna|Bonn|", "Anna@Example.com|Anna|Ulm|+49 30 23125140",
			"rows 2 and 3 are about the same user", "keep one of these rows: they differ in City (C2, C3), Mobile (D2, D3)",
		},
		"one row twice": {
			"Email|City", "anna@example.com|Bonn", "anna@example.com|Bonn",
			"rows 2 and 3 are about the same user", "keep one of these rows: they say the same",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, result := run(t, newTable(c.header, c.first, c.second), Options{})
			var got []string
			for _, p := range r.late {
				got = append(got, p.Message, p.Hint)
			}
			if diff := cmp.Diff([]string{c.message, c.hint, c.message, c.hint}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if result.Invalid != 2 {
				t.Errorf("%d rows are barred, want both", result.Invalid)
			}
		})
	}
}

// A display name that is nothing of its row's own names, and another row's, is warned of.
func TestNameOfAnother(t *testing.T) {
	r, _ := run(t, newTable("Email|First name|Last name|Display name",
		"a@example.com|Jürgen|Groß|Groß, Jürgen",
		"b@example.com|נועה|לוי|Jürgen Groß",
		"c@example.com|Zeynep|Çelik|Team Mail",
		"d@example.com|Ben|Okafor|Jürgen Okafor", // shares a word
	), Options{})
	var got []string
	for _, p := range r.late {
		got = append(got, p.Severity.String(), p.Cell, p.Code, p.Message)
	}
	if diff := cmp.Diff([]string{"warning", "D3", "name-of-another", "is the name of the user in row 2"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
