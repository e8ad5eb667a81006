package text_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"zohobulk/importer/web/text"
)

// TestEveryTextIsThere looks for the names of texts in the templates and the handlers, and for texts that nobody names.
func TestEveryTextIsThere(t *testing.T) {
	var all strings.Builder
	for _, pattern := range []string{"../*.go", "../template/*.html"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			source, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(source)
		}
	}
	named, beginnings := map[string]bool{}, []string{}
	for _, found := range regexp.MustCompile(`(?:[{( ][tn] |text\.(?:Of|Count)\(|"door\(|StatusForbidden, |StatusOK, |StatusNotFound, )"([a-zA-Z0-9.-]+)"`).FindAllStringSubmatch(all.String(), -1) {
		if name := found[1]; strings.HasSuffix(name, ".") {
			beginnings = append(beginnings, name)
		} else if named[name] = true; !text.Has(name) {
			t.Errorf("there is no text %q", name)
		}
	}
	for _, name := range text.Names() {
		used := named[name] || named[strings.TrimSuffix(name, ".one")]
		for _, beginning := range beginnings {
			used = used || strings.HasPrefix(name, beginning)
		}
		if !used {
			t.Errorf("nobody shows the text %q", name)
		}
	}
}

func TestNumbers(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000"} {
		if got := text.Number(n); got != want {
			t.Errorf("%d is shown as %s, want %s", n, got, want)
		}
	}
	if one, many := text.Count("rows", 1), text.Count("rows", 1000); one != "1 row" || many != "1,000 rows" {
		t.Errorf("%s, %s", one, many)
	}
}
