package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"time"

	"zohobulk/importer/problem"
)

// change is one thing to write. It is applied by the writer, inside the transaction of its group.
type change interface{ apply(*writer) error }

// The statements of the writer, each prepared once.
const (
	sqlAddRow     = `insert into sheet (seq, number, line, cells, kinds, origin, wanted) values (?, ?, ?, ?, ?, ?, ?)`
	sqlAddProblem = `insert into problem (seq, severity, code, "column", scope, body) values (?, ?, ?, ?, ?, ?)`
	sqlPlan       = `insert or replace into plan (seq, account_id, zuid, email, changes, context, steps, after, note)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?)`

	sqlFirstOutcome = `insert into outcome (status, steps_done, step, field, code, message,
		http_status, attempts, finished_ms, seq) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`
	sqlOutcome = `update outcome set status = ?, steps_done = ?, step = ?, field = ?, code = ?, message = ?,
		http_status = ?, attempts = ?, finished_ms = ? where seq = ? and status = ?`
	// The end of nearly every row, of which there is nothing to say, with its call.
	sqlSuccess = `update outcome set status = 'updated', steps_done = ?, step = '', field = '', code = '', message = '',
		http_status = ?, attempts = ?, finished_ms = ?, call_step = ?, call_ms = ?, call_wait_us = ?, call_took_us = ?
		where seq = ? and status = 'sending'`
	sqlStatus = `select status from outcome where seq = ?`

	// A row waits only while the row before it is neither updated nor up to date already.
	sqlWait = `update outcome set waits = ?1 where seq = ?2 and not exists
		(select 1 from outcome before where before.seq = ?1 and before.status in ('updated', 'unchanged'))`
	sqlWaiting = `select exists (select 1 from outcome where waits > 0)`
	sqlFree    = `update outcome set waits = 0 where waits = ? and waits > 0`
	sqlWaiter  = `select min(seq) from outcome where waits = ? and waits > 0`

	sqlStep = `update outcome set steps_done = ? where seq = ?`
	// What is known of a row that was carried out in part stays known.
	sqlRelease = `update outcome set status = 'planned', step = '', field = '',
		message = iif(code = '` + CodeHalfSent + `', message, ''), code = iif(code = '` + CodeHalfSent + `', code, ''),
		http_status = 0, finished_ms = 0 where seq = ? and status = ?`
	sqlReady = `select seq from outcome where seq >= ? and status = 'planned' and waits = 0 order by seq limit ?`
	sqlClaim = `update outcome set status = 'sending' where status = 'planned' and waits = 0 and seq between ? and ?`
	sqlCall  = `insert into attempt (seq, step, number, at_ms, wait_us, took_us, status, code, message, read, throttled)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlTally  = `update tally set n = n + ? where name = ?`
	sqlMeta   = `insert or replace into meta (name, value) values ('run', ?)`
	sqlLearn  = `insert or replace into learnt (name, value) values (?, ?)`
	sqlForget = `delete from learnt where name = ?`
)

// addRow puts a row of the sheet on record. Its lists are encoded by the caller, beside the writer.
type addRow struct {
	seq, number, line            int
	cells, kinds, origin, wanted string
	outcome                      Outcome
}

func (c addRow) apply(w *writer) error {
	if err := w.exec(sqlAddRow, c.seq, c.number, c.line, c.cells, c.kinds, c.origin, c.wanted); err != nil {
		return err
	}
	w.tally[string(Read)]++
	if c.outcome.Status == Read {
		return nil
	}
	return setOutcome{c.seq, c.outcome, Read}.apply(w)
}

// keptProblem is a problem as the journal keeps it: with what its machine output leaves out.
type keptProblem struct {
	problem.Problem
	Proposal string           `json:"proposal,omitempty"`
	Remedies []problem.Remedy `json:"remedies,omitempty"`
}

// addProblem keeps what was said of a row.
type addProblem struct {
	seq int
	problem.Problem
}

func (c addProblem) apply(w *writer) error {
	body, err := json.Marshal(keptProblem{c.Problem, c.Proposal, c.Remedies})
	if err != nil {
		return err
	}
	return w.exec(sqlAddProblem, c.seq, int(c.Severity), c.Code, c.Column, int(c.Scope), string(body))
}

// planRow keeps what the directory made of a row.
type planRow struct {
	seq                                                   int
	accountID, zuid, email, changes, context, steps, note string
	after                                                 int
	outcome                                               Outcome
}

func (c planRow) apply(w *writer) error {
	err := w.exec(sqlPlan, c.seq, c.accountID, c.zuid, c.email, c.changes, c.context, c.steps, c.after, c.note)
	if err != nil {
		return err
	}
	if c.outcome.Status == Read {
		return nil
	}
	if err := (setOutcome{c.seq, c.outcome, Read}).apply(w); err != nil {
		return err
	}
	if w.waits = w.waits || c.after > 0; !w.waits {
		return nil
	}
	return w.exec(sqlWait, c.after, c.seq)
}

// setOutcome says where a row stands. Where it most likely stood is a guess that spares the reading of it.
type setOutcome struct {
	seq int
	Outcome
	likely Status
}

func (c setOutcome) apply(w *writer) error {
	if c.Status == Read {
		return fmt.Errorf("row %d of the sheet: an outcome without a status", c.seq)
	}
	if err := w.move(c.seq, c.likely, c.Status, c.write); err != nil {
		return err
	}
	return w.free(c.seq, c.Status)
}

// write puts the outcome in the place of one with the given status.
func (c setOutcome) write(w *writer, old Status) (int64, error) {
	args := append(make([]any, 0, 11), string(c.Status), c.StepsDone, c.Step, c.Field, c.Code, c.Message,
		c.HTTPStatus, c.Attempts, milli(c.FinishedAt), c.seq)
	if old == Read {
		return w.run(sqlFirstOutcome, args...)
	}
	return w.run(sqlOutcome, append(args, string(old))...)
}

// endRow is the outcome of a row that was accepted, with the call that it ended with.
type endRow struct {
	setOutcome
	call Attempt
}

func (c endRow) apply(w *writer) error {
	n, err := w.run(sqlSuccess, c.StepsDone, c.HTTPStatus, c.Attempts, milli(c.FinishedAt),
		c.call.Step, milli(c.call.At), c.call.Wait.Microseconds(), c.call.Took.Microseconds(), c.seq)
	if err != nil {
		return err
	}
	if n == 0 { // it was not in flight
		return errors.Join(addAttempt{c.call}.apply(w), c.setOutcome.apply(w))
	}
	w.tally[string(Sending)]--
	w.tally[string(Updated)]++
	w.tally["requests"]++
	return w.free(c.seq, Updated)
}

// quiet tells the outcome of a row that was sent and accepted, of which there is nothing to say.
func (o Outcome) quiet() bool {
	return o.Status == Updated && o.Step == "" && o.Field == "" && o.Code == "" && o.Message == ""
}

// plain tells a call that was accepted at its first try, which is kept beside its row's outcome.
func (a Attempt) plain() bool {
	return a.Status == http.StatusOK && a.Number <= 1 && a.Code == "" && a.Message == "" && !a.Read && !a.Throttled && !a.At.IsZero()
}

// barRow makes a row invalid, unless it is that already.
type barRow struct{ setOutcome }

func (c barRow) apply(w *writer) error {
	return w.move(c.seq, c.likely, c.Status, func(w *writer, old Status) (int64, error) {
		if old == Invalid {
			return 1, nil
		}
		return c.write(w, old)
	})
}

// setStep says how many of a row's steps were accepted.
type setStep struct{ seq, done int }

func (c setStep) apply(w *writer) error {
	if n, err := w.run(sqlStep, c.done, c.seq); err != nil || n == 1 {
		return err
	}
	return errNoRow(c.seq)
}

// release puts a row back among the planned.
type release struct{ seq int }

func (c release) apply(w *writer) error {
	return w.move(c.seq, Sending, Planned, func(w *writer, old Status) (int64, error) {
		return w.run(sqlRelease, c.seq, string(old))
	})
}

// addAttempt keeps a call.
type addAttempt struct{ Attempt }

func (c addAttempt) apply(w *writer) error {
	number := max(c.Number, 1)
	w.tally["requests"]++
	w.tally["retries"] += bit(number > 1)
	w.tally["throttled"] += bit(c.Throttled)
	w.tally["reads"] += bit(c.Read)
	return w.exec(sqlCall, c.Seq, c.Step, number, milli(c.At), c.Wait.Microseconds(), c.Took.Microseconds(),
		c.Status, c.Code, c.Message, bit(c.Read), bit(c.Throttled))
}

// claim marks the next rows to send. The caller reads them once they are on disk, so that the writer can go on.
type claim struct {
	n    int
	seqs *[]int
}

func (c claim) apply(w *writer) error {
	seqs, err := w.ready(c.n)
	if err != nil || len(seqs) == 0 {
		return err
	}
	*c.seqs = seqs
	w.tally[string(Planned)] -= len(seqs)
	w.tally[string(Sending)] += len(seqs)
	return w.exec(sqlClaim, seqs[0], seqs[len(seqs)-1])
}

// setMeta keeps what is known of the run, as JSON.
type setMeta struct{ text string }

func (c setMeta) apply(w *writer) error { return w.exec(sqlMeta, c.text) }

// learn keeps something found out about the service.
type learn struct{ name, value string }

func (c learn) apply(w *writer) error { return w.exec(sqlLearn, c.name, c.value) }

// forget takes back what was learnt.
type forget struct{ name string }

func (c forget) apply(w *writer) error { return w.exec(sqlForget, c.name) }

// move writes a row's new status in the place of the old, and keeps the tally. write is tried with the likely old status
// first, and once more with the true one if it changed no row.
func (w *writer) move(seq int, likely, to Status, write func(*writer, Status) (int64, error)) error {
	from := likely
	n, err := write(w, from)
	if err == nil && n == 0 {
		if from, err = w.status(seq); err == nil {
			n, err = write(w, from)
		}
	}
	if err != nil {
		return err
	}
	if n != 1 {
		return errNoRow(seq)
	}
	w.tally[string(from)]--
	w.tally[string(to)]++
	if to == Planned {
		w.front = min(w.front, seq)
	}
	return nil
}

// free lets the rows be sent that wait for a row, once it stands as they need it.
func (w *writer) free(seq int, status Status) error {
	if !w.waits || status != Updated && status != Unchanged {
		return nil
	}
	var first sql.NullInt64
	err := w.ask(sqlWaiter, []any{seq}, &first)
	if err != nil || !first.Valid {
		return err
	}
	w.front = min(w.front, int(first.Int64))
	return w.exec(sqlFree, seq)
}

// status reads where a row stands within the transaction.
func (w *writer) status(seq int) (Status, error) {
	status := Read
	err := w.ask(sqlStatus, []any{seq}, &status)
	if errors.Is(err, sql.ErrNoRows) {
		return Read, nil
	}
	return status, err
}

// ask reads one value with a prepared statement, within the transaction.
func (w *writer) ask(query string, args []any, value any) error {
	stmt, err := w.prepare(query)
	if err != nil {
		return err
	}
	return stmt.QueryRowContext(context.Background(), args...).Scan(value)
}

func errNoRow(seq int) error { return fmt.Errorf("row %d of the sheet is not in the journal", seq) }

// count writes what a group has changed of the tally.
func (w *writer) count() error {
	for name, n := range w.tally {
		if n == 0 {
			continue
		}
		if err := w.exec(sqlTally, n, name); err != nil {
			return err
		}
	}
	return nil
}

// exec runs one of the prepared statements.
func (w *writer) exec(query string, args ...any) error {
	_, err := w.run(query, args...)
	return err
}

// run runs one of the prepared statements and says how many rows it changed.
func (w *writer) run(query string, args ...any) (int64, error) {
	stmt, err := w.prepare(query)
	if err != nil {
		return 0, err
	}
	result, err := stmt.ExecContext(context.Background(), args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// prepare gives the prepared form of a statement.
func (w *writer) prepare(query string) (*sql.Stmt, error) {
	if stmt, ok := w.statements[query]; ok {
		return stmt, nil
	}
	stmt, err := w.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	w.statements[query] = stmt
	return stmt, nil
}

// ready finds the next rows that can be sent, in the order of the sheet. It looks no further back than the front: what lies
// before it has been sent, or waits. An index of the queue would spare the first look through a run that is gone on with, and
// cost more in each claim and outcome than the run takes for that look.
func (w *writer) ready(n int) ([]int, error) {
	stmt, err := w.prepare(sqlReady)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(context.Background(), w.front, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var seqs []int
	for rows.Next() {
		var seq int
		if err := rows.Scan(&seq); err != nil {
			return nil, err
		}
		seqs = append(seqs, seq)
		w.front = seq + 1
	}
	if len(seqs) < n {
		w.front = math.MaxInt // until a row is planned, or freed
	}
	return seqs, rows.Err()
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// milli is a time as the journal keeps it.
func milli(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// fromMilli is the time that milli kept.
func fromMilli(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
