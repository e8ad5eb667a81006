package check_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zohobulk/importer/check"
	"zohobulk/importer/sheet"
)

// Only the rows that fulfil every condition are read: the others are counted, and make nobody a duplicate.
func TestWhere(t *testing.T) {
	path := t.TempDir() + "/staff.csv"
	text := "Email,Department,City,a=b\n" +
		"anna@example.com,Sales,Bonn,x\n" +
		"anna@example.com,Support,Ulm,\n" +
		"ben@example.com, sales ,Köln,\n" +
		"cleo@example.com,,Bonn,\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		where   string
		rows    string
		outside int
	}{
		{"", "2 3 4 5", 0},
		{"Department=Sales", "2 4", 2},
		{"department = SALES", "2 4", 2},
		{"B=Sales", "2 4", 2},
		{"Department!=Sales", "3 5", 2},
		{"Department=", "5", 3},
		{"Department~^S", "2 3", 2},
		{"Department=Sales|City=Bonn", "2", 3},
		{"City~(?i)ö", "4", 3},
		{"D=x", "2", 3},
	} {
		var where []string
		if tt.where != "" {
			where = strings.Split(tt.where, "|")
		}
		s, err := sheet.Open(path, sheet.Options{})
		if err != nil {
			t.Fatal(err)
		}
		taken, err := check.Where(s, where)
		if err != nil {
			t.Fatal(err)
		}
		found, result := pass(t, taken, check.Options{})
		var rows []string
		for _, row := range found.rows {
			rows = append(rows, string(rune('0'+row.Number)))
		}
		if diff := cmp.Diff(tt.rows, strings.Join(rows, " ")); diff != "" || taken.Outside() != tt.outside {
			t.Errorf("%s: %d outside, rows (-want +got):\n%s", tt.where, taken.Outside(), diff)
		}
		if twice := strings.HasPrefix(tt.rows, "2 3"); twice != (result.Invalid == 2) {
			t.Errorf("%s: %d invalid", tt.where, result.Invalid)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	s, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, wrong := range []string{"Department", "=Sales", "Team=Sales", "City~("} {
		if _, err := check.Where(s, []string{wrong}); err == nil {
			t.Errorf("%s is taken", wrong)
		}
	}
}
