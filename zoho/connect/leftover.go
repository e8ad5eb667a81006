package connect

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"zohobulk/zoho"
	"zohobulk/zoho/internal/privatefile"
)

// leftover is a file with a user as it was before a probe. It is there as long as the user may be changed, so that the
// next probe can put back what a killed one could not.
type leftover struct{ path string }

func (l leftover) write(a zoho.Account) error {
	text, err := json.Marshal(a)
	if err != nil {
		return err
	}
	if err := privatefile.Write(l.path, text); err != nil {
		return fmt.Errorf("note the user before it is changed: %w", err)
	}
	return nil
}

// read gives the user, if there is one.
func (l leftover) read() (a zoho.Account, ok bool, err error) {
	text, err := os.ReadFile(l.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return a, false, nil
	case err != nil:
		return a, false, fmt.Errorf("what the last probe left: %w", err)
	}
	if err := json.Unmarshal(text, &a); err != nil || !a.ZUID.Valid() {
		return a, false, fmt.Errorf("%s is damaged: look at the user of the last probe in the admin console, then delete the file", l.path)
	}
	return a, true, nil
}

func (l leftover) remove() error {
	if err := os.Remove(l.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("note of the user before it was changed: %w", err)
	}
	return nil
}
