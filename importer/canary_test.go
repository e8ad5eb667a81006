package importer

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"zohobulk/importer/problem"
	"zohobulk/zoho/zohotest"
)

const newPhones = "email,phoneNumber,city\njuergen.gross@example.com,030 23125 141,Potsdam\nanna.vonderlippe@example.com,040 66969 232,Kiel\n"

// canaryRig is a service of which nothing is known.
func canaryRig(t *testing.T, q zohotest.Quirks) *rig {
	g := newRig(t, zohotest.Options{Quirks: q})
	g.canary = true
	return g
}

// TestCanaryProvesAndGoesOn reads the first account back, however late the change shows, and then sends the rest.
func TestCanaryProvesAndGoesOn(t *testing.T) {
	for _, lag := range []time.Duration{0, 5 * time.Second, 29 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			g := canaryRig(t, zohotest.Quirks{ReadLag: lag})
			start := time.Now()
			r, err := g.apply(newPhones, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer r.Journal.Close()
			if diff := cmp.Diff(map[int]string{2: "updated", 3: "updated"}, ends(t, r)); diff != "" {
				t.Error(diff)
			}
			want := map[string]string{"phone_key": "phoneNumber", "proven": "phoneNumber city", "omitted_fields": "kept"}
			if diff := cmp.Diff(want, r.Journal.Learnt()); diff != "" {
				t.Error(diff)
			}
			if took := time.Since(start); took < lag || took > lag+3*time.Second {
				t.Errorf("it took %s with a lag of %s", took, lag)
			}
		})
	}
}

// TestCanaryStopsTheRun meets services that do something else than they should: the account is as it was before, nobody
// else is sent, and the run can be gone on with as the sentence says.
func TestCanaryStopsTheRun(t *testing.T) {
	tests := []struct {
		name    string
		quirks  zohotest.Quirks
		says    string
		without []string
	}{
		{"a key that is ignored", zohotest.Quirks{PhoneKey: zohotest.PhoneNumer, OtherPhoneKey: zohotest.Ignored},
			"accepted phoneNumber", []string{"phoneNumber"}},
		{"what is left out is emptied", zohotest.Quirks{Omitted: zohotest.Cleared}, "empties what an update leaves out", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := canaryRig(t, test.quirks)
				before, _ := g.server.User("juergen.gross@example.com")
				r, err := g.apply(newPhones, Options{})
				var refusal *problem.Refusal
				if !errors.As(err, &refusal) || refusal.Code != "canary" || !strings.Contains(refusal.Message, test.says) {
					t.Fatalf("stopped by %v, want it to say %q", err, test.says)
				}
				if diff := cmp.Diff(map[int]string{2: "planned", 3: "planned"}, ends(t, r)); diff != "" {
					t.Error(diff)
				}
				after, _ := g.server.User("juergen.gross@example.com")
				if diff := cmp.Diff(before, after); diff != "" {
					t.Errorf("the account is not as it was:\n%s", diff)
				}
				if n := g.calls(http.MethodPut); n != 2 { // the change, and its way back
					t.Errorf("%d PUTs, want 2:\n%s", n, strings.Join(g.bodies(), "\n"))
				}
				r = g.reopen(r)
				defer r.Journal.Close()
				if err := errors.Join(r.Without(test.without), r.Widen(t.Context())); err != nil {
					t.Fatal(err)
				}
				if err := r.send(t.Context(), t.Context()); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(map[int]string{2: "updated", 3: "updated"}, ends(t, r)); diff != "" {
					t.Error(diff)
				}
				after, _ = g.server.User("juergen.gross@example.com")
				before.Address.City = "Potsdam"
				if test.without == nil {
					before.Phone = "030 23125 141"
				}
				if diff := cmp.Diff(before, after); diff != "" {
					t.Errorf("the account became something else than the sheet says:\n%s", diff)
				}
			})
		})
	}
}
