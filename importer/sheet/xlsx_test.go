package sheet

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"zohobulk/importer/sheet/internal/ooxml"
)

// bookText draws texts that are hard on a workbook.
func bookText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringOf(rapid.RuneFrom([]rune("aß😀 '\"=<>&\t\r\n_x0D;]"))),
		rapid.SampledFrom([]string{"_x000D_", "_x005F_", "_x005F_x000D_", "_xD800_", "_x_x000D_", "__x0041__", "]]>", " ", "007", "2560636000000008002", "2026-09-30", "TRUE", "=A1", "#N/A", "'=A1", "''@"}),
	)
}

// TestWrittenWorkbookIsReadBack writes any cells and reads them back as text.
func TestWrittenWorkbookIsReadBack(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		want := [][]string{{"email", "City", "Phone"}}
		columns := []Column{{Header: "email"}, {Header: "City", Width: 20}, {Header: "Phone", Note: "with +"}}
		if rapid.Bool().Draw(t, "ours") { // the column by which the reader knows to take an apostrophe away
			want[0][2], columns[2].Header = "_row", "_row"
		}
		w, err := CreateXLSX(XLSXOptions{Columns: columns})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		for range rapid.IntRange(0, 4).Draw(t, "rows") {
			row := append([]string{"a@example.com"}, rapid.SliceOfN(bookText(), 2, 2).Draw(t, "cells")...)
			want = append(want, row)
			if err := w.Write(Entry{Text: row[0]}, Entry{Text: row[1], Fill: "FFC7CE", Note: "no such city"}, Entry{Text: row[2]}); err != nil {
				t.Fatal(err)
			}
		}
		var b bytes.Buffer
		if _, err := w.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "a.xlsx")
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := texts(path, Options{Known: known})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestWrittenWorkbookHasItsTrimmings(t *testing.T) {
	many := make([]string, 250)
	for i := range many {
		many[i] = fmt.Sprintf("Country %d", i)
	}
	w, err := CreateXLSX(XLSXOptions{Worksheet: "Staff", Columns: []Column{
		{Header: "email", Note: "who", Width: 30}, {Header: "gender", Choices: []string{"FEMALE", "MALE"}}, {Header: "country", Choices: many}}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.Write(Entry{Text: "a@example.com"}, Entry{Text: "femal", Fill: "FFC7CE", Note: "no such gender"}, Entry{Text: "de\x01"}); err != nil {
		t.Fatal(err)
	}
	if err := w.Write(Entry{Text: strings.Repeat("x", ooxml.MaxCellText+1)}); code(err) != "too-large" {
		t.Errorf("an endless cell: %v", err)
	}
	var b bytes.Buffer
	if _, err := w.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	notes, err := f.GetComments("Staff")
	if err != nil || len(notes) != 2 || notes[0].Cell != "A1" || notes[1].Cell != "B2" || !strings.Contains(notes[1].Text, "no such gender") {
		t.Errorf("notes %+v, %v", notes, err)
	}
	rules, err := f.GetDataValidations("Staff")
	if err != nil || len(rules) != 2 || rules[0].Sqref != "B2:B1048576" || rules[1].Formula1 != "Lists!$C$1:$C$250" {
		t.Errorf("rules %+v, %v", rules, err)
	}
	if shown, err := f.GetSheetVisible("Lists"); err != nil || shown {
		t.Errorf("the list's worksheet is visible: %v", err)
	}
	for cell, fill := range map[string]string{"B2": "FFC7CE", "A2": ""} {
		id, _ := f.GetCellStyle("Staff", cell)
		style, err := f.GetStyle(id)
		if err != nil || style.NumFmt != 49 || strings.Join(style.Fill.Color, "") != fill {
			t.Errorf("%s: %+v, %v", cell, style, err)
		}
	}
	if text, _ := f.GetCellValue("Staff", "C2"); text != "de␁" {
		t.Errorf("a control character is written as %q", text)
	}
}

func TestEncryptedWorkbooks(t *testing.T) {
	// Below 4 kB the library writes what it can't read; Excel's own files are larger anyway.
	book := tableOf(`<row r="1"><c t="inlineStr"><is><t>email</t></is></c></row><row r="2"><c t="inlineStr"><is><t>a@example.com</t></is></c></row>`)
	noise := make([]byte, 8000)
	rand.NewChaCha8([32]byte{}).Read(noise)
	book.change = func(parts map[string]string) { parts["docProps/noise.bin"] = string(noise) }
	plain := book.bytes(t)
	lock := func(password string) string {
		data, err := excelize.Encrypt(plain, &excelize.Options{Password: password})
		if err != nil {
			t.Fatal(err)
		}
		return write(t, "staff.xlsx", string(data))
	}
	secret, usual := lock("sesame"), lock(defaultPassword)
	for _, o := range []struct {
		path, password, refusal string
	}{
		{secret, "sesame", ""}, {secret, "", "needs-password"}, {secret, "open", "wrong-password"}, {usual, "", ""}, {usual, "other", ""},
	} {
		s, err := Open(o.path, Options{Password: o.password, Known: known})
		if code(err) != o.refusal {
			t.Errorf("password %q: %v, want %q", o.password, err, o.refusal)
		}
		if err == nil {
			if !s.Info().Encrypted || s.Info().Format != "xlsx" {
				t.Errorf("%+v", s.Info())
			}
			s.Close()
		}
	}
	data, err := os.ReadFile(secret)
	if err != nil {
		t.Fatal(err)
	}
	for cut := 512; cut < len(data); cut += 512 {
		if _, err := texts(write(t, "staff.xlsx", string(data[:cut])), Options{Password: "sesame", Known: known}); err == nil {
			t.Errorf("cut after %d of %d bytes, and read", cut, len(data))
		}
	}
}

func TestOldAndForeignFiles(t *testing.T) {
	ole := "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 504)
	pack := func(names ...string) string {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for _, name := range names {
			w, err := z.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(w, "application/vnd.oasis.opendocument.spreadsheet")
		}
		z.Close()
		return b.String()
	}
	book := string(tableOf(`<row><c><v>1</v></c></row>`).bytes(t))
	tests := []struct{ name, data, refusal, says string }{
		{"a.xls", ole + string(wide("Workbook")) + "\x00\x00", "not-a-sheet", "Excel 97"},
		{"a.xls", ole + string(wide("Book")) + "\x00\x00", "not-a-sheet", "Excel 5"},
		{"a.doc", ole, "not-a-sheet", "Office"},
		{"a.ods", pack("mimetype", "content.xml"), "not-a-sheet", "OpenDocument"},
		{"a.numbers", pack("Index/Document.iwa"), "not-a-sheet", "Numbers"},
		{"a.xlsb", pack("xl/workbook.bin", "[Content_Types].xml"), "not-a-sheet", ".xlsb"},
		{"a.docx", pack("word/document.xml", "[Content_Types].xml"), "not-a-sheet", "Word"},
		{"a.zip", pack("staff.csv"), "not-a-sheet", "zip"},
		{"a.csv", book, "wrong-name", "XLSX"},
		{"a.xls", book, "wrong-name", "XLSX"},
		{"a.ods", "email\n", "wrong-name", "text"},
		{"a", "email\n", "", ""},
		{"a.XLSM", book, "", ""},
		{"a.xlsx", "PK\x03\x04rest", "damaged-workbook", "whole"},
	}
	for _, test := range tests {
		_, err := texts(write(t, test.name, test.data), Options{})
		if code(err) != test.refusal || err != nil && !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v, want %q saying %q", test.name, err, test.refusal, test.says)
		}
	}
}

// TestCutWorkbooks cuts a workbook anywhere, and flips bytes in it: it is refused, or read as it was.
func TestCutWorkbooks(t *testing.T) {
	var rows strings.Builder
	for i := range 300 {
		fmt.Fprintf(&rows, `<row r="%d"><c r="A%d" t="inlineStr"><is><t>user%d@example.com</t></is></c></row>`, i+1, i+1, i*7919)
	}
	data := tableOf(rows.String()).bytes(t)
	whole, err := texts(write(t, "a.xlsx", string(data)), Options{HeaderRow: 1})
	if err != nil || len(whole) != 300 {
		t.Fatal(len(whole), err)
	}
	for cut := 4; cut < len(data); cut += 37 {
		if got, err := texts(write(t, "a.xlsx", string(data[:cut])), Options{HeaderRow: 1}); err == nil {
			t.Errorf("cut after %d of %d bytes: %d rows and no error", cut, len(data), len(got))
		}
		flipped := bytes.Clone(data)
		flipped[cut] ^= 0x10
		if got, err := texts(write(t, "a.xlsx", string(flipped)), Options{HeaderRow: 1}); err == nil && !cmp.Equal(whole, got) {
			t.Errorf("byte %d flipped: read otherwise", cut)
		}
	}
}

// bomb makes a workbook of a part that unpacks to size zeros or copies of a text.
func bomb(t testing.TB, part, head, text string, size int) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	x := tableOf(`<row><c t="s"><v>0</v></c></row>`)
	x.strings = "<si><t>email</t></si>"
	for name, content := range x.parts() {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if name != part {
			io.WriteString(w, content)
			continue
		}
		io.WriteString(w, head)
		block := strings.Repeat(text, 1<<20/len(text)+1)
		for written := 0; written < size; written += len(block) {
			io.WriteString(w, block)
		}
	}
	z.Close()
	return write(t, "bomb.xlsx", b.String())
}

func TestZipBombs(t *testing.T) {
	sheet := `<worksheet xmlns="` + ooxml.MainSpace + `"><sheetData><row><c><v>1</v></c></row>`
	for _, test := range []struct{ part, head, text string }{
		{"xl/worksheets/sheet1.xml", sheet, "<row/>"},
		{"xl/worksheets/sheet1.xml", sheet, " "},
		{"xl/worksheets/sheet1.xml", sheet + "<row><c t=\"inlineStr\"><is><t>", "a"},
		{"xl/sharedStrings.xml", `<sst xmlns="` + ooxml.MainSpace + `">`, "<si/>"},
		{"xl/sharedStrings.xml", `<sst xmlns="` + ooxml.MainSpace + `"><si><t>`, "b"},
		{"xl/workbook.xml", "<workbook>", "<a></a>"},
	} {
		_, err := texts(bomb(t, test.part, test.head, test.text, 18<<20), Options{})
		if c := code(err); c != "too-large" && c != "damaged-workbook" {
			t.Errorf("%s: %v", test.part, err)
		}
	}
}

// TestAgreesWithExcelize holds both readers against each other on sound workbooks of shared, inline and formatted cells.
func TestAgreesWithExcelize(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		f := excelize.NewFile()
		defer f.Close()
		rows := rapid.IntRange(1, 6).Draw(t, "rows")
		for r := range rows {
			for c := range 4 {
				cell, _ := excelize.CoordinatesToCellName(c+1, r+1)
				var value any
				switch rapid.IntRange(0, 4).Draw(t, "kind") {
				case 0:
					value = rapid.StringOf(rapid.RuneFrom([]rune("aß😀 <&>\"\n"))).Draw(t, "text")
				case 1:
					value = rapid.IntRange(-1_000_000, 999_999_999).Draw(t, "number")
				case 2:
					value = rapid.Bool().Draw(t, "bool")
				case 3:
					value = "email"
				}
				if err := f.SetCellValue("Sheet1", cell, value); err != nil {
					t.Fatal(err)
				}
			}
		}
		f.SetCellValue("Sheet1", "A1", "email")
		f.SetCellValue("Sheet1", "D1", "City")
		path := filepath.Join(dir, "a.xlsx")
		if err := f.SaveAs(path); err != nil {
			t.Fatal(err)
		}
		want, err := f.GetRows("Sheet1")
		if err != nil {
			t.Fatal(err)
		}
		got, err := texts(path, Options{HeaderRow: 1})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(padded(want, 4), got); diff != "" {
			t.Fatal(diff)
		}
	})
}

// padded fills rows up to a width and drops blank ones.
func padded(rows [][]string, width int) (full [][]string) {
	for _, row := range rows {
		if strings.TrimSpace(strings.Join(row, "")) != "" {
			full = append(full, append(row, make([]string, width-len(row))...))
		}
	}
	return full
}

// FuzzXLSX reads any XML as a worksheet, and what it takes encoding/xml must take too.
func FuzzXLSX(f *testing.F) {
	samples, err := filepath.Glob("testdata/ugly/*.txtar")
	if err != nil || len(samples) == 0 {
		f.Fatal("no samples", err)
	}
	for _, sample := range samples {
		text, err := os.ReadFile(sample)
		if err != nil {
			f.Fatal(err)
		}
		_, part, _ := strings.Cut(string(text), "-- xl/worksheets/sheet1.xml --\n")
		part, _, _ = strings.Cut(part, "\n-- ")
		f.Add(part, "<si><t>email</t></si><si><r><t>Ci</t></r><r><t>ty</t></r></si>")
	}
	f.Fuzz(func(t *testing.T, part, table string) {
		x := tableOf("")
		x.stored = true
		x.strings = table + "<si><t>x</t></si>"
		x.styles = `<numFmts count="1"><numFmt numFmtId="164" formatCode="00000"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs>`
		x.change = func(parts map[string]string) { parts["xl/worksheets/sheet1.xml"] = part }
		data := x.bytes(t)
		s, err := openContent(bytes.NewReader(data), int64(len(data)), content{format: formatXLSX}, Options{Name: "a.xlsx", Known: known})
		if err != nil {
			mustRefuse(t, err)
			return
		}
		last := s.Info().HeaderRow
		for row, err := range s.Rows() {
			if err != nil {
				mustRefuse(t, err)
				return
			}
			if row.Number <= last || blank(row.Cells) || len(row.Cells) > len(s.Header()) {
				t.Fatalf("row %d after row %d: %v", row.Number, last, row.Cells)
			}
			last = row.Number
		}
		// What the declaration says of encoding and version is no matter of the cells, and encoding/xml is choosy about it.
		elsewhere := []string{"illegal character", "encoding", "unsupported version"}
		err = wellFormed(part)
		if err != nil && !slices.ContainsFunc(elsewhere, func(words string) bool { return strings.Contains(err.Error(), words) }) {
			t.Fatalf("read, though encoding/xml says %v", err)
		}
	})
}

// wellFormed reads a part with encoding/xml to its end.
func wellFormed(part string) error {
	d := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(part, "\ufeff")))
	for {
		if _, err := d.RawToken(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// FuzzWorkbook reads any bytes as a workbook.
func FuzzWorkbook(f *testing.F) {
	f.Add(tableOf(`<row><c t="inlineStr"><is><t>email</t></is></c></row>`).bytes(f))
	f.Add([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c := sniff(bytes.NewReader(data), int64(len(data)))
		if c.format != formatXLSX {
			return
		}
		s, err := openContent(bytes.NewReader(data), int64(len(data)), c, Options{Name: "a.xlsx", Password: "x", Known: known})
		if err != nil {
			mustRefuse(t, err)
			return
		}
		for _, err := range s.Rows() {
			if err != nil {
				mustRefuse(t, err)
			}
		}
	})
}

// TestTruthFormulas reads truth values as LibreOffice saves them in cells of another format.
func TestTruthFormulas(t *testing.T) {
	path := tableOf(`<row r="1"><c r="A1" t="inlineStr"><is><t>email</t></is></c></row>` +
		`<row r="2"><c r="A2" t="n"><f aca="false">TRUE()</f><v>1</v></c></row>` +
		`<row r="3"><c r="A3"><f>FALSE()</f><v>0</v></c></row>` +
		`<row r="4"><c r="A4"><f>N(TRUE())</f><v>1</v></c></row>`).save(t)
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var got []Cell
	for row, err := range s.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, row.Cells[0])
	}
	want := []Cell{{Kind: Bool, Text: "TRUE", Calculated: true}, {Kind: Bool, Text: "FALSE", Calculated: true}, {Kind: Number, Text: "1", Calculated: true}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
}
