package sheet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"zohobulk/importer/problem"
	"zohobulk/importer/sheet/internal/ooxml"
)

// edits gives edits as a caller has them.
func edits(list ...Edit) iter.Seq2[Edit, error] {
	return func(yield func(Edit, error) bool) {
		for _, e := range list {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// correct writes the corrected sheet of a file and gives its path.
func correct(t testing.TB, path string, open Options, o CorrectOptions, list ...Edit) string {
	t.Helper()
	s, err := Open(path, open)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var b bytes.Buffer
	if err := Correct(context.Background(), &b, s, edits(list...), o); err != nil {
		t.Fatal(err)
	}
	ending := o.Format
	if ending == "" {
		ending = s.Info().Format
	}
	out := filepath.Join(t.TempDir(), "corrected."+ending)
	if err := os.WriteFile(out, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}

// oddSheet is a sample that can be read.
type oddSheet struct {
	name, path string
	options    Options
}

// oddSheets are the ugly samples that can be read, and what the samples folder holds.
func oddSheets(t *testing.T) (list []oddSheet) {
	t.Helper()
	ugly, _ := filepath.Glob("testdata/ugly/*")
	people, _ := filepath.Glob("../../samples/*.*")
	for _, sample := range append(ugly, people...) {
		o := oddSheet{filepath.Base(sample), sample, Options{Known: known}}
		switch filepath.Ext(sample) {
		case ".want", ".md", ".go":
			continue
		case ".txtar":
			o.path = unarchive(t, sample, &o.options)
		}
		if _, err := texts(o.path, o.options); err == nil {
			list = append(list, o)
		}
	}
	if len(list) < 40 {
		t.Fatalf("%d samples can be read, want at least 40", len(list))
	}
	return list
}

// rowsOf reads the data rows of a sheet.
func rowsOf(t testing.TB, path string, o Options) (rows []Row) {
	t.Helper()
	s, err := Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for row, err := range s.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		row.Cells = append([]Cell(nil), row.Cells...)
		for i, cell := range row.Cells {
			row.Cells[i].Text = strings.Clone(cell.Text)
		}
		row.Problems = nil
		rows = append(rows, row)
	}
	return rows
}

// some are edits of every other row: its last cell, and one of the others, which is emptied in every fourth row.
func some(rows []Row, width int) (list []Edit) {
	for i, row := range rows {
		if i%2 == 1 || width == 0 {
			continue
		}
		text := "Zoë, \"ok\"; <&> 0042"
		if i%4 == 2 {
			text = ""
		}
		list = append(list,
			Edit{row.Number, problem.Column(width - 1), fmt.Sprintf("new %d", i)},
			Edit{row.Number, problem.Column(i % width), text})
	}
	return list
}

// edited are rows with the edits made.
func edited(rows []Row, list []Edit) []Row {
	for _, e := range list {
		i := slices.IndexFunc(rows, func(r Row) bool { return r.Number == e.Row })
		column, _ := problem.ColumnIndex(e.Column)
		for len(rows[i].Cells) <= column {
			rows[i].Cells = append(rows[i].Cells, Cell{})
		}
		rows[i].Cells[column] = Cell{Kind: Text, Text: e.Text}
	}
	return slices.DeleteFunc(trimmed(rows), func(r Row) bool { return len(r.Cells) == 0 })
}

// trimmed are rows without empty cells at their ends, and without lines, which an edited cell can move.
func trimmed(rows []Row) []Row {
	for i := range rows {
		r := &rows[i]
		r.Line = 0
		for j := range r.Cells {
			if r.Cells[j].Text == "" {
				r.Cells[j] = Cell{}
			}
		}
		for len(r.Cells) > 0 && r.Cells[len(r.Cells)-1] == (Cell{}) {
			r.Cells = r.Cells[:len(r.Cells)-1]
		}
	}
	return rows
}

// TestCorrectedOddSheets corrects the samples and reads them again: the edited cells differ, and no others.
func TestCorrectedOddSheets(t *testing.T) {
	for _, sample := range oddSheets(t) {
		t.Run(sample.name, func(t *testing.T) {
			s, err := Open(sample.path, sample.options)
			if err != nil {
				t.Fatal(err)
			}
			info, width := s.Info(), len(s.Header())
			s.Close()
			rows := rowsOf(t, sample.path, sample.options)
			list := some(rows, width)
			out := correct(t, sample.path, sample.options, CorrectOptions{}, list...)
			again := sample.options
			again.HeaderRow, again.Worksheet = info.HeaderRow, info.Worksheet
			if diff := cmp.Diff(edited(rows, list), trimmed(rowsOf(t, out, again))); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			unedited := correct(t, sample.path, sample.options, CorrectOptions{})
			want, got := readingOf(sample.path, sample.options), readingOf(unedited, sample.options)
			want, got = strings.ReplaceAll(want, filepath.Base(sample.path), "X"), strings.ReplaceAll(got, filepath.Base(unedited), "X")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("without an edit (-want +got):\n%s", diff)
			}
		})
	}
}

// TestCorrectedInAnotherFormat writes the samples as the other format: every text is there, under its row's number.
func TestCorrectedInAnotherFormat(t *testing.T) {
	for _, sample := range oddSheets(t) {
		t.Run(sample.name, func(t *testing.T) {
			s, err := Open(sample.path, sample.options)
			if err != nil {
				t.Fatal(err)
			}
			info, width := s.Info(), len(s.Header())
			s.Close()
			other := formatXLSX
			if info.Format == formatXLSX {
				other = formatCSV
			}
			rows := rowsOf(t, sample.path, sample.options)
			list := some(rows, width)
			out := correct(t, sample.path, sample.options, CorrectOptions{Format: other, Folder: t.TempDir()}, list...)
			want, got := edited(rows, list), trimmed(rowsOf(t, out, Options{Known: known, HeaderRow: info.HeaderRow}))
			for _, rows := range [][]Row{want, got} {
				for i, row := range rows {
					row.Cells = row.Cells[:min(width, len(row.Cells))] // a worksheet's cells behind the header are left aside
					rows[i] = row
					for i, cell := range row.Cells {
						row.Cells[i] = Cell{Text: bare(cell.Text)}
					}
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCorrectedCSVKeepsTheRestByteForByte(t *testing.T) {
	for _, test := range []struct {
		name, in, want string
		edits          []Edit
	}{
		{"quotes and blanks", "email,City,Phone\r\n\"a@example.com\", Bonn ,\"0 \"\"1\"\"\"\r\n", "email,City,Phone\r\n\"a@example.com\",Köln,\"0 \"\"1\"\"\"\r\n", []Edit{{2, "B", "Köln"}}},
		{"a quoted cell stays quoted", "email;City\n\"a\";\"b\"", "email;City\n\"a\";\"c\"", []Edit{{2, "B", "c"}}},
		{"quotes where they are needed", "email;City\nx;y\n", "email;City\n\"a;b\";\"c \"\"d\"\"\ne\"\n", []Edit{{2, "A", "a;b"}, {2, "B", "c \"d\"\ne"}}},
		{"a separator line and blank lines", "sep=;\r\nemail;City\r\n\r\n\r\nx;y\r\n\r\n", "sep=;\r\nemail;City\r\n\r\n\r\nx;z\r\n\r\n", []Edit{{4, "B", "z"}}},
		{"a short record", "email,City,Phone\nx\n", "email,City,Phone\nx,,1\n", []Edit{{2, "C", "1"}}},
		{"a line break inside", "email,City\n\"x\ny\",z\nu,v\n", "email,City\n\"x\ny\",z\nu,w\n", []Edit{{3, "B", "w"}}},
		{"emptied", "email,City\nx,y\n", "email,City\nx,\n", []Edit{{2, "B", ""}}},
		{"the later one counts", "email,City\nx,y\n", "email,City\nx,b\n", []Edit{{2, "B", "a"}, {2, "B", "b"}}},
		{"its own formula stays, an edited one is made safe", "email,City\n=1+1,y\n", "email,City\n=1+1,'=cmd|x\n", []Edit{{2, "B", "=cmd|x"}}},
		{"a text formula", "email,City\n=\"01\",y\n", "email,City\n02,y\n", []Edit{{2, "A", "02"}}},
		{"a mark", "\ufeffemail,City\nx,y\n", "\ufeffemail,City\nx,z\n", []Edit{{2, "B", "z"}}},
		{"a mark where files were joined", "email,City\nx,y\n\ufeffu,v\n", "email,City\nx,y\n\ufeffa,v\n", []Edit{{3, "A", "a"}}},
		{"phones are no formulas", "email,Phone\nx,y\n", "email,Phone\nx,+49 171 3920077\n", []Edit{{2, "B", "+49 171 3920077"}}},
		{"a NUL", "email,City\nx,y\n", "email,City\nx,a\u2400b\n", []Edit{{2, "B", "a\x00b"}}},
	} {
		out, err := os.ReadFile(correct(t, write(t, "staff.csv", test.in), Options{Known: known}, CorrectOptions{}, test.edits...))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, string(out)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestCorrectedCSVKeepsItsEncoding(t *testing.T) {
	for _, test := range []struct{ name, encoding, in, edit, want string }{
		{"windows-1252", "windows-1252", "email;City\na;K\xf6ln\n", "Zürich", "email;City\na;Z\xfcrich\n"},
		{"a character that doesn't fit", "windows-1252", "email;City\nK\xf6ln;b\n", "東京", "\ufeffemail;City\nKöln;東京\n"},
		{"utf-16 with its mark", "", "\xff\xfee\x00m\x00a\x00i\x00l\x00;\x00C\x00i\x00t\x00y\x00\n\x00a\x00;\x00b\x00\n\x00", "ö", "\xff\xfee\x00m\x00a\x00i\x00l\x00;\x00C\x00i\x00t\x00y\x00\n\x00a\x00;\x00\xf6\x00\n\x00"},
		{"utf-16 without a mark", "utf-16be", "\x00e\x00m\x00a\x00i\x00l\x00;\x00C\x00i\x00t\x00y\x00\n\x00a\x00;\x00b\x00\n", "ö", "\x00e\x00m\x00a\x00i\x00l\x00;\x00C\x00i\x00t\x00y\x00\n\x00a\x00;\x00\xf6\x00\n"},
	} {
		path := write(t, "staff.csv", test.in)
		open := Options{Known: known, Encoding: test.encoding}
		out, err := os.ReadFile(correct(t, path, open, CorrectOptions{}, Edit{2, "B", test.edit}))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, string(out)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
		s, err := Open(path, open)
		if err != nil {
			t.Fatal(err)
		}
		recoded, err := Recoded(s, edits(Edit{2, "B", test.edit}))
		s.Close()
		if err != nil || recoded != (test.edit == "東京") {
			t.Errorf("%s: recoded %v, %v", test.name, recoded, err)
		}
	}
}

// TestCorrectedCSVProperty edits cells of any CSV: read again, they are the edited texts, and the others are as before.
func TestCorrectedCSVProperty(t *testing.T) {
	cell := rapid.OneOf(rapid.SampledFrom([]string{"", "a", "Köln", " x ", `"`, "\"a\nb\"", "';", "=1"}), rapid.StringMatching(`[a-z"'ö ]{0,6}`))
	rapid.Check(t, func(r *rapid.T) {
		delim := rapid.SampledFrom([]string{",", ";", "\t"}).Draw(r, "delimiter")
		width, height := rapid.IntRange(1, 4).Draw(r, "width"), rapid.IntRange(1, 5).Draw(r, "height")
		table := [][]string{append([]string{"email"}, slices.Repeat([]string{"City"}, width)...)}
		var b strings.Builder
		b.WriteString(strings.Join(table[0], delim) + "\n")
		for range height {
			row := []string{"x"}
			b.WriteString("x")
			for range width {
				text := cell.Draw(r, "cell")
				row = append(row, text)
				b.WriteString(delim)
				if strings.ContainsAny(text, "\"\n"+delim) || strings.HasPrefix(text, "=") || rapid.Bool().Draw(r, "quoted") {
					b.WriteString(`"` + strings.ReplaceAll(text, `"`, `""`) + `"`)
				} else {
					b.WriteString(text)
				}
			}
			table = append(table, row)
			b.WriteString("\r\n")
		}
		path := write(t, "staff.csv", b.String())
		open := Options{HeaderRow: 1, Delimiter: rune(delim[0])}
		if _, err := texts(path, open); err != nil {
			r.Skip("it can't be read")
		}
		var list []Edit
		for row := range height {
			if rapid.Bool().Draw(r, "edited") {
				column := rapid.IntRange(1, width).Draw(r, "column")
				text := cell.Draw(r, "text")
				list = append(list, Edit{row + 2, problem.Column(column), text})
				table[row+1][column] = neutral(text)
			}
		}
		got, err := texts(correct(t, path, open, CorrectOptions{}, list...), open)
		var refused *problem.Refusal
		if errors.As(err, &refused) && refused.Code == "swallowed-rows" {
			r.Skip("a line break and delimiters in one cell")
		}
		if err != nil {
			r.Fatal(err)
		}
		if diff := cmp.Diff(table, got); diff != "" {
			r.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

// formulas are the formulas of a corrected workbook, and values where there is none.
func formulasOf(t *testing.T, path string, cells ...string) (list []string) {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, cell := range cells {
		text, err := f.GetCellFormula("Sheet1", cell)
		if err == nil && text == "" {
			text, err = f.GetCellValue("Sheet1", cell)
		} else {
			text = "=" + text
		}
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, text)
	}
	return list
}

const headerRow = `<row r="1"><c r="A1" t="inlineStr"><is><t>email</t></is></c><c r="B1" t="inlineStr"><is><t>City</t></is></c><c r="C1" t="inlineStr"><is><t>Phone</t></is></c></row>`

func TestCorrectedWorkbookKeepsFormulasThatWereShared(t *testing.T) {
	x := tableOf(headerRow +
		`<row r="2"><c r="A2"><v>1</v></c><c r="B2"><f t="shared" ref="B2:B5" si="0">A2&amp;"A2"&amp;$A$1&amp;'A2'!A$2&amp;LOG10(A2)</f><v>1</v></c></row>` +
		`<row r="3"><c r="A3"><v>1</v></c><c r="B3"><f t="shared" si="0"/><v>2</v></c></row>` +
		`<row r="4"><c r="A4"><v>1</v></c><c r="B4"><f t="shared" si="0"></f><v>3</v></c></row>` +
		`<row r="5"><c r="A5"><v>1</v></c><c r="B5"><f t="shared" si="0"/><v>4</v></c></row>`)
	out := correct(t, x.save(t), Options{Known: known}, CorrectOptions{}, Edit{2, "B", "Bonn"}, Edit{4, "B", "Köln"})
	want := []string{"Bonn", `=A3&"A2"&$A$1&'A2'!A$2&LOG10(A3)`, "Köln", `=A5&"A2"&$A$1&'A2'!A$2&LOG10(A5)`}
	if diff := cmp.Diff(want, formulasOf(t, out, "B2", "B3", "B4", "B5")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCorrectedWorkbookBreaksWhatReachesOverAnEditedCell(t *testing.T) {
	x := tableOf(headerRow +
		`<row r="2"><c r="A2" cm="1"><f t="array" ref="A2:A4">SORT(D2:D4)</f><v>1</v></c><c r="B2" t="inlineStr"><is><t>Bonn</t></is></c><c r="C2"><f t="array" ref="C2:C3">D2:D3</f><v>7</v></c></row>` +
		`<row r="3"><c r="A3"><v>2</v></c><c r="B3" t="inlineStr"><is><t>unseen</t></is></c><c r="C3"><v>8</v></c></row>` +
		`<row r="4"><c r="A4"><v>3</v></c><c r="B4" t="inlineStr"><is><t>unseen, too</t></is></c><c r="C4"><v>9</v></c></row>`)
	x.sheets["Sheet1"] += `<mergeCells count="2"><mergeCell ref="B2:B4"/><mergeCell ref="E2:F2"></mergeCell></mergeCells>`
	x.change = func(parts map[string]string) {
		parts["xl/calcChain.xml"] = `<calcChain xmlns="` + ooxml.MainSpace + `"><c r="A2" i="1"/></calcChain>`
		parts["[Content_Types].xml"] = strings.Replace(parts["[Content_Types].xml"], "</Types>", `<Override PartName="/xl/calcChain.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"/></Types>`, 1)
		parts["xl/_rels/workbook.xml.rels"] = strings.Replace(parts["xl/_rels/workbook.xml.rels"], "</Relationships>", `<Relationship Id="c" Type="`+typeSpace+`/calcChain" Target="calcChain.xml"/></Relationships>`, 1)
	}
	out := correct(t, x.save(t), Options{Known: known}, CorrectOptions{}, Edit{3, "A", "b@example.com"}, Edit{3, "B", "Köln"})
	want := []string{"1", "b@example.com", "3", "Bonn", "Köln", "", "=D2:D3", "8"}
	if diff := cmp.Diff(want, formulasOf(t, out, "A2", "A3", "A4", "B2", "B3", "B4", "C2", "C3")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	f, err := excelize.OpenFile(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	merged, err := f.GetMergeCells("Sheet1")
	if err != nil || len(merged) != 1 || merged[0].GetStartAxis() != "E2" {
		t.Errorf("merged cells %v, %v: want E2:F2 alone", merged, err)
	}
	if calc, err := f.GetCalcProps(); err != nil || calc.FullCalcOnLoad == nil || !*calc.FullCalcOnLoad {
		t.Errorf("the workbook is not calculated when it is opened: %v", err)
	}
	if _, ok := f.Pkg.Load("xl/calcChain.xml"); ok {
		t.Error("the order of calculation still names a cell without a formula")
	}
}

func TestCorrectedEncryptedWorkbook(t *testing.T) {
	x := tableOf(headerRow + `<row r="2"><c r="A2"><v>1</v></c></row>`)
	x.stored = true
	x.change = func(parts map[string]string) { parts["xl/more.xml"] = strings.Repeat("<a/>", 4096) } // the library fails on small files
	data, err := excelize.Encrypt(x.bytes(t), &excelize.Options{Password: "Sommer"})
	if err != nil {
		t.Fatal(err)
	}
	path := write(t, "staff.xlsx", string(data))
	open := Options{Known: known, Password: "Sommer"}
	s, err := Open(path, open)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var b bytes.Buffer
	var refused *problem.Refusal
	if err := Correct(context.Background(), &b, s, edits(), CorrectOptions{}); !errors.As(err, &refused) || refused.Code != "encrypted" || b.Len() > 0 {
		t.Errorf("unasked: %v, %d bytes", err, b.Len())
	}
	out := correct(t, path, open, CorrectOptions{Decrypted: true}, Edit{2, "A", "a@example.com"})
	if got := rowsOf(t, out, Options{Known: known}); len(got) != 1 || got[0].Cells[0] != (Cell{Kind: Text, Text: "a@example.com"}) {
		t.Errorf("rows %v", got)
	}
}

func TestCorrectRefuses(t *testing.T) {
	broken := errors.New("disk I/O error")
	workbook := tableOf(headerRow + `<row r="2"><c r="A2"><v>1</v></c></row>`).save(t)
	csv := write(t, "staff.csv", "email,City\nx,y\n")
	for _, path := range []string{workbook, csv} {
		s, err := Open(path, Options{Known: known})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		for _, format := range []string{formatCSV, formatXLSX} {
			for name, list := range map[string]iter.Seq2[Edit, error]{
				"a row that isn't there":  edits(Edit{3, "A", "x"}),
				"the header":              edits(Edit{1, "A", "x"}),
				"rows out of order":       edits(Edit{2, "A", "x"}, Edit{2, "B", "y"}, Edit{1, "A", "x"}),
				"no column":               edits(Edit{2, "a", "x"}),
				"a column past the last":  edits(Edit{2, "XFE", "x"}),
				"the error of its source": func(yield func(Edit, error) bool) { yield(Edit{}, broken) },
			} {
				err := Correct(context.Background(), new(bytes.Buffer), s, list, CorrectOptions{Format: format, Folder: t.TempDir()})
				if err == nil || strings.HasPrefix(name, "the error") != errors.Is(err, broken) {
					t.Errorf("%s of %s as %s: %v", name, path, format, err)
				}
			}
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			if err := Correct(ctx, new(bytes.Buffer), s, edits(Edit{2, "A", "x"}), CorrectOptions{Format: format}); !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled: %v", err)
			}
		}
	}
}

// richBook makes a workbook with all that people put into one.
func richBook(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rich.xlsx")
	cmd := exec.Command("/usr/bin/python3", "testdata/writers/write_rich.py", path)
	cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// TestCorrectedElsewhere compares what openpyxl and LibreOffice see in workbooks before and after a correction: the edited cells
// differ, and nothing else.
func TestCorrectedElsewhere(t *testing.T) {
	needsModule(t, "/usr/bin/python3", "openpyxl")
	books := []oddSheet{{"rich", richBook(t), Options{Known: known, Worksheet: "Staff"}}}
	for _, sample := range oddSheets(t) {
		if filepath.Ext(sample.path) == ".xlsx" && sample.name != "strict.xlsx.txtar" { // openpyxl finds nothing in that one
			books = append(books, sample)
		}
	}
	compared := 0
	for _, book := range books {
		t.Run(book.name, func(t *testing.T) {
			s, err := Open(book.path, book.options)
			if err != nil {
				t.Fatal(err)
			}
			width, worksheet := len(s.Header()), s.Info().Worksheet
			s.Close()
			var list []Edit
			edited := map[string]bool{}
			for i, row := range rowsOf(t, book.path, book.options) {
				if i%2 == 0 {
					e := Edit{row.Number, problem.Column(i % width), fmt.Sprintf("new %d", i)}
					list = append(list, e)
					edited[fmt.Sprintf("%s!%s%d = %s", worksheet, e.Column, e.Row, e.Text)] = true
				}
			}
			out := correct(t, book.path, book.options, CorrectOptions{}, list...)
			args := []string{"testdata/writers/compare_with_openpyxl.py", book.path, out}
			if book.name == "rich" {
				args = append(args, "look")
			}
			differences, err := exec.Command("/usr/bin/python3", args...).Output()
			if err != nil {
				t.Skipf("openpyxl can't read it: %v", err)
			}
			compared++
			for line := range strings.Lines(string(differences)) {
				if line = strings.TrimSpace(line); !edited[line] {
					t.Errorf("openpyxl sees %s", line)
				}
				delete(edited, line)
			}
			for line := range edited {
				t.Errorf("openpyxl doesn't see %s", line)
			}
		})
	}
	if compared < 10 {
		t.Errorf("openpyxl read %d workbooks, want at least 10", compared)
	}
	t.Run("LibreOffice", func(t *testing.T) {
		const everything = `csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1`
		out := correct(t, books[0].path, books[0].options, CorrectOptions{}, Edit{2, "B", "Bonn"}, Edit{3, "D", "0042"})
		before, after := filepath.Dir(office(t, books[0].path, everything)), filepath.Dir(office(t, out, everything))
		for _, worksheet := range []string{"Staff", "Numbers"} {
			want, err := os.ReadFile(filepath.Join(before, "rich-"+worksheet+".csv"))
			if err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(filepath.Join(after, "corrected-"+worksheet+".csv"))
			if err != nil {
				t.Fatal(err)
			}
			if worksheet == "Staff" {
				want = bytes.Replace(want, []byte("a@example.com,Köln,"), []byte("a@example.com,Bonn,"), 1)
				want = bytes.Replace(want, []byte("b@example.com,Ulm,31,2026-01-02"), []byte("b@example.com,Ulm,31,0042"), 1)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", worksheet, diff)
			}
		}
	})
}

// TestCorrectedCellsStayText sees that an edited cell has the format of text beside the look it had, so that typing it again makes
// no number of it, and that a format that hid the value is gone.
func TestCorrectedCellsStayText(t *testing.T) {
	x := tableOf(headerRow + `<row r="2"><c r="A2" s="1"><v>1</v></c><c r="B2" s="1"><v>2</v></c></row>`)
	x.styles = `<numFmts count="1"><numFmt numFmtId="164" formatCode=";;;"/></numFmts><fonts count="2"><font/><font><b/></font></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>` +
		`<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf numFmtId="164" fontId="1"/></cellXfs>`
	out := correct(t, x.save(t), Options{Known: known}, CorrectOptions{}, Edit{2, "A", "007"})
	f, err := excelize.OpenFile(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for cell, want := range map[string]int{"A2": 49, "B2": 164} {
		id, err := f.GetCellStyle("Sheet1", cell)
		if err != nil {
			t.Fatal(err)
		}
		if xf := f.Styles.CellXfs.Xf[id]; *xf.NumFmtID != want || *xf.FontID != 1 {
			t.Errorf("%s has the format %d and the font %d, want %d and 1", cell, *xf.NumFmtID, *xf.FontID, want)
		}
	}
}
