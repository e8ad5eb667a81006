package web

import (
	"context"
	"errors"
	"sync"
	"time"

	"zohobulk/importer"
	"zohobulk/importer/problem"
	"zohobulk/zoho"
)

// activity is what goes on in a run.
type activity string

// The activities; each is a screen's loading state.
const (
	nothing  activity = ""
	checking activity = "checking"
	planning activity = "planning"
	sending  activity = "sending"
)

// work is a run that this process has open, and what goes on in it: one activity at a time, which outlives the request that began it.
type work struct {
	server   *Server
	name     string
	run      *importer.Run
	progress *importer.Progress

	mu      sync.Mutex
	now     activity
	err     error // why the last activity ended, nil if it came to its end or was stopped here
	stopped bool  // somebody has stopped it on the page
	soft    context.CancelFunc
	hard    context.CancelFunc
	done    chan struct{} // closed when the activity ends
	limiter *zoho.Limiter // of the activity's connection, nil without one

	planned *importer.Planned  // nil until it was asked for
	fresh   bool               // it was planned in this process, and just now
	missing []*problem.Refusal // reports that could not be written
	leaves  bool               // it has come to its end, and goes from the desk
	total   int                // people who are to be changed
	lines   []logLine          // the rows that ended last, the newest first
	logged  int                // how many lines there were in all

	whole whole // the look at the whole sheet after corrections
}

func newWork(s *Server, r *importer.Run) *work {
	w := &work{server: s, name: r.Name(), run: r}
	w.progress = importer.NewProgress(s.options.Now, w.stats)
	return w
}

// stats are those of the present connection.
func (w *work) stats() zoho.Stats {
	w.mu.Lock()
	limiter := w.limiter
	w.mu.Unlock()
	if limiter == nil {
		return zoho.Stats{}
	}
	return limiter.Stats()
}

func (w *work) doing() activity {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// people is how many are to be changed by what is being sent.
func (w *work) people() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.total
}

// ended is why the last activity ended, nil if it came to its end.
func (w *work) ended() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// errBusy refuses a second activity.
var errBusy = problem.Refuse("busy", "wait until it has ended, or stop it", "something goes on with this sheet already")

// start begins an activity in the background. The end of soft lets calls in flight come to their end, the end of hard cuts them.
func (w *work) start(what activity, do func(soft, hard context.Context) error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.now != nothing {
		return errBusy
	}
	soft, endSoft := context.WithCancel(context.Background())
	hard, endHard := context.WithCancel(context.Background())
	done := make(chan struct{})
	w.now, w.err, w.stopped, w.soft, w.hard, w.done = what, nil, false, endSoft, endHard, done
	go func() {
		err := problem.Guard(func() error { return do(soft, hard) })
		endSoft()
		endHard()
		w.mu.Lock()
		w.now, w.limiter = nothing, nil
		if !w.stopped {
			w.err = err
		}
		leaves := w.leaves
		w.mu.Unlock()
		if leaves {
			w.server.desk.drop(w)
		}
		close(done)
	}()
	return nil
}

// hardAfter is how long calls in flight may take to end after a stop.
const hardAfter = 30 * time.Second

// stop ends the activity in order.
func (w *work) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.now == nothing {
		return
	}
	w.stopped = true
	w.soft()
	time.AfterFunc(hardAfter, w.hard)
}

// wait waits for the end of the activity.
func (w *work) wait() {
	w.mu.Lock()
	done := w.done
	w.mu.Unlock()
	if done != nil {
		<-done
	}
}

// connected does something with a run that needs the service, over a connection of its own.
func (w *work) connected(ctx context.Context, do func(*Link) error) (err error) {
	link, err := w.server.options.Connect(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, link.Close()) }()
	w.attach(link)
	if err := w.run.Enter(ctx, link.Place); err != nil {
		return err
	}
	return do(link)
}

// attach gives the run a connection, whose progress this work counts.
func (w *work) attach(link *Link) {
	w.mu.Lock()
	w.limiter = link.Limiter
	w.mu.Unlock()
	c := link.Connection
	c.Observer, c.Clock = w.progress, w.server.options.Now
	w.run.Reconnect(c)
}

// check reads and checks the sheet.
func (w *work) check() error {
	return w.start(checking, func(soft, _ context.Context) error {
		w.forget()
		_, err := w.run.Check(soft)
		return err
	})
}

// forget drops what was known of a plan.
func (w *work) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.planned, w.fresh = nil, false
}

// preview plans the sheet.
func (w *work) preview() error {
	return w.start(planning, func(soft, _ context.Context) error {
		w.forget()
		w.progress.Begin(importer.PhaseListing, 0, 0)
		return w.connected(soft, func(*Link) error {
			p, err := w.run.Preview(soft)
			if err != nil {
				return err
			}
			w.mu.Lock()
			defer w.mu.Unlock()
			w.planned, w.fresh = &p, true
			return nil
		})
	})
}

// plan is the plan that waits to be sent.
func (w *work) plan() (importer.Planned, error) {
	w.mu.Lock()
	known := w.planned
	w.mu.Unlock()
	if known != nil {
		return *known, nil
	}
	p, err := w.run.Count()
	if err != nil {
		return p, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.planned = &p
	return p, nil
}

// send sends the plan that was agreed to. One that was made by another process is held against the accounts as they are now first.
func (w *work) send(agreed string) error {
	p, err := w.plan()
	if err != nil {
		return err
	}
	w.mu.Lock()
	fresh := w.fresh
	w.mu.Unlock()
	return w.start(sending, func(soft, hard context.Context) error {
		err := w.connected(soft, func(link *Link) error {
			if !fresh {
				w.progress.Begin(importer.PhaseListing, 0, 0)
				if err := w.recheck(soft); err != nil {
					return err
				}
			}
			return w.sendAll(p.Change, p.Calls, link, func() error { return w.run.Apply(soft, hard, importer.Consent{Plan: agreed}) })
		})
		return w.finish(err)
	})
}

func (w *work) recheck(ctx context.Context) error {
	defer w.forget()
	return w.run.Recheck(ctx)
}

// resume sends the rest of a run that was stopped.
func (w *work) resume() error {
	p, err := w.run.Count()
	if err != nil {
		return err
	}
	return w.start(sending, func(soft, hard context.Context) error {
		err := w.connected(soft, func(link *Link) error {
			return w.sendAll(p.Change, p.Calls, link, func() error { return w.run.Continue(soft, hard) })
		})
		return w.finish(err)
	})
}

// sendAll counts what is sent, and keeps what is learnt of the service meanwhile.
func (w *work) sendAll(total, calls int, link *Link, send func() error) error {
	w.mu.Lock()
	w.total = total
	w.mu.Unlock()
	w.progress.Begin(importer.PhaseSending, total, calls)
	_, events, stop := w.progress.Watch()
	defer stop()
	over := make(chan struct{})
	defer close(over)
	go w.gather(events, over)
	err := send()
	if link.Remember == nil {
		return err
	}
	return errors.Join(err, link.Remember(w.run))
}

// finish writes the reports of a run of which something was sent, and lets go of it. A report that can't be written is said, and changes
// nothing about how the run ended.
func (w *work) finish(why error) error {
	if state := w.run.State(); state != importer.Finished && state != importer.Stopped {
		return why // nothing was sent, and it lies open to be looked at
	}
	_, missing, err := w.run.Finish(context.Background(), importer.ReportOptions{})
	w.mu.Lock()
	defer w.mu.Unlock()
	w.missing, w.leaves = missing, true
	return errors.Join(why, err)
}

// takeBack plans an undo and sends it.
func (w *work) takeBack(again bool) error {
	return w.start(sending, func(soft, hard context.Context) error {
		err := w.connected(soft, func(link *Link) error {
			if again {
				if err := w.run.RestartUndo(); err != nil {
					return err
				}
			}
			w.progress.Begin(importer.PhaseListing, 0, 0)
			p, err := w.run.PlanUndo(soft)
			switch {
			case err != nil:
				return err
			case p.Change == 0:
				return w.run.Nothing()
			}
			return w.sendAll(p.Change, p.Calls, link, func() error { return w.run.Apply(soft, hard, importer.Consent{Plan: p.Fingerprint}) })
		})
		return w.finish(err)
	})
}
