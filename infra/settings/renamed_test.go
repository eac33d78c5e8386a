package settings

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const oldSpelling = `disposable: true
domainPrefix: example-dev

webClient:
  callbackUrls: ["http://localhost:3000/callback", https://app.example/]
  writeAttributes: [email, name]
resourceServer: {identifier: app, scopes: [{name: read}]}
policy:
  tokens:
    clients:
      web: app
      1example2client3id4web5app: app
    profiles: {app: {}}
`

// The lines have all that the old key said, in words that YAML reads as they were.
func TestR70_NothingOfAnOldSpellingIsLost(t *testing.T) {
	t.Parallel()
	all := &oldClient{
		CallbackURLs: []string{"a"}, LogoutURLs: []string{"b"}, Flows: []string{"c"}, Scopes: []string{"d"}, ReadAttributes: []string{"e"}, WriteAttributes: []string{"f", "true"},
	}
	if got := all.flow("", "null"); got != `{profile: "null", callbackUrls: [a], logoutUrls: [b], flows: [c], scopes: [d], readAttributes: [e], writeAttributes: [f, "true"]}` {
		t.Errorf("got %s", got)
	}
	if got := profileLines(map[string]string{"a1": "p", "b2": "False", "web": "app"}); got != `write profile: app in clients.web, foreignClients: {a1: p, b2: "False"}` {
		t.Errorf("got %s", got)
	}
}

// An old file is refused with the lines to write, from its own values, and nothing else:
// what the lines say is then a stage without a fault.
func TestR70_AnOldSpellingIsAFaultThatSaysTheNewLines(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, machine string }{
		"one that is not written": {oldSpelling, "machine: {machine: true}"},
		"one that is written":     {oldSpelling + "machineClient:\n  scopes: [app/read]\n", "machine: {machine: true, scopes: [app/read]}"},
		"one that is not made":    {oldSpelling + "machineClient: {none: true}\n", ""},
	} {
		path := filepath.Join(t.TempDir(), "old.yaml")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := LoadStage(path)
		if err == nil {
			t.Fatalf("%s: no fault", name)
		}
		want := []string{
			":2: domainPrefix: has another place now; write domain: {prefix: example-dev}",
			`:4: webClient: has another place now; write in clients: web: {profile: app, callbackUrls: ["http://localhost:3000/callback", "https://app.example/"], writeAttributes: [email, name]}`,
			`:10: policy.tokens.clients: has another place now; write profile: app in clients.web, foreignClients: {"1example2client3id4web5app": app}`,
		}
		switch name {
		case "one that is not written":
			want[1] += ", and " + c.machine
		case "one that is written":
			want = append(want, ":14: machineClient: has another place now; write in clients: "+c.machine)
		case "one that is not made":
			want = append(want, ":14: machineClient: has another place now; remove it: clients has those alone that it names")
		}
		if got := strings.ReplaceAll(err.Error(), path, ""); got != strings.Join(want, "\n") {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, strings.Join(want, "\n"))
		}
		said := regexp.MustCompile(`web: \{.*?\]\}`).FindString(err.Error())
		text := "disposable: true\ndomain: {prefix: example-dev}\nclients:\n  " + said + "\n"
		if c.machine != "" {
			text += "  " + c.machine + "\n"
		}
		text += "foreignClients: {\"1example2client3id4web5app\": app}\nresourceServer: {identifier: app, scopes: [{name: read}]}\npolicy: {tokens: {profiles: {app: {}}}}\n"
		if _, err := ReadStage("new.yaml", []byte(text), Given{}); err != nil {
			t.Errorf("%s: what it says is\n%sand that has a fault: %v", name, text, err)
		}
	}
}
