package cli

import (
	"fmt"
	"sync"
	"time"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/importer"
	"zohobulk/zoho"
)

// progress shows how a run goes: it is the run's observer.
type progress struct {
	*importer.Progress
	op *operation

	mu    sync.Mutex
	shown *term.Progress // nil while nothing is shown
}

func newProgress(op *operation) *progress {
	p := &progress{op: op}
	p.Progress = importer.NewProgress(time.Now, func() zoho.Stats { return op.conn.Limiter.Stats() })
	return p
}

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

// reading begins to show the reading of the sheet, whose length nobody knows.
func (p *progress) reading() { p.begin("rows read", importer.PhaseReading, 0, 0) }

// listing begins to show the reading of the directory, whose size the profile may know.
func (p *progress) listing() {
	p.begin("accounts read", importer.PhaseListing, p.op.run.Knowledge().DirectorySize, 0)
}

// sending begins to show the sending of a plan.
func (p *progress) sending(planned importer.Planned) {
	p.begin("users", importer.PhaseSending, planned.Change, planned.Calls)
}

// verifying begins to show the waiting for changes to show, and the reading of changed users.
func (p *progress) verifying() {
	p.line("the changed users are read again once their changes have had half a minute to show")
	p.begin("accounts read", importer.PhaseVerifying, 0, 0)
}

func (p *progress) begin(noun string, phase importer.Phase, total, calls int) {
	p.Begin(phase, total, calls)
	shown := term.StartProgress(p.op.screen, term.ProgressOptions{
		Noun: noun, Quiet: p.op.global.quiet, Snapshot: func() term.Snapshot { return shownSnapshot(p.Snapshot()) },
	})
	p.mu.Lock()
	p.shown = shown
	p.mu.Unlock()
}

// shownSnapshot is what of a snapshot the terminal shows.
func shownSnapshot(s importer.Snapshot) term.Snapshot {
	return term.Snapshot{Total: s.Total, Done: s.Done, Failed: s.Failed, PerMinute: s.PerMinute, Pause: s.Pause, Left: s.Left}
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

// Lagging is told that users don't show their last changes yet.
func (p *progress) Lagging(until time.Time) {
	p.line("some users still show what they held before the run: they are read again at " + until.Local().Format("15:04:05") +
		", when its last changes have had half a minute to show")
}
