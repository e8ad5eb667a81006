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
	header  []sheet.Cell
	columns []ProposedColumn
	matches []field.Match // of the columns that name a field, by column
	notes   []problem.Problem
	doubts  []Doubt
}

func newMapper(header []sheet.Cell, o Options) *mapper {
	m := &mapper{options: o, header: header, columns: make([]ProposedColumn, len(header)), matches: make([]field.Match, len(header))}
	for i, cell := range header {
		c := &m.columns[i]
		c.Column = Column{Column: problem.Column(i), Header: field.Trim(cell.Text)}
		if c.Ours = strings.HasPrefix(c.Header, "_"); c.Ours {
			c.State, c.Why = NotUsed, WhyReports
		}
	}
	return m
}

// propose takes each column as far as it can be known, and gathers every doubt.
func (m *mapper) propose() error {
	if err := m.chosen(); err != nil {
		return err
	}
	m.recognise()
	m.directory()
	m.context()
	m.wholeOrLast()
	m.twice()
	m.leftOver()
	return m.complete()
}

// Known reports whether a text names a column that is recognised or mapped, as the sheet's reader asks to find the header.
func (o Options) Known(header string) bool {
	if field.Known(header) {
		return true
	}
	for _, named := range []map[string]string{o.Map, o.Saved} {
		for name := range named {
			if sameHeader(name, header) {
				return true
			}
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

// chosen takes what somebody chose: by letter, then what was typed, then what was saved for sheets like this.
func (m *mapper) chosen() error {
	byHeader := func(name string) []int { return m.headed(name) }
	byEither := func(name string) []int {
		if found := m.headed(name); found != nil {
			return found
		}
		return m.lettered(name)
	}
	for _, choice := range []struct {
		columns map[string]string
		find    func(string) []int
	}{{m.options.Letters, m.lettered}, {m.options.Map, byEither}, {m.options.Saved, byHeader}} {
		for _, name := range sortedKeys(choice.columns) {
			if err := m.choose(choice.find(name), name, choice.columns[name]); err != nil {
				return err
			}
		}
	}
	return nil
}

// choose feeds a field from the columns found under a name, or sets them aside. What was chosen before stays.
func (m *mapper) choose(found []int, name, target string) error {
	id, known := fieldNamed(target)
	if target != "" && !known {
		return unknownField(name, target)
	}
	if found == nil && target != "" {
		m.doubt(Doubt{Code: "no-such-column", Message: fmt.Sprintf("the mapping names a column %q, and the sheet has none", name), Hint: "the columns are: " + m.headers()})
	}
	for _, i := range found {
		c := &m.columns[i]
		if c.State != "" {
			continue
		}
		c.State, c.Why = NotUsed, WhyChosen
		if target != "" {
			c.State, c.Field = Used, id.String()
		}
	}
	return nil
}

// headed finds the columns with a header: exactly as written, else as headers are compared.
func (m *mapper) headed(name string) (found []int) {
	exact := slices.ContainsFunc(m.columns, func(c ProposedColumn) bool { return c.Header == field.Trim(name) })
	for i, c := range m.columns {
		if !c.Ours && c.Header != "" && (!exact || c.Header == field.Trim(name)) && sameHeader(name, c.Header) {
			found = append(found, i)
		}
	}
	return found
}

// lettered finds the column with a letter.
func (m *mapper) lettered(name string) []int {
	for i, c := range m.columns {
		if !c.Ours && strings.EqualFold(c.Column.Column, field.Trim(name)) {
			return []int{i}
		}
	}
	return nil
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
func (m *mapper) recognise() {
	for i, cell := range m.header {
		c := &m.columns[i]
		if c.State != "" {
			continue
		}
		switch cell.Kind {
		case sheet.Error:
			m.unclear(c, WhyErrorHeader, "has an error ("+c.Header+") for a header", "type the header's text")
			continue
		case sheet.Formula:
			m.unclear(c, WhyFormulaHeader, "has a formula without a value for a header", "type the header's text")
			continue
		}
		if match, ok := field.Recognise(c.Header); ok {
			m.matches[i], c.State, c.Why, c.Field = match, Used, WhyRecognised, match.ID.String()
			continue
		}
		if match, why, ok := field.Near(c.Header); ok {
			m.unclear(c, WhyNearly, fmt.Sprintf("looks like %q %s", match.Word, why), fmt.Sprintf("rename it to %q", match.Word), match.ID)
		}
	}
}

// unclear notes what is doubtful about a header, and what its column probably is.
func (m *mapper) unclear(c *ProposedColumn, why Why, message, hint string, candidates ...field.ID) {
	c.State, c.Why, c.Candidates = Unclear, why, candidates
	d := Doubt{
		Code: "unclear-header", Columns: []string{c.Column.Column}, Hint: hint,
		Message: fmt.Sprintf("the header of column %s, %q, %s", c.Column.Column, problem.Shorten(c.Header, 60), message),
	}
	for _, id := range candidates {
		d.Remedies = append(d.Remedies, m.remedy(c, id.String()))
	}
	if candidates == nil {
		d.Remedies = []problem.Remedy{m.remedy(c, "field")}
	}
	m.doubt(d)
}

func (m *mapper) doubt(d Doubt) { m.doubts = append(m.doubts, d) }

// remedy feeds a field from a column, or sets the column aside. It names the column by its header where no other has that.
func (m *mapper) remedy(c *ProposedColumn, target string) problem.Remedy {
	name := c.Header
	if len(m.headed(name)) != 1 {
		name = c.Column.Column
	}
	return problem.Remedy{Way: problem.MapColumn, Args: []string{c.Column.Column, name, target}}
}

// directory reads the attribute names of Active Directory in an export of one: sn, l, st, c. They are too short to mean
// anything elsewhere. Of c and co, which both name the country, one is read.
func (m *mapper) directory() {
	if !slices.ContainsFunc(m.columns, func(c ProposedColumn) bool { return field.FromDirectory(c.Header) }) {
		return
	}
	best, at := map[field.ID]int{}, map[field.ID]int{}
	for i, c := range m.columns {
		id, place, ok := field.DirectoryName(c.Header)
		if !ok || c.State != "" || m.fields().Has(id) {
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
		c.State, c.Why, c.Field = Used, WhyDirectory, id.String()
		m.notes = append(m.notes, m.about(c, problem.Note, field.CodeReadAs, "read as "+c.Field+", as Active Directory calls it", ""))
	}
}

// context settles the headers that mean one field or another by the columns beside them.
func (m *mapper) context() {
	var others []field.Match
	for i, match := range m.matches {
		if match.Word != "" {
			others = append(others, match)
		} else if id, ok := fieldNamed(m.columns[i].Field); ok {
			others = append(others, field.Match{ID: id})
		}
	}
	for i, match := range m.matches {
		if match.Word == "" {
			continue
		}
		c := &m.columns[i]
		if id, changed := match.Beside(c.Header, others); changed {
			c.Field, c.Why = id.String(), WhyBeside
			c.Candidates = []field.ID{id, match.ID}
			note := m.about(c, problem.Note, field.CodeReadAs, "read as "+c.Field+", by the columns beside it", "")
			note.Remedies = []problem.Remedy{m.remedy(c, match.ID.String())}
			m.notes = append(m.notes, note)
		}
	}
}

// wholeOrLast doubts a "Name" beside a first name and no last name: it can be either, and every reader would be right half
// of the time.
func (m *mapper) wholeOrLast() {
	if has := m.fields(); !has.Has(field.FirstName) || has.Has(field.LastName) {
		return
	}
	for i := range m.columns {
		if c := &m.columns[i]; m.matches[i].Word != "" && field.WholeOrLast(c.Header) {
			c.Field = ""
			m.unclear(c, WhyWholeOrLast, "beside a first name can be the last name or the whole name", `rename it to "Last name" or "Display name"`, field.LastName, field.DisplayName)
			return
		}
	}
}

// twice doubts two columns for one field: the second must be set aside, or be another.
func (m *mapper) twice() {
	first := map[string]*ProposedColumn{}
	for i := range m.columns {
		c := &m.columns[i]
		before, again := first[c.Field]
		if c.Field == "" || !again {
			first[c.Field] = c
			continue
		}
		id, _ := field.ByName(c.Field)
		c.State, c.Why, c.Field, c.Same, c.Candidates = Unclear, WhySameField, "", before.Column.Column, []field.ID{id}
		hint := ""
		if sameHeader(before.Header, c.Header) {
			hint = "rename one of them, or delete it"
		}
		m.doubt(Doubt{
			Code: "duplicate-column", Columns: []string{before.Column.Column, c.Column.Column}, Hint: hint,
			Message: fmt.Sprintf("columns %s (%q) and %s (%q) are both %s",
				before.Column.Column, problem.Shorten(before.Header, 60), c.Column.Column, problem.Shorten(c.Header, 60), id),
			Remedies: []problem.Remedy{m.remedy(c, "")},
		})
	}
}

// leftOver names the columns that feed no field and were not set aside by anybody.
func (m *mapper) leftOver() {
	for i := range m.columns {
		c := &m.columns[i]
		if c.State != "" {
			continue
		}
		c.State, c.Why = NotUsed, WhyNoField
		message := "feeds no field: kept in the reports, sent nowhere"
		if c.Header == "" {
			c.Why, message = WhyNoHeader, "has no header and feeds no field"
		}
		if m.options.Strict {
			c.State = Unclear
			m.doubt(Doubt{
				Code: field.CodeUnmappedColumn, Columns: []string{c.Column.Column}, Hint: "say what it is or set it aside",
				Message:  fmt.Sprintf("column %s (%q) %s", c.Column.Column, problem.Shorten(c.Header, 60), message),
				Remedies: []problem.Remedy{m.remedy(c, "")},
			})
			continue
		}
		m.notes = append(m.notes, m.about(c, problem.Note, field.CodeUnmappedColumn, message, ""))
		if field.HouseNumber(c.Header) && m.fields().Has(field.StreetAddr) {
			m.notes = append(m.notes, m.about(c, problem.Warning, field.CodeHouseNumber, "is not used: the street is sent without its house number",
				"put both into one column of the sheet"))
		}
	}
}

// complete doubts a sheet that can't name or change anybody, or that lacks a chosen field. What an unclear column may be is not
// missed.
func (m *mapper) complete() error {
	chosen, err := chosenFields(m.options.Fields)
	if err != nil {
		return err
	}
	has := m.fields()
	open := slices.ContainsFunc(m.columns, func(c ProposedColumn) bool { return c.State == Unclear && c.Why != WhySameField })
	switch {
	case has&field.Who == 0 && slices.ContainsFunc(m.columns, func(c ProposedColumn) bool { return field.LooksLikeEmail(c.Header) }):
		m.doubts = []Doubt{{
			Code: "no-header", Message: "the row that should name the columns holds values: " + m.headers(),
			Hint: "put a row above it that names the columns, such as email and mobileNumber", Remedies: []problem.Remedy{{Way: problem.ChooseHeaderRow}},
		}}
	case open:
	case has&field.Who == 0:
		m.missing("no-user-column", "no column says which user a row is about", "a column with e-mail addresses has the header email", field.Email)
	case len(m.options.Fields) > 0 && chosen&^has != 0:
		m.doubt(Doubt{Code: "no-such-column", Message: fmt.Sprintf("%s is chosen, and no column feeds it", (chosen &^ has).Names()),
			Hint: "the columns are: " + m.headers(), Remedies: []problem.Remedy{{Way: problem.ChooseFields}}})
	case has&field.Set == 0:
		m.missing("nothing-to-set", "no column says what to change", "what can be set: "+field.Set.Names(), field.MobileNumber)
	}
	return nil
}

// missing doubts a sheet in which no column is what one must be; an example says which column it could be.
func (m *mapper) missing(code, message, hint string, example field.ID) {
	d := Doubt{Code: code, Message: message, Hint: hint}
	for i := range m.columns {
		if c := &m.columns[i]; c.Why == WhyNoField {
			d.Remedies = []problem.Remedy{m.remedy(c, example.String())}
			break
		}
	}
	m.doubt(d)
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

// chosenFields is the set of fields that are to be set, all that can be if none is named.
func chosenFields(names []string) (field.Mask, error) {
	if len(names) == 0 {
		return field.Set, nil
	}
	var mask field.Mask
	for _, name := range names {
		id, ok := fieldNamed(name)
		if !ok || !field.Set.Has(id) {
			r := problem.Refuse("unknown-field", "what can be set: "+field.Set.Names(), "%q is nothing that can be set", name)
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

func (m *mapper) about(c *ProposedColumn, severity problem.Severity, code, message, hint string) problem.Problem {
	return problem.Problem{Severity: severity, Column: c.Column.Column, Header: c.Header, Field: c.Field, Code: code, Message: message, Hint: hint}
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
