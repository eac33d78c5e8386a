package userpool

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// store is all that the pool remembers. Its methods lock, copy and return; none calls
// anything slow. Other operations run between two calls of one operation, so a writer
// decides again, inside change.
type store struct {
	mu            sync.Mutex
	now           func() time.Time
	caseSensitive bool
	// signInNames are the attributes that name a user; true if only a verified value
	// does.
	signInNames map[string]bool
	users       map[string]*user // by fold(username); replaced by put, never written to
	names       names
	listing     listing
	groups      map[string]group            // by name
	clients     map[string]Client           // by id
	providers   map[string]identityProvider // by name
	departures  map[string]departure        // by the state that a provider returns
	tracking    sessionTracking
	events      map[string][]authEvent    // by fold(username), oldest first
	domains     map[string]domain         // by name
	servers     map[string]resourceServer // by identifier
	imports     map[string]importJob      // by id
	codes       map[string][]code         // by fold(username), oldest first
	challenges  map[string]challenge      // by session
	sweepAt     int                       // so many make setChallenge look for expired ones
	grants      map[string]*grant         // by refresh token
	attempts    map[string]attempts       // by fold(username)
	tries       map[tryKey][]time.Time
	revoked     map[string]bool       // origin_jti of users' ended sessions
	visits      map[string]visit      // by session cookie of the hosted pages
	declared    map[string]string     // what the template says of the pool, by kind and name
	authorized  map[string]authorized // by authorization code
	origins     map[string]string     // origin_jti of an access token without one, by jti
}

func newStore(cfg Config, now func() time.Time, listDelay time.Duration) *store {
	s := &store{
		now: now, caseSensitive: cfg.CaseSensitive, signInNames: map[string]bool{},
		users: map[string]*user{}, names: names{}, listing: newListing(listDelay),
		groups: map[string]group{}, clients: map[string]Client{}, providers: map[string]identityProvider{}, departures: map[string]departure{}, codes: map[string][]code{},
		challenges: map[string]challenge{}, attempts: map[string]attempts{}, tries: map[tryKey][]time.Time{}, grants: map[string]*grant{}, revoked: map[string]bool{},
		visits: map[string]visit{}, authorized: map[string]authorized{}, declared: cfg.declarations(),
		origins: map[string]string{}, servers: serversOf(cfg), imports: map[string]importJob{}, domains: map[string]domain{},
		tracking: sessionTracking{most: sessionsOfUser}, events: map[string][]authEvent{},
	}
	for _, name := range cfg.UsernameAttributes {
		s.signInNames[name] = false
	}
	for _, name := range cfg.AliasAttributes {
		s.signInNames[name] = name != "preferred_username"
	}
	for _, client := range cfg.Clients {
		if client.settings == nil { // made in Go
			client.settings = clientSettings{"ClientId": client.ID, "ClientName": client.Name}
		}
		client.settings = maps.Clone(client.settings)
		client.settings["UserPoolId"], client.settings["CreationDate"], client.settings["LastModifiedDate"] = cfg.ID, epoch(now()), epoch(now())
		client.keepSecret(now())
		s.clients[client.ID] = client
	}
	for _, provider := range cfg.Providers {
		s.providers[provider.Name] = declared(cfg.ID, provider, now())
	}
	for _, g := range cfg.Groups {
		s.groups[g.Name] = group{g, now(), now()}
	}
	return s
}

func (s *store) fold(name string) string {
	if s.caseSensitive {
		return name
	}
	return strings.ToLower(name)
}

// find returns the user with this username, sub or sign-in attribute. An alias counts
// once it is verified; an address that is the username counts at once (guide, "User
// attributes"). A sub does not name a federated user (API reference, AdminGetUser).
func (s *store) find(name string) (user, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.resolve(name); u != nil {
		return u.clone(), true
	}
	return user{}, false
}

// add stores a new user unless its username or an address that names users is taken. With
// steal, a taken alias moves to the new user.
func (s *store) add(u user, steal bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users[s.fold(u.username)] != nil {
		return errUserExists()
	}
	if err := s.claimNames(&u, steal, true); err != nil {
		return err
	}
	s.put(u)
	return nil
}

// change applies f to the user and then checks that no two users share a name. If f or
// the check refuses, nothing changes.
func (s *store) change(username string, steal bool, f func(*user) error) (user, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	current := s.users[s.fold(username)]
	if current == nil {
		return user{}, errNoUser()
	}
	next := current.clone()
	if err := f(&next); err != nil {
		return user{}, err
	}
	if err := s.claimNames(&next, steal, false); err != nil {
		return user{}, err
	}
	s.put(next)
	return next.clone(), nil
}

// put stores a copy of u under its name. A search by name finds it at once, a list after
// the delay. A new password ends what browsers may do with the old one, and a link that is
// taken away what came by it; AWS says neither.
func (s *store) put(u user) {
	key := s.fold(u.username)
	if old := s.users[key]; old != nil {
		s.names.drop(key, s.namesOf(old))
		if old.password.Salt() != u.password.Salt() || len(u.identities) < len(old.identities) {
			s.dropVisits(key)
		}
	} else {
		u.place = s.listing.nextPlace()
	}
	u = u.clone()
	s.users[key] = &u
	s.names.add(key, s.namesOf(&u))
	s.listing.record(s.now(), u.place, &u)
}

func (s *store) remove(username string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := s.fold(username)
	old := s.users[key]
	if old == nil {
		return
	}
	delete(s.users, key)
	delete(s.codes, key)
	delete(s.attempts, key)
	delete(s.events, key)
	s.names.drop(key, s.namesOf(old))
	s.listing.record(s.now(), old.place, nil)
	s.endSessions(s.sessionOf(key))
	s.dropChallenges(key)
	s.dropVisits(key)
}

// signOut ends every session of a user.
func (s *store) signOut(username string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endSessions(s.sessionOf(s.fold(username)))
}

func (s *store) sessionOf(key string) func(*grant) bool {
	return func(g *grant) bool { return s.fold(g.username) == key }
}

func (s *store) endSessions(which func(*grant) bool) {
	for token, g := range s.grants {
		if which(g) {
			s.revoked[g.originJTI] = true
			delete(s.grants, token)
		}
	}
}

// count returns the number of users, without the list's delay.
func (s *store) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.users)
}

// attributesThatNameUsers returns them sorted, so that the first refusal is always the
// same.
func (s *store) attributesThatNameUsers() []string { return slices.Sorted(maps.Keys(s.signInNames)) }
