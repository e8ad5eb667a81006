package report

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// book makes a workbook as people keep them: formats, notes, widths, a table on the second worksheet.
func book(t testing.TB, rows int) *excelize.File {
	t.Helper()
	f := excelize.NewFile()
	t.Cleanup(func() { f.Close() })
	style := func(s excelize.Style) int {
		id, err := f.NewStyle(&s)
		check(t, err)
		return id
	}
	header := style(excelize.Style{Font: &excelize.Font{Bold: true, Color: "FFFFFF"}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"203764"}}})
	date := style(excelize.Style{NumFmt: 14})
	for i, h := range []string{"Email", "First Name", "Country", "Mobile", "Joined"} {
		check(t, f.SetCellStr("Sheet1", fmt.Sprintf("%c1", 'A'+i), h))
	}
	check(t, f.SetCellStyle("Sheet1", "A1", "E1", header))
	for r := 2; r <= rows+1; r++ {
		check(t, f.SetCellStr("Sheet1", fmt.Sprintf("A%d", r), fmt.Sprintf("user%d@example.com", r)))
		check(t, f.SetCellStr("Sheet1", fmt.Sprintf("B%d", r), `Zoë <&> "x"`))
		if r%2 == 0 {
			check(t, f.SetCellStr("Sheet1", fmt.Sprintf("C%d", r), "Untied States"))
		}
		check(t, f.SetCellInt("Sheet1", fmt.Sprintf("D%d", r), 900000000))
		check(t, f.SetCellValue("Sheet1", fmt.Sprintf("E%d", r), time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)))
		check(t, f.SetCellStyle("Sheet1", fmt.Sprintf("E%d", r), fmt.Sprintf("E%d", r), date))
	}
	check(t, f.AddComment("Sheet1", excelize.Comment{Cell: "B2", Author: "Rebecca", Text: "asked her"}))
	check(t, f.AddComment("Sheet1", excelize.Comment{Cell: "C2", Author: "Rebecca", Text: "check this"}))
	check(t, f.SetColWidth("Sheet1", "A", "A", 40))
	_, err := f.NewSheet("Notes")
	check(t, err)
	check(t, f.SetCellStr("Notes", "A1", "private"))
	return f
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func saved(t testing.TB, f *excelize.File) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "staff.xlsx")
	check(t, f.SaveAs(path))
	return path
}

// marksOf marks even rows as invalid in column C, every third as odd there.
func marksOf(rows int) iter.Seq2[RowMark, error] {
	return func(yield func(RowMark, error) bool) {
		for r := 2; r <= rows+1; r++ {
			m := RowMark{Row: r, Status: "updated", Origin: fmt.Sprintf("staff.xlsx Sheet1 row %d", r)}
			p := problem.Problem{Row: r, Cell: fmt.Sprintf("C%d", r), Column: "C", Header: "Country", Field: "country"}
			switch {
			case r%2 == 0:
				p.Severity, p.Code, p.Value, p.Message, p.Hint = problem.Error, "unknown-country", "Untied States", "no such country", "United States?"
				m.Status, m.Problems = "invalid", []problem.Problem{p}
			case r%3 == 0:
				p.Severity, p.Code, p.Message = problem.Warning, "no-country", "no country"
				m.Problems = []problem.Problem{p}
			}
			if !yield(m, nil) {
				return
			}
		}
	}
}

var markOptions = MarkOptions{
	Worksheet: "Sheet1", HeaderRow: 1,
	Summary: []sheet.SummaryLine{{Heading: true, Cells: []any{"What was found"}}, {Cells: []any{"rows", 6}}},
	Sheet:   []problem.Problem{{Severity: problem.Note, Column: "E", Header: "Joined", Message: "column is not known"}},
}

// marked marks a workbook and opens the result.
func marked(t *testing.T, in string, o MarkOptions, marks iter.Seq2[RowMark, error]) (*excelize.File, string) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "marked.xlsx")
	check(t, Mark(context.Background(), in, out, o, marks))
	wellFormed(t, out)
	f, err := excelize.OpenFile(out)
	check(t, err)
	t.Cleanup(func() { f.Close() })
	return f, out
}

// fillOf is the colour behind a cell.
func fillOf(t *testing.T, f *excelize.File, cell string) string {
	t.Helper()
	id, err := f.GetCellStyle("Sheet1", cell)
	check(t, err)
	style, err := f.GetStyle(id)
	check(t, err)
	return strings.Join(style.Fill.Color, " ")
}

func TestMarkShowsWhatIsWrong(t *testing.T) {
	f, _ := marked(t, saved(t, book(t, 6)), markOptions, marksOf(6))
	rows, err := f.GetRows("Sheet1")
	check(t, err)
	const wrong = "no such country (United States?)"
	const reason = `country "Untied States": ` + wrong
	want := [][]string{
		{"Email", "First Name", "Country", "Mobile", "Joined", "_status", "_reason", "_origin"},
		{"user2@example.com", `Zoë <&> "x"`, "Untied States", "900000000", "01-02-26", "invalid", "C2 " + reason, "staff.xlsx Sheet1 row 2"},
		{"user3@example.com", `Zoë <&> "x"`, "", "900000000", "01-02-26", "updated", "C3 country: no country", "staff.xlsx Sheet1 row 3"},
		{"user4@example.com", `Zoë <&> "x"`, "Untied States", "900000000", "01-02-26", "invalid", "C4 " + reason, "staff.xlsx Sheet1 row 4"},
		{"user5@example.com", `Zoë <&> "x"`, "", "900000000", "01-02-26", "updated", "", "staff.xlsx Sheet1 row 5"},
		{"user6@example.com", `Zoë <&> "x"`, "Untied States", "900000000", "01-02-26", "invalid", "C6 " + reason, "staff.xlsx Sheet1 row 6"},
		{"user7@example.com", `Zoë <&> "x"`, "", "900000000", "01-02-26", "updated", "", "staff.xlsx Sheet1 row 7"},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
	fills := map[string]string{}
	for _, cell := range []string{"A1", "C2", "C3", "C4", "C5", "B4", "F4", "F5"} {
		fills[cell] = fillOf(t, f, cell)
	}
	wantFills := map[string]string{"A1": "203764", "C2": "F8C9CC", "C3": "FFE8A7", "C4": "F8C9CC", "C5": "", "B4": "", "F4": "F8C9CC", "F5": ""}
	if diff := cmp.Diff(wantFills, fills); diff != "" {
		t.Errorf("colours (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{
		"B2": "asked her", "C2": "check this\n\nzohobulk:\nerror: " + wrong, "C3": "warning: no country", "C4": "error: " + wrong, "C6": "error: " + wrong,
		"E1": "note: column is not known",
	}, notesOf(t, f)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	summary, err := f.GetRows("Summary")
	check(t, err)
	if diff := cmp.Diff([][]string{{"What was found"}, {"rows", "6"}}, summary); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Sheet1", "Notes", "Summary"}, f.GetSheetList()); diff != "" {
		t.Errorf("worksheets (-want +got):\n%s", diff)
	}
	if width, _ := f.GetColWidth("Sheet1", "A"); width != 40 {
		t.Errorf("width of A %v, want the 40 it had", width)
	}
}

func notesOf(t *testing.T, f *excelize.File) map[string]string {
	t.Helper()
	comments, err := f.GetComments("Sheet1")
	check(t, err)
	notes := map[string]string{}
	for _, c := range comments {
		text := c.Text
		for _, run := range c.Paragraph {
			text += run.Text
		}
		notes[c.Cell] = text
	}
	return notes
}

// TestMarkAgain marks a marked workbook whose cells were corrected: nothing of the first marking is left.
func TestMarkAgain(t *testing.T) {
	_, first := marked(t, saved(t, book(t, 6)), markOptions, marksOf(6))
	good := func(yield func(RowMark, error) bool) {
		for r := 2; r <= 7; r++ {
			if !yield(RowMark{Row: r, Status: "valid"}, nil) {
				return
			}
		}
	}
	o := markOptions
	o.Sheet = nil
	f, again := marked(t, first, o, good)
	for _, cell := range []string{"C2", "C3", "C4", "F2"} {
		if fill := fillOf(t, f, cell); fill != "" {
			t.Errorf("%s is still coloured: %s", cell, fill)
		}
	}
	if diff := cmp.Diff(map[string]string{"B2": "asked her", "C2": "check this"}, notesOf(t, f)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	if shapes := strings.Count(partOf(t, again, "xl/drawings/vmlDrawing1.vml"), "<v:shape "); shapes != 2 {
		t.Errorf("%d boxes of notes, want 2", shapes)
	}
	header, err := f.GetRows("Sheet1")
	check(t, err)
	if diff := cmp.Diff([]string{"Email", "First Name", "Country", "Mobile", "Joined", "_status", "_reason", "_origin"}, header[0]); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Sheet1", "Notes", "Summary"}, f.GetSheetList()); diff != "" {
		t.Errorf("worksheets (-want +got):\n%s", diff)
	}
}

// partOf reads a part of a workbook.
func partOf(t *testing.T, path, part string) string {
	t.Helper()
	z, err := zip.OpenReader(path)
	check(t, err)
	defer z.Close()
	f, err := z.Open(part)
	check(t, err)
	data, err := io.ReadAll(f)
	check(t, err)
	return string(data)
}

// TestMarkedIsReadAsBefore reads the marked workbook with the reader that apply has.
func TestMarkedIsReadAsBefore(t *testing.T) {
	in := saved(t, book(t, 5))
	_, out := marked(t, in, markOptions, marksOf(5))
	before, after := cellsOf(t, in, 5), cellsOf(t, out, 5)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("cells (-before +after):\n%s", diff)
	}
}

func cellsOf(t *testing.T, path string, width int) (rows [][]sheet.Cell) {
	t.Helper()
	s, err := sheet.Open(path, sheet.Options{Worksheet: "Sheet1", Known: columns})
	check(t, err)
	defer s.Close()
	for r, err := range s.Rows() {
		check(t, err)
		rows = append(rows, append([]sheet.Cell(nil), r.Cells[:min(width, len(r.Cells))]...))
	}
	return rows
}

func TestMarkKeepsTheCodeOfAnEncryptedWorkbook(t *testing.T) {
	plain, err := os.ReadFile(saved(t, book(t, 3)))
	check(t, err)
	locked, err := excelize.Encrypt(plain, &excelize.Options{Password: "Sommer"})
	check(t, err)
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.xlsx"), filepath.Join(dir, "out.xlsx")
	check(t, os.WriteFile(in, locked, 0o600))
	o := markOptions
	o.Password = "Sommer"
	check(t, Mark(context.Background(), in, out, o, marksOf(3)))
	if _, err := zip.OpenReader(out); err == nil {
		t.Error("the marked copy of an encrypted workbook is not encrypted")
	}
	f, err := excelize.OpenFile(out, excelize.Options{Password: "Sommer"})
	check(t, err)
	defer f.Close()
	if fill := fillOf(t, f, "C2"); fill != "F8C9CC" {
		t.Errorf("C2 is coloured %q, want F8C9CC", fill)
	}
}

func TestMarkRefuses(t *testing.T) {
	dir := t.TempDir()
	in := saved(t, book(t, 3))
	other := filepath.Join(dir, "other.xlsx")
	check(t, os.WriteFile(other, []byte("no workbook"), 0o600))
	sheet2 := markOptions
	sheet2.Worksheet = "Sheet2"
	for _, test := range []struct {
		name, in, want string
		o              MarkOptions
		marks          iter.Seq2[RowMark, error]
	}{
		{"row that is not there", in, `staff.xlsx: no marked workbook: part xl/worksheets/sheet1.xml: row 5 is not in the worksheet`, markOptions, marksOf(5)},
		{"no such worksheet", in, `staff.xlsx: no marked workbook: no worksheet "Sheet2"`, sheet2, marksOf(3)},
		{"no workbook", other, `no marked workbook: other.xlsx isn't a whole workbook: zip: not a valid zip file`, markOptions, marksOf(3)},
	} {
		out := filepath.Join(dir, "marked.xlsx")
		err := Mark(context.Background(), test.in, out, test.o, test.marks)
		var refusal *problem.Refusal
		if !errors.As(err, &refusal) || refusal.Code != "not-marked" || refusal.Message != test.want {
			t.Errorf("%s: %v, want %s", test.name, err, test.want)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "*marked*")); len(left) > 0 {
			t.Errorf("%s: left behind %v", test.name, left)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
			t.Errorf("%s: left behind %v", test.name, left)
		}
	}
}

func TestMarkPassesOnTheErrorOfItsSource(t *testing.T) {
	broken := errors.New("disk I/O error")
	marks := func(yield func(RowMark, error) bool) { yield(RowMark{}, broken) }
	err := Mark(context.Background(), saved(t, book(t, 3)), filepath.Join(t.TempDir(), "out.xlsx"), markOptions, marks)
	if !errors.Is(err, broken) || strings.Contains(err.Error(), "marked") {
		t.Errorf("error %v, want the source's own", err)
	}
}

// wellFormed reads each XML part of a workbook to its end.
func wellFormed(t *testing.T, path string) {
	t.Helper()
	z, err := zip.OpenReader(path)
	check(t, err)
	defer z.Close()
	seen := map[string]bool{}
	for _, f := range z.File {
		if seen[f.Name] {
			t.Errorf("%s: twice in the archive", f.Name)
		}
		seen[f.Name] = true
		r, err := f.Open()
		check(t, err)
		data, err := io.ReadAll(r)
		check(t, err)
		if err := parseXML(bytes.NewReader(data)); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

func TestMarkerMarksACSV(t *testing.T) {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "staff.csv"), filepath.Join(dir, "marked.xlsx")
	check(t, os.WriteFile(in, []byte("Email,Country,Mobile\r\na@example.com,de,0171\r\n\r\nb@example.com,xx,+1\r\n"), 0o600))
	s, err := sheet.Open(in, sheet.Options{Known: columns})
	check(t, err)
	defer s.Close()
	m, err := NewMarker(out)
	check(t, err)
	defer m.Close()
	bad := problem.Problem{Severity: problem.Error, Row: 4, Cell: "B4", Column: "B", Code: "unknown-country", Message: "no such country"}
	late := problem.Problem{Severity: problem.Error, Row: 2, Cell: "A2", Column: "A", Code: "duplicate", Message: "row 4 is about the same user"}
	check(t, m.Row(2, "staff.csv row 2", nil))
	check(t, m.Row(4, "staff.csv row 4", []problem.Problem{bad}))
	check(t, m.Problem(late, true))
	check(t, m.Save(context.Background(), s, in, ""))
	wellFormed(t, out)
	f, err := excelize.OpenFile(out)
	check(t, err)
	defer f.Close()
	rows, err := f.GetRows("Sheet1")
	check(t, err)
	want := [][]string{
		{"Email", "Country", "Mobile", "_status", "_reason", "_origin"},
		{"a@example.com", "de", "0171", "invalid", "A2 row 4 is about the same user", "staff.csv row 2"},
		nil,
		{"b@example.com", "xx", "+1", "invalid", "B4 no such country", "staff.csv row 4"},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
	summary, err := f.GetRows("Summary")
	check(t, err)
	wantSummary := [][]string{
		{"What was found in staff.csv"}, {"rows", "2"}, {"valid", "0"}, {"invalid", "2"}, nil, {"How often", "Reason", "What to do"},
		{"1", "error: unknown-country"}, {"", "rows 4", "for example: no such country"},
		{"1", "error: duplicate"}, {"", "rows 2", "for example: row 4 is about the same user"},
	}
	if diff := cmp.Diff(wantSummary, summary); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
	check(t, m.Close())
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
