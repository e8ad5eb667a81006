package importer

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"

	"zohobulk/importer/check"
	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/plan"
	"zohobulk/importer/problem"
	"zohobulk/importer/run"
	"zohobulk/importer/sheet"
)

// Source is the sheet of a run.
type Source struct {
	Path  string        // where its bytes are
	Input io.Reader     // where its bytes come from instead, nil if they are at Path
	Name  string        // how messages call it: the base name as the user gave it
	Sheet sheet.Options // how it is read
	Check check.Options // how it is checked
}

// Origin says what begins a run.
type Origin struct {
	Command string // the command's name, as the run's record keeps it
	Version string // of the program
}

// Begin makes the folder of a new run in the workspace, with a copy of the sheet and an empty journal. A sheet that is
// refused whole leaves no run behind. Read it next.
func (w *Workspace) Begin(src Source, o Options, by Origin) (*Run, error) {
	r, s, err := w.begin(src, o, journal.Meta{Command: by.Command, StartedAt: w.now(), Version: by.Version})
	if err != nil {
		return nil, err
	}
	r.opened, r.Checks = s, src.Check
	return r, nil
}

// begin is Begin, and gives the sheet.
func (w *Workspace) begin(src Source, o Options, m journal.Meta) (_ *Run, _ *sheet.Sheet, err error) {
	dir, name, err := journal.NewRun(cmp.Or(w.Scratch, w.Reports), m.StartedAt)
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(problem.StartOver(err), os.RemoveAll(dir))
		}
	}()
	src.Name = sheet.ValidName(src.Name)
	copied, sum, err := keepInput(dir, src)
	if err != nil {
		return nil, nil, err
	}
	s, err := openSheet(copied, src)
	if err != nil {
		return nil, nil, err
	}
	info := s.Info()
	m.Run, m.State, m.File, m.Path, m.SHA256 = name, journal.Planning, src.Name, src.Path, sum
	m.Format, m.Worksheet, m.Encoding, m.Delimiter = info.Format, info.Worksheet, info.Encoding, info.Delimiter
	m.HeaderRow, m.Encrypted = info.HeaderRow, info.Encrypted
	if m.Options, err = json.Marshal(settings(src, o)); err != nil {
		return nil, nil, errors.Join(err, s.Close())
	}
	j, err := journal.Create(dir, m)
	if err != nil {
		return nil, nil, errors.Join(err, s.Close())
	}
	r, err := w.run(j, dir, o)
	if err != nil {
		return nil, nil, errors.Join(err, s.Close(), j.Close())
	}
	return r, s, nil
}

func settings(src Source, o Options) run.Settings {
	return run.Settings{
		Check: src.Check, Options: o,
		Reading: run.Reading{
			Worksheet: src.Sheet.Worksheet, HeaderRow: src.Sheet.HeaderRow, Delimiter: src.Sheet.Delimiter, Encoding: src.Sheet.Encoding,
		},
	}
}

func openSheet(path string, src Source) (*sheet.Sheet, error) {
	o := src.Sheet
	o.Name, o.Known = src.Name, src.Check.Known
	return sheet.Open(path, o)
}

// inputName is the name of a sheet's copy in the run's folder, by what it begins with: a workbook is a zip, or an
// encrypted OLE2 file; all else is read as a CSV, or refused.
func inputName(head []byte) string {
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte{0xd0, 0xcf, 0x11, 0xe0}) {
		return "input.xlsx"
	}
	return "input.csv"
}

// keepInput copies the sheet into the run's folder, so that what was read can be read again, and gives its SHA-256.
func keepInput(dir string, src Source) (copied, sum string, err error) {
	in := src.Input
	if in == nil {
		file, _, err := sheet.OpenFile(src.Path)
		if err != nil {
			return "", "", err
		}
		defer file.Close()
		in = file
	}
	head := make([]byte, 8)
	n, _ := io.ReadFull(in, head)
	if n == 0 {
		return "", "", problem.Refuse("empty-file", "it should have a header and rows", "%s is empty", src.Name)
	}
	copied = filepath.Join(dir, inputName(head[:n]))
	out, err := os.OpenFile(copied, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", "", problem.Refuse("disk", "", "%s: %v", copied, err)
	}
	hash := sha256.New()
	_, err = io.Copy(io.MultiWriter(out, hash), io.MultiReader(bytes.NewReader(head[:n]), in))
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return "", "", problem.Refuse("disk", "", "copying %s into the run's folder: %v", src.Name, err)
	}
	return copied, hex.EncodeToString(hash.Sum(nil)), nil
}

// Read is pass one over the sheet that Begin or Restart has opened: it checks the whole sheet and journals every row, and shows what it
// finds to another sink too. Nothing is asked of the service. Info says how the sheet was read.
func (r *Run) Read(ctx context.Context, also check.Sink) (info SheetInfo, result check.Result, err error) {
	if r.opened == nil {
		return info, result, problem.Refuse("nothing-to-read", "", "run %s has no sheet that is to be read", r.Name())
	}
	s := r.opened
	r.opened = nil
	result, err = r.read(ctx, s, r.Checks, also)
	return s.Info(), result, errors.Join(err, s.Close())
}

// read is pass one over a sheet.
func (r *Run) read(ctx context.Context, s *sheet.Sheet, o check.Options, also check.Sink) (check.Result, error) {
	mapping, _, err := check.Map(s.Header(), o)
	if err != nil {
		return check.Result{}, err
	}
	if err := r.Journal.SetMeta(func(m *journal.Meta) { m.Columns, m.Sheet = ownColumns(mapping), journal.SheetUnread }); err != nil {
		return check.Result{}, err
	}
	r.Refresh()
	rows, err := taken(ctx, r.reports, r.Meta().Path, s, o.Where)
	if err != nil {
		return check.Result{}, err
	}
	source, err := corrected(ctx, r.Journal, rows)
	if err != nil {
		return check.Result{}, err
	}
	r.sought = plan.NewSought()
	result, err := check.Sheet(ctx, source, o, keeper{r.Journal, also, r.sought, r.Observer})
	if err != nil {
		return result, err
	}
	r.Observer.Read(result.Rows)
	result.Outside = rows.Outside()
	return result, r.Journal.SetMeta(func(m *journal.Meta) { m.Sheet, m.Outside = journal.SheetRead, result.Outside })
}

func ownColumns(m check.Mapping) (own []journal.Column) {
	for _, c := range m.Own() {
		own = append(own, journal.Column{Column: c.Column, Header: c.Header, Field: c.Field})
	}
	return own
}

// Discard ends a run that came to nothing, and removes what it left behind.
func (r *Run) Discard() error {
	var opened error
	if r.opened != nil {
		opened = r.opened.Close()
	}
	return errors.Join(opened, r.Release(), r.Journal.Close(), os.RemoveAll(r.Dir))
}

// keeper journals what pass one finds.
type keeper struct {
	journal  *journal.Journal
	also     check.Sink
	sought   *plan.Sought
	observer run.Observer
}

// toldRows is how many rows are read before that is told again: often enough for a bar, and nothing beside the reading.
const toldRows = 256

// Row journals one row with its problems.
func (k keeper) Row(row *check.Row) error {
	if row.Seq%toldRows == 0 {
		k.observer.Read(row.Seq)
	}
	kept := journal.Row{
		Seq: row.Seq, Number: row.Number, Line: row.Line,
		Cells: row.Cells, Kinds: row.Kinds, Origin: row.Origin, Wanted: texts(&row.Values),
	}
	for _, p := range row.Problems {
		if (p.Severity == problem.Error || row.LeftOut) && kept.Status == "" {
			kept.Outcome = barredBy(p)
		}
		if err := k.journal.AddProblem(row.Seq, p); err != nil {
			return err
		}
	}
	if err := k.journal.Add(kept); err != nil {
		return err
	}
	if row.Valid {
		k.sought.Add(plan.Identify(kept.Wanted))
	}
	return k.also.Row(row)
}

// Late journals what only the whole sheet could tell.
func (k keeper) Late(seq int, p problem.Problem) error {
	if err := k.journal.AddProblem(seq, p); err != nil {
		return err
	}
	if seq != 0 && p.Severity == problem.Error {
		k.sought.Bar()
		if err := k.journal.Bar(seq, barredBy(p)); err != nil {
			return err
		}
	}
	return k.also.Late(seq, p)
}

func barredBy(p problem.Problem) journal.Outcome {
	return journal.Outcome{Status: journal.Invalid, Field: p.Field, Code: p.Code, Message: p.Message}
}

// texts are a row's values by field name.
func texts(v *field.Values) map[string]string {
	m := make(map[string]string, 8)
	for id := range field.ID(field.Count) {
		if v.Has.Has(id) {
			m[id.String()] = v.Text[id]
		}
	}
	return m
}
