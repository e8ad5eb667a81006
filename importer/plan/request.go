package plan

import (
	"zohobulk/importer/field"
	"zohobulk/importer/journal"
)

// Said is what the requests of a plan say of each field: the change, or what they must carry along; nil if nothing.
func Said(plan journal.Plan) (texts [field.Count]*string) {
	for name, text := range plan.Context {
		if id, ok := field.ByName(name); ok {
			texts[id] = &text
		}
	}
	for i, c := range plan.Changes {
		if id, ok := field.ByName(c.Field); ok {
			texts[id] = &plan.Changes[i].After
		}
	}
	return texts
}

// Carries is the set of fields that the request of personal details sends.
func Carries(plan journal.Plan) (m field.Mask) {
	for id, text := range Said(plan) {
		if text != nil {
			m |= field.Of(field.ID(id))
		}
	}
	return m & field.Personal
}
