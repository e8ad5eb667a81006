package auth

import (
	"encoding/json"
	"fmt"
	"strings"

	"zohobulk/zoho"
)

// The environment variables of a scheduled job, which needs nothing more to log in.
const (
	EnvClientID     = "ZOHO_CLIENT_ID"
	EnvClientSecret = "ZOHO_CLIENT_SECRET"
	EnvRefreshToken = "ZOHO_REFRESH_TOKEN"
)

// Credentials are what an access token is made from.
type Credentials struct {
	ClientID     Secret // no secret by itself, but nothing that a log needs
	ClientSecret Secret
	RefreshToken Secret
	Accounts     string // base URL of the accounts server they belong to, "" if not known
	Origin       Origin // where they were found
}

// Origin is where credentials were found.
type Origin struct {
	Place Place
	Where string // the place in words, like "the file /home/…/default.json"; "" for Nowhere
}

// Complete reports whether an access token can be had with them.
func (c Credentials) Complete() bool {
	return c.ClientID != "" && c.ClientSecret != "" && c.RefreshToken != ""
}

// Secrets lists what no output may hold.
func (c Credentials) Secrets() []Secret { return []Secret{c.ClientSecret, c.RefreshToken} }

// CheckHost refuses credentials that another accounts server gave: they would be worth nothing there, and are nobody
// else's to see. The environment does not say whose its credentials are.
func (c Credentials) CheckHost(accounts string) error {
	if c.Accounts == "" || sameServer(c.Accounts, accounts) {
		return nil
	}
	own, other := Endpoint{URL: c.Accounts}.Host(), Endpoint{URL: accounts}.Host()
	return &Error{Code: CodeOtherHost, Message: fmt.Sprintf("the saved login was given by %s, and this command would use it at %s", own, other),
		Remedies: []zoho.Remedy{{Way: zoho.UseOwnPlace}, {Way: zoho.LogInElsewhere}}}
}

// missing names the environment variables of what is not there.
func (c Credentials) missing() []string {
	var names []string
	for _, f := range c.fields() {
		if *f.value == "" {
			names = append(names, f.env)
		}
	}
	return names
}

type credentialField struct {
	env   string
	key   string
	value *Secret
}

func (c *Credentials) fields() []credentialField {
	return []credentialField{
		{EnvClientID, "client_id", &c.ClientID},
		{EnvClientSecret, "client_secret", &c.ClientSecret},
		{EnvRefreshToken, "refresh_token", &c.RefreshToken},
	}
}

// stored is the form in which the keyring, the file and a secret command hold credentials.
type stored struct {
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	RefreshToken string `json:"refresh_token"`
	Accounts     string `json:"accounts_url,omitempty"`
}

// reveal writes the credentials for the store that keeps them: the one place where they become text.
func (c Credentials) reveal() ([]byte, error) {
	return json.Marshal(stored{c.ClientID.Reveal(), c.ClientSecret.Reveal(), c.RefreshToken.Reveal(), c.Accounts})
}

// parseCredentials reads what reveal wrote, or lines like ZOHO_CLIENT_ID=… (client_id=… too).
func parseCredentials(text []byte) (Credentials, error) {
	body := strings.TrimSpace(string(text))
	if !strings.HasPrefix(body, "{") {
		return parseLines(body)
	}
	var s stored
	if json.Unmarshal([]byte(body), &s) != nil { // its error quotes what it read
		return Credentials{}, fmt.Errorf("not the JSON object expected")
	}
	return Credentials{ClientID: Secret(s.ClientID), ClientSecret: Secret(s.ClientSecret), RefreshToken: Secret(s.RefreshToken),
		Accounts: s.Accounts}, nil
}

// parseLines reads KEY=VALUE lines; other lines are passed over, since they may hold other secrets of the same vault.
func parseLines(body string) (Credentials, error) {
	var c Credentials
	for line := range strings.Lines(body) {
		key, value, found := strings.Cut(strings.TrimSpace(line), "=")
		if !found {
			continue
		}
		key = strings.TrimPrefix(strings.TrimSpace(key), "export ")
		for _, f := range c.fields() {
			if strings.EqualFold(key, f.env) || strings.EqualFold(key, f.key) {
				*f.value = Secret(strings.Trim(strings.TrimSpace(value), `"'`))
			}
		}
	}
	if len(c.missing()) == 3 {
		return c, fmt.Errorf("neither a JSON object with client_id, client_secret and refresh_token, nor lines like %s=…", EnvClientID)
	}
	return c, nil
}
