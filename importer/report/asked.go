package report

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"zohobulk/importer/journal"
)

// askedFor is an option of a run as the page shows it: where it stands in what the run keeps of its options, and what the page calls
// it.
type askedFor struct {
	path   string
	name   string
	silent string // a value that needs no word, since nobody asked for it
}

// askedOptions are the options that a person may have typed, in the order in which they are shown.
var askedOptions = []askedFor{
	{"options.auth", "Rights", "admin"}, {"options.lookup", "Look-up", "auto"}, {"options.skip_invalid", "Skip invalid rows", ""},
	{"options.first", "First rows only", ""}, {"options.max_errors", "Errors at most", ""}, {"options.max_changes", "Changes at most", ""},
	{"options.allow_email_change", "Address changes allowed", ""}, {"options.allow_admins", "Administrators allowed", ""},
	{"options.allow_clearing", "Emptying allowed", ""}, {"options.respell", "Respelled values sent", ""},
	{"reading.worksheet", "Worksheet chosen", ""}, {"reading.header_row", "Header row", ""}, {"reading.delimiter", "Delimiter", ""},
	{"reading.encoding", "Encoding", ""},
	{"check.Letters", "Columns chosen by letter", ""}, {"check.Map", "Columns chosen", ""}, {"check.Saved", "Columns from a mapping file", ""}, {"check.Fields", "Only these fields", ""}, {"check.Strict", "Warnings are errors", ""}, {"check.BlankClears", "Blank cells empty", ""},
	{"check.ClearWord", "Word that empties", "#CLEAR"}, {"check.Phones", "Phone numbers written", "keep"},
	{"without", "Fields left out", ""}, {"no_bom", "CSV without byte-order mark", ""},
}

// asked is what the run was asked to do, in words.
func asked(m journal.Meta) []fact {
	var options map[string]any
	if json.Unmarshal(m.Options, &options) != nil {
		return nil
	}
	var list []fact
	for _, o := range askedOptions {
		text := optionText(valueAt(options, o.path))
		if o.name == "Delimiter" {
			text = delimiterText(valueAt(options, o.path))
		}
		if text != "" && text != o.silent {
			list = append(list, fact{o.name, text})
		}
	}
	return list
}

// valueAt is the value at a path of keys, nil where there is none.
func valueAt(tree map[string]any, path string) any {
	head, rest, deeper := strings.Cut(path, ".")
	if !deeper {
		return tree[head]
	}
	below, _ := tree[head].(map[string]any)
	return valueAt(below, rest)
}

// optionText is an option's value in words, "" for one that was left alone.
func optionText(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case bool:
		if v {
			return "yes"
		}
	case float64:
		if v != 0 {
			return fmt.Sprint(v)
		}
	case []any:
		return joined(v)
	case map[string]any:
		if _, limit := v["set"]; limit {
			return limitText(v)
		}
		return pairs(v)
	}
	return ""
}

func joined(list []any) string {
	texts := make([]string, len(list))
	for i, v := range list {
		texts[i] = fmt.Sprint(v)
	}
	return strings.Join(texts, ", ")
}

// pairs are columns and the fields that they feed.
func pairs(m map[string]any) string {
	var texts []string
	for _, key := range slices.Sorted(maps.Keys(m)) {
		texts = append(texts, fmt.Sprintf("%s=%v", key, m[key]))
	}
	return strings.Join(texts, ", ")
}

// limitText is a number of rows, or a share of them with the least that it comes to.
func limitText(limit map[string]any) string {
	percent, share := limit["percent"].(float64)
	least, some := limit["least"].(float64)
	switch n, _ := limit["n"].(float64); {
	case share && some:
		return fmt.Sprintf("%v%%, at least %v", percent, least)
	case share:
		return fmt.Sprintf("%v%%", percent)
	default:
		return fmt.Sprint(n)
	}
}

// delimiterText is the character of a delimiter, which is kept as its number.
func delimiterText(value any) string {
	n, _ := value.(float64)
	switch {
	case n == 0:
		return ""
	case n == '\t':
		return "tab"
	}
	return string(rune(n))
}

// otherThan is a text, unless another one says the same.
func otherThan(text, other string) string {
	if text == other {
		return ""
	}
	return text
}
