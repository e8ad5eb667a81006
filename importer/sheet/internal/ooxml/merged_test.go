package ooxml

import (
	"slices"
	"testing"
)

// A file may be made of merges that overlap, to cost time.
func TestMergesAcrossOneRowAreBounded(t *testing.T) {
	across := func(n int) *covers {
		return &covers{later: slices.Repeat([]Area{{Top: 2, Bottom: 9, Right: 3}}, n)}
	}
	if err := across(mostAbreast).row(2); err != nil {
		t.Error(err)
	}
	if err := across(mostAbreast + 1).row(5); err == nil {
		t.Error("one more is taken too")
	}
	if err := across(mostAbreast + 1).row(10); err != nil { // all of them have ended above
		t.Error(err)
	}
}
