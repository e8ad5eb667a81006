package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"zohobulk/importer/problem"
)

// All stands for every row where a Seq is asked for.
const All = -1

// Filter says which rows to read. The zero value means every row.
type Filter struct {
	Statuses []Status // NotSent stands for Read and Planned
}

// query is the filter as a question with its arguments.
func (f Filter) query() (string, []any) {
	if len(f.Statuses) == 0 {
		return selectRow + "order by s.seq", nil
	}
	among, args := f.among()
	if slices.Contains(args, any(string(Read))) {
		return selectRow + "where ifnull(o.status, '')" + among + "order by s.seq", args
	}
	return selectReached + "where o.status" + among + "order by o.seq", args
}

// among is the condition on a row's status.
func (f Filter) among() (string, []any) {
	var args []any
	for _, s := range f.Statuses {
		switch s {
		case Half:
		case NotSent:
			args = append(args, string(Read), string(Planned))
		default:
			args = append(args, string(s))
		}
	}
	among := " in (" + strings.TrimSuffix(strings.Repeat("?, ", len(args)), ", ") + ") "
	if slices.Contains(f.Statuses, Half) {
		among += "or " + sqlHalf
	}
	return among, args
}

// sqlHalf is HalfSent as a condition.
const sqlHalf = "(o.status = 'planned' and (o.steps_done > 0 or o.code = '" + CodeHalfSent + "')) "

const rowColumns = `select s.seq, s.number, s.line, s.cells, s.kinds, s.origin, s.wanted,
	ifnull(p.account_id, ''), ifnull(p.zuid, ''), ifnull(p.email, ''), ifnull(p.changes, '[]'), ifnull(p.context, '[]'),
	ifnull(p.steps, '[]'), ifnull(p.after, 0), ifnull(p.note, ''),
	ifnull(o.status, ''), ifnull(o.steps_done, 0), ifnull(o.step, ''), ifnull(o.field, ''), ifnull(o.code, ''),
	ifnull(o.message, ''), ifnull(o.http_status, 0), ifnull(o.attempts, 0), ifnull(o.finished_ms, 0) `

// Both read whole rows, the second only those that have an outcome or a place in the queue: it needn't leaf through the
// whole sheet. A cross join keeps SQLite to the order in which the tables are written here; it sorts all rows before it gives
// the first unless they are asked for in the order of the table that it leafs through.
const (
	selectRow     = rowColumns + `from sheet s left join outcome o on o.seq = s.seq left join plan p on p.seq = s.seq `
	selectReached = rowColumns + `from outcome o cross join sheet s on s.seq = o.seq left join plan p on p.seq = o.seq `
)

// scanner is one row of an answer.
type scanner interface{ Scan(...any) error }

func scanRow(from scanner) (Row, error) {
	var r Row
	var cells, wanted, changes, context, steps string
	var finished int64
	err := from.Scan(&r.Seq, &r.Number, &r.Line, &cells, &r.Kinds, &r.Origin, &wanted,
		&r.AccountID, &r.ZUID, &r.Email, &changes, &context, &steps, &r.After, &r.Note,
		&r.Status, &r.StepsDone, &r.Step, &r.Field, &r.Code, &r.Message, &r.HTTPStatus, &r.Attempts, &finished)
	if err != nil {
		return Row{}, err
	}
	r.FinishedAt = fromMilli(finished)
	var errs [5]error
	r.Cells, errs[0] = decodeList(cells)
	r.Wanted, errs[1] = decodeMap(wanted)
	r.Changes, errs[2] = decodeChanges(changes)
	r.Context, errs[3] = decodeMap(context)
	r.Steps, errs[4] = decodeList(steps)
	return r, errors.Join(errs[:]...)
}

// Rows streams rows in the order of the sheet, as they stood on disk when the reading began.
func (j *Journal) Rows(f Filter) iter.Seq2[Row, error] {
	text, args := f.query()
	return query(j, scanRow, text, args...)
}

// Standings streams where the rows stand that have been held against the directory or barred, in no order: their status, code,
// account, steps, steps done and changes, and nothing else. It takes a third of the time that Rows does (measured).
func (j *Journal) Standings() iter.Seq2[Row, error] {
	const text = `select o.status, o.code, ifnull(p.account_id, ''), ifnull(p.zuid, ''), o.steps_done, ifnull(p.steps, '[]'), ifnull(p.changes, '[]')
		from outcome o left join plan p on p.seq = o.seq`
	return query(j, scanStanding, text)
}

func scanStanding(from scanner) (Row, error) {
	var r Row
	var steps, changes string
	if err := from.Scan(&r.Status, &r.Code, &r.AccountID, &r.ZUID, &r.StepsDone, &steps, &changes); err != nil {
		return Row{}, err
	}
	var errs [2]error
	r.Steps, errs[0] = decodeList(steps)
	r.Changes, errs[1] = decodeChanges(changes)
	return r, errors.Join(errs[:]...)
}

// Row reads one row.
func (j *Journal) Row(seq int) (Row, error) {
	r, err := scanRow(j.pool.QueryRowContext(context.Background(), selectRow+"where s.seq = ?", seq))
	if errors.Is(err, sql.ErrNoRows) {
		return Row{}, problem.Refuse("no-such-row", "", "run %s has no row %d", j.Run(), seq)
	}
	return r, fault(j.dir, err)
}

// selectNumbered reads the row with a number. That is never less than the row's place, which spares the search of most of the sheet.
const selectNumbered = selectRow + "where s.seq <= ?1 and s.number = ?1 order by s.seq desc limit 1"

// RowNumbered reads the row that has a number in the sheet, as Excel shows it.
func (j *Journal) RowNumbered(number int) (Row, error) {
	r, err := scanRow(j.pool.QueryRowContext(context.Background(), selectNumbered, number))
	if errors.Is(err, sql.ErrNoRows) {
		return Row{}, problem.Refuse("no-such-row", "rows are numbered as Excel shows them, the header's included",
			"run %s has no row %d", j.Run(), number)
	}
	return r, fault(j.dir, err)
}

// Blocked streams the planned rows that can't be sent any more, since the row they wait for, or one that it waits for
// in turn, failed or is invalid.
func (j *Journal) Blocked() iter.Seq2[Row, error] {
	const stuck = `with recursive stuck (seq) as (
		select o.seq from outcome o join outcome before on before.seq = o.waits
			where o.waits > 0 and o.status = 'planned' and before.status in ('failed', 'invalid')
		union
		select o.seq from stuck join outcome o on o.waits = stuck.seq where o.waits > 0 and o.status = 'planned') `
	return query(j, scanRow, stuck+selectReached+"where o.seq in (select seq from stuck) order by o.seq")
}

// RowProblem is a problem with the place of its row in the sheet, 0 for the whole sheet.
type RowProblem struct {
	Seq int
	problem.Problem
}

// Problems streams what was said of a row, of the whole sheet (seq 0) or of everything (All), by row and in the order in
// which it was said.
func (j *Journal) Problems(seq int) iter.Seq2[RowProblem, error] {
	const by = " order by seq, id"
	if seq == All {
		return query(j, scanProblem, "select seq, scope, body from problem"+by)
	}
	return query(j, scanProblem, "select seq, scope, body from problem where seq = ?"+by, seq)
}

func scanProblem(from scanner) (RowProblem, error) {
	var p RowProblem
	var scope int
	var body []byte
	if err := from.Scan(&p.Seq, &scope, &body); err != nil {
		return RowProblem{}, err
	}
	var err error
	p.Problem, err = decodeProblem(body)
	p.Scope = problem.Scope(scope)
	return p, err
}

func decodeProblem(body []byte) (problem.Problem, error) {
	var kept keptProblem
	err := json.Unmarshal(body, &kept)
	kept.Problem.Proposal, kept.Problem.Remedies = kept.Proposal, kept.Remedies
	return kept.Problem, err
}

// Attempts streams the calls made for a row or for none (seq 0), in the order in which they were made, or all of them (All) in
// no order.
func (j *Journal) Attempts(seq int) iter.Seq2[Attempt, error] {
	const columns = `select seq, step, number, at_ms, wait_us, took_us, status, code, message, read, throttled from call `
	if seq == All {
		return query(j, scanAttempt, columns)
	}
	return query(j, scanAttempt, columns+"where seq = ? order by at_ms, id is null, id", seq)
}

func scanAttempt(from scanner) (Attempt, error) {
	var a Attempt
	var at, wait, took int64
	err := from.Scan(&a.Seq, &a.Step, &a.Number, &at, &wait, &took, &a.Status, &a.Code, &a.Message, &a.Read, &a.Throttled)
	a.At = fromMilli(at)
	a.Wait, a.Took = time.Duration(wait)*time.Microsecond, time.Duration(took)*time.Microsecond
	return a, err
}

// Counts says how many rows stand where on disk, and how many calls were made.
func (j *Journal) Counts() (Counts, error) {
	n := map[string]int{}
	for t, err := range query(j, scanTally, "select name, n from tally") {
		if err != nil {
			return Counts{}, err
		}
		n[t.name] = t.n
	}
	c := Counts{
		Updated: n[string(Updated)], Unchanged: n[string(Unchanged)], Failed: n[string(Failed)],
		Invalid: n[string(Invalid)], Read: n[string(Read)], Planned: n[string(Planned)], Sending: n[string(Sending)],
		Requests: n["requests"], Retries: n["retries"], Throttled: n["throttled"], Reads: n["reads"],
	}
	err := j.pool.QueryRowContext(context.Background(), sqlCorrected).Scan(&c.Edits, &c.LeftOut)
	if err != nil {
		return Counts{}, fault(j.dir, err)
	}
	if c.Planned > 0 {
		err := j.pool.QueryRowContext(context.Background(), "select count(*) from outcome o where "+sqlHalf).Scan(&c.HalfSent)
		if err != nil {
			return Counts{}, fault(j.dir, err)
		}
	}
	c.NotSent = c.Read + c.Planned - c.HalfSent
	c.Rows = c.Updated + c.Unchanged + c.Failed + c.Invalid + c.Read + c.Planned + c.Sending
	return c, nil
}

// sqlCorrected counts what a person has corrected.
const sqlCorrected = `select (select count(*) from edit where undone = 0),
	(select count(distinct seq) from problem where severity = 0 and code = 'left-out')`

type tally struct {
	name string
	n    int
}

func scanTally(from scanner) (tally, error) {
	var t tally
	err := from.Scan(&t.name, &t.n)
	return t, err
}

// query streams the answer to a question.
func query[T any](j *Journal, scan func(scanner) (T, error), text string, args ...any) iter.Seq2[T, error] {
	return queryContext(context.Background(), j, scan, text, args...)
}

// queryContext streams the answer to a question until its context ends.
func queryContext[T any](ctx context.Context, j *Journal, scan func(scanner) (T, error), text string, args ...any) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		rows, err := j.pool.QueryContext(ctx, text, args...)
		if err != nil {
			yield(none, fault(j.dir, err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			item, err := scan(rows)
			if !yield(item, fault(j.dir, err)) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(none, fault(j.dir, err))
		}
	}
}
