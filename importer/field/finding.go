package field

import (
	"strings"

	"zohobulk/importer/problem"
)

// Finding is what a check has to say about one value.
type Finding struct {
	Severity problem.Severity
	Code     string
	Message  string
	Hint     string
	Proposal string           // what the text should probably be, "" if nobody can tell; the hint says it in words
	Remedies []problem.Remedy // what else to do about it, as values
}

// propose adds what was probably meant, and in the hint what else there is to do.
func (f Finding) propose(value, also string) Finding {
	f.Proposal, f.Hint = value, "did you mean "+value+"?"
	if also != "" {
		f.Hint += " " + also
	}
	return f
}

// Checker normalises and checks values, one row after another. It remembers what it made of values that repeat, and is for
// one goroutine.
type Checker struct {
	phoneForm PhoneForm
	country   string // of the row at hand
	found     []Finding

	countries    cache
	genders      cache
	domains      cache
	foreignWords cache
	phones       phoneCache
	postcodes    *postcodes    // of the country at hand, nil if nothing is known of them
	index        *countryIndex // nil before it is needed
}

// NewChecker makes a checker that writes phone numbers in the given form.
func NewChecker(phones PhoneForm) *Checker {
	return &Checker{phoneForm: phones}
}

// Country tells the checker the two-letter country of the row at hand, "" if it has none: phone numbers and postcodes are
// read by it.
func (c *Checker) Country(code string) {
	if code != c.country {
		c.country, c.postcodes = code, postcodesOf()[code]
	}
}

// Unreadable is the country of a row whose country's cell is wrong: what depends on it is not checked, since the row has
// its error already.
const Unreadable = "-"

// Check normalises a field's text and says what is wrong with it; of a blank one there is nothing to say. With an error
// among the findings the text returned means nothing. The findings are valid until the next call.
func (c *Checker) Check(id ID, text string) (string, []Finding) {
	c.found = c.found[:0]
	if text = trim(text); text == "" {
		return "", nil
	}
	if visible := stripInvisible(text); visible != text {
		if text = trim(visible); text == "" {
			return "", nil
		}
	}
	if len(text) > maxText {
		c.error(CodeTooLong, "longer than any real value", "check that the cell holds only what its header says")
		return "", c.found
	}
	if f := damagedText(id, text); f != nil {
		c.found = append(c.found, *f)
		return "", c.found
	}
	text = catalogue[id].check(c, text)
	return text, c.found
}

// maxText is the most bytes any value may have: no name, street or address comes near, a pasted document does (guessed).
const maxText = 1000

func (c *Checker) add(f Finding)         { c.found = append(c.found, f) }
func (c *Checker) addAll(list []Finding) { c.found = append(c.found, list...) }

func (c *Checker) error(code, message, hint string) {
	c.add(Finding{Severity: problem.Error, Code: code, Message: message, Hint: hint})
}

func (c *Checker) warn(code, message, hint string) {
	c.add(Finding{Severity: problem.Warning, Code: code, Message: message, Hint: hint})
}

func (c *Checker) note(code, message, hint string) {
	c.add(Finding{Severity: problem.Note, Code: code, Message: message, Hint: hint})
}

// verdict is what a check made of a text.
type verdict struct {
	text  string
	found []Finding
	kind  Kind
}

// cache remembers verdicts by text. Sheets repeat themselves: a hundred countries, two genders, one domain.
type cache struct {
	last        string
	lastVerdict verdict
	verdicts    map[string]verdict
	missed      int // how many texts were not among the verdicts since the map was begun, and how many were
	met         int
	off         bool // texts hardly repeat: to remember them costs more than to read them again
}

// maxCached bounds a cache; when it is full it starts again, so that a sheet of nothing but different values costs a map's
// work and no memory.
const maxCached = 4096

func (c *cache) get(text string, read func(string) verdict) verdict {
	if text == c.last && text != "" {
		return c.lastVerdict
	}
	if c.off {
		c.last, c.lastVerdict = text, read(text)
		return c.lastVerdict
	}
	v, ok := c.verdicts[text]
	if ok {
		c.met++
	} else {
		text = strings.Clone(text) // a cell's text keeps the block it was read in alive
		v = read(text)
		c.remember(text, v)
	}
	c.last, c.lastVerdict = text, v
	return v
}

func (c *cache) remember(text string, v verdict) {
	if c.missed++; c.missed > maxCached {
		c.off = c.met < c.missed/2
		c.missed, c.met = 0, 0
		clear(c.verdicts)
	}
	if c.verdicts == nil {
		c.verdicts = make(map[string]verdict)
	}
	c.verdicts[text] = v
}
