package importer

import "errors"

// stopReason ends a run early for a reason that is no error of the service; the run can be gone on with.
type stopReason struct {
	code, message string
	exit          int
}

func (s stopReason) Error() string { return s.message }

// Reasons to stop that are nobody's fault: the run can be gone on with.
var (
	errInterrupted = stopReason{"interrupted", "stopped: calls in flight were let finish, the rest was not sent", 5}
	errDuration    = stopReason{"max-duration", "stopped: --max-duration is over", 5}
	errMaxErrors   = stopReason{"max-errors", "stopped: too many rows failed (--max-errors)", 5}
	errPilot       = stopReason{"first", "the pilot is done (--first); the rest was not sent", 0}
)

// ExitCode is the code that the program ends with.
func (s stopReason) ExitCode() int { return s.exit }

// Reason gives the parts of what to say.
func (s stopReason) Reason() (code, message, hint string) { return s.code, s.message, "" }

// stop lets no further row start, for the first reason given; but what went wrong is told before what was only asked for.
func (s *sender) stop(reason error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reason != nil {
		if asked(s.reason) && !asked(reason) {
			s.reason = reason
		}
		return
	}
	s.reason = reason
	close(s.stopped)
	s.Limiter.Stop()
}

// asked reports whether a run stops because somebody wanted it to.
func asked(reason error) bool {
	var asked stopReason
	return errors.As(reason, &asked)
}

// broken reports whether the run stops because something went wrong.
func (s *sender) broken() bool {
	why := s.why()
	return why != nil && !asked(why)
}

func (s *sender) why() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reason
}
