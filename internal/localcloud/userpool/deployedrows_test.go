package userpool

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

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

// One rule holds for a resource of every kind. After a deployment, what the template said in
// it is what counts as said before.
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
		for start, want := range []string{row.want, "d"} {
			r = r.restart(t, func(c *Config) {
				*c = baseConfig()
				declareOne(c, row.now)
			})
			for kind, got := range r.one() {
				if got != want {
					t.Errorf("%s: %s: got %q, want %q (start %d)", name, kind, got, want, start)
				}
			}
			r.putOne(t, "d")
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

// A pool stays the one that it was: what no template says of it does not begin again.
func TestR64_APoolStaysTheOneThatItWas(t *testing.T) {
	r := restartable(t, nil)
	other := r.must(t, "CreateUserPool", map[string]any{"PoolName": "other"})["UserPool"].(map[string]any)["Id"].(string)
	r.signUp(t, "ada@example.com")
	r.must(t, "UpdateUserPool", inPool("Foreign", json.Number("12345678901234567890")))
	machine := r.must(t, "CreateUserPoolClient", inPool("ClientName", "machine", "GenerateSecret", true, "AllowedOAuthFlows", []string{"client_credentials"}))["UserPoolClient"].(map[string]any)
	at := r.clock.now().Add(time.Hour)
	set(r.store, r.store.visits, "cookie", visit{id: "v", expires: at})
	set(r.store, r.store.origins, "jti", "origin")
	p := r.service.pools[other]
	settings, created, modified, key := r.cfg().Settings, r.created, r.cfg().modified, r.simulationKey

	r.clock.pass(time.Hour)
	r = r.restart(t, nil)
	if !r.created.Equal(created) || !r.cfg().modified.Equal(modified) || !bytes.Equal(r.simulationKey, key) || !sameJSON(r.cfg().Settings, settings) {
		t.Errorf("the pool is of %v, %v with %v", r.created, r.cfg().modified, r.cfg().Settings)
	}
	if again := r.service.pools[other]; !again.created.Equal(p.created) || !again.cfg().modified.Equal(p.cfg().modified) {
		t.Errorf("another pool is of %v, %v", again.created, again.cfg().modified)
	}
	if v := r.store.visits["cookie"]; v.id != "v" || !v.expires.Equal(at) || r.store.origins["jti"] != "origin" {
		t.Errorf("visits %v, origins %v", r.store.visits, r.store.origins)
	}
	if err := r.confirmUp(t, "ada@example.com"); err != nil {
		t.Errorf("the code of a sign-up: %v", err)
	}
	if tokens := r.login(t, "ada@example.com", longPassword); tokens.AccessToken == nil {
		t.Error("a client that is made in Go does not sign in")
	}

	if c, _ := r.store.client(machine["ClientId"].(string)); !c.authenticates(machine["ClientSecret"].(string)) {
		t.Error("a client of machines has another secret")
	}

	began := r.clock.now()
	r = r.restart(t, func(c *Config) { c.AdvancedSecurityMode, c.Clients[0].Name = "AUDIT", "renamed" })
	if !r.created.Equal(created) || !r.cfg().modified.Equal(began) {
		t.Errorf("a changed pool is of %v, %v", r.created, r.cfg().modified)
	}
	if again := r.service.pools[other]; !again.cfg().modified.Equal(p.cfg().modified) {
		t.Errorf("the template changes another pool: %v", again.cfg().modified)
	}
	c, _ := r.store.client(webClient)
	if !sameJSON(c.settings["CreationDate"], epoch(created)) || !sameJSON(c.settings["LastModifiedDate"], epoch(began)) {
		t.Errorf("a changed client is of %v, %v", c.settings["CreationDate"], c.settings["LastModifiedDate"])
	}
}

// The secret that a page needs none of is not kept; the template's comes back.
func TestR64_ASecretOfTheTemplateComesBack(t *testing.T) {
	r := restartable(t, nil).restart(t, nil)
	google := r.store.providers["Google"]
	if google.Details["client_secret"] != "s" || !bytes.Contains(google.raw["ProviderDetails"], []byte(`"client_secret":"s"`)) || google.Details["client_id"] != "c" {
		t.Errorf("the provider is %v, %s", google.Details, google.raw)
	}
}

// A user keeps its place in lists and among those who share an address, and the next one
// comes after all.
func TestR64_UsersKeepTheirOrder(t *testing.T) {
	r := restartable(t, func(c *Config) { c.UsernameAttributes, c.AliasAttributes = nil, []string{"email"} })
	for i := range 6 {
		r.must(t, "AdminCreateUser", inPool("Username", fmt.Sprint("u", i), "MessageAction", "SUPPRESS", "UserAttributes", []any{map[string]any{"Name": "email", "Value": "ada@example.com"}}))
	}
	names := maps.Clone(r.store.names)
	r = r.restart(t, nil)
	if !reflect.DeepEqual(r.store.names, names) {
		t.Errorf("before %v\nafter  %v", names, r.store.names)
	}
	r.must(t, "AdminCreateUser", inPool("Username", "a", "MessageAction", "SUPPRESS"))
	var got []string
	for _, u := range r.must(t, "ListUsers", inPool())["Users"].([]any) {
		got = append(got, u.(map[string]any)["Username"].(string))
	}
	if want := []string{"u0", "u1", "u2", "u3", "u4", "u5", "a"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
