package importer

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/zoho"
	"zohobulk/zoho/zohotest"
)

// bare are users of whom some things are not known.
func bare() []zohotest.User {
	where := zohotest.Address{Street: "Am Markt 1", City: "Kiel", PostalCode: "24103", State: "Schleswig-Holstein"}
	users := []zohotest.User{
		{Email: "admin@example.com", DisplayName: "Admin", Role: "superAdmin"},
		{Email: "a@example.com", DisplayName: "A", Country: "de", Address: where},
		{Email: "b@example.com", DisplayName: "B", Country: "de", Address: where},
		{Email: "c@example.com", DisplayName: "C", Address: where},
		{Email: "d@example.com", DisplayName: "D", Country: "de"},
	}
	for i := range users {
		users[i].ZUID, users[i].AccountID = int64(1001+i), fmt.Sprintf("256063600000%07d", i+1)
	}
	return users
}

// filling gives the bare users what they lack.
const filling = "email,mobileNumber,city,country\n" +
	"a@example.com,+49 171 3920012,Bremen,\n" +
	"b@example.com,+49 171 3920013,Bremen,\n" +
	"c@example.com,+49 171 3920014,,de\n" +
	"d@example.com,,Berlin,\n"

// TestUndoOfWhatWasEmpty takes back what a run has filled in, from services that do with an empty value what they like: what
// can be put back is, and the rows with a field that can't be emptied say so, however few calls that takes.
func TestUndoOfWhatWasEmpty(t *testing.T) {
	const stays = "failed cannot-be-emptied"
	tests := []struct {
		empty  zohotest.Rule
		ends   map[int]string
		puts   int
		learnt map[string]string
	}{
		{zohotest.Cleared, map[int]string{2: "updated", 3: "updated", 4: stays, 5: "updated"}, // no service knows an empty country
			4 + 2, map[string]string{"emptied": "mobileNumber city", "not_emptied": "country"}},
		// a: all, then the city; b: the city, as the phone is known; c: the country; d: the city
		{zohotest.Refused, map[int]string{2: stays, 3: stays, 4: stays, 5: stays},
			2 + 1 + 1 + 1, map[string]string{"emptied": "", "not_emptied": "country mobileNumber city"}},
		{zohotest.Ignored, map[int]string{2: stays, 3: stays, 4: stays, 5: stays},
			1 + 1 + 1 + 1, map[string]string{"emptied": "", "not_emptied": "country mobileNumber city"}},
	}
	for _, test := range tests {
		t.Run(string(test.empty), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newRig(t, zohotest.Options{Users: bare(), Quirks: zohotest.Quirks{Empty: test.empty}})
				allow := Options{AllowClearing: true, Workers: 1, Known: zoho.Knowledge{Capabilities: zoho.Capabilities{PhoneKey: "phoneNumber", OmittedAddress: "kept"}}}
				r, err := g.apply(filling, allow)
				if err != nil {
					t.Fatal(err)
				}
				defer r.Journal.Close()
				before := g.calls(http.MethodPut)
				back := g.undo(r, allow)
				defer back.Journal.Close()
				if diff := cmp.Diff(test.ends, ends(t, back)); diff != "" {
					t.Error(diff)
				}
				if n := g.calls(http.MethodPut) - before; n != test.puts {
					t.Errorf("%d PUTs, want %d:\n%s", n, test.puts, strings.Join(g.bodies()[before:], "\n"))
				}
				for fact, want := range test.learnt {
					if got := back.Journal.Learnt()[fact]; got != want {
						t.Errorf("learnt %s %q, want %q", fact, got, want)
					}
				}
				g.wantBack(test.ends)
			})
		})
	}
}

// wantBack holds the bare users against what they were: those whose rows ended well are as before, the others' filled
// cities are.
func (g *rig) wantBack(ends map[int]string) {
	g.t.Helper()
	for i, was := range bare()[1:] {
		is, _ := g.server.User(was.Email)
		if ends[i+2] == "updated" && (is.Address != was.Address || is.Mobile != was.Mobile || is.Country != was.Country) {
			g.t.Errorf("%s is %+v, want it as it was", was.Email, is)
		}
		if was.Address.City != "" && is.Address.City != was.Address.City {
			g.t.Errorf("%s: city %q, want %q back", was.Email, is.Address.City, was.Address.City)
		}
	}
}

// TestManyAtOnceEmptyTheirFields lets workers find out side by side, on a service of which nothing is known: however they come in
// each other's way, each row ends as it must.
func TestManyAtOnceEmptyTheirFields(t *testing.T) {
	for _, empty := range []zohotest.Rule{zohotest.Cleared, zohotest.Refused} {
		g := canaryRig(t, zohotest.Quirks{Empty: empty})
		var rows [][]string
		for i, u := range zohotest.Generate(60)[1:] {
			u.Phone, u.Mobile = "030 23125 141", "030 23125 142"
			if err := g.server.Put(u); err != nil {
				t.Fatal(err)
			}
			rows = append(rows, []string{u.Email, []string{"#CLEAR", ""}[i%2], "#CLEAR", "Ghent"})
		}
		r, err := g.apply(csvOf("email,phoneNumber,mobileNumber,city", rows...), Options{AllowClearing: true, Workers: 8})
		if err != nil {
			t.Fatal(err)
		}
		want := map[zohotest.Rule]string{zohotest.Cleared: "updated", zohotest.Refused: "failed cannot-be-emptied"}[empty]
		for number, end := range ends(t, r) {
			if end != want {
				t.Errorf("%s: row %d: %s, want %s", empty, number, end, want)
			}
		}
		for _, row := range rows {
			if u, _ := g.server.User(row[0]); u.Address.City != "Ghent" || (u.Mobile == "") != (empty == zohotest.Cleared) {
				t.Errorf("%s: %s became %+v", empty, row[0], u)
			}
		}
	}
}

// TestClearedCellsThatStay is the same for a sheet that asks for empty values: the message says what became of the others.
func TestClearedCellsThatStay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig(t, zohotest.Options{Quirks: zohotest.Quirks{Empty: zohotest.Refused}})
		r, err := g.apply("email,phoneNumber,city,state\n"+
			"juergen.gross@example.com,#CLEAR,Potsdam,\n"+
			"anna.vonderlippe@example.com,,#CLEAR,#CLEAR\n", Options{AllowClearing: true})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Journal.Close()
		if diff := cmp.Diff(map[int]string{2: "failed cannot-be-emptied", 3: "failed cannot-be-emptied"}, ends(t, r)); diff != "" {
			t.Error(diff)
		}
		row, err := r.Journal.Row(1)
		if err != nil {
			t.Fatal(err)
		}
		const want = "phoneNumber can't be emptied: the service refuses it empty: 400 EMPTY_VALUE_NOT_ALLOWED phoneNumber; the row's other fields were accepted"
		if row.Message != want || row.Field != "phoneNumber" {
			t.Errorf("%s: %q, want %q", row.Field, row.Message, want)
		}
		if user, _ := g.server.User("juergen.gross@example.com"); user.Address.City != "Potsdam" || user.Phone == "" {
			t.Errorf("the account became %+v", user)
		}
	})
}

// TestRefusedClearingIsForetold warns before sending where a probe has seen empty values refused.
func TestRefusedClearingIsForetold(t *testing.T) {
	g := newRig(t, zohotest.Options{})
	for said, want := range map[string]bool{"refused": true, "cleared": false, "": false} {
		_, p := g.plan("email,phoneNumber\njuergen.gross@example.com,#CLEAR\n", Options{AllowClearing: true, Known: zoho.Knowledge{Capabilities: zoho.Capabilities{Empty: zoho.Answer(said)}}})
		foretold := slices.ContainsFunc(p.Unchecked, func(p problem.Problem) bool { return strings.Contains(p.Message, "refuse an empty value") })
		if foretold != want {
			t.Errorf("a probe that says %q: foretold %v, want %v: %+v", said, foretold, want, p.Unchecked)
		}
	}
}

// TestUndoTakesBackHalfARow puts back the personal details of a row whose new address was refused.
func TestUndoTakesBackHalfARow(t *testing.T) {
	g := newRig(t, zohotest.Options{Quirks: zohotest.Quirks{NewAddress: zohotest.Refused}})
	before, _ := g.server.User("juergen.gross@example.com")
	r, err := g.apply("email,newEmail,city\njuergen.gross@example.com,gross@example.com,Potsdam\n", Options{AllowEmailChange: true})
	if err != nil {
		t.Fatal(err)
	}
	if row, err := r.Journal.Row(1); err != nil || row.Status != journal.Failed || row.StepsDone != 1 {
		t.Fatalf("the row ended %+v, %v", row.Outcome, err)
	}
	back := g.undo(r, Options{})
	if diff := cmp.Diff(map[int]string{2: "updated"}, ends(t, back)); diff != "" {
		t.Error(diff)
	}
	if after, _ := g.server.User("juergen.gross@example.com"); cmp.Diff(before, after) != "" {
		t.Errorf("the account is not as it was:\n%s", cmp.Diff(before, after))
	}
}

// TestUndoEmptiesWhatItsRunFilled without consent: the value that goes is the run's own. Its cells are those of a sheet, so that a
// report of it can be fed back.
func TestUndoEmptiesWhatItsRunFilled(t *testing.T) {
	g := newRig(t, zohotest.Options{Users: bare()})
	r, err := g.apply(filling, Options{})
	if err != nil {
		t.Fatal(err)
	}
	back := g.undo(r, Options{})
	if diff := cmp.Diff(map[int]string{2: "updated", 3: "updated", 4: "failed cannot-be-emptied", 5: "updated"}, ends(t, back)); diff != "" {
		t.Error(diff)
	}
	row, err := back.Journal.Row(3)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{row.Wanted["accountId"], row.Wanted["zuid"], "#CLEAR", "#CLEAR", ""}, row.Cells); diff != "" {
		t.Error(diff)
	}
}
