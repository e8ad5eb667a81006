package term

import (
	"io"

	"golang.org/x/sys/windows"
)

// enableEscapes asks the console to understand escape sequences, which Windows does since 2016 but not unasked.
func enableEscapes(w io.Writer) bool {
	f, ok := w.(interface{ Fd() uintptr })
	if !ok {
		return true
	}
	var mode uint32
	console := windows.Handle(f.Fd())
	if err := windows.GetConsoleMode(console, &mode); err != nil {
		return false
	}
	return windows.SetConsoleMode(console, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
