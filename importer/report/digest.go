package report

import (
	"cmp"
	"slices"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
)

// digest is what is counted over all rows of a run: reasons, and changes by field.
type digest struct {
	reasons groups
	fields  []*fieldCount
	about   []problem.Problem // the sheet as a whole
	status  map[journal.Status]int
}

// fieldCount is how often a field was changed.
type fieldCount struct {
	Field   string
	Changed int // in rows that are done
	Emptied int // of those, to nothing
	Waiting int // in rows that were not sent
}

func digestOf(j Source) (*digest, error) {
	d := &digest{status: map[journal.Status]int{}}
	for p, err := range j.Problems(0) {
		if err != nil {
			return nil, err
		}
		d.about = append(d.about, p.Problem)
	}
	for r, err := range rows(j) {
		if err != nil {
			return nil, err
		}
		d.add(r)
	}
	slices.SortStableFunc(d.fields, func(a, b *fieldCount) int {
		return cmp.Or(cmp.Compare(b.Changed, a.Changed), cmp.Compare(b.Waiting, a.Waiting))
	})
	return d, nil
}

func (d *digest) add(r row) {
	d.status[r.Status]++
	if r.Status != journal.Updated && r.Status != journal.Unchanged {
		d.reasons.addRow(r)
	}
	if r.Status != journal.Updated && r.Status != journal.NotSent {
		return
	}
	for _, c := range r.Changes {
		f := d.field(c.Field)
		switch {
		case r.Status == journal.NotSent:
			f.Waiting++
		case c.After == "":
			f.Emptied++
			fallthrough
		default:
			f.Changed++
		}
	}
}

func (d *digest) field(name string) *fieldCount {
	i := slices.IndexFunc(d.fields, func(f *fieldCount) bool { return f.Field == name })
	if i < 0 {
		i = len(d.fields)
		d.fields = append(d.fields, &fieldCount{Field: name})
	}
	return d.fields[i]
}
