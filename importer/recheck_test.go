package importer

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"zohobulk/importer/check"
	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/run"
	"zohobulk/zoho/zohotest"
)

// someone is a user of a directory for these tests.
func someone(email string, zuid int64, country, mobile, postcode string) zohotest.User {
	return zohotest.User{
		ZUID: zuid, AccountID: fmt.Sprintf("2560636%012d", zuid), Email: email, DisplayName: email,
		Country: country, Mobile: mobile, Address: zohotest.Address{PostalCode: postcode},
	}
}

// people has users of several countries, and an administrator to plan as.
func people() []zohotest.User {
	return []zohotest.User{
		zohotest.Generate(1)[0],
		someone("de@example.com", 900000011, "de", "0171 3920077", "01097"),
		someone("ca@example.com", 900000012, "ca", "+1 438-555-0154", "H3B 1K1"),
		someone("fr@example.com", 900000013, "fr", "+33 1 99 00 71 05", "75001"),
		someone("se@example.com", 900000014, "se", "+46 8 465 004 05", "105 63"),
		someone("xx@example.com", 900000015, "", "+49 171 3920077", "01097"),
		someone("at@example.com", 900000016, "at", "", "01097"),
		someone("nl@example.com", 900000017, "de", "", ""),
	}
}

// planAll plans a CSV about these people, read and checked as asked.
func planAll(t *testing.T, csv string, o Options, c check.Options) (*Run, Planned) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "staff.csv")
	if err := os.WriteFile(path, []byte(csv), 0o600); err != nil {
		t.Fatal(err)
	}
	return planFile(t, path, o, c)
}

func planFile(t *testing.T, path string, o Options, c check.Options) (*Run, Planned) {
	t.Helper()
	g := newRig(t, zohotest.Options{Users: people()})
	o.Lookup, o.Auth, o.Known.Probed = LookupAuto, AuthAdmin, true
	r := g.equip(readFile(t, g.reports, path, o, c))
	if err := r.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	planned, err := r.Plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r, planned
}

// rowChanges are the changes of each row of a plan, or why it can't be sent, by row number.
func rowChanges(t *testing.T, r *Run) map[int][]string {
	t.Helper()
	all := map[int][]string{}
	for row, err := range r.Journal.Rows(journal.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		all[row.Number] = []string{string(row.Status)}
		if row.Code != "" {
			all[row.Number] = append(all[row.Number], row.Code)
		}
		for _, c := range row.Changes {
			if row.Status == journal.Planned {
				all[row.Number] = append(all[row.Number], c.Field+" "+c.After)
			}
		}
	}
	return all
}

const respelledSheet = "email,mobileNumber,postalCode\nca@example.com,14385550154,h3b1k1\nfr@example.com,01 99 00 71 05,\n" +
	"se@example.com,08-465 004 05,10563\nde@example.com,0171 3920078,01097\n"

// TestAnotherSpellingIsUnchanged sends nothing for a phone or a postcode that is only written in another way, and counts these
// rows; asked for, spellings and forms are sent.
func TestAnotherSpellingIsUnchanged(t *testing.T) {
	r, p := planAll(t, respelledSheet, Options{}, check.Options{})
	want := map[int][]string{2: {"unchanged", run.CodeRespelled}, 3: {"unchanged", run.CodeRespelled}, 4: {"unchanged", run.CodeRespelled}, 5: {"planned", "mobileNumber 0171 3920078"}}
	if diff := cmp.Diff(want, rowChanges(t, r)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if p.Respelled != 3 || len(p.Notes) != 1 || p.Notes[0].Code != run.CodeRespelled || p.Notes[0].Severity != problem.Note {
		t.Errorf("planned %+v", p)
	}
	again, err := r.Count()
	if err != nil || again.Respelled != 3 || len(again.Notes) != 1 {
		t.Errorf("counted again: %+v, %v", again, err)
	}

	r, _ = planAll(t, respelledSheet, Options{Respell: true}, check.Options{})
	want = map[int][]string{
		2: {"planned", "mobileNumber 14385550154", "postalCode h3b1k1"}, 3: {"planned", "mobileNumber 01 99 00 71 05"},
		4: {"planned", "mobileNumber 08-465 004 05", "postalCode 10563"}, 5: {"planned", "mobileNumber 0171 3920078"},
	}
	if diff := cmp.Diff(want, rowChanges(t, r)); diff != "" {
		t.Errorf("with spellings sent (-want +got):\n%s", diff)
	}

	r, _ = planAll(t, respelledSheet, Options{}, check.Options{Phones: field.E164Phones})
	want = map[int][]string{
		2: {"planned", "mobileNumber +14385550154"},
		3: {"planned", "mobileNumber +33199007105"}, 4: {"planned", "mobileNumber +46846500405"}, 5: {"planned", "mobileNumber +491713920078"},
	}
	if diff := cmp.Diff(want, rowChanges(t, r)); diff != "" {
		t.Errorf("in the form asked for (-want +got):\n%s", diff)
	}
}

// TestLostInFrontIsRefused refuses the present value short of its zeros or its plus, whatever is known of its country, and what
// the country of the directory shows to be damaged.
func TestLostInFrontIsRefused(t *testing.T) {
	r, p := planAll(t, csvOf("email,mobileNumber,postalCode",
		[]string{"de@example.com", "1713920077", ""},
		[]string{"xx@example.com", "491713920077", ""},
		[]string{"at@example.com", "", "1097"},
		[]string{"nl@example.com", "", "1099"},
		[]string{"fr@example.com", "199007107", "75002"},
		[]string{"ca@example.com", "14385550154", ""},
	), Options{SkipInvalid: true}, check.Options{})
	want := map[int][]string{
		2: {"invalid", field.CodeNumber}, 3: {"invalid", field.CodeNumber}, 4: {"invalid", field.CodeNumber},
		5: {"invalid", field.CodePostcodeShort}, 6: {"planned", "mobileNumber 199007107", "postalCode 75002"}, 7: {"unchanged", run.CodeRespelled},
	}
	if diff := cmp.Diff(want, rowChanges(t, r)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if p.Refused != 4 || p.Invalid != 0 {
		t.Errorf("planned %+v", p)
	}
	if again, err := r.Count(); err != nil || again.Refused != 4 || again.Invalid != 0 {
		t.Errorf("counted again: %+v, %v", again, err)
	}
	var said []string
	for p, err := range r.Journal.Problems(journal.All) {
		if err != nil {
			t.Fatal(err)
		}
		if p.Severity > problem.Note {
			said = append(said, p.Cell+" "+p.Reason())
		}
	}
	wantSaid := []string{
		`B2 "1713920077" is "0171 3920077" without its leading zero; did you mean 0171 3920077?`,
		`B3 "491713920077" is "+49 171 3920077" without its plus; did you mean +49 171 3920077?`,
		`C4 "1097" is "01097" without its leading zero; did you mean 01097?`,
		`C5 Excel removed the zero in front (did you mean 01099? Format the column as Text first, then type it)`,
		`B6 a 0 seems to be missing in front (did you mean 01 99 00 71 07?)`,
	}
	if diff := cmp.Diff(wantSaid, said); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestNumberCellsByTheDirectory reads phones in number cells by the directory's country.
func TestNumberCellsByTheDirectory(t *testing.T) {
	f := excelize.NewFile()
	for cell, value := range map[string]any{
		"A1": "email", "B1": "mobileNumber", "A2": "de@example.com", "B2": 1713920099, "A3": "ca@example.com", "B3": 4385550155,
	} {
		if err := f.SetCellValue("Sheet1", cell, value); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "staff.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	r, _ := planFile(t, path, Options{SkipInvalid: true}, check.Options{})
	want := map[int][]string{2: {"invalid", field.CodePhoneDamaged}, 3: {"planned", "mobileNumber 4385550155"}}
	if diff := cmp.Diff(want, rowChanges(t, r)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestUndoPutsBackSpellings sends back what a run has only respelled.
func TestUndoPutsBackSpellings(t *testing.T) {
	g := newRig(t, zohotest.Options{Users: people()})
	r, err := g.apply(respelledSheet, Options{Respell: true})
	if err != nil {
		t.Fatal(err)
	}
	if changed := changedBy(t, r); changed != 4 {
		t.Fatalf("%d rows were changed", changed)
	}
	back := g.undo(r, Options{})
	if changed := changedBy(t, back); changed != 4 {
		t.Errorf("%d rows were put back", changed)
	}
}

func changedBy(t *testing.T, r *Run) int {
	t.Helper()
	counts, err := r.Journal.Counts()
	if err != nil {
		t.Fatal(err)
	}
	return counts.Updated
}
