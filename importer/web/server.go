package web

import (
	"context"
	"crypto/rand"
	"errors"
	"log"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"zohobulk/importer"
	"zohobulk/importer/check"
	"zohobulk/zoho/connect"
)

// Options is what the page stands on.
type Options struct {
	Workspace importer.Workspace                   // its folder of runs; its connection is not used
	Connect   func(context.Context) (*Link, error) // makes a connection when a screen first needs one
	Sheet     importer.SheetOptions                // how sheets are read unless the page says otherwise
	Check     check.Options                        // how they are checked
	Run       importer.Options                     // how runs are planned and sent
	Version   string                               // of the program, for the records of runs
	Connector *connect.Connector                   // makes and deletes the login; nil where there is only the stand-in
	Choice    connect.Choice                       // the connection that the page uses
	Rehearsal bool                                 // the connection leads to the stand-in on this machine

	Redact func(string) string // takes secrets out of what is said; nil takes none
	Log    *log.Logger         // nil logs nothing
	Now    func() time.Time    // nil is time.Now
	Idle   time.Duration       // ends the server so long after the last sign of a page; 0 never does
}

// Link is a connection to the service, and what a run needs to know of it.
type Link struct {
	importer.Connection
	Place importer.Place

	Remember func(*importer.Run) error // keeps what a run has learnt of the service
	Close    func() error
}

// Server is the local page: one process, one person, one session. New makes it, Serve runs it.
type Server struct {
	options Options
	session *session
	keys    *keys
	signs   *signs
	desk    *desk
	streams streams
	reading sync.Mutex // held while a sheet is taken in: one at a time
	waiting waiting
	handler http.Handler

	second atomic.Pointer[string] // the secret of a second start, nil before Publish
	host   string                 // what the Host of every request must be

	quit     chan struct{}
	quitOnce sync.Once
}

// New makes a server for a listener's address, like 127.0.0.1:4711. A nil saved session makes a new one.
func New(o Options, host string, saved *SavedSession) *Server {
	if o.Redact == nil {
		o.Redact = func(text string) string { return text }
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Server{options: o, host: host, session: newSession(saved), keys: newKeys(o.Now), signs: newSigns(), quit: make(chan struct{})}
	s.desk = newDesk(s)
	s.handler = s.guard(s.routes())
	return s
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// The limits of one connection. A header takes a moment on loopback; an idle connection costs a little memory.
const (
	headerTimeout  = 10 * time.Second
	idleTimeout    = 2 * time.Minute
	maxHeaderBytes = 64 << 10
	grace          = 2 * time.Second // for answers under way when the server ends
)

// Serve answers requests until ctx ends, somebody quits on the page, or the page was idle for too long. What is being sent then is
// stopped in order.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	h := &http.Server{
		Handler: s, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
		ErrorLog: s.options.Log, BaseContext: func(net.Listener) context.Context { return ctx },
	}
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(l) }()
	go s.watchIdle(ctx)
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	case <-s.quit:
	}
	err := s.desk.close()
	stop() // streams end with it
	end, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if shut := h.Shutdown(end); shut != nil {
		err = errors.Join(err, h.Close())
	}
	return err
}

// Quit ends Serve.
func (s *Server) Quit() { s.quitOnce.Do(func() { close(s.quit) }) }

// Session is what a later process needs so that a tab of this one finds it again after a crash.
func (s *Server) Session() SavedSession { return SavedSession{s.session.id, s.session.secret} }

// NewAddress makes an address that opens the page once, within ten minutes. It shows the screen at a path below the session, "" for
// the start.
func (s *Server) NewAddress(screen string) string {
	return "http://" + s.host + "/open?key=" + s.keys.make(screen)
}

// unguessable is a text with at least 128 random bits.
func unguessable() string { return rand.Text() }
