package zoho_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"zohobulk/zoho"
	"zohobulk/zoho/zohotest"
)

// signedIn is a token source of the stand-in's administrator.
type signedIn struct {
	server *zohotest.Server
	mu     sync.Mutex
	token  string
}

func (s *signedIn) Token(context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token == "" {
		s.token = s.server.AccessToken()
	}
	return s.token, nil
}

func (s *signedIn) Renew(context.Context, string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = s.server.AccessToken()
	return s.token, nil
}

func client(t *testing.T, server *zohotest.Server, o zoho.Options) *zoho.Client {
	t.Helper()
	o.MailURL, o.HTTP, o.Tokens = zohotest.URL, zohotest.Transport(server), &signedIn{server: server}
	c, err := zoho.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const zoid = zoho.ID("1234567890")

// Against the stand-in, which is written from the facts and not from this client: who am I, who is there, change, look.
func TestAgainstTheStandIn(t *testing.T) {
	server := zohotest.New(zohotest.Options{})
	c := client(t, server, zoho.Options{Limiter: zoho.NewLimiter(zoho.Unlimited)})
	own, err := c.OwnAccounts(t.Context())
	if err != nil || len(own) == 0 || own[0].ZOID != zoid {
		t.Fatalf("own accounts %+v, %v: want organisation %s", own, err, zoid)
	}
	if admin, known := own[0].Admin(); !admin || !known {
		t.Errorf("own role %q: want an administrator", own[0].Role)
	}
	seen := map[zoho.ID]bool{}
	for {
		page, err := c.Accounts(t.Context(), zoid, len(seen), 7)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, a := range page {
			seen[a.AccountID] = true
		}
	}
	if len(seen) != len(zohotest.People()) {
		t.Errorf("listed %d users: want %d", len(seen), len(zohotest.People()))
	}
	before, err := c.Account(t.Context(), zoid, zohotest.RebeccaEmail)
	if err != nil || before.AccountID != zohotest.RebeccaAccountID {
		t.Fatalf("Rebecca: %+v, %v", before, err)
	}
	name, city := "Becky Anderson", "Boston"
	err = c.UpdatePersonalInfo(t.Context(), zoid, zoho.PersonalInfo{AccountID: before.AccountID, ZUID: before.ZUID,
		DisplayName: &name, Address: &zoho.AddressUpdate{City: &city}}, zoho.Keys{})
	if err != nil {
		t.Fatal(err)
	}
	after, err := c.Account(t.Context(), zoid, string(before.ZUID))
	if err != nil || after.DisplayName != name || after.Address.City != city {
		t.Errorf("afterwards %+v, %v: want %s in %s", after, err, name, city)
	}
	for who, kind := range map[string]zoho.Kind{"nobody@zylker.com": zoho.NotFound, "4711": zoho.NotFound} {
		if _, err := c.Account(t.Context(), zoid, who); !zoho.IsKind(err, kind) {
			t.Errorf("%s: %v, want %v", who, err, kind)
		}
	}
	strange := "XX"
	err = c.UpdatePersonalInfo(t.Context(), zoid, zoho.PersonalInfo{AccountID: before.AccountID, ZUID: before.ZUID, Gender: &strange}, zoho.Keys{})
	if !zoho.IsKind(err, zoho.Row) {
		t.Errorf("gender XX: %v, want a refusal of the row", err)
	}
	err = c.UpdatePersonalInfo(t.Context(), zoid, zoho.PersonalInfo{AccountID: before.ZUID, ZUID: before.ZUID, DisplayName: &name}, zoho.Keys{})
	if !zoho.IsKind(err, zoho.NotFound) {
		t.Errorf("zuid for an account id: %v, want %v", err, zoho.NotFound)
	}
}

// A bad night: every passing fault at once in a fifth of the calls, under the service's own limit. Whoever is told of
// success has it, a refusal is never made up, and the service is never asked too often.
func TestBadNight(t *testing.T) {
	const users, workers = 60, 4
	limit := zoho.DefaultRate
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := zohotest.New(zohotest.Options{Users: zohotest.Generate(users + 1), Limit: &zohotest.Limit{}, Seed: seed})
				c := client(t, server, zoho.Options{Limiter: zoho.NewLimiter(limit), Policy: zoho.Policy{MaxWait: -1}})
				all, err := c.Accounts(t.Context(), zoid, 1, users)
				if err != nil || len(all) != users {
					t.Fatalf("%d users, %v", len(all), err)
				}
				server.Inject(zohotest.Chaos(0.2)...)
				done := rename(t, c, all, workers)
				if err := server.ClearFaults(); err != nil {
					t.Fatal(err)
				}
				server.SetLimit(nil)
				compare(t, client(t, server, zoho.Options{Limiter: zoho.NewLimiter(zoho.Unlimited)}), all, done)
				nightLimit(t, server.Log(), limit)
			})
		})
	}
}

func wanted(a zoho.Account) string { return "Dr. " + a.DisplayName }

// rename gives everybody a title, and says how that ended for each.
func rename(t *testing.T, c *zoho.Client, all []zoho.Account, workers int) []error {
	done := make([]error, len(all))
	jobs := make(chan int)
	var wait sync.WaitGroup
	for range workers {
		wait.Go(func() {
			for i := range jobs {
				name := wanted(all[i])
				done[i] = c.UpdatePersonalInfo(t.Context(), zoid, zoho.PersonalInfo{AccountID: all[i].AccountID, ZUID: all[i].ZUID,
					DisplayName: &name}, zoho.Keys{})
			}
		})
	}
	for i := range all {
		jobs <- i
	}
	close(jobs)
	wait.Wait()
	return done
}

// compare holds what the calls said against the directory.
func compare(t *testing.T, c *zoho.Client, before []zoho.Account, done []error) {
	failed := 0
	for i := range before {
		after, err := c.Account(t.Context(), zoid, string(before[i].ZUID))
		if err != nil {
			t.Fatal(err)
		}
		var e *zoho.Error
		changed := after.DisplayName == wanted(before[i])
		switch {
		case done[i] == nil && !changed:
			t.Errorf("user %d: told of success, but is called %q", i, after.DisplayName)
		case done[i] == nil:
		case !errors.As(done[i], &e) || !e.Temporary() && e.Kind != zoho.Auth:
			t.Errorf("user %d: %v, where all faults pass", i, done[i])
		case changed && !e.Sent:
			t.Errorf("user %d: %v says it was not carried out, but it was", i, done[i])
		default:
			failed++
		}
	}
	if failed > len(before)/10 {
		t.Errorf("%d of %d failed", failed, len(before))
	}
}

// nightLimit looks at when the calls arrived.
func nightLimit(t *testing.T, log []zohotest.Call, limit zoho.Rate) {
	first := 0
	var until, told time.Time
	for i, call := range log {
		if call.Knock {
			t.Errorf("call %d arrived in a lock", i)
		}
		// Two that left together can't know of each other's answers.
		if call.At.After(told) && call.At.Before(until) && call.Method == "PUT" {
			t.Errorf("call %d arrived %v before the pause was over", i, until.Sub(call.At))
		}
		for call.At.Sub(log[first].At) > limit.Per {
			first++
		}
		if call.Method == "PUT" && i-first+1 > limit.N {
			t.Errorf("call %d is one of %d in a minute: want at most %d", i, i-first+1, limit.N)
		}
		if call.Fault == zohotest.ThrottleB || call.Fault == zohotest.ThrottleC {
			told, until = call.At, call.At.Add(15*time.Minute-time.Second)
		}
	}
}
