package zoho

import (
	"fmt"
)

// Answer is how the service behaves in one respect: one of the constants below. "" counts as Unknown.
type Answer string

// The answers. Which of them are possible depends on the question.
const (
	Unknown  Answer = "unknown"
	Kept     Answer = "kept"
	Cleared  Answer = "cleared"
	Refused  Answer = "refused"
	Accepted Answer = "accepted"
)

// Truth is a yes or no that may be unknown: true and false in JSON and TOML, else the word "unknown".
type Truth string

// The truths. Unknown is the third.
const (
	Yes Truth = "true"
	No  Truth = "false"
)

// TruthOf returns the truth of a bool.
func TruthOf(b bool) Truth {
	if b {
		return Yes
	}
	return No
}

// MarshalJSON writes true, false or "unknown".
func (t Truth) MarshalJSON() ([]byte, error) { return []byte(t.literal()), nil }

// UnmarshalJSON reads what MarshalJSON writes.
func (t *Truth) UnmarshalJSON(text []byte) error { return t.parse(string(text)) }

// MarshalTOML writes true, false or "unknown".
func (t Truth) MarshalTOML() ([]byte, error) { return []byte(t.literal()), nil }

// UnmarshalTOML reads what MarshalTOML writes.
func (t *Truth) UnmarshalTOML(value any) error { return t.parse(fmt.Sprint(value)) }

func (t Truth) literal() string {
	if t == Yes || t == No {
		return string(t)
	}
	return `"unknown"`
}

func (t *Truth) parse(text string) error {
	switch text {
	case "true", "false":
		*t = Truth(text)
	case `"unknown"`, "unknown", `""`, "":
		*t = Truth(Unknown)
	default:
		return fmt.Errorf("%s: want true, false or \"unknown\"", text)
	}
	return nil
}

// Capabilities are what this service was seen to do where its documents are silent or disagree. A probe learns all of them at once,
// runs learn some on their way. The zero value, like NoCapabilities, knows nothing.
type Capabilities struct {
	PhoneKey        string  `json:"phone_key" toml:"phone_key"`             // PhoneNumber, PhoneNumer or Unknown
	Names           Truth   `json:"names" toml:"names"`                     // whether firstName and lastName are taken
	OmittedFields   Answer  `json:"omitted_fields" toml:"omitted_fields"`   // Kept, Cleared, Refused or Unknown
	OmittedAddress  Answer  `json:"omitted_address" toml:"omitted_address"` // the same, of the members of the address
	Empty           Answer  `json:"empty" toml:"empty"`                     // what "" does: Cleared, Refused or Unknown
	UpperCountry    Answer  `json:"upper_country" toml:"upper_country"`     // Accepted, Refused or Unknown
	ReadBackSeconds float64 `json:"read_back_s" toml:"read_back_s"`         // from an update's answer until it can be read; 0: at once or not learnt
	PageSize        int     `json:"page_size" toml:"page_size"`             // users on a page at most; 0: not learnt
}

// NoCapabilities are capabilities of which each is spelt out as unknown.
func NoCapabilities() Capabilities { return Capabilities{}.Complete() }

// Complete returns the same answers with each "" spelt out as unknown.
func (c Capabilities) Complete() Capabilities {
	for _, a := range []*Answer{(*Answer)(&c.PhoneKey), (*Answer)(&c.Names), &c.OmittedFields, &c.OmittedAddress, &c.Empty, &c.UpperCountry} {
		if *a == "" {
			*a = Unknown
		}
	}
	return c
}

// Known reports whether anything is known.
func (c Capabilities) Known() bool { return c.Complete() != NoCapabilities() }
