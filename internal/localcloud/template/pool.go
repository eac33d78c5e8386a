package template

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// Pool is an AWS::Cognito::UserPool with what belongs to it.
type Pool struct {
	LogicalID, ID, ARN string
	// Triggers are keyed by LambdaConfig's names; both forms of a pre token generation
	// trigger are "PreTokenGeneration".
	Triggers                                                    map[string]Trigger
	UsernameAttributes, AliasAttributes, AutoVerifiedAttributes []string
	// VerifyBeforeUpdate are the attributes whose new value must be proven first.
	VerifyBeforeUpdate []string
	// FirstFactors are Policies.SignInPolicy.AllowedFirstAuthFactors, EnabledMfas the second
	// ones; MfaConfiguration is OFF, ON or OPTIONAL, "" if the template says nothing.
	FirstFactors, EnabledMfas []string
	MfaConfiguration          string
	CaseSensitive             bool
	AllowAdminCreateUserOnly  bool
	PasswordPolicy            PasswordPolicy
	RequiredAttributes        []string
	CustomAttributes          map[string]bool // "custom:name" → mutable
	Tier                      string          // "" if the template names none
	Clients                   []Client
	Groups                    []string
	ResourceServers           []ResourceServer
	Domain                    string
}

// Trigger is a function of the pool. Version is V1_0, V2_0 or V3_0 for pre token
// generation and "" for the others.
type Trigger struct{ FunctionARN, Version string }

// PasswordPolicy has Cognito's defaults where the template says nothing.
type PasswordPolicy struct {
	MinimumLength                                                      int
	RequireLowercase, RequireUppercase, RequireNumbers, RequireSymbols bool
	TemporaryPasswordValidityDays                                      int
}

// ResourceServer is an AWS::Cognito::UserPoolResourceServer; Scopes are bare names.
type ResourceServer struct {
	Identifier string
	Scopes     []string
}

func (r *reading) pool(id string) {
	at := r.propertiesOf(id)
	if r.stack.Pool != nil {
		at.fault("", fmt.Errorf("the local cloud runs one user pool a stack, and %s is one already", r.stack.Pool.LogicalID))
		return
	}
	physical, _ := r.physicalID(id, maxDepth)
	poolID := fmt.Sprint(physical)
	required, custom := at.schema()
	r.stack.Pool = &Pool{
		LogicalID: id, ID: poolID, ARN: arn("cognito-idp", "userpool/"+poolID),
		Triggers:                 at.object("LambdaConfig").triggers(),
		UsernameAttributes:       at.list("UsernameAttributes"),
		AliasAttributes:          at.list("AliasAttributes"),
		AutoVerifiedAttributes:   at.list("AutoVerifiedAttributes"),
		CaseSensitive:            at.object("UsernameConfiguration").flag("CaseSensitive", true),
		AllowAdminCreateUserOnly: at.object("AdminCreateUserConfig").flag("AllowAdminCreateUserOnly", false),
		PasswordPolicy:           at.object("Policies").passwordPolicy(),
		VerifyBeforeUpdate:       at.object("UserAttributeUpdateSettings").list("AttributesRequireVerificationBeforeUpdate"),
		FirstFactors:             at.object("Policies").object("SignInPolicy").list("AllowedFirstAuthFactors"),
		MfaConfiguration:         at.text("MfaConfiguration"),
		EnabledMfas:              at.list("EnabledMfas"),
		RequiredAttributes:       required,
		CustomAttributes:         custom,
		Tier:                     at.text("UserPoolTier"),
	}
}

// triggers reads LambdaConfig.
func (p *properties) triggers() map[string]Trigger {
	found := map[string]Trigger{}
	for _, name := range slices.Sorted(maps.Keys(p.values)) {
		switch {
		case name == "PreTokenGeneration" || name == "PreTokenGenerationConfig":
			found["PreTokenGeneration"] = p.preTokenGeneration()
		case slices.Contains(userpool.Fires(), name):
			found[name] = Trigger{FunctionARN: p.text(name)}
		case name != "KMSKeyID":
			p.unsupported("%s.%s: the local user pool does not fire this trigger", p.id, name)
		}
	}
	return found
}

// preTokenGeneration prefers the versioned form, as Cognito does if both are set.
func (p *properties) preTokenGeneration() Trigger {
	config := p.object("PreTokenGenerationConfig")
	if !config.has("LambdaArn") {
		return Trigger{FunctionARN: p.text("PreTokenGeneration"), Version: "V1_0"}
	}
	trigger := Trigger{FunctionARN: config.text("LambdaArn"), Version: config.text("LambdaVersion")}
	if !slices.Contains([]string{"V1_0", "V2_0", "V3_0"}, trigger.Version) {
		config.fault("LambdaVersion", fmt.Errorf("want V1_0, V2_0 or V3_0, not %q", trigger.Version))
	}
	return trigger
}

// passwordPolicy reads Policies. Without one Cognito demands 8 characters of all four
// kinds (Amazon Cognito Developer Guide, "Adding user pool password requirements").
func (p *properties) passwordPolicy() PasswordPolicy {
	at, silent := p.object("PasswordPolicy"), !p.has("PasswordPolicy")
	return PasswordPolicy{
		MinimumLength:                 at.number("MinimumLength", 8),
		RequireLowercase:              at.flag("RequireLowercase", silent),
		RequireUppercase:              at.flag("RequireUppercase", silent),
		RequireNumbers:                at.flag("RequireNumbers", silent),
		RequireSymbols:                at.flag("RequireSymbols", silent),
		TemporaryPasswordValidityDays: at.number("TemporaryPasswordValidityDays", 7),
	}
}

// schema is the required standard attributes, and the custom ones with whether
// they may change. Standard attributes may be in Schema too, which then says
// whether they are required.
func (p *properties) schema() (required []string, custom map[string]bool) {
	custom = map[string]bool{}
	for _, attribute := range p.objects("Schema") {
		name := strings.TrimPrefix(attribute.text("Name"), "custom:")
		switch {
		case name != "sub" && !cognito.IsStandard(name, 0):
			custom["custom:"+name] = attribute.flag("Mutable", true)
		case attribute.flag("Required", false):
			required = append(required, name)
		}
	}
	return required, custom
}

// belongToPool reads what other resources add to functions and to the pool, when all of
// these are known.
func (r *reading) belongToPool() {
	r.attachQualifiers()
	if r.stack.Pool == nil {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(r.resources)) {
		at := r.propertiesOf(id)
		switch r.resources[id].Type {
		case "AWS::Cognito::UserPoolClient":
			at.ifOurs(func(pool *Pool) { pool.Clients = append(pool.Clients, at.client(id)) })
		case "AWS::Cognito::UserPoolGroup":
			at.ifOurs(func(pool *Pool) { pool.Groups = append(pool.Groups, at.nameOf(id)) })
		case "AWS::Cognito::UserPoolDomain":
			at.ifOurs(func(pool *Pool) { pool.Domain = at.text("Domain") })
		case "AWS::Cognito::UserPoolResourceServer":
			at.ifOurs(func(pool *Pool) { pool.ResourceServers = append(pool.ResourceServers, at.resourceServer()) })
		}
	}
}

// nameOf returns a resource's name, given or derived.
func (p *properties) nameOf(id string) string {
	name, err := p.name(id, p.resources[id], maxDepth)
	if err != nil {
		p.fault(nameProperties[p.resources[id].Type], err)
	}
	return name
}

// ifOurs calls add if the resource names this stack's pool.
func (p *properties) ifOurs(add func(*Pool)) {
	if named := p.text("UserPoolId"); named != p.stack.Pool.ID {
		p.unsupported("%s: it belongs to the user pool %s, which this stack does not create", strings.TrimSuffix(p.id, ".Properties"), named)
		return
	}
	add(p.stack.Pool)
}

func (p *properties) resourceServer() ResourceServer {
	server := ResourceServer{Identifier: p.text("Identifier")}
	for _, scope := range p.objects("Scopes") {
		server.Scopes = append(server.Scopes, scope.text("ScopeName"))
	}
	return server
}
