package support

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// WhyQuestion is what Suite.Why answers.
type WhyQuestion struct {
	// User is a sub, an e-mail address or a user name; "" with a Token is its user.
	User string
	// Client is an app client's name in the stage ("" is Settings.MainClient) or its id; ""
	// with a Token is its client.
	Client string
	// Tenant is the tenant that the caller asks for.
	Tenant string
	// Token is a token of the user, to be compared with what would be said now; "" is none.
	Token string
	// Now is the time at which a token counts as expired.
	Now time.Time
}

// Why says what a user's tokens say and lack, and why. Its JSON is for programs; members
// are only ever added.
type Why struct {
	Stage string `json:"stage"`
	Pool  string `json:"pool"`
	Sub   string `json:"sub"`
	// LogUser is the member user of the functions' log lines.
	LogUser string `json:"logUser"`
	// Member is the user in the pool; nil if the pool has no such user, or was not asked.
	Member *Member `json:"member,omitempty"`
	// PoolNote says why the pool was not asked; "" if it was.
	PoolNote string `json:"poolNote,omitempty"`
	// NoSignIn says why Cognito itself lets the user not sign in; "" if it does, or was not
	// asked.
	NoSignIn string `json:"noSignIn,omitempty"`
	// Deleted reports whether the user's rows are tombstones.
	Deleted bool `json:"deleted,omitempty"`
	// Profile, SignIn and Authz are the rows; nil if absent. Authz has who changed the row
	// last, and when: of a suspended user, the suspension, unless a grant has come after it.
	Profile *directory.Profile `json:"profileRow,omitempty"`
	SignIn  *directory.SignIn  `json:"signInRow,omitempty"`
	Authz   *directory.Authz   `json:"authzRow,omitempty"`
	Client  Client             `json:"client"`
	// Tokens are those that the user would get now, with what became of each grant.
	Tokens TokenPreview `json:"tokens"`
	// Issued compares the token that was asked about; nil without one.
	Issued *Issued `json:"issued,omitempty"`
}

// Why answers. The error is Unknown for a user or a client that is not there.
func (s Suite) Why(ctx context.Context, q WhyQuestion) (Why, error) {
	issued, err := readIssued(q.Token)
	if err != nil {
		return Why{}, err
	}
	if issued != nil {
		q.User, q.Client = cmp.Or(q.User, issued.text("sub")), cmp.Or(q.Client, issued.client())
	}
	w, err := s.user(ctx, q.User)
	if err != nil {
		return Why{}, err
	}
	if w.Client, err = s.Client(ctx, cmp.Or(q.Client, s.Stage.MainClient())); err != nil {
		return Why{}, err
	}
	if w.Tokens, err = s.tokens(w, q.Tenant, issued); err != nil {
		return Why{}, err
	}
	if issued != nil {
		w.Issued = issued.compare(w, q.Now)
	}
	return w, nil
}

// tokens previews the tokens of the user.
func (s Suite) tokens(w Why, tenant string, issued *issued) (TokenPreview, error) {
	q := TokenQuestion{
		Stage: s.Stage.Name, TokenSettings: s.Stage.TokenSettings(), Client: cmp.Or(w.Client.Name, w.Client.ID), ClientID: w.Client.ID, Pool: s.Pool,
		Profile: w.Client.Profile, Tenant: tenant, User: w.subject(),
	}
	if issued != nil && tenant == "" {
		q.Tenant = issued.tenant(s.Stage.Policy.Tokens.Profiles[w.Client.Profile])
	}
	if s.Stage.Clients[w.Client.Name].Machine {
		q.Source = cognito.TokenClientCredentials
	}
	return q.Answer()
}

// user reads all that is known of a user.
func (s Suite) user(ctx context.Context, user string) (Why, error) {
	w, err := s.inTable(ctx, user)
	_, nobody := errors.AsType[Unknown](err)
	if err != nil && !nobody {
		return Why{}, err
	}
	name := user
	if w.Profile != nil {
		name = cmp.Or(w.Profile.Username, w.Sub)
	}
	member, asking := s.member(ctx, name)
	w.PoolNote = notAsked(s, asking)
	switch {
	case asking != nil && w.PoolNote == "":
		return Why{}, asking
	case nobody && member == nil:
		return Why{}, err
	case nobody: // the table knows no such sub and no such address, but the pool a user of this name
		w = Why{Sub: member.Sub, Member: member}
		if _, err := s.rows(ctx, &w); err != nil {
			return Why{}, err
		}
	case member != nil && member.Sub == w.Sub: // or else the name belongs to somebody else by now
		w.Member = member
	}
	w.Stage, w.Pool, w.LogUser = s.Stage.Name, s.Pool, kernel.UserHash(s.Pool, w.Sub)
	if w.PoolNote == "" {
		w.NoSignIn = w.Member.noSignIn()
	}
	return w, nil
}

var isUUID = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// Sub returns the sub of a user by sub, verified e-mail address or user name. A UUID is one,
// and is not looked up: the user's rows may be gone. The error is Unknown for a user that
// neither table nor pool knows.
func (s Suite) Sub(ctx context.Context, user string) (string, error) {
	if isUUID.MatchString(user) {
		return user, nil
	}
	w, err := s.user(ctx, user)
	return w.Sub, err
}

// inTable reads the rows of a sub or of an address.
func (s Suite) inTable(ctx context.Context, user string) (Why, error) {
	sub, err := Find(ctx, s.Directory, user)
	if err != nil {
		return Why{}, err
	}
	w := Why{Sub: sub}
	known, err := s.rows(ctx, &w)
	if err == nil && !known {
		err = Unknown("no user of the pool " + s.Pool + " is " + policy.Shown(user) + ", neither by sub nor by user name: check it, the pool and the stage")
	}
	return w, err
}

// rows reads the rows of w.Sub and reports whether there is any.
func (s Suite) rows(ctx context.Context, w *Why) (known bool, err error) {
	profile, errProfile := s.Directory.Profile(ctx, w.Sub)
	signIn, errSignIn := s.Directory.SignIn(ctx, w.Sub)
	authz, errAuthz := s.Directory.Authz(ctx, w.Sub)
	for _, err := range []error{errProfile, errSignIn, errAuthz} {
		switch {
		case errors.Is(err, directory.ErrDeleted):
			w.Deleted = true
		case err != nil && !errors.Is(err, directory.ErrNotFound):
			return false, err
		}
	}
	if errProfile == nil {
		w.Profile = &profile
	}
	if errSignIn == nil {
		w.SignIn = &signIn
	}
	if none := (directory.Row{Schema: directory.SchemaVersion, Status: directory.Active}); errAuthz == nil && !reflect.DeepEqual(authz.Authz, none) {
		w.Authz = &authz
	}
	return w.Deleted || w.Profile != nil || w.SignIn != nil || w.Authz != nil, nil
}

// Subject returns a user as the functions would see the user in an event: what the pool
// says now, or PROFILE if the pool is not asked. The error is Unknown for a user whom neither
// knows.
func (s Suite) Subject(ctx context.Context, user string) (Subject, error) {
	w, err := s.user(ctx, user)
	if err != nil {
		return Subject{}, err
	}
	return w.subject(), nil
}

// subject returns the user as the functions would see the user in an event.
func (w Why) subject() Subject {
	p := Subject{Authz: directory.Authz{Sub: w.Sub}, Attributes: map[string]string{}}
	if w.Authz != nil {
		p.Authz = *w.Authz
	}
	if w.Deleted {
		p.Status = table.Deleted
	}
	if w.Profile != nil {
		p.copied(*w.Profile)
	}
	if w.Member != nil {
		p.Username, p.Groups, p.Attributes = w.Member.Username, w.Member.Groups, maps.Clone(w.Member.Attributes)
		if strings.Contains(w.Member.Status, "EXTERNAL") {
			p.PoolStatus = w.Member.Status
		}
	}
	return p
}
