package settings

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	forms "github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// Two names that make one logical id are a fault, and no other two: a client must not take
// the place of another.
func TestR70_EachClientHasALogicalIDOfItsOwn(t *testing.T) {
	t.Parallel()
	forms.Check(t, 200, 1000, 50_000, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.StringMatching(`web|Web|machine|Machine|profiles|[aAwW][eE9]?`), 1, 5, rapid.ID[string]).Draw(t, "names")
		s := sound()
		s.Clients = map[string]Client{}
		resources := map[string]int{"ClientProfiles": 1}
		for _, name := range names {
			s.Clients[name] = Client{Flows: []Flow{FlowSRP}}
			resources[ClientResource(name)]++
		}
		alike := slices.Max(slices.Collect(maps.Values(resources))) > 1
		err := s.Faults(Given{}).Err()
		if said := err != nil && strings.Contains(err.Error(), "makes the logical id"); said != alike || err != nil && !said {
			t.Errorf("%q make %v: %v", names, resources, err)
		}
		if main := s.MainClient(); s.Clients["web"].Flows != nil && main != "web" || s.Clients[main].Flows == nil {
			t.Errorf("of %q the main one is %q", names, main)
		}
	})
}

// Where no client is named, web is meant, or else the first one of users.
func TestR70_TheClientThatIsMeant(t *testing.T) {
	t.Parallel()
	for names, want := range map[string]string{"": "", "web": "web", "app": "app", "web app": "web", "desk app": "app"} {
		s := &Settings{Clients: map[string]Client{"aMachine": {Machine: true}}}
		for _, name := range strings.Fields(names) {
			s.Clients[name] = Client{}
		}
		if got := s.MainClient(); got != want {
			t.Errorf("of %q it is %q", names, got)
		}
	}
}

func TestR70_AClientHasAResourceAndAnOutputOfItsName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"web": "WebClient", "machine": "MachineClient", "desk": "ClientDesk", "Web": "ClientWeb", "x": "ClientX"} {
		if resource, output := ClientResource(name), ClientOutput(name); resource != want || output != want+"Id" {
			t.Errorf("%s makes %s and %s", name, resource, output)
		}
	}
}

// Cognito's limits, in seconds, once more and without the package's own code.
func TestR70_LivesAreWithinCognitosLimits(t *testing.T) {
	t.Parallel()
	seconds := map[string]int{"s": 1, "m": 60, "h": 3600, "d": 86400}
	forms.Check(t, 500, 2000, 100_000, func(t *rapid.T) {
		draw := func(key string) (Duration, int) {
			unit := rapid.SampledFrom([]string{"s", "m", "h", "d"}).Draw(t, key+" unit")
			n := rapid.OneOf(rapid.IntRange(0, 20), rapid.SampledFrom([]int{23, 24, 25, 59, 60, 61, 300, 900, 3600, 3649, 3650, 3651, 86399, 86400})).Draw(t, key)
			return Duration(fmt.Sprint(n, unit)), n * seconds[unit]
		}
		access, a := draw("access")
		refresh, r := draw("refresh")
		session, n := draw("session")
		g := rapid.IntRange(0, 99).Draw(t, "grace")
		grace := Duration(fmt.Sprint(g, "s"))
		within := func(seconds, least, most int) bool { return least <= seconds && seconds <= most && seconds%60 == 0 }
		sane := within(a, 300, 86400) && within(r, 3600, 3650*86400) && a <= r && within(n, 180, 900) && g <= 60
		s := sound()
		edit(s, "web", func(c *Client) {
			c.Tokens, c.Rotation = Lifetimes{Access: access, ID: access, Refresh: refresh, Session: session}, Rotation{grace}
		})
		if err := s.Faults(Given{}).Err(); (err == nil) != sane {
			t.Errorf("access %s, refresh %s, session %s, grace %s: %v", access, refresh, session, grace, err)
		}
		if access.Of() != time.Duration(a)*time.Second {
			t.Errorf("%s is %v", access, access.Of())
		}
	})
}

func TestR70_OneFunctionSaysWhichProfileAClientHas(t *testing.T) {
	t.Parallel()
	s := &Settings{
		Clients:        map[string]Client{"web": {Profile: "app"}, "jobs": {Machine: true, Profile: "service"}, "desk": {}},
		ForeignClients: map[string]string{"1example2client3id4web5app": "app"},
	}
	want := map[string]string{"web": "app", "jobs": "service", "1example2client3id4web5app": "app"}
	if got := s.Profiles(); !maps.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	rows := fmt.Sprint(s.ClientProfiles(map[string]string{"web": "id-of-web", "desk": "id-of-desk"}))
	if rows != "[map[Id:1example2client3id4web5app Profile:app] map[Id:jobs Profile:service] map[Id:id-of-web Profile:app]]" {
		t.Errorf("rows %s", rows)
	}
	if keys := s.ProfileKeys(); !slices.Equal(keys, []string{"clients.jobs.profile", "clients.web.profile", "foreignClients.1example2client3id4web5app"}) {
		t.Errorf("keys %q", keys)
	}
}

// A client that may not write what sign-up requires, and one whose challenges nobody makes.
func TestR70_SynthWarnsOfAClientThatOnlySeemsToWork(t *testing.T) {
	t.Parallel()
	s := sound()
	s.Policy.SignUp.Attributes = &policy.Attributes{Required: []string{"name", "locale"}}
	s.Clients["desk"] = Client{Flows: []Flow{FlowSRP, FlowCustom}, WriteAttributes: []string{"name"}}
	s.Clients["kiosk"] = Client{Flows: []Flow{FlowSRP}, WriteAttributes: []string{"name"}}
	found := s.Warnings(Given{}).Error()
	for _, want := range []string{
		`policy.signUp.attributes.required[1]: nobody can sign up through desk, kiosk, which may not write "locale"; add it`,
		"clients.desk.flows[1]: custom asks three triggers that the suite does not make",
	} {
		if !strings.Contains(found, want) {
			t.Errorf("%q is not in\n%s", want, found)
		}
	}
	if strings.Contains(found, "required[0]: nobody") {
		t.Errorf("every client may write name:\n%s", found)
	}
	s.Clients["desk"] = Client{Flows: []Flow{FlowCustom}}
	alone := unhandled(s, Given{})
	useful(t, alone)
	if len(alone) != 1 || alone[0].Path != "clients.desk.flows[0]" || len(unhandled(s, Given{Pool: true})) > 0 {
		t.Errorf("a flow without triggers: %v", alone)
	}
}
