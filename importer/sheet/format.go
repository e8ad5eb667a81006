package sheet

import (
	"archive/zip"
	"bytes"
	"io"
	"path/filepath"
	"strings"

	"zohobulk/importer/problem"
	"zohobulk/importer/sheet/internal/ooxml"
)

// What Info.Format and Spooled.Format say.
const (
	formatCSV  = "csv"
	formatXLSX = "xlsx"
)

// content is what the first bytes of a file, or a workbook's table of contents, show it to be.
type content struct {
	format string // formatCSV or formatXLSX, "" if it is neither
	what   string // with its article: "an XLSX workbook"
	remedy string // the way out, for what is neither
	ole    bool   // an OLE2 file: an encrypted workbook
}

const saveAs = "open it in the program that made it, and save or export it as XLSX or CSV"

// magics are beginnings of files that are no sheets, though they are taken for one.
var magics = []struct{ begin, what, remedy string }{
	{"%PDF", "a PDF document", "ask for the sheet that it was printed from, as XLSX or CSV"},
	{"\x1f\x8b", "a gzip archive", "unpack it first"},
	{"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it first"},
	{"Rar!\x1a\x07", "a RAR archive", "unpack it first"},
	{"{\\rtf", "an RTF document", saveAs},
	{"\x89PNG", "a picture", "ask for the sheet that it shows, as XLSX or CSV"},
	{"\xff\xd8\xff", "a picture", "ask for the sheet that it shows, as XLSX or CSV"},
	{"SQLite format 3\x00", "an SQLite database", "export the table as CSV"},
	{"PAR1", "a Parquet file", "export the table as CSV"},
	{"BEGIN:VCARD", "a file of vCards", "import it into an address book, and export that as CSV"},
	{"ID;PWXL", "an SYLK sheet", saveAs},
}

// markups are beginnings of text files in which a table may be, but not as CSV; case and leading blanks don't matter.
var markups = []struct{ begin, what string }{
	{"<!doctype html", "a web page"}, {"<html", "a web page"}, {"<table", "a web page"}, {"<meta", "a web page"},
	{"<?xml", "an XML file"}, {"mime-version:", "a web archive"},
	{"{\"", "a JSON file"}, {"[{", "a JSON file"}, {"[[", "a JSON file"},
}

// sniff tells what a file is by its content alone.
func sniff(r io.ReaderAt, size int64) content {
	head := make([]byte, min(size, 512))
	n, _ := r.ReadAt(head, 0)
	head = head[:n]
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return sniffZip(r, size)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return sniffOLE(r, size)
	}
	for _, m := range magics {
		if bytes.HasPrefix(head, []byte(m.begin)) {
			return content{what: m.what, remedy: m.remedy}
		}
	}
	text := strings.ToLower(strings.TrimLeft(strings.TrimPrefix(string(head), "\ufeff"), " \t\r\n"))
	text = strings.ReplaceAll(strings.ReplaceAll(text, "{ ", "{"), "{\n", "{")
	for _, m := range markups {
		if strings.HasPrefix(text, m.begin) {
			return content{what: m.what, remedy: saveAs}
		}
	}
	return content{format: formatCSV, what: "plain text"}
}

// zips are the parts by which zipped documents are told apart, workbooks first.
var zips = []struct{ part, what, remedy string }{
	{"xl/workbook.bin", "a binary workbook (.xlsb)", "open it in Excel and save it as .xlsx"},
	{"index/document.iwa", "a Numbers document", "in Numbers choose File, Export To, Excel or CSV"},
	{"index.zip", "a Numbers document", "in Numbers choose File, Export To, Excel or CSV"},
	{"word/document.xml", "a Word document", "put its table into a worksheet and save that as .xlsx"},
	{"ppt/presentation.xml", "a PowerPoint presentation", "put its table into a worksheet and save that as .xlsx"},
}

// sniffZip tells what a zip archive holds. A damaged one passes for a workbook, whose reader says what is wrong.
func sniffZip(r io.ReaderAt, size int64) content {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return content{format: formatXLSX, what: "a zip archive"}
	}
	names := map[string]*zip.File{}
	for _, f := range z.File {
		names[ooxml.PartKey(f.Name)] = f
	}
	for _, k := range zips {
		if names[k.part] != nil {
			return content{what: k.what, remedy: k.remedy}
		}
	}
	if f := names["mimetype"]; f != nil && strings.Contains(beginning(f), "opendocument") {
		return content{what: "an OpenDocument file", remedy: "open it in LibreOffice and save it as .xlsx or .csv"}
	}
	if names["[content_types].xml"] != nil || names["_rels/.rels"] != nil || names["xl/workbook.xml"] != nil {
		return content{format: formatXLSX, what: "an XLSX workbook"}
	}
	return content{what: "a zip archive", remedy: "unpack it first"}
}

// beginning is the start of a zipped part, or "" if it can't be unpacked.
func beginning(f *zip.File) string {
	rc, err := f.Open()
	if err != nil {
		return ""
	}
	defer rc.Close()
	text, _ := io.ReadAll(io.LimitReader(rc, 256))
	return string(text)
}

// endings says which content a file's ending promises.
var endings = map[string]string{
	".csv": formatCSV, ".tsv": formatCSV, ".tab": formatCSV, ".txt": formatCSV,
	".xlsx": formatXLSX, ".xlsm": formatXLSX, ".xltx": formatXLSX, ".xltm": formatXLSX,
	".xls": "xls", ".xlsb": "xlsb", ".ods": "ods", ".fods": "ods", ".numbers": "numbers", ".pdf": "pdf",
}

// checkContent refuses what is no sheet, and what isn't what its name says it is.
func checkContent(name string, c content) error {
	if c.format == "" {
		return problem.Refuse("not-a-sheet", c.remedy, "%s is %s, not a CSV or XLSX sheet", name, c.what)
	}
	ending := strings.ToLower(filepath.Ext(name))
	promised, known := endings[ending]
	if !known || promised == c.format {
		return nil
	}
	right := ".csv"
	if c.format == formatXLSX {
		right = ".xlsx"
	}
	return problem.Refuse("wrong-name", "if that is the file you mean, rename it so that it ends in "+right,
		"%s has the ending %s, but holds %s", name, ending, c.what)
}
