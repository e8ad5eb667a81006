package web

import (
	"context"
	"sync"
	"time"
)

// signs are the signs of a page: requests, and streams while they last.
type signs struct {
	mu      sync.Mutex
	last    time.Time
	streams int
}

func newSigns() *signs { return &signs{} }

func (s *signs) see(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = now
}

// stream counts a stream until the function that it gives is called.
func (s *signs) stream(now func() time.Time) (end func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.streams++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.streams--
		s.last = now()
	}
}

// quiet is for how long there was no sign, 0 while a stream is open.
func (s *signs) quiet(now time.Time) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.streams > 0 {
		return 0
	}
	return now.Sub(s.last)
}

// idleLook is how often the server looks whether anybody is still there.
const idleLook = time.Minute

// watchIdle quits once there was no sign of a page for the time that the options give, unless something is being sent.
func (s *Server) watchIdle(ctx context.Context) {
	if s.options.Idle == 0 {
		return
	}
	s.signs.see(s.options.Now())
	tick := time.NewTicker(idleLook)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if s.desk.busy() {
				s.signs.see(s.options.Now())
			} else if s.signs.quiet(s.options.Now()) >= s.options.Idle {
				s.Quit()
				return
			}
		}
	}
}
