package cli

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"testing"

	"zohobulk/importer/problem"
	"zohobulk/zoho"
)

// Every way that the packages below know is worded here, and nothing else.
func TestEveryRemedyHasWords(t *testing.T) {
	ways := waysIn(t, "importer", "problem", "remedy.go")
	for _, way := range ways {
		if remedyWords[problem.Way(way)] == nil {
			t.Errorf("%s has no words", way)
		}
	}
	if len(ways) != len(remedyWords) {
		t.Errorf("%d ways, and words for %d", len(ways), len(remedyWords))
	}
	ways = waysIn(t, "zoho", "remedy.go")
	for _, way := range ways {
		if connectionWords[zoho.Way(way)] == nil {
			t.Errorf("%s has no words", way)
		}
		if remedyWords[problem.Way(way)] != nil {
			t.Errorf("%s is worded twice", way)
		}
	}
	if len(ways) != len(connectionWords) {
		t.Errorf("%d ways of a connection, and words for %d", len(ways), len(connectionWords))
	}
}

// waysIn are the ways that a file declares.
func waysIn(t *testing.T, path ...string) (ways []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(append([]string{"..", "..", "..", ".."}, path...)...), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); !ok || kind.Name != "Way" {
			return true
		}
		way, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		ways = append(ways, way)
		return true
	})
	return ways
}

func TestARemedyFollowsTheHint(t *testing.T) {
	for _, test := range []struct {
		refusal *problem.Refusal
		want    string
	}{
		{problem.Refuse("x", "make room", "full").With(problem.Remedy{Way: problem.ResumeRun, Args: []string{"latest"}}),
			"make room, then zohobulk resume latest with the same --profile, --sandbox and --reports"},
		{problem.Refuse("x", "", "two").With(problem.Remedy{Way: problem.ChooseWorksheet}), "choose one with --sheet NAME"},
		{problem.Refuse("x", "", "odd").With(
			problem.Remedy{Way: problem.ChooseEncoding, Args: []string{"shift_jis", "a", "b"}},
			problem.Remedy{Way: problem.ChooseEncoding, Args: []string{"windows-1252", "c"}}),
			"take the line that reads right, or name another encoding:\n  --encoding shift_jis     a | b\n  --encoding windows-1252  c"},
	} {
		if got := hintOf(test.refusal); got != test.want {
			t.Errorf("got  %q\nwant %q", got, test.want)
		}
	}
}

func TestMapRemediesAreOneCommandLine(t *testing.T) {
	column := func(letter, name, field string) problem.Remedy {
		return problem.Remedy{Way: problem.MapColumn, Args: []string{letter, name, field}}
	}
	tests := []struct {
		hint     string
		remedies []problem.Remedy
		want     string
	}{
		{"rename it", []problem.Remedy{column("B", "Emial", "email"), column("C", "Name", "lastName"), column("C", "Name", "displayName"), column("F", "F", "")},
			`rename it, or say --map "Emial=email" --map "Name=lastName" --map "F=", or --map "Name=displayName"; with nothing behind the = the column is set aside`},
		{"", []problem.Remedy{column("F", "Stadt", "")}, `say --map "Stadt="`},
		{"", []problem.Remedy{{Way: problem.ChooseHeaderRow}, column("F", "Stadt", "")}, `say which row it is with --header-row, or say --map "Stadt="`},
	}
	for _, tt := range tests {
		if got := withRemedies(tt.hint, tt.remedies); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}
