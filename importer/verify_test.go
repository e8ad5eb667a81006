package importer

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"zohobulk/zoho/zohotest"
)

// TestVerify reads the changed accounts again once their changes have had time to show.
func TestVerify(t *testing.T) {
	for _, test := range []struct {
		name   string
		quirks zohotest.Quirks
		undone bool // somebody changes one back meanwhile
		want   Verified
	}{
		{"at once", zohotest.Quirks{}, false, Verified{Accounts: 60, Seen: 60}},
		{"late", zohotest.Quirks{ReadLag: 29 * time.Second}, false, Verified{Accounts: 60, Seen: 60}},
		{"never", zohotest.Quirks{ReadLag: time.Hour}, false, Verified{Accounts: 60, NotSeen: 60}},
		{"one changed back", zohotest.Quirks{}, true, Verified{Accounts: 60, Seen: 59, NotSeen: 1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newRig(t, zohotest.Options{Users: zohotest.Generate(200), Quirks: test.quirks})
				var rows [][]string
				for i := range 60 {
					rows = append(rows, []string{fmt.Sprintf("user%06d@example.com", i+1), "Ghent"})
				}
				r, err := g.apply(csvOf("email,city", rows...), Options{})
				if err != nil {
					t.Fatal(err)
				}
				defer r.Journal.Close()
				if test.undone {
					u, _ := g.server.User("user000007@example.com")
					u.Address.City = "Elsewhere"
					if err := g.server.Put(u); err != nil {
						t.Fatal(err)
					}
				}
				reads := g.calls(http.MethodGet)
				v, err := r.Verify(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(test.want, v); diff != "" {
					t.Error(diff)
				}
				if most := 5 + test.want.NotSeen; g.calls(http.MethodGet)-reads > most {
					t.Errorf("%d reads, want at most %d", g.calls(http.MethodGet)-reads, most)
				}
				unseen, err := r.NotSeen()
				if err != nil || len(unseen) != test.want.NotSeen {
					t.Errorf("%d rows say that nothing is seen, %v; want %d", len(unseen), err, test.want.NotSeen)
				}
			})
		})
	}
}

// TestVerifyAgain takes back what was said once the change shows.
func TestVerifyAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig(t, zohotest.Options{Quirks: zohotest.Quirks{ReadLag: time.Minute}})
		r, err := g.apply(threePeople, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Journal.Close()
		if v, err := r.Verify(t.Context()); err != nil || v.NotSeen != 2 {
			t.Fatalf("%+v, %v", v, err)
		}
		time.Sleep(time.Minute)
		v, err := r.Verify(t.Context())
		unseen, nerr := r.NotSeen()
		if err != nil || nerr != nil || v.Seen != 2 || len(unseen) != 0 {
			t.Errorf("%+v, %v, still said of %d", v, errors.Join(err, nerr), len(unseen))
		}
	})
}

// TestProvenIsRemembered gives the next run what this one has proven: it reads nobody back.
func TestProvenIsRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := canaryRig(t, zohotest.Quirks{})
		r, err := g.apply(newPhones, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Journal.Close()
		known := r.Known()
		if len(known.Proven) == 0 || known.PhoneKey == "" || known.OmittedFields != "kept" {
			t.Fatalf("known %+v", known)
		}
		g.server.ClearLog()
		next, err := g.apply(strings.ReplaceAll(strings.ReplaceAll(newPhones, "141", "142"), "Kiel", "Bonn"), Options{Known: known})
		if err != nil {
			t.Fatal(err)
		}
		defer next.Journal.Close()
		if reads := g.calls(http.MethodGet); reads != 3 { // whose login, and two look-ups
			t.Errorf("%d reads, want 3", reads)
		}
		if diff := cmp.Diff(known, next.Known()); diff != "" {
			t.Error(diff)
		}
	})
}
