package ooxml

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"time"

	"github.com/klauspost/compress/flate"
)

// packageWriter writes a copy of a workbook's package: some parts are rewritten, all others are copied as they are,
// compressed.
type packageWriter struct {
	book     *book
	zip      *zip.Writer
	done     map[string]bool // parts that are not copied: they are rewritten or left out
	modified time.Time       // of the parts that are written
}

func newPackageWriter(b *book, out io.Writer, modified time.Time) *packageWriter {
	if modified.IsZero() {
		modified = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC) // the earliest that an archive can say
	}
	p := &packageWriter{book: b, zip: zip.NewWriter(out), done: map[string]bool{}, modified: modified}
	p.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.DefaultCompression)
	})
	return p
}

func (p *packageWriter) leaveOut(parts ...string) {
	for _, part := range parts {
		p.done[PartKey(part)] = true
	}
}

// copyParts copies all parts but those that are rewritten or left out.
func (p *packageWriter) copyParts() error {
	for _, f := range p.book.order {
		if p.done[PartKey(f.Name)] || isFolder(f.Name) {
			continue
		}
		if err := p.zip.Copy(f); err != nil {
			return fmt.Errorf("part %s: %w", f.Name, err)
		}
	}
	return nil
}

// dropMacros makes a plain workbook of one with macros or of a template: under the ending .xlsx Excel opens no other.
func (p *packageWriter) dropMacros() {
	p.book.types.part(p.book.mainPart.name, typeWorkbook)
	p.dropRelated(relMacros)
}

// dropRelated leaves out a part that the workbook refers to, with the reference.
func (p *packageWriter) dropRelated(kind string) {
	r := p.book.rels.first(kind)
	if r == nil {
		return
	}
	part := resolve(p.book.mainPart.name, r.Target)
	p.leaveOut(part, relsOf(part))
	p.book.types.drop(part)
	p.book.rels.drop(kind)
}

// stream writes a part piece by piece. A buffered writer keeps its first error until it is flushed.
func (p *packageWriter) stream(part string, fill func(*bufio.Writer) error) error {
	w, err := p.zip.CreateHeader(&zip.FileHeader{Name: part, Method: zip.Deflate, Modified: p.modified})
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(w, 1<<16)
	if err := fill(b); err != nil {
		return fmt.Errorf("part %s: %w", part, err)
	}
	return b.Flush()
}

func (p *packageWriter) writeBytes(part string, data []byte) error {
	return p.stream(part, func(w *bufio.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

func (p *packageWriter) writeStyles(part string, s *styles) error {
	data, err := s.bytes()
	if err != nil {
		return err
	}
	return p.writeBytes(part, data)
}

func (p *packageWriter) writeXML(part string, v any) error {
	data, err := marshal(v)
	if err != nil {
		return err
	}
	return p.writeBytes(part, data)
}

// The types of the parts that may be added.
const (
	typeWorkbook  = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
	typeWorksheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
	typeStyles    = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
	typeComments  = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
	typeVML       = "application/vnd.openxmlformats-officedocument.vmlDrawing"
)
