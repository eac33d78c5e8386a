package settings

import (
	"fmt"
	"strings"
	"testing"
)

const oldSpelling = `disposable: true
domainPrefix: example-dev

webClient:
  callbackUrls: ["http://localhost:3000/callback?a=1&b=2", https://app.example/]
  logoutUrls: [https://app.example/bye]
  flows: [srp]
  scopes: [openid, email]
  readAttributes: [email, name]
  writeAttributes: [email, name]
resourceServer: {identifier: app, scopes: [{name: read}]}
policy:
  tokens:
    clients:
      web: "null"
      1example2client3id4web5app: app
    profiles: {app: {}, "null": {}}
`

// An old file is refused with the lines to write, from its own values, and nothing else:
// what the lines say is then a stage without a fault, and has all that the old keys said.
func TestR70_AnOldSpellingIsAFaultThatSaysTheNewLines(t *testing.T) {
	t.Parallel()
	const web = `"web":{"profile":"null","callbackUrls":["http://localhost:3000/callback?a=1\u0026b=2","https://app.example/"],"logoutUrls":["https://app.example/bye"],` +
		`"flows":["srp"],"scopes":["openid","email"],"readAttributes":["email","name"],"writeAttributes":["email","name"]}`
	for name, c := range map[string]struct{ more, clients string }{
		"one that is not written": {"", `{"machine":{"machine":true},` + web + "}"},
		"one that is written":     {"machineClient:\n  scopes: [app/read]\n", `{"machine":{"machine":true,"scopes":["app/read"]},` + web + "}"},
		"one that is not made":    {"machineClient: {none: true}\n", "{" + web + "}"},
	} {
		const moved, domain, foreign = ": has another place now; write ", `domain: {"prefix":"example-dev"}`, `foreignClients: {"1example2client3id4web5app":"app"}`
		want := []string{
			"old.yaml:2: domainPrefix" + moved + domain,
			"old.yaml:4: webClient" + moved + "clients: " + c.clients,
			"old.yaml:14: policy.tokens.clients" + moved + "clients: " + c.clients + ", and " + foreign,
		}
		if c.more != "" {
			want = append(want, "old.yaml:18: machineClient"+moved+"clients: "+c.clients)
		}
		if old, err := ReadStage("old.yaml", []byte(oldSpelling+c.more), Given{}); old.Name != "old" || err == nil || err.Error() != strings.Join(want, "\n") {
			t.Errorf("%s: got\n%v\nwant\n%s", name, err, strings.Join(want, "\n"))
		}
		text := fmt.Sprintf("disposable: true\n%s\nclients: %s\n%s\n", domain, c.clients, foreign) +
			"resourceServer: {identifier: app, scopes: [{name: read}]}\npolicy: {tokens: {profiles: {app: {}, \"null\": {}}}}\n"
		if stage, err := ReadStage("new.yaml", []byte(text), Given{}); err != nil || stage.Clients[WebClient].CallbackURLs[0] != "http://localhost:3000/callback?a=1&b=2" {
			t.Errorf("%s: what it says is\n%sand that has a fault: %v", name, text, err)
		}
	}
}
