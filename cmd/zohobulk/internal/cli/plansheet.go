package cli

import (
	"path/filepath"
	"strings"

	"zohobulk/importer"
	"zohobulk/importer/problem"
)

// checkPlanSheet refuses a name for the plan's sheet that can't be, before anything is read.
func checkPlanSheet(path string) error {
	switch {
	case path == "":
		return nil
	case !strings.EqualFold(filepath.Ext(path), ".xlsx"):
		return usagef("-o %s: the plan is written as an XLSX, so its name ends in .xlsx", path)
	case exists(path):
		return problem.Refuse("file-exists", "name another file with -o, or delete it", "%s is there already", path)
	}
	return nil
}

// writePlanSheet writes a plan as a workbook that somebody can sign off: who, and each field before → after.
func (op *operation) writePlanSheet(path string, p importer.Planned) error {
	if path == "" {
		return nil
	}
	book := op.run.PlanBook(p, planCountsText(p), fieldCounts(p.Fields, op.title))
	if err := createPrivate(path, book.Write); err != nil {
		return err
	}
	op.screen.Linef("the plan is in %s", path)
	return nil
}
