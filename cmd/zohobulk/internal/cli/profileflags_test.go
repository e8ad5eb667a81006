package cli

import (
	"os"
	"path/filepath"
	"testing"

	"zohobulk/zoho/connect"
	"zohobulk/zoho/zohotest"
)

// A profile's defaults stand behind the environment, and that behind the flags.
func TestAProfileHoldsDefaults(t *testing.T) {
	d := newDesk(t, zohotest.Options{})
	mapping, reports := filepath.Join(d.home, "columns.txt"), filepath.Join(d.home, "of the profile")
	if err := os.WriteFile(mapping, []byte("Town=city\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.save(connect.Profile{Name: "zylker", Mapping: mapping, Phones: "national", Reports: reports})
	staff := d.file("staff.csv", "Email,Town,Mobile,Country\nsiobhan.obrien@example.com,Cork,+353 85 012 3456,Ireland\n")
	plan := func(more ...string) said {
		t.Helper()
		return d.run("", append([]string{"plan", staff, "--sandbox", "--profile", "zylker"}, more...)...)
	}
	plan().must(t, exitDone, `→ "085 012 3456"`, `→ "Cork"`)
	plan("--phones", "e164").must(t, exitDone, `→ "+353850123456"`)
	d.env["ZOHOBULK_PHONES"] = "e164"
	plan().must(t, exitDone, `→ "+353850123456"`)
	if runs, _ := filepath.Glob(filepath.Join(reports, "2*")); len(runs) != 3 {
		t.Errorf("%d runs in the profile's folder, want 3", len(runs))
	}
	delete(d.env, "ZOHOBULK_PHONES")

	d.save(connect.Profile{Name: "zylker", Phones: "loud"})
	plan().must(t, exitFailed, `profile "zylker": phones`, "loud", "zylker.toml")
	d.save(connect.Profile{Name: "zylker", Reports: "reports"})
	plan().must(t, exitFailed, "whole path")
	d.save(connect.Profile{Name: "zylker", Rate: "fast"})
	d.run("", append(d.there(), "status", "--profile", "zylker")...).must(t, exitFailed, `profile "zylker": rate "fast"`)
}
