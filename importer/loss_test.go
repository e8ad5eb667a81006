package importer

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"zohobulk/zoho"
	"zohobulk/zoho/zohotest"
)

// whole is a user of whom everything is known.
func whole(email string) zohotest.User {
	return zohotest.User{
		Email: email, FirstName: "Ann", LastName: "Lee", DisplayName: email[:1], Gender: "FEMALE", Country: "de",
		Phone: "+49 30 23125101", Mobile: "+49 171 3920001",
		Address: zohotest.Address{Street: "Am Markt 1", City: "Kiel", PostalCode: "24103", State: "Schleswig-Holstein"},
	}
}

// among gives users ids, and an administrator.
func among(users ...zohotest.User) []zohotest.User {
	all := append([]zohotest.User{{Email: "admin@example.com", DisplayName: "Admin", Role: "superAdmin"}}, users...)
	for i := range all {
		all[i].ZUID, all[i].AccountID = int64(1001+i), fmt.Sprintf("256063600000%07d", i+1)
	}
	return all
}

// goOn goes on with a run as another process does, at once.
func (g *rig) goOn(r *Run) (*Run, error) {
	g.t.Helper()
	r = g.reopen(r)
	if err := errors.Join(r.Settle(g.t.Context()), r.Widen(g.t.Context())); err != nil {
		g.t.Fatal(err)
	}
	return r, r.send(g.t.Context(), g.t.Context())
}

var everything = Options{AllowClearing: true, AllowEmailChange: true, Workers: 1}

// TestNobodyLosesAnything sends to services that empty what an update leaves out, one way or another, to users who have more or
// less to lose, and goes on wherever a run stops: in the end each row is updated, and its user has kept everything else.
func TestNobodyLosesAnything(t *testing.T) {
	less := whole("a@example.com")
	less.Mobile = ""
	both := among(whole("a@example.com"), whole("b@example.com"))
	tests := []struct {
		name   string
		quirks zohotest.Quirks
		users  []zohotest.User
		facts  zoho.Knowledge
		sheets []string // one run each
		stop   time.Duration
	}{
		{"an address step teaches nothing of what is left out", zohotest.Quirks{Omitted: zohotest.Cleared}, both, zoho.Knowledge{Proven: []string{"displayName"}},
			[]string{"email,newEmail,displayName\na@example.com,a2@example.com,\nb@example.com,,Bea\n"}, 0},
		{"nor does it prove the key of the display name", zohotest.Quirks{Omitted: zohotest.Cleared}, both, zoho.Knowledge{Capabilities: zoho.Capabilities{OmittedFields: "kept"}},
			[]string{"email,newEmail,displayName\na@example.com,a2@example.com,Ann\nb@example.com,,Bea\n"}, 0},
		{"nor does who has nothing to lose", zohotest.Quirks{Omitted: zohotest.Cleared},
			among(zohotest.User{Email: "a@example.com", DisplayName: "a", Gender: "NOT_SPECIFIED"}, whole("b@example.com")), zoho.Knowledge{},
			[]string{"email,mobileNumber\na@example.com,+49 171 3920008\nb@example.com,+49 171 3920009\n"}, 0},
		{"nor a field that could not be emptied", zohotest.Quirks{Empty: zohotest.Ignored, OmittedAddress: zohotest.Cleared}, both, zoho.Knowledge{},
			[]string{"email,city\na@example.com,#CLEAR\n", "email,postalCode\nb@example.com,24105\n"}, 0},
		{"what was empty can't be put back", zohotest.Quirks{Omitted: zohotest.Cleared, Empty: zohotest.Refused}, among(less), zoho.Knowledge{},
			[]string{"email,mobileNumber\na@example.com,+49 171 3920009\n"}, 0},
		{"interrupted while looking", zohotest.Quirks{Omitted: zohotest.Cleared}, both, zoho.Knowledge{},
			[]string{"email,mobileNumber\na@example.com,+49 171 3920009\n"}, 5 * time.Second},
		{"the put-back does not show at once", zohotest.Quirks{Omitted: zohotest.Cleared, ReadLag: 5 * time.Second}, both, zoho.Knowledge{},
			[]string{"email,mobileNumber\na@example.com,+49 171 3920009\n"}, 0},
		{"addresses were believed to survive", zohotest.Quirks{OmittedAddress: zohotest.Cleared}, both, zoho.Knowledge{Capabilities: zoho.Capabilities{OmittedAddress: "kept"}},
			[]string{"email,city\nb@example.com,Bremen\n"}, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newRig(t, zohotest.Options{Users: test.users, Quirks: test.quirks})
				g.canary = true
				o := everything
				o.Known = test.facts
				for _, sheet := range test.sheets {
					o.Known = g.through(sheet, o, test.stop)
				}
				g.wantKept(test.users)
			})
		})
	}
}

// through applies a sheet, stopped once after a while, until the run ends.
func (g *rig) through(sheet string, o Options, stop time.Duration) zoho.Knowledge {
	g.t.Helper()
	r, _ := g.plan(sheet, o)
	soft, cancel := context.WithCancel(g.t.Context())
	defer cancel()
	if stop > 0 {
		time.AfterFunc(stop, cancel)
	}
	err := r.send(soft, g.t.Context())
	for round := 0; err != nil; round++ {
		if round == 3 {
			g.t.Fatalf("it never ends: %v", err)
		}
		r, err = g.goOn(r)
	}
	defer r.Journal.Close()
	for number, end := range ends(g.t, r) {
		if end != "updated" && end != "failed cannot-be-emptied" {
			g.t.Errorf("row %d: %s", number, end)
		}
	}
	return r.Known()
}

// wantKept sees that nobody has lost a value.
func (g *rig) wantKept(before []zohotest.User) {
	g.t.Helper()
	after, err := g.server.Users()
	if err != nil {
		g.t.Fatal(err)
	}
	for i, was := range before {
		is := after[i]
		for what, pair := range map[string][2]string{
			"first name": {was.FirstName, is.FirstName}, "last name": {was.LastName, is.LastName}, "country": {was.Country, is.Country},
			"phone": {was.Phone, is.Phone}, "mobile": {was.Mobile, is.Mobile}, "street": {was.Address.Street, is.Address.Street},
			"city": {was.Address.City, is.Address.City}, "postcode": {was.Address.PostalCode, is.Address.PostalCode}, "state": {was.Address.State, is.Address.State},
		} {
			if pair[0] != "" && pair[1] == "" {
				g.t.Errorf("%s lost the %s %q", was.Email, what, pair[0])
			}
		}
	}
}

// TestCarriedAlongIsNoProof sends a phone along unchanged under a key that does nothing, and then changes one: that it was not
// changed is seen.
func TestCarriedAlongIsNoProof(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig(t, zohotest.Options{Users: among(whole("a@example.com"), whole("b@example.com")),
			Quirks: zohotest.Quirks{PhoneKey: zohotest.PhoneNumer, OtherPhoneKey: zohotest.Ignored}})
		g.canary = true
		o := everything
		o.Known.OmittedFields = "refused" // so that whole records are sent
		r, _ := g.plan("email,city,phoneNumber\na@example.com,Bremen,\nb@example.com,,+49 30 23125109\n", o)
		defer r.Journal.Close()
		err := r.send(t.Context(), t.Context())
		if end := ends(t, r)[3]; err == nil || end != "planned" {
			t.Errorf("b ended %q, and the run with %v", end, err)
		}
	})
}

// TestSecondLookKnowsTheWholeRow lets a row be sent in parts whose keys are proven one after the other: when the first part is
// looked at again, the rest is no surprise.
func TestSecondLookKnowsTheWholeRow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig(t, zohotest.Options{Users: among(whole("a@example.com"), whole("b@example.com"), whole("c@example.com")),
			Quirks: zohotest.Quirks{Empty: zohotest.Refused, ReadLag: 20 * time.Second}})
		g.canary = true
		r, _ := g.plan("email,city,state,mobileNumber,firstName\na@example.com,Bremen,#CLEAR,,\n"+
			"b@example.com,,,+49 171 3920009,\nc@example.com,,,,Cleo\n", everything)
		defer r.Journal.Close()
		if err := r.send(t.Context(), t.Context()); err != nil {
			t.Errorf("stopped by %v", err)
		}
		wantEnds(t, r, map[int]string{2: "failed cannot-be-emptied", 3: "updated", 4: "updated"})
	})
}

// TestPartsAndLag takes back a row in parts while reads lag: what the part before has set is no surprise.
func TestPartsAndLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := whole("a@example.com")
		a.Mobile, a.Country = "", ""
		g := newRig(t, zohotest.Options{Users: among(a, whole("b@example.com")), Quirks: zohotest.Quirks{ReadLag: 5 * time.Second}})
		g.canary = true
		r, err := g.apply("email,mobileNumber,country,city\na@example.com,+49 171 3920008,de,Bremen\nb@example.com,,,Ulm\n", everything)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Journal.Close()
		o := everything
		o.Known = r.Known()
		back := g.undo(r, o) // fails the test if it is stopped
		defer back.Journal.Close()
		wantEnds(t, back, map[int]string{2: "failed cannot-be-emptied", 3: "updated"})
		if is, _ := g.server.User("a@example.com"); is.Mobile != "" || is.Address.City != "Kiel" {
			t.Errorf("the account is %+v", is)
		}
	})
}

// TestWhatCouldNotBeEmptiedIsRemembered fails the second step of a row whose first one could not empty a field, and goes on: the
// row does not end well.
func TestWhatCouldNotBeEmptiedIsRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig(t, zohotest.Options{Users: among(whole("a@example.com")), Quirks: zohotest.Quirks{Empty: zohotest.Ignored, NewAddress: zohotest.Refused}})
		r, err := g.apply("email,phoneNumber,newEmail\na@example.com,#CLEAR,a2@example.com\n", everything)
		if err != nil {
			t.Fatal(err)
		}
		g.server.SetQuirks(zohotest.Quirks{Empty: zohotest.Ignored})
		if err := errors.Join(r.Journal.Release(1), r.Journal.Flush()); err != nil {
			t.Fatal(err)
		}
		if r, err = g.goOn(r); err != nil {
			t.Fatal(err)
		}
		defer r.Journal.Close()
		wantEnds(t, r, map[int]string{2: "failed cannot-be-emptied"})
	})
}

// TestWithoutTheDisplayName leaves out the display name of a row that changes the address: the address goes with the present one.
func TestWithoutTheDisplayName(t *testing.T) {
	g := newRig(t, zohotest.Options{Users: among(whole("a@example.com"))})
	r, _ := g.plan("email,displayName,newEmail\na@example.com,Anna,a2@example.com\n", everything)
	if err := errors.Join(r.Without([]string{"displayName"}), r.send(t.Context(), t.Context())); err != nil {
		t.Fatal(err)
	}
	wantEnds(t, r, map[int]string{2: "updated"})
	if is, _ := g.server.User("a2@example.com"); is.DisplayName != "a" {
		t.Errorf("the display name is %q", is.DisplayName)
	}
}

// TestKilledWhileLooking ends the process between a change and the look at what came of it: whoever goes on puts the account right.
func TestKilledWhileLooking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		users := among(whole("a@example.com"))
		g := newRig(t, zohotest.Options{Users: users, Quirks: zohotest.Quirks{Omitted: zohotest.Cleared, ReadLag: 20 * time.Second}})
		g.canary = true
		r, _ := g.plan("email,mobileNumber\na@example.com,+49 171 3920009\n", everything)
		hard, kill := context.WithCancel(t.Context())
		time.AfterFunc(5*time.Second, kill)
		if err := r.send(hard, hard); err == nil {
			t.Fatal("it was not killed")
		}
		wantEnds(t, r, map[int]string{2: "sending"})
		time.Sleep(time.Minute)
		r, err := g.goOn(r)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Journal.Close()
		wantEnds(t, r, map[int]string{2: "updated"})
		g.wantKept(users)
		if learnt := r.Journal.Learnt(); learnt["before"] != "" || learnt[zoho.KeyOmittedFields] != "cleared" {
			t.Errorf("learnt %v", learnt)
		}
	})
}
