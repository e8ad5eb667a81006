package report

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// RowMark is what a marked workbook says of one row.
type RowMark struct {
	Row      int    // its number, as Excel shows it
	Status   string // for the column _status
	Reason   string // for the column _reason, before what the problems say
	Origin   string // for the column _origin
	Problems []problem.Problem
}

// MarkOptions says what is marked, and how.
type MarkOptions struct {
	Worksheet string
	HeaderRow int
	Password  string              // opens an encrypted workbook; the marked one is encrypted with it
	Sheet     []problem.Problem   // about the whole sheet, or about a column
	Summary   []sheet.SummaryLine // for the sheet "Summary"
	Modified  time.Time           // given to the parts that are written; not the time of writing, so that a report comes out as before
}

// What a marked workbook adds. All names begin with "_", so that the workbook can be corrected and applied as it is.
var markColumns = []string{"_status", "_reason", "_origin"}

const (
	markAuthor  = "zohobulk"
	markSummary = "Summary"

	// maxNotes bounds the notes of a workbook: each is a drawn box to a spreadsheet program, and so many that it does not
	// open help nobody. Past it a cell has its colour, and its reason stands in the row's _reason. LibreOffice 7.4 took 4 s of
	// processor time for 2,000 notes, 14 s for 5,000, and had not opened 20,000 after 6 minutes.
	maxNotes = 5_000
)

// markColours are the colours behind marked cells by severity: light enough for black text in any font, each with a
// hue of its own for those who don't see red and green apart, and unlike any that the programs offer, since an earlier
// marking is known by them.
var markColours = []string{problem.Note: "D3E6FB", problem.Warning: "FFE8A7", problem.Error: "F8C9CC"}

// Mark writes a copy of a workbook with cells coloured by the worst that is said of them, the reasons as notes, columns for
// status, reason and origin with a filter, and a sheet with a summary. Everything else in it stays as it is. marks
// come in the worksheet's order. An error that is a *problem.Refusal says why the workbook can't be marked.
func Mark(ctx context.Context, in, out string, o MarkOptions, marks iter.Seq2[RowMark, error]) error {
	return writeFile(out, func(w io.Writer) error {
		var source error // of the marks, which says for itself what is wrong
		err := sheet.Mark(ctx, w, in, o.Password, markings(o, filepath.Dir(out)), translated(marks, &source))
		switch {
		case source != nil:
			return source
		case err != nil && ctx.Err() == nil:
			return unmarkable(in, cause(err))
		}
		return err
	})
}

func unmarkable(in string, err error) error {
	if refused := (*problem.Refusal)(nil); errors.As(err, &refused) { // it names the workbook
		return problem.Refuse(CodeNotMarked, notMarkedHint, "no marked workbook: %w", err)
	}
	return problem.Refuse(CodeNotMarked, notMarkedHint, "%s: no marked workbook: %w", filepath.Base(in), err)
}

const notMarkedHint = "the other reports are complete; failed.csv can be corrected instead"

// markings is what is said of the workbook as a whole, and how all is marked. Temporary files go to the report's folder.
func markings(o MarkOptions, folder string) sheet.MarkOptions {
	var about []problem.Problem
	for _, p := range o.Sheet {
		if p.Column != "" {
			about = append(about, p)
		}
	}
	return sheet.MarkOptions{
		Worksheet: o.Worksheet, HeaderRow: o.HeaderRow, Header: markedCells(about),
		Columns: markColumns, Colours: markColours, Author: markAuthor, MaxNotes: maxNotes,
		Summary: markSummary, Lines: o.Summary, Modified: o.Modified, Folder: folder,
		TooMany: fmt.Sprintf("only the first %d marked cells have a note, so that the workbook still opens; every reason stands in %s", maxNotes, markColumns[1]),
	}
}

// translated turns marks into what is done to the cells. An error of theirs is kept in failed.
func translated(marks iter.Seq2[RowMark, error], failed *error) iter.Seq2[sheet.MarkedRow, error] {
	return func(yield func(sheet.MarkedRow, error) bool) {
		for m, err := range marks {
			if err != nil {
				*failed = err
			}
			if !yield(markedRow(m), err) {
				return
			}
		}
	}
}

func markedRow(m RowMark) sheet.MarkedRow {
	reasons := make([]string, 0, 1+len(m.Problems))
	if m.Reason != "" {
		reasons = append(reasons, m.Reason)
	}
	fill := sheet.NoFill
	var wrong []problem.Problem // a note says how a sound cell was read: many are, and none needs looking at
	for _, p := range m.Problems {
		if p.Severity > problem.Note {
			wrong = append(wrong, p)
			fill = max(fill, int(p.Severity))
			reasons = append(reasons, strings.TrimSpace(p.Cell+" "+sentence(p)))
		}
	}
	if m.Reason != "" && m.Status != string(journal.NotSent) {
		fill = int(problem.Error)
	}
	return sheet.MarkedRow{
		Number: m.Row, Cells: markedCells(wrong), Fill: fill,
		Added: []string{m.Status, strings.Join(reasons, "; "), m.Origin},
	}
}

// markedCells gathers problems by their column.
func markedCells(problems []problem.Problem) []sheet.MarkedCell {
	var cells []sheet.MarkedCell
	for _, p := range problems {
		column, ok := problem.ColumnIndex(p.Column)
		if !ok {
			continue
		}
		i := slices.IndexFunc(cells, func(c sheet.MarkedCell) bool { return c.Column == column })
		if i < 0 {
			i = len(cells)
			cells = append(cells, sheet.MarkedCell{Column: column, Fill: sheet.NoFill})
		}
		cells[i].Fill = max(cells[i].Fill, int(p.Severity))
		cells[i].Note = strings.TrimPrefix(fmt.Sprintf("%s\n%s: %s", cells[i].Note, p.Severity, p.Reason()), "\n")
	}
	slices.SortFunc(cells, func(a, b sheet.MarkedCell) int { return cmp.Compare(a.Column, b.Column) })
	return cells
}
