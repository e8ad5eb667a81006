package check_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zohobulk/importer/check"
	"zohobulk/importer/sheet"
)

// openText opens a CSV with the given text.
func openText(t *testing.T, text string) *sheet.Sheet {
	t.Helper()
	path := filepath.Join(t.TempDir(), "staff.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := sheet.Open(path, sheet.Options{Known: check.Options{}.Known})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestPropose(t *testing.T) {
	s := openText(t, "Email,Emial,First name,Name,City,City,,Boss,_row\n"+
		"a@example.com,x,Anna,Ash,Bonn,Köln,1,Eve,2\nb@example.com,x,Ben,Bo,Bonn,Ulm,,Eve,3\n")
	p, err := check.Propose(s, check.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range p.Columns {
		got = append(got, fmt.Sprintf("%s %q %s %s field=%s can=%v same=%s %s", c.Column.Column, c.Header, c.State, c.Why, c.Field, c.Candidates, c.Same, strings.Join(c.Samples, "|")))
	}
	want := []string{
		`A "Email" used recognised field=email can=[] same= a@example.com|b@example.com`,
		`B "Emial" unclear nearly field= can=[email] same= x`,
		`C "First name" used recognised field=firstName can=[] same= Anna|Ben`,
		`D "Name" unclear whole-or-last field= can=[lastName displayName] same= Ash|Bo`,
		`E "City" used recognised field=city can=[] same= Bonn`,
		`F "City" unclear same-field field= can=[city] same=E Köln|Ulm`,
		`G "" not-used no-header field= can=[] same= 1`,
		`H "Boss" not-used no-field field= can=[] same= Eve`,
		`I "_row" not-used reports field= can=[] same= 2|3`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var doubts []string
	for _, d := range p.Doubts {
		doubts = append(doubts, d.Code+" "+strings.Join(d.Columns, ","))
	}
	if diff := cmp.Diff([]string{"unclear-header B", "unclear-header D", "duplicate-column E,F"}, doubts); diff != "" {
		t.Errorf("doubts (-want +got):\n%s", diff)
	}
}

func TestProposeSettledByLetter(t *testing.T) {
	s := openText(t, "Email,Emial,City,City\na@example.com,x,Bonn,NRW\n")
	p, err := check.Propose(s, check.Options{Letters: map[string]string{"B": "", "D": "state"}})
	if err != nil || len(p.Doubts) > 0 {
		t.Fatalf("%v, %+v", err, p.Doubts)
	}
	if b, d := p.Columns[1], p.Columns[3]; b.State != check.NotUsed || b.Why != check.WhyChosen || d.Field != "state" {
		t.Errorf("%+v and %+v, want one set aside and a state", b, d)
	}
}
