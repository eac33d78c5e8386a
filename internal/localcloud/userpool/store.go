package userpool

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// store is all that the pool remembers. Its methods lock, copy and return; none
// calls anything that could take time. Between two calls of one operation other
// operations run, so whoever writes decides again, inside change.
type store struct {
	mu            sync.Mutex
	caseSensitive bool
	// signInNames are the attributes that name a user, true where only a verified
	// value does.
	signInNames map[string]bool
	users       map[string]*user // by fold(username)
	order       []string         // keys of users, oldest first
	groups      map[string]*group
	clients     map[string]Client    // by id
	codes       map[string]code      // by fold(username)
	challenges  map[string]challenge // by session
	grants      map[string]*grant    // by refresh token
	revoked     map[string]bool      // origin_jti of users' ended sessions
}

type group struct {
	Name, Description, RoleARN string
	Precedence                 *int
	created                    time.Time
}

func newStore(cfg Config, now time.Time) *store {
	s := &store{
		caseSensitive: cfg.CaseSensitive, signInNames: map[string]bool{},
		users: map[string]*user{}, groups: map[string]*group{}, clients: map[string]Client{}, codes: map[string]code{},
		challenges: map[string]challenge{}, grants: map[string]*grant{}, revoked: map[string]bool{},
	}
	for _, name := range cfg.UsernameAttributes {
		s.signInNames[name] = false
	}
	for _, name := range cfg.AliasAttributes {
		s.signInNames[name] = name != "preferred_username"
	}
	for _, client := range cfg.Clients {
		s.clients[client.ID] = client
	}
	for _, name := range cfg.Groups {
		s.groups[name] = &group{Name: name, created: now}
	}
	return s
}

func (s *store) fold(name string) string {
	if s.caseSensitive {
		return name
	}
	return strings.ToLower(name)
}

// find gives the user whom name means: a username, a sub, or a sign-in attribute
// of the pool. guide, "User attributes": an alias counts only once verified; an
// address in the place of the username counts at once. A sub does not name a
// federated user (API reference, AdminGetUser).
func (s *store) find(name string) (user, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.resolve(name); u != nil {
		return u.clone(), true
	}
	return user{}, false
}

func (s *store) resolve(name string) *user {
	folded := s.fold(name)
	if u := s.users[folded]; u != nil {
		return u
	}
	for _, key := range s.order {
		u := s.users[key]
		if u.status != externalProvider && (u.sub == name || s.namedBy(u, folded)) {
			return u
		}
	}
	return nil
}

func (s *store) namedBy(u *user, folded string) bool {
	for attribute, mustBeVerified := range s.signInNames {
		if v := u.attributes[attribute]; v != "" && s.fold(v) == folded && (!mustBeVerified || u.verified(attribute)) {
			return true
		}
	}
	return false
}

// add stores a new user unless its username or an address that names users is
// taken. With steal, a taken alias moves to the new user.
func (s *store) add(u user, steal bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users[s.fold(u.username)] != nil {
		return errUserExists()
	}
	if err := s.claimNames(&u, steal); err != nil {
		return err
	}
	c := u.clone()
	s.users[s.fold(u.username)] = &c
	s.order = append(s.order, s.fold(u.username))
	return nil
}

// change applies f to the user and checks that no two users share a name
// afterwards. When f or the check refuses, nothing has changed.
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
	if err := s.claimNames(&next, steal); err != nil {
		return user{}, err
	}
	*current = next
	return next.clone(), nil
}

// claimNames makes sure that the sign-in attributes of u name u alone.
func (s *store) claimNames(u *user, steal bool) error {
	for _, attribute := range slices.Sorted(maps.Keys(s.signInNames)) {
		other := s.otherHolder(u, attribute)
		switch {
		case other == nil:
		case !s.signInNames[attribute] && attribute != "preferred_username":
			// Seen wherever a pool takes e-mail addresses as usernames.
			return refuse("UsernameExistsException", "An account with the given %s already exists.", attribute)
		case !steal || !s.signInNames[attribute]:
			// guide, "Managing user existence error responses".
			return refuse("AliasExistsException", "An account with the %s already exists.", attribute)
		default:
			// guide, "Pre sign-up Lambda trigger": the alias moves, the previous
			// user's address becomes unverified.
			other.attributes[attribute+"_verified"] = "false"
		}
	}
	return nil
}

func (s *store) otherHolder(u *user, attribute string) *user {
	value, mustBeVerified := u.attributes[attribute], s.signInNames[attribute]
	if value == "" || u.status == externalProvider || (mustBeVerified && !u.verified(attribute)) {
		return nil
	}
	for _, key := range s.order {
		other := s.users[key]
		if other.username == u.username || other.status == externalProvider || s.fold(other.attributes[attribute]) != s.fold(value) {
			continue
		}
		if !mustBeVerified || other.verified(attribute) {
			return other
		}
	}
	return nil
}

func (s *store) remove(username string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := s.fold(username)
	delete(s.users, key)
	delete(s.codes, key)
	s.order = slices.DeleteFunc(s.order, func(k string) bool { return k == key })
	s.endSessions(key)
}

// signOut ends every session of a user.
func (s *store) signOut(username string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endSessions(s.fold(username))
}

func (s *store) endSessions(key string) {
	for token, g := range s.grants {
		if s.fold(g.username) == key {
			s.revoked[g.originJTI] = true
			delete(s.grants, token)
		}
	}
}

// all gives every user, oldest first.
func (s *store) all() []user {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]user, 0, len(s.order))
	for _, key := range s.order {
		out = append(out, s.users[key].clone())
	}
	return out
}
