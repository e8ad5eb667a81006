package term

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// Snapshot is how far a run has come: what was counted in one place, so that every display says the same.
type Snapshot struct {
	Total  int // rows to do, 0 if nobody knows
	Done   int // rows that have ended, failed ones included
	Failed int

	PerMinute float64       // calls a minute that were reached lately, 0 while nobody knows
	Pause     time.Time     // until when the service wants quiet; zero or past for no pause
	Left      time.Duration // forecast, 0 while nobody knows
}

// ProgressOptions says what a progress display shows.
type ProgressOptions struct {
	Noun     string // what is done, in the plural: "rows"; the default
	Snapshot func() Snapshot
	Quiet    bool // no bar and no lines now and then; Line still writes
}

// Progress shows how a run goes until it is stopped: on a terminal a bar that moves, else a line now and then. Its
// methods can be called from any goroutine.
type Progress struct {
	screen *Screen
	o      ProgressOptions
	end    chan struct{}
	ended  sync.WaitGroup

	mu    sync.Mutex
	bar   *progressbar.ProgressBar
	barOf int // what the bar was made for: its total and width
	wide  int
	drawn bool // the last line is ours, and stands to be written over
}

const (
	redraw    = 250 * time.Millisecond // smooth enough to the eye, and nothing beside the calls
	firstLine = 10 * time.Second       // without a terminal: soon enough to see that it works …
	nextLines = time.Minute            // … and seldom enough for a log of hours
)

// StartProgress begins to show how a run goes.
func StartProgress(s *Screen, o ProgressOptions) *Progress {
	if o.Noun == "" {
		o.Noun = "rows"
	}
	p := &Progress{screen: s, o: o, end: make(chan struct{})}
	p.ended.Go(p.run)
	return p
}

// Line writes a line of its own, above the bar where there is one.
func (p *Progress) Line(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wipe()
	p.screen.Para(text, 2)
	if p.screen.Terminal() && !p.o.Quiet {
		p.draw()
	}
}

// Stop takes the bar away, or writes the last line, and returns when nothing more will be shown.
func (p *Progress) Stop() {
	close(p.end)
	p.ended.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wipe()
}

func (p *Progress) run() {
	if p.o.Quiet {
		<-p.end
		return
	}
	wait := redraw
	if !p.screen.Terminal() {
		wait = firstLine
	}
	for {
		select {
		case <-p.end:
			return
		case <-time.After(wait):
		}
		p.mu.Lock()
		if p.screen.Terminal() {
			p.draw()
		} else {
			wait = nextLines
			p.screen.Linef("%s", strings.Join(p.says(p.o.Snapshot()), ", "))
		}
		p.mu.Unlock()
	}
}

// wipe clears the line that the bar stands on.
func (p *Progress) wipe() {
	if p.drawn {
		fmt.Fprint(p.screen, "\r\x1b[2K")
		p.drawn = false
	}
}

const (
	barLeast = 10 // below this many columns a bar says less than its percentage
	barMost  = 30
	barFrame = len(" 100% ||   ") + 1 // what stands around bar and words, and a column kept free so that no terminal wraps
)

// draw shows the present state in the terminal's last line: a bar with words, or the words alone where it is narrow.
func (p *Progress) draw() {
	snap := p.o.Snapshot()
	width := p.screen.Width()
	words := p.says(snap)
	text := fit(words, width-1)
	bar := min(barMost, width-barFrame-Width(text))
	p.drawn = true
	if snap.Total <= 0 || bar < barLeast {
		fmt.Fprintf(p.screen, "\r%s\x1b[0K", text)
		return
	}
	if p.bar == nil || p.barOf != snap.Total || p.wide != bar {
		p.bar, p.barOf, p.wide = p.newBar(snap.Total, bar), snap.Total, bar
	}
	p.bar.Describe(text)
	_ = p.bar.Set(min(snap.Done, snap.Total)) // the error tells of a screen that can't be written, which hurts nothing else
}

func (p *Progress) newBar(total, width int) *progressbar.ProgressBar {
	return progressbar.NewOptions(total,
		progressbar.OptionSetWriter(p.screen),
		progressbar.OptionSetWidth(width),
		progressbar.OptionUseANSICodes(true),
		progressbar.OptionSetPredictTime(false), // it divides the time gone by, and knows no limit and no pause
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionShowDescriptionAtLineEnd(),
		progressbar.OptionSetTheme(progressbar.Theme{Saucer: "█", SaucerPadding: "·", BarStart: "|", BarEnd: "|"}),
	)
}

// says puts the state into words, the most important first.
func (p *Progress) says(s Snapshot) []string {
	words := []string{fmt.Sprintf("%s of %s %s", thousands(s.Done), thousands(s.Total), p.o.Noun)}
	if s.Total <= 0 {
		words[0] = thousands(s.Done) + " " + p.o.Noun
	}
	if s.Failed > 0 {
		words = append(words, thousands(s.Failed)+" failed")
	}
	paused := s.Pause.After(time.Now())
	if paused {
		words = append(words, "the service wants a pause: on again at "+s.Pause.Local().Format("15:04:05"))
	}
	if s.Left > 0 {
		words = append(words, "about "+Roughly(s.Left)+" left")
	}
	if s.PerMinute > 0 && !paused {
		words = append(words, spokenRate(s.PerMinute))
	}
	return words
}

// fit joins words with commas, leaving out the last ones where there is no room for them.
func fit(words []string, width int) string {
	for n := len(words); n > 1; n-- {
		if text := strings.Join(words[:n], ", "); Width(text) <= width {
			return text
		}
	}
	return Cut(words[0], width)
}

func thousands(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

func spokenRate(perMinute float64) string {
	if perMinute > 600 {
		return fmt.Sprintf("%s calls a second", thousands(int(perMinute/60+0.5)))
	}
	return fmt.Sprintf("%s calls a minute", thousands(int(perMinute+0.5)))
}
