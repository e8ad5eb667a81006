package plan

import (
	"zohobulk/importer/field"
	"zohobulk/importer/run"
)

// Identity is how a row names its user.
type Identity struct {
	email, accountID, zuid, newEmail string
}

// key is what the row is found by in pages and look-ups.
func (i Identity) key() string {
	if i.email != "" {
		return run.Fold(i.email)
	}
	return i.zuid
}

// Sought is whom the rows of a sheet name: keys to be found, and for each new address the address of the row that wants it.
type Sought struct {
	open  *run.Wanted
	wish  map[string]string // folded
	stale bool              // a row in here was barred later
}

// Bar notes that a row which was added is barred: whom the rows name is gathered once more before it is used.
func (s *Sought) Bar() { s.stale = true }

// NewSought is a sheet of which no row was read.
func NewSought() *Sought { return &Sought{open: run.NewWanted(), wish: map[string]string{}} }

// Add takes in what a row names its user by, and the address that it changes to: whose that is now tells whether the change is
// done already, must wait for another row, or can't be.
func (s *Sought) Add(who Identity) {
	s.open.Add(who.key())
	if who.newEmail != "" {
		s.wish[run.Fold(who.newEmail)] = run.Fold(who.email)
		s.open.Add(run.Fold(who.newEmail))
	}
}

// Identify reads who a row is about.
func Identify(want map[string]string) Identity {
	return Identity{
		email: want[field.Email.String()], accountID: want[field.AccountID.String()],
		zuid: want[field.ZUID.String()], newEmail: want[field.NewEmail.String()],
	}
}
