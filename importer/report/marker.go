package report

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"slices"

	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// Marker notes what the check of a sheet finds, row by row and in temporary files rather than in memory. In the end it
// writes the marked workbook. This is how a sheet is marked that has no journal. Close it in any case.
type Marker struct {
	out   string
	rows  *spool
	late  *spool // problems of rows that were noted before
	index []lateProblem
	sheet []problem.Problem

	count, invalid int // rows
	groups         groups
}

// lateProblem says where a problem stands among the late ones.
type lateProblem struct {
	row int
	at  int64
}

// NewMarker begins a marked workbook that will be written to out.
func NewMarker(out string) (*Marker, error) {
	rows, err := newSpool(out)
	if err != nil {
		return nil, err
	}
	late, err := newSpool(out)
	if err != nil {
		return nil, errors.Join(err, rows.Close())
	}
	return &Marker{out: out, rows: rows, late: late}, nil
}

// Close removes the notes.
func (m *Marker) Close() error { return errors.Join(m.rows.Close(), m.late.Close()) }

// Row notes the next row, in the order of the sheet: its number, where it first came from, and what is said of it.
func (m *Marker) Row(number int, origin string, problems []problem.Problem) error {
	m.count++
	if bars(problems) {
		m.invalid++
	}
	for _, p := range problems {
		m.groups.addProblem(p)
	}
	return m.rows.add(RowMark{Row: number, Origin: origin, Problems: problems})
}

// Problem notes what is said of the sheet as a whole, of a column, or of an earlier row. wasValid reports whether
// that row had no error so far.
func (m *Marker) Problem(p problem.Problem, wasValid bool) error {
	m.groups.addProblem(p)
	if p.Row == 0 {
		m.sheet = append(m.sheet, p)
		return nil
	}
	if wasValid && p.Severity == problem.Error {
		m.invalid++
	}
	m.index = append(m.index, lateProblem{p.Row, m.late.end})
	return m.late.add(p)
}

func bars(problems []problem.Problem) bool {
	return slices.ContainsFunc(problems, func(p problem.Problem) bool { return p.Severity == problem.Error })
}

// Save writes the marked workbook: a copy of the workbook at path, or, where that is a CSV, a new one with its rows.
func (m *Marker) Save(ctx context.Context, s *sheet.Sheet, path, password string) error {
	if err := errors.Join(m.rows.Flush(), m.late.Flush()); err != nil {
		return notWritten(m.out, err)
	}
	slices.SortStableFunc(m.index, func(a, b lateProblem) int { return cmp.Compare(a.row, b.row) })
	info := s.Info()
	o := MarkOptions{
		Worksheet: info.Worksheet, HeaderRow: info.HeaderRow, Password: password,
		Sheet: m.sheet, Summary: checkSummary(info.Name, m.count, m.invalid, m.sheet, m.groups.sorted()),
	}
	if info.Format == "xlsx" {
		return Mark(ctx, path, m.out, o, m.marks())
	}
	return markFresh(ctx, m.out, fresh{texts(s.Header()), info.HeaderRow, sheetRows(s)}, o, m.marks())
}

// marks gives what was noted, row by row, with the late problems where they belong.
func (m *Marker) marks() iter.Seq2[RowMark, error] {
	return func(yield func(RowMark, error) bool) {
		for mark, err := range spooled[RowMark](m.rows) {
			if err == nil {
				err = m.addLate(&mark)
			}
			mark.Status = "valid"
			if bars(mark.Problems) {
				mark.Status = "invalid"
			}
			if !yield(mark, err) || err != nil {
				return
			}
		}
	}
}

// addLate adds the problems that were found after a row was noted.
func (m *Marker) addLate(mark *RowMark) error {
	i, _ := slices.BinarySearchFunc(m.index, mark.Row, func(l lateProblem, row int) int { return cmp.Compare(l.row, row) })
	for ; i < len(m.index) && m.index[i].row == mark.Row; i++ {
		var p problem.Problem
		rest := io.NewSectionReader(m.late, m.index[i].at, m.late.end-m.index[i].at)
		if err := json.NewDecoder(rest).Decode(&p); err != nil {
			return err
		}
		mark.Problems = append(mark.Problems, p)
	}
	return nil
}

// spool is a temporary file of values, one a line.
type spool struct {
	tempFile
	*bufio.Writer
	end int64
}

func newSpool(report string) (*spool, error) {
	f, err := newTemp(report)
	if err != nil {
		return nil, err
	}
	return &spool{tempFile: f, Writer: bufio.NewWriterSize(f, 1<<16)}, nil
}

func (s *spool) add(v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	n, err := s.Writer.Write(append(data, '\n'))
	s.end += int64(n)
	return err
}

// spooled reads the values of a spool that has been flushed.
func spooled[T any](s *spool) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		d := json.NewDecoder(bufio.NewReaderSize(io.NewSectionReader(s.tempFile, 0, s.end), 1<<16))
		for {
			var v T
			err := d.Decode(&v)
			if err == io.EOF || !yield(v, err) || err != nil {
				return
			}
		}
	}
}
