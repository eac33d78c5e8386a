package userpool

import "slices"

// names finds the keys of the users with a sub or with a value of a sign-in attribute,
// whether or not it lets them sign in, so that a pool of a hundred thousand users finds
// one at once.
type names map[name][]string

// name is a value of an attribute, folded; a sub is never folded.
type name struct{ attribute, value string }

func (n names) add(key string, all []name) {
	for _, one := range all {
		n[one] = append(n[one], key)
	}
}

func (n names) drop(key string, all []name) {
	for _, one := range all {
		left := slices.DeleteFunc(n[one], func(k string) bool { return k == key })
		if n[one] = left; len(left) == 0 {
			delete(n, one)
		}
	}
}

// namesOf returns all names under which u may be found.
func (s *store) namesOf(u *user) []name {
	all := []name{{"sub", u.sub}}
	for _, attribute := range s.attributesThatNameUsers() {
		if v := u.attributes[attribute]; v != "" {
			all = append(all, name{attribute, s.fold(v)})
		}
	}
	for _, i := range u.identities {
		all = append(all, i.name())
	}
	return all
}

// resolve finds a user by any name. Of several users with an alias it returns the oldest
// whose alias counts.
func (s *store) resolve(typed string) *user {
	folded := s.fold(typed)
	if u := s.users[folded]; u != nil {
		return u
	}
	asked := []name{{"sub", typed}}
	for attribute := range s.signInNames {
		asked = append(asked, name{attribute, folded})
	}
	var found *user
	for _, one := range asked {
		for _, key := range s.names[one] {
			if u := s.users[key]; s.counts(u, one.attribute) && (found == nil || u.place < found.place) {
				found = u
			}
		}
	}
	return found
}

// counts reports whether the attribute names u. An alias counts once it is verified; only
// the username names a federated user.
func (s *store) counts(u *user, attribute string) bool {
	return u.status != externalProvider && (!s.signInNames[attribute] || u.verified(attribute))
}

// claimNames makes sure that the sign-in attributes and identities of u name u alone. isNew
// selects the exception.
func (s *store) claimNames(u *user, steal, isNew bool) error {
	if err := s.claimIdentities(u); err != nil {
		return err
	}
	for _, attribute := range s.attributesThatNameUsers() {
		other := s.otherHolder(u, attribute)
		if other == nil {
			continue
		}
		if !steal || !s.signInNames[attribute] {
			return errNameTaken(attribute, s.signInNames[attribute] || attribute == "preferred_username", isNew)
		}
		// The alias moves and the previous user's address becomes unverified (guide, "Pre
		// sign-up Lambda trigger").
		loser := other.clone()
		loser.attributes[attribute+"_verified"] = "false"
		s.put(loser)
	}
	return nil
}

func (s *store) otherHolder(u *user, attribute string) *user {
	value := u.attributes[attribute]
	if value == "" || !s.counts(u, attribute) {
		return nil
	}
	for _, key := range s.names[name{attribute, s.fold(value)}] {
		if other := s.users[key]; other.username != u.username && s.counts(other, attribute) {
			return other
		}
	}
	return nil
}
