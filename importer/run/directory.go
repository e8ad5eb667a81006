package run

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"zohobulk/importer/problem"
	"zohobulk/zoho"
)

// How the directory is read.
const (
	SingleLookups = 25 // up to so many rows are looked up one by one (documented in the program's help)
	pageSize      = 50 // accounts asked for at once: larger pages took over 40 s (observed by others)
)

// Directory holds the accounts that were read, found by any of their addresses and ids.
type Directory struct {
	accounts  []*zoho.Account
	byAddress map[string]*zoho.Account   // the first that has it
	sharing   map[string][]*zoho.Account // all that have it, where they are several
	byZUID    map[zoho.ID]*zoho.Account
	withheld  map[string]*zoho.Error // users that the service doesn't show when asked for by themselves, by the key they were asked for with
	pass      func(*zoho.Account)    // takes the accounts, of which only the zuids are kept then; nil keeps them
	complete  bool                   // every account of the organisation is in here
	pages     int                    // that the list has cost
}

// NewDirectory is a directory without accounts.
func NewDirectory() *Directory {
	return &Directory{byAddress: map[string]*zoho.Account{}, sharing: map[string][]*zoho.Account{}, byZUID: map[zoho.ID]*zoho.Account{}, withheld: map[string]*zoho.Error{}}
}

// Fold is the form in which addresses are compared.
func Fold(address string) string { return strings.ToLower(strings.TrimSpace(address)) }

// Add takes an account in, and reports whether it is new.
func (d *Directory) Add(a *zoho.Account) bool {
	if d.byZUID[a.ZUID] != nil {
		return false
	}
	if d.pass != nil {
		d.byZUID[zoho.ID(strings.Clone(string(a.ZUID)))] = passed
		d.pass(a)
		return true
	}
	d.byZUID[a.ZUID] = a
	d.accounts = append(d.accounts, a)
	for _, address := range a.Addresses() {
		d.share(Fold(address), a)
	}
	return true
}

// passed stands for an account that was handed on.
var passed = &zoho.Account{}

// size is how many accounts were read.
func (d *Directory) size() int { return len(d.byZUID) }

// Kept is how many accounts are in the directory.
func (d *Directory) Kept() int { return len(d.accounts) }

// Pages is how many pages the list has cost.
func (d *Directory) Pages() int { return d.pages }

// Complete reports whether every account of the organisation is in the directory.
func (d *Directory) Complete() bool { return d.complete }

// ByZUID is the account with a zuid, nil if it was not read.
func (d *Directory) ByZUID(zuid string) *zoho.Account { return d.byZUID[zoho.ID(zuid)] }

// Withheld is what the service said of a user whom it doesn't show, by the key that was asked for; nil for any other.
func (d *Directory) Withheld(key string) *zoho.Error { return d.withheld[key] }

// Remove takes an account out.
func (d *Directory) Remove(a *zoho.Account) {
	same := func(other *zoho.Account) bool { return other == a }
	delete(d.byZUID, a.ZUID)
	d.accounts = slices.DeleteFunc(d.accounts, same)
	for _, address := range a.Addresses() {
		key := Fold(address)
		rest := slices.DeleteFunc(slices.Clone(d.Owners(key)), same)
		delete(d.byAddress, key)
		delete(d.sharing, key)
		for _, other := range rest {
			d.share(key, other)
		}
	}
}

// share adds an account to those that have an address.
func (d *Directory) share(key string, a *zoho.Account) {
	first := d.byAddress[key]
	switch {
	case first == nil:
		d.byAddress[key] = a
	case d.sharing[key] == nil:
		d.sharing[key] = []*zoho.Account{first, a}
	default:
		d.sharing[key] = append(d.sharing[key], a)
	}
}

// Owners are the accounts that have an address.
func (d *Directory) Owners(address string) []*zoho.Account {
	key := Fold(address)
	if several := d.sharing[key]; several != nil {
		return several
	}
	if a := d.byAddress[key]; a != nil {
		return []*zoho.Account{a}
	}
	return nil
}

// Wanted is the set of keys still to be found, as hashes: eight bytes a row instead of an address. A collision, at one
// in 10^13 for a hundred thousand rows, ends the paging one account early, and the row is then looked up by itself.
type Wanted struct {
	seed maphash.Seed
	keys map[uint64]struct{}
}

// NewWanted is a set of no keys.
func NewWanted() *Wanted {
	return &Wanted{seed: maphash.MakeSeed(), keys: map[uint64]struct{}{}}
}

// Add wants a key.
func (w *Wanted) Add(key string) { w.keys[maphash.String(w.seed, key)] = struct{}{} }

// Len is how many keys are still to be found.
func (w *Wanted) Len() int { return len(w.keys) }

// Take reports whether a key is Wanted, and wants it no longer.
func (w *Wanted) Take(key string) bool {
	hash := maphash.String(w.seed, key)
	_, open := w.keys[hash]
	delete(w.keys, hash)
	return open
}

// Found wants the keys of an account no longer.
func (w *Wanted) Found(a *zoho.Account) {
	delete(w.keys, maphash.String(w.seed, string(a.ZUID)))
	for _, address := range a.Addresses() {
		delete(w.keys, maphash.String(w.seed, Fold(address)))
	}
}

// LookUp reads the accounts of the given keys one by one into a directory, a few at a time. A user whom nobody knows, or whom the
// service doesn't show for a reason of the user's own, is no error: the others are read all the same.
func (r *Run) LookUp(ctx context.Context, d *Directory, keys []string) error {
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(r.Workers())
	for _, key := range keys {
		g.Go(func() error {
			return problem.Guard(func() error {
				a, err := r.Service.Account(ctx, r.ZOID, key)
				mu.Lock()
				defer mu.Unlock()
				return d.Took(key, &a, err, r.Observer.Listed)
			})
		})
	}
	return g.Wait()
}

// Took takes in the answer of a look-up.
func (d *Directory) Took(key string, a *zoho.Account, err error, listed func(accounts int)) error {
	var refused *zoho.Error
	switch {
	case err == nil:
		d.Add(a)
		listed(len(d.accounts))
	case errors.As(err, &refused) && refused.Kind == zoho.Row:
		d.withheld[key] = refused
	case !NotFound(err):
		return err
	}
	return nil
}

// NotFound reports whether the service says that there is no such user.
func NotFound(err error) bool {
	var e *zoho.Error
	return errors.As(err, &e) && e.Kind == zoho.NotFound
}

// ReadAccount reads one account by its zuid; by user authentication, the caller's own.
func (r *Run) ReadAccount(ctx context.Context, zuid string) (*zoho.Account, error) {
	if r.Options.Auth == AuthUser {
		accounts, err := r.Service.OwnAccounts(ctx)
		if err != nil || len(accounts) == 0 {
			return nil, err
		}
		return &accounts[0], nil
	}
	a, err := r.Service.Account(ctx, r.ZOID, zuid)
	return &a, err
}

// ReadAccounts reads accounts by their zuids: by pages where that is cheaper, else one by one.
func (r *Run) ReadAccounts(ctx context.Context, zuids []string) (*Directory, error) {
	d, open := NewDirectory(), NewWanted()
	for _, zuid := range zuids {
		open.Add(zuid)
	}
	if r.Options.Lookup != LookupAlways && len(zuids) > SingleLookups {
		if err := r.List(ctx, d, open); err != nil {
			return nil, err
		}
	}
	var left []string
	for _, zuid := range zuids {
		if d.ByZUID(zuid) == nil {
			left = append(left, zuid)
		}
	}
	return d, r.LookUp(ctx, d, left)
}

// Unreadable says what to do where the directory may not be read; any other error is given back as it is.
func Unreadable(err error) error {
	if !zoho.IsKind(err, zoho.Scope) {
		return err
	}
	return &problem.Refusal{
		Code: zoho.Scope.String(), Exit: 4, Err: err,
		Message: "this login may not read the users of the organisation: it lacks the permission " + zoho.ScopeReadAll,
		Hint:    "log in again and agree to everything that is asked for", Remedies: []problem.Remedy{{Way: problem.SendUnread}},
	}
}

// Words are what the service said, without what it was asked.
func Words(e *zoho.Error) string {
	return strings.Join(strings.Fields(fmt.Sprintf("%d %s %s", e.Status, e.Code, e.Message)), " ")
}
