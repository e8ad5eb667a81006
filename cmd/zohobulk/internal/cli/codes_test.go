package cli

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Every code with which reading and checking a sheet can end is explained, once.
func TestCodesAreExplained(t *testing.T) {
	_, out, _ := runOffline(t, "", "codes", "--json")
	var got codesDocument
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
	explained := map[string]int{}
	for _, c := range got.Codes {
		explained[c.Code]++
		if c.About == "" || explained[c.Code] > 1 {
			t.Errorf("%s: twice, or without a word about it", c.Code)
		}
	}
	used := map[string]token.Position{}
	for _, folder := range []string{"sheet", "field", "check"} {
		codesOf(t, filepath.Join("..", "..", "..", "..", "importer", folder), used)
	}
	if len(used) < 70 {
		t.Errorf("only %d codes found in the sources", len(used))
	}
	for code, at := range used {
		if explained[code] == 0 {
			t.Errorf("%s: the code %q is not explained", at, code)
		}
	}
}

// codesOf gathers the codes that a package's sources use: constants called Code…, and what files are refused with.
func codesOf(t *testing.T, folder string, used map[string]token.Position) {
	t.Helper()
	sources, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(sources) == 0 {
		t.Fatalf("%s: %v", folder, err)
	}
	files := token.NewFileSet()
	for _, source := range sources {
		if strings.HasSuffix(source, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, source, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		take := func(e ast.Expr) {
			if literal, ok := e.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				code, _ := strconv.Unquote(literal.Value)
				used[code] = files.Position(e.Pos())
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				for i, name := range n.Names {
					if strings.HasPrefix(name.Name, "Code") && i < len(n.Values) {
						take(n.Values[i])
					}
				}
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.SelectorExpr); ok && slices.Contains([]string{"Refuse", "refuse"}, f.Sel.Name) {
					take(n.Args[0])
				}
			}
			return true
		})
	}
}
