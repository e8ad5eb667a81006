package term

import (
	"bytes"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// screen is a terminal of a width that writes into a buffer; 0 stands for no terminal.
func screen(width int, env map[string]string, noColor bool) (*Screen, *bytes.Buffer) {
	var b bytes.Buffer
	return New(&b, Options{Terminal: width > 0, NoColor: noColor, Env: func(name string) string { return env[name] }, Width: func() int { return width }}), &b
}

func TestColoursOnlyWhereTheyAreWelcome(t *testing.T) {
	for _, test := range []struct {
		name    string
		width   int
		env     map[string]string
		noColor bool
		want    string
	}{
		{"terminal", 80, nil, false, "\x1b[31mx\x1b[0m"},
		{"no terminal", 0, nil, false, "x"},
		{"--no-color", 80, nil, true, "x"},
		{"NO_COLOR", 80, map[string]string{"NO_COLOR": "1"}, false, "x"},
		{"empty NO_COLOR", 80, map[string]string{"NO_COLOR": ""}, false, "\x1b[31mx\x1b[0m"},
		{"dumb terminal", 80, map[string]string{"TERM": "dumb"}, false, "x"},
	} {
		s, _ := screen(test.width, test.env, test.noColor)
		if got := s.Paint(Red, "x"); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestWidth(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "Anna": 4, "Zoë": 3, "愛子": 4, "👩‍👩‍👧": 2, "e\u0301": 1, "فاطمة": 5, "ｱｲ": 2, "🇩🇪": 2, "\x1b[31mred\x1b[0m": 3, "…": 1, "a" + leftToRight: 1,
	} {
		if got := Width(text); got != want {
			t.Errorf("%q is %d wide, want %d", text, got, want)
		}
	}
}

func TestSafe(t *testing.T) {
	for text, want := range map[string]string{
		"Zoë 愛子 👩‍👩‍👧": "Zoë 愛子 👩‍👩‍👧",
		"\x1b[2J":      `\u001b[2J`, "a\r\nb": `a\u000d\u000ab`, "x\u202ey": `x\u202ey`, "\u009b31m": `\u009b31m`, "a\xffb": `a\ufffdb`,
	} {
		if got := Safe(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestSafeTextStaysInItsPlace draws any text: what comes out moves no cursor and is no wider than it may be.
func TestSafeTextStaysInItsPlace(t *testing.T) {
	s, _ := screen(80, nil, false)
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(1, 30).Draw(t, "width")
		text := rapid.String().Draw(t, "text")
		cell := s.Cell(text, width)
		if Width(cell) > width {
			t.Fatalf("%q is %d wide, may be %d", cell, Width(cell), width)
		}
		if strings.ContainsFunc(strings.TrimSuffix(cell, leftToRight), unsafe) {
			t.Fatalf("%q has control characters", cell)
		}
		for _, line := range Wrap(Safe(text), width, 2) {
			if Width(line) > width && Width(line) > 2 { // one wide character can be wider than a line
				t.Fatalf("line %q is %d wide, may be %d", line, Width(line), width)
			}
		}
	})
}

func TestCutAndCell(t *testing.T) {
	s, _ := screen(80, nil, false)
	for _, test := range []struct {
		text  string
		width int
		want  string
	}{
		{"Rebecca", 7, "Rebecca"}, {"Rebecca", 6, "Rebec…"}, {"愛子愛子", 5, "愛子…"}, {"愛子愛子", 6, "愛子…"},
		{"👩‍👩‍👧👩‍👩‍👧", 3, "👩‍👩‍👧…"}, {"فاطمة", 10, "فاطمة" + leftToRight}, {"x", 0, "x"},
	} {
		if got := s.Cell(test.text, test.width); got != test.want {
			t.Errorf("%q in %d columns: %q, want %q", test.text, test.width, got, test.want)
		}
	}
	if got := Pad("愛", 5); got != "愛   " {
		t.Errorf("padded %q", got)
	}
}

func TestWrap(t *testing.T) {
	for _, test := range []struct {
		text        string
		width, hang int
		want        []string
	}{
		{"one two three", 0, 2, []string{"one two three"}},
		{"one two three four", 9, 2, []string{"one two", "  three", "  four"}},
		{"  lead word", 8, 4, []string{"  lead", "    word"}},
		{"abcdefghijkl", 5, 0, []string{"abcde", "fghij", "kl"}},
		{"愛子愛子", 5, 0, []string{"愛子", "愛子"}},
		{"a\nb", 20, 0, []string{"a", "b"}},
		{"", 10, 2, []string{""}},
	} {
		if diff := cmp.Diff(test.want, Wrap(test.text, test.width, test.hang)); diff != "" {
			t.Errorf("%q in %d columns (-want +got):\n%s", test.text, test.width, diff)
		}
	}
}

var people = Table{
	Columns: []Column{{Title: "Row", Right: true, Least: 3}, {Title: "User"}, {Title: "Reason"}},
	Rows: [][]string{
		{"2", "rebecca@zylker.com", "country \"Untied States\": no such country"},
		{"14", "愛子@example.com", "\x1b[31mred"},
	},
	Styles: []Style{Red},
}

func TestTable(t *testing.T) {
	for _, test := range []struct {
		name  string
		width int
		want  string
	}{
		{"no terminal", 0, "Row  User                Reason\n" +
			"  2  rebecca@zylker.com  country \"Untied States\": no such country\n" +
			" 14  愛子@example.com    \\u001b[31mred\n"},
		{"narrow", 46, "Row  User                Reason\n" +
			"  2  rebecca@zylker.com  country \"Untied Stat…\n" +
			" 14  愛子@example.com    \\u001b[31mred\n"},
		{"very narrow", 24, "Row: 2\nUser: rebecca@zylker.com\nReason: country \"Untied\n  States\": no such\n  country\n\n" +
			"Row: 14\nUser: 愛子@example.com\nReason: \\u001b[31mred\n"},
	} {
		s, out := screen(test.width, nil, true)
		people.Write(s)
		if diff := cmp.Diff(test.want, out.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestProgressWithoutATerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, out := screen(0, nil, false)
		began := time.Now()
		p := StartProgress(s, ProgressOptions{Snapshot: func() Snapshot {
			done := int(time.Since(began) / (2 * time.Second))
			return Snapshot{Total: 3000, Done: done, Failed: done / 100, PerMinute: 30, Left: time.Duration(3000-done) * 2 * time.Second}
		}})
		time.Sleep(5 * time.Minute)
		p.Line("something to say")
		p.Stop()
		want := "5 of 3,000 rows, about 1 h 40 min left, 30 calls a minute\n" +
			"35 of 3,000 rows, about 1 h 40 min left, 30 calls a minute\n" +
			"65 of 3,000 rows, about 1 h 40 min left, 30 calls a minute\n" +
			"95 of 3,000 rows, about 1 h 40 min left, 30 calls a minute\n" +
			"125 of 3,000 rows, 1 failed, about 1 h 40 min left, 30 calls a minute\n" +
			"something to say\n"
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Errorf("lines (-want +got):\n%s", diff)
		}
	})
}

// shown is what stands on a terminal's lines after some output, for the few sequences that are used.
func shown(out string) []string {
	lines := []string{""}
	for _, part := range strings.SplitAfter(out, "\n") {
		for piece := range strings.SplitSeq(part, "\r") {
			piece = strings.ReplaceAll(strings.ReplaceAll(piece, "\x1b[0K", ""), "\x1b[2K", "")
			if text := strings.TrimSuffix(piece, "\n"); text != "" || strings.Contains(part, "\x1b[2K") {
				lines[len(lines)-1] = text
			}
		}
		if strings.HasSuffix(part, "\n") {
			lines = append(lines, "")
		}
	}
	return lines
}

func TestProgressOnATerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, out := screen(90, nil, false)
		var snap atomic.Pointer[Snapshot]
		now := Snapshot{Total: 200, Done: 50, Failed: 2, Left: 6 * time.Minute}
		snap.Store(&now)
		p := StartProgress(s, ProgressOptions{Snapshot: func() Snapshot { return *snap.Load() }})
		time.Sleep(300 * time.Millisecond)
		synctest.Wait()
		want := []string{"  25% |███████·······················|  50 of 200 rows, 2 failed, about 6 min left "}
		if diff := cmp.Diff(want, shown(out.String())); diff != "" {
			t.Errorf("after a moment (-want +got):\n%s", diff)
		}
		p.Line("the service asks for a pause")
		paused := now
		paused.Pause = time.Now().Add(5 * time.Minute)
		snap.Store(&paused)
		time.Sleep(300 * time.Millisecond)
		synctest.Wait()
		lines := shown(out.String())
		if len(lines) != 2 || lines[0] != "the service asks for a pause" || !strings.Contains(lines[1], "50 of 200 rows, 2 failed, the service wants a pause: on again at ") {
			t.Errorf("with a pause: %q", lines)
		}
		p.Stop()
		if lines := shown(out.String()); lines[len(lines)-1] != "" {
			t.Errorf("the bar is still there: %q", lines)
		}
	})
}

func TestProgressNeverWraps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, width := range []int{20, 30, 45, 60, 80, 200} {
			s, out := screen(width, nil, false)
			p := StartProgress(s, ProgressOptions{Snapshot: func() Snapshot {
				return Snapshot{Total: 200000, Done: 123456, Failed: 789, PerMinute: 25, Left: 51 * time.Hour}
			}})
			time.Sleep(time.Second)
			synctest.Wait()
			for _, line := range shown(out.String()) {
				if Width(line) > width-1 {
					t.Errorf("%d columns: %q is %d wide", width, line, Width(line))
				}
			}
			p.Stop()
		}
	})
}

func TestProgressQuiet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, out := screen(80, nil, false)
		p := StartProgress(s, ProgressOptions{Quiet: true, Snapshot: func() Snapshot { return Snapshot{Total: 10} }})
		time.Sleep(time.Minute)
		p.Line("kept")
		p.Stop()
		if out.String() != "kept\n" {
			t.Errorf("quiet wrote %q", out.String())
		}
	})
}
