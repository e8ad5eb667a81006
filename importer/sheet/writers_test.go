package sheet

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// npmFolder names the environment variable with the folder in which the npm packages xlsx and exceljs are installed.
const npmFolder = "ZOHOBULK_TEST_NPM"

// written is what other programs' workbooks are read as; %id is what they make of the id in a number cell, %sum of a formula.
const written = `format xlsx, worksheet "%sheet", encoding "", delimiter "", header in row 1
header "email" | "City" | "id" | "zip" | "joined" | "active" | "total"
row 2, line 0 "anna@example.com" | "Köln <&>\nMitte" | number "%id" | number "01067" | date "2026-09-30" | bool "TRUE" | %sum
row 3, line 0 "bo@example.com" | " 東京 " | "2560636000000008002" | "01067" | date "2026-09-30T12:00:00" | bool "FALSE" | number "12.5"
row 5, line 0 "cy@example.com"
`

// TestOtherWriters reads what openpyxl, XlsxWriter, SheetJS and exceljs write.
func TestOtherWriters(t *testing.T) {
	const none = `formula "=1+1"`
	tests := []struct{ name, program, script, module, flag, sheet, id, sum string }{
		{"openpyxl", "/usr/bin/python3", "write_with_openpyxl.py", "openpyxl", "", "Sheet", "2.560636000000008e+18", none},
		{"XlsxWriter", "/usr/bin/python3", "write_with_xlsxwriter.py", "xlsxwriter", "", "Sheet1", "2.560636000000008E+18", `number "0" calculated`},
		{"SheetJS inline", "node", "write_with_sheetjs.js", "xlsx", "inline", "Sheet1", "2560636000000008000", none},
		{"SheetJS shared", "node", "write_with_sheetjs.js", "xlsx", "shared", "Sheet1", "2560636000000008000", none},
		{"exceljs", "node", "write_with_exceljs.js", "exceljs", "", "Sheet1", "2560636000000008000", none},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			needsModule(t, test.program, test.module)
			path := filepath.Join(t.TempDir(), "a.xlsx")
			cmd := exec.Command(test.program, filepath.Join("testdata", "writers", test.script), path, test.flag)
			cmd.Env = append(os.Environ(), "NODE_PATH="+filepath.Join(os.Getenv(npmFolder), "node_modules"), "PYTHONDONTWRITEBYTECODE=1")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			want := strings.NewReplacer("%sheet", test.sheet, "%id", test.id, "%sum", test.sum).Replace(written)
			if diff := cmp.Diff(want, readingOf(path, Options{Known: known})); diff != "" {
				t.Error(diff)
			}
			agreesOnTexts(t, path, test.sheet)
		})
	}
}

// needsModule skips a test whose program or module isn't there.
func needsModule(t *testing.T, program, module string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("no %s on this machine", program)
	}
	if program == "node" {
		if _, err := os.Stat(filepath.Join(os.Getenv(npmFolder), "node_modules", module)); os.Getenv(npmFolder) == "" || err != nil {
			t.Skipf("no npm package %s in the folder that %s names", module, npmFolder)
		}
		return
	}
	if err := exec.Command(program, "-c", "import "+module).Run(); err != nil {
		t.Skipf("no %s for %s on this machine", module, program)
	}
}

// agreesOnTexts holds the first two columns, which are text, against excelize's reading.
func agreesOnTexts(t *testing.T, path, worksheet string) {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	theirs, err := f.GetRows(worksheet)
	if err != nil {
		t.Fatal(err)
	}
	ours, err := texts(path, Options{Known: known})
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range padded(theirs, 7) {
		if diff := cmp.Diff(row[:2], ours[i][:2]); diff != "" {
			t.Errorf("row %d: %s", i, diff)
		}
	}
}

// office converts a file with LibreOffice into a format, as somebody would who opens and saves it.
func office(t *testing.T, path, format string, more ...string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("LibreOffice takes seconds, and -short was asked for")
	}
	program, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("no soffice (LibreOffice) on this machine")
	}
	out := t.TempDir()
	args := append([]string{"--headless", "-env:UserInstallation=file://" + t.TempDir(), "--convert-to", format, "--outdir", out}, more...)
	cmd := exec.Command(program, append(args, path)...)
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	ending, _, _ := strings.Cut(format, ":")
	return filepath.Join(out, strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))+"."+ending)
}

// troublesome are cells that a spreadsheet program would spoil if it could.
var troublesome = [][]string{
	{"email", "City", "Phone", "_row"},
	{"a@example.com", "Köln", "+49 30 1234567", "2560636000000008002"},
	{"b@example.com", "01067", "0049", "3"},
	{"c@example.com", "1/2", "2026-09-30", "4"},
	{"d@example.com", "line\nbreak, \"quoted\"", "TRUE", "5"},
	{"e@example.com", "=1+1", "'=1", "6"},
	{"f@example.com", "", "1E5", "7"},
	{"g@example.com", "_x000D_", " blank ", "8"},
	{"h@example.com", "東京 😀", "#N/A", "9"},
}

// TestWorkbookThroughLibreOffice writes a workbook, has LibreOffice open and save it, and reads it back cell for cell.
func TestWorkbookThroughLibreOffice(t *testing.T) {
	var columns []Column
	for _, header := range troublesome[0] {
		columns = append(columns, Column{Header: header, Note: "about " + header, Choices: []string{"x", "y"}})
	}
	w, err := CreateXLSX(XLSXOptions{Columns: columns})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for _, row := range troublesome[1:] {
		var entries []Entry
		for _, text := range row {
			entries = append(entries, Entry{Text: text, Fill: "FFC7CE", Note: "a note"})
		}
		if err := w.Write(entries...); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if _, err := w.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	path := write(t, "staff.xlsx", b.String())
	for _, path := range []string{path, office(t, path, "xlsx")} {
		got, err := texts(path, Options{Known: known})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(troublesome, got); diff != "" {
			t.Error(diff)
		}
	}
}

// TestCSVThroughLibreOffice has LibreOffice open one of our CSVs with quoted fields as text, and save it as CSV and XLSX.
func TestCSVThroughLibreOffice(t *testing.T) {
	var b bytes.Buffer
	w := CreateCSV(&b, CSVOptions{})
	for _, row := range troublesome {
		if err := w.Write(row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	path := write(t, "failed.csv", b.String())
	got, err := texts(path, Options{Known: known})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(troublesome, got); diff != "" {
		t.Errorf("before LibreOffice: %s", diff)
	}
	// Its import options: comma, double quote, UTF-8, from line 1, columns as they are, the system's language, quoted fields
	// as text.
	path = office(t, path, "xlsx", "--infilter=CSV:44,34,76,1,,0,true")
	if got, err = texts(path, Options{Known: known}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(troublesome, got); diff != "" {
		t.Errorf("after LibreOffice: %s", diff)
	}
}

// TestWrittenByLibreOffice has LibreOffice make files of a CSV, as it does with what it takes for numbers and dates.
func TestWrittenByLibreOffice(t *testing.T) {
	source := write(t, "staff.csv", "email,City,id,zip,joined,active,total\n"+
		"anna@example.com,Köln,2560636000000008002,01067,2026-09-30,TRUE,=1+1\n\nbo@example.com,東京,256063600000000,1067,2026-01-02,FALSE,12.5\n")
	path := office(t, source, "xlsx", "--infilter=CSV:44,34,76,1,,1033,false,true,false,false,false,0,false,false,true")
	want := `format xlsx, worksheet "staff", encoding "", delimiter "", header in row 1
header "email" | "City" | "id" | "zip" | "joined" | "active" | "total"
row 2, line 0 "anna@example.com" | "Köln" | number "2.56063600000001E+018" | number "1067" | date "2026-09-30" | bool "TRUE" | "=1+1"
row 4, line 0 "bo@example.com" | "東京" | number "256063600000000" | number "1067" | date "2026-01-02" | bool "FALSE" | number "12.5"
`
	got := readingOf(path, Options{Known: known})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	refuses(t, office(t, source, "ods"), Options{Known: known}, "not-a-sheet")
	refuses(t, office(t, source, "xls"), Options{Known: known}, "not-a-sheet")
}
