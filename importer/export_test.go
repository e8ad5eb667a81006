package importer

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"zohobulk/importer/field"
	"zohobulk/importer/plan"
	"zohobulk/zoho"
	"zohobulk/zoho/zohotest"
)

// export reads a rig's directory as a sheet.
func (g *rig) export() *Export {
	g.t.Helper()
	accounts, doubt, err := g.directory(zoho.Knowledge{})
	if err != nil || doubt != "" {
		g.t.Fatalf("%q, %v", doubt, err)
	}
	return exportOf(g.t, accounts)
}

// exportOf is the export of some accounts.
func exportOf(t interface{ Fatal(...any) }, accounts []*zoho.Account) *Export {
	e := NewExport(AuthAdmin)
	for _, a := range accounts {
		e.Add(a)
	}
	if err := e.Settle(context.Background()); err != nil {
		t.Fatal(err)
	}
	return e
}

// directoryOf reads the accounts that a service lists.
func directoryOf(ctx context.Context, s Service, zoid zoho.ID, f zoho.Knowledge) (accounts []*zoho.Account, doubt string, err error) {
	doubt, err = EachAccount(ctx, s, zoid, AuthAdmin, f, func(a *zoho.Account) { accounts = append(accounts, a) }, func(int) {})
	return accounts, doubt, err
}

func (g *rig) directory(f zoho.Knowledge) ([]*zoho.Account, string, error) {
	client := g.client(zoho.NewLimiter(zoho.Unlimited))
	return directoryOf(g.t.Context(), client, zoho.ID(fmt.Sprint(zohotest.Zylker().ZOID)), f)
}

// csv writes an export as the command does.
func (e *Export) csv(t interface{ Fatal(...any) }) string {
	var b bytes.Buffer
	if err := e.WriteCSV(&b, false); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestExportChangesNothing exports directories and plans the sheet: nothing changes; and with one cell edited, one thing does.
func TestExportChangesNothing(t *testing.T) {
	odd := zohotest.People()
	odd[1].Country = "Narnia"                   // no country
	odd[2].DisplayName = "Ana  Maria\tda Silva" // blanks that a sheet would tidy up
	odd[3].Phone = "not yet"                    // no phone
	odd[4].FirstName = "#clear"                 // the clear word
	odd[5].Gender = "male"                      // another spelling
	odd[6].DisplayName = "=1+1"                 // a formula, were it not text
	odd[7].LastName = "'@home"                  // what ours would look like
	for name, users := range map[string][]zohotest.User{"default": nil, "thousands": zohotest.Generate(2_345), "odd": odd} {
		t.Run(name, func(t *testing.T) {
			g := newRig(t, zohotest.Options{Users: users, Quirks: zohotest.Quirks{PageCap: 40}})
			e := g.export()
			if users != nil && len(e.Rows) != len(users) {
				t.Fatalf("%d rows of %d users", len(e.Rows), len(users))
			}
			if _, p := g.plan(e.csv(t), Options{}); p.Change != 0 || p.Unchanged != len(e.Rows) || p.Barred() != 0 {
				t.Errorf("planned %+v, want nothing to change for %d users", p, len(e.Rows))
			}
			for i, id := range e.Fields {
				if id == field.City {
					e.Rows[len(e.Rows)/2][i] = "Somewhere Else"
				}
			}
			if _, p := g.plan(e.csv(t), Options{}); p.Change != 1 || p.Barred() != 0 || !cmp.Equal(p.Fields, map[string]int{"city": 1}) {
				t.Errorf("planned %+v, want one city to change", p)
			}
		})
	}
}

// TestExportLeavesOutWhatNoSheetMayHold names the values that are not in their cells.
func TestExportLeavesOutWhatNoSheetMayHold(t *testing.T) {
	users := zohotest.People()
	users[1].Country, users[3].Phone = "Narnia", "not yet"
	g := newRig(t, zohotest.Options{Users: users})
	got := map[string]string{}
	for _, l := range g.export().LeftOut {
		got[fmt.Sprintf("%d %s", l.Row, l.Field)] = l.Value
	}
	if diff := cmp.Diff(map[string]string{"3 country": "Narnia", "5 phoneNumber": "not yet"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestExportIsStable exports random directories: applied, none changes anything.
func TestExportIsStable(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ \tA-Za-zäöü'=@+#.-]{0,12}`), rapid.SampledFrom([]string{
		"", " ", "=1+1", "@home", "'quoted", "+49 30 123", "#CLEAR", "N/A", "n/a", "de", "US", "Deutschland", "FEMALE", "w", "01067", "1067", "1/2/2024", "2.5E+18", "a@b.co",
	}))
	rapid.Check(t, func(t *rapid.T) {
		var accounts []*zoho.Account
		for i := range rapid.IntRange(1, 30).Draw(t, "users") {
			a := &zoho.Account{ZUID: zoho.ID(fmt.Sprint(7000 + i)), AccountID: zoho.ID(fmt.Sprint(2560636000000008002 + i)), PrimaryEmail: fmt.Sprintf("user%d@zylker.com", i)}
			for _, target := range []*string{&a.FirstName, &a.LastName, &a.Gender, &a.Country, &a.PhoneNumber, &a.MobileNumber,
				&a.Address.StreetAddr, &a.Address.City, &a.Address.PostalCode, &a.Address.State} {
				*target = strings.ToValidUTF8(text.Draw(t, "value"), "")
			}
			a.DisplayName = "User " + fmt.Sprint(i)
			accounts = append(accounts, a)
		}
		e := exportOf(t, accounts)
		found := &refused{}
		values := &valuesOf{}
		if _, err := checkAll(exported{e}, found, values); err != nil {
			t.Fatal(err)
		}
		if len(found.problems) > 0 {
			t.Fatalf("the export is refused: %+v", found.problems)
		}
		for i, want := range values.rows {
			if p, _ := (plan.Comparer{}).Compare(want, accounts[i]); len(p.Changes) > 0 {
				t.Fatalf("row %d would change %+v", i+2, p.Changes)
			}
		}
	})
}

// TestWholeDirectory reads directories of every shape of answer to their end.
func TestWholeDirectory(t *testing.T) {
	tests := []struct {
		name   string
		users  int
		quirks zohotest.Quirks
		facts  zoho.Knowledge
	}{
		{"exact pages", 100, zohotest.Quirks{}, zoho.Knowledge{}},
		{"one user", 1, zohotest.Quirks{}, zoho.Knowledge{}},
		{"a page and one", 51, zohotest.Quirks{}, zoho.Knowledge{}},
		{"capped", 333, zohotest.Quirks{PageCap: 7}, zoho.Knowledge{}},
		{"capped at one", 12, zohotest.Quirks{PageCap: 1, ListObject: true}, zoho.Knowledge{}},
		{"one as an object", 99, zohotest.Quirks{ListObject: true}, zoho.Knowledge{}},
		{"ids as strings", 120, zohotest.Quirks{IDs: "strings"}, zoho.Knowledge{}},
		{"ids as numbers", 120, zohotest.Quirks{IDs: "numbers"}, zoho.Knowledge{}},
		{"known page size", 120, zohotest.Quirks{PageCap: 20, OverCap: zohotest.Refused}, zoho.Knowledge{Capabilities: zoho.Capabilities{PageSize: 20}}},
		{"thousands", 4_321, zohotest.Quirks{AllStrings: true}, zoho.Knowledge{DirectorySize: 4_000}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g := newRig(t, zohotest.Options{Users: zohotest.Generate(test.users), Quirks: test.quirks})
			accounts, doubt, err := g.directory(test.facts)
			if err != nil || doubt != "" || len(accounts) != test.users {
				t.Errorf("%d accounts of %d, %q, %v", len(accounts), test.users, doubt, err)
			}
		})
	}
}

// TestRepeatedPage meets a service that gives its first page for every start.
func TestRepeatedPage(t *testing.T) {
	g := newRig(t, zohotest.Options{Users: zohotest.Generate(300), Quirks: zohotest.Quirks{RepeatPage: true}})
	if accounts, _, err := g.directory(zoho.Knowledge{}); err == nil {
		t.Errorf("%d accounts of 300 were taken for the whole directory", len(accounts))
	}
	g = newRig(t, zohotest.Options{Users: zohotest.Generate(30), Quirks: zohotest.Quirks{RepeatPage: true}})
	if accounts, doubt, err := g.directory(zoho.Knowledge{}); err != nil || doubt == "" || len(accounts) != 30 {
		t.Errorf("%d accounts of 30, %q, %v", len(accounts), doubt, err)
	}
}

// shifting is a directory from which somebody leaves before each of some pages.
type shifting struct {
	shelf
	leave []int // index of who leaves before the page of that number, -1 nobody
	pages int
}

func (s *shifting) Accounts(ctx context.Context, zoid zoho.ID, start, limit int) ([]zoho.Account, error) {
	if s.pages < len(s.leave) && s.leave[s.pages] >= 0 && s.leave[s.pages] < len(s.accounts) {
		at := s.leave[s.pages]
		s.accounts = append(s.accounts[:at:at], s.accounts[at+1:]...)
	}
	s.pages++
	return s.shelf.Accounts(ctx, zoid, start, limit)
}

// TestWholeDirectoryWhileUsersLeave loses users between pages: who is still there at the end was read.
func TestWholeDirectoryWhileUsersLeave(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 400).Draw(t, "users")
		s := &shifting{shelf: *newShelf(n), leave: rapid.SliceOfN(rapid.IntRange(-1, n-1), 0, 12).Draw(t, "leave")}
		accounts, doubt, err := directoryOf(context.Background(), s, "1", zoho.Knowledge{})
		if err != nil || doubt != "" {
			t.Fatal(doubt, err)
		}
		read := map[zoho.ID]bool{}
		for _, a := range accounts {
			read[a.ZUID] = true
		}
		for _, a := range s.accounts {
			if !read[a.ZUID] {
				t.Fatalf("%s is missing", a.PrimaryEmail)
			}
		}
	})
}

// TestSlowPages lets large pages get no answer: the reading goes on with smaller ones.
func TestSlowPages(t *testing.T) {
	g := newRig(t, zohotest.Options{Users: zohotest.Generate(90)})
	g.server.Inject(zohotest.Fault{Kind: zohotest.Cut, Op: zohotest.OpList, Times: 4}) // of 50, and of 25, each tried twice
	accounts, _, err := g.directory(zoho.Knowledge{})
	if err != nil || len(accounts) != 90 {
		t.Errorf("%d accounts of 90, %v", len(accounts), err)
	}
	limits := map[string]bool{}
	for _, call := range g.server.Log() {
		if call.Op == zohotest.OpList {
			query, _ := url.ParseQuery(call.Query)
			limits[query.Get("limit")] = true
		}
	}
	if diff := cmp.Diff(map[string]bool{"50": true, "25": true, "12": true}, limits); diff != "" {
		t.Error(diff)
	}
}
