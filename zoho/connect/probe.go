package connect

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"zohobulk/zoho"
	"zohobulk/zoho/probe"
)

// Probing is a probe on its way: the user has been read, and nothing was changed yet.
type Probing struct {
	Caller      zoho.Caller
	User        zoho.Account // the spare user
	RoleUnknown bool         // the service does not say whether the user is an administrator

	Tell func(probe.Call) // told of every call when it is over; nil is nobody
	Hard context.Context  // ends even the putting back; nil never does

	conn    *Connection
	email   string
	left    leftover
	release func() error
}

// Reserve keeps every other sender out of an organisation, by a lock in a folder, until release is called.
type Reserve func(folder string, zoid zoho.ID) (release func() error, err error)

// Probe begins a probe of the user with this address. It reads the caller and the user, keeps the probe away from people, and reserves
// the organisation until Close.
func (c *Connection) Probe(ctx context.Context, email string, reserve Reserve) (*Probing, error) {
	p := &Probing{conn: c, email: email, left: leftover{c.leftover()}}
	caller, err := c.Client.Caller(ctx, c.ZOID)
	if err != nil {
		return nil, err
	}
	if err := caller.May(zoho.AdminRights); err != nil {
		return nil, err
	}
	p.Caller = caller
	if p.User, err = c.Client.Account(ctx, caller.ZOID, email); err != nil {
		return nil, err
	}
	if err := p.spare(); err != nil {
		return nil, err
	}
	if p.release, err = reserve(c.Locks(), caller.ZOID); err != nil {
		return nil, err
	}
	return p, nil
}

// leftover is the file that notes whom a probe is changing.
func (c *Connection) leftover() string {
	name := c.Profile.Name
	if c.Sandbox {
		name = "sandbox"
	}
	return filepath.Join(c.connector.Folders.Config, "probe", name+".json")
}

// spare refuses a user that somebody needs.
func (p *Probing) spare() error {
	const hint = "make a user for it that nobody needs"
	admin, known := p.User.Admin()
	p.RoleUnknown = !known
	switch {
	case p.User.ZUID == p.Caller.Account.ZUID:
		return &zoho.Refusal{Code: CodeOwnAccount, Message: p.email + " is your own account, and no spare user", Hint: hint}
	case admin:
		return &zoho.Refusal{Code: CodeAdmin, Message: p.email + " is an administrator, and no spare user", Hint: hint}
	}
	return nil
}

// Close lets other senders in again.
func (p *Probing) Close() error { return p.release() }

// Unfinished is the user whom a probe that was killed may have left changed, with ok false if there is none. Recover puts it back.
func (p *Probing) Unfinished() (user zoho.Account, ok bool, err error) {
	user, ok, err = p.left.read()
	if ok && user.ZOID.Valid() && user.ZOID != p.Caller.ZOID {
		return user, ok, &zoho.Refusal{Code: CodeOtherOrganisation,
			Message: "the last probe was ended before it could put back " + user.PrimaryEmail + " of organisation " + string(user.ZOID),
			Hint:    "probe there first", Remedies: []zoho.Remedy{{Way: zoho.ChooseConnection}}}
	}
	return user, ok, err
}

// Recover puts back the user of Unfinished, and reads the spare user again.
func (p *Probing) Recover(ctx context.Context, before zoho.Account) error {
	if _, err := p.job(before).PutBack(ctx); err != nil {
		return err
	}
	if err := p.left.remove(); err != nil {
		return err
	}
	var err error
	p.User, err = p.conn.Client.Account(ctx, p.Caller.ZOID, p.email)
	return err
}

func (p *Probing) job(user zoho.Account) *probe.Probe {
	return &probe.Probe{Service: p.conn.Client, ZOID: p.Caller.ZOID, User: user, Tell: p.Tell, Hard: p.Hard}
}

// Run asks all questions and puts everything back, whatever happens. The error is why not all was asked, or a *probe.NotPutBack;
// the result holds what was learnt all the same.
func (p *Probing) Run(ctx context.Context) (probe.Result, error) {
	if err := p.left.write(p.User); err != nil {
		return probe.Result{}, err
	}
	result, err := p.job(p.User).Run(ctx)
	var not *probe.NotPutBack
	if !errors.As(err, &not) {
		err = errors.Join(err, p.left.remove())
	}
	return result, err
}

// Kept says what became of the answers of a probe.
type Kept string

// What becomes of answers.
const (
	KeptInProfile Kept = "kept"      // they are in the profile
	NothingLearnt Kept = "nothing"   // there is nothing to keep
	OfSandbox     Kept = "sandbox"   // the sandbox's answers say nothing of the real service
	OfElsewhere   Kept = "elsewhere" // they are not those of the profile's own service
)

// Keep keeps the answers in the profile, unless they are those of another service.
func (p *Probing) Keep(answers zoho.Capabilities, at time.Time) (Kept, error) {
	c := p.conn
	switch {
	case !answers.Known():
		return NothingLearnt, nil
	case c.Sandbox:
		return OfSandbox, nil
	case c.Elsewhere():
		return OfElsewhere, nil
	}
	kept := c.Profile
	if !c.Saved {
		kept.DC, kept.AccountsURL, kept.MailURL = c.choice.DC, c.choice.AccountsURL, c.choice.MailURL
		kept.ZOID = string(p.Caller.ZOID)
	}
	kept.Probe = &Probe{Capabilities: answers, User: p.User.PrimaryEmail, At: at.UTC().Truncate(time.Second)}
	return KeptInProfile, c.connector.Folders.Profiles().Save(kept)
}
