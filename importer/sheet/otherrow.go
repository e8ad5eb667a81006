package sheet

import (
	"fmt"

	"zohobulk/importer/problem"
)

// otherRows says of each cell whose formula reads another row. It is an error where the formula was never calculated: calculating it
// would put another row's value here unseen.
func (s *shape) otherRows(row *Row) {
	for i, cell := range row.Cells {
		if cell.OtherRow == 0 || cell.Kind == Error {
			continue
		}
		p := s.problem(row, i, CodeOtherRow)
		p.Value, p.Message = cell.Text, fmt.Sprintf("a formula that takes its value from row %d, not from its own row", cell.OtherRow)
		p.Hint = "check that it is this row's value, or type the value"
		if cell.Kind == Formula {
			p.Severity, p.Hint = problem.Error, "type the value"
		}
		row.Problems = append(row.Problems, p)
	}
}
