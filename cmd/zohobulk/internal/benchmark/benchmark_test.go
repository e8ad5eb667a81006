package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestMain makes the test program do the tasks that are measured.
func TestMain(m *testing.M) {
	if os.Getenv(taskVariable) != "" {
		main()
	}
	os.Exit(m.Run())
}

// TestTable measures a little of everything. The calls are known: one that asks who signs in, a page for each 50 of the 201 users with one
// more that shows the end, 120 changes, and one that reads back the first user whose street was changed.
func TestTable(t *testing.T) {
	var out strings.Builder
	if err := run(t.Context(), &out, 300, 200, 120); err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{
		`encoding/csv reads the CSV +\d+ +\d+\.\d µs`, `validate reads and checks the CSV +\d+ +\d+\.\d µs`,
		`excelize reads the XLSX +\d+ +\d+\.\d µs`, `validate reads and checks the XLSX +\d+ +\d+\.\d µs`,
		`a bare net/http loop +\d+ +\d+\.\d µs`, `apply, .* +\d+ +\d+\.\d µs`,
		`120 changes among 200 users cost 128 calls, 120 of them to change: 5m7s at 25 a minute`,
	} {
		if !regexp.MustCompile(pattern).MatchString(out.String()) {
			t.Errorf("no line like %q in\n%s", pattern, out.String())
		}
	}
}
