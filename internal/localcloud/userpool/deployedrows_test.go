package userpool

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/federation"
)

// A resource of each kind, one text of which the template and the API set; "" is none.
func corp(text string) federation.Provider {
	return federation.Provider{Name: "Corp", Type: federation.SAML, Details: map[string]string{"MetadataURL": "https://" + text}}
}

func declareOne(c *Config, text string) {
	if text == "" {
		return
	}
	c.Groups = append(c.Groups, Group{Name: "one", Description: text})
	c.Clients = append(c.Clients, Client{ID: "one", Name: text})
	c.ResourceServers = append(c.ResourceServers, ResourceServer{Identifier: "one", Name: text})
	c.Providers = append(c.Providers, corp(text))
}

func (r *rig) putOne(t *testing.T, text string) {
	t.Helper()
	s := r.store
	if text == "" {
		take(s, s.groups, "one")
		take(s, s.clients, "one")
		take(s, s.servers, "one")
		take(s, s.providers, "Corp")
		return
	}
	c, err := NewClient(map[string]any{"ClientId": "one", "ClientName": text})
	if err != nil {
		t.Fatal(err)
	}
	set(s, s.groups, "one", group{Group{Name: "one", Description: text}, r.clock.now(), r.clock.now()})
	set(s, s.clients, "one", c)
	set(s, s.servers, "one", resourceServer{poolUnderTest, "one", text, nil})
	set(s, s.providers, "Corp", declared(poolUnderTest, corp(text), r.clock.now()))
}

func (r *rig) one() map[string]string {
	s := r.store
	return map[string]string{
		"group": s.groups["one"].Description, "client": s.clients["one"].Name, "server": s.servers["one"].Name,
		"provider": strings.TrimPrefix(s.providers["Corp"].Details["MetadataURL"], "https://"),
	}
}

// One rule holds for a resource of every kind, and the next start with the same template
// changes nothing more.
func TestR64_WhatADeploymentMakesOfAResource(t *testing.T) {
	for name, row := range map[string]struct{ before, api, now, want string }{
		"said as before":                 {"a", "b", "a", "b"},
		"said as before, deleted by API": {"a", "", "a", ""},
		"said otherwise":                 {"a", "b", "c", "c"},
		"said otherwise, deleted by API": {"a", "", "c", "c"},
		"said no longer":                 {"a", "b", "", ""},
		"never said":                     {"", "b", "", "b"},
		"said for the first time":        {"", "", "a", "a"},
		"said after the API made it":     {"", "b", "a", "a"},
	} {
		r := restartable(t, func(c *Config) { declareOne(c, row.before) })
		r.putOne(t, row.api)
		for range 2 {
			r = r.restart(t, func(c *Config) {
				*c = baseConfig()
				declareOne(c, row.now)
			})
			for kind, got := range r.one() {
				if got != row.want {
					t.Errorf("%s: %s: got %q, want %q", name, kind, got, row.want)
				}
			}
		}
	}
}

func TestR64_WhatADeploymentMakesOfADomain(t *testing.T) {
	const custom = "auth.example.com"
	for name, row := range map[string]struct {
		before, now string
		api         func(map[string]domain)
		want        []string
	}{
		"said as before":                 {"first", "first", nil, []string{"first 2", custom + " 1"}},
		"said as before, deleted by API": {"first", "first", func(all map[string]domain) { delete(all, "first") }, []string{custom + " 1"}},
		"said otherwise":                 {"first", "second", nil, []string{"second 1", custom + " 1"}},
		"said no longer":                 {"first", "", nil, []string{custom + " 1"}},
		"never said":                     {"", "", func(all map[string]domain) { all["own"] = domain{ManagedLoginVersion: 2} }, []string{"own 2", custom + " 1"}},
		"said for the first time":        {"", "first", nil, []string{"first 1", custom + " 1"}},
	} {
		r := restartable(t, func(c *Config) { c.Domain = row.before })
		r.store.domains[custom] = domain{ManagedLoginVersion: 1}
		if d, there := r.store.domains["first"]; there {
			d.ManagedLoginVersion = 2
			r.store.domains["first"] = d
		}
		if row.api != nil {
			row.api(r.store.domains)
		}
		r = r.restart(t, func(c *Config) { c.Domain = row.now })
		var got []string
		for _, name := range slices.Sorted(maps.Keys(r.store.domains)) {
			got = append(got, name+" "+string(rune('0'+r.store.domains[name].ManagedLoginVersion)))
		}
		slices.Sort(row.want)
		if !slices.Equal(got, row.want) {
			t.Errorf("%s: got %v, want %v", name, got, row.want)
		}
	}
}

// Secrets have operations of their own: a template that changes a client leaves them, and one
// that makes a client confidential sets the first.
func TestR64_WhatADeploymentMakesOfSecrets(t *testing.T) {
	for name, row := range map[string]struct{ before, rotated, now, want string }{
		"as before, rotated":   {"first", "rotated", "first", "rotated"},
		"otherwise, rotated":   {"first", "rotated", "second", "rotated"},
		"as before":            {"first", "", "first", "first"},
		"becomes confidential": {"", "", "first", "first"},
		"becomes public":       {"first", "", "", ""},
	} {
		r := restartable(t, func(c *Config) { c.Clients[0].Secret = row.before })
		if row.rotated != "" {
			_, err := r.store.changeClient(webClient, func(c *Client) error {
				c.Secret, c.secrets = row.rotated, []clientSecret{{"s", row.rotated, r.clock.now()}}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			r = r.restart(t, func(c *Config) { c.Clients[0].Secret = row.now })
			c, _ := r.store.client(webClient)
			if c.Secret != row.want || !c.authenticates(row.want) || c.authenticates("other") {
				t.Errorf("%s: the client has %q and %v, want %q", name, c.Secret, c.secrets, row.want)
			}
		}
	}
}
