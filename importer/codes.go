package importer

import (
	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/report"
	"zohobulk/importer/run"
	"zohobulk/importer/sheet"
)

// Codes lists what planning and sending say of a row, beside the codes of the checks; the documentation is made from it.
// A row that the service refuses has the service's own code.
var Codes = []field.Code{
	{Code: run.CodeUnknownUser, Severity: problem.Error, About: "nobody in the organisation has this address or id"},
	{Code: run.CodeWithheld, Severity: problem.Error, About: "the service refuses to show this user, for a reason of its own"},
	{Code: run.CodeAmbiguousUser, Severity: problem.Error, About: "several users have this address"},
	{Code: run.CodeIDsDisagree, Severity: problem.Error, About: "address and ids of the row are those of different users"},
	{Code: run.CodeNotOwn, Severity: problem.Error, About: "with the rights of a person only the own account can be changed"},
	{Code: run.CodeNoName, Severity: problem.Error, About: "a new address needs a display name, and neither row nor account has one"},
	{Code: run.CodeEmailChange, Severity: problem.Error, About: "the row changes an address, and addresses may not be changed"},
	{Code: run.CodeClearing, Severity: problem.Error, About: "the row empties a value, and nothing may be emptied"},
	{Code: run.CodeAdmin, Severity: problem.Error, About: "the row changes an administrator or the caller, and neither may be changed"},
	{Code: run.CodeAddressTaken, Severity: problem.Error, About: "the new address belongs to another user, and no row frees it"},
	{Code: run.CodeAddressCycle, Severity: problem.Error, About: "rows exchange addresses in a circle"},
	{Code: run.CodeNotFreed, Severity: problem.Error, About: "the row that was to free the new address failed"},
	{Code: run.CodeMoved, Severity: problem.Error, About: "the account has changed since the plan"},
	{Code: run.CodeChangedSinceRun, Severity: problem.Error, About: "an undo kept what somebody has changed since the run"},
	{Code: run.CodeNotEmptied, Severity: problem.Error, About: "a field was to be emptied, and the service refuses that or keeps what was there"},
	{Code: run.CodeNoAnswer, Severity: problem.Error, About: "no answer came: it is not known whether the change was made until the run is continued"},
	{Code: run.CodeNotSeen, Severity: problem.Warning, About: "when it was verified: the change was accepted, and reading the user again does not show it"},
	{Code: run.CodeNamesRefused, Severity: problem.Error, About: "the service refuses first and last name; the row's other fields were accepted"},
	{Code: run.CodeRareChange, Severity: problem.Warning, About: "a field that rarely changes does so for more than half of the users that change"},
	{Code: run.CodeRespelled, Severity: problem.Note, About: "the row differs from its account only in how a phone number or postcode is written, and is left unchanged"},
	{Code: run.CodeNotChecked, Severity: problem.Note, About: "something about a plan that only sending it can show"},
	{Code: report.CodeNotSent, Severity: problem.Note, About: "the run ended before this row's turn"},
	{Code: journal.CodeHalfSent, Severity: problem.Error, About: "the run ended between the calls of this row: a part is changed, the rest was not sent"},
	{Code: report.CodeDamaged, Severity: problem.Error, About: "a spreadsheet program has damaged a cell of a report that was fed back"},
}

// SheetCodes lists what reading a sheet has to say, beside what its checks find.
var SheetCodes = []field.Code{
	{Code: sheet.CodeRagged, Severity: problem.Error, About: "the row has fewer or more cells than the header"},
	{Code: sheet.CodeMojibake, Severity: problem.Warning, About: "text that was once read in the wrong encoding"},
	{Code: sheet.CodeStrayCell, Severity: problem.Warning, About: "a cell stands far outside the table"},
	{Code: sheet.CodeByteOrderMark, Severity: problem.Warning, About: "a byte-order mark inside the file: several files were joined"},
	{Code: sheet.CodeMergedCells, Severity: problem.Warning, About: "cells are merged: only the first one holds the value"},
	{Code: sheet.CodeTextFormula, Severity: problem.Note, About: "a text that a CSV holds as a formula, to keep it from Excel, is read as the text"},
	{Code: sheet.CodeOtherRow, Severity: problem.Error, About: "a formula takes its value from another row; a warning where that was calculated"},
	{Code: sheet.CodeStruckOut, Severity: problem.Warning, About: "text that is struck out, in part or whole, is read like any other"},
	{Code: sheet.CodeHiddenValue, Severity: problem.Warning, About: "a value that its cell's number format hides is read like any other"},
	{Code: sheet.CodeHiddenRows, Severity: problem.Note, About: "hidden rows are read like others"},
	{Code: sheet.CodeHiddenColumns, Severity: problem.Note, About: "hidden columns are read like others"},
}
