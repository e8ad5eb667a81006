package cli

import (
	"zohobulk/importer/field"
	"zohobulk/importer/problem"
)

// refusalCodes are why a whole file is refused before its first row is checked, or cannot be read to its end.
var refusalCodes = []field.Code{
	{Code: "bad-condition", Severity: problem.Error, About: "--where holds no condition like Department=Sales"},
	{Code: "csv-apostrophes", Severity: problem.Error, About: "the file is refused: its cells stand between apostrophes, where a CSV has double quotes"},
	{Code: "csv-quote", Severity: problem.Error, About: "the file is refused: a quote is opened and never closed, or stands where none may"},
	{Code: "damaged-workbook", Severity: problem.Error, About: "the file is refused: a workbook that is cut short or damaged"},
	{Code: "duplicate-column", Severity: problem.Error, About: "the file is refused: two columns feed one field"},
	{Code: "empty-file", Severity: problem.Error, About: "the file is refused: there is nothing in it"},
	{Code: "encrypted", Severity: problem.Error, About: "no corrected sheet: the workbook is protected, and the copy would not be"},
	{Code: "mapping-file", Severity: problem.Error, About: "the mapping file can't be read or written, or a line of it is no mapping"},
	{Code: "mixed-encodings", Severity: problem.Error, About: "the file is refused: parts of it are UTF-8, and others are not"},
	{Code: "needs-encoding", Severity: problem.Error, About: "the file is refused: it is not UTF-8, and --encoding has to say what it is"},
	{Code: "needs-password", Severity: problem.Error, About: "the file is refused: it is protected, and --password-file has to name its password"},
	{Code: "needs-sheet", Severity: problem.Error, About: "the file is refused: several worksheets hold data, and --sheet has to name one"},
	{Code: "no-header", Severity: problem.Error, About: "the file is refused: no row names the columns"},
	{Code: "no-such-column", Severity: problem.Error, About: "the mapping, --fields or --where speaks of a column that the sheet has not"},
	{Code: "no-such-file", Severity: problem.Error, About: "there is no such file"},
	{Code: "no-such-worksheet", Severity: problem.Error, About: "the workbook has no such worksheet"},
	{Code: "no-user-column", Severity: problem.Error, About: "the file is refused: no column says which user a row is about"},
	{Code: "not-a-sheet", Severity: problem.Error, About: "the file is refused: it is neither CSV nor XLSX"},
	{Code: "not-corrected", Severity: problem.Error, About: "no corrected workbook: a part of it can't be rewritten"},
	{Code: "nul-byte", Severity: problem.Error, About: "the file is refused: a NUL byte, which no text holds"},
	{Code: "password-file", Severity: problem.Error, About: "the password file can't be read"},
	{Code: "same-file", Severity: problem.Error, About: "a file to write is the sheet itself"},
	{Code: "swallowed-rows", Severity: problem.Error, About: "the file is refused: a quoted cell holds what looks like whole rows"},
	{Code: "too-large", Severity: problem.Error, About: "the file is refused: larger than any sheet, or it unpacks to far more than a sheet needs"},
	{Code: "unclear-header", Severity: problem.Error, About: "the file is refused: a header is nearly a field's, or can mean two; --map settles it"},
	{Code: "unknown-encoding", Severity: problem.Error, About: "--encoding, or the file itself, names an encoding that is not known"},
	{Code: "unknown-field", Severity: problem.Error, About: "--map, --mapping or --fields names no field"},
	{Code: "unreadable", Severity: problem.Error, About: "the file can't be read"},
	{Code: "unsupported-encryption", Severity: problem.Error, About: "the file is refused: it is encrypted by a cipher that only Excel reads"},
	{Code: "wrong-delimiter", Severity: problem.Error, About: "--delimiter names none, or one that the file does not use"},
	{Code: "wrong-encoding", Severity: problem.Error, About: "the file is refused: its bytes are none of the encoding that was named"},
	{Code: "wrong-name", Severity: problem.Error, About: "the file is refused: its name promises another content"},
	{Code: "wrong-password", Severity: problem.Error, About: "the file is refused: the password does not open it"},
}
