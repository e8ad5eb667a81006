package probe

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"zohobulk/zoho"
)

// askPageSize asks for a large page, and for what comes after it: a short page can be the end or a silent cap.
func (p *Probe) askPageSize(ctx context.Context, key string) error {
	limit, first, err := p.firstPage(ctx, key)
	if err != nil {
		p.why(key, "refused: %v", words(err))
		return fatal(err)
	}
	n := len(first)
	if n == 0 || n >= limit {
		p.result.Capabilities.PageSize = n
		return nil
	}
	rest, err := p.page(ctx, key, n, limit)
	if err != nil {
		return fatal(err)
	}
	known := map[zoho.ID]bool{}
	for _, a := range first {
		known[a.AccountID] = true
	}
	if !slices.ContainsFunc(rest, func(a zoho.Account) bool { return !known[a.AccountID] }) {
		p.why(key, "all %d users came on one page", n)
		return nil
	}
	p.result.Capabilities.PageSize = n
	return nil
}

// firstPage gives the first page by the largest limit that is not refused.
func (p *Probe) firstPage(ctx context.Context, key string) (limit int, users []zoho.Account, err error) {
	for _, limit = range listLimits {
		if users, err = p.page(ctx, key, 0, limit); err == nil || fatal(err) != nil {
			break
		}
	}
	return limit, users, err
}

func (p *Probe) page(ctx context.Context, key string, start, limit int) ([]zoho.Account, error) {
	what := fmt.Sprintf("users from %d, %d at most", start, limit)
	return p.Service.Accounts(p.count(ctx, key, what), p.ZOID, start, limit)
}

// fatal passes on what ends the probe. A refusal of one page or one update says something about the service, which is
// what was asked; that somebody may not do it (403) says something about the login.
func fatal(err error) error {
	var e *zoho.Error
	if errors.As(err, &e) && (e.Kind == zoho.Row || e.Kind == zoho.ExtraKey) && e.Status != http.StatusForbidden {
		return nil
	}
	return err
}

// askOmitted sends one field alone and looks what became of the others. It also times how long a change takes to read.
func (p *Probe) askOmitted(ctx context.Context, key string) error {
	carriers := p.before.holding(displayName, mobileNumber)
	if len(carriers) == 0 {
		p.why(key, "the user has no display name and no mobile number to try it with")
		return errEnough
	}
	change := values{carriers[0]: another(carriers[0], p.before[carriers[0]])}
	err := p.send(ctx, key, change, change)
	switch {
	case fatal(err) != nil:
		return err
	case err != nil:
		return p.askRefused(ctx, key, change, err)
	}
	begin := time.Now()
	shown, err := p.wait(ctx, key, change)
	switch {
	case err != nil:
		return err
	case !shown:
		p.why(key, "the change was taken, but could not be read within half a minute")
		p.why(zoho.KeyReadBack, "longer than half a minute")
		return errEnough
	}
	p.timed(begin)
	p.result.Capabilities.OmittedFields = p.survived(key, change, order)
	return nil
}

// timed notes how long a change took to be read; what a first look shows was there at once.
func (p *Probe) timed(begin time.Time) {
	p.readS = 0
	if took := time.Since(begin); took >= readAfter[1] {
		p.readS = took.Round(100 * time.Millisecond).Seconds()
	}
	p.result.Capabilities.ReadBackSeconds = p.readS
}

// askRefused finds out whether it is the leaving out that was refused: then the whole is taken.
func (p *Probe) askRefused(ctx context.Context, key string, change values, refused error) error {
	err := p.send(ctx, key, p.whole(change), change)
	switch {
	case fatal(err) != nil:
		return err
	case err != nil:
		p.why(key, "the service took neither one field nor all: %v", words(refused))
		return errEnough
	}
	p.result.Capabilities.OmittedFields = zoho.Refused
	begin := time.Now()
	shown, err := p.wait(ctx, key, change)
	if shown {
		p.timed(begin)
	}
	return err
}

// survived tells what became of the fields that a call left out.
func (p *Probe) survived(key string, change values, names []name) zoho.Answer {
	others := p.before.without(slices.Collect(maps.Keys(change))...).holding(names...)
	if len(others) == 0 {
		p.why(key, "the user has no other value that could be lost")
		return zoho.Unknown
	}
	for _, n := range others {
		if !strings.EqualFold(p.now[n], p.before[n]) {
			return zoho.Cleared
		}
	}
	return zoho.Kept
}

// askPhone tries the spellings of the phone's key. One that is taken and does nothing is the wrong one, too.
func (p *Probe) askPhone(ctx context.Context, key string) error {
	if p.before[phoneNumber] == "" {
		p.why(key, "the user has no phone number")
		return nil
	}
	change := values{phoneNumber: another(phoneNumber, p.before[phoneNumber])}
	defer func() { p.phone = p.knownPhone() }() // whatever was on trial when this ended
	for _, spelling := range []string{zoho.PhoneNumber, zoho.PhoneNumer} {
		p.phone = spelling
		err := p.send(ctx, key, p.safest(change), change)
		if err == nil {
			shown, err := p.wait(ctx, key, change)
			if err != nil {
				return err
			}
			if shown {
				p.result.Capabilities.PhoneKey = zoho.Answer(spelling)
				return nil
			}
			p.why(key, "%s was taken and changed nothing", spelling)
			continue
		}
		if fatal(err) != nil {
			return err
		}
		p.why(key, "refused: %v", words(err))
	}
	return nil
}

// knownPhone is the spelling that was seen to work, "" if none was.
func (p *Probe) knownPhone() string {
	if key := p.result.Capabilities.PhoneKey; key.Known() {
		return string(key)
	}
	return ""
}

// askNames tries to change first and last name.
func (p *Probe) askNames(ctx context.Context, key string) error {
	held := p.before.holding(firstName, lastName)
	if len(held) == 0 {
		p.why(key, "the user has no first and no last name")
		return nil
	}
	change := values{}
	for _, n := range held {
		change[n] = another(n, p.before[n])
	}
	err := p.send(ctx, key, p.safest(change), change)
	switch {
	case zoho.IsKind(err, zoho.ExtraKey):
		p.setNames(zoho.No)
		return nil
	case fatal(err) != nil:
		return err
	case err != nil:
		p.why(key, "refused: %v", words(err))
		return nil
	}
	shown, err := p.wait(ctx, key, change)
	if err != nil {
		return err
	}
	if !shown {
		p.why(key, "they were taken and changed nothing")
	}
	p.setNames(zoho.TruthOf(shown))
	return nil
}

func (p *Probe) setNames(t zoho.Truth) { p.names, p.result.Capabilities.Names = t, t }

// askAddress sends one member of the address alone.
func (p *Probe) askAddress(ctx context.Context, key string) error {
	held := p.before.holding(address...)
	if len(held) < 2 {
		p.why(key, "the user's address has fewer than two parts")
		return nil
	}
	if err := p.settle(ctx, key, held); err != nil {
		return fatal(err)
	}
	change := values{held[0]: another(held[0], p.before[held[0]])}
	err := p.send(ctx, key, p.safest(change).without(held[1:]...), change)
	switch {
	case fatal(err) != nil:
		return err
	case err != nil:
		return p.askAddressRefused(ctx, key, change, err)
	}
	shown, err := p.wait(ctx, key, change)
	if shown {
		p.result.Capabilities.OmittedAddress = p.survived(key, change, address)
	} else if err == nil {
		p.why(key, "the change was taken, but did not show")
	}
	return err
}

// settle puts some fields back first, if an earlier question has cost them: else their absence would be laid to the
// next one's charge.
func (p *Probe) settle(ctx context.Context, key string, names []name) error {
	wanted := values{}
	for _, n := range names {
		wanted[n] = p.before[n]
	}
	if len(differing(p.now.with(wanted), p.now)) == 0 {
		return nil
	}
	if err := p.send(ctx, key, p.before, nil); err != nil {
		return err
	}
	_, err := p.wait(ctx, key, wanted)
	return err
}

// askAddressRefused finds out whether it is the leaving out that was refused.
func (p *Probe) askAddressRefused(ctx context.Context, key string, change values, refused error) error {
	body := p.safest(change)
	for _, n := range p.before.holding(address...) {
		if !body.has(n) {
			body[n] = p.before[n]
		}
	}
	err := p.send(ctx, key, body, change)
	if err == nil {
		p.result.Capabilities.OmittedAddress = zoho.Refused
		return nil
	}
	p.why(key, "refused: %v", words(refused))
	return fatal(err)
}

// askEmpty sends an empty value for the field that is lost most easily: it is put back like every other.
func (p *Probe) askEmpty(ctx context.Context, key string) error {
	candidates := []name{mobileNumber, state, postalCode, streetAddr, city}
	if p.phone != "" {
		candidates = slices.Insert(candidates, 1, phoneNumber)
	}
	held := p.before.holding(candidates...)
	if len(held) == 0 {
		p.why(key, "the user has neither phones nor an address")
		return nil
	}
	change := values{held[0]: ""}
	body := p.safest(change)
	if slices.Contains(address, held[0]) {
		body = p.whole(change)
	}
	err := p.send(ctx, key, body, change)
	switch {
	case fatal(err) != nil:
		return err
	case err != nil:
		p.result.Capabilities.Empty = zoho.Refused
		return nil
	}
	shown, err := p.wait(ctx, key, change)
	switch {
	case err != nil:
	case shown:
		p.result.Capabilities.Empty = zoho.Cleared
	default:
		p.why(key, "an empty value was taken and changed nothing")
	}
	return err
}

// askCountry sends the country in capitals. What a read shows then need not differ, so a refusal is all there is to see.
func (p *Probe) askCountry(ctx context.Context, key string) error {
	upper := strings.ToUpper(p.before[country])
	switch p.before[country] {
	case "":
		p.why(key, "the user has no country")
		return nil
	case upper:
		p.why(key, "the service itself gives %s in capitals", upper)
	}
	change := values{country: upper}
	err := p.send(ctx, key, p.safest(change), change)
	switch {
	case err == nil:
		p.result.Capabilities.UpperCountry = zoho.Accepted
		return nil
	case fatal(err) != nil:
		return err
	}
	p.result.Capabilities.UpperCountry = zoho.Refused
	return nil
}

// words are the service's own of a refusal.
func words(err error) string {
	var e *zoho.Error
	if errors.As(err, &e) {
		return strings.TrimSpace(e.Code + " " + e.Message)
	}
	return err.Error()
}
