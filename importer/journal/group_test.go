package journal

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// inBubble runs a test of a journal's timing: the clock stands still but for the writer's own waits.
func inBubble(t *testing.T, test func(t *testing.T, j *Journal)) {
	dir := newFolder(t)
	synctest.Test(t, func(t *testing.T) {
		j, err := Create(dir, Meta{})
		ok(t, err)
		fill(t, j, 10, true)
		test(t, j)
		ok(t, j.Close())
	})
}

func TestALoneOutcomeIsCommittedAtOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, j *Journal) {
		for seq := 1; seq <= 10; seq++ {
			begun := time.Now()
			finish(t, j, seq, Outcome{Status: Updated})
			diff(t, "wait", time.Duration(0), time.Since(begun))
		}
	})
}

// TestOutcomesInCompanyWaitForMore keeps a group open with an outcome every half millisecond, which must not last for
// longer than groupTime.
func TestOutcomesInCompanyWaitForMore(t *testing.T) {
	inBubble(t, func(t *testing.T, j *Journal) {
		synctest.Wait() // the writer sleeps
		j.writer.busy = true
		begun := time.Now()
		done := make(chan time.Duration, 1)
		ok(t, j.Record(1, Outcome{Status: Updated}, nil, func(err error) {
			ok(t, err)
			done <- time.Since(begun)
		}))
		for range 60 {
			time.Sleep(500 * time.Microsecond)
			ok(t, j.Step(2, 1))
		}
		diff(t, "wait", groupTime, <-done)
	})
}

func TestAQuietMomentEndsAGroup(t *testing.T) {
	inBubble(t, func(t *testing.T, j *Journal) {
		synctest.Wait()
		j.writer.busy = true
		begun := time.Now()
		finish(t, j, 1, Outcome{Status: Updated})
		diff(t, "wait", quietTime, time.Since(begun))
	})
}

// hurdle is a change that the writer can't get over until it is closed.
type hurdle chan struct{}

func (h hurdle) apply(*writer) error { <-h; return nil }

func TestCompanyMakesTheNextOutcomeWait(t *testing.T) {
	inBubble(t, func(t *testing.T, j *Journal) {
		busy := make(hurdle)
		ok(t, j.send(order{changes: []change{busy}, urgency: soon}))
		synctest.Wait() // the writer is at the hurdle; what comes now comes together
		var pending sync.WaitGroup
		pending.Add(2)
		for seq := 1; seq <= 2; seq++ {
			ok(t, j.Record(seq, Outcome{Status: Updated}, nil, func(error) { pending.Done() }))
		}
		close(busy)
		pending.Wait()
		for _, want := range []time.Duration{quietTime, 0} {
			begun := time.Now()
			finish(t, j, 3, Outcome{Status: Updated})
			diff(t, "wait", want, time.Since(begun))
		}
	})
}

func TestAClaimWaitsForNobody(t *testing.T) {
	inBubble(t, func(t *testing.T, j *Journal) {
		synctest.Wait()
		j.writer.busy = true
		ok(t, j.Attempt(Attempt{Step: "list", Read: true}))
		begun := time.Now()
		diff(t, "rows", 3, len(must(j.Claim(3))))
		diff(t, "wait", time.Duration(0), time.Since(begun))
	})
}

func TestACallIsOnDiskWithinASecond(t *testing.T) {
	inBubble(t, func(t *testing.T, j *Journal) {
		ok(t, j.Plan(1, Plan{}, Outcome{Status: Unchanged}))
		ok(t, j.Attempt(Attempt{Step: "account", Read: true}))
		time.Sleep(lazyTime - time.Millisecond)
		synctest.Wait()
		diff(t, "just before", 0, must(j.Counts()).Reads)
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		diff(t, "after", Counts{Rows: 10, Planned: 9, NotSent: 9, Unchanged: 1, Requests: 1, Reads: 1}, must(j.Counts()))
	})
}
