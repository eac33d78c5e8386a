package userpool

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// This file is what survives the process. keeps says of each type where what is kept stands,
// by its name in the file: it is read from there and written to there. A test fills every
// field and finds each one again, unless it is named there as forgotten, with the reason.

// format is raised by every change after which an older file would be misread. A name that
// a file does not have leaves zero.
const format = 1

// Kept returns what Options.Kept takes in another process: all pools as JSON, with their
// private keys, refresh tokens and app clients' secrets, and of passwords the verifiers or
// imported hashes. While the pool is locked, nothing is encoded. It can be called after Close.
func (p *Pool) Kept() ([]byte, error) {
	all := keptPools{format: format, home: p.service.home.cfg().ID, pools: map[string]*core{}}
	for _, one := range p.service.all() {
		all.pools[one.cfg().ID] = one.copied()
	}
	s := p.service
	s.encoding.Lock()
	defer s.encoding.Unlock()
	s.encoder.before, s.encoder.now = s.encoder.now, map[*user]json.RawMessage{}
	text, err := json.Marshal(s.encoder.encoded(&all))
	if err != nil {
		return nil, fmt.Errorf("encoding the user pools: %w", err)
	}
	return text, nil
}

// keptPools are all pools of a process, by id. home is the id of the template's.
type keptPools struct {
	format int
	home   string
	pools  map[string]*core
}

func (k *keptPools) keeps() object {
	return object{"format": &k.format, "home": &k.home, "pools": &k.pools}
}

// ErrKept is that Options.Kept cannot be taken. The error says why.
var ErrKept = errors.New("what was kept does not fit")

// keptBefore reads the pools that a process before has kept, by id.
func keptBefore(text []byte, home string) (map[string]*core, error) {
	if text == nil {
		return nil, nil
	}
	var begins struct{ Format int }
	if err := json.Unmarshal(text, &begins); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKept, err)
	}
	if begins.Format != format {
		return nil, fmt.Errorf("%w: its format is %d, that of this version %d", ErrKept, begins.Format, format)
	}
	var kept keptPools
	from := json.NewDecoder(bytes.NewReader(text))
	from.UseNumber()
	if err := decode(from, &kept); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKept, err)
	}
	if kept.home != home {
		return nil, fmt.Errorf("%w: it is of the user pool %s, the template's is %s (another stage or stack)", ErrKept, kept.home, home)
	}
	for id, old := range kept.pools {
		cfg := old.config.Load()
		if cfg.ID != id || old.store == nil || old.store.declared == nil {
			return nil, fmt.Errorf("%w: the user pool %s is not whole", ErrKept, id)
		}
		var err error
		if cfg.Settings, err = cfg.Settings.normal(nil); err != nil {
			return nil, fmt.Errorf("%w: the settings of %s: %w", ErrKept, id, err)
		}
	}
	return kept.pools, nil
}

// copied returns what is kept of a pool, as it is now. Nobody writes to what the copy shares
// with the pool.
func (p *core) copied() *core {
	c := &core{created: p.created, simulationKey: p.simulationKey, keys: p.keys}
	c.config.Store(p.config.Load())
	s := p.store
	s.mu.Lock()
	defer s.mu.Unlock()
	c.store = &store{
		users: maps.Clone(s.users), groups: maps.Clone(s.groups), clients: maps.Clone(s.clients), providers: maps.Clone(s.providers),
		domains: maps.Clone(s.domains), servers: maps.Clone(s.servers), imports: maps.Clone(s.imports), tracking: s.tracking, declared: maps.Clone(s.declared),
		revoked: maps.Clone(s.revoked), origins: maps.Clone(s.origins), visits: maps.Clone(s.visits),
		grants: map[string]*grant{}, events: map[string][]authEvent{}, codes: map[string][]code{},
	}
	for token, g := range s.grants {
		if g.second == "" {
			now := *g
			c.store.grants[token] = &now
		}
	}
	for name, events := range s.events {
		c.store.events[name] = slices.Clone(events)
	}
	for name, codes := range s.codes {
		c.store.codes[name] = slices.DeleteFunc(slices.Clone(codes), code.shortLived)
	}
	return c
}

// shortLived reports whether a code is not kept: an invitation's is a password, and that of a
// sign-in is of no use without its session.
func (c code) shortLived() bool { return c.purpose == "invitation" || c.purpose == "signin" }

func (p *core) keeps() object {
	p.config.CompareAndSwap(nil, &Config{}) // of a pool that is being read
	cfg := p.config.Load()
	return object{
		"id": &cfg.ID, "arn": &cfg.ARN, "region": &cfg.Region, "account": &cfg.AccountID, "settings": &cfg.Settings, "modified": &cfg.modified,
		"created": &p.created, "simulationKey": &p.simulationKey, "keys": &p.keys, "state": &p.store,
	}
}

func (s *store) keeps() object {
	return object{
		"users": &s.users, "groups": &s.groups, "clients": &s.clients, "providers": &s.providers, "domains": &s.domains, "servers": &s.servers,
		"imports":  &s.imports,
		"tracking": &s.tracking, "events": &s.events, "codes": &s.codes, "sessions": &s.grants, "browsers": &s.visits,
		"revoked": &s.revoked, "origins": &s.origins, "declared": &s.declared,
	}
}

func (u *user) keeps() object {
	return object{
		"username": &u.username, "sub": &u.sub, "status": &u.status, "enabled": &u.enabled, "attributes": &u.attributes,
		"password": &u.password, "former": &u.former, "imported": &u.imported, "temporaryUntil": &u.temporaryUntil, "created": &u.created, "modified": &u.modified,
		"groups": &u.groups, "waiting": &u.waiting, "identities": &u.identities,
		"totp": &u.totp, "totpNew": &u.totpNew, "totpStep": &u.totpStep, "mfa": &u.mfa, "mfaPreferred": &u.mfaPreferred,
		"passkeys": &u.passkeys, "passkeyMFA": &u.passkeyMFA, "devices": &u.devices, "place": &u.place,
	}
}

func (d *device) keeps() object {
	return object{
		"key": &d.key, "name": &d.name, "verifier": &d.verifier, "remembered": &d.remembered,
		"created": &d.created, "modified": &d.modified, "authenticated": &d.authenticated,
	}
}

func (g *grant) keeps() object {
	return object{
		"username": &g.username, "sub": &g.sub, "client": &g.clientID, "origin": &g.originJTI, "authTime": &g.authTime, "expires": &g.expires,
		"created": &g.created, "used": &g.used, "visit": &g.visit, "scopes": &g.scopes, "hosted": &g.hosted, "nonce": &g.nonce,
		"resource": &g.resource, "device": &g.device, "forgotten": &g.forgotten, "acr": &g.acr, "amr": &g.amr,
		"second": &g.second, "rotated": &g.rotated,
	}
}

func (v *visit) keeps() object {
	return object{
		"username": &v.username, "sub": &v.sub, "id": &v.id, "began": &v.began, "expires": &v.expires, "amr": &v.amr, "provider": &v.provider,
	}
}

func (c *code) keeps() object {
	return object{"value": &c.value, "purpose": &c.purpose, "attribute": &c.attribute, "address": &c.address, "expires": &c.expires}
}

func (j *importJob) keeps() object { return object{"job": &j.importJobType} }

func (g *group) keeps() object {
	return object{"group": &g.Group, "created": &g.created, "modified": &g.modified}
}

// A client's other fields are derived from these.
func (c *Client) keeps() object { return object{"settings": &c.settings, "secrets": &c.secrets} }

func (s *clientSecret) keeps() object {
	return object{"id": &s.id, "value": &s.value, "created": &s.created}
}

func (i *identityProvider) keeps() object {
	return object{"provider": (*keptProvider)(&i.raw), "created": &i.created, "modified": &i.modified}
}

func (t *sessionTracking) keeps() object {
	return object{"on": &t.on, "most": &t.most, "since": &t.since}
}

func (e *authEvent) keeps() object {
	type shown authEvent
	return object{"event": (*shown)(e), "number": &e.number}
}

// by is what the attribute of a user does not show.
func (i *identity) keeps() object {
	type shown identity
	return object{"identity": (*shown)(i), "by": &i.by}
}
