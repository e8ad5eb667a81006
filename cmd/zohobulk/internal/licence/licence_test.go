package licence_test

import (
	"slices"
	"testing"

	"zohobulk/cmd/zohobulk/internal/licence"
)

// shipped are the licences that code in the program may have. They permit any use, and ask that their text goes with the program. The
// patents file of Go only grants rights.
var shipped = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "GooglePatentsFile"}

// tested are licences that code may have, too, which only tests and tools use.
var tested = []string{"MPL-2.0"}

// leastKnown is how much of a licence file must be a licence that is known, in percent. The rest is names, years and headings.
const leastKnown = 92

// read are the files of which less is known. A person has read them: what is not recognised says which file has which licence, and
// the names of authors.
var read = map[string]string{
	"go.yaml.in/yaml/v3 LICENSE":             "MIT for files from libyaml, Apache-2.0 for the rest",
	"honnef.co/go/tools LICENSE-THIRD-PARTY": "BSD-3-Clause and MIT",
	"modernc.org/libc LICENSE-3RD-PARTY.md":  "BSD-3-Clause, and MIT, BSD-2-Clause and public domain for parts of musl",
}

// TestLicences holds the licence of every dependency against the lists.
func TestLicences(t *testing.T) {
	inProgram := check(t, shipped, "zohobulk/cmd/zohobulk")
	inTests := check(t, slices.Concat(shipped, tested), "-test", "zohobulk/...", "tool")
	if inProgram < 20 || inTests <= inProgram {
		t.Errorf("%d modules in the program and %d in its tests: some were not found", inProgram, inTests)
	}
}

// check reports each licence that is not allowed among the modules of packages, and returns how many modules there are.
func check(t *testing.T, allowed []string, packages ...string) int {
	t.Helper()
	modules, err := licence.Of(t.Context(), ".", licence.Targets, packages...)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range modules {
		for _, text := range m.Texts {
			if len(text.Licences) > 0 && text.Known < leastKnown && read[m.Path+" "+text.Name] == "" {
				t.Errorf("%s %s: %.0f%% of %s is a licence that is known: read it, and decide", m.Path, m.Version, text.Known, text.Name)
			}
			for _, name := range text.Licences {
				if !slices.Contains(allowed, name) {
					t.Errorf("%s %s has the licence %s (in %s), which is not on the list", m.Path, m.Version, name, text.Name)
				}
			}
		}
	}
	return len(modules)
}
