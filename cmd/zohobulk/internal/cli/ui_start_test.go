package cli

import (
	"slices"
	"testing"
)

func TestAClickOpensThePage(t *testing.T) {
	for _, test := range []struct {
		name     string
		args     []string
		display  string
		terminal bool
		want     []string
	}{
		{"a click on a desktop", nil, ":0", false, []string{"ui"}},
		{"a terminal on a desktop", nil, ":0", true, nil},
		{"a job", nil, "", false, nil},
		{"a command from a desktop", []string{"status"}, ":0", false, []string{"status"}},
	} {
		s := System{Streams: Streams{InTerminal: test.terminal, ErrTerminal: test.terminal}, Env: func(name string) string {
			if name == "DISPLAY" {
				return test.display
			}
			return ""
		}}
		if got := s.withDefault(test.args); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}
