package send

import (
	"time"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/run"
	"zohobulk/zoho"
)

// mostClaimed is how many rows are claimed at once without a limit (measured: from 128 on the disk's price no longer shows).
const mostClaimed = 256

// claimSize is how many rows are claimed in one commit. Under a limit that is what a fifth of a second takes, so that few
// rows need a look after a crash; without one, claims are made ahead, so that no worker waits for the disk.
func claimSize(rate zoho.Rate) int {
	if !rate.Limited() {
		return mostClaimed
	}
	return min(max(int(rate.PerMinute()/60/5), 1), mostClaimed)
}

// startWorker puts one more worker to work.
func (s *sender) startWorker() {
	s.size++
	s.workers.Go(func() error { return s.stopFor(problem.Guard(s.work)) })
}

// firstWorkers is how many workers there are from the start. Without a limit none is too many.
func (s *sender) firstWorkers() int {
	if !s.Rate.Limited() {
		return s.mostWorkers()
	}
	return min(s.mostWorkers(), run.DefaultWorkers)
}

// mostWorkers is how many workers there may be in the end.
func (s *sender) mostWorkers() int {
	if s.Options.Workers > 0 {
		return s.Options.Workers
	}
	return run.MaxWorkers
}

// idleTurn is how long nobody may take a row before another worker is needed where there is no limit: short beside any
// service's latency, long beside what a worker needs for itself (guessed).
const idleTurn = 5 * time.Millisecond

// patience is how long a row waits for a worker before one more is needed: so long that a turn at the limiter has gone by
// unused, because every worker was waiting for an answer. During a pause of the service nobody is needed.
func (s *sender) patience() (wait time.Duration, needed bool) {
	stats := s.Limiter.Stats()
	pause := time.Until(stats.Until)
	switch {
	case s.size >= s.mostWorkers():
		return time.Hour, false
	case pause > 0:
		return pause, false
	case stats.PerMinute == 0:
		return idleTurn, true
	}
	return time.Duration(1.5 * float64(time.Minute) / stats.PerMinute), true
}

// dispatch hands a row to a worker, and finds more workers where that takes too long. It reports whether it did before the
// run was stopped.
func (s *sender) dispatch(row journal.Row) bool {
	select {
	case s.rows <- row:
		return true
	default:
	}
	for {
		wait, needed := s.patience()
		timer := time.NewTimer(wait)
		select {
		case s.rows <- row:
			timer.Stop()
			return true
		case <-s.stopped:
			timer.Stop()
			return false
		case <-timer.C:
		}
		if _, still := s.patience(); needed && still {
			s.startWorker()
		}
	}
}
