package settings

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

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

type oldClient struct {
	None            bool     `yaml:"none"`
	CallbackURLs    []string `yaml:"callbackUrls"`
	LogoutURLs      []string `yaml:"logoutUrls"`
	Flows           []string `yaml:"flows"`
	Scopes          []string `yaml:"scopes"`
	ReadAttributes  []string `yaml:"readAttributes"`
	WriteAttributes []string `yaml:"writeAttributes"`
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

// lines says what to write for each old key.
func (o old) lines() map[string]string {
	profiles := o.Policy.Tokens.Clients
	web := "write in clients: web: " + o.WebClient.flow("", profiles[WebClient])
	machine := MachineClient + ": " + o.MachineClient.flow("machine: true", profiles[MachineClient])
	removed := "remove it: clients has those alone that it names"
	switch {
	case o.MachineClient == nil: // it was made all the same
		web += ", and " + machine
	case !o.MachineClient.None:
		removed = "write in clients: " + machine
	}
	return map[string]string{
		"domainPrefix":          "write domain: {prefix: " + word(o.DomainPrefix) + "}",
		"webClient":             web,
		"machineClient":         removed,
		"policy.tokens.clients": profileLines(profiles),
	}
}

// profileLines says where the profiles of clients stand now.
func profileLines(profiles map[string]string) string {
	var own, foreign []string
	for _, client := range slices.Sorted(maps.Keys(profiles)) {
		if client == WebClient || client == MachineClient {
			own = append(own, fmt.Sprintf("profile: %s in clients.%s", word(profiles[client]), client))
		} else {
			foreign = append(foreign, word(client)+": "+word(profiles[client]))
		}
	}
	if foreign != nil {
		own = append(own, "foreignClients: {"+strings.Join(foreign, ", ")+"}")
	}
	return "write " + strings.Join(own, ", ")
}

// flow returns a client as a mapping on one line.
func (c *oldClient) flow(first, profile string) string {
	var keys []string
	if first != "" {
		keys = append(keys, first)
	}
	if profile != "" {
		keys = append(keys, "profile: "+word(profile))
	}
	if c == nil {
		c = new(oldClient)
	}
	for field, value := range reflect.ValueOf(*c).Fields() {
		if texts, ok := value.Interface().([]string); ok && len(texts) > 0 {
			keys = append(keys, field.Tag.Get("yaml")+": ["+strings.Join(each(texts, word), ", ")+"]")
		}
	}
	return "{" + strings.Join(keys, ", ") + "}"
}

func each(texts []string, do func(string) string) (done []string) {
	for _, text := range texts {
		done = append(done, do(text))
	}
	return done
}

// plain matches a text that YAML reads as it stands. Between brackets go-yaml v1.19.2 takes
// the colon before a port for that of a key.
var plain = regexp.MustCompile(`^[A-Za-z/_][A-Za-z0-9/_.@-]*$`)

// word returns a text as YAML has it.
func word(text string) string {
	if plain.MatchString(text) && !slices.Contains([]string{"true", "false", "null"}, strings.ToLower(text)) {
		return text
	}
	return strconv.Quote(text)
}
