package sheet

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/text/encoding/unicode"

	"zohobulk/importer/problem"
)

var update = flag.Bool("update", false, "write the readings of the samples again")

// TestUglySamples holds the reading of each sample against what is written beside it. A workbook is kept as the parts
// by which it differs from a plain one.
func TestUglySamples(t *testing.T) {
	samples, err := filepath.Glob("testdata/ugly/*")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, sample := range samples {
		if filepath.Ext(sample) == ".want" {
			continue
		}
		seen++
		t.Run(filepath.Base(sample), func(t *testing.T) {
			o := Options{Known: known}
			path := sample
			if strings.HasSuffix(sample, ".txtar") {
				path = unarchive(t, sample, &o)
			}
			got := readingOf(path, o)
			if *update {
				if err := os.WriteFile(sample+".want", []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(sample + ".want")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("reading differs (-want +got):\n%s", diff)
			}
		})
	}
	if seen < 70 {
		t.Errorf("%d samples, want all of them", seen)
	}
}

// unarchive makes a workbook of its parts. The archive's comment may hold options: "sheet: NAME", "drop: PART",
// "encoding: UTF-16".
func unarchive(t *testing.T, sample string, o *Options) string {
	t.Helper()
	archive, err := txtar.ParseFile(sample)
	if err != nil {
		t.Fatal(err)
	}
	x := tableOf("")
	x.strings, x.styles = "<si><t>email</t></si><si><t>City</t></si><si><t>anna@example.com</t></si><si><t>Bonn</t></si>", "<cellXfs><xf/></cellXfs>"
	x.change = func(parts map[string]string) {
		for _, f := range archive.Files {
			parts[f.Name] = strings.TrimSpace(string(f.Data))
		}
		for line := range strings.Lines(string(archive.Comment)) {
			key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			switch key {
			case "encoding":
				for name, text := range parts {
					parts[name], _ = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(`<?xml version="1.0" encoding="UTF-16"?>` + withoutDeclaration(text))
				}
			case "sheet":
				o.Worksheet = value
			case "drop":
				delete(parts, value)
			}
		}
	}
	path := x.save(t)
	named := filepath.Join(filepath.Dir(path), strings.TrimSuffix(filepath.Base(sample), ".txtar"))
	if err := os.Rename(path, named); err != nil {
		t.Fatal(err)
	}
	return named
}

// readingOf writes all that a sheet is read as.
func readingOf(path string, o Options) string {
	var b strings.Builder
	s, err := Open(path, o)
	if err != nil {
		return refusal(err)
	}
	defer s.Close()
	i := s.Info()
	fmt.Fprintf(&b, "format %s, worksheet %q, encoding %q, delimiter %q, header in row %d\n", i.Format, i.Worksheet, i.Encoding, i.Delimiter, i.HeaderRow)
	fmt.Fprintf(&b, "header %s\n", cellList(s.Header()))
	for row, err := range s.Rows() {
		if err != nil {
			b.WriteString(refusal(err))
			break
		}
		fmt.Fprintf(&b, "row %d, line %d %s\n", row.Number, row.Line, cellList(row.Cells))
		for _, p := range row.Problems {
			writeProblem(&b, p)
		}
	}
	for _, p := range s.Problems() {
		writeProblem(&b, p)
	}
	return b.String()
}

func writeProblem(b *strings.Builder, p problem.Problem) {
	fmt.Fprintf(b, "  %s %s %s: %s\n    %s\n", p.Severity, p.Code, p.Cell, p.Message, p.Hint)
}

func cellList(cells []Cell) string {
	kinds := [...]string{Empty: "", Text: "", Number: "number ", Date: "date ", Bool: "bool ", Error: "error ", Formula: "formula "}
	var list []string
	for _, c := range cells {
		note := ""
		if c.Calculated {
			note = " calculated"
		}
		list = append(list, fmt.Sprintf("%s%q%s", kinds[c.Kind], c.Text, note))
	}
	return strings.Join(list, " | ")
}

// refusal is an error as a test shows it: all errors of a sheet are refusals.
func refusal(err error) string {
	var r *problem.Refusal
	if !errors.As(err, &r) {
		return fmt.Sprintf("NOT A REFUSAL: %v\n", err)
	}
	text := fmt.Sprintf("refused %s: %s\n  %s\n", r.Code, r.Message, r.Hint)
	for _, remedy := range r.Remedies {
		text += fmt.Sprintf("  %s %s\n", remedy.Way, strings.Join(remedy.Args, " | "))
	}
	return text
}

// withoutDeclaration is a part less the XML declaration that it may begin with.
func withoutDeclaration(text string) string {
	if strings.HasPrefix(text, "<?xml") {
		_, text, _ = strings.Cut(text, "?>")
	}
	return text
}
