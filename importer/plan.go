package importer

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/zoho"
)

// Plan reads the accounts that the sheet's valid rows name, holds each row against its account and journals what is to
// be sent. Nothing is changed.
func (r *Run) Plan(ctx context.Context) (Planned, error) {
	p := r.planner()
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
// killed before it sends is planned anew.
func (p *planner) settled() error {
	p.Facts.DirectorySize = p.size()
	return errors.Join(p.inherit(), p.Journal.Flush())
}

// refuse ends a planning that shows that the run as a whole can't be: a run in the wrong organisation is not to be gone on with.
func (p *planner) refuse(err error) error {
	var refusal *problem.Refusal
	if errors.As(err, &refusal) && refusal.Code == codeOtherOrganisation {
		return errors.Join(err, p.Hold())
	}
	return unreadable(err)
}

// planner is one pass of planning.
type planner struct {
	*Run
	directory *directory
	compare   comparer
	moves     []move // rows that change an address, in the sheet's order
	checker   *field.Checker
	early     bool // of an undo: the directory was read before the run's last changes had to show
	sum       Planned
}

func (r *Run) planner() *planner {
	return &planner{Run: r, directory: newDirectory(), compare: r.comparer(), checker: field.NewChecker(r.checks.Phones), sum: r.noneYet()}
}

func (r *Run) comparer() comparer {
	return comparer{exact: r.exact(), userAuth: r.Options.Auth == AuthUser, facts: r.Facts}
}

// exact is the set of fields of which another spelling is a change. An undo puts back to the letter what its run has changed.
func (r *Run) exact() field.Mask {
	switch {
	case r.Options.Respell || r.meta.Command == commandUndo:
		return field.Spelled
	case r.checks.Phones == field.E164Phones || r.checks.Phones == field.NationalPhones:
		return field.Phones
	}
	return 0
}

// size is how many accounts the organisation has, if this plan read them all; else what was known before.
func (p *planner) size() int {
	if p.directory.complete {
		return len(p.directory.accounts)
	}
	return p.Facts.DirectorySize
}

// read fills the directory with the accounts that the rows name.
func (p *planner) read(ctx context.Context) error {
	ctx = p.traced(ctx, 0, readPlan)
	if p.Options.Lookup == LookupNever {
		return nil
	}
	if p.Options.Auth == AuthUser {
		p.directory.add(&p.Caller)
		return nil
	}
	if err := p.seek(); err != nil {
		return err
	}
	open := p.sought.open
	if p.Options.Lookup == LookupAuto && len(open.keys) > singleLookups {
		if err := p.directory.list(ctx, p.Service, p.ZOID, open, p.Facts, p.Observer.Listed); err != nil {
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
	p.sought = newSought()
	return p.eachIdentity(p.sought.add)
}

// eachIdentity gives what each valid row names its user by.
func (p *planner) eachIdentity(take func(identity)) error {
	for row, err := range p.Journal.Rows(standing(journal.Read)) {
		if err != nil {
			return err
		}
		take(identify(row.Wanted))
	}
	return nil
}

// lookUpOpen looks up one by one what is not in the directory yet. After the whole directory was read, only a few are
// worth a call, or as many as the pages have cost: users come and go between pages, but a sheet for another organisation
// must not cost a call a row.
func (p *planner) lookUpOpen(ctx context.Context, open *wanted) error {
	if len(open.keys) == 0 || p.directory.complete && len(open.keys) > max(singleLookups, p.directory.pages) {
		return nil
	}
	var users, addresses []string // that rows are about, and that they change to
	err := p.eachIdentity(func(who identity) {
		if key := who.key(); open.take(key) && !p.knows(key) {
			users = append(users, key)
		}
		if key := fold(who.newEmail); key != "" && open.take(key) && !p.knows(key) {
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
	return p.directory.lookUp(ctx, p.Service, p.ZOID, append(rest, addresses...), p.workers(), p.Observer.Listed)
}

// sample looks up a few of many keys first, spread over the sheet, and gives the others. Where none of them is anybody's,
// the rest is not worth hours: for every second row to be known all the same, chance would have to be 1 in 30 million.
func (p *planner) sample(ctx context.Context, keys []string) (rest []string, err error) {
	if len(keys) <= 2*singleLookups || len(p.directory.accounts) > 0 {
		return keys, nil
	}
	var few []string
	stride := len(keys) / singleLookups
	for i, key := range keys {
		if i%stride == 0 && len(few) < singleLookups {
			few = append(few, key)
		} else {
			rest = append(rest, key)
		}
	}
	if err := p.directory.lookUp(ctx, p.Service, p.ZOID, few, p.workers(), p.Observer.Listed); err != nil {
		return nil, err
	}
	if len(p.directory.accounts) == 0 {
		return nil, p.otherOrganisation(fmt.Sprintf("of %d rows, %d were looked up, and they name nobody", len(keys), len(few)))
	}
	return rest, nil
}

func (p *planner) knows(key string) bool {
	return len(p.directory.owners(key)) > 0 || p.directory.byZUID[zoho.ID(key)] != nil
}

// identify reads who a row is about.
func identify(want map[string]string) identity {
	return identity{
		email: want[field.Email.String()], accountID: want[field.AccountID.String()],
		zuid: want[field.ZUID.String()], newEmail: want[field.NewEmail.String()],
	}
}

// resolve holds each valid row against its account.
func (p *planner) resolve(ctx context.Context) error {
	for row, err := range p.Journal.Rows(standing(journal.Read)) {
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
func (r *Run) problem(row journal.Row, o journal.Outcome) problem.Problem {
	p := problem.Problem{
		Severity: problem.Error, Row: row.Number, Line: row.Line,
		Field: o.Field, Value: row.Wanted[o.Field], Code: o.Code, Message: o.Message,
	}
	for i, c := range r.meta.Columns {
		if c.Field == o.Field && o.Field != "" {
			p.Column, p.Header, p.Cell = c.Column, c.Header, c.Column+strconv.Itoa(row.Number)
			if i < len(row.Cells) {
				p.Value = row.Cells[i]
			}
		}
	}
	return p
}

// row is what the directory makes of one row.
func (p *planner) row(row journal.Row) (journal.Plan, journal.Outcome, error) {
	want := p.without(row.Wanted)
	if p.Options.Lookup == LookupNever {
		plan := p.compare.unread(want)
		return plan, p.railed(want, plan, nil), nil
	}
	account, note, refused := p.find(identify(want))
	if refused != nil {
		return journal.Plan{}, refused.outcome(), nil
	}
	seen, err := p.recheck(row, want, account)
	if err != nil {
		return journal.Plan{}, journal.Outcome{}, err
	}
	want = seen.want
	plan, respelled := p.compare.compare(want, account)
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
		outcome.Code = codeRespelled
	}
	return plan, outcome, nil
}

// expose notes whether a row's account has anything that its update leaves out, as long as nobody knows what becomes of that.
func (p *planner) expose(seq int, plan journal.Plan, a *zoho.Account) {
	if p.Facts.OmittedFields != "" {
		return
	}
	for len(p.bareRows) <= seq {
		p.bareRows = append(p.bareRows, false)
	}
	others, places := parcel{step: stepPersonal, row: journal.Row{Plan: plan}}.leavesOut(snap(a))
	p.bareRows[seq] = others|places == 0
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

// The codes of rows that planning bars.
const (
	codeUnknownUser   = "unknown-user"
	codeWithheld      = "user-withheld"
	codeAmbiguousUser = "ambiguous-user"
	codeIDsDisagree   = "identities-disagree"
	codeNotOwn        = "not-own-account"
	codeNoName        = "display-name-missing"
	codeEmailChange   = "email-change-not-allowed"
	codeClearing      = "clearing-not-allowed"
	codeAdmin         = "admin-not-allowed"
	codeAddressTaken  = "address-taken"
	codeAddressCycle  = "address-cycle"
)

// find is the account that a row names, once all that the row says of it agrees.
func (p *planner) find(who identity) (a *zoho.Account, note string, refused *bar) {
	switch owners := p.directory.owners(who.email); {
	case who.email == "":
		a = p.directory.byZUID[zoho.ID(who.zuid)]
		if a == nil {
			return nil, "", p.unknown(field.ZUID, who.zuid)
		}
	case len(owners) > 1:
		return nil, "", barred(field.Email, codeAmbiguousUser, "%q belongs to %d users; name the user by zuid", who.email, len(owners))
	case len(owners) == 1:
		a = owners[0]
	default:
		if moved := p.directory.owners(who.newEmail); who.newEmail != "" && len(moved) == 1 {
			a, note = moved[0], fmt.Sprintf("the address is %s already", moved[0].PrimaryEmail)
			break
		}
		return nil, "", p.unknown(field.Email, who.email)
	}
	if moved := p.directory.owners(who.newEmail); len(moved) == 1 && who.zuid == string(moved[0].ZUID) && a != moved[0] {
		a, note = moved[0], fmt.Sprintf("the address is %s already, and %s is somebody else's by now", moved[0].PrimaryEmail, who.email)
	}
	if who.zuid != "" && who.zuid != string(a.ZUID) {
		return nil, "", barred(field.ZUID, codeIDsDisagree, "zuid %s is not that of %s (%s); is one column sorted alone?", who.zuid, a.PrimaryEmail, a.ZUID)
	}
	if who.accountID != "" && who.accountID != string(a.AccountID) {
		return nil, "", barred(field.AccountID, codeIDsDisagree, "accountId %s is not that of %s (%s); is one column sorted alone?", who.accountID, a.PrimaryEmail, a.AccountID)
	}
	return a, note, nil
}

func (p *planner) unknown(id field.ID, value string) *bar {
	if p.Options.Auth == AuthUser {
		return barred(id, codeNotOwn, "%q is not your own account; with --auth user only %s can be changed", value, p.Caller.PrimaryEmail)
	}
	if said := p.directory.withheld[fold(value)]; said != nil {
		return barred(id, codeWithheld, "the service doesn't show this user: %s", words(said))
	}
	return barred(id, codeUnknownUser, "nobody in organisation %s has %s %q", p.ZOID, id, value)
}
