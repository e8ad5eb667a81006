package importer

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"zohobulk/importer/check"
	"zohobulk/importer/report"
	"zohobulk/importer/run"
)

// TestAsked shows the options that somebody has chosen, and none that every run has.
func TestAsked(t *testing.T) {
	usual := run.Settings{
		Options: run.Options{Auth: run.AuthAdmin, Lookup: run.LookupAuto}, Check: check.Options{ClearWord: check.DefaultClearWord, Phones: "keep"},
	}
	if got := asked(usual); len(got) > 0 {
		t.Errorf("a usual run was asked for %v", got)
	}
	got := asked(run.Settings{
		Options: run.Options{Auth: run.AuthUser, SkipInvalid: true, First: 5, MaxErrors: run.DefaultMaxErrors, MaxChanges: run.Limit{N: 0, Set: true}},
		Check:   check.Options{Map: map[string]string{"Emial": "email", "Age": ""}, Fields: []string{"city", "state"}},
		Reading: run.Reading{Delimiter: '\t'},
	})
	want := []report.Fact{
		{Name: "Rights", Value: "user"}, {Name: "Skip invalid rows", Value: "yes"}, {Name: "First rows only", Value: "5"},
		{Name: "Errors at most", Value: "5%, at least 10"}, {Name: "Changes at most", Value: "0"}, {Name: "Delimiter", Value: "tab"},
		{Name: "Columns chosen", Value: "Age=, Emial=email"}, {Name: "Only these fields", Value: "city, state"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
