package cli

import (
	"context"

	"zohobulk/importer"
	"zohobulk/importer/web"
)

// uiConnection takes over what is known of the connection before it is made. That there is no profile yet is no error: the page makes one.
func (a *app) uiConnection(r *rateFlags, o *importer.Options) {
	o.Workers, o.Auth = r.workers, importer.Auth(first(r.auth, string(importer.AuthAdmin)))
	if site, err := a.connector().Find(a.choice(r)); err == nil {
		o.Auth, o.Known = importer.Auth(site.Rights), site.Profile.Knowledge()
	}
}

// uiLink connects for one activity of the page.
func (a *app) uiLink(ctx context.Context, r *rateFlags) (*web.Link, error) {
	c, err := a.connect(ctx, r, nil)
	if err != nil {
		return nil, err
	}
	return &web.Link{
		Connection: importer.Connection{Service: c.Client, Limiter: c.Limiter, Rate: c.Rate},
		Place: importer.Place{
			ZOID: c.ZOID, Organisation: c.Profile.Organisation, Profile: c.Profile.Name, DC: c.DC, Locks: c.Locks(),
		},
		Remember: func(r *importer.Run) error { return c.Remember(r.ZOID, r.Known()) },
		Close:    c.Close,
	}, nil
}
