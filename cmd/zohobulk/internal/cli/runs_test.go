package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
)

// archive is a folder of runs with a person before it.
type archive struct {
	t       *testing.T
	reports string
	now     time.Time
}

func newArchive(t *testing.T) *archive {
	return &archive{t, filepath.Join(t.TempDir(), "reports"), time.Date(2026, 11, 21, 15, 30, 0, 0, time.UTC)}
}

// command runs a command line at the archive. answer is what the person at the terminal types; "" is nobody there.
func (a *archive) command(answer string, args ...string) said {
	a.t.Helper()
	var out, errs bytes.Buffer
	code := Run(a.t.Context(), append(args, "--reports", a.reports), System{
		Streams: Streams{In: strings.NewReader(answer), Out: &out, Err: &errs, InTerminal: answer != ""},
		Env:     func(string) string { return "" }, Now: func() time.Time { return a.now }, Hard: context.Background(),
	})
	return said{code, out.String(), errs.String()}
}

// parsed is a command's JSON, which must be all that it printed.
func (s said) parsed(t *testing.T) map[string]any {
	t.Helper()
	var document map[string]any
	if err := json.Unmarshal([]byte(s.out), &document); err != nil {
		t.Fatalf("%v in\n%s", err, s.out)
	}
	return document
}

// keep fails the test on an error.
func keep(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// run keeps a finished run of three rows, of which the second failed and the third is invalid.
func (a *archive) run(daysAgo int) string {
	a.t.Helper()
	began := a.now.AddDate(0, 0, -daysAgo)
	dir, run, err := journal.NewRun(a.reports, began)
	keep(a.t, err)
	j, err := journal.Create(dir, journal.Meta{
		Run: run, Command: "apply", State: journal.Finished, File: "staff.csv", Format: "csv", Organisation: "Zylker",
		ZOID: "1234567890", User: "admin@example.com", RatePerMinute: 25, StartedAt: began, FinishedAt: began.Add(80 * time.Second),
		Columns: []journal.Column{{Column: "A", Header: "E-mail", Field: "email"}, {Column: "B", Header: "City", Field: "city"}},
	})
	keep(a.t, err)
	change := []journal.Change{{Field: "city", Before: "Boston", After: "New York"}}
	for seq := 1; seq <= 3; seq++ {
		row := journal.Row{Seq: seq, Number: seq + 1, Line: seq + 1, Cells: []string{fmt.Sprintf("user%d@example.com", seq), "New York"}}
		keep(a.t, j.Add(row),
			j.Plan(seq, journal.Plan{AccountID: "2560636000000008002", ZUID: "100001234", Email: row.Cells[0], Changes: change, Steps: []string{"updatePersonalInfo"}},
				journal.Outcome{Status: journal.Planned}))
	}
	keep(a.t,
		j.AddProblem(3, problem.Problem{Severity: problem.Error, Row: 4, Cell: "B4", Code: "odd-city", Message: "no such city", Hint: "see a map"}),
		j.Bar(3, journal.Outcome{Status: journal.Invalid, Field: "city", Code: "odd-city", Message: "no such city"}),
		j.Record(1, journal.Outcome{Status: journal.Updated, StepsDone: 1, Attempts: 1, FinishedAt: began}, nil, nil),
		j.Record(2, journal.Outcome{
			Status: journal.Failed, Step: "updatePersonalInfo", Code: "INVALID\x1b[31m", Message: "the service said no", HTTPStatus: 400, Attempts: 2, FinishedAt: began,
		}, []journal.Attempt{
			{Seq: 2, Step: "updatePersonalInfo", Number: 1, At: began, Wait: 2400 * time.Millisecond, Took: 150 * time.Millisecond, Status: 429, Throttled: true},
			{Seq: 2, Step: "updatePersonalInfo", Number: 2, At: began.Add(90 * time.Second), Wait: 90 * time.Second, Took: 200 * time.Millisecond, Status: 400, Code: "INVALID"},
		}, nil),
		j.Close())
	keep(a.t, os.WriteFile(filepath.Join(dir, "input.csv"), []byte("E-mail,City\nuser1@example.com,New York\n"), 0o600))
	return run
}

func TestRunsAreListed(t *testing.T) {
	a := newArchive(t)
	a.command("", "runs").must(t, exitDone, "no runs in", "next: zohobulk plan")
	old, young := a.run(100), a.run(1)
	keep(t, os.Mkdir(filepath.Join(a.reports, "20260101-000000.000-abcd"), 0o700))
	listed := a.command("", "runs").must(t, exitDone, "empty", "before its journal was begun", "next: zohobulk runs show "+young+" --reports")
	lines := strings.Split(listed.out, "\n")
	want := []string{
		"20260101-000000.000-abcd  empty", "  it ended before its journal was begun, and nothing was sent",
		old + "  apply staff.csv, finished", "  3 rows, 1 updated, 1 failed, 1 invalid, took 1 min 20 s, in Zylker (1234567890)",
		young + "  apply staff.csv, finished", "  3 rows, 1 updated, 1 failed, 1 invalid, took 1 min 20 s, in Zylker (1234567890)", "",
	}
	if d := cmp.Diff(want, lines); d != "" {
		t.Error(d)
	}
}

func TestRunsAsJSON(t *testing.T) {
	a := newArchive(t)
	if d := cmp.Diff(map[string]any{"schema": 1.0, "runs": []any{}}, a.command("", "runs", "--json").parsed(t)); d != "" {
		t.Error(d)
	}
	run := a.run(1)
	got := a.command("", "runs", "--json").parsed(t)["runs"].([]any)[0].(map[string]any)
	delete(got, "bytes")
	want := map[string]any{
		"schema": 1.0, "run": run, "command": "apply", "of": "", "state": "finished", "file": "staff.csv", "sha256": "",
		"profile": "", "organisation": "Zylker", "user": "admin@example.com", "started_at": "2026-11-20T15:30:00.000Z",
		"finished_at": "2026-11-20T15:31:20.000Z", "rows": 3.0, "updated": 1.0, "unchanged": 0.0, "failed": 1.0,
		"invalid": 1.0, "not_sent": 0.0, "half_sent": 0.0, "requests": 2.0, "retries": 1.0, "throttled": 1.0, "reads": 0.0,
		"rate_per_minute": 25.0, "duration_s": 80.0, "dir": filepath.Join(a.reports, run), "error": "", "edits": 0.0,
		"left_out": 0.0, "dc": "", "zoid": "1234567890", "next": "", "failed_rows": []any{}, "report": filepath.Join(a.reports, run, "report.html"),
		"success_csv": filepath.Join(a.reports, run, "success.csv"), "failed_csv": filepath.Join(a.reports, run, "failed.csv"),
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestARunIsShown(t *testing.T) {
	a := newArchive(t)
	run := a.run(1)
	shown := a.command("", "runs", "show", run).must(t, exitDone,
		run+": finished", "apply of staff.csv", "organisation Zylker (1234567890), by admin@example.com", "took 1 min 20 s",
		"at most 25 calls a minute", "3 rows, 1 updated, 1 failed, 1 invalid", "2 calls, 1 repeated, 1 throttled",
		"the service said no", "no such city", "all that is known of a row: zohobulk runs show "+run+" --row N")
	if strings.Contains(shown.out, "\x1b") {
		t.Errorf("the service's words reached the terminal as they came:\n%q", shown.out)
	}
	a.command("", "runs", "show").must(t, exitUsage, "which run?")
	a.command("", "runs", "show", "20200101-000000.000-0000").must(t, exitFailed, "holds no run")
}

func TestARowsHistory(t *testing.T) {
	a := newArchive(t)
	run := a.run(1)
	a.command("", "runs", "show", run, "--row", "3").must(t, exitDone,
		"row 3: failed", "user2@example.com, account 2560636000000008002, zuid 100001234", "the service said no",
		"city   Boston  New York", "2026-11-20 15:30:00.000  updatePersonalInfo    1     2.400 s  0.150 s  429 throttled",
		"2026-11-20 15:31:30.000  updatePersonalInfo    2  1 min 30 s  0.200 s  400, INVALID")
	a.command("", "runs", "show", run, "--row", "4").must(t, exitDone, "error B4: no such city (see a map)", "no call was made for it")
	a.command("", "runs", "show", run, "--row", "9").must(t, exitFailed, "has no row 9")
	a.command("", "runs", "show", run, "--row", "0").must(t, exitUsage, "numbered from 1")
}

func TestARowsHistoryAsJSON(t *testing.T) {
	a := newArchive(t)
	run := a.run(1)
	got := a.command("", "runs", "show", run, "--row", "3", "--json").parsed(t)["row"].(map[string]any)
	want := map[string]any{
		"row": 3.0, "line": 3.0, "status": "failed", "origin": "", "account_id": "2560636000000008002", "zuid": "100001234",
		"email": "user2@example.com", "cells": map[string]any{"E-mail": "user2@example.com", "City": "New York"},
		"changes": []any{map[string]any{"field": "city", "before": "Boston", "after": "New York"}},
		"steps":   []any{"updatePersonalInfo"}, "steps_done": 0.0, "step": "updatePersonalInfo", "field": "",
		"code": "INVALID\x1b[31m", "message": "the service said no", "note": "", "http_status": 400.0, "attempts": 2.0,
		"finished_at": "2026-11-20T15:30:00.000Z", "problems": []any{},
		"history": []any{
			map[string]any{
				"at": "2026-11-20T15:30:00.000Z", "call": "updatePersonalInfo", "try": 1.0, "wait_s": 2.4, "took_s": 0.15,
				"status": 429.0, "code": "", "message": "", "read": false, "throttled": true,
			},
			map[string]any{
				"at": "2026-11-20T15:31:30.000Z", "call": "updatePersonalInfo", "try": 2.0, "wait_s": 90.0, "took_s": 0.2,
				"status": 400.0, "code": "INVALID", "message": "", "read": false, "throttled": false,
			},
		},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	whole := a.command("", "runs", "show", run, "--json").parsed(t)
	first := map[string]any{"row": 3.0, "status": "failed", "field": "", "code": "INVALID\x1b[31m", "message": "the service said no"}
	if whole["next"] != "zohobulk runs show "+run+" --row N --reports "+a.reports || whole["dir"] != filepath.Join(a.reports, run) || !cmp.Equal(whole["failed_rows"].([]any)[0], any(first)) {
		t.Errorf("%v", whole)
	}
}

func TestReportsAreWrittenAnew(t *testing.T) {
	a := newArchive(t)
	run := a.run(1)
	a.command("", "runs", "report", run).must(t, exitDone, "success.csv", "failed.csv", "summary.json", "report.html")
	failed := filepath.Join(a.reports, run, "failed.csv")
	before, err := os.ReadFile(failed)
	keep(t, err, os.Remove(failed), os.Remove(filepath.Join(a.reports, run, "input.csv")))
	if !bytes.Contains(before, []byte("user2@example.com")) {
		t.Errorf("failed.csv:\n%s", before)
	}
	document := a.command("", "runs", "report", run, "--json").parsed(t)
	if document["run"] != run || len(document["files"].([]any)) != 4 {
		t.Errorf("%v", document)
	}
	after, err := os.ReadFile(failed)
	keep(t, err)
	if d := cmp.Diff(string(before), string(after)); d != "" {
		t.Error(d)
	}
	j, err := journal.Open(filepath.Join(a.reports, run))
	keep(t, err)
	defer j.Close()
	a.command("", "runs", "report", run).must(t, exitFailed, fmt.Sprintf("process %d", os.Getpid()))
}

// left are the runs that the archive still has.
func (a *archive) left() []string {
	infos, err := journal.List(a.reports)
	keep(a.t, err)
	var runs []string
	for _, i := range infos {
		runs = append(runs, i.Run)
	}
	return runs
}

func TestPruneAsks(t *testing.T) {
	a := newArchive(t)
	old, young := a.run(100), a.run(89)
	a.command("", "runs", "prune").must(t, exitUsage, "--older-than is missing")
	a.command("", "runs", "prune", "--older-than", "soon").must(t, exitUsage, `"soon"`)
	a.command("", "runs", "prune", "--older-than", "90d").must(t, exitUsage, "--yes")
	a.command("no\n", "runs", "prune", "--older-than", "90d").must(t, exitDone, old, "Delete 1 run (", "nothing was deleted")
	if d := cmp.Diff([]string{old, young}, a.left()); d != "" {
		t.Error(d)
	}
	asked := a.command("yes\n", "runs", "prune", "--older-than", "90d").must(t, exitDone, old, "1 run deleted")
	if strings.Contains(asked.err, young) || asked.out != "" {
		t.Errorf("%s\n%s", asked.out, asked.err)
	}
	if d := cmp.Diff([]string{young}, a.left()); d != "" {
		t.Error(d)
	}
	a.command("", "runs", "prune", "--older-than", "90d", "--yes").must(t, exitDone, "nothing to delete")
}

func TestPruneLeavesARunThatIsOpen(t *testing.T) {
	a := newArchive(t)
	open, shut := a.run(100), a.run(99)
	j, err := journal.Open(filepath.Join(a.reports, open))
	keep(t, err)
	defer j.Close()
	document := a.command("", "runs", "prune", "--older-than", "2w", "--yes", "--json").must(t, exitFailed, "is kept").parsed(t)
	kept := document["kept"].([]any)[0].(map[string]any)
	deleted := document["deleted"].([]any)[0].(map[string]any)
	if kept["run"] != open || kept["code"] != "run-in-use" || deleted["run"] != shut || document["before"] != "2026-11-07T15:30:00Z" {
		t.Errorf("%v", document)
	}
	if d := cmp.Diff([]string{open}, a.left()); d != "" {
		t.Error(d)
	}
}

func TestAges(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"90d": 90 * 24 * time.Hour, "12w": 84 * 24 * time.Hour, "36h": 36 * time.Hour, "0d": 0,
		"": -1, "-1d": -1, "-3h": -1, "d": -1, "1.5d": -1, "9999999999d": -1, "90": -1,
	} {
		got, err := parseAge(text)
		if err != nil {
			got = -1
		}
		if got != want {
			t.Errorf("%q: %v (%v), want %v", text, got, err, want)
		}
	}
}
