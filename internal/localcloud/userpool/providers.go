package userpool

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/federation"
)

// identityProvider is one of the pool's providers; it is replaced, never written to.
type identityProvider struct {
	federation.Provider
	raw               rawInput // also with the members that this pool does not know
	created, modified time.Time
}

type providerOutput struct{ IdentityProvider rawInput }

// createIdentityProvider implements CreateIdentityProvider.
func (p *Pool) createIdentityProvider(in rawInput) (providerOutput, error) {
	now := p.now()
	made, err := p.parseProvider(in)
	if err != nil {
		return providerOutput{}, err
	}
	made.created, made.modified = now, now
	if !p.store.putProvider(made, false) {
		return providerOutput{}, refuse("DuplicateProviderException", "A provider with the name %s or one of its identifiers already exists.", made.Name)
	}
	return made.output()
}

// updateIdentityProvider keeps what the request omits; AWS does not say that it resets it.
// A type does not change: the request has none.
func (p *Pool) updateIdentityProvider(in rawInput) (providerOutput, error) {
	old, err := p.providerNamed(in)
	if err != nil {
		return providerOutput{}, err
	}
	next := maps.Clone(old.raw)
	for member, value := range in {
		if member != "ProviderType" && string(value) != "null" {
			next[member] = value
		}
	}
	made, err := p.parseProvider(next)
	if err != nil {
		return providerOutput{}, err
	}
	made.created, made.modified = old.created, p.now()
	if !p.store.putProvider(made, true) {
		return providerOutput{}, refuse("ConcurrentModificationException", "Another request has changed the provider %s or taken its identifiers.", made.Name)
	}
	return made.output()
}

func (p *Pool) describeIdentityProvider(in rawInput) (providerOutput, error) {
	found, err := p.providerNamed(in)
	if err != nil {
		return providerOutput{}, err
	}
	return found.output()
}

// deleteIdentityProvider leaves the provider's users, who sign in no more.
func (p *Pool) deleteIdentityProvider(in rawInput) (empty, error) {
	found, err := p.providerNamed(in)
	if err == nil {
		take(p.store, p.store.providers, found.Name)
	}
	return empty{}, err
}

func (p *Pool) getIdentityProviderByIdentifier(in rawInput) (providerOutput, error) {
	found, known := p.store.providerWith(in.text("IdpIdentifier"))
	if !known {
		return providerOutput{}, errNoProvider(in.text("IdpIdentifier"))
	}
	return found.output()
}

type providerDescription struct {
	ProviderName, ProviderType     string
	LastModifiedDate, CreationDate epoch
}

func (p *Pool) listIdentityProviders(in pageInput) (object, error) {
	name := func(one identityProvider) string { return one.Name }
	return pageOf(p, providersList, in.paging, "", values(p.store, p.store.providers), name, func(one identityProvider) providerDescription {
		return providerDescription{one.Name, one.Type, epoch(one.modified), epoch(one.created)}
	})
}

// declared returns a provider that a template declares; Config has checked it.
func declared(poolID string, given federation.Provider, now time.Time) identityProvider {
	members, raw := rawInput{}, func(v any) json.RawMessage {
		text, _ := json.Marshal(v) // texts, and lists and maps of texts
		return text
	}
	_ = json.Unmarshal(raw(given), &members)
	members["UserPoolId"] = raw(poolID)
	return identityProvider{Provider: given.Completed(), raw: members, created: now, modified: now}
}

// parseProvider returns a provider, checked, with the mapping that AWS adds.
func (p *Pool) parseProvider(raw rawInput) (identityProvider, error) {
	body, err := json.Marshal(raw)
	if err != nil {
		return identityProvider{}, err
	}
	var parsed federation.Provider
	if err := json.Unmarshal(body, &parsed); err != nil {
		return identityProvider{}, refuse("SerializationException", "the body is not what the operation takes: %v", err)
	}
	if fault := parsed.Fault(p.inSchema); fault != "" {
		return identityProvider{}, invalidParameter("%s", fault)
	}
	return identityProvider{Provider: parsed.Completed(), raw: raw}, nil
}

func (p *Pool) providerNamed(in rawInput) (identityProvider, error) {
	name := in.text("ProviderName")
	found, ok := p.store.provider(name)
	if !ok {
		return identityProvider{}, errNoProvider(name)
	}
	return found, nil
}

// checkProviders refuses what the operations on providers and clients do.
func (c *Config) checkProviders() error {
	names := map[string]bool{federation.Native: true}
	for _, provider := range c.Providers {
		if fault := provider.Fault(c.inSchema); fault != "" || names[provider.Name] {
			return fmt.Errorf("identity provider %s: %s", provider.Name, cmp.Or(fault, "it is there twice"))
		}
		names[provider.Name] = true
	}
	for _, client := range c.Clients {
		for _, name := range client.SupportedIdentityProviders {
			if !names[name] {
				return fmt.Errorf("app client %s: SupportedIdentityProviders %s: the pool has no such provider", client.ID, name)
			}
		}
	}
	return nil
}

func errNoProvider(name string) *APIError {
	return refuse("ResourceNotFoundException", "Identity provider %s does not exist.", name)
}

// output returns the provider as the API shows it.
func (i identityProvider) output() (providerOutput, error) {
	out := maps.Clone(i.raw)
	for member, value := range map[string]any{
		"ProviderDetails": i.Described(), "AttributeMapping": i.Mapping,
		"CreationDate": epoch(i.created), "LastModifiedDate": epoch(i.modified),
	} {
		raw, err := json.Marshal(value)
		if err != nil {
			return providerOutput{}, err
		}
		out[member] = raw
	}
	return providerOutput{out}, nil
}

func (s *store) provider(name string) (identityProvider, bool) { return get(s, s.providers, name) }

// providerWith returns the provider with an identifier.
func (s *store) providerWith(identifier string) (identityProvider, bool) {
	for _, one := range values(s, s.providers) {
		if slices.Contains(one.Identifiers, identifier) {
			return one, true
		}
	}
	return identityProvider{}, false
}

// putProvider reports false if there is a provider of this name and replaces is false, or the
// other way round, and if another has one of its identifiers.
func (s *store) putProvider(made identityProvider, replaces bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.providers[made.Name]; known != replaces {
		return false
	}
	for name, other := range s.providers {
		if name != made.Name && slices.ContainsFunc(other.Identifiers, func(id string) bool { return slices.Contains(made.Identifiers, id) }) {
			return false
		}
	}
	s.providers[made.Name] = made
	return true
}
