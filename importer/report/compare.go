package report

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// CodeDamaged is the code of a cell that a spreadsheet program has damaged in a report that was fed back.
const CodeDamaged = "damaged-by-spreadsheet"

// FedBack reports whether a sheet's header is that of a report of ours, whose rows can be held against their run.
func FedBack(header []sheet.Cell) bool {
	return headerPlace(header, "_origin") >= 0 && (headerPlace(header, "_row") >= 0 || headerPlace(header, "_status") >= 0)
}

// Fit says how well a report fits a run: 0 where its first rows did not come, by number and origin, from rows of that run,
// so that another one wrote it; else the more, the more of what they say is as the run has it.
func Fit(j Source, s *sheet.Sheet) (fit int, err error) {
	if !FedBack(s.Header()) {
		return 0, nil
	}
	c := newComparison(j, s)
	const enough = 20 // rows looked at: two reports that agree in so many are of one sheet
	seen, known := 0, 0
	for r, err := range s.Rows() {
		if err != nil {
			return 0, err
		}
		was, ok, err := c.original(r)
		if err != nil {
			return 0, err
		}
		if ok {
			known++
			same, err := c.agreement(r, was)
			if err != nil {
				return 0, err
			}
			fit += same
		}
		if seen++; seen == enough {
			break
		}
	}
	if 2*known < seen { // somebody may have added rows
		return 0, nil
	}
	return fit, nil
}

// agreement says how much of what a row of the report says is as the run has it. How the row ended counts most: a run that
// was made of the report has the same cells, and other ends.
func (c *comparison) agreement(r sheet.Row, was journal.Row) (int, error) {
	const end = 1_000 // more than a row has cells that feed a field
	ended := row{Row: Settled(was, c.source.Meta().State)}
	for p, err := range c.source.Problems(was.Seq) {
		if err != nil {
			return 0, err
		}
		ended.problems = append(ended.problems, p)
	}
	why := blame(ended)
	same := 1 // that it came from there
	for name, says := range map[string]string{"_status": string(ended.Status), "_code": why.code, "_message": why.message, "_finished_at": Stamp(ended.FinishedAt)} {
		if place := headerPlace(c.header, name); place >= 0 && cellAt(r, place) == says {
			same += end
		}
	}
	for _, column := range c.columns {
		if column.was < len(was.Cells) && cellAt(r, column.place) == was.Cells[column.was] {
			same++
		}
	}
	return same, nil
}

// Compare holds a report that was fed back against the journal of the run that wrote it, and gives a problem for each
// cell that was damaged on the way. What somebody corrected is none; nor is a row that came from elsewhere.
func Compare(ctx context.Context, j Source, s *sheet.Sheet) iter.Seq2[problem.Problem, error] {
	return func(yield func(problem.Problem, error) bool) {
		if !FedBack(s.Header()) {
			return
		}
		c := newComparison(j, s)
		for r, err := range s.Rows() {
			was, ok := journal.Row{}, false
			if err = errors.Join(err, ctx.Err()); err == nil {
				was, ok, err = c.original(r)
			}
			if err != nil {
				yield(problem.Problem{}, err)
				return
			}
			if !ok {
				continue
			}
			found, err := c.row(r, was)
			if err != nil {
				yield(problem.Problem{}, err)
				return
			}
			for _, p := range found {
				if !yield(p, nil) {
					return
				}
			}
		}
	}
}

// comparison knows which column of a report was which of the run's.
type comparison struct {
	source       Source
	run          string
	csv          bool
	kinds        bool // the report says less of a cell than the run's workbook did: its kind
	number, from int  // places of _row and _origin
	header       []sheet.Cell
	columns      []comparedColumn
}

// comparedColumn is a column of the report that feeds a field.
type comparedColumn struct {
	place, was int // in the report, and among the run's own columns
	journal.Column
}

func newComparison(j Source, s *sheet.Sheet) *comparison {
	m := j.Meta()
	header := s.Header()
	c := &comparison{
		source: j, run: m.Run, csv: s.Info().Format == "csv", kinds: s.Info().Format == "csv" && m.Format != "csv",
		number: headerPlace(header, "_row"), from: headerPlace(header, "_origin"),
		header: header,
	}
	for place, cell := range header {
		was := slices.IndexFunc(m.Columns, func(col journal.Column) bool {
			return strings.TrimSpace(col.Header) == strings.TrimSpace(cell.Text)
		})
		if was >= 0 && m.Columns[was].Field != "" {
			c.columns = append(c.columns, comparedColumn{place, was, m.Columns[was]})
		}
	}
	return c
}

func headerPlace(header []sheet.Cell, name string) int {
	return slices.IndexFunc(header, func(c sheet.Cell) bool { return strings.TrimSpace(c.Text) == name })
}

// original is the row of the run that a row of the report was, if it was one. A marked workbook has no _row: its rows
// stand where they stood.
func (c *comparison) original(r sheet.Row) (was journal.Row, ok bool, err error) {
	number := r.Number
	if c.number >= 0 {
		if number, err = strconv.Atoi(strings.TrimSpace(cellAt(r, c.number))); err != nil {
			return was, false, nil // a row that was added, or that nothing can be said of
		}
	}
	was, err = c.source.RowNumbered(number)
	var none *problem.Refusal
	if errors.As(err, &none) && none.Code == "no-such-row" {
		return was, false, nil
	}
	return was, err == nil && was.Origin == cellAt(r, c.from), err
}

func cellAt(r sheet.Row, place int) string {
	if place < 0 || place >= len(r.Cells) {
		return ""
	}
	return r.Cells[place].Text
}

func (c *comparison) row(r sheet.Row, was journal.Row) ([]problem.Problem, error) {
	wrong, err := c.wrongKinds(was)
	if err != nil {
		return nil, err
	}
	var found []problem.Problem
	for _, column := range c.columns {
		if column.was >= len(was.Cells) {
			continue
		}
		before, now := was.Cells[column.was], cellAt(r, column.place)
		letter := problem.Column(column.place)
		if p, still := wrong[column.Column.Column]; still && now == before {
			p.Row, p.Line, p.Cell, p.Column, p.Value = r.Number, r.Line, fmt.Sprintf("%s%d", letter, r.Number), letter, now
			if p.Code != field.CodeIDDamaged { // a damaged id is never meant
				p.Hint += "; if you mean this text, delete the column _origin"
			}
			found = append(found, p)
			continue
		}
		what := damage(before, now)
		if what == "" {
			continue
		}
		hint, err := c.hint(was.Seq, column.Column)
		if err != nil {
			return nil, err
		}
		found = append(found, problem.Problem{
			Severity: problem.Error, Row: r.Number, Line: r.Line, Cell: fmt.Sprintf("%s%d", letter, r.Number), Column: letter,
			Header: column.Header, Field: column.Field, Value: now, Code: CodeDamaged,
			Message: fmt.Sprintf("was %s in run %s: %s on its way through a spreadsheet program", quoted(before), c.run, what),
			Hint:    hint,
		})
	}
	return found, nil
}

// kindFaults are the faults that lie in the kind of a workbook's cell, which its text in a CSV doesn't show.
var kindFaults = []string{
	field.CodeErrorValue, field.CodeNoValue, field.CodeLogical, field.CodeDate, field.CodeNumber, field.CodeIDDamaged, field.CodePhoneDamaged,
	sheet.CodeOtherRow,
}

// wrongKinds are the cells of a row that were refused for their kind, by the run's column. As long as their text stays they are
// wrong still.
func (c *comparison) wrongKinds(was journal.Row) (map[string]problem.Problem, error) {
	if !c.kinds || was.Status != journal.Invalid {
		return nil, nil
	}
	wrong := map[string]problem.Problem{}
	for p, err := range c.source.Problems(was.Seq) {
		if err != nil {
			return nil, err
		}
		if p.Severity == problem.Error && slices.Contains(kindFaults, p.Code) {
			wrong[p.Column] = p.Problem
		}
	}
	return wrong, nil
}

// hint is what to do about a damaged cell: to put back what it was, unless that was wrong itself.
func (c *comparison) hint(seq int, column journal.Column) (string, error) {
	for p, err := range c.source.Problems(seq) {
		if err != nil {
			return "", err
		}
		if p.Severity == problem.Error && p.Column == column.Column && p.Hint != "" {
			return "that was wrong already: " + p.Hint, nil
		}
	}
	if c.csv {
		return `put it back; LibreOffice keeps it if "quoted field as text" is on, and in Excel correct marked.xlsx instead; ` +
			`if you mean the new value, delete the column _origin`, nil
	}
	return "put it back, in a cell that is formatted as text; if you mean the new value, delete the column _origin", nil
}
