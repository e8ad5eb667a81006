package sheet

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Formulas that read another row are named, also those that share their text with a cell above.
func TestOtherRows(t *testing.T) {
	path := tableOf(`<row r="1"><c r="A1" t="inlineStr"><is><t>email</t></is></c></row>` +
		`<row r="2"><c r="A2" t="str"><f>LOWER(B2)</f><v>a@example.com</v></c></row>` +
		`<row r="3"><c r="A3" t="str"><f t="shared" ref="A3:A4" si="0">B5</f><v>b@example.com</v></c></row>` +
		`<row r="4"><c r="A4" t="str"><f t="shared" si="0"/><v>c@example.com</v></c></row>` +
		`<row r="5"><c r="A5"><f>B9</f></c></row>` +
		`<row r="6"><c r="A6" t="e"><f>B9</f><v>#N/A</v></c></row>`).save(t)
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var got []string
	for row, err := range s.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range row.Problems {
			got = append(got, fmt.Sprint(p.Severity, " ", p.Cell, " ", p.Message))
		}
	}
	want := []string{
		"warning A3 a formula that takes its value from row 5, not from its own row",
		"warning A4 a formula that takes its value from row 6, not from its own row",
		"error A5 a formula that takes its value from row 9, not from its own row",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
