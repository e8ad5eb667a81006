package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"golang.org/x/term"
)

// stdin is the name of standard input where a sheet is asked for.
const stdin = "-"

// mayAsk fails early if a confirmation will be needed and no terminal is attached.
func (a *app) mayAsk(silent bool, sheet string) error {
	if silent {
		return nil
	}
	if sheet == stdin {
		tty, err := openTerminal()
		if err != nil {
			return usagef("the sheet comes from standard input, and there is no terminal to ask for confirmation: add --yes to run without asking")
		}
		return tty.Close()
	}
	if !a.InTerminal {
		return usagef("can't ask for confirmation here: add --yes to run without asking")
	}
	return nil
}

// ask puts a question that only yes or y agrees to. What is neither a yes nor a no is asked once more. The end of ctx, or of the input,
// is a no.
func (a *app) ask(ctx context.Context, sheet, question string) (bool, error) {
	t := a.newTalk()
	if sheet == stdin {
		tty, err := openTerminal()
		if err != nil {
			return false, err
		}
		defer tty.Close()
		t.lines = bufio.NewReader(tty)
	}
	for _, question := range []string{question + " Type yes to go on: ", "Please type yes or no: "} {
		answer, err := t.line(ctx, question)
		if err != nil {
			fmt.Fprintln(a.Err)
			return false, nil
		}
		switch strings.ToLower(answer) {
		case "yes", "y":
			return true, nil
		case "no", "n", "":
			return false, nil
		}
	}
	return false, nil
}

// openTerminal opens the terminal that the process runs in, wherever its standard input comes from.
func openTerminal() (io.ReadCloser, error) {
	path := "/dev/tty"
	if runtime.GOOS == "windows" {
		path = "CONIN$"
	}
	tty, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	if !term.IsTerminal(int(tty.Fd())) {
		tty.Close()
		return nil, os.ErrNotExist
	}
	return tty, nil
}
