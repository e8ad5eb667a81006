package problem

import (
	"fmt"
	"runtime/debug"
)

// Crash is a fault of the program itself: a panic, caught so that what goes on beside it can end in order. Its text is for people;
// Report is for whoever mends the program.
type Crash struct {
	Value any    // what the panic said
	Stack []byte // of the goroutine that panicked
}

func (c *Crash) Error() string { return "the program met a fault of its own" }

// Report is what a report of the fault should hold. It may name values of the sheet, so it belongs into a file that only its owner
// can read.
func (c *Crash) Report() []byte { return fmt.Appendf(nil, "panic: %v\n\n%s", c.Value, c.Stack) }

// Guard calls do, and returns its panic as a *Crash. What do holds then is in any state, so nothing of it may be used again.
func Guard(do func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &Crash{value, debug.Stack()}
		}
	}()
	return do()
}
