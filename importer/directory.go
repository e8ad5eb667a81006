package importer

import (
	"context"
	"errors"
	"hash/maphash"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"zohobulk/importer/problem"
	"zohobulk/zoho"
)

// Service is what a run needs of Zoho Mail; *zoho.Client is one.
type Service interface {
	OwnAccounts(ctx context.Context) ([]zoho.Account, error)
	Accounts(ctx context.Context, zoid zoho.ID, start, limit int) ([]zoho.Account, error)
	Account(ctx context.Context, zoid zoho.ID, who string) (zoho.Account, error)
	UpdatePersonalInfo(ctx context.Context, zoid zoho.ID, p zoho.PersonalInfo, k zoho.Keys) error
	UpdateDisplayNameEmail(ctx context.Context, zoid zoho.ID, u zoho.DisplayNameEmail) error
	UpdateOwnDisplayNameEmail(ctx context.Context, u zoho.DisplayNameEmail) error
}

// How the directory is read.
const (
	singleLookups = 25 // up to so many rows are looked up one by one (documented in the program's help)
	pageSize      = 50 // accounts asked for at once: larger pages took over 40 s (observed by others)
)

// directory holds the accounts that were read, found by any of their addresses and ids.
type directory struct {
	accounts  []*zoho.Account
	byAddress map[string]*zoho.Account   // the first that has it
	sharing   map[string][]*zoho.Account // all that have it, where they are several
	byZUID    map[zoho.ID]*zoho.Account
	withheld  map[string]*zoho.Error // users that the service doesn't show when asked for by themselves, by the key they were asked for with
	pass      func(*zoho.Account)    // takes the accounts, of which only the zuids are kept then; nil keeps them
	complete  bool                   // every account of the organisation is in here
	pages     int                    // that the list has cost
}

func newDirectory() *directory {
	return &directory{byAddress: map[string]*zoho.Account{}, sharing: map[string][]*zoho.Account{}, byZUID: map[zoho.ID]*zoho.Account{}, withheld: map[string]*zoho.Error{}}
}

// fold is the form in which addresses are compared.
func fold(address string) string { return strings.ToLower(strings.TrimSpace(address)) }

// add takes an account in, and reports whether it is new.
func (d *directory) add(a *zoho.Account) bool {
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
		d.share(fold(address), a)
	}
	return true
}

// passed stands for an account that was handed on.
var passed = &zoho.Account{}

// size is how many accounts were read.
func (d *directory) size() int { return len(d.byZUID) }

// remove takes an account out.
func (d *directory) remove(a *zoho.Account) {
	same := func(other *zoho.Account) bool { return other == a }
	delete(d.byZUID, a.ZUID)
	d.accounts = slices.DeleteFunc(d.accounts, same)
	for _, address := range a.Addresses() {
		key := fold(address)
		rest := slices.DeleteFunc(slices.Clone(d.owners(key)), same)
		delete(d.byAddress, key)
		delete(d.sharing, key)
		for _, other := range rest {
			d.share(key, other)
		}
	}
}

// share adds an account to those that have an address.
func (d *directory) share(key string, a *zoho.Account) {
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

// owners are the accounts that have an address.
func (d *directory) owners(address string) []*zoho.Account {
	key := fold(address)
	if several := d.sharing[key]; several != nil {
		return several
	}
	if a := d.byAddress[key]; a != nil {
		return []*zoho.Account{a}
	}
	return nil
}

// identity is how a row names its user.
type identity struct {
	email, accountID, zuid, newEmail string
}

// key is what the row is found by in pages and look-ups.
func (i identity) key() string {
	if i.email != "" {
		return fold(i.email)
	}
	return i.zuid
}

// sought is whom the rows of a sheet name: keys to be found, and for each new address the address of the row that wants it.
type sought struct {
	open  *wanted
	wish  map[string]string // folded
	stale bool              // a row in here was barred later
}

func newSought() *sought { return &sought{open: newWanted(), wish: map[string]string{}} }

// add takes in what a row names its user by, and the address that it changes to: whose that is now tells whether the change is
// done already, must wait for another row, or can't be.
func (s *sought) add(who identity) {
	s.open.add(who.key())
	if who.newEmail != "" {
		s.wish[fold(who.newEmail)] = fold(who.email)
		s.open.add(fold(who.newEmail))
	}
}

// wanted is the set of keys still to be found, as hashes: eight bytes a row instead of an address. A collision, at one
// in 10^13 for a hundred thousand rows, ends the paging one account early, and the row is then looked up by itself.
type wanted struct {
	seed maphash.Seed
	keys map[uint64]struct{}
}

func newWanted() *wanted {
	return &wanted{seed: maphash.MakeSeed(), keys: map[uint64]struct{}{}}
}

func (w *wanted) add(key string) { w.keys[maphash.String(w.seed, key)] = struct{}{} }

// take reports whether a key is wanted, and wants it no longer.
func (w *wanted) take(key string) bool {
	hash := maphash.String(w.seed, key)
	_, open := w.keys[hash]
	delete(w.keys, hash)
	return open
}

func (w *wanted) found(a *zoho.Account) {
	delete(w.keys, maphash.String(w.seed, string(a.ZUID)))
	for _, address := range a.Addresses() {
		delete(w.keys, maphash.String(w.seed, fold(address)))
	}
}

// lookUp reads the accounts of the given keys one by one, a few at a time. A user whom nobody knows, or whom the service
// doesn't show for a reason of the user's own, is no error: the others are read all the same.
func (d *directory) lookUp(ctx context.Context, s Service, zoid zoho.ID, keys []string, workers int, listed func(accounts int)) error {
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(workers)
	for _, key := range keys {
		g.Go(func() error {
			return problem.Guard(func() error {
				a, err := s.Account(ctx, zoid, key)
				mu.Lock()
				defer mu.Unlock()
				return d.took(key, &a, err, listed)
			})
		})
	}
	return g.Wait()
}

// took takes in the answer of a look-up.
func (d *directory) took(key string, a *zoho.Account, err error, listed func(accounts int)) error {
	var refused *zoho.Error
	switch {
	case err == nil:
		d.add(a)
		listed(len(d.accounts))
	case errors.As(err, &refused) && refused.Kind == zoho.Row:
		d.withheld[key] = refused
	case !notFound(err):
		return err
	}
	return nil
}

// notFound reports whether the service says that there is no such user.
func notFound(err error) bool {
	var e *zoho.Error
	return errors.As(err, &e) && e.Kind == zoho.NotFound
}
