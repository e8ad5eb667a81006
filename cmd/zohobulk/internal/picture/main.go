// Command picture makes the pictures of the documentation: it runs the program on the samples, in the sandbox, and draws what it says.
//
//	go run ./cmd/zohobulk/internal/picture docs/pictures
//
// It is run at the top of the repository.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"zohobulk/cmd/zohobulk/internal/cli"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./cmd/zohobulk/internal/picture FOLDER")
		os.Exit(2)
	}
	if err := errors.Join(draw(context.Background(), os.Args[1]), pages(context.Background(), os.Args[1])); err != nil {
		fmt.Fprintln(os.Stderr, "picture:", err)
		os.Exit(1)
	}
}

// scenes are the pictures of the terminal, in the order in which they are played.
var scenes = []struct {
	file    string
	command string
	first   int // lines that are shown from the beginning
	last    int // and from the end
}{
	{"validate.svg", "validate samples/staff-mistakes.csv", 40, 2},
	{"plan.svg", "plan samples/staff.csv --sandbox", 36, 3},
	{"apply.svg", "apply samples/staff.csv --sandbox", 0, 11},
}

// newHome makes this process one of somebody who has never used the program, until it is left.
func newHome() (home string, leave func() error, err error) {
	if home, err = os.MkdirTemp("", "zohobulk-picture-"); err != nil {
		return "", nil, err
	}
	leave = func() error { return os.RemoveAll(home) }
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "AppData", "LocalAppData"} {
		if err := os.Setenv(name, home); err != nil {
			return "", nil, errors.Join(err, leave())
		}
	}
	return home, leave, nil
}

// draw makes the pictures of the terminal in a folder.
func draw(ctx context.Context, folder string) (err error) {
	home, leave, err := newHome()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, leave()) }()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, s := range scenes {
		said := play(ctx, home, s.command)
		lines := append(wrapped("$ zohobulk "+s.command), shortened(wrapped(said), s.first, s.last)...)
		if err := os.WriteFile(filepath.Join(folder, s.file), svg(s.command, lines), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// play runs a command for somebody at a terminal who says yes, and returns what they see.
func play(ctx context.Context, home, command string) string {
	var seen bytes.Buffer
	reports := filepath.Join(home, "reports")
	env := map[string]string{"ZOHOBULK_REPORTS": reports, "TERM": "xterm-256color"}
	cli.Run(ctx, strings.Fields(command), cli.System{
		Streams: cli.Streams{In: strings.NewReader("yes\n"), Out: &seen, Err: &seen, InTerminal: true, ErrTerminal: true},
		Env:     func(name string) string { return env[name] }, Now: time.Now, Hard: ctx,
	})
	// The answer to a question is typed, and ends its line.
	return strings.NewReplacer(reports, "reports", "to go on: ", "to go on: yes\n", "[y/N] ", "[y/N] yes\n").Replace(seen.String())
}

// shortened leaves out the middle of what was said.
func shortened(lines []line, first, last int) []line {
	if len(lines) <= first+last {
		return lines
	}
	left := []line{{{text: "⋮"}}}
	return append(append(append([]line(nil), lines[:first]...), left...), lines[len(lines)-last:]...)
}
