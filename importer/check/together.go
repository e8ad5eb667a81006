package check

import (
	"slices"
	"strings"

	"zohobulk/importer/field"
	"zohobulk/importer/problem"
)

// The rules over the cells of one row.
var (
	ruleNobody    = finding(field.CodeNoUser, "no user in this row", "fill in the e-mail address")
	ruleAlone     = finding(field.CodeAccountAlone, "an account id needs the ZUID that belongs to it", "fill in the ZUID, or the e-mail address")
	ruleBothIDs   = remedied(finding(field.CodeBothIDs, "needs account id and ZUID, since accounts are not looked up", "fill in both"), problem.LookUp)
	ruleEqualIDs  = remedied(finding(field.CodeIDsEqual, "account id and ZUID are the same number", "one is wrong: clear both if the row has an e-mail address"), problem.ReadDirectory)
	ruleNeither   = finding(field.CodeNoUser, "no user and nothing to change in this row: is it a total, or a note?", "delete the row, or fill it in")
	ruleHeader    = finding(field.CodeHeaderAgain, "repeats the header", "delete the row: sheets that were joined leave one behind")
	ruleNothing   = &field.Finding{Severity: problem.Note, Code: field.CodeNothingToSet, Message: "sets nothing, and stays as it is"}
	ruleWholeAddr = remedied(finding(field.CodeAddressPart, "sets only part of an address, and the rest may be lost", "fill in street, city, postcode and state"), problem.LookUp)
	ruleNotChosen = &field.Finding{Severity: problem.Note, Code: field.CodeNothingChosen, Message: "sets nothing among the chosen fields, and is left alone"}
	ruleSame      = &field.Finding{Severity: problem.Warning, Code: field.CodeSameAddress, Message: "the new address is the one the row has already", Hint: "clear the cell if the address stays"}
)

// remedied adds a way to settle a finding.
func remedied(f *field.Finding, way problem.Way) *field.Finding {
	f.Remedies = []problem.Remedy{{Way: way}}
	return f
}

// together checks what belongs together. What a wrong cell would have said is not missed a second time.
func (w *worker) together(it *item, wrong field.Mask, blank bool) {
	v := &it.Values
	set := v.Has & field.Set
	if blank && w.footer(it, wrong) {
		w.reportRow(it, ruleNeither)
		return
	}
	w.somebody(it, wrong)
	switch {
	case set != 0 || wrong&field.Set != 0:
	case blank:
		w.reportRow(it, ruleNothing)
	default:
		w.reportRow(it, ruleNotChosen)
	}
	if address := set & field.Address; w.options.AddressWhole && address != 0 && address != field.Address && wrong&field.Address == 0 {
		w.reportRow(it, ruleWholeAddr)
	}
	if v.Has.Has(field.NewEmail) && v.Has.Has(field.Email) && strings.EqualFold(v.Get(field.Email), v.Get(field.NewEmail)) {
		w.reportField(it, field.NewEmail, ruleSame)
	}
}

// footer tells a row that is about nobody: it has no more than a text where the address should be, and often not that.
// What was said of that text is not said beside it.
func (w *worker) footer(it *item, wrong field.Mask) bool {
	if it.Values.Has != 0 || wrong&^field.Of(field.Email) != 0 {
		return false
	}
	for i := range it.Problems {
		if strings.Contains(it.Problems[i].Value, "@") {
			return false
		}
	}
	it.Problems = slices.DeleteFunc(it.Problems, func(p problem.Problem) bool { return p.Field == field.Email.String() && p.Code == field.CodeBadEmail })
	return true
}

// repeatsHeader tells a row whose cells say what their column's headers say.
func (w *worker) repeatsHeader(it *item) bool {
	same := 0
	for i := range w.columns {
		c := &w.columns[i]
		if c.index >= len(it.cells) || it.cells[c.index].Text == "" {
			continue
		}
		if it.cells[c.index].Text != c.Header && !strings.EqualFold(field.Trim(it.cells[c.index].Text), c.Header) {
			return false
		}
		same++
	}
	return same > 1
}

// somebody checks that the row says who it is about.
func (w *worker) somebody(it *item, wrong field.Mask) {
	v := &it.Values
	hasAccount, hasZUID := (v.Has | wrong).Has(field.AccountID), (v.Has | wrong).Has(field.ZUID)
	switch {
	case w.options.BothIDs && !(hasAccount && hasZUID):
		w.reportRow(it, ruleBothIDs)
	case (v.Has|wrong)&field.Who == 0:
		w.reportRow(it, ruleNobody)
	case hasAccount && !hasZUID && !(v.Has | wrong).Has(field.Email):
		w.reportField(it, field.AccountID, ruleAlone)
	case hasAccount && hasZUID && v.Get(field.AccountID) != "" && v.Get(field.AccountID) == v.Get(field.ZUID):
		w.reportField(it, field.ZUID, ruleEqualIDs)
	}
}

// reportRow says something about the row as a whole.
func (w *worker) reportRow(it *item, f *field.Finding) {
	it.Problems = append(it.Problems, problem.Problem{Severity: f.Severity, Row: it.Number, Line: it.Line, Code: f.Code, Message: f.Message, Hint: f.Hint, Remedies: f.Remedies})
}

// reportField says something about the cell of a field.
func (w *worker) reportField(it *item, id field.ID, f *field.Finding) {
	for i := range w.columns {
		if c := &w.columns[i]; c.id == id {
			w.report(it, c, it.Cells[c.own], f)
			return
		}
	}
	w.reportRow(it, f)
}
