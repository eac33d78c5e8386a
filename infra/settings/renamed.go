package settings

import (
	"encoding/json"
	"maps"

	"github.com/cognito-triggers/cognito-triggers/internal/policy/strict"
)

// old is what a stage file said before clients had names.
type old struct {
	DomainPrefix  string     `yaml:"domainPrefix"`
	WebClient     *oldClient `yaml:"webClient"`
	MachineClient *oldClient `yaml:"machineClient"`
	Policy        struct {
		Tokens struct {
			Clients map[string]string `yaml:"clients"`
		} `yaml:"tokens"`
	} `yaml:"policy"`
}

// oldClient is printed with the JSON names: the keys of Client.
type oldClient struct {
	None            bool     `yaml:"none" json:"-"`
	Machine         bool     `yaml:"-" json:"machine,omitempty"`
	Profile         string   `yaml:"-" json:"profile,omitempty"`
	CallbackURLs    []string `yaml:"callbackUrls" json:"callbackUrls,omitempty"`
	LogoutURLs      []string `yaml:"logoutUrls" json:"logoutUrls,omitempty"`
	Flows           []string `yaml:"flows" json:"flows,omitempty"`
	Scopes          []string `yaml:"scopes" json:"scopes,omitempty"`
	ReadAttributes  []string `yaml:"readAttributes" json:"readAttributes,omitempty"`
	WriteAttributes []string `yaml:"writeAttributes" json:"writeAttributes,omitempty"`
}

// renamed says, in place of an unknown key, what to write now for the keys that older
// files have. It reports whether the file has any.
func renamed(path string, src []byte, decoding error) bool {
	faults, _ := decoding.(strict.Faults)
	var was old
	_, _ = strict.Decode(path, src, &was) // its other keys are unknown here
	lines := was.lines()
	found := false
	for i, fault := range faults {
		if line := lines[fault.Path]; line != "" {
			faults[i].Problem, faults[i].Fix, found = "has another place now", line, true
		}
	}
	return found
}

// lines says what to write for each old key. A machine's client that was not written was made
// all the same.
func (o old) lines() map[string]string {
	foreign := maps.Clone(o.Policy.Tokens.Clients)
	clients := map[string]*oldClient{WebClient: o.WebClient, MachineClient: o.MachineClient}
	for name, client := range clients {
		if client == nil {
			client = &oldClient{}
			clients[name] = client
		}
		client.Machine, client.Profile = name == MachineClient, foreign[name]
		delete(foreign, name)
	}
	if clients[MachineClient].None {
		delete(clients, MachineClient)
	}
	all := "write clients: " + inJSON(clients)
	return map[string]string{
		"domainPrefix": "write domain: " + inJSON(map[string]string{"prefix": o.DomainPrefix}),
		"webClient":    all, "machineClient": all,
		"policy.tokens.clients": all + ", and foreignClients: " + inJSON(foreign),
	}
}

// inJSON returns a value as JSON, which is YAML too.
func inJSON(value any) string {
	text, _ := json.Marshal(value) // texts and maps of them
	return string(text)
}
