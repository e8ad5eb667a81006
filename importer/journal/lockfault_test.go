package journal_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
)

// TestNoFolderForLocks sees that a locks' folder that can't be made is not taken for the runs' folder.
func TestNoFolderForLocks(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := journal.LockOrganisation(filepath.Join(file, "locks"), "1", "")
	var refused *problem.Refusal
	if !errors.As(err, &refused) || refused.Code != "no-lock-folder" || !strings.Contains(refused.Hint, "XDG_CACHE_HOME or HOME") || len(refused.Remedies) > 0 {
		t.Errorf("got %+v", refused)
	}
}
