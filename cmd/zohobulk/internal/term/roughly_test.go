package term

import (
	"testing"
	"time"
)

func TestRoughly(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                        "10 s",
		34 * time.Second:         "40 s",
		5*time.Minute + 1:        "6 min",
		80 * time.Minute:         "1 h 20 min",
		120 * time.Minute:        "2 h",
		134 * time.Hour:          "134 h",
		3 * 365 * 24 * time.Hour: "more than a year",
	} {
		if got := Roughly(d); got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
}
