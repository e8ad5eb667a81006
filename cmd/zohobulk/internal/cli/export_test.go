package cli

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"zohobulk/importer"
	"zohobulk/importer/journal"
	"zohobulk/importer/report/schema"
	"zohobulk/zoho"
	"zohobulk/zoho/connect"
	"zohobulk/zoho/zohotest"
)

// at adds the flags that lead to the stand-in, and a folder for runs.
func (d *desk) at(args ...string) []string {
	return append(append(args, d.there()...), "--reports", filepath.Join(d.home, "reports"))
}

// file writes a file on the desk.
func (d *desk) file(name, text string) string {
	d.t.Helper()
	path := filepath.Join(d.home, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
	return path
}

func (d *desk) profile() connect.Profile {
	d.t.Helper()
	folders, err := connect.SystemFolders()
	if err != nil {
		d.t.Fatal(err)
	}
	p, err := folders.Profiles().Load(connect.DefaultProfile)
	if err != nil {
		d.t.Fatal(err)
	}
	return p
}

// TestExport writes the directory as each kind of file: planned as it is, it changes nothing, and with one cell edited, one thing.
func TestExport(t *testing.T) {
	d := newDesk(t, zohotest.Options{Users: zohotest.Generate(120)})
	d.login().must(t, exitDone)
	for _, name := range []string{"users.csv", "users.xlsx"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(d.home, name)
			d.run("", d.at("export", "-o", path)...).must(t, exitDone, "120 accounts", "next: edit it, and run zohobulk plan")
			info, err := os.Stat(path)
			if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
				t.Errorf("%v, %v", info.Mode(), err)
			}
			d.run("", d.at("plan", path)...).must(t, exitDone, "plan: no changes, 120 unchanged")
			d.run("", d.at("export", "-o", path)...).must(t, exitFailed, "is there already")
		})
	}
	if p := d.profile(); p.Users != 120 {
		t.Errorf("the profile remembers %d users, want 120", p.Users)
	}
	out := d.run("", d.at("export")...).must(t, exitDone).out
	edited := strings.Replace(out, `"Austin"`, `"Houston"`, 1)
	d.run("", d.at("plan", d.file("edited.csv", edited))...).must(t, exitDone, "plan: 1 user changes, 119 unchanged", `City: "Austin" → "Houston"`)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(out, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 121 || strings.Join(rows[0], " ") != strings.Join(importer.TemplateHeader(), " ") {
		t.Errorf("%d rows under %q, %v", len(rows), rows[0], err)
	}
}

// TestExportAsJSON holds the documents against their schema.
func TestExportAsJSON(t *testing.T) {
	users := zohotest.People()
	users[2].Country = "Narnia"
	d := newDesk(t, zohotest.Options{Users: users})
	d.login().must(t, exitDone)
	for _, args := range [][]string{{"export", "--json"}, {"export", "--json", "-o", filepath.Join(d.home, "users.xlsx")}} {
		out := d.run("", d.at(args...)...).must(t, exitDone).out
		if err := schema.Check("export", []byte(out)); err != nil {
			t.Error(err)
		}
		var doc exportDocument
		if err := json.Unmarshal([]byte(out), &doc); err != nil {
			t.Fatal(err)
		}
		if doc.Accounts != len(users) || len(doc.LeftOut) != 1 || doc.LeftOut[0].Value != "Narnia" || len(doc.Users) != map[bool]int{true: len(users)}[len(args) == 2] {
			t.Errorf("%d accounts, %d users, left out %+v", doc.Accounts, len(doc.Users), doc.LeftOut)
		}
	}
	for name, args := range map[string][]string{"ending": {"export", "-o", "users.ods"}, "nobody": {"export", "x"}} {
		if s := d.run("", d.at(args...)...); s.code != exitUsage {
			t.Errorf("%s: exit %d, %s", name, s.code, s.err)
		}
	}
}

// TestPlanSheet writes a plan as a workbook to be signed off.
func TestPlanSheet(t *testing.T) {
	d := newDesk(t, zohotest.Options{})
	d.login().must(t, exitDone)
	staff := d.file("staff.csv", "email,city,mobileNumber,state\nsiobhan.obrien@example.com,Cork,,\nzeynep.celik@example.com,İstanbul,+90 532 555 01 02,#CLEAR\n")
	path := filepath.Join(d.home, "plan.xlsx")
	d.run("", d.at("plan", staff, "-o", path, "--allow-clearing")...).must(t, exitDone, "the plan is in "+path)
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("Plan")
	if err != nil || len(rows) < 6 {
		t.Fatalf("%q, %v", rows, err)
	}
	want := [][]string{
		{"row", "user", "changes", "mobileNumber before", "mobileNumber after", "city before", "city after", "state before", "state after", "zuid", "note"},
		{"2", "siobhan.obrien@example.com", "city", "", "", "Dublin", "Cork", "", "", "100002386"},
		{"3", "zeynep.celik@example.com", "mobileNumber, state", "", "+90 532 555 01 02", "", "", "Beyoğlu", "(emptied)", rows[2][9]},
	}
	if diff := cmp.Diff(want, rows[:3]); diff != "" {
		t.Error(diff)
	}
	fill := func(cell string) string {
		id, err := book.GetCellStyle("Plan", cell)
		if err != nil {
			t.Fatal(err)
		}
		style, err := book.GetStyle(id)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(style.Fill.Color, " ")
	}
	if got := []string{fill("G2"), fill("F2"), fill("E2"), fill("E3"), fill("I3")}; !cmp.Equal(got, []string{"FFF2CC", "", "", "FFF2CC", "F8CBAD"}) {
		t.Errorf("colours %q", got)
	}
	d.run("", d.at("plan", staff, "-o", "plan.csv")...).must(t, exitUsage, ".xlsx")
	d.run("", d.at("plan", staff, "-o", path)...).must(t, exitFailed, "is there already")
}

// TestOtherOrganisation refuses a sheet whose users are elsewhere, whatever else was allowed.
func TestOtherOrganisation(t *testing.T) {
	d := newDesk(t, zohotest.Options{})
	d.login().must(t, exitDone)
	text := "email,city\nsiobhan.obrien@example.com,Cork\n"
	for _, name := range strings.Fields("ada ben cleo dan eve finn") {
		text += name + "@elsewhere.example,Paris\n"
	}
	staff := d.file("staff.csv", text)
	for _, args := range [][]string{{"plan", staff}, {"apply", staff, "--yes", "--skip-invalid"}, {"apply", staff, "--dry-run"}} {
		d.run("", d.at(args...)...).must(t, exitFailed, "6 of 7 rows name nobody in organisation", "--profile")
	}
	if d.puts() != 0 {
		t.Errorf("%d updates were sent", d.puts())
	}
}

// TestNamesChangeForMost says so before it asks.
func TestNamesChangeForMost(t *testing.T) {
	d := newDesk(t, zohotest.Options{Users: zohotest.Generate(9)})
	d.login().must(t, exitDone)
	text := "email,lastName,city\n"
	for _, u := range zohotest.Generate(9)[1:] {
		text += u.Email + ",Shifted,Ghent\n"
	}
	d.run("", d.at("plan", d.file("staff.csv", text))...).must(t, exitDone, "look again: lastName changes for 8 of the 8 users")
}

// TestRunsTeachTheProfile applies two sheets: what the first has proven, the second needs not read back.
func TestRunsTeachTheProfile(t *testing.T) {
	d := newDesk(t, zohotest.Options{})
	d.login().must(t, exitDone)
	apply := func(city string) said {
		return d.run("", d.at("apply", d.file(city+".csv", "email,city\nsiobhan.obrien@example.com,"+city+"\nzeynep.celik@example.com,"+city+"\n"), "--yes")...)
	}
	apply("Cork").must(t, exitDone, "first use of", "2 updated")
	p := d.profile()
	if p.Proven == nil || !cmp.Equal(p.Proven.Fields, []string{"city"}) || p.Proven.OmittedFields != zoho.Kept {
		t.Fatalf("the profile has %+v", p.Proven)
	}
	d.service.ClearLog()
	if second := apply("Galway").must(t, exitDone, "2 updated"); strings.Contains(second.err, "first use of") {
		t.Errorf("the second run knows nothing:\n%s", second.err)
	}
	if n := len(d.service.Log()) - d.puts(); n > 3 {
		t.Errorf("the second run made %d calls to read, want whose login it is and two look-ups", n)
	}
}

// TestVerify waits half a minute, and finds the changes or doesn't; a pilot is verified, too.
func TestVerify(t *testing.T) {
	for _, test := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"whole", nil, exitDone, "verified: 2 users are as sent"},
		{"pilot", []string{"--first", "1"}, exitDone, "verified: 1 user is as sent"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk(t, zohotest.Options{})
			staff := d.file("staff.csv", "email,city\nsiobhan.obrien@example.com,Cork\nzeynep.celik@example.com,Bursa\n")
			synctest.Test(t, func(t *testing.T) {
				d.t = t
				args := append([]string{"apply", staff, "--yes", "--verify", "--sandbox", "--reports", filepath.Join(d.home, "reports")}, test.args...)
				d.run("", args...).must(t, test.code, test.says)
			})
		})
	}
}

// TestARefusedRunLeavesNothing begins a run while another process sends to the organisation: there is nothing to go on with.
func TestARefusedRunLeavesNothing(t *testing.T) {
	d := newDesk(t, zohotest.Options{})
	d.login().must(t, exitDone)
	folders, err := connect.SystemFolders()
	if err != nil {
		t.Fatal(err)
	}
	lock, err := journal.LockOrganisation(folders.Locks(&connect.Site{Mail: d.url}), "1234567890", "")
	if err != nil {
		t.Fatal(err)
	}
	apply := d.at("apply", d.file("staff.csv", "email,city\nsiobhan.obrien@example.com,Cork\n"), "--yes")
	d.run("", apply...).must(t, exitFailed, "is going on in")
	if err := lock.Release(); err != nil {
		t.Fatal(err)
	}
	d.run("", d.at("resume", "--yes")...).must(t, exitFailed, "no run is unfinished")
	d.run("", apply...).must(t, exitDone, "1 updated")
}
