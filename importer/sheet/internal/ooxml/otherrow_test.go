package ooxml

import "testing"

func TestOtherRow(t *testing.T) {
	for formula, want := range map[string]int{
		`B12&" "&C12`:                       12,
		`B10&" "&C10`:                       0,
		`$B12`:                              12,
		`B$12&$C$3`:                         0,  // held in place
		`VLOOKUP(A10,D2:F99,2,FALSE)`:       0,  // a range
		`VLOOKUP(A11,Other!D2:F99,2,FALSE)`: 11, // but the cell that is looked up
		`Other!B12`:                         0,
		`'Other sheet'!B12`:                 0,
		`"B12"`:                             0,
		`LOG10(2)+LOG12(B10)`:               0, // functions
		`Table1[[#This Row],[B12]]`:         0,
		`TEXT(B10,"0")&LOWER(C11)`:          11,
		`ABCD12+B1048577`:                   0, // no cells
		`IF(A9=A10,"again",B10)`:            9,
		`"it""s "&B10`:                      0,
		`Name_B12`:                          0,
		`"`:                                 0,
		`[`:                                 0,
		`$`:                                 0,
		``:                                  0,
	} {
		if got := otherRow(formula, 10); got != want {
			t.Errorf("%s reads row %d, want %d", formula, got, want)
		}
	}
}
