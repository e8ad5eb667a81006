package journal

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// HeldBy names the process that has a run open, like "process 4711"; "" if none has.
func HeldBy(dir string) (string, error) {
	path := filepath.Join(dir, lockName)
	if _, err := os.Stat(path); err != nil {
		return "", nil // no process has ever opened it
	}
	file := flock.New(path)
	free, err := file.TryRLock()
	switch {
	case err != nil:
		return "", fault(dir, err)
	case !free:
		return fmt.Sprint(holderOf(path)), nil
	}
	return "", file.Unlock()
}
