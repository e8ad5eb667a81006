package profile

import (
	"fmt"
	"time"
)

// Answer is what probe found out about one behaviour of the service: one of the constants below. "" counts as Unknown.
type Answer string

// The answers of the probe; which of them are possible depends on the question.
const (
	Unknown  Answer = "unknown"
	Kept     Answer = "kept"
	Cleared  Answer = "cleared"
	Refused  Answer = "refused"
	Accepted Answer = "accepted"
)

// Truth is a yes or no that may be unknown: true and false in JSON and TOML, else the word "unknown".
type Truth string

// The truths.
const (
	Yes Truth = "true"
	No  Truth = "false"
)

// TruthOf gives the truth of a bool.
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

// PhoneKeys are the two spellings of the phone's key: the documented sample's and the documented list's.
const (
	PhoneNumber = "phoneNumber"
	PhoneNumer  = "phoneNumer"
)

// Learnt is what probe found out about the service. The zero value, like Nothing, knows nothing.
type Learnt struct {
	PhoneKey        string  `json:"phone_key" toml:"phone_key"`             // PhoneNumber, PhoneNumer or Unknown
	Names           Truth   `json:"names" toml:"names"`                     // whether firstName and lastName are taken
	OmittedFields   Answer  `json:"omitted_fields" toml:"omitted_fields"`   // Kept, Cleared, Refused or Unknown
	OmittedAddress  Answer  `json:"omitted_address" toml:"omitted_address"` // the same, of the members of the address
	Empty           Answer  `json:"empty" toml:"empty"`                     // what "" does: Cleared, Refused or Unknown
	UpperCountry    Answer  `json:"upper_country" toml:"upper_country"`     // Accepted, Refused or Unknown
	ReadBackSeconds float64 `json:"read_back_s" toml:"read_back_s"`         // from an update's answer until it can be read; 0: at once or not learnt
	PageSize        int     `json:"page_size" toml:"page_size"`             // users on a page at most; 0: not learnt
}

// Nothing is a Learnt in which every answer is spelt out as unknown.
func Nothing() Learnt {
	return Learnt{PhoneKey: string(Unknown), Names: Truth(Unknown), OmittedFields: Unknown, OmittedAddress: Unknown,
		Empty: Unknown, UpperCountry: Unknown}
}

// Complete gives the same answers with each "" spelt out as unknown.
func (l Learnt) Complete() Learnt {
	for _, a := range []*Answer{(*Answer)(&l.PhoneKey), (*Answer)(&l.Names), &l.OmittedFields, &l.OmittedAddress, &l.Empty, &l.UpperCountry} {
		if *a == "" {
			*a = Unknown
		}
	}
	return l
}

// Known tells whether the probe has ever answered anything.
func (l Learnt) Known() bool { return l.Complete() != Nothing() }

// Proven is what runs have seen the service do, which spares the next run to look.
type Proven struct {
	Learnt
	Fields  []string `toml:"fields"`            // fields that were seen to change as they should
	Emptied []string `toml:"emptied,omitempty"` // fields that were seen to be emptied
}

// Probe is when and on whom the answers were learnt.
type Probe struct {
	Learnt
	User string    `toml:"user"` // the throw-away user's address
	At   time.Time `toml:"at"`
}
