package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// interrupts turns signals into two contexts: soft ends at the first (Ctrl-C, SIGTERM, SIGHUP), hard at the second.
// A third ends the process, as if nobody listened.
func interrupts(parent context.Context) (soft, hard context.Context, stop func()) {
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
	}()
	return soft, hard, func() {
		signal.Stop(signals)
		close(done)
		endSoft()
		endHard()
	}
}
