// Package text holds every word that the page shows, in one table.
package text

import (
	"fmt"
	"strconv"
	"strings"
)

// Of is a text of the table with values in its places, "" if there is none of that name. Whole numbers are shown with commas.
func Of(name string, values ...any) string {
	words, ok := english[name]
	if !ok || len(values) == 0 {
		return words
	}
	shown := make([]any, len(values))
	for i, v := range values {
		if n, ok := v.(int); ok {
			v = Number(n)
		}
		shown[i] = v
	}
	return fmt.Sprintf(words, shown...)
}

// Count is a text that goes with a number, which is its first value: the text of the name with ".one" for one, else of the name itself.
func Count(name string, n int, values ...any) string {
	if _, ok := english[name+".one"]; ok && n == 1 {
		name += ".one"
	}
	return Of(name, append([]any{n}, values...)...)
}

// Number is a whole number with commas between its thousands.
func Number(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	var groups []string
	for len(digits) > 3 {
		groups = append([]string{digits[len(digits)-3:]}, groups...)
		digits = digits[:len(digits)-3]
	}
	return sign + strings.Join(append([]string{digits}, groups...), ",")
}

// Has reports whether the table has a text.
func Has(name string) bool {
	_, ok := english[name]
	return ok
}

// Names are the names of the table's texts, in no order.
func Names() []string {
	names := make([]string, 0, len(english))
	for name := range english {
		names = append(names, name)
	}
	return names
}
