package ooxml

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pack makes a workbook's package of its parts.
func pack(t *testing.T, parts map[string]string) *Package {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range parts {
		f, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(f, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	p, err := Open(bytes.NewReader(b.Bytes()), int64(b.Len()), "staff.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// plain is a small workbook as some programs write it: with a prefix on every tag, without references, styles or notes.
func plain(worksheet string) map[string]string {
	return map[string]string{
		typesPart: `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/>` +
			`<Override PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>`,
		"_rels/.rels":     `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Type="` + transitional + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml": `<x:workbook xmlns:x="` + MainSpace + `" xmlns:r="` + transitional + `"><x:sheets><x:sheet name="A &amp; B" sheetId="7" r:id="b"/></x:sheets><x:calcPr calcId="1"/></x:workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="b" Type="` + transitional + `/worksheet" Target="/xl/worksheets/one.xml"/>` +
			`<Relationship Id="c" Type="` + transitional + `/vbaProject" Target="vbaProject.bin"/></Relationships>`,
		"xl/worksheets/one.xml": worksheet,
		"xl/vbaProject.bin":     "macros",
	}
}

func annotate(t *testing.T, z *Package, o MarkOptions, rows ...MarkedRow) (parts map[string]string, result Result, err error) {
	t.Helper()
	var out bytes.Buffer
	o.Folder = t.TempDir()
	seq := func(yield func(MarkedRow, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
	result, err = Mark(context.Background(), z, &out, o, iter.Seq2[MarkedRow, error](seq))
	if err != nil {
		return nil, result, err
	}
	made, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	parts = map[string]string{}
	for _, f := range made.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(data)
	}
	return parts, result, nil
}

var options = MarkOptions{Worksheet: "A & B", HeaderRow: 1, Columns: []string{"_status"}, Colours: []string{"AABBCC"}, Author: "us", Summary: "Summary"}

func TestAnnotateWithPrefixesAndWithoutReferences(t *testing.T) {
	const before = `<?xml version="1.0"?><x:worksheet xmlns:x="` + MainSpace + `"><x:dimension ref="A1:B3"/><x:cols><x:col min="1" max="16384" width="9" style="0"/></x:cols>` +
		`<x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>Email</x:t></x:is></x:c><x:c t="inlineStr"><x:is><x:t>City &gt; x</x:t></x:is></x:c></x:row>` +
		`<x:row spans="1:2"><x:c><x:v>1</x:v></x:c></x:row><!-- > --><x:row/><x:row r="5"><x:c r="B5"><x:f>A1&gt;"2"</x:f><x:v>1</x:v></x:c></x:row></x:sheetData>` +
		`<x:mergeCells count="1"><x:mergeCell ref="A9:B9"/></x:mergeCells><x:pageMargins left="0.7" right="0.7" top="1" bottom="1" header="0" footer="0"/></x:worksheet>`
	parts, result, err := annotate(t, pack(t, plain(before)), options,
		MarkedRow{Number: 2, Cells: []MarkedCell{{0, 0, "bad"}, {1, 0, "missing"}}, Added: []string{"invalid"}, Fill: 0},
		MarkedRow{Number: 5, Added: []string{"valid"}, Fill: NoFill})
	if err != nil {
		t.Fatal(err)
	}
	const want = `<?xml version="1.0"?><x:worksheet xmlns:x="` + MainSpace + `"><x:cols><x:col min="1" max="2" width="9" style="0"/><x:col min="3" max="3" width="12" customWidth="1"/><x:col min="4" max="16384" width="9" style="0"/></x:cols>` +
		`<x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>Email</x:t></x:is></x:c><x:c t="inlineStr"><x:is><x:t>City &gt; x</x:t></x:is></x:c>` +
		`<x:c r="C1" s="0" t="inlineStr"><x:is><x:t xml:space="preserve">_status</x:t></x:is></x:c></x:row>` +
		`<x:row><x:c s="1"><x:v>1</x:v></x:c><x:c r="B2" s="1"/><x:c r="C2" s="1" t="inlineStr"><x:is><x:t xml:space="preserve">invalid</x:t></x:is></x:c></x:row><!-- > --><x:row/>` +
		`<x:row r="5"><x:c r="B5"><x:f>A1&gt;"2"</x:f><x:v>1</x:v></x:c><x:c r="C5" s="0" t="inlineStr"><x:is><x:t xml:space="preserve">valid</x:t></x:is></x:c></x:row></x:sheetData>` +
		`<x:autoFilter ref="A1:C5"/><x:mergeCells count="1"><x:mergeCell ref="A9:B9"/></x:mergeCells><x:pageMargins left="0.7" right="0.7" top="1" bottom="1" header="0" footer="0"/>` +
		`<x:legacyDrawing xmlns:r="` + transitional + `" r:id="rId2"/></x:worksheet>`
	if diff := cmp.Diff(want, parts["xl/worksheets/one.xml"]); diff != "" {
		t.Errorf("worksheet (-want +got):\n%s", diff)
	}
	const wantBook = `<x:workbook xmlns:x="` + MainSpace + `" xmlns:r="` + transitional + `"><x:sheets><x:sheet name="A &amp; B" sheetId="7" r:id="b"/>` +
		`<x:sheet xmlns:r="` + transitional + `" name="Summary" sheetId="8" r:id="rId3"/></x:sheets>` +
		`<x:definedNames><x:definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">'A &amp; B'!$A$1:$C$5</x:definedName><x:definedName name="_zohobulk_summary" hidden="1">'Summary'!$A$1:$A$1</x:definedName></x:definedNames>` +
		`<x:calcPr calcId="1"/></x:workbook>`
	if diff := cmp.Diff(wantBook, strings.ReplaceAll(parts["xl/workbook.xml"], "rId4", "rId3")); diff != "" {
		t.Errorf("workbook (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Result{Marked: 2, Notes: 2}, result); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
	if _, there := parts["xl/vbaProject.bin"]; there || strings.Contains(parts[typesPart]+parts["xl/_rels/workbook.xml.rels"], "vba") {
		t.Error("the macros are still there, which no .xlsx may hold")
	}
	if strings.Contains(parts[typesPart], "macroEnabled") {
		t.Error("the workbook still says that it has macros")
	}
}

// TestAnnotateBesideATable leaves a table's own filter alone.
func TestAnnotateBesideATable(t *testing.T) {
	const worksheet = `<worksheet xmlns="` + MainSpace + `" xmlns:r="` + transitional + `"><sheetData><row r="1"><c r="A1" t="str"><v>Email</v></c></row></sheetData>` +
		`<tableParts count="1"><tablePart r:id="t"/></tableParts></worksheet>`
	parts, _, err := annotate(t, pack(t, plain(worksheet)), options)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(parts["xl/worksheets/one.xml"], `</sheetData><autoFilter ref="B1:B1"/><tableParts`) {
		t.Errorf("no filter over the added column alone: %s", parts["xl/worksheets/one.xml"])
	}
	if strings.Contains(parts["xl/worksheets/one.xml"], "legacyDrawing") {
		t.Error("a drawing for notes that are not there")
	}
}

func TestAnnotateRefuses(t *testing.T) {
	head := `<worksheet xmlns="` + MainSpace + `"><sheetData>`
	for _, test := range []struct{ name, worksheet, want string }{
		{"cut off", head + `<row r="1"><c r="A1"><v>1`, "part xl/worksheets/one.xml: damaged XML: it ends inside <v>"},
		{"cells out of order", head + `<row r="1"/><row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>1</v></c></row></sheetData></worksheet>`, "part xl/worksheets/one.xml: the cells of row 2 are not in order"},
		{"UTF-32", "\x00\x00\xfe\xff", "part xl/worksheets/one.xml: damaged XML: a control character, or not UTF-8"},
		{"no such row", head + `<row r="1"/></sheetData></worksheet>`, "part xl/worksheets/one.xml: row 2 is not in the worksheet"},
	} {
		_, _, err := annotate(t, pack(t, plain(test.worksheet)), options, MarkedRow{Number: 2, Cells: []MarkedCell{{0, 0, "x"}}})
		if err == nil || err.Error() != test.want {
			t.Errorf("%s: %v, want %s", test.name, err, test.want)
		}
	}
}

func TestAnnotateStopsAtTheMostNotes(t *testing.T) {
	const worksheet = `<worksheet xmlns="` + MainSpace + `"><sheetData><row r="1"/><row r="2"/><row r="3"/></sheetData></worksheet>`
	o := options
	o.MaxNotes, o.TooMany = 1, "not all"
	parts, result, err := annotate(t, pack(t, plain(worksheet)), o, MarkedRow{Number: 2, Cells: []MarkedCell{{0, 0, "x"}}}, MarkedRow{Number: 3, Cells: []MarkedCell{{0, 0, "y"}}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Result{Marked: 2, Notes: 1}, result); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
	if !strings.Contains(parts["xl/worksheets/sheet1.xml"], ">not all<") {
		t.Errorf("the summary doesn't say that notes are missing: %s", parts["xl/worksheets/sheet1.xml"])
	}
}

func TestEscape(t *testing.T) {
	for text, want := range map[string]string{
		"a<b>&\"": "a&lt;b&gt;&amp;&quot;", "x\x01y": "x_x0001_y", "a_x0041_": "a_x005F_x0041_", "a\r\n": "a_x000D_\n", "_x": "_x", "ü愛🙂": "ü愛🙂",
	} {
		if got := escape(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if n := len(escape(strings.Repeat("x", 40000))); n != MaxCellText {
		t.Errorf("a long text keeps %d characters, want %d", n, MaxCellText)
	}
}

func TestBlocksOfShapes(t *testing.T) {
	n := notes{block: 5, boxes: make([]box, 2*idsPerBlock+1)}
	if got := n.blocks("1, 3"); got != "1,3,5,6,7" {
		t.Errorf("blocks %s, want 1,3,5,6,7", got)
	}
}

// FuzzScanner checks that the pieces of a part are the part.
func FuzzScanner(f *testing.F) {
	for _, seed := range []string{`<a b="c>d"><!-- x> --><![CDATA[<c>]]>t</a>`, `<a/`, `<?x?><a b='"'/>`, `text`, `<`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, part string) {
		s := newScanner(strings.NewReader(part))
		var whole []byte
		for {
			token, err := s.next()
			if err == io.EOF {
				break
			}
			if err != nil {
				return
			}
			if len(token.raw) == 0 {
				t.Fatal("an empty token")
			}
			token.attr("r")
			token.with("s", "1")
			token.without("spans")
			token.prefix()
			whole = append(whole, token.raw...)
		}
		part = strings.TrimPrefix(strings.TrimRight(part, " \t\r\n"), "\ufeff") // the rest is no token
		if string(whole) != part {
			t.Errorf("the pieces of %q are %q", part, whole)
		}
	})
}

// TestLyingSizes has parts that unpack to more than they declare: the limit is on what is read.
func TestLyingSizes(t *testing.T) {
	read := func(text string, limit, left int64) (int64, error) {
		parts := &Package{left: left, unpacked: map[*zip.File]int64{}}
		return io.Copy(io.Discard, &boundedPart{ReadCloser: io.NopCloser(strings.NewReader(text)), parts: parts, file: new(zip.File), limit: limit})
	}
	for _, limits := range [][2]int64{{999, 5000}, {5000, 999}} {
		n, err := read(strings.Repeat("a", 1000), limits[0], limits[1])
		if !errors.Is(err, errInflated) || n > 999 {
			t.Errorf("%d bytes read, %v", n, err)
		}
	}
	if n, err := read("aaa", 3, 3); n != 3 || err != nil {
		t.Errorf("%d bytes read, %v", n, err)
	}
}
