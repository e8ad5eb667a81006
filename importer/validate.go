package importer

import (
	"context"
	"io"
	"os"

	"zohobulk/importer/check"
	"zohobulk/importer/problem"
	"zohobulk/importer/report"
	"zohobulk/importer/sheet"
)

// SheetOptions says how a sheet is read.
type SheetOptions = sheet.Options

// SheetInfo says how a sheet was read.
type SheetInfo = sheet.Info

// ParseDelimiter reads the name of a CSV's delimiter.
func ParseDelimiter(text string) (rune, error) { return sheet.ParseDelimiter(text) }

// CheckOutput says what a check leaves beside its counts; the zero value leaves nothing.
type CheckOutput struct {
	Marked      string // a workbook to write: the sheet with bad cells coloured
	SaveMapping string // a file to write the mapping to
	List        bool   // keep every problem, for WriteJSON and WriteCSV
	Rows        bool   // keep every row too, for WriteJSON

	Hint func(problem.Problem) string // words a hint with its remedies for the list; nil leaves the remedies out
}

// Checked is what a check found in a sheet. Close it after use.
type Checked struct {
	Info   SheetInfo
	Result check.Result
	Groups []check.Group

	list  problemList
	valid seqSet // rows that are valid, by their place
}

// Close drops the temporary files.
func (c *Checked) Close() error { return c.list.close() }

// WriteJSON writes what was found as one document.
func (c *Checked) WriteJSON(w io.Writer) error { return c.list.writeJSON(w, c.Info, c.Result, c.valid) }

// WriteCSV writes a line for each problem.
func (c *Checked) WriteCSV(w io.Writer) error { return c.list.writeCSV(w) }

// Check reads a whole sheet and finds what is wrong with it. It asks nobody, and keeps no run.
func (w *Workspace) Check(ctx context.Context, src Source, o CheckOutput) (*Checked, error) {
	if src.Input != nil {
		spooled, err := sheet.Spool(src.Input, "", src.Name)
		if err != nil {
			return nil, err
		}
		defer spooled.Close()
		src.Path = spooled.Path
	}
	if err := notOver(src.Path, o.Marked, o.SaveMapping); err != nil {
		return nil, err
	}
	s, err := openSheet(src.Path, src)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	c := &checking{Checked: &Checked{}, groups: check.NewGrouping(), listed: o.List}
	if o.Marked != "" {
		if c.marker, err = report.NewMarker(o.Marked); err != nil {
			return nil, err
		}
		defer c.marker.Close()
	}
	if err := c.run(ctx, w.Reports, s, src, o); err != nil {
		_ = c.Close() // the first error is the one to tell
		return nil, err
	}
	return c.Checked, nil
}

// notOver refuses to write over the sheet itself.
func notOver(in string, paths ...string) error {
	read, err := os.Stat(in)
	if err != nil {
		return nil // opening it says so better
	}
	for _, path := range paths {
		if written, err := os.Stat(path); path != "" && err == nil && os.SameFile(read, written) {
			return problem.Refuse("same-file", "name another file", "%s is the sheet itself", path)
		}
	}
	return nil
}

// checking is a check on its way: it hands what is found to all that want it.
type checking struct {
	*Checked
	groups *check.Grouping
	listed bool
	marker *report.Marker // nil unless a marked copy is wanted
}

func (c *checking) run(ctx context.Context, reports string, s *sheet.Sheet, src Source, o CheckOutput) error {
	source, err := taken(ctx, reports, src.Path, s, src.Check.Where)
	if err != nil {
		return err
	}
	if o.List {
		mapping, _, err := check.Map(s.Header(), src.Check)
		if err != nil {
			return err
		}
		c.list = problemList{own: mapping.Own(), wantRows: o.Rows, hint: o.Hint}
	}
	if c.Result, err = check.Sheet(ctx, source, src.Check, c); err != nil {
		return err
	}
	c.Result.Outside = source.Outside()
	c.Info, c.Groups = s.Info(), c.groups.Groups()
	if c.marker != nil {
		if err := c.marker.Save(ctx, s, src.Path, src.Sheet.Password); err != nil {
			return err
		}
	}
	if o.SaveMapping == "" {
		return nil
	}
	return check.WriteMapping(o.SaveMapping, c.Result.Mapping)
}

// Row takes a row to all that want it.
func (c *checking) Row(r *check.Row) error {
	c.valid.set(r.Seq, r.Valid)
	if err := c.groups.Row(r); err != nil {
		return err
	}
	if c.marker != nil {
		if err := c.marker.Row(r.Number, r.Origin, r.Problems); err != nil {
			return err
		}
	}
	if c.listed {
		return c.list.row(r)
	}
	return nil
}

// Late takes what only the whole sheet could tell to all that want it.
func (c *checking) Late(seq int, p problem.Problem) error {
	if err := c.groups.Late(seq, p); err != nil {
		return err
	}
	barred := p.Severity == problem.Error && c.valid.has(seq)
	if barred {
		c.valid.set(seq, false)
	}
	if c.marker != nil {
		if err := c.marker.Problem(p, barred); err != nil {
			return err
		}
	}
	if c.listed {
		return c.list.problem(p)
	}
	return nil
}
