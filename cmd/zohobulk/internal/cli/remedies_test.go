package cli

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"testing"

	"zohobulk/importer/problem"
)

// Every way that the importer knows is worded here.
func TestEveryRemedyHasWords(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", "..", "..", "importer", "problem", "remedy.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ways := 0
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
		if ways++; remedyWords[problem.Way(way)] == nil {
			t.Errorf("%s has no words", way)
		}
		return true
	})
	if ways != len(remedyWords) {
		t.Errorf("%d ways, and words for %d", ways, len(remedyWords))
	}
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
