package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	goterm "golang.org/x/term"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/zoho/connect"
)

// talk asks a person for texts, one line each. Without a terminal the lines come from standard input.
type talk struct {
	a     *app
	lines *bufio.Reader
}

func (a *app) newTalk() *talk {
	if a.lines == nil {
		a.lines = bufio.NewReader(a.In) // one for all questions: what it has read ahead is the answer to the next
	}
	return &talk{a: a, lines: a.lines}
}

// say shows a text, its lines wrapped to the terminal under where they begin.
func (t *talk) say(text string) {
	s := term.New(t.a.Err, term.Options{Terminal: t.a.ErrTerminal, NoColor: true, Env: t.a.Env})
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if holdsLonger(line, s.Width()-5) {
			s.Linef("%s", line) // an address or a list of scopes is copied from here: the terminal wraps it without a break
			continue
		}
		s.Para(line, len(line)-len(strings.TrimLeft(line, " 0123456789.")))
	}
}

// holdsLonger tells a line with a word that fits no line of the terminal.
func holdsLonger(line string, width int) bool {
	return slices.ContainsFunc(strings.Fields(line), func(word string) bool { return term.Width(word) > width })
}

// line asks for a text that may be seen.
func (t *talk) line(ctx context.Context, question string) (string, error) {
	fmt.Fprint(t.a.Err, question)
	return t.wait(ctx, func() (string, error) { return t.lines.ReadString('\n') })
}

// secret asks for a text that the screen does not show.
func (t *talk) secret(ctx context.Context, question string) (connect.Secret, error) {
	file, ok := t.a.In.(*os.File)
	if !t.a.InTerminal || !ok {
		text, err := t.line(ctx, question)
		return connect.Secret(text), err
	}
	fmt.Fprint(t.a.Err, question)
	defer fmt.Fprintln(t.a.Err)
	fd := int(file.Fd())
	before, err := goterm.GetState(fd)
	if err != nil {
		return "", err
	}
	text, err := t.wait(ctx, func() (string, error) {
		typed, err := goterm.ReadPassword(fd)
		return string(typed), err
	})
	if ctx.Err() != nil { // the reading goes on in vain, and the terminal must show again what is typed
		_ = goterm.Restore(fd, before)
	}
	return connect.Secret(text), err
}

// wait reads one line, or ends with ctx.
func (t *talk) wait(ctx context.Context, read func() (string, error)) (string, error) {
	type result struct {
		text string
		err  error
	}
	done := make(chan result, 1)
	go func() {
		text, err := read()
		done <- result{text, err}
	}()
	select {
	case r := <-done:
		text := strings.TrimSpace(r.text)
		if errors.Is(r.err, io.EOF) {
			if text == "" {
				return "", usagef("nothing was typed, and there is no more to read")
			}
			r.err = nil
		}
		return text, r.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
