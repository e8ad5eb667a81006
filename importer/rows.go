package importer

import (
	"context"
	"slices"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
)

// Show says which rows of a sheet are wanted.
type Show string

// The rows that can be wanted.
const (
	ShowAll      Show = ""
	ShowErrors   Show = "errors"
	ShowWarnings Show = "warnings"
	ShowEdited   Show = "edited"
	ShowLeftOut  Show = "left-out"

	// Once there is a plan.
	ShowChanges   Show = "changes"   // what is to be sent, or is being sent
	ShowUpdated   Show = "updated"   // sent and accepted
	ShowUnchanged Show = "unchanged" // as they should be already
	ShowFailed    Show = "failed"
	ShowInvalid   Show = "invalid"
	ShowNotSent   Show = "not-sent" // not reached
)

// Query says which rows to read, a page at a time. The zero value means every row.
type Query struct {
	Show  Show
	Kind  *Kind  // of which this is said; Show does not count then
	Find  string // in which a cell holds this text, in whatever case
	Since int    // beside these, the rows that were corrected since NextEdit was this; 0 for none
	After int    // the Seq after which they begin
	From  int    // how many of them are passed over
	Limit int    // how many are read at most; 0 reads all
}

// Row is a row of the sheet as it is now.
type Row struct {
	Seq      int // its place in the sheet, from 1
	Number   int // as Excel shows it
	Cells    []string
	Edited   []string // the letters of the columns that were typed again
	LeftOut  bool
	Status   string // as in the reports; "not_sent" for one that is not planned yet, "planned" for one that is
	Field    string // that is to blame where the row is not done
	Code     string
	Message  string
	Email    string   // the account's address before the run, once there is a plan
	Changes  []Change // once there is a plan
	Problems []problem.Problem
}

// Kind is what is said of the cells of a column: a problem's severity and code.
type Kind struct {
	Severity problem.Severity
	Code     string
	Column   string // the letter, "" for what is said of rows or the sheet
}

// CountedKind is a kind of problem with how often it was found.
type CountedKind struct {
	Kind
	Count int
	First problem.Problem // as found first; it names header and field
}

// Counts says how the rows of a sheet stand, and what can be undone.
type Counts struct {
	Rows     int // read so far
	Ready    int // neither wrong nor left out
	Errors   int // rows
	Warnings int // rows without an error among them too
	LeftOut  int
	Edits    int // corrections that hold
	Undo     int // batches that can be undone
	Redo     int // batches that can be made again
}

// Rows reads a page of rows, in the order of the sheet.
func (r *Run) Rows(ctx context.Context, q Query) (rows []Row, err error) {
	err = r.reading(func(j *journal.Journal) error { rows, err = rowsOf(ctx, j, q); return err })
	return rows, err
}

// CountRows says how many rows a query means, whatever its limit.
func (r *Run) CountRows(ctx context.Context, q Query) (n int, err error) {
	err = r.reading(func(j *journal.Journal) error {
		if !q.everything() {
			n, err = j.Count(ctx, q.query())
			return err
		}
		counts, err := j.Counts() // which the journal keeps, so that nobody counts 100,000 rows
		n = counts.Rows
		return err
	})
	return n, err
}

// Problems reads a page of what was said of the rows that a query means, by row; of a query only Kind and the place count.
func (r *Run) Problems(ctx context.Context, q Query) (said []problem.Problem, err error) {
	err = r.reading(func(j *journal.Journal) error { said, err = problemsOf(ctx, j, q); return err })
	return said, err
}

// Kinds counts what was said, by kind: the gravest and most frequent first. While the sheet is read it counts what was found so far.
func (r *Run) Kinds(ctx context.Context) (kinds []CountedKind, err error) {
	if live := r.desk.reading.Load(); live != nil {
		return live.kinds(), nil
	}
	err = r.reading(func(j *journal.Journal) error { kinds, err = kindsOf(ctx, j); return err })
	return kinds, err
}

// Counts says how the rows stand. While the sheet is read it counts what was read so far.
func (r *Run) Counts(ctx context.Context) (c Counts, err error) {
	if live := r.desk.reading.Load(); live != nil {
		return live.counts(), nil
	}
	err = r.reading(func(j *journal.Journal) error { c, err = countsOf(ctx, j); return err })
	return c, err
}

// reading keeps the journal in its place while it is read.
func (r *Run) reading(read func(*journal.Journal) error) error {
	r.desk.exchange.RLock()
	defer r.desk.exchange.RUnlock()
	return read(r.Journal)
}

// Rows reads a page of rows, in the order of the sheet.
func (v *View) Rows(ctx context.Context, q Query) ([]Row, error) { return rowsOf(ctx, v.journal, q) }

// CountRows says how many rows a query means, whatever its limit.
func (v *View) CountRows(ctx context.Context, q Query) (int, error) {
	return v.journal.Count(ctx, q.query())
}

// Kinds counts what was said, by kind.
func (v *View) Kinds(ctx context.Context) ([]CountedKind, error) { return kindsOf(ctx, v.journal) }

// everything reports whether a query means all rows.
func (q Query) everything() bool {
	return q.Show == ShowAll && q.Kind == nil && q.Find == "" && q.After == 0
}

// query is the query as the journal takes it. A row's Seq is its place among all rows: none of them need be passed over to find it.
func (q Query) query() journal.Query {
	if q.everything() {
		q.After, q.From = q.From, 0
	}
	n := journal.Query{Text: q.Find, Since: q.Since, After: q.After, Skip: q.From, Limit: q.Limit}
	if q.Kind != nil {
		n.Severity, n.Code, n.Column = &q.Kind.Severity, q.Kind.Code, &q.Kind.Column
		return n
	}
	severity, statuses := severities[q.Show], statusesOf[q.Show]
	switch {
	case q.Show == ShowEdited:
		n.Edited = true
	case q.Show == ShowLeftOut:
		note := problem.Note
		n.Severity, n.Code = &note, field.CodeLeftOut
	case severity != problem.Note:
		n.Severity = &severity
	default:
		n.Statuses = statuses
	}
	return n
}

var severities = map[Show]problem.Severity{ShowErrors: problem.Error, ShowWarnings: problem.Warning}

var statusesOf = map[Show][]journal.Status{
	ShowChanges:   {journal.Planned, journal.Sending},
	ShowUpdated:   {journal.Updated},
	ShowUnchanged: {journal.Unchanged},
	ShowFailed:    {journal.Failed},
	ShowInvalid:   {journal.Invalid},
	ShowNotSent:   {journal.NotSent},
}

func rowsOf(ctx context.Context, j *journal.Journal, q Query) ([]Row, error) {
	var found []journal.Row
	for row, err := range j.Find(ctx, q.query()) {
		if err != nil {
			return nil, err
		}
		found = append(found, row)
	}
	return withProblems(ctx, j, found)
}

// rowsAt reads the rows with some places.
func rowsAt(ctx context.Context, j *journal.Journal, seqs []int) ([]Row, error) {
	found, err := j.RowsAt(ctx, seqs)
	if err != nil {
		return nil, err
	}
	return withProblems(ctx, j, found)
}

// withProblems adds to rows what was said of them, and which of their cells were edited.
func withProblems(ctx context.Context, j *journal.Journal, found []journal.Row) ([]Row, error) {
	rows, seqs := make([]Row, len(found)), make([]int, len(found))
	at := make(map[int]*Row, len(found))
	for i, f := range found {
		seqs[i] = f.Seq
		rows[i] = Row{
			Seq: f.Seq, Number: f.Number, Cells: f.Cells, LeftOut: f.Code == field.CodeLeftOut, Status: statusWord(f.Status),
			Field: f.Field, Code: f.Code, Message: f.Message, Email: f.Email, Changes: changesOf(f.Changes),
		}
		at[f.Seq] = &rows[i]
	}
	said, err := j.ProblemsOfRows(ctx, seqs)
	if err != nil {
		return nil, err
	}
	for _, p := range said {
		at[p.Seq].Problems = append(at[p.Seq].Problems, p.Problem)
	}
	edits, err := j.EditsOfRows(ctx, seqs)
	if err != nil {
		return nil, err
	}
	for _, e := range edits {
		if row := at[e.Seq]; !e.Undone && e.Kind == journal.EditText && !slices.Contains(row.Edited, e.Column) {
			row.Edited = append(row.Edited, e.Column)
		}
	}
	return rows, nil
}

func problemsOf(ctx context.Context, j *journal.Journal, q Query) (said []problem.Problem, err error) {
	for p, err := range j.FindProblems(ctx, q.query()) {
		if err != nil {
			return nil, err
		}
		said = append(said, p.Problem)
	}
	return said, nil
}

func kindsOf(ctx context.Context, j *journal.Journal) ([]CountedKind, error) {
	found, err := j.ProblemKinds(ctx)
	if err != nil {
		return nil, err
	}
	kinds := make([]CountedKind, len(found))
	for i, k := range found {
		kinds[i] = CountedKind{Kind{k.Severity, k.Code, k.Column}, k.Count, k.First.Problem}
	}
	return kinds, nil
}

func countsOf(ctx context.Context, j *journal.Journal) (c Counts, err error) {
	n, err := j.Counts()
	if err != nil {
		return c, err
	}
	edits, err := j.EditCounts(ctx)
	if err != nil {
		return c, err
	}
	warning := problem.Warning
	c = Counts{
		Rows: n.Rows, Ready: n.Rows - n.Invalid, Errors: n.Invalid - n.LeftOut, LeftOut: n.LeftOut,
		Edits: edits.Edits, Undo: edits.Undo, Redo: edits.Redo,
	}
	c.Warnings, err = j.Count(ctx, journal.Query{Severity: &warning})
	return c, err
}

func isLeftOut(p problem.Problem) bool { return p.Code == field.CodeLeftOut }
