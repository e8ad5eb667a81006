package journal

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
)

// TestKilledAtAnyMoment kills a sender again and again, at a random line of what it says, and looks after each kill
// whether everything it had said was on disk, and whether it could have sent no row twice.
func TestKilledAtAnyMoment(t *testing.T) {
	const rows = 300
	dir := newFolder(t)
	j := must(Create(dir, Meta{State: Running}))
	fill(t, j, rows, true)
	ok(t, j.Close())

	said := map[int]Status{}
	for kill := 0; ; kill++ {
		ended := killAfter(t, dir, 1+rand.IntN(100), said)
		lookAfterKill(t, dir, said)
		if ended {
			break
		}
		if kill > rows {
			t.Fatal("no end in sight")
		}
	}
	j = must(Open(dir))
	defer j.Close()
	diff(t, "counts", Counts{Rows: rows, Updated: rows, Requests: rows}, must(j.Counts()))
}

// killAfter lets a child send until it has said so many lines, and notes what it said. It reports whether the child found
// nothing more to send.
func killAfter(t *testing.T, dir string, lines int, said map[int]Status) (ended bool) {
	t.Helper()
	cmd := child(t, "send", dir)
	out := must(cmd.StdoutPipe())
	ok(t, cmd.Start())
	scanner := bufio.NewScanner(out)
	for n := 0; scanner.Scan(); n++ {
		if n == lines {
			_ = cmd.Process.Kill() // and go on reading what it still said
		}
		ended = note(t, scanner.Text(), said) || ended
		if ended {
			_ = cmd.Process.Kill()
		}
	}
	_ = cmd.Wait() // killed, as it should be
	return ended
}

// note takes one line of a child into account.
func note(t *testing.T, line string, said map[int]Status) (ended bool) {
	t.Helper()
	var word string
	var seq int
	if n, _ := fmt.Sscan(line, &word, &seq); n != 2 {
		return line == "end"
	}
	switch {
	case word == "done":
		said[seq] = Updated
	case said[seq] == Updated:
		t.Errorf("row %d was handed out again after it was done", seq)
	default:
		said[seq] = Sending
	}
	return false
}

// lookAfterKill holds the journal against what the child had said, and puts the rows without an answer back.
func lookAfterKill(t *testing.T, dir string, said map[int]Status) {
	t.Helper()
	reader := must(OpenReader(dir)) // readable before anybody has recovered it
	calls := map[int]int{}
	for _, a := range all(t, reader.Attempts(All)) {
		calls[a.Seq]++
	}
	for _, r := range all(t, reader.Rows(Filter{})) {
		switch {
		case r.Status == Planned && said[r.Seq] != "":
			t.Fatalf("row %d was %s, and the journal says it was never sent", r.Seq, said[r.Seq])
		case said[r.Seq] == Updated && (r.Status != Updated || calls[r.Seq] != 1):
			t.Fatalf("row %d was done, and the journal says %s with %d calls", r.Seq, r.Status, calls[r.Seq])
		}
	}
	ok(t, reader.Close())
	j, err := Open(dir)
	ok(t, err)
	for _, r := range all(t, j.Rows(Filter{[]Status{Sending}})) {
		ok(t, j.Release(r.Seq))
		delete(said, r.Seq)
	}
	ok(t, j.Close())
	leftovers, _ := filepath.Glob(filepath.Join(dir, "run.db-*"))
	diff(t, "files of the log after an orderly end", []string(nil), leftovers)
}
