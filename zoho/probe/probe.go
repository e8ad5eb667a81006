// Package probe learns on one throw-away user what the service really does where its documents are silent or at odds:
// it changes fields that hold a value, reads the user back, and puts everything back.
package probe

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"zohobulk/zoho"
)

// Service is what a probe needs of the client.
type Service interface {
	Accounts(ctx context.Context, zoid zoho.ID, start, limit int) ([]zoho.Account, error)
	Account(ctx context.Context, zoid zoho.ID, who string) (zoho.Account, error)
	UpdatePersonalInfo(ctx context.Context, zoid zoho.ID, p zoho.PersonalInfo, k zoho.Keys) error
}

// Calls is about how many calls a probe makes; more where changes take long to be read.
const Calls = 18

// putBackPatience bounds putting back after Ctrl-C: a throttle may have to be waited out, and a second Ctrl-C ends it.
const putBackPatience = 30 * time.Minute

// lostPatience is how long an update without an answer is given to be carried out, before it is put back: a guess.
const lostPatience = 5 * time.Second

// listLimits are the pages to ask for until one is not refused. 200 is the largest ever claimed (by one public tool, no
// document says anything), 50 what is used without a probe.
var listLimits = []int{200, 100, 50}

// readAfter is how long to wait before each look at a change: half a minute in all, as a public client found it needs.
var readAfter = []time.Duration{0, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second}

// Probe is one probe of one user.
type Probe struct {
	Service Service
	ZOID    zoho.ID
	User    zoho.Account // as it was read just before
	// Tell is told of every call when it is over.
	Tell func(Call)
	// Hard ends even the putting back. nil never does.
	Hard context.Context

	before  values
	now     values // as last read
	phone   string // the key taken by now, "" if not known
	names   zoho.Truth
	readS   float64 // seconds that the first change took to be read; below 0 while not known
	touched bool    // the user may have been changed
	lost    bool    // an update got no answer, so it may be carried out later than the ones that follow
	result  Result
}

// Call is one call with what it was for.
type Call struct {
	Question string `json:"question"` // the key of the answer it is for, "before" or "put-back"
	Method   string `json:"method"`
	What     string `json:"what"` // what was sent or read
	Status   int    `json:"status"`
	Code     string `json:"code"` // the service's word for a refusal
}

// Result is what came of a probe.
type Result struct {
	Capabilities zoho.Capabilities
	Calls        []Call
	Why          map[string]string // for an answer that is unknown, or that needs a word: by key
	Left         []string          // fields that could not be put back
}

// errEnough ends the questions: what was found makes the others pointless.
var errEnough = errors.New("nothing more can be learnt")

// Run asks all questions, and puts everything back whatever happens. Its error is why not all was asked, or that not
// all could be put back; the result holds what was learnt all the same.
func (p *Probe) Run(ctx context.Context) (Result, error) {
	p.begin()
	err := p.questions(ctx)
	if errors.Is(err, errEnough) {
		err = nil
	}
	if p.touched {
		err = errors.Join(err, p.putBack(ctx))
	}
	return p.result, err
}

// PutBack asks nothing, and puts back what an earlier probe of the user may have left changed.
func (p *Probe) PutBack(ctx context.Context) (Result, error) {
	p.begin()
	err := p.putBack(ctx)
	return p.result, err
}

func (p *Probe) begin() {
	p.before, p.now = of(p.User), of(p.User)
	p.names, p.readS = zoho.Truth(zoho.Unknown), -1
	p.result = Result{Capabilities: zoho.NoCapabilities(), Calls: []Call{}, Why: map[string]string{}}
}

// questions asks one after the other, in an order in which each can use what was learnt before.
func (p *Probe) questions(ctx context.Context) error {
	for _, q := range []struct {
		key string
		ask func(context.Context, string) error
	}{
		{zoho.KeyPageSize, p.askPageSize}, {zoho.KeyOmittedFields, p.askOmitted}, {zoho.KeyPhoneKey, p.askPhone}, {zoho.KeyNames, p.askNames},
		{zoho.KeyOmittedAddress, p.askAddress}, {zoho.KeyEmpty, p.askEmpty}, {zoho.KeyUpperCountry, p.askCountry},
	} {
		if err := q.ask(ctx, q.key); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// why notes the reason of an answer that is unknown or needs a word.
func (p *Probe) why(key, format string, args ...any) {
	p.result.Why[key] = fmt.Sprintf(format, args...)
}

// count makes a context under which every attempt of a call is told and kept.
func (p *Probe) count(ctx context.Context, question, what string) context.Context {
	return zoho.WithTrace(ctx, func(a zoho.Attempt) {
		c := Call{Question: question, Method: a.Method, What: what, Status: a.Status, Code: a.Code}
		p.result.Calls = append(p.result.Calls, c)
		if p.Tell != nil {
			p.Tell(c)
		}
	})
}

func (p *Probe) read(ctx context.Context, question string) (values, error) {
	a, err := p.Service.Account(p.count(ctx, question, "the user"), p.ZOID, string(p.User.ZUID))
	return of(a), err
}

// candidate is one way to spell a body.
type candidate struct {
	phone string
	names bool
}

// candidates are the ways to spell a body that are worth trying, the documented sample's first. change is what the
// question is about, and cannot be left out.
func (p *Probe) candidates(body, change values) []candidate {
	phones, names := []string{p.phone}, []bool{p.names != zoho.No}
	if p.phone == "" && body.has(phoneNumber) {
		phones = []string{zoho.PhoneNumber, zoho.PhoneNumer}
	}
	switch {
	case change.has(firstName, lastName):
		names = []bool{true}
	case p.names == zoho.Truth(zoho.Unknown) && body.has(firstName, lastName):
		names = []bool{true, false}
	}
	var all []candidate
	for _, n := range names {
		for _, phone := range phones {
			all = append(all, candidate{phone, n})
		}
	}
	return all
}

// send sends a body, trying its spellings as long as a key is refused. What was taken is used from then on.
func (p *Probe) send(ctx context.Context, question string, body, change values) error {
	var err error
	for _, c := range p.candidates(body, change) {
		if err = p.put(ctx, question, body, c); !zoho.IsKind(err, zoho.ExtraKey) {
			if err == nil {
				p.took(body, c)
			}
			return err
		}
	}
	return err
}

func (p *Probe) put(ctx context.Context, question string, body values, c candidate) error {
	if !c.names {
		body = body.without(firstName, lastName)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	// Ctrl-C waits for the answer: an update that is cut off may be carried out after the one that puts back.
	ctx, cancel := p.hard(p.count(ctx, question, body.keys(c.phone)))
	defer cancel()
	err := p.Service.UpdatePersonalInfo(ctx, p.ZOID, body.info(p.User), zoho.Keys{Phone: c.phone})
	p.touched = p.touched || mayHaveChanged(err)
	p.lost = p.lost || err != nil && mayHaveChanged(err)
	return err
}

// hard gives a context that outlives Ctrl-C and ends with Hard.
func (p *Probe) hard(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	if p.Hard == nil {
		return ctx, cancel
	}
	stop := context.AfterFunc(p.Hard, cancel)
	return ctx, func() { stop(); cancel() }
}

// mayHaveChanged tells that a call was carried out, or that nobody knows.
func mayHaveChanged(err error) bool {
	var e *zoho.Error
	return err == nil || !errors.As(err, &e) || e.Sent
}

func (p *Probe) took(body values, c candidate) {
	if body.has(phoneNumber) {
		p.phone = c.phone
	}
	if body.has(firstName, lastName) && p.names == zoho.Truth(zoho.Unknown) && !c.names {
		p.names = zoho.No
	}
}

// whole is a body with all that the user held before, and a change.
func (p *Probe) whole(change values) values { return p.before.with(change) }

// safest is the smallest body that is known to leave the other fields alone, or the whole.
func (p *Probe) safest(change values) values {
	if p.result.Capabilities.OmittedFields == zoho.Kept {
		return change
	}
	return p.whole(change)
}

// wait reads the user until it shows a change, and tells whether it ever did.
func (p *Probe) wait(ctx context.Context, question string, change values) (shown bool, err error) {
	begin := time.Now()
	for _, pause := range readAfter {
		if err := sleep(ctx, pause); err != nil {
			return false, err
		}
		seen, err := p.read(ctx, question)
		if err != nil {
			return false, err
		}
		if len(differing(seen.with(change), seen)) == 0 {
			p.now = seen
			return true, nil
		}
		// Once it is known how fast the service is, four seconds more than twice that are a long enough wait.
		if p.readS >= 0 && time.Since(begin).Seconds() > 2*p.readS+4 {
			break
		}
	}
	return false, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// putBack sends all that the user held before, and reads until all of it is there again.
func (p *Probe) putBack(ctx context.Context) error {
	ctx, cancel := p.hard(ctx)
	defer cancel()
	ctx, cancel = context.WithTimeout(ctx, putBackPatience)
	defer cancel()
	if p.lost {
		if err := sleep(ctx, lostPatience); err != nil {
			return err
		}
	}
	err := p.sendBack(ctx)
	left, readErr := p.left(ctx)
	if err = errors.Join(err, readErr); readErr == nil && len(left) == 0 {
		return nil
	}
	for _, n := range left {
		p.result.Left = append(p.result.Left, string(n))
	}
	return &NotPutBack{User: p.User.PrimaryEmail, Fields: p.result.Left, Err: err}
}

// sendBack sends everything at once, more than once if need be. Where leaving fields out does no harm, one value that
// the service gives and does not take does not hold up the others.
func (p *Probe) sendBack(ctx context.Context) error {
	var err error
	for _, pause := range []time.Duration{0, 2 * time.Second, 10 * time.Second} { // guesses at what passes by itself
		if sleep(ctx, pause) != nil {
			break
		}
		err = p.send(ctx, "put-back", p.before, nil)
		switch {
		case err == nil:
			return nil
		case zoho.IsKind(err, zoho.ExtraKey): // what was taken for learnt does not hold: every spelling gets a chance
			p.phone, p.names = "", zoho.Truth(zoho.Unknown)
		case fatal(err) == nil && p.result.Capabilities.OmittedFields == zoho.Kept:
			return p.sendSingly(ctx)
		}
	}
	return err
}

// sendSingly sends each field that differs by itself, the address whole.
func (p *Probe) sendSingly(ctx context.Context) error {
	seen, err := p.read(ctx, "put-back")
	if err != nil {
		return err
	}
	var errs []error
	for _, n := range differing(p.before, seen) {
		body := values{n: p.before[n]}
		if slices.Contains(address, n) {
			body = values{}
			for _, member := range p.before.holding(address...) {
				body[member] = p.before[member]
			}
		}
		errs = append(errs, p.send(ctx, "put-back", body, body))
	}
	return errors.Join(errs...)
}

// left names what differs from before, once reads have had time to catch up.
func (p *Probe) left(ctx context.Context) (left []name, err error) {
	for _, pause := range readAfter {
		if err := sleep(ctx, pause); err != nil {
			return left, err
		}
		seen, err := p.read(ctx, "put-back")
		if err != nil {
			return left, err
		}
		if left = differing(p.before, seen); len(left) == 0 {
			return nil, nil
		}
	}
	return left, nil
}

// NotPutBack is a user that is not as before.
type NotPutBack struct {
	User   string
	Fields []string // as far as they could be found out
	Err    error
}

func (n *NotPutBack) Error() string {
	what := "some fields"
	if len(n.Fields) > 0 {
		what = strings.Join(n.Fields, ", ")
	}
	if n.Err == nil {
		return fmt.Sprintf("%s could not be put back for %s", what, n.User)
	}
	return fmt.Sprintf("%s could not be put back for %s: %v", what, n.User, n.Err)
}

func (n *NotPutBack) Unwrap() error { return n.Err }

// Reason gives the error's word, sentence and advice.
func (n *NotPutBack) Reason() (code, message, hint string) {
	return "not-put-back", n.Error(), "run the same probe again: it begins with putting back; or correct the user in the admin console"
}
