package check_test

import (
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zohobulk/importer/check"
	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// gathered is what a check of a sheet finds.
type gathered struct {
	fields   []map[string]string
	problems []string // severity, cell and code
}

func (g *gathered) Row(r *check.Row) error {
	g.fields = append(g.fields, maps.Clone(r.Values.Map()))
	for _, p := range r.Problems {
		g.problems = append(g.problems, p.Severity.String()+" "+p.Cell+" "+p.Code+" "+p.Proposal)
	}
	return nil
}

func (g *gathered) Late(_ int, p problem.Problem) error {
	g.problems = append(g.problems, p.Severity.String()+" "+p.Cell+" "+p.Code+" "+p.Proposal)
	return nil
}

func checked(t *testing.T, csv string) gathered {
	t.Helper()
	path := filepath.Join(t.TempDir(), "staff.csv")
	if err := os.WriteFile(path, []byte(csv), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := sheet.Open(path, sheet.Options{Name: "staff.csv", Known: check.Options{}.Known})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var g gathered
	if _, err := check.Sheet(t.Context(), s, check.Options{}, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

// TestFilesOfOtherPrograms reads files as databases, scripts, forms and spreadsheet programs write them.
func TestFilesOfOtherPrograms(t *testing.T) {
	for _, test := range []struct {
		name, csv string
		want      gathered
	}{
		{"a line break in a city", "Email,City\na@example.com,\"Frankfurt\nam Main\"\n", gathered{
			[]map[string]string{{"email": "a@example.com", "city": "Frankfurt am Main"}}, []string{"note B2 line-break "}}},
		{"kanji of compatibility", "Email,Display name,City\na@example.com,\ufa19保,\ufa1b岡\n", gathered{
			[]map[string]string{{"email": "a@example.com", "displayName": "\ufa19保", "city": "\ufa1b岡"}}, nil}},
		{"typographic quotes", "Email,New email\na@example.com,“a.new@example.com”\nb@example.com,b.new@example.com’\n", gathered{
			[]map[string]string{{"email": "a@example.com"}, {"email": "b@example.com"}},
			[]string{"error B2 bad-email a.new@example.com", "error B3 bad-email b.new@example.com"}}},
		{"escaped names", "Email,First name,Last name,City\na@example.com,Andr&eacute;,O&#039;Brien,K&#246;ln\n", gathered{
			[]map[string]string{{"email": "a@example.com", "firstName": "Andr&eacute;", "lastName": "O&#039;Brien", "city": "K&#246;ln"}},
			[]string{"warning B2 escaped-text André", "warning C2 escaped-text O'Brien", "warning D2 escaped-text Köln"}}},
		{"nulls of a database", "\"Email\",\"City\",\"Last name\"\n\"a@example.com\",\\N,\"Berg\"\n\"b@example.com\",\"O\\'Fallon\",\"\\N\"\n", gathered{
			[]map[string]string{{"email": "a@example.com", "city": `\N`, "lastName": "Berg"}, {"email": "b@example.com", "city": `O\'Fallon`, "lastName": `\N`}},
			[]string{"warning B2 stand-in ", "warning B3 escaped-text O'Fallon", "warning C3 stand-in "}}},
		{"soft hyphens", "Email,First name,Display name\na@example.com,An\u00adna,An\u00adna Berg\nbe\u00adn@example.com,Ben,Ben Ray\n", gathered{
			[]map[string]string{{"email": "a@example.com", "firstName": "Anna", "displayName": "Anna Berg"}, {"email": "ben@example.com", "firstName": "Ben", "displayName": "Ben Ray"}}, nil}},
		{"streets that became dates", "Email,Country,Street\na@example.com,US,3-Apr\nb@example.com,GB,04/05/2024\nc@example.com,DE,03. Apr\n", gathered{
			[]map[string]string{{"email": "a@example.com", "country": "us", "streetAddr": "3-Apr"}, {"email": "b@example.com", "country": "gb", "streetAddr": "04/05/2024"},
				{"email": "c@example.com", "country": "de", "streetAddr": "03. Apr"}},
			[]string{"warning C2 date-damaged ", "warning C3 date-damaged ", "warning C4 date-damaged "}}},
		{"country code and trunk zero", "Email,Country,Mobile\na@example.com,DE,+49 0171 3920077\nb@example.com,DE,0049 0171 3920077\n", gathered{
			[]map[string]string{{"email": "a@example.com", "country": "de", "mobileNumber": "+49 0171 3920077"}, {"email": "b@example.com", "country": "de", "mobileNumber": "0049 0171 3920077"}},
			[]string{"warning C2 phone-code-and-zero +49 171 3920077", "warning C3 phone-code-and-zero +49 171 3920077"}}},
		{"Active Directory", "mail,givenName,sn,l,st,c,co,telephoneNumber,mobile,physicalDeliveryOfficeName\n" +
			"a@example.com,Anna,Berg,Boston,MA,US,United States,+1 212 555 0123,+1 212 555 0147,B2\n", gathered{
			[]map[string]string{{"email": "a@example.com", "firstName": "Anna", "lastName": "Berg", "city": "Boston", "state": "MA", "country": "us",
				"phoneNumber": "+1 212 555 0123", "mobileNumber": "+1 212 555 0147"}},
			[]string{"note  column-read-as ", "note  column-read-as ", "note  column-read-as ", "note  column-read-as ", "note  unmapped-column ", "note  unmapped-column "}}},
		{"the same names elsewhere", "Email,City,sn,c\na@example.com,Boston,17,x\n", gathered{
			[]map[string]string{{"email": "a@example.com", "city": "Boston"}}, []string{"note  unmapped-column ", "note  unmapped-column "}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := checked(t, test.csv)
			if diff := cmp.Diff(test.want.fields, got.fields); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.want.problems, got.problems); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}
