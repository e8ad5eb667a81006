// Command benchmark measures what the program itself costs, beside yardsticks in the same run, since machines differ:
//
//	go run ./cmd/zohobulk/internal/benchmark
//
// Each line of the table is a process of its own, so that its time, its processor time and its peak of memory are nobody else's.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

func main() {
	if task := os.Getenv(taskVariable); task != "" {
		code := do(task, os.Args[1:])
		_ = os.WriteFile(os.Getenv(peakVariable), strconv.AppendInt(nil, peak(), 10), 0o600) // missing is not known
		os.Exit(code)
	}
	rows := flag.Int("rows", 50_000, "rows of the sheets that are read")
	users := flag.Int("users", 3_000, "users of the directory that is changed")
	changes := flag.Int("changes", 120, "users of it who differ in the last measurement")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *rows, *users, *changes); err != nil {
		fmt.Fprintln(os.Stderr, "benchmark:", err)
		os.Exit(1)
	}
}

// run measures everything and writes the table.
func run(ctx context.Context, w io.Writer, rows, users, changes int) (err error) {
	if rows < 1 || changes < 1 || users < changes {
		return errors.New("want at least one row and one change, and no more changes than users")
	}
	dir, err := os.MkdirTemp("", "zohobulk-benchmark-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := readings(ctx, w, dir, rows); err != nil {
		return err
	}
	return sendings(ctx, w, dir, users, changes)
}

// readings measures reading and checking sheets with two phone numbers a row.
func readings(ctx context.Context, w io.Writer, dir string, rows int) error {
	csvPath, xlsxPath := filepath.Join(dir, "sheet.csv"), filepath.Join(dir, "sheet.xlsx")
	people := directory(rows)
	if err := errors.Join(writeCSV(csvPath, people), writeXLSX(xlsxPath, people)); err != nil {
		return err
	}
	t := table{w: w, rows: rows}
	t.head(fmt.Sprintf("%d rows, %d columns, two phone numbers a row", rows, len(columns)))
	for _, m := range []struct {
		name, task string
		args       []string
	}{
		{"encoding/csv reads the CSV", taskCSV, []string{csvPath}},
		{"validate reads and checks the CSV", taskProgram, []string{"validate", csvPath, "--json"}},
		{"excelize reads the XLSX", taskExcelize, []string{xlsxPath}},
		{"validate reads and checks the XLSX", taskProgram, []string{"validate", xlsxPath, "--json"}},
	} {
		u, err := measure(ctx, dir, m.task, nil, m.args...)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		t.line(m.name, u)
	}
	return nil
}

// sendings measures sending on loopback without a limit, and what a few changes cost in calls.
func sendings(ctx context.Context, w io.Writer, dir string, users, changes int) error {
	all, some := filepath.Join(dir, "all.csv"), filepath.Join(dir, "some.csv")
	people := directory(users + 1) // the first is the administrator who signs in, whom a run leaves alone
	if err := errors.Join(writeCSV(all, moved(people, users)), writeCSV(some, moved(people, changes))); err != nil {
		return err
	}
	t := table{w: w, rows: users}
	t.head(fmt.Sprintf("%d users changed, on loopback, no limit", users))
	loop, _, err := sent(ctx, dir, people, taskHTTP, strconv.Itoa(users+1))
	if err != nil {
		return fmt.Errorf("the net/http loop: %w", err)
	}
	t.line("a bare net/http loop", loop)
	program, _, err := sent(ctx, dir, people, taskProgram, "apply", all, "--yes", "--json")
	if err != nil {
		return fmt.Errorf("apply: %w", err)
	}
	t.line("apply, with plan, journal and reports", program)
	_, calls, err := sent(ctx, dir, people, taskProgram, "apply", some, "--yes", "--json")
	if err != nil {
		return fmt.Errorf("apply: %w", err)
	}
	took := time.Duration(calls.Calls-calls.Tokens) * time.Minute / 25 // the default rate
	_, err = fmt.Fprintf(w, "\n%d changes among %d users cost %d calls, %d of them to change: %s at 25 a minute.\n",
		changes, users, calls.Calls-calls.Tokens, calls.Applied, took.Round(time.Second))
	return err
}
