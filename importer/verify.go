package importer

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/zoho"
)

// Verified says what reading the changed accounts again has found.
type Verified struct {
	Accounts int // that were changed
	Seen     int // that are as wanted
	NotSeen  int // that are not, although the change was accepted
}

// codeNotSeen is the code of a change that the service accepted and does not show.
const codeNotSeen = "not-seen"

// readVerify is a read that verifies.
const readVerify = "verify"

// Verify reads the accounts that the run has changed again, the cheaper way, and holds each against what it should be by
// now. It waits until the last change has had the time that changes need to show, and until values that flip back have
// done so. What is not seen is looked at once more by itself, as lists may lag behind, and then becomes a problem of its
// row. Nothing is changed.
func (r *Run) Verify(ctx context.Context) (Verified, error) {
	ctx = r.traced(ctx, 0, readVerify)
	zuids, last, err := r.updated()
	if err != nil || len(zuids) == 0 {
		return Verified{}, err
	}
	if err := r.Limiter.Sleep(ctx, lookAgain-r.Now().Sub(last)); err != nil {
		return Verified{}, err
	}
	d, err := r.readAccounts(ctx, zuids)
	if err != nil {
		return Verified{}, unreadable(err)
	}
	return r.verify(ctx, d)
}

// updated are the users that the run has changed, and when it changed the last one.
func (r *Run) updated() (zuids []string, last time.Time, err error) {
	for row, err := range r.Journal.Rows(standing(journal.Updated)) {
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

// readAccounts reads accounts by their zuids: by pages where that is cheaper, else one by one.
func (r *Run) readAccounts(ctx context.Context, zuids []string) (*directory, error) {
	d := newDirectory()
	if r.Options.Auth == AuthUser {
		own, err := r.Service.OwnAccounts(ctx)
		for i := range own {
			d.add(&own[i])
		}
		return d, err
	}
	open := newWanted()
	for _, zuid := range zuids {
		open.add(zuid)
	}
	if r.Options.Lookup != LookupAlways && len(zuids) > singleLookups {
		if err := d.list(ctx, r.Service, r.ZOID, open, r.Facts, r.Observer.Listed); err != nil {
			return nil, err
		}
	}
	var left []string
	for _, zuid := range zuids {
		if d.byZUID[zoho.ID(zuid)] == nil {
			left = append(left, zuid)
		}
	}
	return d, d.lookUp(ctx, r.Service, r.ZOID, left, r.workers(), r.Observer.Listed)
}

// verify holds each changed row against its account.
func (r *Run) verify(ctx context.Context, d *directory) (v Verified, err error) {
	for row, err := range r.Journal.Rows(standing(journal.Updated)) {
		if err != nil {
			return v, err
		}
		v.Accounts++
		missing := r.missing(row, d.byZUID[zoho.ID(row.ZUID)])
		if missing != "" {
			if missing, err = r.lookOnce(ctx, row); err != nil {
				return v, err
			}
		}
		if missing == "" {
			v.Seen++
		} else {
			v.NotSeen++
		}
		if err := r.noteSeen(row, missing); err != nil {
			return v, err
		}
	}
	return v, r.Journal.Flush()
}

// lookOnce looks at one account by itself.
func (r *Run) lookOnce(ctx context.Context, row journal.Row) (missing string, err error) {
	a, err := r.readAccount(r.traced(ctx, row.Seq, readVerify), row.ZUID)
	switch {
	case notFound(err):
		return r.missing(row, nil), nil
	case zoho.IsKind(err, zoho.Row):
		return "the service doesn't show the user any more", nil
	case err != nil:
		return "", err
	}
	return r.missing(row, a), nil
}

// missing says what of a row's changes an account does not show, "" if it shows them all.
func (r *Run) missing(row journal.Row, a *zoho.Account) string {
	if a == nil {
		return "the user is not in the organisation any more"
	}
	var said []string
	for _, c := range row.Changes {
		id, _ := field.ByName(c.Field)
		if now := present(a, id); !arrived(id, c, now) {
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
func (r *Run) noteSeen(row journal.Row, missing string) error {
	said := ""
	for p, err := range r.Journal.Problems(row.Seq) {
		if err != nil {
			return err
		}
		if p.Code == codeNotSeen {
			said = p.Message
		}
	}
	p := problem.Problem{Severity: problem.Note, Row: row.Number, Line: row.Line, Code: codeNotSeen, Message: "the change is seen by now"}
	if missing != "" {
		p.Severity, p.Message = problem.Warning, "the change was accepted and is not seen: "+missing
		p.Hint = "look at the user again later; if it stays so, apply the row once more"
	}
	if said == p.Message || said == "" && missing == "" {
		return nil
	}
	return r.Journal.AddProblem(row.Seq, p)
}

// NotSeen are the changes that were accepted and were not seen when the run was verified last, in the sheet's order.
func (r *Run) NotSeen() (unseen []problem.Problem, err error) {
	for p, err := range r.Journal.Problems(journal.All) {
		if err != nil || p.Code != codeNotSeen {
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

// Pilot reports whether sending ended because its first rows were all that was asked for.
func Pilot(why error) bool { return errors.Is(why, errPilot) }
