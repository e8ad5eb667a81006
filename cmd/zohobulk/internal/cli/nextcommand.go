package cli

import (
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// The flags that a next command needs as this one had them.
var (
	placeFlags = []string{"reports", "sandbox", "profile", "dc", "zoid", "mail-url", "accounts-url"}
	paceFlags  = []string{"rate", "auth"}
	cellFlags  = []string{"map", "mapping", "fields", "phones", "clear-word", "strict"} // of a sheet of ours that is fed back
)

// sheetFlagNames are the flags that say how a sheet is read and checked.
func sheetFlagNames() []string { return flagNames(new(sheetFlags).add) }

// planFlagNames are the flags that say what a plan may change.
func planFlagNames() []string { return flagNames(new(planFlags).add) }

func flagNames(add func(*pflag.FlagSet)) (names []string) {
	set := pflag.NewFlagSet("", pflag.ContinueOnError)
	add(set)
	set.VisitAll(func(f *pflag.Flag) {
		if f.Name != "save-mapping" {
			names = append(names, f.Name)
		}
	})
	return names
}

// typedFlags are the flags of a command line as they were typed, by name.
func typedFlags(flags *pflag.FlagSet) map[string]string {
	typed := map[string]string{}
	flags.Visit(func(f *pflag.Flag) {
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		var words strings.Builder
		for _, value := range values {
			words.WriteString(" --" + f.Name)
			switch {
			case f.Value.Type() != "bool":
				words.WriteString(" " + shellWord(value))
			case value != "true":
				words.WriteString("=" + value)
			}
		}
		typed[f.Name] = words.String()
	})
	return typed
}

// same are those of the named flags that were typed, for the next command. What came from the environment is there
// the next time too.
func (a *app) same(names ...[]string) string {
	var words strings.Builder
	for _, name := range slices.Concat(names...) {
		words.WriteString(a.typed[name])
	}
	return words.String()
}
