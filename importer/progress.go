package importer

import (
	"sync"
	"time"

	"zohobulk/importer/journal"
	"zohobulk/zoho"
)

// Phase is what a run is doing.
type Phase string

// The phases of a run.
const (
	PhaseReading   Phase = "reading"   // the sheet
	PhaseListing   Phase = "listing"   // the accounts that the rows name
	PhaseSending   Phase = "sending"   // the changes
	PhaseVerifying Phase = "verifying" // the changed accounts are read again
)

// Snapshot says how far a run has come.
type Snapshot struct {
	Phase  Phase // "" between two phases
	Total  int   // rows, accounts or changes to do, 0 if nobody knows
	Done   int   // of them, failed ones included
	Failed int   // changes that were refused or got no answer

	Calls     int           // made in this phase
	CallsLeft int           // still to be made, as far as is known
	PerMinute float64       // calls a minute that were reached lately, pauses apart; 0 while nobody knows
	Limit     float64       // calls a minute that are allowed now, 0 for no limit
	Pause     time.Time     // until when nothing is sent; zero or past for no pause
	Left      time.Duration // forecast for CallsLeft, 0 while nobody knows
}

// Event is something that happened in a run: one of the fields is set.
type Event struct {
	Ended *EndedRow // a row's outcome is on disk
	Phase Phase     // a phase has begun
	Until time.Time // accounts don't show the last changes yet, and are read again then
}

// Progress counts how a run goes, once for every display. It is the run's Observer; its methods can be called from any goroutine.
type Progress struct {
	mu       sync.Mutex
	now      func() time.Time
	limit    func() zoho.Stats
	snap     Snapshot
	calls    int // that the phase takes in all, 0 if nobody knows
	pace     pace
	watchers map[chan Event]struct{}
}

// NewProgress begins to count. limit tells the present limit and pause.
func NewProgress(now func() time.Time, limit func() zoho.Stats) *Progress {
	return &Progress{now: now, limit: limit, watchers: map[chan Event]struct{}{}}
}

// Begin begins a phase of a known number of things to do and calls to make, 0 where nobody knows.
func (p *Progress) Begin(phase Phase, total, calls int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.snap = Snapshot{Phase: phase, Total: total}
	p.calls, p.pace = calls, pace{}
	p.tell(Event{Phase: phase})
}

// Snapshot says how far the run has come.
func (p *Progress) Snapshot() Snapshot {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, now := p.snap, p.now()
	if s.Total > 0 {
		s.CallsLeft = p.calls * (s.Total - s.Done) / s.Total
	}
	stats := p.limit()
	s.Limit, s.Pause = stats.PerMinute, stats.Until
	p.pace.see(now, s)
	s.PerMinute, s.Left = p.pace.perMinute, p.pace.left(s, now)
	return s
}

// mostUnread is how many events wait for a watcher; a slower one misses some, and finds the sums in the next snapshot.
const mostUnread = 256

// Watch gives the present state, what happens from now on, and a function that ends the watching.
func (p *Progress) Watch() (Snapshot, <-chan Event, func()) {
	events := make(chan Event, mostUnread)
	p.mu.Lock()
	p.watchers[events] = struct{}{}
	p.mu.Unlock()
	return p.Snapshot(), events, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.watchers, events)
	}
}

// tell hands an event to whoever watches and has room for it.
func (p *Progress) tell(e Event) {
	for events := range p.watchers {
		select {
		case events <- e:
		default:
		}
	}
}

// Read is told how many rows of the sheet were read.
func (p *Progress) Read(rows int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.snap.Done = rows
}

// Listed is told how many accounts were read.
func (p *Progress) Listed(accounts int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.snap.Done = accounts; p.snap.Total < accounts {
		p.snap.Total = 0 // there are more than were expected, and nobody knows how many
	}
}

// Ended is told how a row ended.
func (p *Progress) Ended(row EndedRow) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.snap.Done++
	if row.Status == string(journal.Failed) {
		p.snap.Failed++
	}
	p.tell(Event{Ended: &row})
}

// Attempted is told of a call.
func (p *Progress) Attempted() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.snap.Calls++
}

// Lagging is told that users don't show their last changes yet.
func (p *Progress) Lagging(until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tell(Event{Until: until})
}
