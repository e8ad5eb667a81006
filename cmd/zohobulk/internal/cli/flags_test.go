package cli

import (
	"testing"
	"time"

	"github.com/spf13/cobra"
)

// Every command that calls the service can be told how fast.
func TestCommandsThatCallTakeARate(t *testing.T) {
	a := &app{System: System{Env: func(string) string { return "" }, Now: time.Now}}
	root := newRoot(a)
	for _, name := range []string{"plan", "apply", "resume", "undo", "export", "status", "login", "probe"} {
		cmd, _, err := root.Find([]string{name})
		if err != nil || cmd == (*cobra.Command)(nil) || cmd.Flags().Lookup("rate") == nil {
			t.Errorf("%s takes no --rate (%v)", name, err)
		}
	}
}
