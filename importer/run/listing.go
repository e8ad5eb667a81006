package run

import (
	"context"
	"errors"
	"fmt"

	"zohobulk/importer/problem"
	"zohobulk/zoho"
)

// listing is a directory on its way in, page by page. The service tells no total, and need not honour the limit.
type listing struct {
	*Directory
	service Service
	zoid    zoho.ID
	start   int // of the next page
	limit   int // accounts asked for at once
	before  int // accounts that there were at the last time, 0 for unknown
	found   int // wanted keys that the last page brought
	first   zoho.ID
}

func newListing(d *Directory, s Service, zoid zoho.ID, known zoho.Knowledge) *listing {
	l := &listing{Directory: d, service: s, zoid: zoid, limit: pageSize, before: known.DirectorySize}
	if known.PageSize > 0 {
		l.limit = min(known.PageSize, pageSize)
	}
	return l
}

// List reads the directory page by page until every wanted key is found, the list ends, or single look-ups have become
// cheaper.
func (r *Run) List(ctx context.Context, d *Directory, w *Wanted) error {
	l := newListing(d, r.Service, r.ZOID, r.Knowledge())
	for w.Len() > 0 && !l.cheaperSingly(w.Len()) {
		page, err := l.page(ctx, l.start)
		if err != nil {
			return err
		}
		open := w.Len()
		for i := range page {
			w.Found(&page[i])
		}
		l.found = open - w.Len()
		if !l.take(page) {
			l.complete = len(page) == 0 || !l.again(page)
			return nil
		}
		l.start += len(page)
		r.Observer.Listed(l.size())
	}
	return nil
}

// leastPage is the least number of accounts that are worth a call: what the service gives where no limit is named (documented).
const leastPage = 10

// page reads a page. Large ones were seen to take longer than anybody waits, so that one that gets no answer is tried again
// at half the size.
func (l *listing) page(ctx context.Context, start int) ([]zoho.Account, error) {
	for {
		page, err := l.service.Accounts(ctx, l.zoid, start, l.limit)
		var e *zoho.Error
		slow := errors.As(err, &e) && (e.Kind == zoho.NoAnswer || e.Kind == zoho.Transient) && ctx.Err() == nil
		if !slow || l.limit <= leastPage {
			return page, err
		}
		l.limit = max(l.limit/2, leastPage)
	}
}

// take adds a page's accounts, and reports whether one of them is new.
func (l *listing) take(page []zoho.Account) (fresh bool) {
	for i := range page {
		fresh = l.Add(&page[i]) || fresh
	}
	if l.pages == 0 && fresh {
		l.first = page[0].ZUID
	}
	l.pages++
	return fresh
}

// again reports whether a page begins like the first one: then the service doesn't count from where it is asked to, and the
// rest of the directory stays unknown.
func (l *listing) again(page []zoho.Account) bool { return len(page) > 0 && page[0].ZUID == l.first }

// cheaperSingly reports whether the open keys cost fewer calls as single look-ups than by further pages: when fewer keys
// are open than pages are still to come, or, where the size isn't known, than pages were read, unless the last page brought
// several of them and the next may do so again.
func (l *listing) cheaperSingly(open int) bool {
	if l.before > l.start {
		return open < (l.before-l.start+l.limit-1)/l.limit
	}
	return l.pages > open && l.found < 2
}

// mostSteps is how often a reading goes back before it gives up on a directory that doesn't keep still (guessed: each
// time somebody has left within a few seconds).
const mostSteps = 20

// whole reads the directory to its end. Each page begins with the last account of the page before: if somebody has left
// meanwhile, the others have moved up past where the reading stands, a stranger stands there, and the reading goes back.
// Doubt says why accounts may be missing all the same.
func (l *listing) whole(ctx context.Context, listed func(accounts int)) (doubt string, err error) {
	steps, last := 0, false // last: nobody came after the last account, unless this page says otherwise
	for {
		overlap := min(1, l.start)
		if last {
			overlap = 0
		}
		page, err := l.page(ctx, l.start-overlap)
		if err != nil {
			return "", err
		}
		moved := overlap > 0 && (len(page) == 0 || l.byZUID[page[0].ZUID] == nil)
		fresh := l.take(page)
		listed(l.size())
		switch {
		case moved && steps == mostSteps:
			return "users came and went all the time while the directory was read, so some may be missing; export it again", nil
		case moved:
			steps++
			l.start = max(l.start-l.limit, 0)
			continue
		case !fresh && l.start > 1 && l.again(page):
			return l.stuck(len(page))
		case !fresh && last:
			return "", nil
		}
		last = len(page) <= overlap
		l.start += max(len(page)-overlap, 0)
	}
}

// stuck is how a reading ends where the service gives its first page whatever it is asked for.
func (l *listing) stuck(length int) (doubt string, err error) {
	if length < l.limit {
		return fmt.Sprintf("the service gives the same page for every start, so users beyond these %d would be missing", l.size()), nil
	}
	return "", problem.Refuse("directory-unreadable", "try again later; a plan looks users up one by one, and can be made now",
		"the service gives the same page of %d users for every start, so the directory can't be read whole", length)
}

// EachAccount hands over every account of the organisation, once and in the service's order, and says why some may be missing, ""
// if none is. By user authentication it is the caller's own.
func EachAccount(ctx context.Context, s Service, zoid zoho.ID, rights Auth, known zoho.Knowledge, take func(*zoho.Account), listed func(accounts int)) (doubt string, err error) {
	if rights == AuthUser {
		own, err := s.OwnAccounts(ctx)
		for i := range own {
			take(&own[i])
		}
		return "", err
	}
	d := NewDirectory()
	d.pass = take
	doubt, err = newListing(d, s, zoid, known).whole(ctx, listed)
	return doubt, Unreadable(err)
}
