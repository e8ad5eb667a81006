package auth

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWithoutSecrets(t *testing.T) {
	secret, refresh := strings.Repeat("s", 40), "1000."+strings.Repeat("a", 32)+"."+strings.Repeat("b", 32)
	got := withoutSecrets([]string{
		"PATH=/bin", EnvClientID + "=1000.CLIENT", EnvClientSecret + "=" + secret, EnvRefreshToken + "=" + refresh,
		"zoho_refresh_token=" + refresh, "HEADER=Bearer " + secret, "OTHER=1000." + strings.Repeat("c", 32) + "." + strings.Repeat("d", 32),
		"EMPTY=", "=C:=C:\\here",
	})
	if diff := cmp.Diff([]string{"PATH=/bin", EnvClientID + "=1000.CLIENT", "EMPTY=", "=C:=C:\\here"}, got); diff != "" {
		t.Errorf("the environment of a child, wanted (-) and found (+):\n%s", diff)
	}
}

// tools are folders of programs that developers run: no user's secrets are in their environment.
var tools = []string{"benchmark", "licence", "release"}

// TestOneWayToStartPrograms reads the module: only Command starts programs, so that none gets the secrets.
func TestOneWayToStartPrograms(t *testing.T) {
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && slices.Contains(tools, d.Name()) {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || d.Name() == "command.go" {
			return err
		}
		text, err := os.ReadFile(path)
		if bytes.Contains(text, []byte("exec.Command")) {
			t.Errorf("%s starts a program by itself; use auth.Command", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
