package field

import (
	"strings"
	"sync"

	"zohobulk/importer/problem"
)

// Genders are the values that the service documents.
var Genders = []string{"MALE", "FEMALE", "NON_BINARY", "NOT_SPECIFIED"}

// genderWords are what people write, by the value they mean. Words that leave a doubt ("other", "H" beside "M") are not
// here or are settled by the column.
var genderWords = map[string]string{
	"MALE": "m, male, man, masculine, mr, boy, männlich, herr, mann, h, homme, masculin, hombre, masculino, varón, " +
		"homem, maschio, maschile, uomo, man, mannelijk, 男, 男性, पुरुष",
	"FEMALE": "f, female, woman, feminine, ms, mrs, miss, girl, w, weiblich, frau, femme, féminin, mujer, femenino, feminino, mulher, " +
		"femmina, femminile, donna, v, vrouw, vrouwelijk, 女, 女性, महिला, स्त्री",
	"NON_BINARY": "nb, enby, nonbinary, non binary, genderqueer, genderfluid, agender, third gender, diverse, divers, d, x, nichtbinär, " +
		"nicht binär, non binaire, no binario, não binário, non binario, non binair, ノンバイナリー, 非二元",
	"NOT_SPECIFIED": "not specified, unspecified, not stated, not given, undisclosed, prefer not to say, rather not say, unknown, " +
		"prefer not to disclose, prefer not to answer, do not wish to disclose, decline to state, decline to answer, declined to state, " +
		"not disclosed, not declared, undeclared, no answer, keine angabe, k.a., " +
		"nicht angegeben, unbekannt, non spécifié, non précisé, no especificado, não especificado, non specificato, niet opgegeven, 未指定, 指定なし, 無回答, अनिर्दिष्ट",
}

// genderIndex finds genders by folded word.
type genderIndex struct {
	values map[string]string
	shapes shapes
}

var genders = sync.OnceValue(func() *genderIndex {
	x := &genderIndex{values: map[string]string{}}
	for _, value := range Genders {
		for word := range strings.SplitSeq(value+","+genderWords[value], ",") {
			x.values[Fold(word)] = value
			x.shapes.add(Fold(word))
		}
	}
	return x
})

func checkGender(c *Checker, text string) string {
	switch text {
	case "MALE", "FEMALE", "NON_BINARY", "NOT_SPECIFIED":
		return text
	}
	v := c.genders.get(text, readGender)
	c.addAll(v.found)
	return v.text
}

func readGender(text string) verdict {
	value, ok := genders().values[Fold(text)]
	switch {
	case !ok:
		return verdict{found: []Finding{{Severity: problem.Error, Code: CodeUnknownGender, Message: "not a gender that Zoho knows",
			Hint: "use Male, Female, Non-binary or Not specified, or clear the cell"}}}
	case strings.EqualFold(text, value):
		return verdict{text: value}
	}
	return verdict{text: value, found: []Finding{{Severity: problem.Note, Code: CodeGenderRead, Message: "read as " + value}}}
}

// ShortGender tells the letters that mean one thing in Spanish and Portuguese and another elsewhere: 'H' or 'V' beside 'M'.
func ShortGender(text string) byte {
	if text = trim(text); len(text) == 1 {
		if c := text[0] &^ 0x20; c == 'H' || c == 'M' || c == 'V' {
			return c
		}
	}
	return 0
}
