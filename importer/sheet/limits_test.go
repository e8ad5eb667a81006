package sheet

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"hash/crc32"
	"io"
	"runtime"
	"strings"
	"testing"

	"zohobulk/importer/sheet/internal/ooxml"
)

// allocated is how many bytes a function allocates.
func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// manySheets is a workbook whose worksheets and relationships a test names.
func manySheets(t *testing.T, sheets, relations string) string {
	x := tableOf("")
	x.change = func(parts map[string]string) {
		parts["xl/workbook.xml"] = `<workbook xmlns="` + ooxml.MainSpace + `" xmlns:r="` + typeSpace + `"><sheets>` + sheets + `</sheets></workbook>`
		parts["xl/_rels/workbook.xml.rels"] = `<Relationships xmlns="` + relSpace + `">` + relations + `</Relationships>`
	}
	return x.save(t)
}

func relation(id, part string) string {
	return `<Relationship Id="` + id + `" Type="` + typeSpace + `/worksheet" Target="` + part + `"/>`
}

// TestWorksheetsTimesRelationships has workbooks whose parts together ask for far more work than each by itself.
func TestWorksheetsTimesRelationships(t *testing.T) {
	const sheet = `<sheet name="s" sheetId="1" r:id="a"/>`
	one := relation("a", "worksheets/sheet1.xml")
	for _, test := range []struct{ name, sheets, relations, want string }{
		{"one id for many relationships", strings.Repeat(sheet, 900), strings.Repeat(one, 9000), "damaged-workbook"},
		{"many worksheets", strings.Repeat(sheet, 9000), one, "too-large"},
		{"one part for many worksheets", strings.Repeat(sheet, 2), one, "damaged-workbook"},
		{"one part by two ids", sheet + `<sheet name="t" sheetId="2" r:id="b"/>`, one + relation("b", "/xl/Worksheets/sheet1.xml"), "damaged-workbook"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := manySheets(t, test.sheets, test.relations)
			if used := allocated(func() { refuses(t, path, Options{}, test.want) }); used > 64<<20 {
				t.Errorf("%d MB were allocated", used>>20)
			}
		})
	}
}

// TestManyWorksheetsAreFine reads the last of as many worksheets as a workbook may have.
func TestManyWorksheetsAreFine(t *testing.T) {
	x := xlsx{sheets: map[string]string{}}
	for i := range ooxml.MaxWorksheets {
		name := fmt.Sprint("s", i)
		x.order = append(x.order, name)
		x.sheets[name] = "<sheetData/>"
	}
	x.sheets["s999"] = `<sheetData><row><c t="inlineStr"><is><t>email</t></is></c></row></sheetData>`
	s, err := Open(x.save(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if s.Info().Worksheet != "s999" {
		t.Errorf("read %+v", s.Info())
	}
}

// rawZip writes a zip whose parts are deflated beforehand.
func rawZip(t *testing.T, parts map[string][]byte, texts map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, packed := range parts {
		text := texts[name]
		w, err := z.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Deflate, CRC32: crc32.ChecksumIEEE([]byte(text)),
			CompressedSize64: uint64(len(packed)), UncompressedSize64: uint64(len(text))})
		if err != nil {
			t.Fatal(err)
		}
		w.Write(packed)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return write(t, "staff.xlsx", b.String())
}

func deflated(t *testing.T, text string) []byte {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, text)
	w.Close()
	return b.Bytes()
}

// TestPaddedPart has shared strings whose packed size is made up by bytes behind the end of the packed data.
func TestPaddedPart(t *testing.T) {
	x := tableOf(`<row><c t="s"><v>0</v></c></row>`)
	x.strings = "<si><t>email</t></si>" + strings.Repeat("<si><t>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</t></si>", 400_000)
	texts, packed := x.parts(), map[string][]byte{}
	for name, text := range texts {
		packed[name] = deflated(t, text)
	}
	const part = "xl/sharedStrings.xml"
	packed[part] = append(packed[part], make([]byte, 400<<10)...)
	refuses(t, rawZip(t, packed, texts), Options{}, "too-large")
}

// TestWorkbookBudget has many parts of a size that each may have, in a file far too small for all of them: they are one
// stretch of the file under many names.
func TestWorkbookBudget(t *testing.T) {
	x := xlsx{sheets: map[string]string{}}
	for i := range 10 {
		name := fmt.Sprint("s", i)
		x.order = append(x.order, name)
		x.sheets[name] = "<sheetData>" + strings.Repeat("<!-- -->", 1<<20) + "</sheetData>"
	}
	refuses(t, x.save(t), Options{}, "too-large")
}

// TestHiddenColumnsListedAgain has a worksheet that says of all its columns again and again that they are hidden.
func TestHiddenColumnsListedAgain(t *testing.T) {
	x := tableOf("")
	header := strings.Repeat(`<c t="inlineStr"><is><t>h</t></is></c>`, 10_000)
	x.sheets["Sheet1"] = "<cols>" + strings.Repeat(`<col min="1" max="16384" hidden="1"/>`, 1000) + `</cols><sheetData><row>` + header + `</row></sheetData>`
	path := x.save(t)
	if used := allocated(func() {
		if _, err := texts(path, Options{}); err != nil {
			t.Error(err)
		}
	}); used > 64<<20 {
		t.Errorf("%d MB were allocated", used>>20)
	}
}

// TestBlankLinesAreCounted holds the numbers and lines of rows behind blank lines of every kind.
func TestBlankLinesAreCounted(t *testing.T) {
	path := write(t, "staff.csv", "\n\r\nemail,City\r\n\n\n\r\na@example.com,Bonn\r\r\n\r\rb@example.com,Bonn\n\n")
	s, err := Open(path, Options{Known: known})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var got []string
	for row, err := range s.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint(row.Number, " ", row.Line, " ", row.Cells[0].Text))
	}
	if want := "7 7 a@example.com|10 10 b@example.com"; strings.Join(got, "|") != want {
		t.Errorf("rows %q, want %s", got, want)
	}
}
