package plan

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/run"
	"zohobulk/zoho"
)

// Planned counts what a plan came to, and what sending it costs.
type Planned struct {
	Rows      int // data rows of the sheet
	Change    int // rows with something to send
	Unchanged int
	Invalid   int            // found wrong in the sheet, or left out by hand
	LeftOut   int            // those of the invalid rows that were left out by hand: they hold nothing back
	NotFound  int            // name nobody in the organisation
	Refused   int            // by a safety rail, because what they ask for can't be, or for a damaged value that only the account shows
	Respelled int            // unchanged rows whose phones or postcode differ in spelling alone
	Cleared   int            // values that would be emptied
	Calls     int            // PUTs to come
	Fields    map[string]int // changed fields, by name
	Forecast  time.Duration  // how long the calls take at the run's rate
	Unread    bool           // accounts were not read: nothing was compared

	Doubts    []problem.Problem // what looks like a mistake although every row is sound
	Unchecked []problem.Problem // what could not be found out before it is sent
	Notes     []problem.Problem // what else there is to know of the plan

	Fingerprint string // tells this plan from any other: what is to be sent, and to whom

	prints  [2]uint64  // the sum of what is to be sent, whatever the order of the rows
	untold  int        // users that change whose role the service doesn't tell
	cleared field.Mask // fields that would be emptied somewhere
}

// Barred are the rows that hold the run back unless the valid ones are to be sent without them.
func (p Planned) Barred() int { return p.Invalid - p.LeftOut + p.NotFound + p.Refused }

// noneYet are the counts before the first row.
func noneYet(r *run.Run) Planned {
	return Planned{Fields: map[string]int{}, Unread: r.Options.Lookup == run.LookupNever}
}

// Count sums up where the rows of a planned run stand, and what sending the planned ones costs.
func Count(r *run.Run) (Planned, error) {
	p := noneYet(r)
	counts, err := r.Journal.Counts()
	if err != nil {
		return p, err
	}
	p.Rows = counts.Rows
	for row, err := range r.Journal.Standings() {
		if err != nil {
			return p, err
		}
		p.count(row)
	}
	conclude(r, &p)
	return p, nil
}

// complete adds to the counts of the rows that were planned those that the sheet's check had barred before.
func (p *planner) complete() error {
	counts, err := p.Journal.Counts()
	if err != nil {
		return err
	}
	p.sum.Rows = counts.Rows
	p.sum.Invalid = counts.Invalid - p.sum.NotFound - p.sum.Refused
	p.sum.LeftOut = counts.LeftOut
	conclude(p.Run, &p.sum)
	for _, said := range slices.Concat(p.sum.Doubts, p.sum.Unchecked, p.sum.Notes) {
		if err := p.Journal.AddProblem(0, said); err != nil {
			return err
		}
	}
	return p.Journal.Flush()
}

// conclude says what follows from the counts.
func conclude(r *run.Run, p *Planned) {
	p.Fingerprint = fmt.Sprintf("%016x%016x", p.prints[0], p.prints[1])
	p.Forecast = forecast(r.Rate, p.Calls)
	p.Unchecked, p.Doubts = unchecked(r, p), append(p.doubts(), refusedNames(r, p)...)
	p.Notes = respelledNote(p.Respelled)
}

// count takes a row into the counts.
func (p *Planned) count(row journal.Row) {
	switch row.Status {
	case journal.Planned, journal.Sending:
		p.Change++
		p.Calls += len(row.Steps) - row.StepsDone
		p.countFields(row.Changes)
		p.print(row)
	case journal.Unchanged:
		p.Unchanged++
		if row.Code == run.CodeRespelled {
			p.Respelled++
		}
	case journal.Invalid:
		p.countBarred(row)
	}
}

// print takes what is to be sent of a row into the plan's fingerprint.
func (p *Planned) print(row journal.Row) {
	hash := sha256.New()
	fmt.Fprintf(hash, "%q %q %q %d %q", row.AccountID, row.ZUID, row.Steps, row.StepsDone, row.Changes)
	sum := hash.Sum(nil)
	for i := range p.prints {
		p.prints[i] += binary.BigEndian.Uint64(sum[8*i:])
	}
}

func (p *Planned) countFields(changes []journal.Change) {
	for _, c := range changes {
		p.Fields[c.Field]++
		if c.After == "" {
			p.Cleared++
			p.cleared |= field.Named(c.Field)
		}
	}
}

// BarredByPlan reports whether planning has barred a row, rather than the check of the sheet.
func BarredByPlan(row journal.Row) bool {
	p := Planned{}
	p.countBarred(row)
	return p.Invalid == 0
}

// countBarred tells apart what the sheet got wrong, whom nobody knows, and what a rail holds back.
func (p *Planned) countBarred(row journal.Row) {
	switch row.Code {
	case run.CodeUnknownUser, run.CodeNotOwn:
		p.NotFound++
	case run.CodeWithheld, run.CodeAmbiguousUser, run.CodeIDsDisagree, run.CodeEmailChange, run.CodeClearing, run.CodeAdmin, run.CodeNoName,
		run.CodeAddressTaken, run.CodeAddressCycle:
		p.Refused++
	case field.CodeLeftOut:
		p.Invalid++
		p.LeftOut++
	default:
		if row.AccountID != "" { // it was held against its account
			p.Refused++
		} else {
			p.Invalid++
		}
	}
}

// forecast is how long a number of calls takes at a rate; 0 where there is no limit.
func forecast(rate zoho.Rate, calls int) time.Duration {
	if !rate.Limited() {
		return 0
	}
	return time.Duration(calls) * rate.Per / time.Duration(rate.N)
}

// rare are the fields that change for few people at a time: they marry, or a typing error is mended. Where they change for
// most people of a plan, a column was more likely sorted alone or shifted.
var rare = field.Of(field.FirstName, field.LastName, field.DisplayName, field.Gender)

// leastRare is how many people must change so that half of them says anything (guessed): of two, one is no pattern.
const leastRare = 3

// doubts says which rare fields change for more than half of the people that change.
func (p *Planned) doubts() (said []problem.Problem) {
	for id := range field.ID(field.Count) {
		if n := p.Fields[id.String()]; rare.Has(id) && n >= leastRare && 2*n > p.Change {
			said = append(said, problem.Problem{Severity: problem.Warning, Field: id.String(), Code: run.CodeRareChange,
				Message: fmt.Sprintf("%s changes for %d of the %d users that change, and it rarely does", id, n, p.Change),
				Hint:    "look whether its column was sorted alone or shifted"})
		}
	}
	return said
}

// refusedNames says that a plan holds names which the service was seen to refuse, and stops at.
func refusedNames(r *run.Run, p *Planned) []problem.Problem {
	if r.Knowledge().Names != zoho.No || p.Fields[field.FirstName.String()]+p.Fields[field.LastName.String()] == 0 {
		return nil
	}
	return []problem.Problem{{Severity: problem.Warning, Code: run.CodeNamesRefused,
		Message: "the service was seen to refuse firstName and lastName, so the run will stop at the first of them",
		Hint:    "take these columns out", Remedies: []problem.Remedy{{Way: problem.ChooseFields}}}}
}

// unchecked says what of the changes could not be checked before they are sent.
func unchecked(r *run.Run, p *Planned) (said []problem.Problem) {
	if p.Change == 0 {
		return nil
	}
	note := func(message string) {
		said = append(said, problem.Problem{Severity: problem.Note, Code: run.CodeNotChecked, Message: message})
	}
	if p.Unread {
		note("the accounts were not read: nothing is compared, nothing can be undone, administrators are not told apart, " +
			"and whether the users are in this organisation shows when they are sent")
	}
	if p.Fields[field.NewEmail.String()] > 0 {
		note("whether a new address is free beyond the users of this organisation (groups, other organisations) shows when it is sent")
	}
	if p.Cleared > 0 && r.Knowledge().Empty == zoho.Refused {
		note("the service was seen to refuse an empty value: where it does, the row fails, the field stays as it is, and the row's other fields are set")
	}
	if p.untold > 0 && !r.RolesUnknown() {
		note(fmt.Sprintf("the service tells no role for %d of the users that change, so they count as no administrators", p.untold))
	}
	if open := unproven(r, p); open != "" && !p.Unread {
		note("first use of " + open + ": one user is changed for each and the result is checked, before the others are sent")
	}
	return said
}

// unproven names the fields of a plan that no run and no probe has seen do what they should, and the empty ones.
func unproven(r *run.Run, p *Planned) string {
	proven, emptied := r.Proven(), r.Emptied()
	var open []string
	for id := range field.ID(field.Count) {
		switch {
		case p.Fields[id.String()] > 0 && !proven.Has(id) && !r.Knowledge().Probed:
			open = append(open, field.LabelOf(id.String()))
		case (p.cleared &^ emptied).Has(id):
			open = append(open, "an empty "+field.LabelOf(id.String()))
		}
	}
	return strings.Join(open, ", ")
}
