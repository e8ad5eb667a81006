package check

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zohobulk/importer/field"
	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// The documented sample values come out of a row as they are.
func TestSampleRow(t *testing.T) {
	r, _ := run(t, newTable("accountId|zuid|First Name|Last Name|Display Name|Gender|Country|Street|City|ZIP|State|Phone|Mobile",
		"2560636000000008002|100001234|Rebecca|Anderson|Rebecca Anderson|FEMALE|us|91, Thomas Street|New York|10001|New York|9000000001|9000000002"), Options{})
	want := map[string]string{
		"accountId": "2560636000000008002", "zuid": "100001234", "firstName": "Rebecca", "lastName": "Anderson", "displayName": "Rebecca Anderson",
		"gender": "FEMALE", "country": "us", "streetAddr": "91, Thomas Street", "city": "New York", "postalCode": "10001", "state": "New York",
		"phoneNumber": "9000000001", "mobileNumber": "9000000002",
	}
	if diff := cmp.Diff(want, r.rows[0].Values); diff != "" || !r.rows[0].Valid {
		t.Errorf("valid %t (-want +got):\n%s", r.rows[0].Valid, diff)
	}
}

func TestRules(t *testing.T) {
	tests := []struct {
		name, header, row string
		options           Options
		want              string // codes with severity and cell, joined by commas; notes left out
	}{
		{"nobody", "email|city", "|Berlin", Options{}, "error  no-user"},
		{"nothing", "email|city", "a@example.com|", Options{}, ""},
		{"an account id alone", "accountId|zuid|city", "2560636000000008002||Berlin", Options{}, "error A2 account-without-zuid"},
		{"an account id with an address", "email|accountId|city", "a@example.com|2560636000000008002|Berlin", Options{}, ""},
		{"a zuid alone", "zuid|city", "11111111|Berlin", Options{}, ""},
		{"one id for both", "accountId|zuid|city", "11111111|11111111|Berlin", Options{}, "error B2 ids-equal"},
		{"both ids wanted", "email|zuid|city", "a@example.com|11111111|Berlin", Options{BothIDs: true}, "error  ids-needed"},
		{"part of an address", "email|city", "a@example.com|Berlin", Options{AddressWhole: true}, "error  address-part"},
		{"own account, other field", "email|city", "a@example.com|Berlin", Options{UserAuth: true}, "error B2 not-with-user-auth"},
		{"own account, its fields", "email|displayName", "a@example.com|Anna", Options{UserAuth: true}, ""},
		{"the same address", "email|newEmail", "a@example.com|A@example.com", Options{}, "warning B2 same-address"},
		{"clearing what can be", "email|mobile", "a@example.com|#CLEAR", Options{}, ""},
		{"clearing what can't be", "email|country", "a@example.com|#clear", Options{}, "error B2 not-clearable"},
		{"another word", "email|mobile", "a@example.com|leer", Options{ClearWord: "LEER"}, ""},
		{"a warning", "email|lastName", "a@example.com|SCHMIDT", Options{}, "warning B2 all-capitals"},
		{"a strict one", "email|lastName", "a@example.com|SCHMIDT", Options{Strict: true}, "error B2 all-capitals"},
		{"a wrong address names nobody twice", "email|city", "a@b|Berlin", Options{}, "error A2 bad-email"},
		{"a wrong value is something to set", "email|country", "a@example.com|Narnia", Options{}, "error B2 unknown-country"},
		{"phones are not judged by a wrong country", "email|country|phone", "a@example.com|Narnia|030 12345678", Options{}, "error B2 unknown-country"},
		{"fields left out are not checked", "email|country|city", "a@example.com|Narnia|Berlin", Options{Fields: []string{"city"}}, ""},
		{"a total", "email|city", "Total: 120|", Options{}, "error  no-user"},
		{"a total beside the table", "#|email|city", "Total||", Options{}, "error  no-user"},
		{"a broken address is no total", "email|city", "anna@@example.com|", Options{}, "error A2 bad-email"},
		{"a second header", "Email|City", "email |City", Options{}, "error  header-again"},
		{"one cell like its header", "email|city", "a@example.com|City", Options{}, ""},
		{"a stand-in", "email|lastName|city", "a@example.com|-|n/a", Options{}, "warning B2 stand-in, warning C2 stand-in"},
		{"nothing chosen is set", "email|country|city", "a@example.com|de|", Options{Fields: []string{"city"}}, ""},
	}
	for _, tt := range tests {
		r, _ := run(t, newTable(tt.header, tt.row), tt.options)
		if got := strings.Join(r.codes()[2], ", "); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		if r.rows[0].Valid == strings.Contains(tt.want, "error") {
			t.Errorf("%s: valid is %t", tt.name, r.rows[0].Valid)
		}
	}
}

func TestClearing(t *testing.T) {
	s := newTable("email|mobile|country|city", "a@example.com|#CLEAR||", "b@example.com|||Berlin")
	r, result := run(t, s, Options{})
	if diff := cmp.Diff(map[string]string{"email": "a@example.com", "mobileNumber": ""}, r.rows[0].Values); diff != "" || result.Cleared != 1 {
		t.Errorf("%d cleared (-want +got):\n%s", result.Cleared, diff)
	}
	r, result = run(t, s, Options{BlankClears: true})
	if diff := cmp.Diff(map[string]string{"email": "b@example.com", "mobileNumber": "", "city": "Berlin"}, r.rows[1].Values); diff != "" || result.Cleared != 3 {
		t.Errorf("blank clears: %d cleared (-want +got):\n%s", result.Cleared, diff)
	}
}

// However two rows name a user, both are told, and both are barred.
func TestDuplicates(t *testing.T) {
	s := newTable("email|accountId|zuid|newEmail|city",
		"anna@example.com||11|new@example.com|Berlin",
		"bob@example.com||12||Berlin",
		"",
		"ANNA@example.com||13||Berlin", // by address, in capitals
		"c@example.com|2560636000000008002|14||Berlin",
		"|2560636000000008002|15||Berlin",        // by account id
		"||12||Berlin",                           // by zuid
		"anna@example.com||11||Berlin",           // by both: told once
		"d@example.com|||NEW@example.com|Berlin", // the same new address
		"new@example.com||||Berlin",              // an address that another row takes is no duplicate
		"e@example.com|||e@example.com|Berlin",   // one row's own two addresses are none either
	)
	r, _ := run(t, s, Options{})
	want := map[int][]string{
		2:  {"error A2 duplicate-user", "error C2 duplicate-user", "error D2 duplicate-new-email"},
		3:  {"error C3 duplicate-user"},
		5:  {"error A5 duplicate-user"},
		6:  {"error B6 duplicate-user"},
		7:  {"error B7 duplicate-user"},
		8:  {"error C8 duplicate-user"},
		9:  {"error A9 duplicate-user"},
		10: {"error D10 duplicate-new-email"},
		12: {"warning D12 same-address"},
	}
	got := r.codes()
	want[2] = []string{"error A2 duplicate-user", "error D2 duplicate-new-email"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if p := r.late[0]; p.Message != "rows 2 and 5 are about the same user" || p.Line != 2 {
		t.Errorf("%+v does not name both rows", p)
	}
}

func TestDuplicatesOfManyRows(t *testing.T) {
	const n = 5000 // several batches, and every shard grows
	var lines []string
	for i := range n {
		lines = append(lines, fmt.Sprintf("user%d@example.com|Berlin", i))
	}
	lines = append(lines, "user0@example.com|Berlin", "user2500@example.com|Berlin", "user2500@example.com|Berlin")
	r, result := run(t, newTable("email|city", lines...), Options{Workers: 4})
	if result.Invalid != 5 || result.Errors != 5 {
		t.Errorf("%d invalid rows with %d errors, want 5 and 5", result.Invalid, result.Errors)
	}
	for i, row := range r.rows {
		if row.Number != i+2 {
			t.Fatalf("row %d came in place %d", row.Number, i+2)
		}
	}
}

func TestCellKinds(t *testing.T) {
	number := func(text string) sheet.Cell { return sheet.Cell{Kind: sheet.Number, Text: text} }
	tests := []struct {
		name, header string
		cell         sheet.Cell
		country      string
		want         string
		value        string
	}{
		{"an id of 19 digits", "zuid", number("2560636000000008002"), "", "error B2 id-damaged", ""},
		{"an id as stored by Python", "zuid", number("2.560636000000008E+18"), "", "error B2 id-damaged", ""},
		{"an id as stored by LibreOffice", "zuid", number("2.56063600000001E+018"), "", "error B2 id-damaged", ""},
		{"a short id", "zuid", number("100001234"), "", "", "100001234"},
		{"a short id with a power", "zuid", number("1.00001234E8"), "", "", "100001234"},
		{"an id of 16 digits", "zuid", number("1234567890123456"), "", "error B2 id-damaged", ""},
		{"an id of 15 digits", "zuid", number("123456789012345"), "", "", "123456789012345"},
		{"a long number in a name", "lastName", number("1234567890123456"), "", "error B2 number-damaged", ""},
		{"a fraction", "zuid", number("100001234.5"), "", "error B2 id-damaged", ""},
		{"an error", "city", sheet.Cell{Kind: sheet.Error, Text: "#N/A"}, "", "error B2 error-value", ""},
		{"a formula", "city", sheet.Cell{Kind: sheet.Formula, Text: "=A1"}, "", "error B2 formula-without-value", ""},
		{"a formula that was never calculated", "city", sheet.Cell{Kind: sheet.Number, Text: "0", Calculated: true}, "", "error B2 formula-without-value", ""},
		{"true", "city", sheet.Cell{Kind: sheet.Bool, Text: "TRUE"}, "", "error B2 logical-value", ""},
		{"a date for a phone", "phone", sheet.Cell{Kind: sheet.Date, Text: "2024-03-01"}, "", "error B2 date-damaged", ""},
		{"a phone without its zero", "phone", number("3012345678"), "de", "error B2 phone-damaged", ""},
		{"a phone without its plus", "phone", number("493012345678"), "", "error B2 phone-damaged", ""},
		{"a phone of a country that needs no zero", "phone", number("9876543210"), "in", "", "9876543210"},
		{"ten digits that could be another country's", "phone", number("6591234567"), "", "warning B2 number-cell", "6591234567"},
		{"a phone with its own country's code", "phone", number("491701234567"), "de", "error B2 phone-damaged", ""},
		{"a phone that is whole", "phone", number("2125550123"), "us", "", "2125550123"},
		{"a phone with its zero by format", "phone", number("03012345678"), "de", "", "03012345678"},
		{"a postcode without its zero", "PLZ", number("1067"), "de", "error B2 postcode-short", ""},
		{"a postcode by format", "PLZ", number("01067"), "de", "", "01067"},
		{"a postcode of nowhere", "PLZ", number("1067"), "", "warning B2 number-cell", "1067"},
	}
	for _, tt := range tests {
		s := newTable("email|"+tt.header+"|country|street", "a@example.com||"+tt.country+"|x")
		s.format = "xlsx"
		s.rows[0].Cells[1], s.rows[0].Line = tt.cell, 0
		r, _ := run(t, s, Options{})
		got := strings.Join(r.codes()[2], ", ")
		id, _ := field.Recognise(tt.header)
		if value := r.rows[0].Values[id.ID.String()]; got != tt.want || value != tt.value {
			t.Errorf("%s: %q with the value %q, want %q with %q", tt.name, got, value, tt.want, tt.value)
		}
	}
}

// repeated makes n lines, each from its number.
func repeated(n int, line func(i int) string) []string {
	var lines []string
	for i := range n {
		lines = append(lines, line(i))
	}
	return lines
}

var (
	someNames  = strings.Fields("Anna Bob Carla Dirk Elena Farid Gita Hiro Ines Juan")
	someOthers = strings.Fields("Anderson Brown Costa Dubois Eriksen Fischer Garcia Hughes Ivanova Jansen")
)

func TestColumns(t *testing.T) {
	mail := func(i int) string { return fmt.Sprintf("user%d@example.com", i) }
	tests := []struct {
		name, header string
		lines        []string
		want         []string // said of the sheet, notes left out
		invalid      int
	}{
		{"sound", "email|city|country", repeated(30, func(i int) string { return mail(i) + "|" + someNames[i%10] + "|de" }), nil, 0},
		{"phones for countries", "email|city|country", repeated(10, func(i int) string { return mail(i) + "|Berlin|+49 30 1234567" + fmt.Sprint(i) }),
			[]string{"error C column-mismatch"}, 10},
		{"countries for cities", "email|city|country", repeated(10, func(i int) string { return mail(i) + "|" + []string{"France", "Germany", "Italy"}[i%3] + "|fr" }),
			[]string{"error B column-mismatch"}, 10},
		{"a city called like its country", "email|city|country", repeated(10, func(i int) string { return mail(i) + "|Singapore|sg" }), nil, 0},
		{"cities called like countries", "email|city|country", repeated(8, func(i int) string { return mail(i) + "|" + []string{"Singapore", "Hong Kong", "Monaco"}[i%3] + "|sg" }), nil, 0},
		{"parts of a kingdom for states", "email|state|country", repeated(8, func(i int) string { return mail(i) + "|" + []string{"England", "Scotland", "Wales"}[i%3] + "|gb" }), nil, 0},
		{"genders for names", "email|lastName", repeated(10, func(i int) string { return mail(i) + "|" + []string{"female", "male"}[i%2] }),
			[]string{"error B column-mismatch"}, 10},
		{"postcodes for cities", "email|city", repeated(10, func(i int) string { return mail(i) + "|1011" + fmt.Sprint(i) }), []string{"error B column-mismatch"}, 10},
		{"a few odd ones", "email|city", repeated(30, func(i int) string { return mail(i) + "|" + []string{"Monaco", "Berlin", "Lyon", "Rome"}[i%4] }), nil, 0},
		{"rounded ids", "zuid|city", repeated(5, func(i int) string { return fmt.Sprintf("256063600000%d000000|Berlin", i+1) }),
			[]string{"error A id-rounded"}, 5},
		{"one id like rounded", "zuid|city", []string{"2560636000000008000|Berlin", "2560636000000008002|Bonn"}, []string{"warning A id-rounded"}, 0},
		{"varón or vrouw", "email|Sexo", []string{"a@example.com|V", "b@example.com|M"}, []string{"error B ambiguous-gender", "error B ambiguous-gender"}, 2},
		{"vrouw", "email|geslacht", []string{"a@example.com|V", "b@example.com|M"}, nil, 0},
		{"hombre or mujer", "email|gender", []string{"a@example.com|H", "b@example.com|M", "c@example.com|F"}, []string{"error B ambiguous-gender"}, 1},
		{"male", "email|gender", []string{"b@example.com|M", "c@example.com|F"}, nil, 0},
		{"exchanged ids", "accountId|zuid|city", repeated(4, func(i int) string { return fmt.Sprintf("1000012%d|2560636000000%d08002|Berlin", i, i) }),
			[]string{"error A column-mismatch"}, 4},
		{"one value", "email|mobile|country", repeated(30, func(i int) string { return mail(i) + "|+49 151 23456789|de" }), []string{"warning B constant-column"}, 0},
		{"one value of a few rows", "email|mobile|country", repeated(5, func(i int) string { return mail(i) + "|+49 151 23456789|de" }), nil, 0},
	}
	for _, tt := range tests {
		r, result := run(t, newTable(tt.header, tt.lines...), Options{})
		var got []string
		for _, s := range r.said() {
			if !strings.HasPrefix(s, "note") {
				got = append(got, s)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" || result.Invalid != tt.invalid {
			t.Errorf("%s: %d rows invalid, want %d (-want +got):\n%s", tt.name, result.Invalid, tt.invalid, diff)
		}
	}
}

// A column sorted without the others is found by the names in the addresses: each belongs to another row's name.
func TestSortedAlone(t *testing.T) {
	line := func(address, name int) string {
		return fmt.Sprintf("%s.%s@example.com|%s|%s|x", someNames[address%10], someOthers[address/10], someNames[name%10], someOthers[name/10])
	}
	header := "email|firstName|lastName|street"
	r, result := run(t, newTable(header, repeated(100, func(i int) string { return line(i, i) })...), Options{})
	if result.Invalid != 0 {
		t.Errorf("of a sound sheet %d rows are invalid: %v", result.Invalid, r.said())
	}
	r, result = run(t, newTable(header, repeated(100, func(i int) string { return line(i, (i+11)%100) })...), Options{})
	if len(r.said()) != 1 || r.sheet[0].Code != field.CodeIdentityMismatch || result.Invalid != 100 {
		t.Errorf("of a sheet with one column moved %d rows are invalid, and said is %v", result.Invalid, r.said())
	}
	// Addresses of a shared mailbox, or of people whose names have changed, are nobody else's.
	r, result = run(t, newTable(header, repeated(20, func(i int) string {
		return fmt.Sprintf("team.number%c@example.com|%s|%s|x", 'a'+i, someNames[i%10], someOthers[i/10])
	})...), Options{})
	if result.Invalid != 0 {
		t.Errorf("of a sheet with other addresses %d rows are invalid: %v", result.Invalid, r.said())
	}
}

func TestSampleKeepsOverlap(t *testing.T) {
	var a, b sample
	for i := range uint64(200_000) {
		h := (i + 1) * 0x9e3779b97f4a7c15
		h ^= h >> 29
		a.add(h)
		if i%4 == 0 {
			b.add(h)
		}
	}
	of, shared := a.overlap(&b)
	if len(a.hashes) > sampleSize || of < 100 || shared*100 < of*15 || shared*100 > of*35 {
		t.Errorf("%d of %d shared in samples of %d and %d, want about a quarter", shared, of, len(a.hashes), len(b.hashes))
	}
}

func TestOrigin(t *testing.T) {
	r, _ := run(t, newTable("_row|email|city|_origin", "7|a@example.com|Berlin|first.xlsx Sheet1 row 9", "8|b@example.com|Bonn|"), Options{})
	if diff := cmp.Diff([]string{"first.xlsx Sheet1 row 9", "staff.csv row 3"}, r.from); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([][]string{{"a@example.com", "Berlin"}, {"b@example.com", "Bonn"}}, r.cells); diff != "" {
		t.Errorf("own cells (-want +got):\n%s", diff)
	}
}

var errBroken = errors.New("broken")

func TestReaderFails(t *testing.T) {
	s := newTable("email|city", repeated(1000, func(i int) string { return fmt.Sprintf("u%d@example.com|x", i) })...)
	s.err = errBroken
	if _, err := Sheet(context.Background(), s, Options{}, &recorder{}); !errors.Is(err, errBroken) {
		t.Errorf("%v, want the reader's error", err)
	}
}

// refusing is a sink that fails at a row.
type refusing struct {
	recorder
	at int
}

func (r *refusing) Row(row *Row) error {
	if row.Seq == r.at {
		return errBroken
	}
	return r.recorder.Row(row)
}

func TestSinkFails(t *testing.T) {
	s := newTable("email|city", repeated(5000, func(i int) string { return fmt.Sprintf("u%d@example.com|x", i) })...)
	sink := &refusing{at: 700}
	if _, err := Sheet(context.Background(), s, Options{}, sink); !errors.Is(err, errBroken) || len(sink.rows) != 699 {
		t.Errorf("%v after %d rows, want the sink's error after 699", err, len(sink.rows))
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s := newTable("email|city", repeated(5000, func(i int) string { return fmt.Sprintf("u%d@example.com|x", i) })...)
	if _, err := Sheet(ctx, s, Options{}, &recorder{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want it cancelled", err)
	}
}

func TestPlaces(t *testing.T) {
	var p places
	want := [][2]int{{2, 2}, {3, 3}, {5, 5}, {6, 8}, {7, 9}, {20, 30}}
	for i, w := range want {
		p.add(i+1, w[0], w[1])
	}
	for i, w := range want {
		if number, line := p.find(i + 1); number != w[0] || line != w[1] {
			t.Errorf("row %d is at %d, line %d, want %v", i+1, number, line, w)
		}
	}
	if len(p.steps) != 4 {
		t.Errorf("%d steps for three gaps", len(p.steps))
	}
}

func TestGrouping(t *testing.T) {
	var lines []string
	for i := range 412 {
		lines = append(lines, fmt.Sprintf("u%d@example.com|Untied States", i))
	}
	for i := range 2 * maxValues {
		lines = append(lines, fmt.Sprintf("w%d@example.com|Nowhere%d", i, i))
	}
	g := NewGrouping()
	if _, err := Sheet(context.Background(), newTable("email|country", lines...), Options{}, g); err != nil {
		t.Fatal(err)
	}
	groups := g.Groups()
	if len(groups) != 2 {
		t.Fatalf("%d groups, want one for each sentence: %+v", len(groups), groups)
	}
	first, second := groups[0], groups[1]
	if first.Count != 412 || first.Value != "Untied States" || first.More || len(first.Values) != 1 || first.Cell != "B2" || first.Hint != "did you mean United States (us)?" {
		t.Errorf("%+v, want 412 rows of one misspelt country", first)
	}
	if second.Count != 2*maxValues || len(second.Values) != maxValues || !second.More || second.Cell != "B414" {
		t.Errorf("%+v, want rows with different values of which the same is said, and some of the values", second)
	}
}

func TestGroupingIsBounded(t *testing.T) {
	g := NewGrouping()
	for i := range 3 * maxGroups {
		if err := g.Late(i, problem.Problem{Severity: problem.Note, Row: i + 2, Code: "read", Column: "B", Message: fmt.Sprintf("read as %d", i)}); err != nil {
			t.Fatal(err)
		}
	}
	groups := g.Groups()
	if last := groups[len(groups)-1]; len(groups) != maxGroups+1 || !last.Mixed || last.Count != 2*maxGroups {
		t.Errorf("%d groups, the last %+v; want %d and one of all others", len(groups), last, maxGroups)
	}
}

// What is wrong with a whole column is said once, with its rows counted; two ways of damaging ids are two sentences.
func TestGroupingOfColumns(t *testing.T) {
	g := NewGrouping()
	table := newTable("accountId|zuid|city", "2560636000000008000|1001|Bonn", "2560636000000009000|1002|Bonn", "2.56E+18|1003|Bonn", "2560636000000008012.0|1004|Bonn")
	if _, err := Sheet(context.Background(), table, Options{}, g); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, group := range g.Groups() {
		got = append(got, fmt.Sprintf("%s ×%d, %d rows from %s", group.Code, group.Count, group.Rows, group.First.Cell))
	}
	if diff := cmp.Diff([]string{"id-rounded ×1, 2 rows from A2", "id-damaged ×1, 0 rows from ", "id-damaged ×1, 0 rows from "}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestGroupingOrder(t *testing.T) {
	g := NewGrouping()
	for _, p := range []problem.Problem{{Severity: problem.Note, Row: 2, Code: "n"}, {Severity: problem.Error, Row: 3, Code: "e"}, {Severity: problem.Warning, Row: 2, Code: "w"}, {Severity: problem.Error, Code: "sheet"}} {
		if err := g.Late(1, p); err != nil {
			t.Fatal(err)
		}
	}
	var codes []string
	for _, group := range g.Groups() {
		codes = append(codes, group.Code)
	}
	if diff := cmp.Diff([]string{"sheet", "e", "w", "n"}, codes); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
