package zoho

import (
	"cmp"
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

// Known reports whether there is an answer.
func (a Answer) Known() bool { return a != "" && a != Unknown }

// Truth is a yes or no that may be unknown: true and false in JSON and TOML, else the word "unknown".
type Truth string

// The truths. Unknown is the third.
const (
	Yes Truth = "true"
	No  Truth = "false"
)

// Known reports whether there is an answer.
func (t Truth) Known() bool { return t == Yes || t == No }

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
	if t.Known() {
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

// The keys of Capabilities, in JSON, in a profile's file and in a run's journal.
const (
	KeyPhoneKey       = "phone_key"
	KeyNames          = "names"
	KeyOmittedFields  = "omitted_fields"
	KeyOmittedAddress = "omitted_address"
	KeyEmpty          = "empty"
	KeyUpperCountry   = "upper_country"
	KeyReadBack       = "read_back_s"
	KeyPageSize       = "page_size"
)

// Capabilities are what this service was seen to do where its documents are silent or disagree. A probe learns all of them at once,
// runs learn some on their way. The zero value, like NoCapabilities, knows nothing.
type Capabilities struct {
	PhoneKey        Answer  `json:"phone_key" toml:"phone_key"`             // PhoneNumber, PhoneNumer or Unknown
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
	for _, a := range c.answers() {
		if *a == "" {
			*a = Unknown
		}
	}
	return c
}

// answers are the answers in words, by their keys.
func (c *Capabilities) answers() map[string]*Answer {
	return map[string]*Answer{
		KeyPhoneKey: &c.PhoneKey, KeyNames: (*Answer)(&c.Names), KeyOmittedFields: &c.OmittedFields,
		KeyOmittedAddress: &c.OmittedAddress, KeyEmpty: &c.Empty, KeyUpperCountry: &c.UpperCountry,
	}
}

// Answer is the answer in words with a key, Unknown where there is none.
func (c Capabilities) Answer(key string) Answer {
	if a := c.answers()[key]; a != nil && a.Known() {
		return *a
	}
	return Unknown
}

// Set sets the answer in words with a key. Another key changes nothing.
func (c *Capabilities) Set(key string, a Answer) {
	if answer := c.answers()[key]; answer != nil {
		*answer = a
	}
}

// Or returns the answers that are known, and for the others those of other.
func (c Capabilities) Or(other Capabilities) Capabilities {
	for key, a := range c.answers() {
		if !a.Known() {
			c.Set(key, other.Answer(key))
		}
	}
	c.ReadBackSeconds = cmp.Or(c.ReadBackSeconds, other.ReadBackSeconds)
	c.PageSize = cmp.Or(c.PageSize, other.PageSize)
	return c
}

// Known reports whether anything is known.
func (c Capabilities) Known() bool { return c.Complete() != NoCapabilities() }

// WholeAddress reports whether a changed member of an address must be sent with its siblings' present values, because it is not known
// that they would survive.
func (c Capabilities) WholeAddress() bool { return c.OmittedAddress != Kept }

// WholeRecord reports whether every field that the account has must be sent along, because the service clears what is left out.
func (c Capabilities) WholeRecord() bool {
	return c.OmittedFields == Cleared || c.OmittedFields == Refused
}

// Knowledge is what is known of a service and an organisation before a run, and what a run adds to it.
type Knowledge struct {
	Capabilities

	Probed        bool     `json:"probed"`            // a probe tried all of this on a spare user: no account need be read back
	DirectorySize int      `json:"directory_size"`    // accounts in the organisation when it was last read; 0 unknown
	Proven        []string `json:"proven,omitempty"`  // fields that a run has seen do what they should
	Emptied       []string `json:"emptied,omitempty"` // fields that a run has seen emptied by an empty value
}
