package importer

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"zohobulk/importer/check"
	"zohobulk/importer/field"
	"zohobulk/importer/report"
	"zohobulk/importer/run"
)

// asked is what a run was asked to do other than what every run does, in the order in which its page shows it.
func asked(s run.Settings) []report.Fact {
	o, c, r := s.Options, s.Check, s.Reading
	all := []report.Fact{
		{Name: "Rights", Value: otherThan(string(o.Auth), string(run.AuthAdmin))},
		{Name: "Look-up", Value: otherThan(string(o.Lookup), string(run.LookupAuto))},
		{Name: "Skip invalid rows", Value: yes(o.SkipInvalid)},
		{Name: "First rows only", Value: number(o.First)},
		{Name: "Errors at most", Value: limit(o.MaxErrors)},
		{Name: "Changes at most", Value: limit(o.MaxChanges)},
		{Name: "Address changes allowed", Value: yes(o.AllowEmailChange)},
		{Name: "Administrators allowed", Value: yes(o.AllowAdmins)},
		{Name: "Emptying allowed", Value: yes(o.AllowClearing)},
		{Name: "Respelled values sent", Value: yes(o.Respell)},
		{Name: "Worksheet chosen", Value: r.Worksheet},
		{Name: "Header row", Value: number(r.HeaderRow)},
		{Name: "Delimiter", Value: delimiter(r.Delimiter)},
		{Name: "Encoding", Value: r.Encoding},
		{Name: "Columns chosen", Value: pairs(c.Map)},
		{Name: "Columns chosen by letter", Value: pairs(c.Letters)},
		{Name: "Columns from a mapping file", Value: pairs(c.Saved)},
		{Name: "Only these fields", Value: strings.Join(c.Fields, ", ")},
		{Name: "Warnings are errors", Value: yes(c.Strict)},
		{Name: "Blank cells empty", Value: yes(c.BlankClears)},
		{Name: "Word that empties", Value: otherThan(c.ClearWord, check.DefaultClearWord)},
		{Name: "Phone numbers written", Value: otherThan(string(c.Phones), string(field.KeepPhones))},
		{Name: "Fields left out", Value: strings.Join(s.Without, ", ")},
		{Name: "CSV without byte-order mark", Value: yes(s.NoBOM)},
	}
	return slices.DeleteFunc(all, func(f report.Fact) bool { return f.Value == "" })
}

func yes(asked bool) string {
	if asked {
		return "yes"
	}
	return ""
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// limit is a number of rows, or a share of them with the least that it comes to.
func limit(l run.Limit) string {
	switch {
	case !l.Set:
		return ""
	case l.Percent > 0 && l.Least > 0:
		return fmt.Sprintf("%v, at least %d", l, l.Least)
	}
	return l.String()
}

func delimiter(r rune) string {
	switch r {
	case 0:
		return ""
	case '\t':
		return "tab"
	}
	return string(r)
}

// pairs are columns and the fields that they feed.
func pairs(m map[string]string) string {
	var texts []string
	for _, key := range slices.Sorted(maps.Keys(m)) {
		texts = append(texts, key+"="+m[key])
	}
	return strings.Join(texts, ", ")
}

// otherThan is a value, unless it is what every run has.
func otherThan(value, usual string) string {
	if value == usual {
		return ""
	}
	return value
}
