package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// lastOrders is how long a command may take to end after the second Ctrl-C. It is enough to record the calls that were
// cut; reports that take longer can be written later.
const lastOrders = 3 * time.Second

// interrupts turns signals into two contexts: soft ends at the first (Ctrl-C, SIGTERM, SIGHUP), hard at the second. If the
// program still runs lastOrders after that, whatever it is doing, exit ends it. A third signal ends the process at once.
func interrupts(parent context.Context, exit func()) (soft, hard context.Context, stop func()) {
	soft, endSoft := context.WithCancel(parent)
	hard, endHard := context.WithCancel(parent)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	done := make(chan struct{})
	go func() {
		for _, end := range []context.CancelFunc{endSoft, endHard} {
			select {
			case <-signals:
				end()
			case <-done:
				return
			}
		}
		signal.Stop(signals)
		select {
		case <-time.After(lastOrders):
			exit()
		case <-done:
		}
	}()
	return soft, hard, func() {
		signal.Stop(signals)
		close(done)
		endSoft()
		endHard()
	}
}

// outliveReaders makes a write to a pipe that nobody reads any more fail as other writes do, where Go would end the program.
// The signal is caught and not ignored, since children inherit what is ignored.
func outliveReaders() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }
