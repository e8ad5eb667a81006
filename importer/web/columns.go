package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zohobulk/importer"
	"zohobulk/importer/check"
	"zohobulk/importer/problem"
	"zohobulk/importer/web/text"
)

// unsettled is the value of "Choose…".
const unsettled = "?"

// columnsBody is what the match of columns shows.
type columnsBody struct {
	Run     string
	Columns []columnLine
	Doubts  []string // what of the sheet as a whole must be settled
	Used    int
	Info    importer.SheetInfo
	Sheets  []string // worksheets to choose from
}

// columnLine is a column with the field that it feeds.
type columnLine struct {
	Letter, Header string
	Samples        []string
	Choice         string // the field's name, "" for none, unsettled if nobody knows
	Why            string // what to say beside an unsettled one
	Options        []fieldOption
}

// fieldOption is a field that a column may feed.
type fieldOption struct {
	Value, Label string
	Chosen       bool
}

// getColumns shows which column feeds which field.
func (s *Server) getColumns(w http.ResponseWriter, r *http.Request) error {
	work, err := s.desk.sheet(r.Context(), r.PathValue("run"))
	if err != nil {
		return s.elsewhere(w, r, err)
	}
	return s.showColumns(w, r, work, nil)
}

func (s *Server) showColumns(w http.ResponseWriter, r *http.Request, work *work, alert *said) error {
	proposal, err := work.run.Columns(r.Context())
	if err != nil {
		return err
	}
	b := columnsBody{Run: work.name, Info: work.run.Reading()}
	for _, c := range proposal.Columns {
		if c.Ours {
			continue
		}
		line := columnOf(c)
		if line.Choice != "" && line.Choice != unsettled {
			b.Used++
		}
		b.Columns = append(b.Columns, line)
	}
	for _, d := range proposal.Doubts {
		if len(d.Columns) == 0 {
			b.Doubts = append(b.Doubts, sentence(d.Message)+" "+sentence(d.Hint))
		}
	}
	status := http.StatusOK
	if alert != nil {
		status = http.StatusUnprocessableEntity
	}
	return s.show(w, status, s.sheetFrame(work, "columns", frame{Title: text.Of("columns.title"), Alert: alert, Body: b}))
}

func columnOf(c check.ProposedColumn) columnLine {
	line := columnLine{Letter: c.Column.Column, Header: c.Header, Samples: c.Samples, Choice: c.Field}
	if c.State == check.Unclear {
		line.Choice, line.Why = unsettled, whyUnclear(c)
	}
	line.Options = append(line.Options, fieldOption{"", text.Of("columns.none"), line.Choice == ""})
	if line.Choice == unsettled {
		line.Options = append(line.Options, fieldOption{unsettled, text.Of("columns.choose"), true})
	}
	for _, name := range fieldNames() {
		line.Options = append(line.Options, fieldOption{name, label(name), line.Choice == name})
	}
	return line
}

// whyUnclear says what is doubtful about a column.
func whyUnclear(c check.ProposedColumn) string {
	var candidates []string
	for _, id := range c.Candidates {
		candidates = append(candidates, label(id.String()))
	}
	words := text.Of("why." + string(c.Why))
	if c.Why == check.WhySameField {
		return text.Of("why.same-field", c.Same, strings.Join(candidates, ", "))
	}
	if strings.Contains(words, "%s") {
		return text.Of("why."+string(c.Why), strings.Join(candidates, text.Of("or")))
	}
	return words
}

// postColumns takes what was chosen, and begins to read and check the sheet; or reads it in another way.
func (s *Server) postColumns(w http.ResponseWriter, r *http.Request) error {
	work, err := s.desk.sheet(r.Context(), r.PathValue("run"))
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return err
	}
	if r.PostForm.Has("read") {
		return s.readAs(w, r, work)
	}
	choice := map[string]string{}
	for name, values := range r.PostForm {
		letter, ok := strings.CutPrefix(name, "map.")
		if !ok {
			continue
		}
		if choice[letter] = values[0]; values[0] == unsettled {
			return s.showColumns(w, r, work, s.say(problem.Refuse("unclear-header", "", "%s", text.Of("columns.unsettled", letter))))
		}
	}
	if err := work.run.Map(r.Context(), choice); err != nil {
		return s.showColumns(w, r, work, s.say(err))
	}
	proposal, err := work.run.Columns(r.Context())
	if err != nil {
		return err
	}
	if len(proposal.Doubts) > 0 {
		d := proposal.Doubts[0]
		return s.showColumns(w, r, work, s.say(problem.Refuse(d.Code, d.Hint, "%s", d.Message)))
	}
	if err := work.check(); err != nil {
		return s.showColumns(w, r, work, s.say(err))
	}
	return s.see(w, r, "sheets/"+work.name+"/problems")
}

// readAs reads the sheet in another way: another worksheet, header row, encoding or separator.
func (s *Server) readAs(w http.ResponseWriter, r *http.Request, work *work) error {
	o := importer.SheetOptions{Worksheet: r.PostForm.Get("worksheet"), Encoding: r.PostForm.Get("encoding")}
	var err error
	if number := r.PostForm.Get("header-row"); number != "" {
		if o.HeaderRow, err = strconv.Atoi(number); err != nil || o.HeaderRow < 1 {
			return s.showColumns(w, r, work, s.say(problem.Refuse("header-row", "", "%s", text.Of("columns.badrow"))))
		}
	}
	if name := r.PostForm.Get("separator"); name != "" {
		if o.Delimiter, err = importer.ParseDelimiter(name); err != nil {
			return s.showColumns(w, r, work, s.say(err))
		}
	}
	if err := work.run.ReadAs(r.Context(), o); err != nil {
		return s.showColumns(w, r, work, s.say(err))
	}
	return s.see(w, r, "sheets/"+work.name+"/columns")
}

// usualEncodings are those that a CSV of an office is in.
var usualEncodings = []string{"utf-8", "windows-1252", "windows-1250", "windows-1251", "iso-8859-1", "macintosh", "utf-16le", "shift_jis", "gbk", "big5"}

// encodings are those to choose from, the present one first if it is an unusual one.
func encodings(now string) []string {
	if slices.Contains(usualEncodings, now) {
		return usualEncodings
	}
	return append([]string{now}, usualEncodings...)
}

// separators are those to choose from.
func separators() []fieldOption {
	return []fieldOption{
		{Value: ",", Label: text.Of("separator.comma")}, {Value: ";", Label: text.Of("separator.semicolon")},
		{Value: "tab", Label: text.Of("separator.tab")}, {Value: "|", Label: text.Of("separator.bar")},
	}
}
