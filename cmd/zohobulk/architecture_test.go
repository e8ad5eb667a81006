package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module = "zohobulk/"
	root   = "../.." // of the repository
)

// source is one file of the program, tests apart.
type source struct {
	folder, name string
	positions    *token.FileSet
	*ast.File
}

// sources reads the files below a folder of the repository.
func sources(t *testing.T, below string) (all []source) {
	t.Helper()
	repository := os.DirFS(root)
	err := fs.WalkDir(repository, below, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "testdata" || strings.HasPrefix(entry.Name(), ".") && name != "."):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		s := source{folder: path.Dir(name), name: name, positions: token.NewFileSet()}
		text, err := fs.ReadFile(repository, name)
		if err != nil {
			return err
		}
		s.File, err = parser.ParseFile(s.positions, name, text, parser.SkipObjectResolution)
		all = append(all, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatalf("no source below %s", below)
	}
	return all
}

// imports are the packages of this program that each of its packages imports, each with a file that does.
func imports(t *testing.T) map[string]map[string]string {
	t.Helper()
	graph := map[string]map[string]string{}
	for _, s := range slices.Concat(sources(t, "cmd"), sources(t, "importer"), sources(t, "zoho")) {
		if s.Name.Name == "main" && s.folder != "cmd/zohobulk" {
			continue
		}
		if graph[s.folder] == nil {
			graph[s.folder] = map[string]string{}
		}
		for _, spec := range s.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if imported+"/" == module {
				imported = module + "."
			}
			if of, ours := strings.CutPrefix(imported, module); ours {
				graph[s.folder][of] = s.name
			}
		}
	}
	return graph
}

// desk is what a front may import: the front desk, and the words that it speaks in.
var desk = []string{"importer", "importer/check", "importer/field", "importer/problem", "zoho", "zoho/connect"}

// rules name, for each package, the packages of this program that it may import. A package of the importer or the client that is not
// named may import none. Developers' programs, such as those that make samples and releases, are free.
var rules = map[string][]string{
	"cmd/zohobulk":              {"cmd/zohobulk/internal/cli"},
	"cmd/zohobulk/internal/cli": append([]string{"cmd/zohobulk/internal/term", "importer/web", "zoho/zohotest"}, desk...),

	"importer/web":      append([]string{"importer/web/text"}, desk...),
	"importer/web/text": {},
	"importer": {"importer/send", "importer/plan", "importer/run", "importer/report", "importer/journal", "importer/check",
		"importer/field", "importer/problem", "importer/sheet", "zoho"},
	"importer/send":    {"importer/plan", "importer/run", "importer/journal", "importer/field", "importer/problem", "zoho"},
	"importer/plan":    {"importer/run", "importer/journal", "importer/check", "importer/field", "importer/problem", "zoho"},
	"importer/run":     {"importer/journal", "importer/check", "importer/field", "importer/problem", "zoho"},
	"importer/report":  {"importer/journal", "importer/field", "importer/problem", "importer/sheet"},
	"importer/journal": {"importer/problem"},
	"importer/check":   {"importer/field", "importer/problem", "importer/sheet"},
	"importer/sheet":   {"importer/problem", "importer/sheet/internal/ooxml", "importer/sheet/internal/window"},
	"importer/field":   {"importer/problem", "zoho"},

	"importer/sheet/internal/ooxml": {"importer/problem", "importer/sheet/internal/window"},

	"zoho/connect": {"zoho", "zoho/auth", "zoho/probe", "zoho/zohotest", "zoho/internal/privatefile"},
	"zoho/auth":    {"zoho", "zoho/internal/privatefile"},
	"zoho/probe":   {"zoho"},
}

// TestImports holds each package to the packages that it may import.
func TestImports(t *testing.T) {
	graph := imports(t)
	for _, pkg := range slices.Sorted(maps.Keys(graph)) {
		if _, ruled := rules[pkg]; !ruled && strings.HasPrefix(pkg, "cmd/") {
			continue
		}
		for _, imported := range slices.Sorted(maps.Keys(graph[pkg])) {
			if !slices.Contains(rules[pkg], imported) {
				t.Errorf("%s imports %s, which %s may not", graph[pkg][imported], imported, pkg)
			}
		}
	}
}

// TestTheRulesRunOneWay sees that no two packages may import each other, not even through others, and that the client of the service
// knows nothing of sheets and runs.
func TestTheRulesRunOneWay(t *testing.T) {
	for pkg := range rules {
		reached := reach(pkg)
		if reached[pkg] {
			t.Errorf("%s may import itself through others", pkg)
		}
		for other := range reached {
			if strings.HasPrefix(pkg, "zoho") && !strings.HasPrefix(other, "zoho") {
				t.Errorf("%s may import %s", pkg, other)
			}
			if !strings.HasPrefix(pkg, "cmd") && strings.HasPrefix(other, "cmd") {
				t.Errorf("%s may import %s", pkg, other)
			}
		}
	}
}

// reach is the set of packages that a package may import, also through others.
func reach(pkg string) map[string]bool {
	reached := map[string]bool{}
	for open := slices.Clone(rules[pkg]); len(open) > 0; {
		next := open[len(open)-1]
		open = open[:len(open)-1]
		if !reached[next] {
			reached[next] = true
			open = append(open, rules[next]...)
		}
	}
	return reached
}

// spoken tells texts that speak of the command line: a flag, or a command of the program.
func spoken(text string) bool {
	return strings.Contains(text, "--") || strings.Contains(text, "zohobulk ")
}

// notSpoken are texts that look like a flag and are none.
var notSpoken = map[string]string{
	"xn--":                    "begins an international domain name",
	"<!--":                    "begins a comment in XML",
	"-->":                     "ends a comment in XML",
	"--":                      "may not stand in a comment in XML",
	"%w: -- inside a comment": "says so",
	"zohobulk has the answer. You can close this window and go back to where you began.": "names the program",
}

// pageWords is the package with the words of the page.
const pageWords = "importer/web/text"

// TestNoCommandLineBelowTheCommand reads every text of the packages below the command: what to do next is a value there, which the
// command words as a flag and the page as a control.
func TestNoCommandLineBelowTheCommand(t *testing.T) {
	for _, s := range slices.Concat(sources(t, "importer"), sources(t, "zoho")) {
		ast.Inspect(s.File, func(n ast.Node) bool {
			text, at := literal(n)
			if s.folder == pageWords { // they name the program, but no flag
				text = strings.ReplaceAll(text, "zohobulk ", "")
			}
			if spoken(text) && notSpoken[text] == "" {
				t.Errorf("%s: %q speaks of the command line", place(s, at), text)
			}
			return true
		})
	}
}

// discarded are words that docs/words.md takes out of use.
var discarded = regexp.MustCompile(`(?i)\b(anew|spelt|throw-away|names nobody|takes? (it|them) back|type --)\b`)

// TestWords reads every text of the program: none holds a word that is out of use.
func TestWords(t *testing.T) {
	for _, s := range slices.Concat(sources(t, "importer"), sources(t, "zoho"), sources(t, "cmd")) {
		ast.Inspect(s.File, func(n ast.Node) bool {
			if text, at := literal(n); discarded.MatchString(text) {
				t.Errorf("%s: %q: %q is out of use", place(s, at), text, discarded.FindString(text))
			}
			return true
		})
	}
}

// literal is the text of a string literal, "" for any other node.
func literal(n ast.Node) (string, token.Pos) {
	lit, ok := n.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", 0
	}
	text, err := strconv.Unquote(lit.Value)
	if err != nil {
		return "", 0
	}
	return text, lit.Pos()
}

func place(s source, at token.Pos) string {
	return fmt.Sprintf("%s:%d", s.name, s.positions.Position(at).Line)
}
