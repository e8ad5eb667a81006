// Package plan finds out what a run will change: it reads the accounts that the rows name, holds each row against its account, bars what
// the rails keep, puts changes of addresses in order and counts what is to be sent. It does the same for an undo, and once more for a
// plan that was kept. Nothing is changed by it.
//
// It imports run, journal, check, field, problem and zoho. Start reading at Sheet.
package plan

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/run"
	"zohobulk/zoho"
)

// Sheet reads the accounts that the sheet's valid rows name, holds each row against its account and journals what is to
// be sent. Nothing is changed. sought is whom the rows name, gathered while they were read; nil if another process read them.
func Sheet(ctx context.Context, r *run.Run, sought *Sought) (Planned, error) {
	p := newPlanner(r)
	p.sought = sought
	if err := p.read(ctx); err != nil {
		return Planned{}, p.refuse(err)
	}
	if err := p.resolve(ctx); err != nil {
		return Planned{}, err
	}
	if err := p.order(); err != nil {
		return Planned{}, err
	}
	if err := p.complete(); err != nil {
		return Planned{}, err
	}
	if err := p.belongs(); err != nil {
		return Planned{}, p.refuse(err)
	}
	return p.sum, p.settled()
}

// settled ends the planning. The run's state stays as it is: whoever wants the plan to wait sets it aside, and a run that is
// killed before it sends is planned again.
func (p *planner) settled() error {
	p.SawDirectory(p.size())
	return errors.Join(p.Inherit(), p.KeepRoles(), p.Journal.Flush())
}

// refuse ends a planning that shows that the run as a whole can't be: a run in the wrong organisation must not be continued.
func (p *planner) refuse(err error) error {
	var refusal *problem.Refusal
	if errors.As(err, &refusal) && refusal.Code == run.CodeOtherOrganisation {
		return errors.Join(err, p.Hold())
	}
	return run.Unreadable(err)
}

// planner is one pass of planning.
type planner struct {
	*run.Run
	directory *run.Directory
	sought    *Sought
	compare   Comparer
	moves     []move // rows that change an address, in the sheet's order
	checker   *field.Checker
	last      time.Time // of an undo: when the run made its last change
	early     bool      // of an undo: the directory was read before the run's last changes had to show
	sum       Planned
}

func newPlanner(r *run.Run) *planner {
	return &planner{Run: r, directory: run.NewDirectory(), compare: NewComparer(r), checker: field.NewChecker(r.Checks.Phones), sum: noneYet(r)}
}

// size is how many accounts the organisation has, if this plan read them all; else what was known before.
func (p *planner) size() int {
	if p.directory.Complete() {
		return p.directory.Kept()
	}
	return p.Knowledge().DirectorySize
}

// read fills the directory with the accounts that the rows name.
func (p *planner) read(ctx context.Context) error {
	ctx = p.Traced(ctx, 0, run.ReadPlan)
	if p.Options.Lookup == run.LookupNever {
		return nil
	}
	if p.Options.Auth == run.AuthUser {
		p.directory.Add(&p.Caller)
		return nil
	}
	if err := p.seek(); err != nil {
		return err
	}
	open := p.sought.open
	if p.Options.Lookup == run.LookupAuto && open.Len() > run.SingleLookups {
		if err := p.List(ctx, p.directory, open); err != nil {
			return err
		}
	}
	return p.lookUpOpen(ctx, open)
}

// seek gathers whom the rows name, unless that was done when they were read.
func (p *planner) seek() error {
	if p.sought != nil && !p.sought.stale {
		return nil
	}
	p.sought = NewSought()
	return p.eachIdentity(p.sought.Add)
}

// eachIdentity gives what each valid row names its user by.
func (p *planner) eachIdentity(take func(Identity)) error {
	for row, err := range p.Journal.Rows(run.Standing(journal.Read)) {
		if err != nil {
			return err
		}
		take(Identify(row.Wanted))
	}
	return nil
}

// lookUpOpen looks up one by one what is not in the directory yet. After the whole directory was read, only a few are
// worth a call, or as many as the pages have cost: users come and go between pages, but a sheet for another organisation
// must not cost a call a row.
func (p *planner) lookUpOpen(ctx context.Context, open *run.Wanted) error {
	if open.Len() == 0 || p.directory.Complete() && open.Len() > max(run.SingleLookups, p.directory.Pages()) {
		return nil
	}
	var users, addresses []string // that rows are about, and that they change to
	err := p.eachIdentity(func(who Identity) {
		if key := who.key(); open.Take(key) && !p.knows(key) {
			users = append(users, key)
		}
		if key := run.Fold(who.newEmail); key != "" && open.Take(key) && !p.knows(key) {
			addresses = append(addresses, key)
		}
	})
	if err != nil {
		return err
	}
	rest, err := p.sample(ctx, users)
	if err != nil {
		return err
	}
	return p.LookUp(ctx, p.directory, append(rest, addresses...))
}

// sample looks up a few of many keys first, spread over the sheet, and gives the others. Where none of them is anybody's,
// the rest is not worth hours: for every second row to be known all the same, chance would have to be 1 in 30 million.
func (p *planner) sample(ctx context.Context, keys []string) (rest []string, err error) {
	if len(keys) <= 2*run.SingleLookups || p.directory.Kept() > 0 {
		return keys, nil
	}
	var few []string
	stride := len(keys) / run.SingleLookups
	for i, key := range keys {
		if i%stride == 0 && len(few) < run.SingleLookups {
			few = append(few, key)
		} else {
			rest = append(rest, key)
		}
	}
	if err := p.LookUp(ctx, p.directory, few); err != nil {
		return nil, err
	}
	if p.directory.Kept() == 0 {
		return nil, p.otherOrganisation(fmt.Sprintf("of %d rows, %d were looked up, and they name nobody", len(keys), len(few)))
	}
	return rest, nil
}

func (p *planner) knows(key string) bool {
	return len(p.directory.Owners(key)) > 0 || p.directory.ByZUID(key) != nil
}

// resolve holds each valid row against its account.
func (p *planner) resolve(ctx context.Context) error {
	for row, err := range p.Journal.Rows(run.Standing(journal.Read)) {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		plan, outcome, err := p.row(row)
		if err != nil {
			return err
		}
		if err := p.settle(row, plan, outcome); err != nil {
			return err
		}
		row.Plan, row.Outcome = plan, outcome
		if !p.remember(row) {
			p.sum.count(row)
		}
	}
	return p.Journal.Flush()
}

// settle journals what became of a row, with a problem to show if it is barred.
func (p *planner) settle(row journal.Row, plan journal.Plan, outcome journal.Outcome) error {
	if outcome.Status == journal.Invalid {
		if err := p.Journal.AddProblem(row.Seq, p.problem(row, outcome)); err != nil {
			return err
		}
	}
	return p.Journal.Plan(row.Seq, plan, outcome)
}

// problem is an outcome as something to say about the sheet, at the cell of the field that is to blame.
func (p *planner) problem(row journal.Row, o journal.Outcome) problem.Problem {
	said := problem.Problem{
		Severity: problem.Error, Row: row.Number, Line: row.Line,
		Field: o.Field, Value: row.Wanted[o.Field], Code: o.Code, Message: o.Message, Remedies: RemedyOf(o.Code),
	}
	for i, c := range p.Meta().Columns {
		if c.Field == o.Field && o.Field != "" {
			said.Column, said.Header, said.Cell = c.Column, c.Header, c.Column+strconv.Itoa(row.Number)
			if i < len(row.Cells) {
				said.Value = row.Cells[i]
			}
		}
	}
	return said
}

// row is what the directory makes of one row.
func (p *planner) row(row journal.Row) (journal.Plan, journal.Outcome, error) {
	want := p.kept(row.Wanted)
	if p.Options.Lookup == run.LookupNever {
		plan := p.compare.unread(want)
		return plan, p.railed(want, plan, nil), nil
	}
	account, note, refused := p.find(Identify(want))
	if refused != nil {
		return journal.Plan{}, refused.outcome(), nil
	}
	seen, err := p.recheck(row, want, account)
	if err != nil {
		return journal.Plan{}, journal.Outcome{}, err
	}
	want = seen.want
	plan, respelled := p.compare.Compare(want, account)
	plan.Note = note
	if done, ok := p.movedOn(want, plan); ok {
		plan, respelled = done, 0
	}
	if b := seen.wrong(plan); b != nil {
		return plan, b.outcome(), nil
	}
	if err := p.warn(row, seen, plan); err != nil {
		return journal.Plan{}, journal.Outcome{}, err
	}
	p.expose(row.Seq, plan, account)
	outcome := p.railed(want, plan, account)
	if outcome.Status == journal.Unchanged && respelled != 0 {
		outcome.Code = run.CodeRespelled
	}
	return plan, outcome, nil
}

// kept is a row's update less the fields that are left out.
func (p *planner) kept(want map[string]string) map[string]string {
	leave := p.LeftOut()
	if leave == 0 {
		return want
	}
	kept := make(map[string]string, len(want))
	for name, text := range want {
		if field.Named(name)&leave == 0 {
			kept[name] = text
		}
	}
	return kept
}

// expose notes whether a row's account has anything that its update leaves out, as long as nobody knows what becomes of that.
func (p *planner) expose(seq int, plan journal.Plan, a *zoho.Account) {
	if p.Knowledge().OmittedFields.Known() {
		return
	}
	others, places := LeavesOut(Carries(plan), Snap(a))
	p.NoteBare(seq, others|places == 0)
}

// bar is why a row can't be sent.
type bar struct {
	field   field.ID
	code    string
	message string
}

func barred(id field.ID, code, format string, args ...any) *bar {
	return &bar{id, code, fmt.Sprintf(format, args...)}
}

func (b *bar) outcome() journal.Outcome {
	return journal.Outcome{Status: journal.Invalid, Field: b.field.String(), Code: b.code, Message: b.message}
}

// find is the account that a row names, once all that the row says of it agrees.
func (p *planner) find(who Identity) (a *zoho.Account, note string, refused *bar) {
	switch owners := p.directory.Owners(who.email); {
	case who.email == "":
		a = p.directory.ByZUID(who.zuid)
		if a == nil {
			return nil, "", p.unknown(field.ZUID, who.zuid)
		}
	case len(owners) > 1:
		return nil, "", barred(field.Email, run.CodeAmbiguousUser, "%q belongs to %d users; name the user by zuid", who.email, len(owners))
	case len(owners) == 1:
		a = owners[0]
	default:
		if moved := p.directory.Owners(who.newEmail); who.newEmail != "" && len(moved) == 1 {
			a, note = moved[0], fmt.Sprintf("the address is %s already", moved[0].PrimaryEmail)
			break
		}
		return nil, "", p.unknown(field.Email, who.email)
	}
	if moved := p.directory.Owners(who.newEmail); len(moved) == 1 && who.zuid == string(moved[0].ZUID) && a != moved[0] {
		a, note = moved[0], fmt.Sprintf("the address is %s already, and %s is somebody else's by now", moved[0].PrimaryEmail, who.email)
	}
	if who.zuid != "" && who.zuid != string(a.ZUID) {
		return nil, "", barred(field.ZUID, run.CodeIDsDisagree, "zuid %s is not that of %s (%s); was one column sorted without the others?", who.zuid, a.PrimaryEmail, a.ZUID)
	}
	if who.accountID != "" && who.accountID != string(a.AccountID) {
		return nil, "", barred(field.AccountID, run.CodeIDsDisagree, "accountId %s is not that of %s (%s); was one column sorted without the others?", who.accountID, a.PrimaryEmail, a.AccountID)
	}
	return a, note, nil
}

func (p *planner) unknown(id field.ID, value string) *bar {
	if p.Options.Auth == run.AuthUser {
		return barred(id, run.CodeNotOwn, "%q is not your own account; with the rights of a person only %s can be changed", value, p.Caller.PrimaryEmail)
	}
	if said := p.directory.Withheld(run.Fold(value)); said != nil {
		return barred(id, run.CodeWithheld, "the service doesn't show this user: %s", run.Words(said))
	}
	return barred(id, run.CodeUnknownUser, "nobody in organisation %s has %s %q", p.ZOID, id, value)
}
