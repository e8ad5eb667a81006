package sheet

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"sync"

	"github.com/klauspost/compress/flate"

	"zohobulk/importer/problem"
	"zohobulk/importer/sheet/internal/ooxml"
)

// Limits against zip bombs, on bytes as they are unpacked, whatever the file declares. A part may be as large as a
// directory of a million rows needs, but beyond freePart only if it is packed as people's data can be: worksheets reach
// 10 to 60 times their packed size, shared strings, which don't repeat, 10 (measured); deflate could do 1,032. The same
// holds for all parts of a workbook together, beyond freeBook. How many worksheets Excel takes depends on its memory;
// people use some hundreds at most (guessed).
const (
	smallPart     = 16 << 20 // workbook, relationships and styles, which are held in memory
	freePart      = 16 << 20
	freeBook      = 64 << 20
	worksheetMax  = 4 << 30
	stringsMax    = 512 << 20 // held in memory
	ratioMax      = 200
	maxWorksheets = 1000
)

// errInflated is a part that unpacks to far more than it is packed in.
var errInflated = errors.New("it unpacks to far more than a sheet needs")

// workbookParts is the zip archive of a workbook.
type workbookParts struct {
	name  string // of the file, for messages
	zip   *zip.Reader
	files map[string]*zip.File

	mu       sync.Mutex          // several readings may run at once
	left     int64               // how many bytes the parts may still unpack to, all together
	unpacked map[*zip.File]int64 // how far each part was read; reading it again costs nothing
}

// partKey is the name of a part as it is looked up: case and the way of the slashes don't matter to Excel.
func partKey(name string) string {
	return strings.TrimPrefix(strings.ToLower(strings.ReplaceAll(name, `\`, "/")), "/")
}

func openParts(file io.ReaderAt, size int64, name string) (*workbookParts, error) {
	z, err := zip.NewReader(file, size)
	if err != nil {
		return nil, problem.Refuse("damaged-workbook", "it may be cut short: fetch or save it again", "%s isn't a whole workbook: %w", name, err)
	}
	z.RegisterDecompressor(zip.Deflate, inflate)
	p := &workbookParts{name: name, zip: z, files: map[string]*zip.File{}, left: max(freeBook, ratioMax*min(size, 1<<40)), unpacked: map[*zip.File]int64{}}
	for _, f := range z.File {
		key := partKey(f.Name)
		if p.files[key] != nil {
			return nil, p.damaged(f.Name, errors.New("it is there twice"))
		}
		p.files[key] = f
	}
	return p, nil
}

// inflater unpacks a part. It counts the packed bytes that are really used, since a part can be padded with others.
type inflater struct {
	io.ReadCloser
	packed   countingReader
	unpacked int64
}

// countingReader counts what is read through it.
type countingReader struct {
	io.Reader
	n int64
}

// Read reads on.
func (c *countingReader) Read(buf []byte) (int, error) {
	n, err := c.Reader.Read(buf)
	c.n += int64(n)
	return n, err
}

func inflate(r io.Reader) io.ReadCloser {
	f := &inflater{packed: countingReader{Reader: r}}
	f.ReadCloser = flate.NewReader(&f.packed)
	return f
}

// Read unpacks more, and fails where that is far more than it came from.
func (f *inflater) Read(buf []byte) (int, error) {
	n, err := f.ReadCloser.Read(buf)
	if f.unpacked += int64(n); f.unpacked > max(freePart, ratioMax*f.packed.n) {
		return 0, errInflated
	}
	return n, err
}

// damaged refuses the workbook for one of its parts.
func (p *workbookParts) damaged(part string, err error) error {
	var refusal *problem.Refusal
	switch {
	case errors.As(err, &refusal):
		return err
	case errors.Is(err, errInflated):
		return p.bomb(part)
	}
	return problem.Refuse("damaged-workbook", "it may be cut short: fetch it again, or open it in Excel and save it again", "%s is damaged: %s: %w", p.name, part, err)
}

// bomb refuses the workbook for a part that unpacks to more than it may.
func (p *workbookParts) bomb(part string) error {
	return problem.Refuse("too-large", "if this is no mistake, save the sheet as CSV", "%s: %s unpacks to far more than a sheet needs", p.name, part)
}

// has reports whether the workbook has a part.
func (p *workbookParts) has(part string) bool { return p.files[partKey(part)] != nil }

// open opens a part for reading at most limit bytes.
func (p *workbookParts) open(part string, limit int64) (io.ReadCloser, error) {
	f := p.files[partKey(part)]
	if f == nil {
		return nil, p.damaged(part, errors.New("it is missing"))
	}
	if f.Flags&1 != 0 {
		return nil, problem.Refuse("needs-password", "unpack it, or save it without a password", "%s: %s is encrypted by a zip program", p.name, part)
	}
	if f.UncompressedSize64 > uint64(limit) {
		return nil, p.bomb(part)
	}
	rc, err := f.Open()
	if err != nil {
		return nil, p.damaged(part, err)
	}
	return ooxml.UTF8Part(&boundedPart{ReadCloser: rc, parts: p, file: f, limit: limit})
}

// spend counts that a part was read up to some byte, and reports whether the workbook may still be unpacked.
func (p *workbookParts) spend(f *zip.File, read int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if more := read - p.unpacked[f]; more > 0 {
		p.unpacked[f] = read
		p.left -= more
	}
	return p.left >= 0
}

// boundedPart fails where a part, or the workbook with it, becomes longer than it may.
type boundedPart struct {
	io.ReadCloser
	parts *workbookParts
	file  *zip.File
	limit int64
	read  int64
}

// Read reads on, within the limits.
func (b *boundedPart) Read(buf []byte) (int, error) {
	n, err := b.ReadCloser.Read(buf)
	b.read += int64(n)
	if b.read > b.limit || !b.parts.spend(b.file, b.read) {
		return 0, errInflated
	}
	return n, err
}

// decode reads a small part of XML into a structure.
func (p *workbookParts) decode(part string, into any) error {
	rc, err := p.open(part, smallPart)
	if err != nil {
		return err
	}
	defer rc.Close()
	if err := xml.NewDecoder(rc).Decode(into); err != nil {
		return p.damaged(part, err)
	}
	if _, err := io.Copy(io.Discard, rc); err != nil { // to the checksum
		return p.damaged(part, err)
	}
	return nil
}

// relationship leads from a part to another.
type relationship struct {
	ID         string `xml:"Id,attr"`
	Type       string `xml:"Type,attr"`
	Target     string `xml:"Target,attr"`
	TargetMode string `xml:"TargetMode,attr"`
}

// is reports whether the other part is of a kind, by the last element of the type's name: the rest differs in Strict
// Open XML.
func (r relationship) is(kind string) bool {
	return path.Base(r.Type) == kind && r.TargetMode != "External"
}

// relationships are those of a part, with their targets as names of parts.
type relationships struct {
	list []relationship
	byID map[string]relationship
}

// related reads the relationships of a part ("" is the package).
func (p *workbookParts) related(part string) (relationships, error) {
	folder, base := path.Split(part)
	name := folder + "_rels/" + base + ".rels"
	var read struct{ Relationship []relationship }
	if err := p.decode(name, &read); err != nil {
		return relationships{}, err
	}
	rels := relationships{list: read.Relationship, byID: make(map[string]relationship, len(read.Relationship))}
	for i := range rels.list {
		r := &rels.list[i]
		if _, twice := rels.byID[r.ID]; twice {
			return rels, p.damaged(name, fmt.Errorf("it has two relationships with the id %.40q", r.ID))
		}
		r.Target = strings.ReplaceAll(r.Target, `\`, "/")
		if !strings.HasPrefix(r.Target, "/") {
			r.Target = path.Join(folder, r.Target)
		}
		r.Target = strings.TrimPrefix(r.Target, "/")
		rels.byID[r.ID] = *r
	}
	return rels, nil
}

// find is the target of the first relationship of a kind, "" if there is none.
func (r relationships) find(kind string) string {
	for _, rel := range r.list {
		if rel.is(kind) {
			return rel.Target
		}
	}
	return ""
}

// workbook is what a workbook says of itself.
type workbook struct {
	parts      *workbookParts
	sheets     []worksheetPart
	date1904   bool
	formats    []numberFormat // by style
	struck     map[int]bool   // the styles that strike a cell's text out
	stringPart string
	strings    *sharedStrings
}

// worksheetPart is a worksheet of a workbook.
type worksheetPart struct {
	name    string
	part    string
	hidden  bool
	summary bool // what our marked copy of a workbook says about itself
}

// referred is the worksheet that a reference like 'Our summary'!$A$1 points to.
func referred(ref string) string {
	name, _, _ := strings.Cut(ref, "!$")
	if quoted, ok := strings.CutPrefix(name, "'"); ok {
		return strings.ReplaceAll(strings.TrimSuffix(quoted, "'"), "''", "'")
	}
	return name
}

// workbookXML is what matters of the workbook's own part.
type workbookXML struct {
	WorkbookPr struct {
		Date1904 string `xml:"date1904,attr"`
	} `xml:"workbookPr"`
	Sheets []struct {
		Name  string `xml:"name,attr"`
		State string `xml:"state,attr"`
		ID    string `xml:"id,attr"`
	} `xml:"sheets>sheet"`
	Names []struct {
		Name string `xml:"name,attr"`
		Ref  string `xml:",chardata"`
	} `xml:"definedNames>definedName"`
}

// readWorkbook reads all but the worksheets and the shared strings.
func readWorkbook(p *workbookParts) (*workbook, error) {
	top, err := p.related("")
	if err != nil {
		return nil, err
	}
	main := top.find("officeDocument")
	if main == "" {
		return nil, p.damaged("_rels/.rels", errors.New("it names no workbook"))
	}
	var book workbookXML
	if err := p.decode(main, &book); err != nil {
		return nil, err
	}
	rels, err := p.related(main)
	if err != nil {
		return nil, err
	}
	w := &workbook{parts: p, date1904: truth(book.WorkbookPr.Date1904), stringPart: rels.find("sharedStrings")}
	summary := ""
	for _, n := range book.Names {
		if n.Name == ooxml.SummaryName {
			summary = referred(n.Ref)
		}
	}
	if err := w.list(book, rels, summary); err != nil {
		return nil, err
	}
	if styles := rels.find("styles"); styles != "" {
		err = w.readStyles(styles)
	}
	return w, err
}

// list finds the parts of the worksheets. Chart sheets and the like are left out.
func (w *workbook) list(book workbookXML, rels relationships, summary string) error {
	if len(book.Sheets) > maxWorksheets {
		return problem.Refuse("too-large", "copy the one with the users into a workbook of its own",
			"%s has %d worksheets, and %d are the most that are looked through", w.parts.name, len(book.Sheets), maxWorksheets)
	}
	seen := map[string]bool{}
	for _, s := range book.Sheets {
		r, ok := rels.byID[s.ID]
		if !ok || !r.is("worksheet") {
			continue
		}
		if seen[partKey(r.Target)] {
			return w.parts.damaged(r.Target, errors.New("two worksheets say that it is theirs"))
		}
		seen[partKey(r.Target)] = true
		w.sheets = append(w.sheets, worksheetPart{
			name: s.Name, part: r.Target, hidden: s.State == "hidden" || s.State == "veryHidden", summary: s.Name == summary,
		})
	}
	if len(w.sheets) == 0 {
		return problem.Refuse("no-such-worksheet", "", "%s has no worksheet", w.parts.name)
	}
	return nil
}

// truth reads a boolean attribute.
func truth(text string) bool { return text == "1" || text == "true" || text == "on" }

// readStyles reads which styles show numbers as something else.
func (w *workbook) readStyles(part string) error {
	var styles struct {
		NumFmts []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Xfs []struct {
			NumFmt int `xml:"numFmtId,attr"`
			Font   int `xml:"fontId,attr"`
		} `xml:"cellXfs>xf"`
		Fonts []struct {
			Strike *struct {
				Val string `xml:"val,attr"`
			} `xml:"strike"`
		} `xml:"fonts>font"`
	}
	if err := w.parts.decode(part, &styles); err != nil {
		return err
	}
	custom := map[int]numberFormat{}
	for _, f := range styles.NumFmts {
		custom[f.ID] = parseFormat(f.Code)
	}
	for _, xf := range styles.Xfs {
		format, ok := custom[xf.NumFmt]
		if !ok {
			format = builtinFormat(xf.NumFmt)
		}
		w.formats = append(w.formats, format)
		if xf.Font >= 0 && xf.Font < len(styles.Fonts) && styles.Fonts[xf.Font].Strike != nil && strikes(styles.Fonts[xf.Font].Strike.Val) {
			if w.struck == nil {
				w.struck = map[int]bool{}
			}
			w.struck[len(w.formats)-1] = true
		}
	}
	return nil
}

// pick chooses the worksheet: by name, by its place among the visible ones, or the only visible one with data.
func (w *workbook) pick(asked string) (worksheetPart, error) {
	if asked == "" {
		return w.onlyOne()
	}
	for _, same := range []func(a, b string) bool{func(a, b string) bool { return a == b }, strings.EqualFold} {
		for _, s := range w.sheets {
			if same(strings.TrimSpace(s.name), strings.TrimSpace(asked)) {
				return s, nil
			}
		}
	}
	visible := w.visible()
	for i, s := range visible {
		if fmt.Sprint(i+1) == strings.TrimSpace(asked) {
			return s, nil
		}
	}
	return worksheetPart{}, problem.Refuse("no-such-worksheet", "there are "+listWorksheets(w.sheets), "%s has no worksheet %q", w.parts.name, asked)
}

func (w *workbook) visible() (sheets []worksheetPart) {
	for _, s := range w.sheets {
		if !s.hidden {
			sheets = append(sheets, s)
		}
	}
	return sheets
}

// onlyOne is the visible worksheet with data, if there is one and no other beside our own summary.
func (w *workbook) onlyOne() (worksheetPart, error) {
	var filled []worksheetPart
	for _, s := range w.visible() {
		rows, err := first(&worksheet{workbook: w, part: s}, 1, 1)
		if err != nil {
			return s, err
		}
		if len(rows) > 0 && !s.summary {
			filled = append(filled, s)
		}
	}
	switch len(filled) {
	case 1:
		return filled[0], nil
	case 0:
		return worksheetPart{}, problem.Refuse("empty-file", "there are "+listWorksheets(w.sheets), "%s has no visible worksheet with data", w.parts.name)
	}
	names := make([]string, len(filled))
	for i, s := range filled {
		names[i] = s.name
	}
	return worksheetPart{}, problem.Refuse("needs-sheet", "", "%s has several worksheets with data: %s", w.parts.name, listWorksheets(filled)).
		With(problem.Remedy{Way: problem.ChooseWorksheet, Args: names})
}

// listWorksheets names worksheets for a message.
func listWorksheets(sheets []worksheetPart) string {
	var names []string
	for _, s := range sheets {
		name := fmt.Sprintf("%q", problem.Shorten(s.name, 40))
		if s.hidden {
			name += " (hidden)"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}
