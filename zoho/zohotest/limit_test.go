package zohotest

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := begin(t, Options{Limit: &Limit{Lock: 10 * time.Minute, Shape: ThrottleA}})
		status := func() int { return c.get("/api/accounts").Status }
		for i := range 30 {
			if got := status(); got != 200 {
				t.Fatalf("call %d: %d", i, got)
			}
			time.Sleep(time.Second)
		}
		time.Sleep(29 * time.Second) // the first call is 59 s old
		r := c.get("/api/accounts")
		if r.Status != 429 || r.Header.Get("Retry-After") != "600" {
			t.Errorf("the 31st in a minute: %d %v", r.Status, r.Header)
		}
		time.Sleep(9 * time.Minute)
		if got := status(); got != 429 { // and this knock begins the lock again
			t.Errorf("within the lock: %d", got)
		}
		time.Sleep(9 * time.Minute)
		if got := status(); got != 429 {
			t.Errorf("within the prolonged lock: %d", got)
		}
		time.Sleep(10 * time.Minute)
		if got := status(); got != 200 {
			t.Errorf("after the lock: %d", got)
		}
		if n := c.s.Counts(); n.Throttled != 3 || n.Knocks != 2 {
			t.Errorf("counts %+v", n)
		}
	})
}

func TestLimitSlides(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := begin(t, Options{Limit: &Limit{Calls: 5, Per: 10 * time.Second, Lock: time.Second, Gentle: true, Shape: ThrottleC}})
		for range 40 {
			if r := c.get("/api/accounts"); r.Status != 200 {
				t.Fatalf("every 2 s is 5 in 10 s: %d", r.Status)
			}
			time.Sleep(2 * time.Second)
		}
		for i, want := range []int{200, 429, 429} {
			if r := c.get("/api/accounts"); r.Status != want {
				t.Errorf("call %d of a burst: %d, want %d", i, r.Status, want)
			}
		}
		time.Sleep(2 * time.Second)
		if r := c.get("/api/accounts"); r.Status != 200 {
			t.Errorf("a gentle lock was prolonged: %d", r.Status)
		}
	})
}

// TestLimitCountsEverything: what is answered with a fault is a call all the same, a stranger's call is none.
func TestLimitCountsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := begin(t, Options{Limit: &Limit{Calls: 3}})
		c.do("GET", "/api/accounts", "", "Authorization: Zoho-oauthtoken x")
		c.refresh()
		c.s.Inject(Fault{Kind: Error500, Times: 1})
		for i, want := range []int{500, 401, 404, 429} {
			path := []string{"/api/accounts", "/api/organization", listPath + "/1", "/api/accounts"}[i]
			if r := c.get(path); r.Status != want {
				t.Errorf("call %d: %d, want %d", i, r.Status, want)
			}
		}
	})
}

func TestLockOfAFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := begin(t, Options{Faults: []Fault{{Kind: ThrottleB, Times: 1, Lock: 5 * time.Minute}}})
		for i, want := range []int{400, 400} {
			if r := c.get("/api/accounts"); r.Status != want {
				t.Errorf("call %d: %d", i, r.Status)
			}
		}
		time.Sleep(5 * time.Minute)
		if r := c.get("/api/accounts"); r.Status != 200 {
			t.Errorf("after the lock: %d", r.Status)
		}
	})
}
