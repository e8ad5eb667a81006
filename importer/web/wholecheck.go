package web

import (
	"context"
	"sync"
	"time"
)

// wholeAfter is how long after the last correction the whole sheet is looked at again.
const wholeAfter = 300 * time.Millisecond

// whole looks at a whole sheet again in the background, once it was corrected: a correction can make two rows be about one user.
type whole struct {
	mu      sync.Mutex
	timer   *time.Timer
	due     bool // it is to be looked at, or is being looked at
	once    bool // it was, in this process
	ended   bool
	running sync.WaitGroup
	cancel  context.CancelFunc
	note    string // what was done last, for the next screen
}

// wholeSoon has the whole sheet looked at when nobody has corrected it for a moment.
func (w *work) wholeSoon() {
	w.whole.mu.Lock()
	defer w.whole.mu.Unlock()
	if w.whole.ended {
		return
	}
	w.whole.due, w.whole.once = true, true
	if w.whole.timer != nil {
		w.whole.timer.Stop()
	}
	w.whole.timer = time.AfterFunc(wholeAfter, w.lookWhole)
}

// wholeOnce has a sheet looked at that was corrected in a process which may have ended before it did.
func (w *work) wholeOnce() {
	w.whole.mu.Lock()
	seen := w.whole.once
	w.whole.mu.Unlock()
	if !seen && w.doing() == nothing && w.run.Corrected() {
		w.wholeSoon()
	}
}

func (w *work) lookWhole() {
	w.whole.mu.Lock()
	if w.whole.ended {
		w.whole.mu.Unlock()
		return
	}
	w.whole.running.Add(1)
	defer w.whole.running.Done()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	w.whole.cancel = cancel
	w.whole.mu.Unlock()
	done, err := w.run.CheckWhole(ctx)
	if err != nil {
		w.server.log("checking %s as a whole: %v", w.name, err)
	}
	w.whole.mu.Lock()
	defer w.whole.mu.Unlock()
	if done || err != nil {
		w.whole.due = false
	}
}

// wholeDue reports whether what is known of the sheet as a whole is old.
func (w *work) wholeDue() bool {
	w.whole.mu.Lock()
	defer w.whole.mu.Unlock()
	return w.whole.due
}

// endWhole waits until nothing looks at the sheet any more.
func (w *work) endWhole() {
	w.whole.mu.Lock()
	w.whole.ended = true
	if w.whole.timer != nil {
		w.whole.timer.Stop()
	}
	if w.whole.cancel != nil {
		w.whole.cancel()
	}
	w.whole.mu.Unlock()
	w.whole.running.Wait()
}

// leaveNote leaves a word about what was done for the next screen.
func (w *work) leaveNote(words string) {
	w.whole.mu.Lock()
	defer w.whole.mu.Unlock()
	w.whole.note = words
}

func (w *work) takeNote() string {
	w.whole.mu.Lock()
	defer w.whole.mu.Unlock()
	words := w.whole.note
	w.whole.note = ""
	return words
}
