package field

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/idna"

	"zohobulk/importer/problem"
)

// eastern are the scripts that words of China, Japan and Korea mix with each other and with Latin.
var eastern = map[string]bool{"Latin": true, "Han": true, "Hiragana": true, "Katakana": true, "Bopomofo": true, "Hangul": true}

// mixedLabel warns of a domain of which one label mixes the letters of two scripts, nil if none does. The domain is in ASCII.
func mixedLabel(domain string) *Finding {
	if !strings.Contains(domain, "xn--") {
		return nil
	}
	readable, err := idna.Lookup.ToUnicode(domain)
	if err != nil {
		return nil // soundDomain has said so
	}
	for label := range strings.SplitSeq(readable, ".") {
		if few := strangers(label); few != "" {
			return &Finding{Severity: problem.Warning, Code: CodeLookAlike, Message: "mixes letters of two scripts in " + label + ": " + few,
				Hint: "type the address again, unless it is really written so"}
		}
	}
	return nil
}

// strangers names the letters of a label whose script is not that of most of its letters, "" if one script or its usual
// companions have them all.
func strangers(label string) string {
	letters := map[string][]rune{}
	for _, r := range label {
		if name := scriptOf(r); name != "" && !slices.Contains(letters[name], r) {
			letters[name] = append(letters[name], r)
		}
	}
	foreign := false
	for name := range letters {
		foreign = foreign || !eastern[name]
	}
	if len(letters) < 2 || !foreign {
		return ""
	}
	names := slices.Sorted(maps.Keys(letters))
	home := names[0]
	for _, name := range names {
		if d := len(letters[name]) - len(letters[home]); d > 0 || d == 0 && name == "Latin" {
			home = name
		}
	}
	var said []string
	for _, name := range names {
		if name != home {
			said = append(said, name+" "+string(letters[name]))
		}
	}
	return strings.Join(said, ", ")
}

// scriptOf names the script of a letter, "" for what all scripts share.
func scriptOf(r rune) string {
	for name, table := range unicode.Scripts {
		if name != "Common" && name != "Inherited" && unicode.Is(table, r) {
			return name
		}
	}
	return ""
}
