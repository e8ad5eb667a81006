package send

import (
	"context"
	"fmt"
	"strings"
	"time"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/plan"
	"zohobulk/importer/problem"
	"zohobulk/importer/run"
	"zohobulk/zoho"
)

// Verified says what reading the changed accounts again has found.
type Verified struct {
	Accounts int // that were changed
	Seen     int // that are as they should be
	NotSeen  int // that are not, although the change was accepted
}

// Verify reads the accounts that the run has changed again, the cheaper way, and holds each against what it should be by
// now. It waits until the last change has had the time that changes need to show, and until values that flip back have
// done so. What is not seen is looked at once more by itself, as lists may lag behind, and then becomes a problem of its
// row. Nothing is changed.
func Verify(ctx context.Context, r *run.Run) (Verified, error) {
	ctx = r.Traced(ctx, 0, run.ReadVerify)
	zuids, last, err := updated(r.Journal)
	if err != nil || len(zuids) == 0 {
		return Verified{}, err
	}
	if err := r.Limiter.Sleep(ctx, run.LookAgain-r.Now().Sub(last)); err != nil {
		return Verified{}, err
	}
	d, err := reread(ctx, r, zuids)
	if err != nil {
		return Verified{}, run.Unreadable(err)
	}
	return verify(ctx, r, d)
}

// reread reads the changed accounts; by user authentication there is the caller's own alone.
func reread(ctx context.Context, r *run.Run, zuids []string) (*run.Directory, error) {
	if r.Options.Auth != run.AuthUser {
		return r.ReadAccounts(ctx, zuids)
	}
	d := run.NewDirectory()
	own, err := r.Service.OwnAccounts(ctx)
	for i := range own {
		d.Add(&own[i])
	}
	return d, err
}

// updated are the users that the run has changed, and when it changed the last one.
func updated(j *journal.Journal) (zuids []string, last time.Time, err error) {
	for row, err := range j.Rows(run.Standing(journal.Updated)) {
		if err != nil {
			return nil, last, err
		}
		zuids = append(zuids, row.ZUID)
		if row.FinishedAt.After(last) {
			last = row.FinishedAt
		}
	}
	return zuids, last, nil
}

// verify holds each changed row against its account.
func verify(ctx context.Context, r *run.Run, d *run.Directory) (v Verified, err error) {
	for row, err := range r.Journal.Rows(run.Standing(journal.Updated)) {
		if err != nil {
			return v, err
		}
		v.Accounts++
		unseen := missing(row, d.ByZUID(row.ZUID))
		if unseen != "" {
			if unseen, err = lookOnce(ctx, r, row); err != nil {
				return v, err
			}
		}
		if unseen == "" {
			v.Seen++
		} else {
			v.NotSeen++
		}
		if err := noteSeen(r.Journal, row, unseen); err != nil {
			return v, err
		}
	}
	return v, r.Journal.Flush()
}

// lookOnce looks at one account by itself.
func lookOnce(ctx context.Context, r *run.Run, row journal.Row) (unseen string, err error) {
	a, err := r.ReadAccount(r.Traced(ctx, row.Seq, run.ReadVerify), row.ZUID)
	switch {
	case run.NotFound(err):
		return missing(row, nil), nil
	case zoho.IsKind(err, zoho.Row):
		return "the service doesn't show the user any more", nil
	case err != nil:
		return "", err
	}
	return missing(row, a), nil
}

// missing says what of a row's changes an account does not show, "" if it shows them all.
func missing(row journal.Row, a *zoho.Account) string {
	if a == nil {
		return "the user is not in the organisation any more"
	}
	var said []string
	for _, c := range row.Changes {
		id, _ := field.ByName(c.Field)
		if now := plan.Present(a, id); !plan.Arrived(id, c, now) {
			said = append(said, fmt.Sprintf("%s is %s", id, quotedOrEmpty(now)))
		}
	}
	return strings.Join(said, ", ")
}

func quotedOrEmpty(text string) string {
	if text == "" {
		return "empty"
	}
	return `"` + problem.Shorten(text, 40) + `"`
}

// noteSeen keeps what is missing of a row's changes as a problem of the row, or that what was missing before has come. It
// is said once, however often the run is verified.
func noteSeen(j *journal.Journal, row journal.Row, missing string) error {
	said := ""
	for p, err := range j.Problems(row.Seq) {
		if err != nil {
			return err
		}
		if p.Code == run.CodeNotSeen {
			said = p.Message
		}
	}
	p := problem.Problem{Severity: problem.Note, Row: row.Number, Line: row.Line, Code: run.CodeNotSeen, Message: "the change is seen by now"}
	if missing != "" {
		p.Severity, p.Message = problem.Warning, "the change was accepted and is not seen: "+missing
		p.Hint = "look at the user again later; if it stays so, apply the row once more"
	}
	if said == p.Message || said == "" && missing == "" {
		return nil
	}
	return j.AddProblem(row.Seq, p)
}

// NotSeen are the changes that were accepted and were not seen when the run was verified last, in the sheet's order.
func NotSeen(j *journal.Journal) (unseen []problem.Problem, err error) {
	for p, err := range j.Problems(journal.All) {
		if err != nil || p.Code != run.CodeNotSeen {
			if err != nil {
				return nil, err
			}
			continue
		}
		if n := len(unseen); n > 0 && unseen[n-1].Row == p.Row { // said of the same row before
			unseen = unseen[:n-1]
		}
		if p.Severity == problem.Warning {
			unseen = append(unseen, p.Problem)
		}
	}
	return unseen, nil
}
