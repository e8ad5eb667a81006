package importer

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"zohobulk/importer/plan"
	"zohobulk/zoho/zohotest"
)

// TestChangedAddresses changes addresses that are free, taken, freed by another row, exchanged in a circle, or done already.
func TestChangedAddresses(t *testing.T) {
	const (
		noa     = "noa.levi@example.com"
		ahmad   = "ahmad.mansour@example.com"
		suharti = "suharti@example.org"
	)
	allow := Options{AllowEmailChange: true}
	tests := []struct {
		name    string
		rows    string
		options Options
		ends    map[int]string
	}{
		{"free", noa + ",noa@example.com\n", allow, map[int]string{2: "updated"}},
		{"without the flag", noa + ",noa@example.com\n", Options{SkipInvalid: true}, map[int]string{2: "invalid email-change-not-allowed"}},
		{"taken", noa + "," + ahmad + "\n", allow, map[int]string{2: "invalid address-taken"}},
		{"taken as an alias", noa + ",sobrien@example.com\n", allow, map[int]string{2: "invalid address-taken"}},
		{"freed by a later row", noa + "," + ahmad + "\n" + ahmad + ",ahmad@example.com\n", allow,
			map[int]string{2: "updated", 3: "updated"}},
		{"a chain, upside down", noa + "," + ahmad + "\n" + ahmad + "," + suharti + "\n" + suharti + ",sri@example.org\n", allow,
			map[int]string{2: "updated", 3: "updated", 4: "updated"}},
		{"a circle", noa + "," + ahmad + "\n" + ahmad + "," + noa + "\n" + suharti + ",sri@example.org\n", allow,
			map[int]string{2: "invalid address-cycle", 3: "invalid address-cycle", 4: "updated"}},
		{"two rows want one address", suharti + "," + noa + "\n" + noa + "," + ahmad + "\n" + ahmad + "," + noa + "\n", allow,
			map[int]string{2: "invalid duplicate-new-email", 3: "invalid address-taken", 4: "invalid duplicate-new-email"}},
		{"done already", "gone@example.com," + noa + "\n", allow, map[int]string{2: "unchanged"}},
		{"only another spelling", noa + ",Noa.Levi@Example.com\n", Options{}, map[int]string{2: "unchanged"}},
		{"nobody", "gone@example.com,gone.too@example.com\n", allow, map[int]string{2: "invalid unknown-user"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g := newRig(t, zohotest.Options{})
			r, err := g.apply("email,newEmail\n"+test.rows, test.options)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.ends, ends(t, r)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestAddressOfFailedRowIsNotFreed fails the row that another waits for.
func TestAddressOfFailedRowIsNotFreed(t *testing.T) {
	g := newRig(t, zohotest.Options{})
	g.server.Inject(zohotest.Fault{Kind: zohotest.Scripted, Method: "PUT", Path: "2560636000000098002", Status: 400,
		Body: `{"status":{"code":400,"description":"Invalid Input"},"data":{"errorCode":"PATTERN_NOT_MATCHED"}}`})
	r, err := g.apply("email,newEmail\nnoa.levi@example.com,ahmad.mansour@example.com\nahmad.mansour@example.com,ahmad@example.com\n",
		Options{AllowEmailChange: true})
	if err != nil {
		t.Fatal(err)
	}
	want := map[int]string{2: "failed address-not-freed", 3: "failed PATTERN_NOT_MATCHED"}
	if diff := cmp.Diff(want, ends(t, r)); diff != "" {
		t.Error(diff)
	}
}

// TestTwoSteps changes personal details and an address: the details go first, and if they fail the address stays.
func TestTwoSteps(t *testing.T) {
	const csv = "email,newEmail,city\nnoa.levi@example.com,noa@example.com,חיפה\n"
	t.Run("both", func(t *testing.T) {
		g := newRig(t, zohotest.Options{})
		if _, err := g.apply(csv, Options{AllowEmailChange: true}); err != nil {
			t.Fatal(err)
		}
		if n := g.calls("PUT"); n != 2 {
			t.Errorf("%d PUTs, want 2", n)
		}
		if user, ok := g.server.User("noa@example.com"); !ok || user.Address.City != "חיפה" || user.DisplayName != "נועה לוי" {
			t.Errorf("the account became %+v", user)
		}
	})
	t.Run("the first fails", func(t *testing.T) {
		g := newRig(t, zohotest.Options{})
		g.server.Inject(zohotest.Fault{Kind: zohotest.Scripted, Method: "PUT", Times: 1, Status: 400,
			Body: `{"status":{"code":400,"description":"Invalid Input"},"data":{"errorCode":"PATTERN_NOT_MATCHED"}}`})
		r, err := g.apply(csv, Options{AllowEmailChange: true})
		if err != nil {
			t.Fatal(err)
		}
		row, err := r.Journal.Row(1)
		if err != nil {
			t.Fatal(err)
		}
		if row.Step != plan.StepPersonal || g.calls("PUT") != 1 {
			t.Errorf("failed at %q after %d PUTs, want %s after 1", row.Step, g.calls("PUT"), plan.StepPersonal)
		}
	})
}
