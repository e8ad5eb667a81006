package importer_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zohobulk/importer"
	"zohobulk/importer/problem"
)

func TestRunsAreFoundByTheirNames(t *testing.T) {
	w := &importer.Workspace{Reports: t.TempDir()}
	runs := []string{"20261120-153012.417-7f3a", "20261121-090000.000-0b1c", "20261121-153012.417-7f3a"}
	for _, run := range append(runs, "notes") {
		if err := os.Mkdir(filepath.Join(w.Reports, run), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	elsewhere := filepath.Join("backup", runs[0])
	for name, want := range map[string]string{
		runs[0]:                    filepath.Join(w.Reports, runs[0]),
		"20261120":                 filepath.Join(w.Reports, runs[0]),
		"20261121-1":               filepath.Join(w.Reports, runs[2]),
		importer.Latest:            filepath.Join(w.Reports, runs[2]),
		elsewhere + "/":            elsewhere,
		"20250101-000000.000-ffff": filepath.Join(w.Reports, "20250101-000000.000-ffff"), // opening it says that it is not there
	} {
		if got, err := w.Folder(name); err != nil || got != want {
			t.Errorf("%q: got %q and %v, want %q", name, got, err, want)
		}
	}
}

func TestAnUnclearNameOfARunIsRefused(t *testing.T) {
	w := &importer.Workspace{Reports: t.TempDir()}
	for _, run := range []string{"20261121-090000.000-0b1c", "20261121-153012.417-7f3a"} {
		if err := os.Mkdir(filepath.Join(w.Reports, run), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for name, code := range map[string]string{"20261121": "ambiguous-run", "2025": "no-such-run", "notes": "no-such-run"} {
		_, err := w.Folder(name)
		var refusal *problem.Refusal
		if !errors.As(err, &refusal) || refusal.Code != code || !strings.Contains(refusal.Message, name) {
			t.Errorf("%q: got %v, want a refusal with the code %s that names it", name, err, code)
		}
	}
	if _, err := (&importer.Workspace{Reports: filepath.Join(w.Reports, "none")}).Folder(importer.Latest); err == nil {
		t.Error("a folder without runs has no latest run")
	}
}
