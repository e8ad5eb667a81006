package report_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"zohobulk/importer/problem"
	"zohobulk/importer/report"
	"zohobulk/importer/sheet"
)

const (
	office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	main   = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	kinds  = "application/vnd.openxmlformats-officedocument.spreadsheetml."
	head   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
)

// part is a file of a workbook's package.
type part struct{ name, text string }

// foreign are the parts of a workbook with one worksheet, as a program with few abilities writes it.
func foreign(worksheet string, more ...part) []part {
	override, rels := "", ""
	for _, p := range more {
		if p.name == "xl/styles.xml" {
			override = `<Override PartName="/xl/styles.xml" ContentType="` + kinds + `styles+xml"/>`
			rels = `<Relationship Id="rId2" Type="` + office + `/styles" Target="styles.xml"/>`
		}
	}
	return append([]part{
		{"[Content_Types].xml", head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + kinds + `sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + kinds + `worksheet+xml"/>` + override + `</Types>`},
		{"_rels/.rels", head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + office + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", head + `<workbook xmlns="` + main + `" xmlns:r="` + office + `"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + office + `/worksheet" Target="worksheets/sheet1.xml"/>` + rels + `</Relationships>`},
		{"xl/worksheets/sheet1.xml", head + `<worksheet xmlns="` + main + `">` + worksheet + `</worksheet>`},
	}, more...)
}

// packed writes a workbook of its parts.
func packed(t *testing.T, parts []part) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "staff.xlsx")
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, p := range parts {
		out, err := w.Create(p.name)
		must(t, err)
		_, err = io.WriteString(out, p.text)
		must(t, err)
	}
	must(t, w.Close())
	// Go writes no folder that holds something.
	must(t, os.WriteFile(path, bytes.ReplaceAll(b.Bytes(), []byte("folder|"), []byte("folder/")), 0o600))
	return path
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// cells are two rows, a header and one below it.
const cells = `<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Email</t></is></c><c r="B1" t="inlineStr"><is><t>Country</t></is></c></row>` +
	`<row r="2"><c r="A2" t="inlineStr"><is><t>ana@example.com</t></is></c><c r="B2" t="inlineStr"><is><t>Untied States</t></is></c></row></sheetData>`

// markB2 marks the second cell of row 2.
func markB2(t *testing.T, in string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "marked.xlsx")
	bad := problem.Problem{Severity: problem.Error, Row: 2, Cell: "B2", Column: "B", Header: "Country", Field: "country", Code: "unknown-country", Message: "no such country"}
	must(t, report.Mark(context.Background(), in, out, report.MarkOptions{
		Worksheet: "Sheet1", HeaderRow: 1, Summary: []sheet.SummaryLine{{Heading: true, Cells: []any{"What was found"}}},
	}, func(yield func(report.RowMark, error) bool) {
		yield(report.RowMark{Row: 2, Status: "invalid", Problems: []problem.Problem{bad}}, nil)
	}))
	return out
}

// partsOf reads the parts of a workbook.
func partsOf(t *testing.T, path string) map[string]string {
	t.Helper()
	z, err := zip.OpenReader(path)
	must(t, err)
	defer z.Close()
	parts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		must(t, err)
		data, err := io.ReadAll(r)
		must(t, err)
		parts[f.Name] = string(data)
	}
	return parts
}

const (
	fonts = `<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>`
	xfs   = `<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>`
	red   = "F8C9CC"
)

// utf16 is a package with every part in UTF-16.
func utf16(t *testing.T, order unicode.Endianness, parts []part) []part {
	t.Helper()
	encoder := unicode.UTF16(order, unicode.UseBOM).NewEncoder()
	for i, p := range parts {
		text, err := encoder.String(strings.Replace(p.text, `encoding="UTF-8"`, `encoding="UTF-16"`, 1))
		must(t, err)
		parts[i].text = text
	}
	return parts
}

// inUTF8 is a workbook with its parts in UTF-8, since excelize reads nothing else.
func inUTF8(t *testing.T, made map[string]string) string {
	t.Helper()
	var parts []part
	for name, text := range made {
		text, err := decoded(text)
		must(t, err)
		parts = append(parts, part{name, strings.Replace(text, "UTF-16", "UTF-8", 1)})
	}
	return packed(t, parts)
}

func decoded(text string) (string, error) {
	out, _, err := transform.String(unicode.BOMOverride(unicode.UTF8.NewDecoder()), text)
	return out, err
}

// foreignWorkbooks are workbooks that Excel opens and that few programs write.
func foreignWorkbooks(t *testing.T) map[string][]part {
	return map[string][]part{
		"no styles":           foreign(cells),
		"empty style sheet":   foreign(cells, part{"xl/styles.xml", head + `<styleSheet xmlns="` + main + `"/>`}),
		"empty lists":         foreign(cells, part{"xl/styles.xml", head + `<styleSheet xmlns="` + main + `"><numFmts count="0"/><fonts count="0"/><fills count="0"></fills><cellXfs/><dxfs count="0"/></styleSheet>`}),
		"no fills":            foreign(cells, part{"xl/styles.xml", head + `<x:styleSheet xmlns:x="` + main + `">` + strings.NewReplacer("</", "</x:", "<", "<x:").Replace(fonts+xfs) + `</x:styleSheet>`}),
		"entry for a folder":  append([]part{{"folder|", "\x03\x00"}}, foreign(cells)...),
		"UTF-16 little end":   utf16(t, unicode.LittleEndian, foreign(cells, part{"xl/styles.xml", head + `<styleSheet xmlns="` + main + `">` + fonts + `</styleSheet>`})),
		"UTF-16 big end":      utf16(t, unicode.BigEndian, foreign(cells)),
		"an element per cell": foreign(strings.NewReplacer(`</c><c r="B1"`, "</c></row>\n"+`<row r="1"><c r="B1"`, `</c><c r="B2"`, `</c></row><row r="2"><c r="B2"`).Replace(cells)),
		"notes of openpyxl":   noteOfOpenpyxl(),
	}
}

// noteOfOpenpyxl has a note whose box is drawn with other prefixes than everybody else's.
func noteOfOpenpyxl() []part {
	parts := foreign(cells+`<legacyDrawing xmlns:r="`+office+`" r:id="rId2"/>`,
		part{"xl/worksheets/_rels/sheet1.xml.rels", head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + office + `/comments" Target="/xl/comments/comment1.xml"/><Relationship Id="rId2" Type="` + office + `/vmlDrawing" Target="/xl/drawings/commentsDrawing1.vml"/></Relationships>`},
		part{"xl/comments/comment1.xml", head + `<comments xmlns="` + main + `"><authors><author>zohobulk</author></authors><commentList><comment ref="A2" authorId="0"><text><t>old</t></text></comment></commentList></comments>`},
		part{"xl/drawings/commentsDrawing1.vml", `<xml><ns0:shapelayout xmlns:ns0="urn:schemas-microsoft-com:office:office" xmlns:ns1="urn:schemas-microsoft-com:vml" ns1:ext="edit"><ns0:idmap ns1:ext="edit" data="1"/></ns0:shapelayout>` +
			`<ns0:shape xmlns:ns0="urn:schemas-microsoft-com:vml" type="#_x0000_t202" id="_x0000_s1025"><ns1:ClientData xmlns:ns1="urn:schemas-microsoft-com:office:excel" ObjectType="Note"><ns1:Row>1</ns1:Row><ns1:Column>0</ns1:Column></ns1:ClientData></ns0:shape></xml>`})
	parts[0].text = strings.Replace(parts[0].text, "</Types>", `<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/><Override PartName="/xl/comments/comment1.xml" ContentType="`+kinds+`comments+xml"/></Types>`, 1)
	return parts
}

// TestMarkForeignWorkbooks marks what is wrong in workbooks that only some programs write.
func TestMarkForeignWorkbooks(t *testing.T) {
	for name, parts := range foreignWorkbooks(t) {
		t.Run(name, func(t *testing.T) {
			out := markB2(t, packed(t, parts))
			made := partsOf(t, out)
			f, err := excelize.OpenFile(inUTF8(t, made))
			must(t, err)
			defer f.Close()
			rows, err := f.GetRows("Sheet1")
			must(t, err)
			want := [][]string{{"Email", "Country", "_status", "_reason", "_origin"}, {"ana@example.com", "Untied States", "invalid", "B2 country: no such country"}}
			if diff := cmp.Diff(want, rows); diff != "" {
				t.Errorf("cells (-want +got):\n%s", diff)
			}
			id, err := f.GetCellStyle("Sheet1", "B2")
			must(t, err)
			if id == 0 {
				t.Fatal("B2 has the style that every cell has")
			}
			if colour := f.Styles.Fills.Fill[*f.Styles.CellXfs.Xf[id].FillID].PatternFill.FgColor.RGB; colour != "FF"+red {
				t.Errorf("B2 is coloured %q, want FF%s", colour, red)
			}
			if _, there := made["xl/styles.xml"]; !there {
				t.Error("the styles are not in xl/styles.xml, where openpyxl looks for them")
			}
			if _, there := made["folder/"]; there {
				t.Error("the copy has an entry for a folder")
			}
			if n, want := strings.Count(made["xl/worksheets/sheet1.xml"], "<row "), strings.Count(cells, "<row "); n != want && name != "an element per cell" {
				t.Errorf("%d elements for %d rows: %s", n, want, made["xl/worksheets/sheet1.xml"])
			}
		})
	}
}

// TestMarkAddsABoxToADrawingOfOpenpyxl sees that the drawing names the namespaces of the new box, that the new box has
// an id of its own, and that the box of an earlier marking is gone.
func TestMarkAddsABoxToADrawingOfOpenpyxl(t *testing.T) {
	drawing := partsOf(t, markB2(t, packed(t, noteOfOpenpyxl())))["xl/drawings/commentsDrawing1.vml"]
	for _, want := range []string{`xmlns:v="urn:schemas-microsoft-com:vml"`, `xmlns:x="urn:schemas-microsoft-com:office:excel"`, `data="1,2"`, `id="_x0000_s2049"`} {
		if !strings.Contains(drawing, want) {
			t.Errorf("no %s in %s", want, drawing)
		}
	}
	if strings.Contains(drawing, `_x0000_s1025"`) {
		t.Errorf("the box of an earlier marking is still there: %s", drawing)
	}
}

// TestMarkAddsNothingUnderAMerge finds free columns beside merged cells, which show only the first cell.
func TestMarkAddsNothingUnderAMerge(t *testing.T) {
	merges := func(refs ...string) string {
		list := ""
		for _, ref := range refs {
			list += `<mergeCell ref="` + ref + `"/>`
		}
		return fmt.Sprintf(`%s<mergeCells count="%d">%s</mergeCells>`, cells, len(refs), list)
	}
	for name, test := range map[string]struct{ worksheet, want string }{
		"header":           {merges("B1:E1"), "F1 G1 H1"},
		"row":              {merges("B2:C2"), "D1 E1 F1"},
		"between":          {merges("D2:D3"), "C1 E1 F1"},
		"around":           {merges("C1:C2", "E2:F2"), "D1 G1 H1"},
		"one cell":         {merges("C1:C1"), "C1 D1 E1"},
		"an earlier":       {strings.Replace(merges("C1:D1"), `</row>`, `<c r="C1" t="inlineStr"><is><t>_status</t></is></c></row>`, 1), "E1 F1 G1"},
		"above the header": {strings.NewReplacer(`r="1"`, `r="2"`, `r="2"`, `r="3"`, `"A1"`, `"A2"`, `"B1"`, `"B2"`, `"A2"`, `"A3"`, `"B2"`, `"B3"`).Replace(merges("A1:H1")), "C2 D2 E2"},
	} {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "marked.xlsx")
			header := 1
			if strings.HasSuffix(test.want, "2") {
				header = 2
			}
			must(t, report.Mark(context.Background(), packed(t, foreign(test.worksheet)), out, report.MarkOptions{Worksheet: "Sheet1", HeaderRow: header},
				func(func(report.RowMark, error) bool) {}))
			f, err := excelize.OpenFile(out)
			must(t, err)
			defer f.Close()
			var at []string
			for _, name := range []string{"_status", "_reason", "_origin"} {
				found, err := f.SearchSheet("Sheet1", name)
				must(t, err)
				if len(found) > 0 {
					at = append(at, found[len(found)-1])
				}
			}
			if got := strings.Join(at, " "); got != test.want {
				t.Errorf("the columns stand at %s, want %s", got, test.want)
			}
		})
	}
	t.Run("no column left", func(t *testing.T) {
		err := report.Mark(context.Background(), packed(t, foreign(merges("B1:XFD1"))), filepath.Join(t.TempDir(), "marked.xlsx"),
			report.MarkOptions{Worksheet: "Sheet1", HeaderRow: 1}, func(func(report.RowMark, error) bool) {})
		if err == nil || !strings.Contains(err.Error(), "no free column") {
			t.Errorf("error %v, want one that says that no column is free", err)
		}
	})
}

// TestMarkedOpensElsewhere opens marked workbooks with openpyxl and LibreOffice.
func TestMarkedOpensElsewhere(t *testing.T) {
	dir := t.TempDir()
	var paths []string
	keep := func(name, marked string) {
		path := filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+".xlsx")
		must(t, os.Rename(marked, path))
		paths = append(paths, path)
	}
	for name, parts := range foreignWorkbooks(t) {
		keep(name, markB2(t, packed(t, parts)))
	}
	for _, name := range []string{"staff", "staff-mistakes"} {
		keep(name, markSample(t, filepath.Join("..", "..", "samples", name+".xlsx")))
	}
	for _, name := range []string{"openpyxl", "xlsxwriter"} {
		path := filepath.Join(t.TempDir(), "written.xlsx")
		script := exec.Command("/usr/bin/python3", filepath.Join("..", "sheet", "testdata", "writers", "write_with_"+name+".py"), path)
		if err := script.Run(); err == nil { // where the module is missing, the reader's tests say so
			keep(name, markSample(t, path))
		}
	}
	t.Run("openpyxl", func(t *testing.T) {
		if exec.Command("/usr/bin/python3", "-c", "import openpyxl").Run() != nil {
			t.Skip("no openpyxl on this machine")
		}
		const script = "import openpyxl, sys\nfor p in sys.argv[1:]:\n w = openpyxl.load_workbook(p); s = w.worksheets[0]\n" +
			" assert any(c.value == '_status' for r in s.iter_rows() for c in r), p\n assert any(c.comment for r in s.iter_rows() for c in r), p\n assert 'Summary' in w.sheetnames, p"
		if out, err := exec.Command("/usr/bin/python3", append([]string{"-c", script}, paths...)...).CombinedOutput(); err != nil {
			t.Errorf("openpyxl: %v\n%s", err, out)
		}
	})
	t.Run("LibreOffice", func(t *testing.T) {
		program, err := exec.LookPath("soffice")
		if err != nil || testing.Short() {
			t.Skip("no soffice (LibreOffice) on this machine, or the test is to be short")
		}
		args := append([]string{"-env:UserInstallation=file://" + t.TempDir(), "--headless", "--convert-to", "csv", "--outdir", dir}, paths...)
		if out, err := exec.Command(program, args...).CombinedOutput(); err != nil {
			t.Fatalf("LibreOffice: %v\n%s", err, out)
		}
		for _, path := range paths {
			data, err := os.ReadFile(strings.TrimSuffix(path, ".xlsx") + ".csv")
			if err != nil || !strings.Contains(string(data), "_status") {
				t.Errorf("%s as LibreOffice shows it: %v\n%s", filepath.Base(path), err, data)
			}
		}
	})
}

// markSample marks one cell of a sample.
func markSample(t *testing.T, in string) string {
	t.Helper()
	f, err := excelize.OpenFile(in)
	must(t, err)
	defer f.Close()
	out := filepath.Join(t.TempDir(), "marked.xlsx")
	bad := problem.Problem{Severity: problem.Error, Row: 5, Cell: "B5", Column: "B", Message: "no such name"}
	must(t, report.Mark(context.Background(), in, out, report.MarkOptions{Worksheet: f.GetSheetName(f.GetActiveSheetIndex()), HeaderRow: 1},
		func(yield func(report.RowMark, error) bool) {
			yield(report.RowMark{Row: 5, Status: "invalid", Problems: []problem.Problem{bad}}, nil)
		}))
	return out
}
