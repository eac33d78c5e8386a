package support

import (
	"cmp"
	"context"
	"fmt"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// Client is an app client and its token profile.
type Client struct {
	// Name is the name in the stage of a client of the stack, ID its id; each is "" if unknown.
	Name string `json:"name,omitempty"`
	ID   string `json:"id,omitempty"`
	// Profile is the token profile, policy.Unknown for none; From is where it is said.
	Profile string     `json:"profile"`
	From    ClientFrom `json:"from"`
	// Note says where the row and the stage file differ, and what to do.
	Note string `json:"note,omitempty"`
}

// ClientFrom is where a client's profile is said.
type ClientFrom string

// The places.
const (
	FromRow    ClientFrom = "CLIENT row"
	FromStage  ClientFrom = "stage file"
	FromNobody ClientFrom = "nobody"
)

// Client returns the client of a name of the stage or an id. The row that the functions
// read counts more than the stage file, which may not be deployed. The error is Unknown for
// a client that neither knows.
func (s Suite) Client(ctx context.Context, asked string) (Client, error) {
	c := Client{ID: asked}
	for name := range s.Stage.Clients {
		switch id := s.Outputs[settings.ClientOutput(name)]; {
		case asked == name:
			c.Name, c.ID = name, id
		case id != "" && asked == id:
			c.Name = name
		}
	}
	return s.profile(ctx, c, asked)
}

// profile completes a client.
func (s Suite) profile(ctx context.Context, c Client, asked string) (Client, error) {
	inFile := s.Stage.Profiles()[cmp.Or(c.Name, c.ID)]
	c.Profile, c.From = inFile, FromStage
	asRead := s.Clients != nil && c.ID != ""
	if asRead {
		access, err := s.Clients.Access(ctx, users.Key{}, c.ID)
		switch {
		case denied(err):
			asRead, c.Note = false, "these credentials may not read the app client's row (dynamodb:BatchGetItem): the stage file may not be deployed"
		case err != nil:
			return c, fmt.Errorf("reading the row CLIENT of the app client: %w", err)
		case access.ClientProfile != "":
			c.Profile, c.From = access.ClientProfile, FromRow
		default:
			c.Profile, c.From = policy.Unknown, FromNobody
		}
	}
	_, known := s.Stage.Policy.Tokens.Profiles[c.Profile]
	switch {
	case c.From == FromRow && !known:
		c.Note = fmt.Sprintf("the row says %s, and the stage file has no such profile", policy.Shown(c.Profile))
	case c.From == FromRow && s.Stage.Runs():
	case c.From == FromRow && inFile != c.Profile:
		c.Note = fmt.Sprintf("the stage file says %s: it is not deployed", cmp.Or(inFile, "none"))
	case c.From == FromNobody && inFile != "":
		c.Note = fmt.Sprintf("the stage file says %s, and the table has no row of this app client: it is not deployed", policy.Shown(inFile))
	case c.Profile == "" || c.From == FromNobody && c.Name == "":
		return c, s.unknownClient(asked, asRead)
	}
	return c, nil
}

// unknownClient says that nothing names a client.
func (s Suite) unknownClient(asked string, asRead bool) error {
	where := "the stage file has no profile for it"
	if s.Outputs != nil {
		where += ", it is none of the stack's outputs"
	}
	if asRead {
		where += ", and the table has no row CLIENT of it"
	}
	return Unknown(fmt.Sprintf("the app client %s has no token profile: %s. Its tokens have the built-in profile %s, which adds nothing", policy.Shown(asked), where, policy.Unknown))
}
