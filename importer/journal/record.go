package journal

import (
	"errors"
	"slices"

	"zohobulk/importer/problem"
)

// Add puts a row of the sheet on record, with the status it has so far. Rows are written in large groups: Flush says
// when they are on disk.
func (j *Journal) Add(r Row) error {
	return j.sendLazy(addRow{
		seq: r.Seq, number: r.Number, line: r.Line, outcome: r.Outcome,
		cells: encodeList(r.Cells), kinds: r.Kinds, origin: r.Origin, wanted: encodeMap(r.Wanted),
	})
}

// AddProblem keeps what there is to say of a row, or of the whole sheet (seq 0). It bars nothing: Bar does.
func (j *Journal) AddProblem(seq int, p problem.Problem) error {
	return j.sendLazy(addProblem{seq, p})
}

// Bar ends a row that was added before, such as the first of two that turned out to be about one user. A row that was
// invalid already keeps its first reason.
func (j *Journal) Bar(seq int, o Outcome) error { return j.sendLazy(barRow{setOutcome{seq, o, Read}}) }

// Plan keeps what the directory made of a row, and where that leaves it; an outcome without a status leaves it where it
// is. A row can be planned again. Plans are written in large groups: Flush says when they are on disk.
func (j *Journal) Plan(seq int, p Plan, o Outcome) error {
	return j.sendLazy(planRow{
		seq: seq, accountID: p.AccountID, zuid: p.ZUID, email: p.Email, changes: encodeChanges(p.Changes),
		context: encodeMap(p.Context), steps: encodeList(p.Steps), note: p.Note, after: p.After, outcome: o,
	})
}

// Attempt keeps a call. It is on disk within a second, or with the next outcome, and so is all that was planned before.
func (j *Journal) Attempt(a Attempt) error {
	return j.send(order{changes: []change{addAttempt{a}}})
}

// Flush returns when all that was handed over before is on disk.
func (j *Journal) Flush() error { return j.sendNow() }

// Claim hands out the next planned rows in the order of the sheet, at most n, leaving out those that wait for another
// row. They are marked as being sent, on disk, before Claim returns. None means that nothing can be sent now. A claimed row
// comes with its plan and its outcome so far, and without anything that the sheet says: reading that took half of Claim's time.
func (j *Journal) Claim(n int) ([]Row, error) {
	if n <= 0 {
		return nil, j.Err() // to SQLite a limit below 0 is none
	}
	var seqs []int
	if err := j.sendNow(claim{n, &seqs}); err != nil || len(seqs) == 0 {
		return nil, err
	}
	rows := make([]Row, 0, len(seqs))
	for row, err := range query(j, scanClaimed, sqlClaimed, seqs[0], seqs[len(seqs)-1]) {
		if err != nil {
			return nil, err
		}
		if _, ours := slices.BinarySearch(seqs, row.Seq); ours {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// sqlClaimed reads the rows between the first and the last of a claim; some of them may be others'.
const sqlClaimed = `select o.seq, ifnull(p.account_id, ''), ifnull(p.zuid, ''), ifnull(p.email, ''), ifnull(p.changes, '[]'), ifnull(p.context, '[]'),
	ifnull(p.steps, '[]'), ifnull(p.note, ''), o.steps_done, o.attempts
	from outcome o left join plan p on p.seq = o.seq where o.status = 'sending' and o.seq between ? and ? order by o.seq`

func scanClaimed(from scanner) (Row, error) {
	r := Row{Outcome: Outcome{Status: Sending}}
	var changes, context, steps string
	err := from.Scan(&r.Seq, &r.AccountID, &r.ZUID, &r.Email, &changes, &context, &steps, &r.Note, &r.StepsDone, &r.Attempts)
	if err != nil {
		return Row{}, err
	}
	var errs [3]error
	r.Changes, errs[0] = decodeChanges(changes)
	r.Context, errs[1] = decodeMap(context)
	r.Steps, errs[2] = decodeList(steps)
	return r, errors.Join(errs[:]...)
}

// Record keeps how a row ended and the calls made for it. Outcomes are committed in groups; done is called, from another
// goroutine and in the order of the calls, once this one is on disk or can't be. An error of Record itself means
// that done will not be called.
func (j *Journal) Record(seq int, o Outcome, attempts []Attempt, done func(error)) error {
	changes := make([]change, 0, 1+len(attempts))
	var ended change = setOutcome{seq, o, Sending}
	if last := len(attempts) - 1; last >= 0 && o.quiet() && attempts[last].plain() {
		ended = endRow{setOutcome{seq, o, Sending}, attempts[last]}
		attempts = attempts[:last]
	}
	for _, a := range attempts {
		changes = append(changes, addAttempt{a})
	}
	changes = append(changes, ended)
	return j.send(order{changes: changes, urgency: soon, done: done})
}

// Step says how many of a row's steps were accepted. It is written with the next group of outcomes: should a kill come
// first, the row's account tells.
func (j *Journal) Step(seq, stepsDone int) error {
	return j.send(order{changes: []change{setStep{seq, stepsDone}}, urgency: soon})
}

// Release puts a row back among the planned: one that was claimed and never sent, or one that failed for a passing
// reason and is to be tried again. Its steps done and its attempts are kept.
func (j *Journal) Release(seq int) error {
	return j.send(order{changes: []change{release{seq}}, urgency: soon})
}
