package cli

import (
	"fmt"
	"sync"
	"time"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/importer"
	"zohobulk/importer/journal"
	"zohobulk/zoho"
)

// progress shows how a run goes: it is the run's observer, and counts once for every display.
type progress struct {
	op *operation

	mu      sync.Mutex
	shown   *term.Progress // nil while nothing is shown
	planned importer.Planned
	done    int // rows that have ended
	failed  int
	calls   int // of this stretch
	listed  int // accounts read
}

func newProgress(op *operation) *progress { return &progress{op: op} }

// line says something above the bar.
func (p *progress) line(text string) {
	p.mu.Lock()
	shown := p.shown
	p.mu.Unlock()
	if shown == nil {
		p.op.screen.Para(text, 2)
		return
	}
	shown.Line(text)
}

// waits says, once, that the service asked for a pause.
func (p *progress) waits(pause zoho.Pause) {
	text := fmt.Sprintf("the service asks for a pause until %s (%s)", pause.Until.Local().Format("15:04:05"), brief(pause.Wait))
	if pause.Other {
		text += ", as another process of this computer was told"
	}
	if pause.Rate > 0 {
		text += fmt.Sprintf("; afterwards %.0f calls a minute", pause.Rate)
	}
	p.line(text)
}

// listing begins to show the reading of the directory, whose size the profile may know.
func (p *progress) listing() { p.begin("accounts read", p.listingSnapshot) }

// sending begins to show the sending of a plan.
func (p *progress) sending(planned importer.Planned) {
	p.mu.Lock()
	p.planned, p.calls = planned, 0
	p.mu.Unlock()
	p.begin("users", p.sendingSnapshot)
}

// verifying begins to show the waiting for changes to show, and the reading of changed users.
func (p *progress) verifying() {
	p.line("the changed users are read again once their changes have had half a minute to show")
	p.mu.Lock()
	p.listed, p.calls = 0, 0
	p.mu.Unlock()
	p.begin("accounts read", p.listingSnapshot)
}

func (p *progress) begin(noun string, snapshot func() term.Snapshot) {
	shown := term.StartProgress(p.op.screen, term.ProgressOptions{
		Noun: noun, Snapshot: snapshot, Quiet: p.op.global.quiet,
	})
	p.mu.Lock()
	p.shown = shown
	p.mu.Unlock()
}

// end takes the bar away.
func (p *progress) end() {
	p.mu.Lock()
	shown := p.shown
	p.shown = nil
	p.mu.Unlock()
	if shown != nil {
		shown.Stop()
	}
}

func (p *progress) listingSnapshot() term.Snapshot {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := term.Snapshot{Done: p.listed, Calls: p.calls}
	if size := p.op.run.Facts.DirectorySize; size >= p.listed {
		s.Total = size
	}
	return p.paced(s)
}

func (p *progress) sendingSnapshot() term.Snapshot {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := term.Snapshot{Total: p.planned.Change, Done: p.done, Failed: p.failed, Calls: p.calls}
	if p.planned.Change > 0 {
		s.CallsLeft = p.planned.Calls * (p.planned.Change - p.done) / p.planned.Change
	}
	return p.paced(s)
}

// paced adds what the limiter knows.
func (p *progress) paced(s term.Snapshot) term.Snapshot {
	stats := p.op.conn.limiter.Stats()
	s.Limit, s.Pause = stats.PerMinute, stats.Until
	return s
}

// Listed is told how many accounts were read.
func (p *progress) Listed(accounts int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.listed = accounts
}

// Ended is told how a row ended.
func (p *progress) Ended(row journal.Row) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	if row.Status == journal.Failed {
		p.failed++
	}
}

// Lagging is told that users don't show their last changes yet.
func (p *progress) Lagging(until time.Time) {
	p.line("some users still show what they held before the run: they are read again at " + until.Local().Format("15:04:05") +
		", when its last changes have had half a minute to show")
}

// Attempted is told of a call.
func (p *progress) Attempted(journal.Attempt) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls++
}
