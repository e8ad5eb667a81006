package importer

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/run"
	"zohobulk/zoho"
	"zohobulk/zoho/zohotest"
)

// TestReadingIsCheap counts the calls that planning makes of directories of several sizes: single look-ups for few rows,
// pages for many, and never both for all.
func TestReadingIsCheap(t *testing.T) {
	const users = 3_000
	tests := []struct {
		name  string
		rows  int
		facts zoho.Knowledge
		list  int // pages at most
		ones  int // look-ups at most
	}{
		{"one row", 1, zoho.Knowledge{}, 0, 1},
		{"25 rows", 25, zoho.Knowledge{}, 0, 25},
		{"26 rows of a large directory", 26, zoho.Knowledge{DirectorySize: users}, 0, 26},
		{"26 rows, size unknown", 26, zoho.Knowledge{}, 27, 26},
		{"the whole directory", users - 1, zoho.Knowledge{}, 61, 0},
		{"the whole directory, size known", users - 1, zoho.Knowledge{DirectorySize: users}, 61, 0},
		{"a tenth", users / 10, zoho.Knowledge{DirectorySize: users}, 61, 10},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g := newRig(t, zohotest.Options{Users: zohotest.Generate(users)})
			var rows [][]string
			for i := range test.rows { // spread over the directory
				at := 1 + i*(users-1)/test.rows
				rows = append(rows, []string{strings.ToUpper(fmt.Sprintf("user%06d@example.com", at)), "Ghent"})
			}
			_, p := g.plan(csvOf("email,city", rows...), Options{Known: test.facts})
			if p.Change != test.rows {
				t.Errorf("planned %+v, want %d to change", p, test.rows)
			}
			list, ones := 0, 0
			for _, call := range g.server.Log() {
				switch call.Op {
				case zohotest.OpList:
					list++
				case zohotest.OpUser:
					ones++
				}
			}
			if list > test.list || ones > test.ones {
				t.Errorf("%d pages and %d look-ups, want at most %d and %d", list, ones, test.list, test.ones)
			}
		})
	}
}

// TestEveryShapeOfAnswer plans the same sheet against services that list in every way that was seen.
func TestEveryShapeOfAnswer(t *testing.T) {
	const users = 1_234
	var rows [][]string
	for i := 1; i < users; i += 7 {
		rows = append(rows, []string{fmt.Sprintf("user%06d@example.com", i), "Ghent"})
	}
	for name, q := range map[string]zohotest.Quirks{
		"plain": {}, "capped": {PageCap: 9}, "one as an object": {ListObject: true, PageCap: 1}, "strings": {IDs: "strings", AllStrings: true},
		"numbers": {IDs: "numbers"}, "a page that repeats": {RepeatPage: true}, "no roles": {Roles: "none"},
		"role names": {Roles: "roleName"}, "missing as 400": {Missing: "400", RepeatPage: true},
	} {
		t.Run(name, func(t *testing.T) {
			g := newRig(t, zohotest.Options{Users: zohotest.Generate(users), Quirks: q})
			if _, p := g.plan(csvOf("email,city", rows...), Options{}); p.Change != len(rows) || p.Barred() != 0 {
				t.Errorf("planned %+v, want %d to change", p, len(rows))
			}
		})
	}
}

// TestFoundByAnyAddress names one user by each of the addresses, in any case.
func TestFoundByAnyAddress(t *testing.T) {
	people := zohotest.People()
	var u zohotest.User
	for _, p := range people {
		if len(p.Aliases) > 0 {
			u = p
		}
	}
	for _, address := range u.Addresses() {
		g := newRig(t, zohotest.Options{})
		r, p := g.plan(csvOf("email,city", []string{strings.ToUpper(address), "Ghent"}), Options{AllowAdmins: true})
		row, err := r.Journal.Row(1)
		if err != nil || p.Change != 1 || row.ZUID != fmt.Sprint(u.ZUID) {
			t.Errorf("%s: planned %+v for zuid %s, want %d; %v", address, p, row.ZUID, u.ZUID, err)
		}
	}
}

// TestUsersLeaveWhileListed lets users leave between pages: no one who is still there is taken for unknown.
func TestUsersLeaveWhileListed(t *testing.T) {
	s := &shifting{shelf: *newShelf(2_000), leave: []int{-1, 10, 20, -1, 5}}
	var rows [][]string
	for i := 0; i < 2_000; i += 2 {
		if a := s.accounts[i]; i != 10 && i != 20 {
			rows = append(rows, []string{a.PrimaryEmail, "Bruges"})
		}
	}
	g := newRig(t, zohotest.Options{})
	r := g.read(csvOf("email,city", rows...), Options{})
	r.Reconnect(Connection{Service: &alone{s}})
	r.ZOID = "1"
	p, err := r.Plan(t.Context())
	if err != nil || p.NotFound != 0 || p.Change != len(rows) {
		t.Errorf("planned %+v, %v; want %d to change", p, err, len(rows))
	}
}

// alone answers look-ups from a shelf that only lists.
type alone struct{ *shifting }

func (a *alone) Account(_ context.Context, _ zoho.ID, who string) (zoho.Account, error) {
	for _, account := range a.accounts {
		if run.Fold(account.PrimaryEmail) == who || string(account.ZUID) == who {
			return account, nil
		}
	}
	return zoho.Account{}, &zoho.Error{Kind: zoho.NotFound}
}

// TestOneUserWithheld lets the service refuse to show one user for a reason of its own: that is the row's problem, and the
// others are planned; so it is later, when a plan that was set aside is held against the accounts once more.
func TestOneUserWithheld(t *testing.T) {
	const withheld = "juergen.gross@example.com"
	g := newRig(t, zohotest.Options{})
	fault := zohotest.Fault{Kind: zohotest.Error500Reason, Method: http.MethodGet, Path: "/accounts/" + withheld}
	g.server.Inject(fault)
	r, p := g.plan(newPhones, Options{})
	if diff := cmp.Diff(map[int]string{2: "invalid user-withheld", 3: "planned"}, ends(t, r)); diff != "" || p.Refused != 1 {
		t.Errorf("planned %+v\n%s", p, diff)
	}
	row, err := r.Journal.Row(1)
	if want := "the service doesn't show this user: 500 Maximum user license limit reached"; err != nil || row.Message != want {
		t.Errorf("it says %q, %v; want %q", row.Message, err, want)
	}
	other, err := r.Journal.Row(2)
	if err != nil {
		t.Fatal(err)
	}
	fault.Path = "/accounts/" + other.ZUID
	g.server.Inject(fault)
	if err := r.Recheck(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantEnds(t, r, map[int]string{2: "invalid user-withheld", 3: "failed user-withheld"})
}

// TestMissingReadScope names the permission and the way around it.
func TestMissingReadScope(t *testing.T) {
	g := newRig(t, zohotest.Options{})
	r := g.read(threePeople, Options{})
	g.server.Inject(zohotest.Fault{Kind: zohotest.Scripted, Method: http.MethodGet, Path: "/api/organization/", Status: 401,
		Body: `[2,{"msg":"Error while processing!","errorCode":"INVALID_OAUTHSCOPE","authFail":"true","status":"401"}]`})
	if err := r.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err := r.Plan(t.Context())
	var refusal *problem.Refusal
	if !errors.As(err, &refusal) || refusal.Exit != 4 || !strings.Contains(refusal.Message, "ZohoMail.organization.accounts.READ") ||
		!slices.ContainsFunc(refusal.Remedies, func(r problem.Remedy) bool { return r.Way == problem.SendUnread }) {
		t.Errorf("refused with %+v", refusal)
	}
}

// TestOtherOrganisation refuses a sheet most of whose rows name nobody, and takes one with a few that don't.
func TestOtherOrganisation(t *testing.T) {
	const here = "noa.levi@example.com,suharti@example.org,juergen.gross@example.com,zeynep.celik@example.com,siobhan.obrien@example.com"
	ours := strings.Split(here, ",")
	for _, test := range []struct {
		ours, strangers int
		refused         bool
	}{{0, 5, true}, {4, 5, true}, {5, 5, false}, {0, 4, false}, {2, 300, true}} {
		t.Run(fmt.Sprint(test.ours, " and ", test.strangers), func(t *testing.T) {
			g := newRig(t, zohotest.Options{})
			var rows [][]string
			for i := range test.ours {
				rows = append(rows, []string{ours[i], "Ghent"})
			}
			for i := range test.strangers {
				rows = append(rows, []string{fmt.Sprintf("stranger%d@elsewhere.example", i), "Ghent"})
			}
			r := g.read(csvOf("email,city", rows...), Options{SkipInvalid: true})
			if err := r.Connect(t.Context()); err != nil {
				t.Fatal(err)
			}
			p, err := r.Plan(t.Context())
			var refusal *problem.Refusal
			if errors.As(err, &refusal); (refusal != nil) != test.refused || refusal != nil && refusal.Code != run.CodeOtherOrganisation {
				t.Errorf("planned %+v, %v; want it refused: %t", p, err, test.refused)
			}
			if state := r.Journal.Meta().State; test.refused && state != journal.Held {
				t.Errorf("the run is %s", state)
			}
		})
	}
}

// TestOtherOrganisationIsNoticedEarly doesn't look up thousands of rows one by one to find that nobody is here.
func TestOtherOrganisationIsNoticedEarly(t *testing.T) {
	g := newRig(t, zohotest.Options{})
	var rows [][]string
	for i := range 2_000 {
		rows = append(rows, []string{fmt.Sprintf("stranger%d@elsewhere.example", i), "Ghent"})
	}
	r := g.read(csvOf("email,city", rows...), Options{Lookup: LookupAlways})
	if err := r.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err := r.Plan(t.Context())
	var refusal *problem.Refusal
	if !errors.As(err, &refusal) || refusal.Code != run.CodeOtherOrganisation || g.calls(http.MethodGet) > 2*run.SingleLookups {
		t.Errorf("%v after %d calls", err, g.calls(http.MethodGet))
	}
}
