package ooxml

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"
	"sync"

	"github.com/klauspost/compress/flate"

	"zohobulk/importer/problem"
)

// Limits against zip bombs, on bytes as they are unpacked, whatever the file declares. A part may be as large as a
// directory of a million rows needs, but beyond freePart only if it is packed as people's data can be: worksheets reach
// 10 to 60 times their packed size, shared strings, which don't repeat, 10 (measured); deflate could do 1,032. The same
// holds for all parts of a workbook together, beyond freeBook.
const (
	smallPart    = 32 << 20 // all but worksheets and shared strings: held in memory; the largest seen, styles of workbooks pasted together for years, have some 10 MB
	freePart     = 16 << 20
	freeBook     = 64 << 20
	worksheetMax = 4 << 30
	stringsMax   = 512 << 20 // held in memory
	ratioMax     = 200
)

// MaxWorksheets is how many worksheets a workbook may have. What Excel takes depends on its memory; people use some hundreds
// at most (guessed).
const MaxWorksheets = 1000

// errInflated is a part that unpacks to far more than it is packed in.
var errInflated = errors.New("it unpacks to far more than a sheet needs")

// Package is the zip archive of a workbook, read within limits. Several readings may run at once.
type Package struct {
	name  string // of the file, for messages
	zip   *zip.Reader
	files map[string]*zip.File

	mu       sync.Mutex          // several readings may run at once
	left     int64               // how many bytes the parts may still unpack to, all together
	unpacked map[*zip.File]int64 // how far each part was read; reading it again costs nothing
}

// Open opens the archive of a workbook. Name is what messages call the file.
func Open(file io.ReaderAt, size int64, name string) (*Package, error) {
	z, err := zip.NewReader(file, size)
	if err != nil {
		return nil, problem.Refuse("damaged-workbook", "it may be cut short: fetch or save it again", "%s isn't a whole workbook: %w", name, err)
	}
	z.RegisterDecompressor(zip.Deflate, inflate)
	p := &Package{name: name, zip: z, files: map[string]*zip.File{}, left: max(freeBook, ratioMax*min(size, 1<<40)), unpacked: map[*zip.File]int64{}}
	for _, f := range z.File {
		key := PartKey(f.Name)
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
func (p *Package) damaged(part string, err error) error {
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
func (p *Package) bomb(part string) error {
	return problem.Refuse("too-large", "if this is no mistake, save the sheet as CSV", "%s: %s unpacks to far more than a sheet needs", p.name, part)
}

// read reads a small part whole.
func (p *Package) read(part string) ([]byte, error) {
	rc, err := p.open(part, smallPart)
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	data, err := io.ReadAll(rc) // to the checksum
	if err != nil {
		return nil, p.damaged(part, err)
	}
	return data, nil
}

// has reports whether the workbook has a part.
func (p *Package) has(part string) bool { return p.files[PartKey(part)] != nil }

// open opens a part for reading at most limit bytes.
func (p *Package) open(part string, limit int64) (io.ReadCloser, error) {
	f := p.files[PartKey(part)]
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
	return utf8Part(&boundedPart{ReadCloser: rc, parts: p, file: f, limit: limit})
}

// spend counts that a part was read up to some byte, and reports whether the workbook may still be unpacked.
func (p *Package) spend(f *zip.File, read int64) bool {
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
	parts *Package
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
func (p *Package) decode(part string, into any) error {
	data, err := p.read(part)
	if err != nil {
		return err
	}
	if err := xml.NewDecoder(bytes.NewReader(data)).Decode(into); err != nil {
		return p.damaged(part, err)
	}
	return nil
}

// PartKey is the name of a part as it is looked up: case and the way of the slashes don't matter to Excel.
func PartKey(name string) string {
	return strings.TrimPrefix(strings.ToLower(strings.ReplaceAll(name, `\`, "/")), "/")
}

// isFolder reports whether an entry of the archive is a folder. A package has none, but unpacking it and packing it
// again adds them.
func isFolder(name string) bool { return strings.HasSuffix(PartKey(name), "/") }

// resolve is the part that a target names, seen from another part ("" is the package).
func resolve(from, target string) string {
	target = strings.ReplaceAll(target, `\`, "/")
	if !strings.HasPrefix(target, "/") {
		target = path.Join(path.Dir("/"+from), target)
	}
	return strings.TrimPrefix(path.Clean(target), "/")
}

func relsOf(part string) string {
	folder, base := path.Split(part)
	return folder + "_rels/" + base + ".rels"
}
