package report

import (
	"strings"
	"testing"

	"zohobulk/importer/journal"
)

func TestReportsNameEdits(t *testing.T) {
	r := mixed()
	text := func(seq int, column, before, after string) {
		r.edits = append(r.edits, journal.Edit{Seq: seq, Number: seq + 1, Column: column, Before: before, After: after, Kind: journal.EditText})
	}
	text(1, "D", "030 1234567", "+49")
	text(1, "D", "+49", "+49 30 1234567")
	text(1, "B", "Jurgen", "Jürgen")
	text(3, "C", "<b>", "Untied States")
	text(4, "A", "x", "y")
	text(4, "A", "y", "x") // as it was
	r.edits = append(r.edits, journal.Edit{Seq: 6, Number: 7, Kind: journal.LeaveOut})
	files := written(t, t.TempDir(), r, Options{})
	for name, wants := range map[string][]string{
		SuccessFile: {`,"_origin","_edited"`, `,"staff.csv row 2","B2 D2"`, `,"staff.csv row 3",""`},
		FailedFile:  {`,"_origin","_edited"`, `,"staff.csv row 4","C4"`, `,"staff.csv row 5",""`, `,"staff.csv row 7",""`},
		SummaryFile: {`"edits": 7`},
		PageFile:    {"<td>D2</td><td><bdi>Handy</bdi></td><td><bdi>030 1234567</bdi></td><td><bdi>&#43;49 30 1234567</bdi></td>", "&lt;b&gt;", `<td>7</td>`, "row left out"},
	} {
		for _, want := range wants {
			if !strings.Contains(string(files[name]), want) {
				t.Errorf("%s lacks %s:\n%.3000s", name, want, files[name])
			}
		}
	}
	if plain := written(t, t.TempDir(), mixed(), Options{}); strings.Contains(string(plain[SuccessFile]), "_edited") || strings.Contains(string(plain[PageFile]), "h-edits") {
		t.Error("a run without edits speaks of edits")
	}
}
