package zohotest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ParseFaults reads faults as a person types them: a kind, "-after" where the call is to be carried out first, and how
// often: "cut-after=5%" (of all calls to Mail), "throttle-a=2" (the next two), "slow" (always). Times of waiting follow a
// slash: "slow=10%/2s", "throttle-b=1/90s" (the lock). "chaos=20%" is every passing fault at once.
func ParseFaults(text string) ([]Fault, error) {
	kind, rest, _ := strings.Cut(text, "=")
	often, wait, _ := strings.Cut(rest, "/")
	f := Fault{Kind: Mischief(kind)}
	if err := f.often(often); err != nil {
		return nil, fmt.Errorf("fault %q: %w", text, err)
	}
	if kind == "chaos" {
		if f.Probability == 0 {
			return nil, fmt.Errorf("fault %q: chaos wants a share of the calls, like chaos=20%%", text)
		}
		return Chaos(f.Probability), nil
	}
	if err := f.wait(wait); err != nil {
		return nil, fmt.Errorf("fault %q: %w", text, err)
	}
	if !slices.Contains(Mischiefs(), f.Kind) {
		k, after := strings.CutSuffix(kind, "-after")
		f.Kind, f.AfterChange = Mischief(k), true
		if !after || !slices.Contains(LateMischiefs(), f.Kind) {
			return nil, fmt.Errorf("no fault %q", kind)
		}
	}
	if f.Kind == TokenThrottled {
		f.Op = OpToken
	}
	return []Fault{f}, nil
}

// LateMischiefs gives the kinds that make sense after the change.
func LateMischiefs() []Mischief {
	return []Mischief{Error500, HTML502, Cut, CutMiddle, Slow, Garbage, Empty}
}

func (f *Fault) often(text string) error {
	if text == "" {
		return nil
	}
	if percent, ok := strings.CutSuffix(text, "%"); ok {
		n, err := strconv.ParseFloat(percent, 64)
		if err != nil || n <= 0 || n > 100 {
			return fmt.Errorf("%q is no share of the calls", text)
		}
		f.Probability = n / 100
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return fmt.Errorf("%q is neither a number of calls nor a share of them", text)
	}
	f.Times = n
	return nil
}

func (f *Fault) wait(text string) error {
	if text == "" {
		return nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return fmt.Errorf("%q is no time to wait", text)
	}
	if f.Delay = d; strings.HasPrefix(string(f.Kind), "throttle-") {
		f.Delay, f.Lock = 0, d
	}
	return nil
}
