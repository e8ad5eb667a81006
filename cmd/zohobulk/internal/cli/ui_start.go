package cli

import (
	"github.com/inconshreveable/mousetrap"
	"github.com/spf13/cobra"
)

// doubleClicked reports whether somebody started the program by a click: on Windows with a console of its own, elsewhere from a desktop,
// without a terminal. Such a person wants the page, and would see no help.
func (s System) doubleClicked() bool {
	if mousetrap.StartedByExplorer() {
		return true
	}
	desktop := s.Env("DISPLAY") != "" || s.Env("WAYLAND_DISPLAY") != ""
	return desktop && !s.InTerminal && !s.ErrTerminal
}

// withDefault is a command line, or that of the page where it is empty and nobody could read a help text.
func (s System) withDefault(args []string) []string {
	cobra.MousetrapHelpText = "" // else a click only gets the advice to open a terminal
	if len(args) == 0 && s.doubleClicked() {
		return []string{"ui"}
	}
	return args
}
