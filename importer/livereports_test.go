package importer

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zohobulk/importer/report"
	"zohobulk/zoho/zohotest"
)

// TestTablesAreThereWithoutReports sends a run and writes no reports, as if it were killed then: its rows are in the
// tables already.
func TestTablesAreThereWithoutReports(t *testing.T) {
	g := newRig(t, zohotest.Options{})
	r, err := g.apply(threePeople, Options{})
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(r.Dir, report.SuccessFile))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(data), `"updated"`); n != 2 || !strings.Contains(string(data), `"unchanged"`) {
		t.Errorf("success.csv has %d updated rows, want 2 and an unchanged one:\n%s", n, data)
	}
	if _, err := os.Stat(filepath.Join(r.Dir, report.FailedFile)); err != nil {
		t.Error(err)
	}
}
