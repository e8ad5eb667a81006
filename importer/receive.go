package importer

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"zohobulk/importer/check"
	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/run"
	"zohobulk/importer/sheet"
)

// desk is what correcting a run's sheet needs beside its journal.
type desk struct {
	exchange sync.RWMutex // held for writing while another journal takes the place of the run's
	editing  sync.Mutex   // held while the sheet is corrected or read
	password string       // of the sheet
	checker  *check.Checker
	reading  atomic.Pointer[liveKinds] // while the sheet is read
	revision atomic.Int64              // grows with everything that changes what Rows and Kinds say
}

// Receive makes a run of a sheet that a person will look through and correct before anything is planned. Nothing of it is checked yet.
// A sheet that was received before with the same headers lends it the choices that were made for its columns.
func (w *Workspace) Receive(ctx context.Context, src Source, o Options, version string) (*Run, error) {
	r, s, err := w.begin(src, o, journal.Meta{Command: commandApply, StartedAt: w.now(), Version: version})
	if err != nil {
		return nil, err
	}
	r.desk.password = src.Sheet.Password
	err = r.remember(ctx, w.Reports, s.Header())
	if err = errors.Join(err, s.Close()); err != nil {
		return nil, errors.Join(err, r.Discard())
	}
	return r, nil
}

// commandApply is the command whose run sends a sheet.
const commandApply = "apply"

func (w *Workspace) now() time.Time {
	if w.Connection.Clock == nil {
		return time.Now()
	}
	return w.Connection.Clock()
}

// Unlock gives the password of an encrypted sheet, which no run keeps on disk.
func (r *Run) Unlock(password string) { r.desk.password = password }

// remember takes over the choices that were made for the columns of the newest sheet with the same headers, unless some were made for
// this one.
func (r *Run) remember(ctx context.Context, reports string, header []sheet.Cell) error {
	s, err := r.Settings()
	if err != nil || len(s.Check.Letters)+len(s.Check.Map)+len(s.Check.Saved) > 0 {
		return err
	}
	infos, err := journal.List(reports)
	if err != nil {
		return err
	}
	for _, info := range slices.Backward(infos) {
		before, err := run.SettingsOf(info.Meta)
		if err != nil || len(before.Check.Letters) == 0 || !sameHeaders(info.Meta.Columns, header) {
			continue
		}
		s.Check.Letters = before.Check.Letters
		return errors.Join(r.KeepSettings(s), r.Attach(), ctx.Err())
	}
	return ctx.Err()
}

// sameHeaders reports whether a sheet has the own columns of another one, in the same places.
func sameHeaders(own []journal.Column, header []sheet.Cell) bool {
	m := slices.DeleteFunc(slices.Clone(header), func(c sheet.Cell) bool { return len(c.Text) > 0 && c.Text[0] == '_' })
	if len(own) != len(m) || len(own) == 0 {
		return false
	}
	for i, c := range own {
		if field.Trim(m[i].Text) != c.Header {
			return false
		}
	}
	return true
}

// Columns proposes a field for each of the sheet's columns, with every doubt that must be settled before it can be checked.
func (r *Run) Columns(ctx context.Context) (check.Proposal, error) {
	s, o, err := r.openCopy()
	if err != nil {
		return check.Proposal{}, err
	}
	defer s.Close()
	p, err := check.Propose(s, o)
	return p, errors.Join(err, ctx.Err())
}

// Map chooses the fields of columns, by letter; a column with "" is set aside. It takes the place of what was chosen before. The sheet
// must be checked then.
func (r *Run) Map(ctx context.Context, choice map[string]string) error {
	for letter, name := range choice {
		if _, known := field.ByName(name); name != "" && !known {
			return problem.Refuse("unknown-field", "", "column %s is to feed %q, which is no field", letter, name)
		}
	}
	return r.setUp(ctx, func(s *run.Settings) { s.Check.Letters = maps.Clone(choice) })
}

// ReadAs says how the sheet is read: worksheet, header row, delimiter and encoding. What can't be read so is refused, and nothing
// changes. The sheet must be checked then.
func (r *Run) ReadAs(ctx context.Context, o SheetOptions) error {
	reading := run.Reading{Worksheet: o.Worksheet, HeaderRow: o.HeaderRow, Delimiter: o.Delimiter, Encoding: o.Encoding}
	s, err := r.Settings()
	if err != nil {
		return err
	}
	opened, _, err := r.openAs(reading, s.Check)
	if err != nil {
		return err
	}
	info := opened.Info()
	if err := opened.Close(); err != nil {
		return err
	}
	if err := r.setUp(ctx, func(s *run.Settings) { s.Reading, s.Check.Letters = reading, nil }); err != nil {
		return err
	}
	return r.Journal.SetMeta(func(m *journal.Meta) {
		m.Worksheet, m.Encoding, m.Delimiter, m.HeaderRow = info.Worksheet, info.Encoding, info.Delimiter, info.HeaderRow
	})
}

// setUp changes how the sheet is read and checked.
func (r *Run) setUp(ctx context.Context, change func(*run.Settings)) error {
	r.desk.editing.Lock()
	defer r.desk.editing.Unlock()
	if err := r.correctable(); err != nil {
		return err
	}
	s, err := r.Settings()
	if err != nil {
		return err
	}
	change(&s)
	r.desk.checker = nil
	err = r.Journal.SetMeta(func(m *journal.Meta) { m.State, m.Sheet = journal.Planning, journal.SheetUnread })
	return errors.Join(err, r.KeepSettings(s), r.Attach(), ctx.Err())
}

// correctable refuses a run whose sheet can't be corrected any more, since rows may have been sent.
func (r *Run) correctable() error {
	m := r.Journal.Meta()
	if m.Command == run.CommandUndo || !slices.Contains([]State{Planning, Waiting, Held}, m.State) {
		return WrongState(m.Run, m.State)
	}
	return nil
}

// openCopy opens the run's copy of the sheet, with the options that it is checked by.
func (r *Run) openCopy() (*sheet.Sheet, check.Options, error) {
	r.desk.exchange.RLock()
	defer r.desk.exchange.RUnlock()
	s, err := r.Settings()
	if err != nil {
		return nil, check.Options{}, err
	}
	return r.openAs(s.Reading, s.Check)
}

func (r *Run) openAs(how run.Reading, o check.Options) (*sheet.Sheet, check.Options, error) {
	m := r.Journal.Meta()
	path, err := r.copied()
	if err != nil {
		return nil, o, err
	}
	s, err := openSheet(path, Source{Name: m.File, Check: o, Sheet: sheet.Options{
		Worksheet: how.Worksheet, HeaderRow: how.HeaderRow, Delimiter: how.Delimiter, Encoding: how.Encoding, Password: r.desk.password,
	}})
	return s, o, err
}

// Check is pass one: it reads the whole sheet with its edits, judges each row and the sheet as a whole, and puts what it finds in the
// place of what was known. It decides what is sent. What is found can be looked at while it goes.
func (r *Run) Check(ctx context.Context) (check.Result, error) {
	r.desk.editing.Lock()
	defer r.desk.editing.Unlock()
	if err := r.correctable(); err != nil {
		return check.Result{}, err
	}
	if err := r.reopen(); err != nil {
		return check.Result{}, err
	}
	s, o, err := r.begin()
	if err != nil {
		return check.Result{}, err
	}
	defer s.Close()
	live := newLiveKinds()
	r.desk.reading.Store(live)
	defer r.desk.reading.Store(nil)
	defer r.desk.revision.Add(1)
	return r.read(ctx, s, o, live)
}

// reopen takes a run that was held or set aside back to its planning.
func (r *Run) reopen() error {
	if r.Journal.Meta().State == Planning {
		return nil
	}
	return r.Journal.SetMeta(func(m *journal.Meta) { m.State, m.FinishedAt = journal.Planning, time.Time{} })
}

// begin puts an empty journal in the place of the run's, and opens its sheet.
func (r *Run) begin() (*sheet.Sheet, check.Options, error) {
	r.desk.exchange.Lock()
	defer r.desk.exchange.Unlock()
	r.desk.checker = nil
	return r.restart(r.desk.password)
}

// Checked reports whether the whole sheet was read. A run that was killed meanwhile must be checked again.
func (r *Run) Checked() bool {
	r.desk.exchange.RLock()
	defer r.desk.exchange.RUnlock()
	return r.Journal.Meta().Sheet != journal.SheetUnread
}

// Corrected reports whether the sheet was corrected since it was read whole.
func (r *Run) Corrected() bool { return r.Journal.Meta().Sheet == journal.SheetCorrected }

// CheckWhole finds again what only the sheet as a whole can tell, such as two rows about one user, after rows were corrected. It reports
// whether it came to its end: a correction that is made meanwhile makes it give up, since it must be called again then.
func (r *Run) CheckWhole(ctx context.Context) (bool, error) {
	r.desk.editing.Lock()
	revision := r.desk.revision.Load()
	s, source, o, err := r.asCorrected(ctx)
	r.desk.editing.Unlock()
	if err != nil {
		return false, err
	}
	defer s.Close()
	found := &wholeSheet{current: func() bool { return r.desk.revision.Load() == revision }}
	if _, err := check.Sheet(ctx, source, o, found); err != nil {
		if errors.Is(err, errCorrected) {
			err = nil
		}
		return false, err
	}
	r.desk.editing.Lock()
	defer r.desk.editing.Unlock()
	if !found.current() {
		return false, nil
	}
	if err := r.Journal.JudgeSheet(found.problems); err != nil {
		return false, err
	}
	r.desk.revision.Add(1)
	return true, nil
}

// asCorrected opens the run's copy of the sheet, with its edits laid over it. The sheet is to be closed.
func (r *Run) asCorrected(ctx context.Context) (*sheet.Sheet, check.Source, check.Options, error) {
	s, o, err := r.openCopy()
	if err != nil {
		return nil, nil, o, err
	}
	var source check.Source
	rows, err := taken(ctx, r.reports, r.Meta().Path, s, o.Where)
	if err == nil {
		source, err = corrected(ctx, r.Journal, rows)
	}
	if err != nil {
		return nil, nil, o, errors.Join(err, s.Close())
	}
	return s, source, o, nil
}

// errCorrected ends a pass over a sheet that was corrected meanwhile.
var errCorrected = errors.New("corrected meanwhile")

// wholeSheet gathers what rows don't show by themselves.
type wholeSheet struct {
	current  func() bool
	problems []journal.RowProblem
}

// Row takes what other rows, or the reading, tell of a row.
func (w *wholeSheet) Row(row *check.Row) error {
	if !w.current() {
		return errCorrected
	}
	for _, p := range row.Problems {
		if p.Scope != problem.OfRow && p.Code != field.CodeLeftOut {
			w.add(row.Seq, p)
		}
	}
	return nil
}

// Late takes what only the whole sheet could tell.
func (w *wholeSheet) Late(seq int, p problem.Problem) error {
	w.add(seq, p)
	return nil
}

func (w *wholeSheet) add(seq int, p problem.Problem) {
	w.problems = append(w.problems, journal.RowProblem{Seq: seq, Problem: p})
}

// OpenSheet opens a run whose sheet can still be corrected. Its edits are all there, whenever the program was ended.
func (w *Workspace) OpenSheet(ctx context.Context, name string) (*Run, error) {
	r, err := w.Open(name, Options{}, Planning, Waiting, Held)
	if err != nil {
		return nil, err
	}
	if err := r.settleEdits(ctx); err != nil {
		return nil, errors.Join(err, r.Journal.Close())
	}
	return r, nil
}

// copied is where the run's copy of its sheet lies.
func (r *Run) copied() (string, error) {
	for _, name := range []string{"input.xlsx", "input.csv"} {
		path := filepath.Join(r.Dir, name)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", problem.Refuse("input-missing", "apply the sheet again", "run %s: its copy of the sheet is gone", r.Meta().Run)
}
