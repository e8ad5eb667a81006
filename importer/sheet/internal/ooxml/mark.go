// Package ooxml knows the parts of XLSX workbooks. Mark and Correct change cells in a workbook that somebody else wrote, and
// keep all the rest of it: the worksheet is rewritten as it streams by, a few small parts are added to, and every other
// part is copied as it is, compressed. So the memory they take doesn't grow with the worksheet.
//
// excelize, which this program uses elsewhere, was tried for marking in version 2.11.0: open, style, note, save. It
// keeps pictures, charts, pivot tables, validations and conditional formats, but three things speak against it:
//
//   - A workbook of 9 MB (105,000 rows of 10 columns) takes it 1,611 MB and 12 s of processor time. This package takes
//     25 MB and 1.3 s.
//   - The notes it adds to a workbook written by openpyxl are not there for openpyxl: it looks for the comments part
//     under one fixed name, does not find it, and writes a second one.
//   - It gives every box that it adds the shape id _x0000_s1025, also where a button or another note has it, and it
//     drops the shape types that such buttons refer to.
package ooxml

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"iter"
	"time"
)

// MarkedCell says how to mark a cell.
type MarkedCell struct {
	Column int    // from 0
	Fill   int    // index of the colour in MarkOptions.Colours
	Note   string // shown beside the cell; "" for none
}

// MarkedRow says what to mark in a row.
type MarkedRow struct {
	Number int          // as Excel shows it
	Cells  []MarkedCell // by column, each once
	Added  []string     // texts for the added columns, in the order of MarkOptions.Columns
	Fill   int          // colour of the added cells, NoFill for none
}

// NoFill is no colour.
const NoFill = -1

// SummaryLine is a line of the summary's sheet; a cell is a string or an int.
type SummaryLine struct {
	Heading bool
	Cells   []any
}

// MarkOptions say what to add to the workbook.
type MarkOptions struct {
	Worksheet string       // its name
	HeaderRow int          // row number of the header
	Header    []MarkedCell // what to mark in the header
	Columns   []string     // headers of the columns to add; one the sheet has already is written over
	Colours   []string     // RGB in hex
	Author    string       // of the notes; an earlier marking is known by it
	MaxNotes  int          // cells past this many get their colour and no note; 0 for no limit
	Summary   string       // name of the sheet with the summary
	Lines     []SummaryLine
	TooMany   string    // said below the summary if there were more notes than MaxNotes
	Folder    string    // for a temporary file with the notes until they are written; "" is the system's
	Modified  time.Time // of the parts that are written
}

// Result says what was done.
type Result struct {
	Marked int // cells coloured
	Notes  int // notes written
}

// Mark copies the workbook in to out with what rows say marked in it. Rows come in the order of the worksheet; one
// that the worksheet doesn't have is an error.
func Mark(ctx context.Context, in *Package, out io.Writer, o MarkOptions, rows iter.Seq2[MarkedRow, error]) (Result, error) {
	b, err := in.book()
	if err != nil {
		return Result{}, err
	}
	a := &marker{packageWriter: newPackageWriter(b, out, o.Modified), o: o}
	if err := a.prepare(); err != nil {
		return Result{}, err
	}
	defer a.notes.close()
	if err := a.write(ctx, rows); err != nil {
		return Result{}, err
	}
	return a.result, a.zip.Close()
}

// marker is one workbook on its way.
type marker struct {
	*packageWriter
	o      MarkOptions
	result Result

	index     int // of the worksheet among the sheets
	part      string
	rels      relationships // of the worksheet
	layout    layout
	styles    *styles
	stylePart string
	notes     *notes
	summary   summarySheet
	filter    Area // what the worksheet's filter covers, where it is ours to say
}

// prepare reads all that must be known before the worksheet is rewritten.
func (a *marker) prepare() error {
	var err error
	if a.index = a.book.sheetIndex(a.o.Worksheet); a.index < 0 {
		return fmt.Errorf("no worksheet %q", a.o.Worksheet)
	}
	if a.part, err = a.book.sheetPart(a.index); err != nil {
		return err
	}
	if a.rels, err = a.book.relatedIfAny(a.part); err != nil {
		return err
	}
	if a.layout, err = a.book.survey(a.part, a.o); err != nil {
		return fmt.Errorf("part %s: %w", a.part, err)
	}
	if a.stylePart, a.styles, err = a.book.prepareStyles(a.o.Colours); err != nil {
		return err
	}
	if a.summary, err = a.book.placeSummary(a.o.Summary); err != nil {
		return err
	}
	a.notes, err = a.book.openNotes(&a.rels, a.part, a.layout.drawing, a.o)
	return err
}

// write copies what stays and writes what changes.
func (a *marker) write(ctx context.Context, rows iter.Seq2[MarkedRow, error]) error {
	a.leaveOut(a.part, a.stylePart, relsOf(a.part), a.notes.commentsPart, a.notes.vmlPart, a.summary.part,
		a.book.mainPart.name, relsOf(a.book.mainPart.name), typesPart)
	a.dropMacros()
	if err := a.copyParts(); err != nil {
		return err
	}
	if err := a.writeWorksheet(ctx, rows); err != nil {
		return err
	}
	if err := a.writeNotes(); err != nil {
		return err
	}
	if err := a.writeSummary(); err != nil {
		return err
	}
	if err := a.writeWorkbook(); err != nil {
		return err
	}
	if err := a.writeStyles(a.stylePart, a.styles); err != nil {
		return err
	}
	// These come last, as every other may have had something to add to them.
	if err := a.writeXML(relsOf(a.part), a.rels); err != nil {
		return err
	}
	if err := a.writeXML(relsOf(a.book.mainPart.name), a.book.rels); err != nil {
		return err
	}
	return a.writeXML(typesPart, a.book.types)
}

func (a *marker) writeWorksheet(ctx context.Context, rows iter.Seq2[MarkedRow, error]) error {
	in, err := a.book.worksheet(a.part)
	if err != nil {
		return err
	}
	defer in.Close()
	return a.stream(a.part, func(out *bufio.Writer) error {
		w := a.newMarkWriter(ctx, out)
		err := w.write(in, rows)
		a.result.Marked = w.marked
		return err
	})
}
