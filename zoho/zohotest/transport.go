package zohotest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"syscall"
)

// errReset is what a caller sees of a connection that breaks before the answer.
var errReset = fmt.Errorf("read: %w", syscall.ECONNRESET)

// Transport calls a handler without a network, whatever host a request names. A handler that gives up with
// http.ErrAbortHandler is a broken connection: before the first byte an error of the call, after it one of the body.
func Transport(h http.Handler) http.RoundTripper { return direct{h} }

type direct struct{ http.Handler }

// RoundTrip runs the handler on the caller's goroutine.
func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	in := r.Clone(r.Context())
	in.RequestURI, in.RemoteAddr = r.URL.RequestURI(), "127.0.0.1:0"
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	if in.Body == nil {
		in.Body = http.NoBody
	}
	defer in.Body.Close()
	w := &recorder{header: http.Header{}}
	aborted := serve(d.Handler, w, in)
	if err := r.Context().Err(); err != nil {
		return nil, err // the caller gave up while the handler waited
	}
	if aborted && w.status == 0 {
		return nil, errReset
	}
	return w.response(r, aborted), nil
}

// serve says whether the handler gave up.
func serve(h http.Handler, w *recorder, r *http.Request) (aborted bool) {
	defer func() {
		if v := recover(); v != nil {
			err, ok := v.(error)
			if !ok || !errors.Is(err, http.ErrAbortHandler) {
				panic(v)
			}
			aborted = true
		}
	}()
	h.ServeHTTP(w, r)
	return false
}

// recorder keeps an answer.
type recorder struct {
	header http.Header
	sent   http.Header
	status int
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(code int) {
	if w.status == 0 {
		w.status, w.sent = code, w.header.Clone()
	}
}

func (w *recorder) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

// Flush is there so that a handler may ask for it.
func (w *recorder) Flush() { w.WriteHeader(http.StatusOK) }

func (w *recorder) response(r *http.Request, aborted bool) *http.Response {
	w.WriteHeader(http.StatusOK)
	var body io.Reader = bytes.NewReader(w.body.Bytes())
	length := int64(w.body.Len())
	if aborted {
		body, length = io.MultiReader(body, broken{}), -1
	}
	return &http.Response{
		Status: fmt.Sprintf("%d %s", w.status, http.StatusText(w.status)), StatusCode: w.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.sent, Body: io.NopCloser(body), ContentLength: length, Request: r,
	}
}

// broken is the end of a body whose connection broke.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
