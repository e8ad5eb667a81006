package cli

import (
	"fmt"
	"strings"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/importer"
	"zohobulk/importer/check"
	"zohobulk/importer/field"
	"zohobulk/importer/problem"
)

// findings is what pass one found, for a screen.
type findings struct {
	screen *term.Screen
	info   importer.SheetInfo
	result check.Result
	groups []check.Group
	all    bool // show every group
	quiet  bool // leave out what is not wrong
	brief  bool // count the notes on cells, and leave out what will be checked next
	later  bool // warnings about cells are shown with the plan, as far as the cells change
	api    bool // name fields as Zoho's requests do
	listed bool // the list can be had as a CSV
}

// maxGroups is how many groups of a severity are shown unless all are asked for: a screen's worth.
const maxGroups = 20

// showRead says on the screen how the sheet was read and what is wrong with it.
func (op *operation) showRead(info importer.SheetInfo, result check.Result, groups *check.Grouping) {
	shown := findings{screen: op.screen, info: info, result: result, groups: groups.Groups(), all: op.full || op.global.verbose, quiet: op.global.quiet}
	shown.brief, shown.later, shown.api = !op.global.verbose, op.plans(result), op.global.verbose
	shown.write()
}

// plans reports whether a checked sheet is held against the directory next.
func (op *operation) plans(result check.Result) bool {
	return result.SheetErrors == 0 && (result.Invalid == 0 || op.options.SkipInvalid || op.dry || op.waiting)
}

func (f *findings) write() {
	if !f.quiet {
		f.screen.Linef("%s", f.sheetLine())
		f.columns()
	}
	f.screen.Linef("%s %s", f.screen.Paint(term.Bold, "rows:"), list(thousands(f.result.Rows)+" read", thousands(f.result.Valid)+" valid", some(f.result.Invalid, "invalid"), some(f.result.Outside, "left out by --where")))
	f.severity(problem.Error, "errors", term.Red)
	f.severity(problem.Warning, "warnings", term.Yellow)
	if f.quiet {
		return
	}
	if f.brief {
		f.countNotes()
		return
	}
	if f.all {
		f.severity(problem.Note, "notes", term.Dim)
	} else {
		f.notes()
	}
	f.screen.Linef("%s", f.screen.Paint(term.Bold, "not checked:"))
	for _, sentence := range f.result.Unchecked {
		f.screen.Para("  "+sentence, 4)
	}
}

// sheetLine says what was read, and how.
func (f *findings) sheetLine() string {
	i := f.info
	how := list(i.Encoding, delimiterName(i.Delimiter))
	if i.Worksheet != "" {
		how = "worksheet " + term.Safe(i.Worksheet)
	}
	if i.Encrypted {
		how += ", protected by a password"
	}
	return fmt.Sprintf("%s %s, header in row %d", f.screen.Paint(term.Bold, term.Safe(i.Name)+":"), how, i.HeaderRow)
}

func delimiterName(delimiter string) string {
	switch delimiter {
	case "":
		return ""
	case ",":
		return "commas"
	case ";":
		return "semicolons"
	case "\t", "tab":
		return "tabs"
	}
	return "delimiter " + delimiter
}

// columns shows the mapping, always: a column that feeds the wrong field shows nowhere else.
func (f *findings) columns() {
	var used []check.Column
	var unused []string
	width := 0
	for _, c := range f.result.Mapping.Own() {
		if c.Field == "" {
			unused = append(unused, c.Column+` "`+headerOf(c)+`"`)
			continue
		}
		used = append(used, c)
		width = max(width, term.Width(headerOf(c)))
	}
	for _, c := range used {
		f.screen.Linef("  %s %s → %s", term.Pad(c.Column, 2), term.Pad(f.screen.Cell(headerOf(c), 0), width), f.label(c.Field))
	}
	if more := len(unused) - maxUnused; more > 0 && !f.all {
		unused = append(unused[:maxUnused:maxUnused], fmt.Sprintf("and %s more, which -v names", thousands(more)))
	}
	if len(unused) > 0 {
		f.screen.Para(f.screen.Paint(term.Dim, "  "+ignored(len(unused))+strings.Join(unused, ", ")+" (copied to the reports)"), 4)
	}
	if ours := len(f.result.Mapping.Columns) - len(f.result.Mapping.Own()); ours > 0 {
		f.screen.Linef("  %s of a report, left aside", counted(ours, "column"))
	}
}

// label is what a field is called on the screen.
func (f *findings) label(name string) string {
	if f.api {
		return name
	}
	return field.LabelOf(name)
}

func ignored(columns int) string {
	if columns == 1 {
		return "ignored column: "
	}
	return "ignored columns: "
}

// maxUnused is how many columns that feed no field are named unless all are asked for: three lines of a screen or so.
const maxUnused = 25

func headerOf(c check.Column) string {
	if c.Header == "" {
		return "(no header)"
	}
	return problem.Shorten(c.Header, 30)
}

// severity shows the groups of one severity, the first of them unless all are asked for.
func (f *findings) severity(s problem.Severity, title string, style term.Style) {
	shown, rest, restRows := 0, 0, 0
	for _, g := range f.groups {
		if g.Severity != s || g.Code == field.CodeUnmappedColumn { // which columns says
			continue
		}
		if f.later && s == problem.Warning && g.Row > 0 {
			continue
		}
		if shown == maxGroups && !f.all {
			rest++
			restRows += g.Count
			continue
		}
		if shown++; shown == 1 {
			f.screen.Linef("%s", f.screen.Paint(style, title+":"))
		}
		f.screen.Para("  "+f.group(g), 4)
	}
	if rest > 0 {
		more := "-v shows them all"
		if f.listed {
			more += ", --format csv lists each"
		}
		f.screen.Linef("  … and %s in %s; %s", counted(rest, "other kind", "other kinds"), counted(restRows, "cell"), more)
	}
}

// notes says in one line for each column how its values were read.
func (f *findings) notes() {
	var lines []string
	at := map[[2]string]int{} // of a column's line
	ways := map[[2]string]int{}
	for _, g := range f.groups {
		key := [2]string{g.Code, g.Column}
		switch {
		case g.Severity != problem.Note || g.Code == field.CodeUnmappedColumn:
			continue
		case g.Row == 0 || g.Column == "":
			lines = append(lines, f.group(g))
			continue
		case ways[key] == 0:
			at[key] = len(lines)
			lines = append(lines, f.named(g)+f.reading(g))
		case ways[key] < shownReadings:
			lines[at[key]] += "; " + f.reading(g)
		case ways[key] == shownReadings:
			lines[at[key]] += "; … (-v shows them all)"
		}
		ways[key]++
	}
	for i, line := range lines {
		if i == 0 {
			f.screen.Linef("%s", f.screen.Paint(term.Dim, "notes:"))
		}
		f.screen.Para("  "+line, 4)
	}
}

// shownReadings is how many ways of reading a column's values a line of the notes shows.
const shownReadings = 5

// reading is like: "USA" read as us (United States)
func (f *findings) reading(g check.Group) string {
	return strings.TrimSpace(valuesOf(g) + " " + term.Safe(g.Message))
}

// countNotes names what notes say of the sheet, and counts those on its cells: how a value was read is shown with the
// changes that it makes.
func (f *findings) countNotes() {
	cells, first, sheet := 0, "", []string(nil)
	for _, g := range f.groups {
		switch {
		case g.Severity != problem.Note || g.Code == field.CodeUnmappedColumn:
		case g.Row == 0:
			sheet = append(sheet, f.group(g))
		default:
			if cells += g.Count; first == "" {
				first = f.subject(g)
			}
		}
	}
	if len(sheet)+cells > 0 {
		f.screen.Linef("%s", f.screen.Paint(term.Dim, "notes:"))
	}
	for _, note := range sheet {
		f.screen.Para("  "+note, 4)
	}
	if cells > 0 {
		f.screen.Para(fmt.Sprintf("  %s, such as %s; zohobulk validate lists them, as does -v", counted(cells, "cell"), first), 4)
	}
}

// group is one line: the cell and what is wrong with it, or how many rows and where the first is.
func (f *findings) group(g check.Group) string {
	what := f.subject(g)
	switch {
	case g.Row == 0 && g.Rows > 1 && g.Rows <= len(g.Places):
		return what + ": " + term.Safe(strings.Join(g.Places, ", "))
	case g.Row == 0 && g.Rows > 0:
		return what + ", first at " + f.address(g.First)
	case g.Row == 0:
		return what
	case g.Count == 1:
		return f.address(g.Problem) + ": " + what
	case g.Count <= len(g.Places):
		return f.address(g.Problem) + ", " + term.Safe(strings.Join(g.Places[1:], ", ")) + ": " + what
	}
	return fmt.Sprintf("%s: %s, first at %s", counted(g.Count, "row"), what, f.address(g.Problem))
}

// subject is like: country "Untied States": no such country (did you mean United States (us)?)
func (f *findings) subject(g check.Group) string {
	name := strings.TrimSuffix(f.named(g), ": ")
	if g.Mixed {
		name += " (further values, such as " + problemValue(g.Value) + ")"
	} else if values := valuesOf(g); values != "" {
		name += " " + values
	}
	if name = strings.TrimSpace(name); name != "" {
		name += ": "
	}
	return name + term.Safe(reasonOf(g.Problem))
}

// named is what a group is about: the field, or the column's header.
func (f *findings) named(g check.Group) string {
	name := problem.Shorten(g.Header, 40)
	switch {
	case f.api && g.Field != "" || name == "":
		name = f.label(g.Field)
	case g.Field == "":
		name = `"` + name + `"`
	}
	if g.Row == 0 && g.Column != "" {
		name = strings.TrimSpace("column " + g.Column + " " + name)
	}
	if name == "" {
		return ""
	}
	return name + ": "
}

// shownValues is how many values of a group are shown.
const shownValues = 3

// valuesOf is like: "N/A", "none", "-" and others
func valuesOf(g check.Group) string {
	var shown []string
	for _, value := range g.Values[:min(len(g.Values), shownValues)] {
		shown = append(shown, problemValue(value))
	}
	text := strings.Join(shown, ", ")
	if g.More || len(g.Values) > shownValues {
		text += " and others"
	}
	return text
}

func problemValue(value string) string { return `"` + problem.Shorten(value, shownValue) + `"` }

// address is a problem's place with file and worksheet: "staff.xlsx Sheet1!D14", "staff.csv D14 (line 57)".
func (f *findings) address(p problem.Problem) string {
	if p.Line == p.Row {
		p.Line = 0 // as in every CSV without line breaks in its cells
	}
	if p.Column != "" {
		return term.Safe(f.info.CellAddress(p.Cell, p.Line))
	}
	if p.Line > 0 {
		return fmt.Sprintf("%s row %d (line %d)", term.Safe(f.info.Name), p.Row, p.Line)
	}
	return strings.TrimSpace(term.Safe(f.info.Name+" "+f.info.Worksheet)) + fmt.Sprintf(" row %d", p.Row)
}
