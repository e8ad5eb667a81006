package check

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

func TestMap(t *testing.T) {
	tests := []struct {
		name, header string
		options      Options
		want         string // the fields in order, - for none
		notes        string // their codes
	}{
		{"own names", "email|zuid|mobileNumber", Options{}, "email zuid mobileNumber", ""},
		{"aliases", "E-Mail|Vorname|Name|PLZ", Options{}, "email firstName lastName postalCode", "column-read-as"},
		{"unmapped is named once", "Email|Department|City", Options{}, "email - city", "unmapped-column"},
		{"house numbers apart", "Email|Straße|Haus-Nr.|Ort", Options{}, "email streetAddr - city", "unmapped-column house-number-apart"},
		{"house numbers without a street", "Email|Hausnummer|Ort", Options{}, "email - city", "unmapped-column"},
		{"a name beside both", "Email|First Name|Last Name|Name", Options{}, "email firstName lastName displayName", ""},
		{"remarks in brackets", "Email Address [Required]|First Name (optional)|City", Options{}, "email firstName city", ""},
		{"ours are nobody's", "_row|Email|City|_status", Options{}, "- email city -", ""},
		{"typed", "Who|Emial|City", Options{Map: map[string]string{"Who": "email", "emial": ""}}, "email - city", ""},
		{"typed goes before the alias", "Email|Name", Options{Map: map[string]string{"Name": "lastName"}}, "email lastName", ""},
		{"a column set aside that is not there", "Email|City", Options{Map: map[string]string{"Gone": ""}}, "email city", ""},
		{"a second column set aside", "Email|Phone|Telefon", Options{Map: map[string]string{"Telefon": ""}}, "email phoneNumber -", ""},
		{"a letter", "Email||Town 2", Options{Map: map[string]string{"b": "country", "C": "city"}}, "email country city", ""},
		{"a header goes before a letter", "Email|C|City", Options{Map: map[string]string{"C": "country"}}, "email country city", ""},
		{"two columns of one header", "Email|Phone|Phone", Options{Map: map[string]string{"C": "mobileNumber"}}, "email phoneNumber mobileNumber", ""},
		{"letters go before headers", "Email|C|City", Options{Letters: map[string]string{"C": "state"}, Map: map[string]string{"C": "country", "City": ""}}, "email country state", ""},
		{"typed goes before saved", "Email|Ort", Options{Map: map[string]string{"B": "state"}, Saved: map[string]string{"Ort": "city"}}, "email state", ""},
		{"an error as header is mapped", "email|#REF!", Options{Map: map[string]string{"#REF!": "city"}}, "email city", ""},
	}
	for _, tt := range tests {
		header := textCells(tt.header)
		for i := range header {
			if header[i].Text == "#REF!" {
				header[i].Kind = sheet.Error
			}
		}
		m, notes, err := Map(header, tt.options)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		var fields, codes []string
		for _, c := range m.Columns {
			if c.Field == "" {
				c.Field = "-"
			}
			fields = append(fields, c.Field)
		}
		for _, p := range notes {
			codes = append(codes, p.Code)
		}
		if got := strings.Join(fields, " "); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		if got := strings.Join(codes, " "); got != tt.notes {
			t.Errorf("%s: notes %q, want %q", tt.name, got, tt.notes)
		}
	}
}

func TestMapRefuses(t *testing.T) {
	tests := []struct {
		name, header string
		options      Options
		code         string
		hint         string // part of it
		remedies     string
		exit         int
	}{
		{"misspelt", "Emial|City", Options{}, "unclear-header", `rename it to "email"`, "map-column A Emial email", 0},
		{"another script", "Еmail|City", Options{}, "unclear-header", "rename it", "map-column A Еmail email", 0},
		{"an error", "#REF!|email|city", Options{}, "unclear-header", "type the header's text", "map-column A #REF! field", 0},
		{"the last name or the whole", "Email|First Name|Name", Options{}, "unclear-header", `"Last name"`, "map-column C Name lastName, map-column C Name displayName", 0},
		{"two for one", "Email|Phone|Telefon", Options{}, "duplicate-column", "", "map-column C Telefon ", 0},
		{"the same twice", "Email|City|City", Options{}, "duplicate-column", "rename", "map-column C C ", 0},
		{"all at once", "Emial|Nmae|City|City|Ctiy", Options{}, "unclear-header", "rename one", "map-column A Emial email, map-column B Nmae displayName, map-column E Ctiy city, map-column D D ", 0},
		{"no header", "anna@example.com|Bonn", Options{}, "no-header", "names the columns", "choose-header-row", 0},
		{"nobody", "City|Country", Options{}, "no-user-column", "email", "", 0},
		{"nothing", "Email|Department", Options{}, "nothing-to-set", "city", "map-column B Department mobileNumber", 0},
		{"no such field", "Email|City", Options{Map: map[string]string{"City": "town"}}, "unknown-field", "city", "", 2},
		{"no such column", "Email|City", Options{Map: map[string]string{"Town": "city"}}, "no-such-column", `"City"`, "", 0},
		{"no such letter", "Email|City", Options{Map: map[string]string{"C": "city"}}, "no-such-column", `"City"`, "", 0},
		{"a letter in a saved mapping", "Email|City", Options{Saved: map[string]string{"B": "state"}}, "no-such-column", `"City"`, "", 0},
		{"unknown choice", "Email|City", Options{Fields: []string{"zuid"}}, "unknown-field", "city", "", 2},
		{"a choice without a column", "Email|City", Options{Fields: []string{"city", "state"}}, "no-such-column", `"City"`, "choose-fields", 0},
		{"strict", "Email|City|Department", Options{Strict: true}, "unmapped-column", "set it aside", "map-column C Department ", 0},
	}
	for _, tt := range tests {
		header := textCells(tt.header)
		if header[0].Text == "#REF!" {
			header[0].Kind = sheet.Error
		}
		_, _, err := Map(header, tt.options)
		var r *problem.Refusal
		if !errors.As(err, &r) || r.Code != tt.code || !strings.Contains(r.Hint, tt.hint) || r.Exit != tt.exit {
			t.Errorf("%s: %+v, want code %s, exit %d and a hint with %q", tt.name, err, tt.code, tt.exit, tt.hint)
			continue
		}
		var remedies []string
		for _, remedy := range r.Remedies {
			remedies = append(remedies, strings.Join(append([]string{string(remedy.Way)}, remedy.Args...), " "))
		}
		if got := strings.Join(remedies, ", "); got != tt.remedies {
			t.Errorf("%s: remedies %q, want %q", tt.name, got, tt.remedies)
		}
	}
}

func TestMappingFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mapping.txt")
	m := Mapping{Columns: []Column{
		{Column: "A", Header: "E-Mail", Field: "email"}, {Column: "B", Header: "Abteilung"}, {Column: "C", Header: "a=b", Field: "city"},
		{Column: "D", Header: "#1\nphone", Field: "phoneNumber"}, {Column: "E", Header: "_row", Ours: true},
	}}
	if err := WriteMapping(path, m); err != nil {
		t.Fatal(err)
	}
	got, err := ReadMapping(path)
	want := map[string]string{"E-Mail": "email", "Abteilung": "", "a=b": "city", "#1\nphone": "phoneNumber"}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for _, text := range []string{"Email", "Email=mail", `"open=email`} {
		if err := os.WriteFile(path, []byte("# comment\n\n"+text), 0o600); err != nil {
			t.Fatal(err)
		}
		var r *problem.Refusal
		if _, err := ReadMapping(path); !errors.As(err, &r) || !strings.Contains(r.Message, "line 3") {
			t.Errorf("%q: %v, want a refusal that names line 3", text, err)
		}
	}
}

func TestKnownTakesMappedHeaders(t *testing.T) {
	o := Options{Map: map[string]string{"Kürzel": "email"}}
	if !o.Known(" KURZEL") || !o.Known("Email") || o.Known("Abteilung") {
		t.Error("known are the mapped header and the aliases, and nothing else")
	}
}
