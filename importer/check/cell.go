package check

import (
	"strings"

	"zohobulk/importer/field"
	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// exactDigits is how many decimal digits a spreadsheet's number keeps.
const exactDigits = 15

func finding(code, message, hint string) *field.Finding {
	return &field.Finding{Severity: problem.Error, Code: code, Message: message, Hint: hint}
}

// What a cell's kind makes impossible, whatever its text.
var (
	foundError   = finding(field.CodeErrorValue, "the cell shows an Excel error", "type the real value, or clear the cell to leave the value as it is")
	foundFormula = finding(field.CodeNoValue, "a formula whose value was never calculated", "open the workbook in Excel or LibreOffice, save it, and try again")
	foundBool    = finding(field.CodeLogical, "the cell holds TRUE or FALSE, not a text", "type the value again, in a cell with the format Text")
	foundDate    = finding(field.CodeDate, "Excel made a date of it", "format the column as Text first, then type the value again")
	foundRounded = finding(field.CodeNumber, "Excel has rounded this long number", "format the column as Text first, then type the value again")
	foundLostID  = lostID()
)

func lostID() *field.Finding {
	f := field.DamagedID("Excel has damaged this long number: it keeps 15 digits")
	return &f
}

// damage says what the cell's kind has done to its value, nil if nothing.
func damage(cell *sheet.Cell, id field.ID) *field.Finding {
	switch cell.Kind {
	case sheet.Error:
		return foundError
	case sheet.Formula:
		return foundFormula
	case sheet.Bool:
		return foundBool
	case sheet.Date:
		return foundDate
	case sheet.Number:
		switch {
		case cell.Calculated && cell.Text == "0": // what a writer that can't calculate leaves in a formula's cell
			return foundFormula
		case rounded(cell.Text) && (id == field.AccountID || id == field.ZUID):
			return foundLostID
		case rounded(cell.Text):
			return foundRounded
		}
	}
	return nil
}

// rounded tells a number of more digits than a spreadsheet keeps, however it is written. Right and wrong ones of these
// can't be told apart.
func rounded(number string) bool {
	mantissa, exponent := splitNumber(number)
	whole, fraction, _ := strings.Cut(mantissa, ".")
	whole = strings.TrimLeft(whole, "0")
	return len(whole)+exponent > exactDigits || len(whole)+len(fraction) > exactDigits+1
}

// splitNumber cuts a number as workbooks store it into its digits with their point and its power of ten.
func splitNumber(number string) (mantissa string, exponent int) {
	mantissa = strings.TrimLeft(number, "+-")
	e := strings.IndexAny(mantissa, "eE")
	if e < 0 {
		return mantissa, 0
	}
	power := mantissa[e+1:]
	negative := strings.HasPrefix(power, "-")
	for _, c := range []byte(strings.TrimLeft(power, "+-")) {
		if c < '0' || c > '9' || exponent > 1000 {
			return mantissa[:e], 1000
		}
		exponent = exponent*10 + int(c-'0')
	}
	if negative {
		exponent = -exponent
	}
	return mantissa[:e], exponent
}

// plainNumber writes a whole number that is stored with a power of ten in digits alone: 1.5E3 is 1500. Anything else
// stays as it is.
func plainNumber(number string) string {
	mantissa, exponent := splitNumber(number)
	if exponent <= 0 || strings.HasPrefix(number, "-") || exponent > exactDigits {
		return number
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if len(fraction) > exponent {
		return number
	}
	return whole + fraction + strings.Repeat("0", exponent-len(fraction))
}

// numberCell says what a phone number or postcode has probably lost in a number cell.
func numberCell(c *field.Checker, id field.ID, country, text string) *field.Finding {
	switch id {
	case field.PhoneNumber, field.MobileNumber:
		if text == "" || text[0] == '+' || text[0] == '0' {
			return nil // nothing is left, or the cell's format shows what the number lacks
		}
		if f := c.NumberCell(text); f != nil {
			return f
		}
	case field.PostalCode:
		if field.KnowsPostcodes(country) {
			return nil // its shape tells
		}
	default:
		return nil
	}
	if country != "" {
		return nil
	}
	f := finding(field.CodeNumberCell, "Excel keeps no zero and no + in front of a number", "check whether one is missing, and format the column as Text")
	f.Severity = problem.Warning
	return f
}
