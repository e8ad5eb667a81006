package web_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// mostLines is how long a module of the page may be.
const mostLines = 200

// TestScripts checks the page's modules by the types in their comments.
func TestScripts(t *testing.T) {
	modules, err := filepath.Glob("asset/*.js")
	if err != nil || len(modules) == 0 {
		t.Fatalf("%d modules: %v", len(modules), err)
	}
	for _, name := range modules {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if lines := bytes.Count(source, []byte("\n")); lines > mostLines {
			t.Errorf("%s has %d lines, and %d are the most", name, lines, mostLines)
		}
		if !bytes.HasPrefix(source, []byte("// @ts-check\n")) {
			t.Errorf("%s does not ask to be checked", name)
		}
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no node on this machine: the page's scripts are not checked")
	}
	tsc := filepath.Join(os.Getenv("ZOHOBULK_TEST_NPM"), "node_modules", "typescript", "bin", "tsc")
	if _, err := os.Stat(tsc); err != nil {
		t.Skip("no typescript in the folder that ZOHOBULK_TEST_NPM names: the page's scripts are not checked")
	}
	args := append([]string{tsc, "--noEmit", "--allowJs", "--checkJs", "--strict", "--skipLibCheck", "--moduleDetection", "force",
		"--target", "es2022", "--module", "es2022", "--moduleResolution", "bundler", "--lib", "es2023,dom,dom.iterable"}, modules...)
	if out, err := exec.Command(node, args...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
