package report

import (
	"fmt"
	"math"
	"time"
)

// chart is the picture of a run's calls, laid out for the page's template: bars of calls a minute, by kind.
type chart struct {
	Width, Height int
	Left, Bottom  int // where the axes cross
	Bars          []bar
	Grid          []tick // calls a minute
	Times         []tick
	Pauses        []tick
	Limit         *tick // the rate that was asked for
	Bucket        string
	Rows          []chartRow // the same as a table
	Peak          string
	Sittings      int
}

// bar is one piece of a bar.
type bar struct {
	Class      string
	X, Y, W, H string
	Title      string
}

// tick is a mark on an axis with its text.
type tick struct {
	At   string
	Text string
}

// chartRow is a bucket as the table under the picture has it.
type chartRow struct {
	At                                       string
	Calls, Read, Changed, Refused, Throttled int
	Rate                                     string
}

// The picture's measures, in its own units.
const (
	chartWidth  = 960
	chartHeight = 260
	chartLeft   = 52
	chartRight  = 12
	chartTop    = 14
	chartBottom = 222
	pauseWidth  = 26
)

// chartOf draws a timeline. limit is the rate that was asked for, in calls a minute; 0 for none.
func chartOf(t *timeline, limit float64) *chart {
	if len(t.buckets) == 0 {
		return nil
	}
	c := &chart{Width: chartWidth, Height: chartHeight, Left: chartLeft, Bottom: chartBottom,
		Bucket: spoken(t.width), Sittings: len(t.sittings)}
	perMinute := float64(time.Minute) / float64(t.width)
	peak := 0.0
	for _, b := range t.buckets {
		peak = max(peak, float64(b.calls())*perMinute)
	}
	c.Peak = number(peak)
	top := peak
	if limit < 4*peak { // a limit far above what was reached would press the bars flat
		top = max(peak, limit)
	}
	step := niceStep(top)
	top = math.Ceil(top/step) * step
	y := func(rate float64) float64 { return chartBottom - rate/top*(chartBottom-chartTop) }
	for rate := 0.0; rate <= top+step/2; rate += step {
		c.Grid = append(c.Grid, tick{coordinate(y(rate)), number(rate)})
	}
	if limit > 0 && limit <= top {
		c.Limit = &tick{coordinate(y(limit)), "limit " + number(limit)}
	}
	c.place(t, perMinute, y)
	return c
}

// place puts the bars side by side, with a gap for each pause.
func (c *chart) place(t *timeline, perMinute float64, y func(float64) float64) {
	room := float64(chartWidth - chartLeft - chartRight - pauseWidth*(len(t.sittings)-1))
	width := room / float64(len(t.buckets))
	x := float64(chartLeft)
	for i, s := range t.sittings {
		if i > 0 {
			pause := s.from.Sub(t.sittings[i-1].to)
			c.Pauses = append(c.Pauses, tick{coordinate(x + pauseWidth/2), "paused for " + spoken(pause.Round(time.Minute))})
			x += pauseWidth
		}
		c.times(s, x, width, t.width)
		for _, b := range t.buckets[s.first : s.first+s.count] {
			c.bars(b, x, width, perMinute, y)
			x += width
		}
	}
}

// bars stacks the kinds of calls of one bucket.
func (c *chart) bars(b bucket, x, width, perMinute float64, y func(float64) float64) {
	at := b.at.UTC().Format("15:04:05")
	sum := 0
	for _, part := range []struct {
		class string
		n     int
	}{{"read", b.read}, {"changed", b.changed}, {"refused", b.refused}, {"throttled", b.throttled}} {
		if part.n == 0 {
			continue
		}
		from, to := y(float64(sum)*perMinute), y(float64(sum+part.n)*perMinute)
		sum += part.n
		c.Bars = append(c.Bars, bar{part.class, coordinate(x), coordinate(to), coordinate(max(width-0.6, 0.4)), coordinate(from - to),
			fmt.Sprintf("%s UTC: %d %s", at, part.n, part.class)})
	}
	c.Rows = append(c.Rows, chartRow{Stamp(b.at), b.calls(), b.read, b.changed, b.refused, b.throttled, number(float64(b.calls()) * perMinute)})
}

// times marks a sitting's clock times, some eight to the picture.
func (c *chart) times(s sitting, x, width float64, bucket time.Duration) {
	form := "15:04"
	if bucket < time.Minute {
		form = "15:04:05"
	}
	every := max(1, int(math.Ceil(110/width)))
	for i := 0; i < s.count; i += every {
		at := s.from.Truncate(bucket).Add(time.Duration(i) * bucket).UTC()
		text := at.Format(form)
		if i == 0 {
			text = at.Format("2 Jan " + form)
		}
		if x+float64(i)*width > chartWidth-90 && i > 0 { // its text would leave the picture
			break
		}
		c.Times = append(c.Times, tick{coordinate(x + float64(i)*width), text})
	}
}

// niceStep divides an axis into some four parts of a round length.
func niceStep(top float64) float64 {
	if top <= 0 {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(top/4)))
	for _, m := range []float64{1, 2, 2.5, 5, 10} {
		if top/(unit*m) <= 5 {
			return unit * m
		}
	}
	return unit * 10
}

// coordinate is a place in the picture, to a tenth of its unit.
func coordinate(v float64) string { return fmt.Sprintf("%.1f", v) }

// number is a rate without digits that say nothing.
func number(v float64) string {
	switch {
	case v == math.Trunc(v):
		return fmt.Sprintf("%.0f", v)
	case v < 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}

// spoken is a length of time as people say it: "45 s", "12 min", "2 h 5 min", "3 days".
func spoken(d time.Duration) string {
	switch {
	case d < time.Second && d > 0:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour && d%time.Minute < time.Second:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	case d < 48*time.Hour && d%time.Hour < time.Minute:
		return fmt.Sprintf("%d h", int(d.Hours()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
