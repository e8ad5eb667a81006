package zohotest

import (
	"testing"
	"testing/synctest"
	"time"
)

// startDevice begins a device login.
func (c *caller) startDevice() map[string]any {
	c.t.Helper()
	r := c.form("/oauth/v3/device/code", "client_id", ClientID, "grant_type", "device_request", "scope", "ZohoMail.accounts.READ", "access_type", "offline", "prompt", "consent")
	return tree(c.t, r.Body).(map[string]any)
}

func (c *caller) poll(d map[string]any) reply {
	c.t.Helper()
	return c.form("/oauth/v3/device/token", "client_id", ClientID, "client_secret", ClientSecret, "grant_type", "device_token", "code", d["device_code"].(string))
}

func TestDevice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := begin(t, Options{})
		d := c.startDevice()
		user := d["user_code"].(string)
		if d["interval"] != 30000.0 || d["expires_in"] != 300000.0 || d["verification_uri_complete"] != URL+"/device?user_code="+user {
			t.Errorf("%v", d)
		}
		c.poll(d).is(t, 200, `{"error":"authorization_pending"}`)
		time.Sleep(29 * time.Second)
		c.poll(d).is(t, 200, `{"error":"slow_down"}`)
		time.Sleep(30 * time.Second)
		c.poll(d).is(t, 200, `{"error":"authorization_pending"}`)
		c.form("/device", "user_code", user, "choice", "accepted")
		time.Sleep(30 * time.Second)
		c.poll(d).tokenFacts(t, facts("ZohoMail.accounts.READ", "refresh_token", "token"))
		time.Sleep(30 * time.Second)
		c.poll(d).is(t, 200, `{"error":"invalid_code"}`)
	})
}

func TestDeviceEnds(t *testing.T) {
	for _, x := range []struct {
		quirks Quirks
		choice Rule
		wait   time.Duration
		want   string
	}{
		{Quirks{}, Refused, 0, `{"error":"access_denied"}`},
		{Quirks{}, "", 5 * time.Minute, `{"error":"expired"}`},
		{Quirks{DeviceDC: "eu"}, Accepted, 0, `{"error":"other_dc","user_location":"eu"}`},
	} {
		synctest.Test(t, func(t *testing.T) {
			c := with(t, x.quirks)
			d := c.startDevice()
			if x.choice != "" {
				if found, err := c.s.DeviceChoice(d["user_code"].(string), x.choice); !found || err != nil {
					t.Fatal(found, err)
				}
			}
			time.Sleep(x.wait)
			c.poll(d).is(t, 200, x.want)
		})
	}
	d := with(t, Quirks{Device: "seconds"}).startDevice()
	if d["interval"] != 30.0 || d["expires_in"] != 300.0 {
		t.Errorf("in seconds: %v", d)
	}
	self := DefaultApp()
	self.Kinds = []Kind{SelfClient}
	if d := begin(t, Options{Apps: []App{self}}).startDevice(); d["error"] != "invalid_client" {
		t.Errorf("a self client has no device flow: %v", d)
	}
}
