package cli

import (
	"bytes"
	"strings"
	"testing"
)

// Phones and habit write "Yes". Anything else is asked about once more, and never taken for a yes.
func TestWhatCountsAsYes(t *testing.T) {
	for typed, want := range map[string]bool{
		"yes\n": true, "Yes\n": true, " YES \n": true, "y\n": true, "yes": true, "yse\nyes\n": true, "perhaps\r\ny\r\n": true,
		"no\n": false, "N\n": false, "\n": false, "": false, "\nyes\n": false, "perhaps\nmaybe\nyes\n": false, "yes please\nno\n": false,
	} {
		var errs bytes.Buffer
		a := &app{System: System{Streams: Streams{In: strings.NewReader(typed), Err: &errs, InTerminal: true}}}
		got, err := a.ask(t.Context(), "", "Change 17 users?")
		if err != nil || got != want {
			t.Errorf("%q: got %v, %v, want %v", typed, got, err, want)
		}
		if again := strings.Contains(errs.String(), "yes or no"); again != (strings.Contains(typed, "perhaps") || strings.Contains(typed, "yse") || strings.Contains(typed, "please")) {
			t.Errorf("%q: asked again: %v", typed, again)
		}
	}
}

// What was read ahead of one answer is the next one.
func TestTwoQuestionsOnAPipe(t *testing.T) {
	a := &app{System: System{Streams: Streams{In: strings.NewReader("no\nyes\n"), Err: new(bytes.Buffer), InTerminal: true}}}
	for _, want := range []bool{false, true} {
		if got, err := a.ask(t.Context(), "", "Go on?"); err != nil || got != want {
			t.Errorf("got %v, %v, want %v", got, err, want)
		}
	}
}
