package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// stagesFolder is the folder of the stage files in the project's folder.
const stagesFolder = "infra/stages"

const previewHelp = `
token-preview: the ID and the access token of a user and an app client, as they would be

  go run ./infra/cmd/ops token-preview --stage NAME [--user USER] [--client CLIENT]

The stage's file is compiled, the event that Cognito would send is made, and the
function's own code answers it; nothing is deployed and no user signs in. Each added
claim is shown with its origin and its size, and what was left out with the reason.
What a preview cannot know (times, ids) has the length of the real value.

  --user USER       a JSON file (*.json) with the user's AUTHZ row, as authz show
                    --json writes it, optionally with "username", "attributes" and
                    "groups"; or a sub, an e-mail address or a user name, which is looked
                    up in the table and the pool. Without it: a user without a row
  --client CLIENT   an app client's name in the stage (default: web), or its id: its profile
                    is what its row in the table says, or the stack's outputs and the
                    stage file
  --token-profile NAME
                    as if the client had this profile of the policy; unknown is that of
                    clients that have none
  --groups A,B      as if the user were in these groups of the pool
  --tenant TENANT   the tenant that the caller asks for (clientMetadata)
  --source SOURCE   the event's triggerSource (default: a sign-in, or client credentials)
  --store-dead      the tokens when the table does not answer; the client's profile is
                    then unknown too, unless a function remembers it
  --json            write it as JSON
` + targetHelp + `
Exit status: 0, or 4 if the user gets no token, 5 if nobody knows the app client or the
address, 6 if the tokens of USER lack a grant of the profile or of AUTHZ, 7 if the tenant
is none of the user's.

Example:
  go run ./infra/cmd/ops token-preview --stage dev --user ada.json --client web
`

func tokenPreview(ctx context.Context, args []string, t terminal) error {
	q, err := readQuestion(ctx, args, t)
	if err != nil {
		return err
	}
	p, err := q.Answer()
	if err != nil {
		return err
	}
	return cmp.Or(show(t, q.json, p, printTokens), conclude(p, q.ofUser))
}

// show writes an answer, for programs or for readers.
func show[Answer any](t terminal, asJSON bool, answer Answer, print func(io.Writer, Answer)) error {
	if asJSON {
		return writeJSON(t.out, answer)
	}
	print(t.out, answer)
	return nil
}

// conclude returns the status of tokens. Without a user, nothing has been granted that could
// be absent.
func conclude(p support.TokenPreview, ofUser bool) error {
	switch {
	case p.Refused != "":
		return concluded(denied)
	case p.NoTenant != "":
		return concluded(noTenant)
	case ofUser && len(p.Missing()) > 0:
		return concluded(absent)
	}
	return nil
}

// question is one call of the verb.
type question struct {
	support.TokenQuestion
	json, ofUser bool
}

// readQuestion reads the flags, the stage and the user.
func readQuestion(ctx context.Context, args []string, t terminal) (q question, err error) {
	var user, groups, source string
	var where target
	flags := newFlags("token-preview")
	where.flags(flags)
	flags.StringVar(&user, "user", "", "")
	flags.StringVar(&q.Client, "client", "", "")
	flags.StringVar(&q.Profile, "token-profile", "", "")
	flags.StringVar(&groups, "groups", "", "")
	flags.StringVar(&q.Tenant, "tenant", "", "")
	flags.StringVar(&source, "source", "", "")
	flags.BoolVar(&q.StoreDead, "store-dead", false, "")
	flags.BoolVar(&q.json, "json", false, "")
	err = where.parseOnly(flags, args)
	q.Source = cognito.Source(source)
	switch {
	case err != nil:
		return q, err
	case source != "" && !q.Source.In(cognito.TokenGenerationSources()):
		return q, misused("there is no source %q: pass one of %s", source, joinSources())
	}
	stage, err := where.tokenStage(ctx)
	if err = cmp.Or(err, stage.Lacking("PreTokenGeneration", "tokens are as Cognito makes them")); err != nil {
		return q, err
	}
	q.Stage, q.TokenSettings, q.Client = cmp.Or(where.stage, stage.Name), stage.TokenSettings(), cmp.Or(q.Client, stage.MainClient())
	_, named := q.Clients[q.Client]
	if !named && !claims.IsClientID(q.Client) {
		return q, misused("%q is not an app client: pass %s, or an app client's id", q.Client, strings.Join(sortedKeys(q.Clients), ", "))
	}
	if _, known := q.Policy.Profiles[q.Profile]; !known && q.Profile != "" && q.Profile != policy.Unknown {
		return q, misused("the stage %s has no token profile %q; it has: %s", q.Stage, q.Profile, strings.Join(sortedKeys(q.Policy.Profiles), ", "))
	}
	if q.Profile == "" && !named {
		client, err := where.client(ctx, stage, q.Client, t)
		if err != nil {
			return q, err
		}
		q.Client, q.Profile = cmp.Or(client.Name, client.ID), client.Profile
	}
	q.ofUser = user != ""
	if q.User, err = where.user(ctx, stage, user, t); err != nil {
		return q, err
	}
	if given(flags, "groups") {
		q.User.Groups = strings.FieldsFunc(groups, func(r rune) bool { return r == ',' })
	}
	return q, nil
}

// client finds an app client by its id: in the table if the suite is named, or else in the
// stage file alone.
func (t *target) client(ctx context.Context, stage settings.Stage, id string, at terminal) (support.Client, error) {
	s := support.Suite{Stage: stage}
	if t.known != nil || t.table != "" || t.outputs != "" || isFile(outputsOf(t.stage)) {
		var err error
		if s, err = t.suite(ctx, stage, at); err != nil {
			return support.Client{}, fmt.Errorf("%w (or pass --client with a name of the stage, or --token-profile NAME)", err)
		}
	}
	client, err := s.Client(ctx, id)
	if _, nobody := errors.AsType[support.Unknown](err); nobody {
		return client, fmt.Errorf("%w; --token-profile NAME previews a profile", err)
	}
	return client, t.advise(err, at)
}

// user reads the user from its file, or from the table and the pool.
func (t *target) user(ctx context.Context, stage settings.Stage, user string, at terminal) (support.Subject, error) {
	switch {
	case user == "":
		return support.Subject{}, nil
	case strings.HasSuffix(user, ".json"): // a sub cannot end so
		return support.ReadSubject(user)
	}
	s, err := t.suite(ctx, stage, at)
	if err != nil {
		return support.Subject{}, fmt.Errorf("%w (or name a *.json file with --user)", err)
	}
	p, err := s.Subject(ctx, user)
	if err != nil {
		return support.Subject{}, t.advise(err, at)
	}
	return p, nil
}

func joinSources() string {
	var all []string
	for _, source := range cognito.TokenGenerationSources() {
		all = append(all, string(source))
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}
