package userpool

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/federation"
)

// ImportedUser is a user to import.
type ImportedUser struct {
	// Username may be empty in a pool whose usernames are addresses: then it is the sub.
	// For a user of a provider it is made of Provider and Subject.
	Username string
	// Provider and Subject make the user a federated one.
	Provider, Subject string
	// Attributes are stored unchanged, email_verified too. sub is not among them.
	Attributes map[string]string
	// Password is kept as a verifier, which takes a millisecond to make. A user without one
	// cannot sign in. With the status FORCE_CHANGE_PASSWORD it is temporary, from now on.
	Password string
	// Status is a user status. "" is EXTERNAL_PROVIDER for a user of a provider,
	// CONFIRMED with a password, otherwise RESET_REQUIRED, as after an import from a CSV
	// file (guide, "Importing users from a CSV file").
	Status   string
	Disabled bool
	Groups   []string
	// Created is also when the user was last changed; zero is now.
	Created time.Time
}

// Import adds users without a trigger, a message or a quota, as a user import does, and
// returns their subs in the same order. A hundred thousand without a password take a second
// or two. After a refusal the users before it stay.
func (p *Pool) Import(users ...ImportedUser) (subs []string, err error) {
	defer p.service.changed()
	subs = make([]string, 0, len(users))
	for i, from := range users {
		u, err := p.imported(from)
		if err == nil {
			err = p.store.add(u, false)
		}
		if err != nil {
			return subs, fmt.Errorf("importing user %d into the local user pool: %w", i, err)
		}
		subs = append(subs, u.sub)
	}
	return subs, nil
}

func (p *Pool) imported(from ImportedUser) (user, error) {
	created := from.Created
	if created.IsZero() {
		created = p.now()
	}
	u := user{
		username: from.Username, sub: newUUID(), status: from.Status, enabled: !from.Disabled,
		attributes: maps.Clone(from.Attributes), groups: slices.Clone(from.Groups), created: created, modified: created,
	}
	if u.attributes == nil {
		u.attributes = map[string]string{}
	}
	if err := p.checkAttributes(u.attributes); err != nil {
		return user{}, err
	}
	var err error
	if from.Provider != "" {
		err = p.federate(&u, from.Provider, from.Subject)
	} else {
		err = p.complete(&u, from.Password)
	}
	return u, err
}

// federate makes u a user of a provider, as the first sign-in does.
func (p *Pool) federate(u *user, provider, subject string) error {
	// The whole name is lower case in a pool that ignores case (guide, "Mapping IdP
	// attributes to profiles and tokens").
	u.username, u.status = p.store.fold(provider+"_"+subject), cmp.Or(u.status, externalProvider)
	u.groups = append(u.groups, p.providerGroup(provider))
	return u.identify([]identity{{
		UserID: subject, ProviderName: provider, ProviderType: p.providerType(provider), Primary: true,
		DateCreated: u.created.UnixMilli(), by: federation.Subject,
	}})
}

// providerType returns a provider's type; that of one which is gone is taken from its name.
func (p *Pool) providerType(name string) string {
	found, known := p.store.provider(name)
	switch {
	case known:
		return found.Type
	case slices.Contains([]string{"Google", "Facebook", "LoginWithAmazon", "SignInWithApple"}, name):
		return name
	}
	return federation.OIDC
}

// complete sets what a local user still lacks.
func (p *Pool) complete(u *user, password string) error {
	if u.username == "" && len(p.cfg().UsernameAttributes) > 0 {
		u.username = u.sub
	}
	if u.username == "" {
		return invalidParameter("A user of this pool needs a username.")
	}
	fallback := resetRequired
	if password != "" {
		fallback = confirmed
		u.password = p.verifier(u.username, password)
	}
	if u.status = cmp.Or(u.status, fallback); u.status == forceChangePassword {
		u.temporaryUntil = p.temporaryUntil()
	}
	return nil
}
