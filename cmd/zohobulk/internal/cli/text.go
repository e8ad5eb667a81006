package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// counted is a number with its noun, thousands apart: "2,871 rows".
func counted(n int, noun string, plural ...string) string {
	if n != 1 {
		noun += "s"
		if len(plural) > 0 {
			noun = plural[0]
		}
	}
	return thousands(n) + " " + noun
}

// thousands writes a number with a comma between each three digits.
func thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// brief is a duration as people say it: 0.2 s, 45 s, 5 min 20 s, 3 h 5 min.
func brief(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return trimZero(int(d/time.Minute), "min", int(d%time.Minute/time.Second), "s")
	}
	return trimZero(int(d/time.Hour), "h", int(d%time.Hour/time.Minute), "min")
}

func trimZero(n int, unit string, m int, smaller string) string {
	if m == 0 {
		return fmt.Sprintf("%d %s", n, unit)
	}
	return fmt.Sprintf("%d %s %d %s", n, unit, m, smaller)
}

// forecast is a duration rounded up to what a forecast can promise: ten seconds, from an hour on a minute.
func forecast(d time.Duration) string {
	unit := 10 * time.Second
	if d >= time.Hour {
		unit = time.Minute
	}
	return "about " + brief((d+unit-1)/unit*unit)
}

// list joins the parts that say something.
func list(parts ...string) string {
	var said []string
	for _, part := range parts {
		if part != "" {
			said = append(said, part)
		}
	}
	return strings.Join(said, ", ")
}

// some is a count with its words, "" for none.
func some(n int, words string) string {
	if n == 0 {
		return ""
	}
	return thousands(n) + " " + words
}

// someCounted is a number with its noun, "" for none.
func someCounted(n int, noun string, plural ...string) string {
	if n == 0 {
		return ""
	}
	return counted(n, noun, plural...)
}
