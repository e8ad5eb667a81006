package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"zohobulk/cmd/zohobulk/internal/cli"
)

// TestMain makes the test program be the program itself for the scripts, so that they run whole processes of what was
// just compiled.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"zohobulk": func() { os.Exit(cli.Main(os.Args[1:])) },
	})
}

// TestScript runs what people type. Each script has a home, a sandbox and a reports folder of its own, and none reaches
// beyond this machine.
func TestScript(t *testing.T) {
	samples, err := filepath.Abs(filepath.Join("..", "..", "samples"))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		Setup:               func(env *testscript.Env) error { return furnish(env, samples) },
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code":    cmdCode,
			"json":    cmdJSON,
			"keys":    cmdKeys,
			"last":    cmdLast,
			"newest":  cmdNewest,
			"replace": cmdReplace,
			"sandbox": cmdSandbox,
			"same":    cmdSame,
			"xlsx":    cmdXLSX,
		},
	})
}

// furnish gives a script its folders, and an environment in which nothing of the machine's own is found.
func furnish(env *testscript.Env, samples string) error {
	home := filepath.Join(env.WorkDir, "home")
	for name, value := range map[string]string{
		"HOME": home, "USERPROFILE": home,
		"XDG_CONFIG_HOME": filepath.Join(home, "config"), "XDG_CACHE_HOME": filepath.Join(home, "cache"),
		"AppData": filepath.Join(home, "config"), "LocalAppData": filepath.Join(home, "cache"),
		"DBUS_SESSION_BUS_ADDRESS": "unix:path=" + filepath.Join(home, "none"), // no keyring
		"SAMPLES":                  samples,
	} {
		env.Setenv(name, value)
	}
	return os.MkdirAll(home, 0o700)
}
