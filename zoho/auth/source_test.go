package auth

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// start is what a process does when it starts: it knows nothing but the folder.
func start(a *accounts, folder string) *Source {
	return NewSource(a.endpoint(), testCredentials, Cache{folder}, nil)
}

func token(t *testing.T, s *Source) string {
	t.Helper()
	got, err := s.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestAHundredStartsAskOnce(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		a := scripted(answer{200, issue})
		for range 100 {
			token(t, start(a, folder))
			time.Sleep(600 * time.Millisecond) // fake time: a hundred in a minute
		}
		if n := len(a.requests()); n != 1 {
			t.Errorf("a hundred starts in a minute asked for %d tokens, want 1", n)
		}
	})
}

func TestManyAtOnceAskOnce(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		a := scripted(answer{200, issue})
		slow := Endpoint{URL: a.endpoint().URL, HTTP: slowly{a.endpoint().HTTP, time.Second}}
		sources := []*Source{NewSource(slow, testCredentials, Cache{folder}, nil), NewSource(slow, testCredentials, Cache{folder}, nil)}
		var wait sync.WaitGroup
		for i := range 40 {
			wait.Go(func() { token(t, sources[i%2]) })
		}
		wait.Wait()
		if n := len(a.requests()); n != 1 {
			t.Errorf("forty workers of two processes asked for %d tokens, want 1", n)
		}
	})
}

// slowly is a transport that takes its time, so that others come in meanwhile.
type slowly struct {
	next http.RoundTripper
	wait time.Duration
}

func (s slowly) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(s.wait)
	return s.next.RoundTrip(r)
}

func TestRenewedFiveMinutesEarly(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		a := scripted(answer{200, issue})
		s := start(a, folder)
		first := token(t, s)
		time.Sleep(55*time.Minute - time.Second)
		if token(t, s) != first {
			t.Error("renewed more than five minutes before its end")
		}
		time.Sleep(2 * time.Second)
		if token(t, s) == first || len(a.requests()) != 2 {
			t.Errorf("not renewed five minutes before its end (%d requests)", len(a.requests()))
		}
	})
}

func TestShortLivedTokenIsUsedForHalfItsLife(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		a := scripted(answer{200, `{"access_token":"1000.aa.bb","expires_in":120}`})
		s := start(a, folder)
		for range 59 {
			token(t, s)
			time.Sleep(time.Second)
		}
		if n := len(a.requests()); n != 1 {
			t.Errorf("a token of two minutes was renewed %d times in its first", n)
		}
	})
}

func TestRenew(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		a := scripted(answer{200, issue})
		one, other := start(a, folder), start(a, folder)
		refused := token(t, one)
		token(t, other)
		var wait sync.WaitGroup
		got := make([]string, 32)
		for i := range got {
			s := []*Source{one, other}[i%2]
			wait.Go(func() {
				var err error
				if got[i], err = s.Renew(t.Context(), refused); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		for _, g := range got {
			if g == refused || g != got[0] {
				t.Fatalf("renewed to %q, want one new token for all", got)
			}
		}
		if n := len(a.requests()); n != 2 {
			t.Errorf("32 workers with a refused token asked %d times, want 2 (the first, the renewal)", n)
		}
		if token(t, one) != got[0] || token(t, start(a, folder)) != got[0] {
			t.Error("the renewed token is not the one that is given out now")
		}
	})
}

func TestThrottleKeepsEverybodyQuiet(t *testing.T) {
	folder := t.TempDir()
	denied := answer{400, `{"error_description":"x","error":"Access Denied"}`}
	synctest.Test(t, func(t *testing.T) {
		a := scripted(denied, denied, answer{200, issue})
		fails := func(wantAsked int) *Error {
			t.Helper()
			_, err := start(a, folder).Token(t.Context())
			var mine *Error
			if !errors.As(err, &mine) || mine.Code != CodeThrottled || mine.Until.IsZero() || !strings.Contains(mine.Message, mine.Until.Local().Format("15:04:05")) {
				t.Fatalf("got %v, want a throttle that says until when", err)
			}
			if n := len(a.requests()); n != wantAsked {
				t.Fatalf("asked %d times, want %d", n, wantAsked)
			}
			return mine
		}
		first := fails(1)
		if wait := time.Until(first.Until); wait != firstQuiet {
			t.Errorf("quiet for %v, want %v", wait, firstQuiet)
		}
		time.Sleep(firstQuiet - time.Second)
		fails(1) // nobody knocks early
		time.Sleep(2 * time.Second)
		if wait := time.Until(fails(2).Until); wait != nextQuiet {
			t.Errorf("quiet for %v after the second refusal, want %v", wait, nextQuiet)
		}
		time.Sleep(nextQuiet)
		token(t, start(a, folder))
	})
}

func TestTheEleventhTokenIsNotAskedFor(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		a := scripted(answer{200, issue})
		s := start(a, folder)
		last := token(t, s)
		for range 9 {
			time.Sleep(time.Second)
			next, err := s.Renew(t.Context(), last)
			if err != nil {
				t.Fatal(err)
			}
			last = next
		}
		_, err := s.Renew(t.Context(), last)
		var mine *Error
		if !errors.As(err, &mine) || mine.Code != CodeThrottled || len(a.requests()) != 10 {
			t.Fatalf("the eleventh token in ten minutes: %v after %d requests", err, len(a.requests()))
		}
		time.Sleep(time.Until(mine.Until))
		if _, err := s.Renew(t.Context(), last); err != nil {
			t.Errorf("ten minutes after the first there is room for one more: %v", err)
		}
	})
}

func TestOldTokenServesWhileNoNewOneCanBeHad(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		a := scripted(answer{200, issue}, answer{503, "down"})
		s := start(a, folder)
		first := token(t, s)
		time.Sleep(57 * time.Minute)
		if got := token(t, s); got != first {
			t.Errorf("got %q, want the old token, which lives for three more minutes", got)
		}
		if _, err := s.Renew(t.Context(), first); err == nil {
			t.Error("a refused token was given out again")
		}
		time.Sleep(3 * time.Minute)
		var reach *Unreachable
		if _, err := s.Token(t.Context()); !errors.As(err, &reach) {
			t.Errorf("got %v, want Unreachable: the old token is dead", err)
		}
	})
}

func TestHiccupIsSurvived(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		a := scripted(answer{502, "<html>"}, answer{200, issue})
		begin := time.Now()
		token(t, start(a, folder))
		if took := time.Since(begin); took != time.Second || len(a.requests()) != 2 {
			t.Errorf("%d requests in %v, want a second try after a second", len(a.requests()), took)
		}
	})
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		a := scripted(answer{200, issue})
		slow := NewSource(Endpoint{URL: a.endpoint().URL, HTTP: slowly{a.endpoint().HTTP, time.Minute}}, testCredentials, Cache{folder}, nil)
		go func() { _, _ = slow.Token(t.Context()) }()
		synctest.Wait()
		for _, s := range []*Source{slow, start(a, folder)} { // in this process, and in another
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			begin := time.Now()
			if _, err := s.Token(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != time.Second {
				t.Errorf("got %v after %v, want the context's end", err, time.Since(begin))
			}
		}
		time.Sleep(time.Minute)
	})
}

func TestCacheOfAnotherLoginIsNotUsed(t *testing.T) {
	folder := t.TempDir()
	a := scripted(answer{200, issue})
	mine := token(t, start(a, folder))
	for _, change := range []func(*Credentials, *Endpoint){
		func(c *Credentials, _ *Endpoint) { c.RefreshToken += "0" },
		func(c *Credentials, _ *Endpoint) { c.ClientID += "0" },
		func(c *Credentials, e *Endpoint) { c.Accounts, e.URL = "", "https://accounts.example.org" },
	} {
		c, e := testCredentials, a.endpoint()
		change(&c, &e)
		if token(t, NewSource(e, c, Cache{folder}, nil)) == mine {
			t.Errorf("the token of one login was given to another")
		}
	}
	same := testCredentials
	same.ClientSecret = "another" // not part of what a token belongs to
	if token(t, NewSource(Endpoint{URL: "https://ACCOUNTS.example.com/", HTTP: direct{a}}, same, Cache{folder}, nil)) != mine {
		t.Error("the same login does not find its token")
	}
}

func TestDamagedCacheIsMended(t *testing.T) {
	folder := t.TempDir()
	a := scripted(answer{200, issue})
	s := start(a, folder)
	for _, text := range []string{"", "{", "null", `{"access_token":7}`, `{"access_token":"1000.x.y"}`, `{"access_token":"1000.x.y","issued_at":"2999-01-01T00:00:00Z","expires_at":"2999-01-01T01:00:00Z"}`} {
		if err := os.WriteFile(s.path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := token(t, start(a, folder)); !strings.HasPrefix(got, "1000.aaaaaaaa") {
			t.Errorf("with %q in the cache the token is %q", text, got)
		}
		if got, alive := (Cache{folder}).Peek(a.endpoint().URL, testCredentials); !alive || !strings.HasPrefix(got.Access.Reveal(), "1000.aaaaaaaa") {
			t.Errorf("%q in the cache was not replaced", text)
		}
	}
}

func TestWithoutCacheATokenIsStillShared(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	a := scripted(answer{200, issue})
	var notices atomic.Int32
	s := NewSource(a.endpoint(), testCredentials, Cache{filepath.Join(blocked, "tokens")}, func(string) { notices.Add(1) })
	if one, two := token(t, s), token(t, s); one != two || len(a.requests()) != 1 {
		t.Errorf("%d requests, want one token for the process", len(a.requests()))
	}
	if notices.Load() != 1 {
		t.Errorf("%d notices, want one", notices.Load())
	}
}

func TestModesOfCache(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows keeps no modes")
	}
	folder := filepath.Join(t.TempDir(), "zohobulk", "tokens")
	a := scripted(answer{200, issue})
	token(t, start(a, folder))
	names := map[string]fs.FileMode{}
	err := filepath.WalkDir(filepath.Dir(folder), func(path string, d fs.DirEntry, err error) error {
		info, _ := d.Info()
		names[d.Name()] = info.Mode()
		want := fs.FileMode(0o600)
		if d.IsDir() {
			want = 0o700 | fs.ModeDir
		}
		if info.Mode() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode(), want)
		}
		hides(t, path, testCredentials.ClientID)
		return err
	})
	if err != nil || len(names) != 4 {
		t.Errorf("%v (%v), want two folders, the token and its lock", names, err)
	}
	if err := (Cache{folder}).Forget(a.endpoint().URL, testCredentials); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
		t.Errorf("after Forget: %v (%v)", left, err)
	}
}

func TestTokenOfAnotherHostIsNotAskedFor(t *testing.T) {
	a := scripted(answer{200, issue})
	e := Endpoint{URL: "https://accounts.example.org", HTTP: direct{a}}
	_, err := NewSource(e, testCredentials, Cache{t.TempDir()}, nil).Token(t.Context())
	if codeOf(err) != CodeOtherHost || len(a.requests()) != 0 {
		t.Errorf("got %v after %d requests, want the secrets kept from another host", err, len(a.requests()))
	}
}

// An odd answer is a hiccup of a host that has given a token, and asked for again before any other is called wrong.
func TestAnOddAnswerIsAskedForAgain(t *testing.T) {
	odd := map[string]answer{
		"HTML": {200, "<html>Sign in</html>"}, "an unknown word": {200, `{"error":"general_error"}`},
		"an envelope": {200, `{"status":{"code":500},"data":{"errorCode":"X"}}`}, "nothing": {200, ""}, "404": {404, "<html>"},
	}
	for name, strange := range odd {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				a := scripted(strange, answer{200, issue})
				token(t, start(a, folder))
				if n := len(a.requests()); n != 2 {
					t.Errorf("%d requests, want a second try", n)
				}
			})
		})
		t.Run(name+" all the time", func(t *testing.T) {
			folder := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				a := scripted(strange)
				_, err := start(a, folder).Token(t.Context())
				var mine *Error
				if !errors.As(err, &mine) || mine.Code != CodeBadAnswer || len(a.requests()) != 2 {
					t.Errorf("got %v after %d requests, want %s after two", err, len(a.requests()), CodeBadAnswer)
				}
			})
		})
		t.Run(name+" from a host that has given a token", func(t *testing.T) {
			folder := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				a := scripted(answer{200, issue}, strange)
				first := token(t, start(a, folder))
				_, err := start(a, folder).Renew(t.Context(), first) // another process knows it from the cache
				var reach *Unreachable
				var mine *Error
				if !errors.As(err, &reach) || errors.As(err, &mine) {
					t.Errorf("got %T %v, want Unreachable", err, err)
				}
			})
		})
	}
	t.Run("a known refusal is none", func(t *testing.T) {
		folder := t.TempDir()
		synctest.Test(t, func(t *testing.T) {
			a := scripted(answer{200, issue}, answer{200, `{"error":"invalid_code"}`})
			_, err := start(a, folder).Renew(t.Context(), token(t, start(a, folder)))
			var mine *Error
			if !errors.As(err, &mine) || mine.Code != CodeLogInAgain || len(a.requests()) != 2 {
				t.Errorf("got %v after %d requests, want %s at once", err, len(a.requests()), CodeLogInAgain)
			}
		})
	})
}
