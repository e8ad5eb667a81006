// Package zohotest is a stand-in for Zoho Mail and Zoho Accounts: one http.Handler that keeps a directory of users and
// answers as the service does, refusals and slips of spelling included.
//
// It is written from what is documented and observed of the service, not from this project's client, whose package it
// does not import: what both got wrong in the same way would otherwise never be noticed. Where nobody has published
// what the service does, the answer is a setting (Quirks), and its default is marked as assumed.
//
// A Server serves tests, rehearsals (`zohobulk sandbox`, `--sandbox`) and bad days on demand (Faults). It keeps a log of
// every call. Its state lives in memory (New) or in a file that outlives the process and may be shared by several (Open).
package zohotest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"
)

// Options says how a Server begins; the zero value is a well-behaved service with the default directory.
type Options struct {
	Users        []User           // the directory; nil is People()
	Organisation Organisation     // zero is Zylker
	Caller       string           // address of the user who signs in; "" is the first administrator
	Scopes       []string         // scopes of RefreshToken; nil is AllScopes
	Apps         []App            // OAuth clients; nil is the one that ClientID and ClientSecret name
	Quirks       Quirks           // what nobody has published
	Limit        *Limit           // rate limit over all calls; nil is none
	Faults       []Fault          // bad days, see Inject
	Seed         uint64           // for faults by probability: the same calls in the same order meet the same faults
	Now          func() time.Time // nil is time.Now
	Fresh        bool             // Open begins again, whatever the file holds
	BaseURL      string           // where the handler is reached; "" takes it from each request
	LogFile      string           // each call is appended to it as one line of JSON, before it is answered
	LogSize      int              // calls kept in memory: 0 all, -1 none (counts go on), else the newest so many
	OnCall       func(Call)       // runs after each call was carried out and logged, before it is answered
}

// Server is the stand-in. Its methods may be called from several goroutines.
type Server struct {
	o     Options
	mu    sync.Mutex // over everything below; held while a call is judged, never while one waits
	state state
	file  *stateFile // nil keeps the state in memory only
	rand  *rand.Rand
	logs  logbook
}

// New gives a Server that keeps its state in memory. It panics if o contradicts itself, such as a caller who is no user.
func New(o Options) *Server {
	s, err := newServer(o)
	if err != nil {
		panic("zohotest: " + err.Error())
	}
	return s
}

// Open gives a Server whose state lives in the file at path, which is made from o if it is not there. Several processes
// may have one file open; each call then sees what the others changed. Quirks, limit and faults come from o each time.
func Open(path string, o Options) (*Server, error) {
	s, err := newServer(o)
	if err != nil {
		return nil, err
	}
	s.file = newStateFile(path)
	open := s.file.open
	if o.Fresh {
		open = s.file.replace
	}
	if err := open(&s.state); err != nil {
		return nil, err
	}
	return s, nil
}

func newServer(o Options) (*Server, error) {
	if o.Users == nil {
		o.Users = People()
	}
	if o.Organisation.ZOID == 0 {
		o.Organisation = Zylker()
	}
	if o.Apps == nil {
		o.Apps = []App{DefaultApp()}
	}
	if o.Scopes == nil {
		o.Scopes = AllScopes()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if err := o.Quirks.complete(); err != nil {
		return nil, err
	}
	o.Faults = slices.Clone(o.Faults) // they count down
	s := &Server{o: o, rand: rand.New(rand.NewPCG(o.Seed, 0))}
	s.logs.size = o.LogSize
	if o.LogFile != "" {
		f, err := os.OpenFile(o.LogFile, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, fmt.Errorf("log of calls: %w", err)
		}
		s.logs.file = f
	}
	return s, s.seed()
}

// seed fills the state as it is at the beginning.
func (s *Server) seed() error {
	s.state = newState()
	s.state.org = s.o.Organisation
	for _, u := range s.o.Users {
		if err := s.state.add(u); err != nil {
			return err
		}
	}
	caller, err := s.firstCaller()
	if err != nil {
		return err
	}
	s.state.caller = caller.ZUID
	s.state.putGrant(&grant{Refresh: RefreshToken, App: s.o.Apps[0].ID, User: caller.ZUID, Scopes: s.o.Scopes, At: s.o.Now()})
	return nil
}

func (s *Server) firstCaller() (*record, error) {
	if s.o.Caller != "" {
		if r := s.state.byAddress[fold(s.o.Caller)]; r != nil {
			return r, nil
		}
		return nil, fmt.Errorf("caller %s is no user of the directory", s.o.Caller)
	}
	for _, r := range s.state.users {
		if r.Role == Admin || r.Role == SuperAdmin {
			return r, nil
		}
	}
	if len(s.state.users) > 0 {
		return s.state.users[0], nil
	}
	return nil, fmt.Errorf("a directory without users has nobody to sign in")
}

// Reset puts the directory and every token back to what they were at the beginning. The log stays.
func (s *Server) Reset() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.seed(); err != nil {
		return err
	}
	if s.file == nil {
		return nil
	}
	return s.file.replace(&s.state)
}

// Close lets go of the files. What was changed is already in them.
func (s *Server) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	if s.file != nil {
		err = s.file.close(&s.state)
	}
	if e := s.logs.close(); err == nil {
		err = e
	}
	return err
}

// enter takes the state for one call, with what other processes did to it.
func (s *Server) enter() error {
	s.mu.Lock()
	if s.file == nil {
		return nil
	}
	if err := s.file.lock(&s.state); err != nil {
		s.mu.Unlock()
		return err
	}
	return nil
}

// save writes what changed.
func (s *Server) save() error {
	if s.file == nil {
		s.state.dirty = s.state.dirty[:0]
		return nil
	}
	return s.file.append(&s.state)
}

// leave writes what changed and lets the next call in.
func (s *Server) leave() error {
	defer s.mu.Unlock()
	err := s.save()
	if s.file == nil {
		return err
	}
	if e := s.file.unlock(); err == nil {
		err = e
	}
	return err
}

// maxBody is more than any documented call needs; the rest of a longer body is not read.
const maxBody = 1 << 20

// ServeHTTP answers one call: faults first, then the service's rules.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		panic(http.ErrAbortHandler) // the caller went away in the middle of its own request
	}
	a, err := s.handle(r.Context(), newRequest(r, body))
	if err != nil {
		http.Error(w, "sandbox: "+err.Error(), http.StatusInternalServerError)
		return
	}
	a.write(w)
}

// handle carries one call out. The error is the stand-in's own trouble, such as a state file that cannot be written.
func (s *Server) handle(ctx context.Context, q *request) (*answer, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	q.at = s.o.Now()
	f := s.drawFault(q)
	if wait := f.waitBefore() + s.listDelay(q); wait > 0 {
		if err := s.leave(); err != nil {
			return nil, err
		}
		if !pause(ctx, wait) {
			return cutAnswer(), nil // the caller gave up: nothing was done, nothing is logged
		}
		if err := s.enter(); err != nil {
			return nil, err
		}
	}
	a := s.judge(q, f)
	call := q.call(a, f)
	if err := s.save(); err != nil { // before the log: what it holds has happened
		return nil, errors.Join(err, s.leave())
	}
	s.logs.add(&call)
	if err := s.leave(); err != nil {
		return nil, err
	}
	if s.o.OnCall != nil {
		s.o.OnCall(call)
	}
	pause(ctx, f.waitAfter())
	return a, nil
}

// judge gives the answer, the fault's or the service's own. A call that meets a fault counts towards the limit too.
func (s *Server) judge(q *request, f *Fault) *answer {
	if f.replaces() {
		if a := s.overLimit(q); a != nil {
			return a
		}
		return s.faulty(q, f)
	}
	a := s.route(q)
	if f.spoils() && a.status < 300 {
		return s.spoil(q, f, a)
	}
	return a
}

// pause waits, and says whether it waited to the end.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
