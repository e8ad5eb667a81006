package auth

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"zohobulk/zoho"
)

const (
	// TokenType stands before a token in the Authorization header. Zoho's answers say Bearer, its services refuse that.
	TokenType = "Zoho-oauthtoken"

	maxAnswer      = 1 << 20          // token answers are under a kilobyte
	answerPatience = 30 * time.Second // an accounts server answers in under a second; a guess at a bad day
	maxSeconds     = 86400            // an expires_in above a day is in milliseconds (old answers; documented life: 3600 s)
	tokenLife      = time.Hour        // documented, for answers that do not say
)

// Endpoint is the accounts server of one data centre.
type Endpoint struct {
	URL  string            // base, like https://accounts.zoho.com
	HTTP http.RoundTripper // nil is http.DefaultTransport

	UserAgent string // what the program calls itself, like zohobulk/1.2.3
}

func (e Endpoint) at(path string) string { return strings.TrimRight(e.URL, "/") + path }

// moved is the endpoint at another address.
func (e Endpoint) moved(address string) Endpoint {
	e.URL = address
	return e
}

// Host is the server's name, for messages.
func (e Endpoint) Host() string {
	u, err := url.Parse(e.URL)
	if err != nil || u.Host == "" {
		return "the accounts server"
	}
	return u.Host
}

// client never follows a redirect: the address it would lead to is none that secrets were meant for.
func (e Endpoint) client() *http.Client {
	transport := e.HTTP
	if transport == nil {
		transport = http.DefaultTransport
	}
	return &http.Client{
		Transport: normal{transport, e.Host(), e.UserAgent}, Timeout: answerPatience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func (e Endpoint) context(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, e.client())
}

func (e Endpoint) config(id, secret Secret) *oauth2.Config {
	return &oauth2.Config{
		ClientID: id.Reveal(), ClientSecret: secret.Reveal(),
		Endpoint: oauth2.Endpoint{
			AuthURL: e.at("/oauth/v2/auth"), TokenURL: e.at("/oauth/v2/token"),
			AuthStyle: oauth2.AuthStyleInParams, // HTTP Basic was seen refused
		},
	}
}

// Token is an access token with its life.
type Token struct {
	Access  Secret
	Issued  time.Time
	Expires time.Time
}

// refresh has an access token made from a refresh token, with one request.
func (e Endpoint) refresh(ctx context.Context, c Credentials) (Token, error) {
	source := e.config(c.ClientID, c.ClientSecret).TokenSource(e.context(ctx), &oauth2.Token{RefreshToken: c.RefreshToken.Reveal()})
	t, err := source.Token()
	if err != nil {
		return Token{}, c.Origin.blame(judge(e.Host(), err, false, c.Secrets()...))
	}
	return tokenOf(t), nil
}

func tokenOf(t *oauth2.Token) Token {
	now := time.Now()
	expires := t.Expiry
	if expires.IsZero() {
		expires = now.Add(tokenLife)
	}
	return Token{Access: Secret(t.AccessToken), Issued: now, Expires: expires}
}

// post sends a form and gives the answer's members and status, also of a refusal.
func (e Endpoint) post(ctx context.Context, address string, form url.Values, prepare func(*http.Request)) (map[string]any, int, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, 0, fmt.Errorf("the address of the accounts server %s is none", e.Host())
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if prepare != nil {
		prepare(r)
	}
	response, err := e.client().Do(r)
	if err != nil {
		return nil, 0, judge(e.Host(), err, true)
	}
	defer response.Body.Close()
	answer, err := decode(response.Body)
	return answer, response.StatusCode, err
}

// normal is a transport that gives Zoho's token answers the form of the standard, so that oauth2 can read them: an
// error inside HTTP 200 becomes a 400, times become seconds, the token's type becomes the one Zoho accepts.
type normal struct {
	next  http.RoundTripper
	host  string
	agent string
}

func (n normal) RoundTrip(r *http.Request) (*http.Response, error) {
	if n.agent != "" {
		r = r.Clone(r.Context()) // a transport may not change the request
		r.Header.Set("User-Agent", n.agent)
	}
	response, err := n.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	_ = response.Body.Close()
	if err != nil {
		return nil, err
	}
	if response.StatusCode == http.StatusTooManyRequests { // whatever it says: Zoho's own text, a proxy's or none
		return nil, &Error{Code: CodeThrottled, Message: throttledMessage, Hint: throttleHint}
	}
	answer, err := decode(bytes.NewReader(body))
	if err != nil || len(answer) == 0 && response.StatusCode >= 300 {
		return nil, n.strange(response.StatusCode)
	}
	status := standardise(answer, response.StatusCode)
	if status >= 500 && text(answer, "error") == "" {
		return nil, n.strange(status)
	}
	if body, err = json.Marshal(answer); err != nil {
		return nil, err
	}
	response.StatusCode, response.Status = status, http.StatusText(status)
	response.Header.Set("Content-Type", "application/json")
	response.Body, response.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return response, nil
}

// decode reads an object and keeps its numbers as they are written. Nothing at all is an empty object: a revoke may be
// answered so.
func decode(r io.Reader) (map[string]any, error) {
	answer := map[string]any{}
	decoder := json.NewDecoder(r)
	decoder.UseNumber()
	if err := decoder.Decode(&answer); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return answer, nil
}

// strange is an answer that is no JSON object: a server in trouble, or one that is no accounts server at all.
func (n normal) strange(status int) error {
	if status >= 500 {
		return &Unreachable{Host: n.host, Err: fmt.Errorf("HTTP status %d", status)}
	}
	came := fmt.Sprintf("HTTP status %d and no JSON", status)
	return &Error{Code: CodeBadAnswer, Message: n.host + " is no accounts server of Zoho: " + came, Remedies: []zoho.Remedy{{Way: zoho.CheckDataCentre}}, odd: came}
}

// standardise rewrites an answer in place and gives the status it should have had.
func standardise(answer map[string]any, status int) int {
	if text(answer, "error") != "" && status < 400 {
		status = http.StatusBadRequest
	}
	life, known := seconds(answer)
	delete(answer, "expires_in_sec")
	delete(answer, "expires_in")
	if known {
		answer["expires_in"] = life
	}
	delete(answer, "api_domain") // not the mail host, and followed by nobody
	if _, token := answer["access_token"]; token {
		answer["token_type"] = TokenType
	}
	return status
}

// seconds gives the life of what was issued: expires_in_sec, else expires_in, which old answers give in milliseconds.
func seconds(answer map[string]any) (int64, bool) {
	if s, ok := number(answer, "expires_in_sec"); ok {
		return s, true
	}
	s, ok := number(answer, "expires_in")
	if s > maxSeconds {
		s /= 1000
	}
	return s, ok
}

// number reads a number that may be written as a text.
func number(answer map[string]any, key string) (int64, bool) {
	n, err := json.Number(text(answer, key)).Int64()
	return n, err == nil && n > 0
}

func text(answer map[string]any, key string) string {
	if answer[key] == nil {
		return ""
	}
	return fmt.Sprint(answer[key])
}
