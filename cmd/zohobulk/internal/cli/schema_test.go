package cli

import (
	"context"
	"encoding/json"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zohobulk/importer/report/schema"
	"zohobulk/zoho/zohotest"
)

// TestDocumentsKeepToTheirSchemas holds what each command really prints with --json against its schema. Every schema is used.
func TestDocumentsKeepToTheirSchemas(t *testing.T) {
	d := newDesk(t, zohotest.Options{})
	reports := filepath.Join(d.home, "reports")
	used := map[string]bool{}
	run := func(name string, code int, args ...string) string {
		t.Helper()
		s := d.run("", append(args, "--json", "--reports", reports)...).must(t, code)
		if err := schema.Check(name, []byte(s.out)); err != nil {
			t.Errorf("%s: %v\n%s", strings.Join(args, " "), err, s.out)
		}
		used[name] = true
		return s.out
	}
	samples := filepath.Join("..", "..", "..", "..", "samples")
	staff, mistakes := filepath.Join(samples, "staff.xlsx"), filepath.Join(samples, "staff-mistakes.xlsx")

	run("status", exitNotAllowed, "status")
	login := d.login("--json", "--secrets", "file").must(t, exitDone)
	if err := schema.Check("login", []byte(login.out)); err != nil {
		t.Errorf("login: %v", err)
	}
	used["login"] = true
	run("login-env", exitDone, "login", "--print-env", "--yes")
	run("profiles", exitDone, "profiles")
	run("status", exitDone, "status")
	run("probe", exitDone, probeArgs("--yes")...)
	run("status", exitDone, "status")
	run("validate", exitDone, "validate", staff)
	run("validate", exitRows, "validate", mistakes, "--rows")
	run("plan", exitDone, "plan", staff)
	run("plan", exitDone, "apply", staff, "--dry-run")
	run("summary", exitRows, "apply", mistakes, "--yes")
	sent := run("summary", exitDone, "apply", staff, "--yes")
	name := regexp.MustCompile(`"run": "([^"]+)"`).FindStringSubmatch(sent)[1]
	run("summary", exitDone, "undo", name, "--yes")
	run("runs", exitDone, "runs")
	run("summary", exitDone, "runs", "show", name)
	run("runs-show", exitDone, "runs", "show", name, "--row", "2")
	run("runs-report", exitDone, "runs", "report", name)
	run("runs-prune", exitDone, "runs", "prune", "--older-than", "0h", "--yes")
	run("template", exitDone, "template", "-o", filepath.Join(d.home, "new.xlsx"))
	run("export", exitDone, "export")
	run("export", exitDone, "export", "-o", filepath.Join(d.home, "all.csv"))
	run("codes", exitDone, "codes")
	run("logout", exitDone, "logout")
	run("error", exitUsage, "apply", staff, "--json", "--rate", "soon")
	run("error", exitFailed, "apply", filepath.Join(samples, "none.csv"), "--yes", "--sandbox")

	ended, end := context.WithCancel(t.Context())
	end()
	s := d.runUntil(ended, "", "sandbox", "--json", "--addr", "127.0.0.1:0", "--state", "-").must(t, exitDone)
	if err := schema.Check("sandbox", []byte(s.out)); err != nil {
		t.Errorf("sandbox: %v\n%s", err, s.out)
	}
	used["sandbox"] = true
	if diff := cmp.Diff(schema.Names(), slices.Sorted(maps.Keys(used))); diff != "" {
		t.Errorf("schemas that are there, and that were used:\n%s", diff)
	}
}

// TestOneDocumentOnly sees that nothing but the document is on standard output.
func TestOneDocumentOnly(t *testing.T) {
	d := newDesk(t, zohotest.Options{})
	s := d.run("", "codes", "--json").must(t, exitDone)
	decoder := json.NewDecoder(strings.NewReader(s.out))
	var document any
	if err := decoder.Decode(&document); err != nil || decoder.More() {
		t.Errorf("%v: more than one document in\n%s", err, s.out)
	}
}
