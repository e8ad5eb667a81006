package main

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zohobulk/zoho/zohotest"
)

// TestSamplesAreAsGenerated: workbooks are compared part by part, since how well they are packed depends on the version
// of Go.
func TestSamplesAreAsGenerated(t *testing.T) {
	for _, f := range files() {
		want, err := f.content()
		if err != nil {
			t.Fatalf("%s: %v", f.name, err)
		}
		got, err := os.ReadFile(filepath.Join("..", f.name))
		if err != nil {
			t.Fatal(err)
		}
		if len(got) > 64<<10 {
			t.Errorf("%s has %d bytes, much for a sample", f.name, len(got))
		}
		if !strings.HasSuffix(f.name, ".xlsx") {
			if !bytes.Equal(got, want) {
				t.Errorf("%s: %s", f.name, cmp.Diff(strings.Split(string(got), "\n"), strings.Split(string(want), "\n")))
			}
			continue
		}
		if diff := cmp.Diff(parts(t, got), parts(t, want)); diff != "" {
			t.Errorf("%s is not as it would be written; run go generate ./samples/make: %s", f.name, diff)
		}
	}
}

func parts(t *testing.T, book []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name] = string(b)
	}
	return all
}

func TestEverySampleIsDescribed(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	made := map[string]bool{}
	for _, f := range files() {
		made[f.name] = true
		if !strings.Contains(string(readme), "`"+f.name+"`") {
			t.Errorf("README.md says nothing of %s", f.name)
		}
	}
	all, err := filepath.Glob("../*.[cx]*[sv]*")
	if err != nil || len(all) == 0 {
		t.Fatal(all, err)
	}
	for _, path := range all {
		if !made[filepath.Base(path)] {
			t.Errorf("%s is not made here", path)
		}
	}
}

// TestPeopleAreTheSandboxs: each address of the clean sheet is in the default directory, and the quarter changes somebody.
func TestPeopleAreTheSandboxs(t *testing.T) {
	s := zohotest.New(zohotest.Options{})
	clean, before := staff(), directory()
	changed := 0
	for i, r := range clean.rows {
		u, ok := s.User(r[0])
		if !ok || u.Email != r[0] {
			t.Errorf("nobody has %s", r[0])
		}
		if !cmp.Equal(r, before.rows[i]) {
			changed++
		}
	}
	if changed != 17 || len(clean.rows) != 48 {
		t.Errorf("%d of %d rows change; README.md says 17 of 48", changed, len(clean.rows))
	}
}
