package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"zohobulk/importer/problem"
	"zohobulk/zoho/zohotest"
)

// TestAFaultOfTheProgramEndsInOrder lets the clock panic in a worker: the run stops, its reports are there, and the stack is in a
// file of the run and not on the screen.
func TestAFaultOfTheProgramEndsInOrder(t *testing.T) {
	o := newOffice(t)
	var met atomic.Bool
	clock := func() time.Time {
		if bytes.Contains(debug.Stack(), []byte("(*sender).close(")) && !met.Swap(true) {
			panic("a fault of our own, with " + zohotest.ClientSecret)
		}
		return time.Now()
	}
	var out, errs bytes.Buffer
	args := append([]string{"apply", filepath.Join("..", "..", "..", "..", "samples", "staff.csv"), "--yes", "--reports", o.reports}, o.there()...)
	code := Run(t.Context(), args, System{
		Streams: Streams{In: strings.NewReader(""), Out: &out, Err: &errs}, Env: func(string) string { return "" }, Now: clock, Hard: context.Background(),
	})
	dir := o.last()
	said{code, out.String(), errs.String()}.must(t, exitFailed, "met a fault of its own", "please report it", filepath.Join(dir, crashFile), "next: zohobulk resume")
	for _, word := range []string{"goroutine", "panic", ".go:"} {
		if strings.Contains(errs.String(), word) {
			t.Errorf("the screen says %q:\n%s", word, errs.String())
		}
	}
	report, err := os.ReadFile(filepath.Join(dir, crashFile))
	if err != nil || !bytes.Contains(report, []byte("a fault of our own")) || !bytes.Contains(report, []byte("sender")) || bytes.Contains(report, []byte(zohotest.ClientSecret)) {
		t.Errorf("%v, the report says\n%s", err, report)
	}
	if info, err := os.Stat(filepath.Join(dir, crashFile)); err == nil && info.Mode().Perm() != 0o600 {
		t.Errorf("its mode is %v", info.Mode())
	}
	if files := o.reportsOf(dir); len(files) < 4 {
		t.Errorf("only %d reports are there", len(files))
	}
	o.run("resume", "--yes").must(t, exitDone, "17 updated")
}

// TestAFaultWithoutARun is kept in a file of the system's folder for such.
func TestAFaultWithoutARun(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var out, errs bytes.Buffer
	code := Run(t.Context(), []string{"runs", "prune", "--older-than", "1d", "--yes"}, System{
		Streams: Streams{In: strings.NewReader(""), Out: &out, Err: &errs}, Env: func(string) string { return "" },
		Now: func() time.Time { panic("no clock") }, Hard: context.Background(),
	})
	said{code, out.String(), errs.String()}.must(t, exitFailed, "met a fault of its own", "zohobulk-crash-")
}

func TestOtherErrorsStayAsTheyAre(t *testing.T) {
	err := problem.Refuse("x", "", "no")
	if got := new(app).reportable(err, ""); got != error(err) {
		t.Errorf("got %v", got)
	}
}
