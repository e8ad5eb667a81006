package zohotest

import (
	"regexp"
	"strings"
	"testing"
)

func TestPagesForPeople(t *testing.T) {
	c := begin(t, Options{})
	if r := c.get("/"); r.Status != 200 || !strings.Contains(r.Body, "Sandbox of Zylker") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	codes := regexp.MustCompile(`<code>(1000\.[^<]*)</code>`)
	for query, scope := range map[string]string{"": strings.Join(AllScopes(), ","), "?scope=ZohoMail.accounts.ALL": ScopeOwnAll} {
		m := codes.FindStringSubmatch(c.get("/console/code" + query).Body)
		if m == nil {
			t.Fatal("no code on the page")
		}
		r := c.exchange(m[1], "", "")
		if r.word(t, "scope") != scope || r.word(t, "refresh_token") == "" {
			t.Errorf("%s", r.Body)
		}
	}
	if r := c.get("/device?user_code=%22%3E%3Cscript%3E"); strings.Contains(r.Body, "<script>") || !strings.Contains(r.Body, "&lt;script&gt;") {
		t.Errorf("not escaped: %s", r.Body)
	}
	user := c.startDevice()["user_code"].(string)
	for _, x := range []struct{ code, choice, want string }{
		{"nobody", "accepted", "No such device"}, {user, "perhaps", "No such device"}, {user, "refused", "Done"}, {user, "accepted", "No such device"},
	} {
		if r := c.form("/device", "user_code", x.code, "choice", x.choice); !strings.Contains(r.Body, x.want) {
			t.Errorf("%+v: %s", x, r.Body)
		}
	}
}
