package userpool

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/federation"
)

// A pool that was kept meets the template of today as on a deployment. CloudFormation compares
// the template with the one before, not with the pool (AWS CloudFormation User Guide, "Detect
// unmanaged configuration changes to stacks and resources with drift detection"): what the
// template says of a resource as before stays as the API has left it, what it says otherwise
// is as it says, what it says no longer is gone, and what it never said stays.

// declarations are digests of what a template says, by kind and name.
func (c *Config) declarations() map[string]string {
	all := map[string]string{}
	say := func(kind, name string, what ...any) {
		text, _ := json.Marshal(what)
		sum := sha256.Sum256(text)
		all[kind+name] = hex.EncodeToString(sum[:])
	}
	say("settings", "", c.Settings)
	for name := range c.Settings.attributes() {
		say("attribute/", name)
	}
	for _, client := range c.Clients {
		say("client/", client.ID, client, client.settings)
	}
	for _, g := range c.Groups {
		say("group/", g.Name, g)
	}
	for _, server := range c.ResourceServers {
		say("server/", server.Identifier, server)
	}
	for _, provider := range c.Providers {
		say("provider/", provider.Name, provider)
	}
	if c.Domain != "" {
		say("domain/", c.Domain)
	}
	return all
}

// declaredOf returns what was declared of a kind, by name.
func (s *store) declaredOf(kind string) map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := map[string]string{}
	for key, value := range s.declared {
		if name, ok := strings.CutPrefix(key, kind); ok {
			found[name] = value
		}
	}
	return found
}

// attributes are those of the schema, by name.
func (s Settings) attributes() map[string]any {
	all := map[string]any{}
	list, _ := s["SchemaAttributes"].([]any)
	for _, a := range list {
		name, _ := a.(object)["Name"].(string)
		all[name] = a
	}
	return all
}

// start opens the template's pool and those that were kept.
func (s *service) start(cfg Config) error {
	kept, err := keptBefore(s.opts.Kept, cfg.ID)
	if err != nil {
		return err
	}
	said := cfg.declarations() // before what the API has changed comes in
	if old := kept[cfg.ID]; old != nil {
		if err := cfg.deploy(old); err != nil {
			return err
		}
	}
	s.home = s.open(cfg)
	s.home.store.declared = said
	for id, old := range kept {
		p := s.home
		if id != cfg.ID {
			again := *old.config.Load()
			if err := cmp.Or(again.obey(again.Settings), again.complete()); err != nil {
				return fmt.Errorf("%w: the user pool %s: %w", ErrKept, id, err)
			}
			p = s.open(again)
		}
		if err := p.resume(old); err != nil {
			return fmt.Errorf("%w: the user pool %s: %w", ErrKept, id, err)
		}
	}
	return nil
}

// deploy keeps the settings of old that the template says as before. A change that no update
// can make is refused, as a deployment fails with it ("Updates are not allowed for property -
// UsernameConfiguration", amplify-cli#4227; for the schema terraform-provider-aws#21654).
func (c *Config) deploy(old *core) error {
	before, now, kept := old.store.declared, c.declarations(), old.config.Load().Settings
	if before["settings"] == now["settings"] {
		return cmp.Or(c.obey(kept), c.complete())
	}
	for _, name := range []string{"AliasAttributes", "UsernameAttributes", "UsernameConfiguration"} {
		if !sameJSON(kept[name], c.Settings[name]) {
			return fmt.Errorf("%w: the template changes %s, which a user pool never changes", ErrKept, name)
		}
	}
	schema := slices.Clone(c.Settings["SchemaAttributes"].([]any))
	said := c.Settings.attributes()
	for _, name := range slices.Sorted(maps.Keys(kept.attributes())) {
		a := kept.attributes()[name]
		_, declared := before["attribute/"+name]
		switch {
		case said[name] == nil && !declared: // made by AddCustomAttributes
			schema = append(schema, a)
		case !sameJSON(said[name], a):
			return fmt.Errorf("%w: the template changes or removes the attribute %s, and a user pool only gets new ones", ErrKept, name)
		}
	}
	return cmp.Or(c.obey(c.Settings.with("SchemaAttributes", schema)), c.complete())
}

func sameJSON(a, b any) bool {
	first, _ := json.Marshal(a)
	second, _ := json.Marshal(b)
	return bytes.Equal(first, second)
}

// resume goes on with what was kept of a pool.
func (p *Pool) resume(old *core) error {
	p.created, p.simulationKey = old.created, old.simulationKey
	if old.keys != nil {
		p.keys = old.keys
	}
	cfg := *p.cfg()
	if before := old.store.declared["settings"]; before == p.store.declared["settings"] || p != p.service.home {
		cfg.modified = old.config.Load().modified
	}
	p.config.Store(&cfg)
	return p.store.resume(old.store)
}

func (s *store) resume(old *store) error {
	if err := old.derive(s); err != nil {
		return err
	}
	before, now := old.declared, s.declared
	s.clients = deployed(s.clients, old.clients, "client/", before, now)
	s.groups = deployed(s.groups, old.groups, "group/", before, now)
	s.servers = deployed(s.servers, old.servers, "server/", before, now)
	s.providers = deployed(s.providers, old.providers, "provider/", before, now)
	s.domains = deployed(s.domains, old.domains, "domain/", before, now)
	s.tracking = old.tracking
	for key, digest := range before {
		if strings.HasPrefix(key, "user/") { // Create compares those of users
			s.declared[key] = digest
		}
	}
	maps.Copy(s.origins, old.origins)
	maps.Copy(s.revoked, old.revoked)
	maps.Copy(s.events, old.events)
	maps.Copy(s.codes, old.codes)
	maps.Copy(s.imports, old.imports)
	maps.Copy(s.grants, old.grants)
	maps.Copy(s.visits, old.visits)
	s.admit(old)
	return nil
}

// deployed returns what a deployment of fresh makes of old.
func deployed[V any](fresh, old map[string]V, kind string, before, now map[string]string) map[string]V {
	out := map[string]V{}
	for name, v := range old {
		if before[kind+name] == "" || now[kind+name] != "" {
			out[name] = v
		}
	}
	for name, v := range fresh {
		if before[kind+name] != now[kind+name] {
			out[name] = v
		}
	}
	return out
}

// derive completes what was kept: app clients and providers are derived from their settings.
// One of the template that nobody has updated is as the template of today makes it; it may be
// made in Go, with settings that say less.
func (s *store) derive(fresh *store) error {
	for id, c := range s.clients {
		if c.settings == nil {
			return fmt.Errorf("app client %s is not whole", id)
		}
		first := ""
		if len(c.secrets) > 0 {
			first = c.secrets[0].value
		}
		again, declared := fresh.clients[id]
		if !declared || !sameButDates(again.settings, c.settings) {
			settings := maps.Clone(c.settings)
			settings["ClientSecret"] = first
			var err error
			if again, err = NewClient(settings); err != nil {
				return fmt.Errorf("app client %s: %w", id, err)
			}
		}
		again.settings, again.secrets, again.Secret = c.settings, c.secrets, first
		s.clients[id] = again
		if c, declared := fresh.clients[id]; declared { // secrets have operations of their own
			c.settings["CreationDate"] = again.settings["CreationDate"]
			if c.Secret != "" && again.Secret != "" {
				c.Secret, c.secrets = again.Secret, again.secrets
			}
			fresh.clients[id] = c
		}
	}
	for name, p := range s.providers {
		again, err := p.again(fresh.providers[name])
		if err != nil {
			return fmt.Errorf("identity provider %s: %w", name, err)
		}
		s.providers[name] = again
	}
	return nil
}

func sameButDates(a, b clientSettings) bool {
	a, b = maps.Clone(a), maps.Clone(b)
	for _, name := range []string{"CreationDate", "LastModifiedDate"} {
		delete(a, name)
		delete(b, name)
	}
	return sameJSON(a, b)
}

// again derives a provider, with those secrets that were not kept and that the template has.
func (i identityProvider) again(declared identityProvider) (identityProvider, error) {
	text, _ := json.Marshal(i.raw) // read from JSON
	var p federation.Provider
	if err := json.Unmarshal(text, &p); err != nil {
		return identityProvider{}, err
	}
	for _, name := range providerSecrets() {
		if p.Details[name] == notKept && declared.Details[name] != "" {
			p.Details[name] = declared.Details[name]
			i.raw["ProviderDetails"], _ = json.Marshal(p.Details)
		}
	}
	i.Provider = p.Completed()
	return i, nil
}

// admit takes the users of old, in the order of their creation. They leave the groups that
// are gone, and the sessions of the app clients that are gone end.
func (s *store) admit(old *store) {
	gone := func(group string) bool {
		_, was := old.groups[group]
		_, is := s.groups[group]
		return was && !is
	}
	byPlace := func(a, b *user) int { return cmp.Compare(a.place, b.place) }
	for _, u := range slices.SortedFunc(maps.Values(old.users), byPlace) {
		u.groups = slices.DeleteFunc(u.groups, gone)
		key := s.fold(u.username)
		s.users[key] = u
		s.names.add(key, s.namesOf(u))
		s.listing.record(time.Time{}, u.place, u)
		s.listing.last = u.place
	}
	s.endSessions(func(g *grant) bool { _, there := s.clients[g.clientID]; return !there })
}
