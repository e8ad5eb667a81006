package importer

import (
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"zohobulk/importer/journal"
	"zohobulk/importer/run"
	"zohobulk/zoho"
	"zohobulk/zoho/zohotest"
)

// csvOf writes rows as a CSV.
func csvOf(header string, rows ...[]string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write(strings.Split(header, ","))
	_ = w.WriteAll(rows) // a strings.Builder takes everything
	return b.String()
}

// TestDoubts says that names change for most users of a plan, and that other fields do not count.
func TestDoubts(t *testing.T) {
	users := zohotest.Generate(20)
	var names, cities [][]string
	for i, u := range users[1:] {
		row := []string{u.Email, u.LastName, "Ghent"}
		if i < 11 {
			row[1] = "Other"
		}
		names, cities = append(names, row), append(cities, []string{u.Email, u.LastName, "Ghent"})
	}
	g := newRig(t, zohotest.Options{Users: users})
	r, p := g.plan(csvOf("email,lastName,city", names...), Options{})
	if len(p.Doubts) != 1 || p.Doubts[0].Field != "lastName" {
		t.Errorf("doubts %+v", p.Doubts)
	}
	again, err := r.Count()
	if diff := cmp.Diff(p.Doubts, again.Doubts); diff != "" || err != nil {
		t.Errorf("a saved plan has other doubts: %s, %v", diff, err)
	}
	if _, p := g.plan(csvOf("email,lastName,city", cities...), Options{}); len(p.Doubts) != 0 {
		t.Errorf("doubts %+v of a plan of cities", p.Doubts)
	}
}

// TestRefusedNamesAreNamed says before anything is sent that names won't be taken.
func TestRefusedNamesAreNamed(t *testing.T) {
	g := newRig(t, zohotest.Options{})
	for text, want := range map[string]int{"email,firstName\njuergen.gross@example.com,Jörg\n": 1, "email,city\njuergen.gross@example.com,Bonn\n": 0} {
		if _, p := g.plan(text, Options{Known: zoho.Knowledge{Capabilities: zoho.Capabilities{Names: zoho.No}}}); len(p.Doubts) != want {
			t.Errorf("doubts %+v of %q, want %d", p.Doubts, text, want)
		}
	}
}

// TestCountsAgree counts a plan once more from its journal.
func TestCountsAgree(t *testing.T) {
	g := newRig(t, zohotest.Options{})
	r, p := g.plan("email,newEmail,city,country\nnoa.levi@example.com,ahmad.mansour@example.com,Haifa,\n"+
		"ahmad.mansour@example.com,ahmad@example.com,,\nsuharti@example.org,zeynep.celik@example.com,,\n"+
		"gone@example.com,,Ghent,\nsiobhan.obrien@example.com,,Dublin,\njuergen.gross@example.com,,,Narnia\n", Options{AllowEmailChange: true, SkipInvalid: true})
	again, err := r.Count()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p, again, cmpopts.IgnoreUnexported(Planned{})); diff != "" {
		t.Errorf("counts differ (-planning +journal):\n%s", diff)
	}
	if p.Rows != p.Change+p.Barred()+p.Unchanged || p.Change != 2 || p.Refused != 1 || p.NotFound != 1 || p.Invalid != 1 || p.Unchanged != 1 {
		t.Errorf("planned %+v", p)
	}
}

// drawSheet draws a sheet about some of the directory's members: fields set, addresses moved to free ones, along chains
// and in circles.
func drawSheet(t *rapid.T, users []zohotest.User, ids bool) string {
	cities, names := []string{"", "Ghent", "Bruges", "Namur"}, []string{"", "Ada", "Özge", "Jean-Luc"}
	var rows [][]string
	chosen := rapid.Permutation(users[1:]).Draw(t, "users")[:rapid.IntRange(1, len(users)-1).Draw(t, "rows")]
	for i, u := range chosen {
		newEmail := ""
		switch rapid.IntRange(0, 5).Draw(t, "move") {
		case 0:
			newEmail = fmt.Sprintf("moved%d@example.com", u.ZUID)
		case 1:
			newEmail = chosen[(i+1)%len(chosen)].Email // along a chain, or around
		case 2:
			newEmail = u.Email
		}
		zuid := ""
		if ids {
			zuid = fmt.Sprint(u.ZUID)
		}
		rows = append(rows, []string{u.Email, zuid, rapid.SampledFrom(names).Draw(t, "name"), rapid.SampledFrom(cities).Draw(t, "city"), newEmail})
	}
	return csvOf("email,zuid,displayName,city,newEmail", rows...)
}

// TestPlanAfterApply applies random sheets: what is sent is what was planned, call for call, and then there is nothing left to
// change, also where addresses were changed, moved along chains, or had been changed already.
func TestPlanAfterApply(t *testing.T) {
	users := zohotest.Generate(9)
	rapid.Check(t, func(t2 *rapid.T) {
		ids := rapid.Bool().Draw(t2, "with ids")
		g := newRig(t, zohotest.Options{Users: users})
		text := drawSheet(t2, users, ids)
		options := Options{AllowEmailChange: true, SkipInvalid: true}
		r, planned := g.plan(text, options)
		calls := g.calls(http.MethodPut)
		if err := r.send(t.Context(), t.Context()); err != nil {
			t2.Fatal(err)
		}
		if sent := g.calls(http.MethodPut) - calls; sent != planned.Calls {
			t2.Fatalf("%d calls were planned and %d made for\n%s", planned.Calls, sent, text)
		}
		if counts, err := r.Journal.Counts(); err != nil || counts.Updated != planned.Change {
			t2.Fatalf("%+v, %v; want %d updated\n%s", counts, err, planned.Change, text)
		}
		first := ends(t, r)
		again, left := g.plan(text, options)
		for number, end := range ends(t, again) {
			if !strings.HasPrefix(first[number], "invalid") && end != "unchanged" {
				t2.Fatalf("row %d was %s, and planned again it is %s:\n%s", number, first[number], end, text)
			}
		}
		if left.Change != 0 {
			for row := range again.Journal.Rows(run.Standing(journal.Planned)) {
				t2.Logf("row %d would change %+v", row.Number, row.Changes)
			}
			t2.Fatalf("applied, %d rows would change still:\n%s", left.Change, text)
		}
		if err := errors.Join(r.Journal.Close(), again.Journal.Close()); err != nil {
			t2.Fatal(err)
		}
	})
}
