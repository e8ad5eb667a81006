package journal

import (
	"context"
	"encoding/json"
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"zohobulk/importer/problem"
)

// Query says which rows to read, a page at a time. The zero value means every row.
type Query struct {
	Statuses []Status          // where the rows stand; NotSent stands for Read and Planned
	Severity *problem.Severity // rows of which something of this severity is said
	Code     string            // and of this code, which needs a severity
	Column   *string           // and of the column with this letter, "" for none, which needs a code
	Edited   bool              // rows with an edit that holds
	Since    int               // beside all these, rows with an edit of this ID or a greater one; 0 for none
	Text     string            // rows with a cell that holds this text, in whatever case
	After    int               // the Seq after which the rows begin
	Skip     int               // how many of the rows from there on are passed over
	Limit    int               // how many are read at most; 0 reads all
}

// Find streams the rows that a query means, in the order of the sheet.
func (j *Journal) Find(ctx context.Context, q Query) iter.Seq2[Row, error] {
	found, args := q.found("distinct h.seq", " order by h.seq limit ? offset ?")
	limit := q.Limit
	if limit == 0 {
		limit = -1
	}
	args = append(args, limit, q.Skip)
	return queryContext(ctx, j, scanRow, rowColumns+"from ("+found+`) f cross join sheet s on s.seq = f.seq
		left join outcome o on o.seq = s.seq left join plan p on p.seq = s.seq order by f.seq`, args...)
}

// Count says how many rows a query means, whatever its limit.
func (j *Journal) Count(ctx context.Context, q Query) (n int, err error) {
	found, args := q.found("distinct h.seq", "")
	err = j.pool.QueryRowContext(ctx, "select count(*) from ("+found+")", args...).Scan(&n)
	return n, fault(j.dir, err)
}

// found is the question for the places of the rows, from the narrowest table on that knows them in the sheet's order.
func (q Query) found(what, end string) (string, []any) {
	if q.Since == 0 {
		return q.meant(what, end)
	}
	meant, args := q.meant("distinct h.seq seq", "")
	return "select h.seq from (" + meant + " union select seq from edit where id >= ? and seq > ?) h" + end, append(args, q.Since, q.After)
}

func (q Query) meant(what, end string) (string, []any) {
	var where []string
	var args []any
	is := func(condition string, values ...any) {
		where, args = append(where, condition), append(args, values...)
	}
	from := "sheet h"
	switch {
	case q.Severity != nil:
		from = "problem h"
		is("h.severity = ?", int(*q.Severity))
		if q.Code != "" {
			is("h.code = ?", q.Code)
		}
		if q.Column != nil {
			is(`h."column" = ?`, *q.Column)
		}
		if is("h.seq > ?", q.After); q.Code == "" && *q.Severity > problem.Note {
			is("h.severity > 0") // which is how SQLite sees that the index of the grave ones will do
		}
	default:
		what = strings.TrimPrefix(what, "distinct ") // each row stands in the sheet once
		is("h.seq > ?", q.After)
	}
	if q.Text != "" {
		text, values := q.like()
		if from != "sheet h" {
			from += " cross join sheet t on t.seq = h.seq"
			text = strings.ReplaceAll(text, "h.cells", "t.cells")
		}
		is(text, values...)
	}
	if q.Edited {
		is("h.seq in (select seq from edit where undone = 0)")
	}
	if len(q.Statuses) > 0 {
		from += " left join outcome o on o.seq = h.seq"
		among, values := Filter{q.Statuses}.among()
		is("(ifnull(o.status, '')"+among+")", values...)
	}
	return "select " + what + " from " + from + " where " + strings.Join(where, " and ") + end, args
}

// like is the condition on a row's cells. SQLite knows the case of ASCII letters only, so a text with others is looked for in capitals
// and small letters, too.
func (q Query) like() (string, []any) {
	var conditions, seen []string
	var args []any
	for _, text := range []string{q.Text, strings.ToLower(q.Text), strings.ToUpper(q.Text)} {
		if text = lowerASCII(text); slices.Contains(seen, text) {
			continue
		}
		quoted := string(appendText(nil, text))
		seen = append(seen, text)
		conditions = append(conditions, `h.cells like ? escape '!'`)
		args = append(args, "%"+likeEscape.Replace(quoted[1:len(quoted)-1])+"%")
	}
	condition := "(" + strings.Join(conditions, " or ") + ")"
	if plain := caseless(q.Text); len(plain) > 1 { // which is found in a third of the time
		return "instr(h.cells, ?) > 0 and " + condition, append([]any{plain}, args...)
	}
	return condition, args
}

// caseless is the longest part of a text that is written the same in small letters and capitals, and in the journal: "99@".
func caseless(text string) (longest string) {
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool {
		return unicode.ToLower(r) != unicode.ToUpper(r) || r < ' ' || r == '"' || r == '\\' || r == utf8.RuneError
	}) {
		if len(part) > len(longest) {
			longest = part
		}
	}
	return longest
}

var likeEscape = strings.NewReplacer("%", "!%", "_", "!_", "!", "!!")

func lowerASCII(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, text)
}

// ProblemKind is what is said of the rows of a column: the severity and the code, how often, and the first that was said.
type ProblemKind struct {
	Severity problem.Severity
	Code     string
	Column   string
	Count    int
	First    RowProblem
}

// ProblemKinds counts the problems by severity, code and column, the gravest and most frequent first.
func (j *Journal) ProblemKinds(ctx context.Context) ([]ProblemKind, error) {
	const text = `select k.severity, k.code, k."column", k.n, p.seq, p.scope, p.body from
		(select severity, code, "column", count(*) n, min(id) id from problem group by severity, code, "column") k
		cross join problem p on p.id = k.id order by k.severity desc, k.n desc, k.code, k."column"`
	return collect(queryContext(ctx, j, scanKind, text))
}

func scanKind(from scanner) (k ProblemKind, err error) {
	var severity, scope int
	var body []byte
	if err = from.Scan(&severity, &k.Code, &k.Column, &k.Count, &k.First.Seq, &scope, &body); err != nil {
		return k, err
	}
	k.Severity = problem.Severity(severity)
	k.First.Problem, err = decodeProblem(body)
	k.First.Scope = problem.Scope(scope)
	return k, err
}

// ProblemsOfRows gives what was said of some rows, by row and in the order in which it was said.
func (j *Journal) ProblemsOfRows(ctx context.Context, seqs []int) ([]RowProblem, error) {
	return collect(queryContext(ctx, j, scanProblem,
		"select seq, scope, body from problem where seq in (select value from json_each(?)) order by seq, id", seqList(seqs)))
}

// FindProblems streams the problems that a query means, by row; of a query only the severity, code, column, place, skip and limit count.
func (j *Journal) FindProblems(ctx context.Context, q Query) iter.Seq2[RowProblem, error] {
	q.Text, q.Statuses, q.Since = "", nil, 0
	if q.Limit == 0 {
		q.Limit = -1
	}
	found, args := q.found("h.id", " order by h.seq, h.id limit ? offset ?")
	if q.Severity == nil {
		found, args = "select h.id from problem h where h.seq > ? order by h.seq, h.id limit ? offset ?", []any{q.After}
	}
	return queryContext(ctx, j, scanProblem, "select p.seq, p.scope, p.body from ("+found+`) f cross join problem p on p.id = f.id
		order by p.seq, p.id`, append(args, q.Limit, q.Skip)...)
}

// RowsAt gives the rows with some places in the sheet, in its order.
func (j *Journal) RowsAt(ctx context.Context, seqs []int) ([]Row, error) {
	return collect(queryContext(ctx, j, scanRow, selectRow+"where s.seq in (select value from json_each(?)) order by s.seq", seqList(seqs)))
}

// fewNumbers is up to how many rows are looked for one by one: to leaf through 100,000 rows takes as long as 200 single looks.
const fewNumbers = 200

// RowsNumbered gives the rows that have some numbers in the sheet, as Excel shows them, in no order. A number that no row has is passed over.
func (j *Journal) RowsNumbered(ctx context.Context, numbers []int) (rows []Row, err error) {
	if len(numbers) > fewNumbers {
		return collect(queryContext(ctx, j, scanRow, selectRow+"where s.number in (select value from json_each(?))", seqList(numbers)))
	}
	for _, n := range numbers {
		found, err := collect(queryContext(ctx, j, scanRow, selectNumbered, n))
		if err != nil {
			return nil, err
		}
		rows = append(rows, found...)
	}
	return rows, nil
}

// seqList is a list of places as SQLite takes it.
func seqList(seqs []int) string {
	if seqs == nil {
		return "[]"
	}
	text, _ := json.Marshal(seqs) // numbers always can be
	return string(text)
}

// collect takes an answer as a whole.
func collect[T any](items iter.Seq2[T, error]) (list []T, err error) {
	for item, err := range items {
		if err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	return list, nil
}
