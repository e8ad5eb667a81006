package ooxml

// Excel's limits, as its documentation names them.
const (
	MaxRows    = 1_048_576
	MaxColumns = 16_384

	MaxCellText = 32_767 // in UTF-16 units
)

// Kind says what a cell holds.
type Kind uint8

// The kinds of a cell.
const (
	Empty   Kind = iota
	Text         // text as it was typed
	Number       // a number; its Text is what the file stores, or the digits that its format shows (00000, +0)
	Date         // a number shown as a date or time; its Text is ISO 8601
	Bool         // TRUE or FALSE
	Error        // #N/A, #REF! and their like
	Formula      // a formula without a cached value; its Text is the formula
)

// Cell is one cell as a worksheet holds it.
type Cell struct {
	Kind       Kind
	Calculated bool  // the value is what a formula gave when the workbook was last calculated
	OtherRow   int32 // the row that its formula reads instead of the cell's own, 0 for none
	Text       string
}

// Row is a row of a worksheet. It is valid until the next one; its texts may be kept.
type Row struct {
	Number int    // as Excel shows it
	Hidden bool   //
	Cells  []Cell // from column A; trailing empty ones are left out
	Plain  bool   // no text in it can be wrongly decoded
	Stray  int    // the first column behind ReadOptions.Width that holds something but blanks, 0 for none
	Beyond Cell   // the cell there
	Struck []int  // the columns whose text is struck out, or a part of it
	Unseen []int  // the columns whose value the number format hides
}
