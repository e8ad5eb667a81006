// Package licence finds the licence texts of the modules that packages are built from.
package licence

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// Standard is the path by which the standard library stands among the modules.
const Standard = "std"

// Module is a module whose code is compiled in, with its licence texts.
type Module struct {
	Path    string // Standard for the standard library
	Version string
	Texts   []Text
}

// Text is one file of a module that states terms: a licence, or a notice that goes with it.
type Text struct {
	Name     string // of the file, relative to the module
	Content  []byte
	Licences []string // SPDX names of the licences in it; none for a notice
	Known    float64  // how much of the text those licences make up, in percent
}

// Target is a system and architecture that is built for.
type Target struct{ OS, Arch string }

// Targets are what releases are built for.
var Targets = []Target{
	{"linux", "amd64"}, {"linux", "arm64"}, {"darwin", "amd64"}, {"darwin", "arm64"}, {"windows", "amd64"}, {"windows", "arm64"},
}

// listed is a module as the go command lists it.
type listed struct{ Path, Version, Dir string }

// Of returns the modules that packages and their dependencies come from on the targets, sorted by path, without the main module. dir is
// a folder of the main module. args are for go list: packages, and flags before them. A module without a text is an error.
func Of(ctx context.Context, dir string, targets []Target, args ...string) ([]Module, error) {
	modules := map[string]listed{}
	for _, target := range targets {
		if err := list(ctx, dir, target, args, modules); err != nil {
			return nil, err
		}
	}
	var found []Module
	for _, m := range modules {
		texts, err := textsOf(m.Dir)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", m.Path, m.Version, err)
		}
		found = append(found, Module{m.Path, m.Version, texts})
	}
	slices.SortFunc(found, func(a, b Module) int { return cmp.Compare(a.Path, b.Path) })
	return found, nil
}

// list adds the modules of one target.
func list(ctx context.Context, dir string, target Target, args []string, to map[string]listed) error {
	cmd := exec.CommandContext(ctx, "go", append([]string{"list", "-deps", "-json=Standard,Module,Root"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS="+target.OS, "GOARCH="+target.Arch, "CGO_ENABLED=0")
	cmd.Stderr = new(bytes.Buffer)
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("go list: %w: %s", err, cmd.Stderr)
	}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			Standard bool
			Root     string // of the Go installation, for a standard package
			Module   *struct {
				Path, Version, Dir string
				Main               bool
			}
		}
		err := d.Decode(&p)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("go list: %w", err)
		case p.Standard:
			to[Standard] = listed{Standard, "", p.Root}
		case p.Module != nil && !p.Module.Main:
			to[p.Module.Path] = listed{p.Module.Path, p.Module.Version, p.Module.Dir}
		}
	}
}

// files matches the names of files that state terms.
var files = regexp.MustCompile(`(?i)^(un)?(licen[cs]e|copying|copyright|notice|patents)([-.].*)?$`)

// textsOf returns the texts at the top of a module's folder.
func textsOf(dir string) ([]Text, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var texts []Text
	licensed := false
	for _, e := range entries {
		if e.IsDir() || !files.MatchString(e.Name()) || strings.HasSuffix(e.Name(), ".go") {
			continue
		}
		content, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		t := Text{Name: e.Name(), Content: content}
		t.Licences, t.Known = scan(content)
		licensed = licensed || len(t.Licences) > 0
		texts = append(texts, t)
	}
	if !licensed {
		return nil, errors.New("no licence is found in it")
	}
	return texts, nil
}

// scan returns the SPDX names of the licences in a text, and how much of it they make up.
func scan(text []byte) (found []string, percent float64) {
	coverage := licensecheck.Scan(text)
	for _, m := range coverage.Match {
		if !m.IsURL && !slices.Contains(found, m.ID) {
			found = append(found, m.ID)
		}
	}
	return found, coverage.Percent
}
