package sheet

// The codes of what reading has to say of a row, or of the sheet as a whole.
const (
	CodeRagged        = "ragged-row"
	CodeMojibake      = "mojibake"
	CodeStrayCell     = "stray-cell"
	CodeByteOrderMark = "byte-order-mark"
	CodeHiddenRows    = "hidden-rows"
	CodeHiddenColumns = "hidden-columns"
	CodeMergedCells   = "merged-cells"
	CodeStruckOut     = "struck-out"
	CodeHiddenValue   = "hidden-value"
	CodeOtherRow      = "formula-of-other-row"
	CodeTextFormula   = "text-formula"
)
