package zohotest

// What a client needs to sign in to a stand-in: a made-up OAuth client and a refresh token with AllScopes that is there
// from the beginning. They have the form of real ones (1000.hex.hex), so that what hides secrets can be tested with them.
const (
	ClientID     = "1000.5A594C4B455253414E44424F58"
	ClientSecret = "7a796c6b65727365637265740f1e2d3c4b5a69788796a5b4c3"
	RefreshToken = "1000.7a796c6b65720f1e2d3c4b5a69788796.a5b4c3d2e1f00f1e2d3c4b5a69788796"
)

// URL is where a stand-in without a network is addressed, by Transport. The name is reserved and never resolves.
const URL = "https://sandbox.invalid"

// Ids of the default directory, as in the service's own sample requests.
const (
	ZOID             = 1234567890
	RebeccaZUID      = 100001234
	RebeccaAccountID = "2560636000000008002"
	RebeccaEmail     = "rebecca@zylker.com"
	CallerEmail      = "priya.raman@zylker.com" // administrator who signs in by default
)

// Scopes that calls of this stand-in ask for.
const (
	ScopeOrgRead     = "ZohoMail.organization.accounts.READ"
	ScopeOrgUpdate   = "ZohoMail.organization.accounts.UPDATE"
	ScopeOrgAll      = "ZohoMail.organization.accounts.ALL"
	ScopeOwnRead     = "ZohoMail.accounts.READ"
	ScopeOwnUpdate   = "ZohoMail.accounts.UPDATE"
	ScopeOwnAll      = "ZohoMail.accounts.ALL"
	ScopePartnerRead = "ZohoMail.partner.organization.READ"
	ScopePartnerAll  = "ZohoMail.partner.organization.ALL"
)

// AllScopes gives what an administrator's client asks for to read and change everybody.
func AllScopes() []string {
	return []string{ScopeOrgRead, ScopeOrgUpdate, ScopeOwnRead, ScopeOwnUpdate}
}

// App is an OAuth client registered with the stand-in.
type App struct {
	ID, Secret string
	Redirects  []string // allowed exactly; nil allows any loopback address, which the service does not
	PKCE       bool     // a code challenge is needed, as for mobile and desktop clients
	Kinds      []Kind   // flows it may use; nil is all, where the service has one kind a client
}

// Kind is a type of OAuth client.
type Kind string

// Types of clients that the console offers.
const (
	ServerBased Kind = "server"
	SelfClient  Kind = "self"
	NonBrowser  Kind = "device"
)

// DefaultApp gives the client that ClientID and ClientSecret name.
func DefaultApp() App { return App{ID: ClientID, Secret: ClientSecret} }

// Zylker gives the default organisation, named after the service's sample company.
func Zylker() Organisation {
	return Organisation{ZOID: ZOID, Name: "Zylker", Domains: []string{"zylker.com", "example.com", "example.org"}}
}
