package term

import (
	"fmt"
	"math"
	"time"
)

// Roughly says a length of time no more exactly than a forecast can know it: "10 s", "40 s", "5 min", "1 h 20 min",
// "31 h".
func Roughly(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return "10 s"
	case d < 55*time.Second:
		return fmt.Sprintf("%d s", up(d, 10*time.Second)*10)
	case d < 50*time.Minute:
		return fmt.Sprintf("%d min", up(d, time.Minute))
	case d < 24*time.Hour:
		minutes := up(d, 10*time.Minute) * 10
		if minutes%60 == 0 {
			return fmt.Sprintf("%d h", minutes/60)
		}
		if minutes < 60 {
			return fmt.Sprintf("%d min", minutes)
		}
		return fmt.Sprintf("%d h %d min", minutes/60, minutes%60)
	}
	if d > 365*24*time.Hour {
		return "more than a year"
	}
	return fmt.Sprintf("%d h", up(d, time.Hour))
}

// up is how many units a length of time takes, rounded up: a forecast had better be late than early.
func up(d, unit time.Duration) int { return int(math.Ceil(float64(d) / float64(unit))) }
