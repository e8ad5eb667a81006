package zohotest

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

const rename = `,"displayName":"Becky"`

// TestFaultsAndTheChange says for every kind whether the change was made, before and after.
func TestFaultsAndTheChange(t *testing.T) {
	for _, kind := range Mischiefs() {
		if kind == Slow || kind == TokenThrottled {
			continue // have tests of their own
		}
		for _, after := range []bool{false, true} {
			if after && !slices.Contains(LateMischiefs(), kind) {
				continue
			}
			c := begin(t, Options{Faults: []Fault{{Kind: kind, AfterChange: after, Times: 1}}})
			r := c.put(personalBody(rename))
			if r.Err == nil && r.Status == 200 && r.Body == okBody {
				t.Errorf("%s: answered as if nothing were wrong", kind)
			}
			if got := rebecca(t, c.s).DisplayName == "Becky"; got != after {
				t.Errorf("%s after=%v: changed %v", kind, after, got)
			}
			call := c.s.Log()[0]
			if call.Fault != kind || call.Applied != after || (len(call.Changed) == 1) != after || call.Op != OpUpdate || call.AccountID != RebeccaAccountID {
				t.Errorf("%s after=%v: log %+v", kind, after, call)
			}
			if kind == Cut && call.Status != 0 {
				t.Errorf("a cut call has no status: %+v", call)
			}
		}
	}
}

func TestRefusalsAreNotSpoilt(t *testing.T) {
	c := begin(t, Options{Faults: []Fault{{Kind: Cut, AfterChange: true}}})
	if r := c.put(`{"mode":"x"}`); r.Status != 400 {
		t.Errorf("%+v", r)
	}
}

func TestTokenFaults(t *testing.T) {
	c := begin(t, Options{})
	c.token = c.refresh().word(t, "access_token")
	c.s.Inject(Fault{Kind: Expired, Times: 1})
	for range 2 { // the second call meets no fault, and yet the token is gone
		if r := c.get("/api/accounts"); r.Status != 401 {
			t.Errorf("expired: %d", r.Status)
		}
	}
	c.token = c.refresh().word(t, "access_token")
	c.get("/api/accounts").data(t)
	c.s.Inject(Fault{Kind: Revoked, Times: 1})
	if r := c.get("/api/accounts"); r.Status != 401 {
		t.Errorf("revoked: %d", r.Status)
	}
	c.refresh().is(t, 200, `{"error":"invalid_code"}`)
}

func TestWhichCallsMeetAFault(t *testing.T) {
	calls := []func(*caller) reply{
		func(c *caller) reply { return c.get("/api/accounts") },
		func(c *caller) reply { return c.get(listPath) },
		func(c *caller) reply { return c.get(listPath + "/100001234") },
		func(c *caller) reply { return c.put(personalSample) },
		(*caller).refresh,
		func(c *caller) reply { return c.put(personalSample) },
		func(c *caller) reply { return c.put(personalSample) },
	}
	for _, x := range []struct {
		f    Fault
		want []bool
	}{
		{Fault{}, []bool{true, true, true, true, false, true, true}},
		{Fault{Method: "PUT"}, []bool{false, false, false, true, false, true, true}},
		{Fault{Method: "PUT", Times: 2}, []bool{false, false, false, true, false, true, false}},
		{Fault{Method: "PUT", Skip: 1, Times: 1}, []bool{false, false, false, false, false, true, false}},
		{Fault{Op: OpList}, []bool{false, true, false, false, false, false, false}},
		{Fault{Path: "/oauth/"}, []bool{false, false, false, false, true, false, false}},
		{Fault{Path: RebeccaAccountID, Times: 1}, []bool{false, false, false, true, false, false, false}},
		{Fault{Probability: 1e-9}, make([]bool, 7)},
	} {
		x.f.Kind = Error500
		given := []Fault{x.f}
		c := begin(t, Options{Faults: given})
		var got []bool
		for _, call := range calls {
			got = append(got, call(c).Status == 500)
		}
		if diff := cmp.Diff(x.want, got); diff != "" {
			t.Errorf("%+v: %s", x.f, diff)
		}
		if given[0].Times != x.f.Times {
			t.Error("the caller's own faults were counted down")
		}
		if err := c.s.ClearFaults(); err != nil || c.get("/api/accounts").Status != 200 {
			t.Errorf("after ClearFaults: %v", err)
		}
	}
}

func TestProbability(t *testing.T) {
	statuses := func(seed uint64, faults []Fault) (all []int) {
		c := begin(t, Options{Seed: seed, Faults: faults})
		for range 400 {
			all = append(all, c.get(listPath+"/100001234").Status)
		}
		return all
	}
	quarter := []Fault{{Kind: Error500, Probability: 0.25}}
	one := statuses(1, quarter)
	if diff := cmp.Diff(one, statuses(1, quarter)); diff != "" {
		t.Error("the same seed gave other faults")
	}
	if slices.Equal(one, statuses(2, quarter)) {
		t.Error("another seed gave the same faults")
	}
	n := 0
	for _, s := range one {
		if s == 500 {
			n++
		}
	}
	if n < 60 || n > 140 { // 100 expected; five standard deviations are 43
		t.Errorf("%d of 400 at 25%%", n)
	}
}

func TestChaosHasItsShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := begin(t, Options{Seed: 7, Faults: Chaos(0.2)})
		for range 1000 {
			c.put(personalSample)
			c.token = c.s.AccessToken() // one fault takes the token away
		}
		kinds := map[Mischief]int{}
		for _, call := range c.s.Log() {
			kinds[call.Fault]++
		}
		if n := 1000 - kinds[""]; n < 140 || n > 260 { // 200 expected; five standard deviations are 63
			t.Errorf("%d of 1000 at 20%%", n)
		}
		if len(kinds) < 12 {
			t.Errorf("few kinds: %v", kinds)
		}
	})
}

func TestSlow(t *testing.T) {
	for _, after := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			c := begin(t, Options{Faults: []Fault{{Kind: Slow, Delay: time.Minute, AfterChange: after}}})
			done := make(chan time.Duration)
			begun := time.Now()
			go func() { c.put(personalBody(rename)); done <- time.Since(begun) }()
			time.Sleep(59 * time.Second)
			if got := rebecca(t, c.s).DisplayName == "Becky"; got != after {
				t.Errorf("after=%v: changed before the answer: %v", after, got)
			}
			if took := <-done; took != time.Minute || rebecca(t, c.s).DisplayName != "Becky" {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestCallersWhoGiveUp(t *testing.T) {
	for _, after := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			c := begin(t, Options{Faults: []Fault{{Kind: Slow, Delay: time.Minute, AfterChange: after}}})
			client := http.Client{Transport: Transport(c.s), Timeout: 10 * time.Second}
			r, _ := http.NewRequest("PUT", URL+rebeccaPath, strings.NewReader(personalBody(rename)))
			r.Header.Set("Authorization", "Zoho-oauthtoken "+c.token)
			r.Header.Set("Content-Type", "application/json")
			begun := time.Now()
			_, err := client.Do(r)
			if err == nil || time.Since(begun) != 10*time.Second {
				t.Errorf("%v after %v", err, time.Since(begun))
			}
			if got := rebecca(t, c.s).DisplayName == "Becky"; got != after {
				t.Errorf("after=%v: changed %v", after, got)
			}
		})
	}
}

// TestCuts compares a broken connection with and without a network.
func TestCuts(t *testing.T) {
	for _, real := range []bool{false, true} {
		c := begin(t, Options{Faults: []Fault{{Kind: Cut, Times: 1}, {Kind: CutMiddle, AfterChange: true, Times: 1}}})
		base, via := URL, Transport(c.s)
		if real {
			server := httptest.NewServer(c.s)
			defer server.Close()
			base, via = server.URL, &http.Transport{DisableKeepAlives: true}
		}
		call := func() reply {
			r, _ := http.NewRequest("GET", base+"/api/accounts", nil)
			r.Header.Set("Authorization", "Zoho-oauthtoken "+c.token)
			return send(r, via)
		}
		if r := call(); r.Err == nil || r.Status != 0 {
			t.Errorf("network %v: cut gave %+v", real, r)
		}
		if r := call(); !errors.Is(r.Err, io.ErrUnexpectedEOF) || r.Status != 200 || !strings.HasPrefix(r.Body, `{"status":`) {
			t.Errorf("network %v: cut in the middle gave %+v", real, r)
		}
		if r := call(); r.Err != nil || r.Status != 200 {
			t.Errorf("network %v: %+v", real, r)
		}
	}
	c := begin(t, Options{Faults: []Fault{{Kind: Cut}}})
	if r := c.get("/api/accounts"); !errors.Is(r.Err, syscall.ECONNRESET) {
		t.Errorf("%v", r.Err)
	}
}

func TestTransportAnswersLikeANetwork(t *testing.T) {
	c := begin(t, Options{})
	server := httptest.NewServer(c.s)
	defer server.Close()
	get := func(base string, via http.RoundTripper) (*http.Response, string) {
		r, _ := http.NewRequest("GET", base+"/api/accounts", nil)
		r.Header.Set("Authorization", "Zoho-oauthtoken "+c.token)
		resp, err := via.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp, string(b)
	}
	a, x := get(server.URL, http.DefaultTransport)
	b, y := get(URL, Transport(c.s))
	a.Header.Del("Date")
	if x != y || a.StatusCode != b.StatusCode || a.ContentLength != b.ContentLength || a.Status != b.Status {
		t.Errorf("%s %d %s\n%s %d %s", a.Status, a.ContentLength, x, b.Status, b.ContentLength, y)
	}
	if diff := cmp.Diff(a.Header, b.Header); diff != "" {
		t.Error(diff)
	}
}

func TestParseFaults(t *testing.T) {
	for text, want := range map[string]Fault{
		"cut":                 {Kind: Cut},
		"cut-after=5%":        {Kind: Cut, AfterChange: true, Probability: 0.05},
		"throttle-a=2":        {Kind: ThrottleA, Times: 2},
		"throttle-b=1/90s":    {Kind: ThrottleB, Times: 1, Lock: 90 * time.Second},
		"slow=10%/2s":         {Kind: Slow, Probability: 0.1, Delay: 2 * time.Second},
		"500":                 {Kind: Error500},
		"500-after=1":         {Kind: Error500, AfterChange: true, Times: 1},
		"500-inside-200=1":    {Kind: Error500Inside, Times: 1},
		"token-throttled=1":   {Kind: TokenThrottled, Op: OpToken, Times: 1},
		"fail-inside-200=50%": {Kind: Fail200, Probability: 0.5},
	} {
		got, err := ParseFaults(text)
		if diff := cmp.Diff([]Fault{want}, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", text, err, diff)
		}
	}
	if got, err := ParseFaults("chaos=20%"); err != nil || !cmp.Equal(got, Chaos(0.2)) {
		t.Errorf("chaos: %v %v", got, err)
	}
	for _, text := range []string{"", "cutt", "cut=0", "cut=-1", "cut=101%", "cut=x%", "forbidden-after=1", "slow=1/soon", "chaos", "chaos=3", "scripted"} {
		if got, err := ParseFaults(text); err == nil {
			t.Errorf("%q gave %+v", text, got)
		}
	}
}
