package auth

import (
	"context"
	"errors"
	"net/http"
	"net/url"
)

// Revoke makes the service forget a refresh token. Two forms are documented; the second is tried if the first fails.
func (e Endpoint) Revoke(ctx context.Context, c Credentials) error {
	err := e.revokeByQuery(ctx, c)
	if err == nil || ctx.Err() != nil {
		return err
	}
	if e.revokeByForm(ctx, c) == nil {
		return nil
	}
	var reach *Unreachable
	if errors.As(err, &reach) {
		return err
	}
	return &Error{Code: CodeNotRevoked, Message: e.Host() + " did not revoke the token; it may be revoked already",
		Hint: "look under Sessions, Connected apps at " + e.at("/home") + " and remove zohobulk's client there"}
}

// revokeByQuery has the token in the address, as documented for OAuth of Zoho Accounts; it answers "success".
func (e Endpoint) revokeByQuery(ctx context.Context, c Credentials) error {
	query := url.Values{"token": {c.RefreshToken.Reveal()}}
	answer, status, err := e.post(ctx, e.at("/oauth/v2/token/revoke")+"?"+query.Encode(), nil, nil)
	if err == nil && (status >= 300 || text(answer, "status") != "success") {
		err = refused(text(answer, "error"), "", false, c.Secrets()...)
	}
	return err
}

// revokeByForm is the other documented form, with Basic authentication. What it answers is not documented.
func (e Endpoint) revokeByForm(ctx context.Context, c Credentials) error {
	form := url.Values{"token": {c.RefreshToken.Reveal()}, "token_type": {"refresh_token"}}
	answer, status, err := e.post(ctx, e.at("/oauth/v2/revoke/token"), form, func(r *http.Request) {
		r.SetBasicAuth(c.ClientID.Reveal(), c.ClientSecret.Reveal())
	})
	if err == nil && (status >= 300 || text(answer, "error") != "") {
		err = refused(text(answer, "error"), "", false, c.Secrets()...)
	}
	return err
}
