package importer

import (
	"errors"
	"os"
	"path/filepath"
	"slices"

	"zohobulk/importer/journal"
	"zohobulk/importer/plan"
	"zohobulk/importer/problem"
	"zohobulk/importer/report"
	"zohobulk/importer/run"
)

// Action is something that a person may want to do after a run, as a value: a command words it as a command line, the page as a control.
type Action struct {
	Do      Doing
	File    string           // of CorrectFile: the file to correct and send
	Without []string         // of Resume: fields to leave out
	Allow   []problem.Remedy // of ApplyAgain: what to allow
}

// Doing is a kind of action.
type Doing string

// The kinds of actions.
const (
	Resume        Doing = "resume"         // go on with the run
	ApplyAgain    Doing = "apply-again"    // begin with the same sheet again, and allow what was not allowed
	CorrectFile   Doing = "correct-file"   // correct the rows of a report, and send that
	CorrectMarked Doing = "correct-marked" // correct the coloured cells of the marked copy, and send that
	SendPlan      Doing = "send-plan"      // send what was planned
	SendValid     Doing = "send-valid"     // send what was planned without the invalid rows
	UndoRun       Doing = "undo-run"       // take the run back
	ShowRun       Doing = "show-run"       // look at the run
)

// Next is what a person is likely to want after a run that ended for a reason, nil if it came to its end: the likeliest first. sheet
// reports whether the run's sheet can be read again where it was.
func (r *Run) Next(s Summary, why error, sheet bool) []Action {
	actions := []Action{r.likeliest(s, why, sheet)}
	switch state := State(s.State); {
	case state == Waiting && s.Invalid > 0 && s.NotSent > 0:
		actions = append(actions, Action{Do: SendValid})
	case state == Finished && s.Updated > 0 && r.Options.Lookup != LookupNever:
		actions = append(actions, Action{Do: UndoRun})
	}
	return actions
}

func (r *Run) likeliest(s Summary, why error, sheet bool) Action {
	switch state := State(s.State); {
	case state.Resumable():
		return Action{Do: Resume, Without: without(why)}
	case s.Failed+s.Invalid > 0:
		if allow := r.missing(); len(allow) > 0 && sheet {
			return Action{Do: ApplyAgain, Allow: allow}
		}
		return r.correction(s)
	case state == Waiting && s.NotSent > 0:
		return Action{Do: SendPlan}
	}
	return Action{Do: ShowRun}
}

// without are the fields that what stopped a run advises to leave out.
func without(why error) []string {
	var refused *problem.Refusal
	if !errors.As(why, &refused) {
		return nil
	}
	for _, remedy := range refused.Remedies {
		if remedy.Way == problem.LeaveOut {
			return remedy.Args
		}
	}
	return nil
}

// missing is what must be allowed for the rows that were held back, if nothing else was wrong with any row.
func (r *Run) missing() (allow []problem.Remedy) {
	for row, err := range r.Journal.Rows(run.Standing(journal.Invalid, journal.Failed)) {
		remedies := plan.RemedyOf(row.Code)
		if err != nil || len(remedies) == 0 {
			return nil
		}
		for _, remedy := range remedies {
			if !slices.ContainsFunc(allow, func(a problem.Remedy) bool { return a.Way == remedy.Way }) {
				allow = append(allow, remedy)
			}
		}
	}
	return allow
}

// correction is how rows that went wrong are corrected: in the marked copy of a workbook where there is one, since Excel damages a CSV;
// else in failed.csv. What an undo could not put back is only to be looked at.
func (r *Run) correction(s Summary) Action {
	if r.Meta().Command == run.CommandUndo {
		return Action{Do: ShowRun}
	}
	marked := filepath.Join(r.Dir, report.MarkedFile)
	if _, err := os.Stat(marked); err == nil && s.Invalid > 0 {
		return Action{Do: CorrectMarked, File: marked}
	}
	return Action{Do: CorrectFile, File: filepath.Join(r.Dir, report.FailedFile)}
}
