package cli

import (
	"context"

	"zohobulk/zoho"
	"zohobulk/zoho/auth"
)

// hidden is a source of access tokens of which none shows in what the program says.
type hidden struct {
	secrets *auth.Redactor
	zoho.Tokens
}

// Token is the source's token, noted as a secret.
func (h hidden) Token(ctx context.Context) (string, error) {
	return h.note(h.Tokens.Token(ctx))
}

// Renew is the source's other token, noted as a secret.
func (h hidden) Renew(ctx context.Context, refused string) (string, error) {
	return h.note(h.Tokens.Renew(ctx, refused))
}

func (h hidden) note(token string, err error) (string, error) {
	h.secrets.Add(auth.Secret(token))
	return token, err
}
