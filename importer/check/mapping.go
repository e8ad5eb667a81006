package check

import (
	"fmt"
	"slices"
	"strings"

	"zohobulk/importer/field"
	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// mapper finds the field of each column of one header.
type mapper struct {
	options Options
	columns []Column
	matches []field.Match // of the columns that name a field, by column
	mapped  []bool        // the column's field is settled, or it is set aside
	notes   []problem.Problem
	near    []string // what is wrong with headers that are nearly a field's
	flags   []string // how to settle them
}

func mapColumns(header []sheet.Cell, o Options) (Mapping, []problem.Problem, error) {
	m := &mapper{options: o, columns: make([]Column, len(header)), matches: make([]field.Match, len(header)), mapped: make([]bool, len(header))}
	for i, cell := range header {
		m.columns[i] = Column{Column: problem.Column(i), Header: field.Trim(cell.Text)}
		m.columns[i].Ours = strings.HasPrefix(m.columns[i].Header, "_")
	}
	for _, step := range []func() error{m.typed, func() error { return m.recognise(header) }, m.directory, m.context, m.twice, m.leftOver, m.complete} {
		if err := step(); err != nil {
			return Mapping{}, nil, err
		}
	}
	return Mapping{Columns: m.columns}, m.notes, nil
}

// Known reports whether a text names a column that is recognised or mapped, as the sheet's reader asks to find the header.
func (o Options) Known(header string) bool {
	if field.Known(header) {
		return true
	}
	for name := range o.Map {
		if sameHeader(name, header) {
			return true
		}
	}
	return false
}

func sameHeader(a, b string) bool {
	a, b = field.Trim(a), field.Trim(b)
	if a == b {
		return true
	}
	folded := field.Fold(a)
	return folded != "" && folded == field.Fold(b)
}

// typed takes the mapping that somebody wrote down.
func (m *mapper) typed() error {
	for _, name := range sortedKeys(m.options.Map) {
		target := m.options.Map[name]
		id, known := fieldNamed(target)
		if target != "" && !known {
			return unknownField(name, target)
		}
		if !m.assign(name, target, id) && target != "" {
			return problem.Refuse("no-such-column", "the columns are: "+m.headers(), "the mapping names a column %q, and the sheet has none", name)
		}
	}
	return nil
}

// assign settles the columns with a header: exactly as written, else as headers are compared.
func (m *mapper) assign(name, target string, id field.ID) bool {
	exact := slices.ContainsFunc(m.columns, func(c Column) bool { return c.Header == field.Trim(name) })
	found := false
	for i := range m.columns {
		c := &m.columns[i]
		if c.Ours || exact && c.Header != field.Trim(name) || !sameHeader(name, c.Header) {
			continue
		}
		found, m.mapped[i] = true, true
		if target != "" {
			c.Field = id.String()
		}
	}
	return found
}

func unknownField(name, target string) error {
	r := problem.Refuse("unknown-field", "the fields are: "+fieldNames(), "%q is mapped to %q, which is no field", name, target)
	r.Exit = exitUsage
	return r
}

// exitUsage is the exit code of a wrong command line: the mapping and the choice of fields are typed there.
const exitUsage = 2

// fieldNamed finds a field by name, whatever its case and signs.
func fieldNamed(name string) (field.ID, bool) {
	folded := field.Fold(name)
	for _, e := range field.All() {
		if field.Fold(e.Name) == folded {
			return e.ID, true
		}
	}
	return 0, false
}

func fieldNames() string {
	var names []string
	for _, e := range field.All() {
		names = append(names, e.Name)
	}
	return strings.Join(names, ", ")
}

// recognise finds the fields of the other columns, and the headers that would lose a column in silence.
func (m *mapper) recognise(header []sheet.Cell) error {
	for i, cell := range header {
		c := &m.columns[i]
		if m.mapped[i] || c.Ours {
			continue
		}
		switch cell.Kind {
		case sheet.Error:
			m.doubt(c, "has an error ("+c.Header+") for a header", "field")
			continue
		case sheet.Formula:
			m.doubt(c, "has a formula without a value for a header", "field")
			continue
		}
		if match, ok := field.Recognise(c.Header); ok {
			m.matches[i], m.mapped[i], c.Field = match, true, match.ID.String()
			continue
		}
		if match, why, ok := field.Near(c.Header); ok {
			m.doubt(c, "looks like "+match.ID.String()+" "+why, match.ID.String())
		}
	}
	if m.near == nil {
		return nil
	}
	hint := "rename the header, or say " + strings.Join(m.flags, " ") + "; with nothing behind the = the column is set aside"
	return problem.Refuse("unclear-header", hint, "%s", strings.Join(m.near, "; "))
}

// directory reads the attribute names of Active Directory in an export of one: sn, l, st, c. They are too short to mean
// anything elsewhere. Of c and co, which both name the country, one is read.
func (m *mapper) directory() error {
	if !slices.ContainsFunc(m.columns, func(c Column) bool { return field.FromDirectory(c.Header) }) {
		return nil
	}
	best, at := map[field.ID]int{}, map[field.ID]int{}
	for i, c := range m.columns {
		id, place, ok := field.DirectoryName(c.Header)
		if !ok || m.mapped[i] || c.Ours || m.fields().Has(id) {
			continue
		}
		if before, taken := best[id]; !taken || place < before {
			best[id], at[id] = place, i
		}
	}
	for id := range field.Set.All() {
		i, ok := at[id]
		if !ok {
			continue
		}
		c := &m.columns[i]
		m.mapped[i], c.Field = true, id.String()
		m.notes = append(m.notes, m.about(c, problem.Note, field.CodeReadAs, "read as "+c.Field+", as Active Directory calls it", ""))
	}
	return nil
}

func (m *mapper) doubt(c *Column, what, suggestion string) {
	m.near = append(m.near, fmt.Sprintf("the header of column %s, %q, %s", c.Column, problem.Shorten(c.Header, 60), what))
	m.flags = append(m.flags, fmt.Sprintf("--map %q", c.Header+"="+suggestion))
}

// context settles the headers that mean one field or another by the columns beside them.
func (m *mapper) context() error {
	var others []field.Match
	for i, match := range m.matches {
		if match.Word != "" {
			others = append(others, match)
		} else if id, ok := fieldNamed(m.columns[i].Field); ok && m.mapped[i] {
			others = append(others, field.Match{ID: id})
		}
	}
	for i, match := range m.matches {
		if match.Word == "" {
			continue
		}
		c := &m.columns[i]
		if id, changed := match.Beside(c.Header, others); changed {
			c.Field = id.String()
			m.notes = append(m.notes, m.about(c, problem.Note, field.CodeReadAs, "read as "+c.Field+", by the columns beside it",
				fmt.Sprintf("say --map %q if it is something else", c.Header+"=displayName")))
		}
	}
	return m.wholeOrLast()
}

// wholeOrLast refuses a "Name" beside a first name and no last name: it can be either, and every reader would be right half
// of the time.
func (m *mapper) wholeOrLast() error {
	if has := m.fields(); !has.Has(field.FirstName) || has.Has(field.LastName) {
		return nil
	}
	for i := range m.columns {
		if c := &m.columns[i]; m.matches[i].Word != "" && field.WholeOrLast(c.Header) {
			m.near, m.flags = nil, nil
			m.doubt(c, "beside a first name can be the last name or the whole name", field.LastName.String())
			return problem.Refuse("unclear-header", fmt.Sprintf("say %s, or --map %q", m.flags[0], c.Header+"="+field.DisplayName.String()), "%s", m.near[0])
		}
	}
	return nil
}

// twice refuses two columns for one field.
func (m *mapper) twice() error {
	first := map[string]*Column{}
	for i := range m.columns {
		c := &m.columns[i]
		before, again := first[c.Field]
		if c.Field == "" || !again {
			first[c.Field] = c
			continue
		}
		hint := fmt.Sprintf("set one aside: --map %q", c.Header+"=")
		if sameHeader(before.Header, c.Header) {
			hint = "rename one of them, or delete it"
		}
		return problem.Refuse("duplicate-column", hint, "columns %s (%q) and %s (%q) are both %s",
			before.Column, problem.Shorten(before.Header, 60), c.Column, problem.Shorten(c.Header, 60), c.Field)
	}
	return nil
}

// leftOver names the columns that feed no field and were not set aside by anybody.
func (m *mapper) leftOver() error {
	for i := range m.columns {
		c := &m.columns[i]
		if c.Ours || m.mapped[i] {
			continue
		}
		message := "feeds no field: kept in the reports, sent nowhere"
		if c.Header == "" {
			message = "has no header and feeds no field"
		}
		if m.options.Strict {
			return problem.Refuse(field.CodeUnmappedColumn, fmt.Sprintf("say what it is or set it aside: --map %q", c.Header+"="),
				"column %s (%q) %s", c.Column, problem.Shorten(c.Header, 60), message)
		}
		m.notes = append(m.notes, m.about(c, problem.Note, field.CodeUnmappedColumn, message, ""))
		if field.HouseNumber(c.Header) && m.fields().Has(field.StreetAddr) {
			m.notes = append(m.notes, m.about(c, problem.Warning, field.CodeHouseNumber, "is not used: the street is sent without its house number",
				"put both into one column of the sheet"))
		}
	}
	return nil
}

// complete refuses a sheet that can't name or change anybody, or that lacks a chosen field.
func (m *mapper) complete() error {
	chosen, err := chosenFields(m.options.Fields)
	if err != nil {
		return err
	}
	has := m.fields()
	switch {
	case has&field.Who == 0 && slices.ContainsFunc(m.columns, func(c Column) bool { return field.LooksLikeEmail(c.Header) }):
		return problem.Refuse("no-header", "put a row above it that names the columns, such as email and mobileNumber; or say --header-row if there is one",
			"the row that should name the columns holds values: %s", m.headers())
	case has&field.Who == 0:
		return problem.Refuse("no-user-column", m.wayOut("a column with e-mail addresses has the header email", "email"), "no column says which user a row is about")
	case len(m.options.Fields) > 0 && chosen&^has != 0:
		return problem.Refuse("no-such-column", "the columns are: "+m.headers(), "--fields names %s, and no column feeds it", (chosen &^ has).Names())
	case has&field.Set == 0:
		return problem.Refuse("nothing-to-set", m.wayOut("what can be set: "+field.Set.Names(), "mobileNumber"), "no column says what to change")
	}
	return nil
}

func (m *mapper) wayOut(hint, example string) string {
	for i, c := range m.columns {
		if !m.mapped[i] && !c.Ours && c.Header != "" {
			return fmt.Sprintf("%s; or say which column it is: --map %q", hint, c.Header+"="+example)
		}
	}
	return hint
}

func (m *mapper) fields() field.Mask {
	var mask field.Mask
	for _, c := range m.columns {
		if id, ok := field.ByName(c.Field); ok {
			mask |= field.Of(id)
		}
	}
	return mask
}

// chosenFields is the set that --fields names, all settable fields if it names none.
func chosenFields(names []string) (field.Mask, error) {
	if len(names) == 0 {
		return field.Set, nil
	}
	var mask field.Mask
	for _, name := range names {
		id, ok := fieldNamed(name)
		if !ok || !field.Set.Has(id) {
			r := problem.Refuse("unknown-field", "what can be set: "+field.Set.Names(), "--fields: %q is nothing that can be set", name)
			r.Exit = exitUsage
			return 0, r
		}
		mask |= field.Of(id)
	}
	return mask, nil
}

// maxHeaders is how many headers a message names.
const maxHeaders = 30

func (m *mapper) headers() string {
	var list []string
	for _, c := range m.columns {
		if len(list) == maxHeaders {
			list = append(list, "…")
			break
		}
		if !c.Ours && c.Header != "" {
			list = append(list, quoted(c.Header))
		}
	}
	return strings.Join(list, ", ")
}

func (m *mapper) about(c *Column, severity problem.Severity, code, message, hint string) problem.Problem {
	return problem.Problem{Severity: severity, Column: c.Column, Header: c.Header, Field: c.Field, Code: code, Message: message, Hint: hint}
}

func quoted(text string) string { return `"` + problem.Shorten(text, 60) + `"` }

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
