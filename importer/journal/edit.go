package journal

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"time"

	"zohobulk/importer/problem"
)

// EditKind says what an edit does.
type EditKind string

// The kinds of edits.
const (
	EditText EditKind = "text"      // a cell holds another text
	LeaveOut EditKind = "leave-out" // a row is left out
)

// Edit is a correction of the sheet that a person made before anything was sent. The sheet itself stays as it came.
type Edit struct {
	ID     int
	Batch  int // what one undo takes back together
	At     time.Time
	Seq    int      // of the row
	Number int      // of the row as Excel shows it, as far as the sheet has been read; AddEdits doesn't need it
	Column string   // the letter; "" where a row is left out
	Before string   // what the cell held
	After  string   // what it holds now
	Kind   EditKind // of the edit
	Undone bool
	Was    string // the kind of the cell before, a character as in Row.Kinds; "" stands for text
}

// AddEdits keeps edits as one batch, and returns when they are on disk. What was undone before can't be put again then.
func (j *Journal) AddEdits(edits []Edit) (batch int, err error) {
	err = j.sendNow(addEdits{edits, &batch})
	return batch, err
}

// UndoEdits takes back the last batch that holds, and gives its edits; none if there is no such batch. It returns when that is on disk.
func (j *Journal) UndoEdits(ctx context.Context) ([]Edit, error) { return j.turn(ctx, true) }

// RedoEdits puts again the batch that was taken back last.
func (j *Journal) RedoEdits(ctx context.Context) ([]Edit, error) { return j.turn(ctx, false) }

// turn takes a batch back, or puts it again.
func (j *Journal) turn(ctx context.Context, undo bool) ([]Edit, error) {
	var batch int
	if err := j.sendNow(turnEdits{undo, &batch}); err != nil || batch == 0 {
		return nil, err
	}
	return collect(queryContext(ctx, j, scanEdit, sqlEdits+"where batch = ? order by e.id", batch))
}

// Edits streams the edits that hold, in the order in which they were made.
func (j *Journal) Edits(ctx context.Context) iter.Seq2[Edit, error] {
	return queryContext(ctx, j, scanEdit, sqlEdits+"where undone = 0 order by e.id")
}

// EditsByRow streams the edits that hold in the order of the sheet, those of a row in the order in which they were made.
func (j *Journal) EditsByRow(ctx context.Context) iter.Seq2[Edit, error] {
	return queryContext(ctx, j, scanEdit, sqlEdits+"where undone = 0 order by e.seq, e.id")
}

// EditsOfRows gives all edits of some rows, by row and in the order in which they were made, also those that were undone: the first
// one of a cell says what the sheet holds there.
func (j *Journal) EditsOfRows(ctx context.Context, seqs []int) ([]Edit, error) {
	return collect(queryContext(ctx, j, scanEdit, sqlEdits+"where e.seq in (select value from json_each(?)) order by e.seq, e.id", seqList(seqs)))
}

// EditedRows are the places of the rows that were ever edited, in the order of the sheet.
func (j *Journal) EditedRows(ctx context.Context) ([]int, error) {
	return collect(queryContext(ctx, j, scanSeq, "select distinct seq from edit order by seq"))
}

func scanSeq(from scanner) (seq int, err error) {
	err = from.Scan(&seq)
	return seq, err
}

// EditCounts says how many edits hold, and how many batches can be undone and redone.
type EditCounts struct{ Edits, Undo, Redo int }

// EditCounts counts the edits.
func (j *Journal) EditCounts(ctx context.Context) (n EditCounts, err error) {
	const text = `select count(*) filter (where undone = 0), count(distinct batch) filter (where undone = 0),
		count(distinct batch) filter (where undone = 1) from edit`
	err = j.pool.QueryRowContext(ctx, text).Scan(&n.Edits, &n.Undo, &n.Redo)
	return n, fault(j.dir, err)
}

// NextEdit is the ID that the next edit gets; they begin at 1.
func (j *Journal) NextEdit(ctx context.Context) (id int, err error) {
	err = j.pool.QueryRowContext(ctx, "select ifnull(max(id), 0) + 1 from edit").Scan(&id)
	return id, fault(j.dir, err)
}

// TakeEdits keeps the edits of another journal of the run, which take the place of what this one has.
func (j *Journal) TakeEdits(ctx context.Context, from *Journal) error {
	edits, err := collect(queryContext(ctx, from, scanKept, sqlEdits+"order by e.id"))
	if err != nil || len(edits) == 0 {
		return err
	}
	return j.sendNow(keepEdits(edits))
}

const sqlEdits = `select e.id, e.batch, e.at_ms, e.seq, ifnull(s.number, 0), e."column", e.before, e.after, e.kind, e.undone, e.was
	from edit e left join sheet s on s.seq = e.seq `

func scanEdit(from scanner) (Edit, error) {
	kept, err := scanKept(from)
	kept.Undone = kept.undone != 0
	return kept.Edit, err
}

// keptEdit is an edit as the journal keeps it.
type keptEdit struct {
	Edit
	undone int
}

func scanKept(from scanner) (e keptEdit, err error) {
	var at int64
	err = from.Scan(&e.ID, &e.Batch, &at, &e.Seq, &e.Number, &e.Column, &e.Before, &e.After, &e.Kind, &e.undone, &e.Was)
	e.At = fromMilli(at)
	return e, err
}

// The statements of edits.
const (
	sqlAddEdit = `insert into edit (batch, at_ms, seq, "column", before, after, kind, undone, was) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlForego  = `update edit set undone = 2 where undone = 1`
	sqlBatch   = `select ifnull(max(batch), 0) + 1 from edit`
	sqlLast    = `select max(batch) from edit where undone = 0`
	sqlNext    = `select min(batch) from edit where undone = 1`
	sqlTurn    = `update edit set undone = ? where batch = ?`
)

// addEdits keeps edits as one batch.
type addEdits struct {
	edits []Edit
	batch *int
}

func (c addEdits) apply(w *writer) error {
	if err := errors.Join(w.exec(sqlForego), w.ask(sqlBatch, nil, c.batch)); err != nil {
		return err
	}
	for _, e := range c.edits {
		e.Batch = *c.batch
		if err := (keepEdits{{Edit: e}}).apply(w); err != nil {
			return err
		}
	}
	return nil
}

// keepEdits keeps edits as they are.
type keepEdits []keptEdit

func (c keepEdits) apply(w *writer) error {
	for _, e := range c {
		if err := w.exec(sqlAddEdit, e.Batch, milli(e.At), e.Seq, e.Column, e.Before, e.After, string(e.Kind), e.undone, e.Was); err != nil {
			return err
		}
	}
	return nil
}

// turnEdits takes back the last batch that holds, or puts again the first that was taken back. A batch of 0 says that there is none.
type turnEdits struct {
	undo  bool
	batch *int
}

func (c turnEdits) apply(w *writer) error {
	which := sqlNext
	if c.undo {
		which = sqlLast
	}
	var batch sql.NullInt64
	if err := w.ask(which, nil, &batch); err != nil || !batch.Valid {
		return err
	}
	*c.batch = int(batch.Int64)
	return w.exec(sqlTurn, bit(c.undo), *c.batch)
}

// Judged is a row as it was checked again after an edit.
type Judged struct {
	Seq      int
	Cells    []string
	Kinds    string
	Wanted   map[string]string
	Typed    []string          // the letters of the columns whose reading doesn't count any more
	Problems []problem.Problem // that the row shows by itself
	Outcome  Outcome           // Invalid where these bar the row, else Read
}

// Judge keeps what the check made of edited rows, and returns when that is on disk. A row that was planned is planned no more; one that
// was handed to a worker is refused.
func (j *Journal) Judge(rows []Judged) error {
	changes := make([]change, len(rows))
	sent := 0
	for i, r := range rows {
		changes[i] = judge{r, encodeList(r.Cells), encodeMap(r.Wanted), &sent}
	}
	if err := j.sendNow(changes...); err != nil || sent == 0 {
		return err
	}
	return problem.Refuse("row-sent", "", "row %d of the sheet has been sent, so it can't be corrected", sent)
}

// JudgeSheet puts in the place of what was known of the sheet as a whole, and of its reading, what is known now. It returns when that is
// on disk.
func (j *Journal) JudgeSheet(problems []RowProblem) error { return j.sendNow(judgeSheet(problems)) }

const (
	sqlJudge      = `update sheet set cells = ?, kinds = ?, wanted = ? where seq = ?`
	sqlDropOfRow  = `delete from problem where seq = ? and (scope = 0 or code = 'left-out')`
	sqlDropRead   = `delete from problem where seq = ? and scope = 2 and "column" = ?`
	sqlFirstError = `select body from problem where seq = ? and severity = 2 order by id limit 1`
	sqlDropPlan   = `delete from plan where seq = ?`
	sqlDropStand  = `delete from outcome where seq = ?`
	sqlShown      = `select distinct seq from problem where scope <> 0 and severity = 2 and seq > 0`
	sqlDropShown  = `delete from problem where scope <> 0 and code <> 'left-out'`
)

type judge struct {
	Judged
	cells, wanted string
	sent          *int // the last row that has been sent: it stays as it is
}

func (c judge) apply(w *writer) error {
	switch status, err := w.status(c.Seq); {
	case err != nil:
		return err
	case status == Sending || status == Updated || status == Failed:
		*c.sent = c.Seq
		return nil
	}
	if n, err := w.run(sqlJudge, c.cells, c.Kinds, c.wanted, c.Seq); err != nil || n != 1 {
		return errors.Join(err, errNoRowIf(n != 1, c.Seq))
	}
	if err := w.exec(sqlDropOfRow, c.Seq); err != nil {
		return err
	}
	for _, letter := range c.Typed {
		if err := w.exec(sqlDropRead, c.Seq, letter); err != nil {
			return err
		}
	}
	for _, p := range c.Problems {
		if err := (addProblem{c.Seq, p}).apply(w); err != nil {
			return err
		}
	}
	return w.stand(c.Seq, c.Outcome)
}

func errNoRowIf(missing bool, seq int) error {
	if !missing {
		return nil
	}
	return errNoRow(seq)
}

// stand puts a row where its problems leave it: barred by what the row shows, or by the first other error, or free to be planned.
func (w *writer) stand(seq int, o Outcome) error {
	if o.Status == Read {
		var body []byte
		err := w.ask(sqlFirstError, []any{seq}, &body)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err == nil {
			if o, err = barredBy(body); err != nil {
				return err
			}
		}
	}
	old, err := w.status(seq)
	if err != nil {
		return err
	}
	if err := w.exec(sqlDropPlan, seq); err != nil {
		return err
	}
	if old != Read {
		if err := w.exec(sqlDropStand, seq); err != nil {
			return err
		}
		w.tally[string(old)]--
		w.tally[string(Read)]++
	}
	if o.Status == Read {
		return nil
	}
	return setOutcome{seq, o, Read}.apply(w)
}

// barredBy is the outcome of a row that a problem bars.
func barredBy(body []byte) (Outcome, error) {
	p, err := decodeProblem(body)
	return Outcome{Status: Invalid, Field: p.Field, Code: p.Code, Message: p.Message}, err
}

// judgeSheet takes the place of what the sheet as a whole, and its reading, showed before.
type judgeSheet []RowProblem

func (c judgeSheet) apply(w *writer) error {
	affected, err := w.seqs(sqlShown)
	if err != nil {
		return err
	}
	if err := w.exec(sqlDropShown); err != nil {
		return err
	}
	for _, p := range c {
		if err := (addProblem{p.Seq, p.Problem}).apply(w); err != nil {
			return err
		}
		if p.Seq > 0 && p.Severity == problem.Error {
			affected[p.Seq] = true
		}
	}
	for seq := range affected {
		if err := w.standAgain(seq); err != nil {
			return err
		}
	}
	return nil
}

// standAgain puts a row where its problems leave it, unless it was left out by hand, or its place is right already.
func (w *writer) standAgain(seq int) error {
	var left, wrong bool
	status, err := w.status(seq)
	err = errors.Join(err,
		w.ask(`select exists (select 1 from problem where seq = ? and code = 'left-out')`, []any{seq}, &left),
		w.ask(`select exists (select 1 from problem where seq = ? and severity = 2)`, []any{seq}, &wrong))
	if barred := status == Invalid; err != nil || left || wrong == barred || status != Read && !barred {
		return err
	}
	return w.stand(seq, Outcome{})
}

// seqs reads a set of rows within the transaction.
func (w *writer) seqs(query string) (map[int]bool, error) {
	stmt, err := w.prepare(query)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(context.Background())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	set := map[int]bool{}
	for rows.Next() {
		var seq int
		if err := rows.Scan(&seq); err != nil {
			return nil, err
		}
		set[seq] = true
	}
	return set, rows.Err()
}
