package template

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// A stack may be beside a pool that it does not make: it names the pool where it lets Cognito
// call its functions. Then the local cloud makes that pool, with AWS's defaults and app
// clients, or as an answer of DescribeUserPool says.

// existingPool makes the pool of a template without one, if a permission names it.
func (r *reading) existingPool() {
	for _, p := range r.policy {
		_, id, names := strings.Cut(p.SourceARN, ":userpool/")
		if r.stack.Pool != nil || p.Principal != "cognito-idp.amazonaws.com" || !names || strings.ContainsAny(id, "*?") {
			continue
		}
		region, _, _ := strings.Cut(id, "_")
		parts := strings.Split(p.SourceARN, ":")
		r.stack.Pool = &Pool{LogicalID: id, Existing: true}
		r.stack.Pool.Clients = r.localClients()
		if err := r.stack.Pool.set(map[string]any{"Name": id}); err != nil {
			r.faults = append(r.faults, err)
			return
		}
		pool := &r.stack.Pool.Config
		pool.ID, pool.ARN, pool.Region, pool.AccountID = id, p.SourceARN, region, parts[4]
	}
}

// LocalClient is the name of the app client of an existing pool of which no client is known.
const LocalClient = "local"

// localClients returns an app client for each that a custom resource of the stack names by its
// Id, and otherwise one. They sign in by SRP and by password.
func (r *reading) localClients() (all []Client) {
	for _, resource := range r.stack.CustomResources {
		named, _ := resource.Properties["Clients"].([]any)
		for _, each := range named {
			of, _ := each.(map[string]any)
			if id, _ := of["Id"].(string); id != "" {
				all = append(all, r.localClient(id, id))
			}
		}
	}
	if len(all) == 0 {
		all = append(all, r.localClient(r.invent("client", LocalClient, lowerAlphanumerics, 26), LocalClient))
	}
	return all
}

func (r *reading) localClient(id, name string) Client {
	client, err := userpool.NewClient(map[string]any{
		"ClientId": id, "ClientName": name,
		"ExplicitAuthFlows": []string{"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
	})
	if err != nil {
		r.faults = append(r.faults, err)
	}
	return Client{LocalClient, client}
}

// set reads settings as DescribeUserPool shows them.
func (p *Pool) set(described map[string]any) error {
	settings, err := userpool.DescribedSettings(described)
	if err == nil {
		err = p.obey(settings)
	}
	if err != nil {
		return fmt.Errorf("the pool %s: %w", p.LogicalID, err)
	}
	return nil
}

// obey keeps what belongs to the pool and is none of its settings.
func (p *Pool) obey(settings userpool.Settings) error {
	next, err := settings.Config()
	next.ID, next.ARN, next.Region, next.AccountID, next.Domain = p.ID, p.ARN, p.Region, p.AccountID, p.Domain
	p.Config = next
	return err
}

// described is an answer of DescribeUserPool (aws cognito-idp describe-user-pool), to which
// somebody may add the answers of DescribeUserPoolClient.
type described struct {
	UserPool        map[string]any
	UserPoolClients []map[string]any
}

// maxDescribed is half of what the suite reads of an answer of AWS (package awsraw): a pool of
// 1,000 app clients, the most that it may have, is less.
const maxDescribed = 8 << 20

// Describe sets the pool that the stack does not make as DescribeUserPool shows it. Hooks
// whose functions do not run here, and what the local cloud does not obey, are lines of
// Unsupported: the file is of a pool that is there, so nothing can be corrected in it.
func (s *Stack) Describe(text []byte) error {
	var d described
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber() // a member that nobody knows stays as it is written
	switch err := decoder.Decode(&d); {
	case s.Pool == nil || !s.Pool.Existing:
		return errors.New("the stack makes its pool itself, or has none: take --pool away")
	case len(text) > maxDescribed:
		return fmt.Errorf("it has %d bytes, and no pool has more than %d", len(text), maxDescribed)
	case err != nil:
		return fmt.Errorf("want what aws cognito-idp describe-user-pool writes: %w", err)
	case d.UserPool == nil:
		return errors.New("want what aws cognito-idp describe-user-pool writes, with the member UserPool")
	case d.UserPool["Id"] != s.Pool.ID:
		return fmt.Errorf("it is of the pool %q, and the stack is for %s", d.UserPool["Id"], s.Pool.ID)
	}
	prefix, _ := d.UserPool["Domain"].(string)
	custom, _ := d.UserPool["CustomDomain"].(string)
	s.Pool.Domain = cmp.Or(custom, prefix)
	if err := s.Pool.set(d.UserPool); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(s.Pool.Triggers)) {
		if function := s.Pool.Triggers[name].FunctionARN; !s.runs(function) {
			s.Unsupported = append(s.Unsupported, fmt.Sprintf("%s: %s (%q) does not run here and is not called", s.Pool.ID, name, function))
			s.Pool.Uncalled = append(s.Pool.Uncalled, function)
			delete(s.Pool.Triggers, name)
		}
	}
	for _, line := range Unobeyed(s.Pool.Settings) {
		s.Unsupported = append(s.Unsupported, s.Pool.ID+": "+line)
	}
	return s.Pool.clients(d.UserPoolClients)
}

// clients takes the place of the local client if any is described.
func (p *Pool) clients(described []map[string]any) error {
	var all []Client
	for _, settings := range described {
		if inner, is := settings["UserPoolClient"].(map[string]any); is {
			settings = inner
		}
		client, err := userpool.NewClient(settings)
		if err != nil {
			return fmt.Errorf("the app client %v: %w", settings["ClientId"], err)
		}
		all = append(all, Client{cmp.Or(client.Name, client.ID), client})
	}
	if len(all) > 0 {
		p.Clients = all
	}
	return nil
}

// Wiring returns what the owner of an existing pool hooks into it, by the outputs that name
// the aliases: PreSignUpAliasArn … and TokenEventVersion.
func (s *Stack) Wiring() map[string]userpool.Trigger {
	hooks := map[string]userpool.Trigger{}
	for output, value := range s.Outputs {
		for _, name := range userpool.Fires() {
			if strings.HasSuffix(output, name+"AliasArn") {
				hooks[name] = userpool.Trigger{FunctionARN: value}
			}
		}
	}
	for output, version := range s.Outputs {
		if hook, is := hooks["PreTokenGeneration"]; is && strings.HasSuffix(output, "TokenEventVersion") {
			hook.Version = version
			hooks["PreTokenGeneration"] = hook
		}
	}
	return hooks
}
