package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// top is the repository's own folder.
var top = filepath.Join("..", "..", "..", "..")

// run runs a command in a folder and returns what it printed. Flags that this machine has for every build are not obeyed.
func run(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "GOFLAGS=-buildvcs=auto"), env...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, out, said.String())
	}
	return string(out)
}

// clone makes a clone of the commit that is checked out here.
func clone(t *testing.T, dir string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git on this machine")
	}
	if err := exec.CommandContext(t.Context(), "git", "-C", top, "rev-parse", "HEAD").Run(); err != nil {
		t.Skip("this folder is no clone of a repository")
	}
	run(t, ".", nil, "git", "clone", "--quiet", "--no-hardlinks", top, dir)
}

// releaseBuild is how releases are built, as .goreleaser.yaml says.
func releaseBuild(t *testing.T) (env, flags []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(top, ".goreleaser.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Builds []struct {
			Env, Flags, Ldflags []string
		}
	}
	if err := yaml.Unmarshal(text, &config); err != nil || len(config.Builds) != 1 {
		t.Fatalf("%v: .goreleaser.yaml has %d builds, want 1", err, len(config.Builds))
	}
	b := config.Builds[0]
	return b.Env, append(b.Flags, "-ldflags="+strings.Join(b.Ldflags, " "))
}

// built is the path of a program that is built into a folder.
func built(dir string) string {
	if runtime.GOOS == "windows" {
		return filepath.Join(dir, "zohobulk.exe")
	}
	return filepath.Join(dir, "zohobulk")
}

// TestBuildsAreReproducible builds one commit in two folders, in the way of releases: the programs are the same bytes.
func TestBuildsAreReproducible(t *testing.T) {
	env, flags := releaseBuild(t)
	var programs [2][]byte
	for i, name := range []string{"here", filepath.Join("there", "in a folder with a longer name")} {
		dir := filepath.Join(t.TempDir(), name)
		clone(t, dir)
		run(t, dir, env, "go", append(append([]string{"build", "-o", built(dir)}, flags...), "./cmd/zohobulk")...)
		program, err := os.ReadFile(built(dir))
		if err != nil {
			t.Fatal(err)
		}
		programs[i] = program
	}
	if !bytes.Equal(programs[0], programs[1]) {
		t.Errorf("two builds of one commit differ: %d and %d bytes", len(programs[0]), len(programs[1]))
	}
}

// TestVersionOfAPlainBuild sees that a program which somebody builds in a clone, without any flags, knows its commit.
func TestVersionOfAPlainBuild(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "clone")
	clone(t, dir)
	commit := strings.TrimSpace(run(t, dir, nil, "git", "rev-parse", "HEAD"))
	run(t, dir, nil, "go", "build", "-o", built(dir), "./cmd/zohobulk")
	said := run(t, dir, nil, built(dir), "--version")
	for _, word := range []string{"zohobulk v0.0.0-", "commit   " + commit + "\n", "date     20", runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH} {
		if !strings.Contains(said, word) {
			t.Errorf("--version does not say %q:\n%s", word, said)
		}
	}
	run(t, dir, nil, "git", "-c", "user.name=t", "-c", "user.email=t@example.com", "tag", "v0.1.0")
	if err := os.WriteFile(filepath.Join(dir, "LICENSE"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, dir, nil, "go", "build", "-o", built(dir), "./cmd/zohobulk")
	said = run(t, dir, nil, built(dir), "--version")
	if !strings.Contains(said, "zohobulk v0.1.0") || !strings.Contains(said, commit+", with changes that are not committed\n") {
		t.Errorf("after a change to the clone of a version --version says\n%s", said)
	}
}

// TestWhatGoesIntoAnArchive writes what lies beside the program in a release.
func TestWhatGoesIntoAnArchive(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "release")
	if err := write(t.Context(), folder); err != nil {
		t.Fatal(err)
	}
	for file, word := range map[string]string{
		"completions/zohobulk.bash": "__start_zohobulk", "completions/_zohobulk": "#compdef zohobulk",
		"completions/zohobulk.fish": "complete -c zohobulk", "completions/zohobulk.ps1": "Register-ArgumentCompleter",
		"man/zohobulk.1": ".TH", "man/zohobulk-apply.1": "skip-invalid",
		"licences/std/LICENSE": "The Go Authors", "licences/modernc.org/*/LICENSE": "Redistribution",
		"licences/github.com/danieljoos/*/LICENSE": "MIT", // for Windows alone
	} {
		found, err := filepath.Glob(filepath.Join(folder, filepath.FromSlash(file)))
		if err != nil || len(found) == 0 {
			t.Errorf("%v: there is no %s", err, file)
			continue
		}
		if text, err := os.ReadFile(found[0]); err != nil || !strings.Contains(string(text), word) {
			t.Errorf("%v: %s does not say %q", err, file, word)
		}
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 3 {
		t.Errorf("%v: the folder holds %v", err, left)
	}
}
