package main

import (
	"bytes"
	"time"

	"github.com/xuri/excelize/v2"
)

// mistakesWorkbook is the sheet of mistakes as Excel makes them: a title above the header, and cells that are no
// text any more but numbers, dates, errors and formulas without a value.
func mistakesWorkbook() ([]byte, error) {
	const top = 3 // the header's row
	b, err := newBook("Staff")
	if err != nil {
		return nil, err
	}
	t := mistakes()
	if err := b.SetCellStr("Staff", "A1", "Zylker staff, third quarter 2026"); err != nil {
		return nil, err
	}
	if err := b.fill(top, t); err != nil {
		return nil, err
	}
	for _, d := range damages {
		row := top + 1
		for t.rows[row-top-1][0] != d.email {
			row++
		}
		if err := d.do(b, cell(t.column(d.header), row)); err != nil {
			return nil, err
		}
	}
	return b.bytes()
}

// damages are cells whose kind has changed.
var damages = []struct {
	email, header string
	do            func(b *book, cell string) error
}{
	{"siobhan.obrien@example.com", "Account ID", number("2.560636000000038E+18", 0)},
	{"juergen.gross@example.com", "Account ID", number("2560636000000100000", 1)},
	{"bjorn.odegaard@example.com", "ZUID", number("100006958", 0)}, // short enough to be right
	{"kerstin.vogel@example.com", "Postcode", number("1097", 0)},
	{"sam.taylor@example.com", "Postcode", number("2108", 0)},
	{"eleni.papadopoulou@example.com", "Postcode", number("10563", 0)},
	{"marie-helene.roy@example.com", "Mobile", number("14385550154", 0)},
	{"anna.vonderlippe@example.com", "Mobile", lookUp},
	{"oliver.smythe@example.com", "Mobile", date},
	{"noa.levi@example.com", "Display name", formula},
	{"ahmad.mansour@example.com", "State", truth},
}

// number writes a number as it stands in the file, with a built-in format: 0 General, 1 without decimals.
func number(text string, format int) func(*book, string) error {
	return func(b *book, at string) error {
		style, err := b.NewStyle(&excelize.Style{NumFmt: format})
		if err != nil {
			return err
		}
		if err := b.SetCellStyle(b.sheet, at, at, style); err != nil {
			return err
		}
		return b.SetCellDefault(b.sheet, at, text)
	}
}

// lookUp writes a look-up that has found nothing; failed completes it.
func lookUp(b *book, at string) error { return uncalculated(b, at, notFound) }

const notFound = "VLOOKUP(A1,Z:Z,1,FALSE)"

// failed makes look-ups that are not calculated error cells, which excelize cannot write.
func failed(part []byte) []byte {
	before, after := `t="str"><f>`+notFound+`</f>`, `t="e"><f>`+notFound+`</f><v>#N/A</v>`
	return bytes.ReplaceAll(part, []byte(before), []byte(after))
}

// date writes a date, as Excel makes it of a number with dashes.
func date(b *book, at string) error {
	style, err := b.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		return err
	}
	if err := b.SetCellValue(b.sheet, at, time.Date(2026, 7, 9, 0, 0, 0, 0, time.UTC)); err != nil {
		return err
	}
	return b.SetCellStyle(b.sheet, at, at, style)
}

// formula writes a formula that no program has calculated yet.
func formula(b *book, at string) error { return uncalculated(b, at, `B12&" "&C12`) }

func uncalculated(b *book, at, text string) error {
	if err := b.SetCellDefault(b.sheet, at, ""); err != nil { // or the old value would stand beside it
		return err
	}
	return b.SetCellFormula(b.sheet, at, text)
}

func truth(b *book, at string) error { return b.SetCellBool(b.sheet, at, true) }
