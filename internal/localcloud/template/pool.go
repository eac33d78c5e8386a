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
	Passkeys                  userpool.PasskeySettings
	Devices                   *userpool.DeviceSettings // nil if the template says nothing
	// Recovery are the attributes that a reset code may go to, the preferred one first; nil
	// if the template says nothing.
	Recovery                 []string
	CaseSensitive            bool
	AllowAdminCreateUserOnly bool
	PasswordPolicy           PasswordPolicy
	RequiredAttributes       []string
	ImmutableAttributes      []string        // standard ones
	CustomAttributes         map[string]bool // "custom:name" → mutable
	Tier                     string          // "" if the template names none
	Clients                  []Client
	Groups                   []userpool.Group
	ResourceServers          []ResourceServer
	Domain                   string
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
		Devices:                  at.devices(),
		Passkeys: userpool.PasskeySettings{
			RelyingPartyID: at.text("WebAuthnRelyingPartyID"), UserVerification: at.text("WebAuthnUserVerification"),
			FactorConfiguration: at.text("WebAuthnFactorConfiguration"),
		},
		Recovery:         at.object("AccountRecoverySetting").recovery(),
		CustomAttributes: map[string]bool{},
		Tier:             at.text("UserPoolTier"),
	}
	r.stack.Pool.schema(at.objects("Schema"))
}

// triggers reads LambdaConfig's triggers that the pool fires.
func (p *properties) triggers() map[string]Trigger {
	found := map[string]Trigger{}
	for _, name := range userpool.Fires() {
		if p.has(name) {
			found[name] = Trigger{FunctionARN: p.text(name)}
		}
	}
	if p.has("PreTokenGeneration") || p.has("PreTokenGenerationConfig") {
		found["PreTokenGeneration"] = p.preTokenGeneration()
	}
	return found
}

// devices reads DeviceConfiguration: "When you provide a value for any property of
// DeviceConfiguration, you activate the device remembering" (CloudFormation template
// reference).
func (p *properties) devices() *userpool.DeviceSettings {
	at := p.object("DeviceConfiguration")
	if !at.has("ChallengeRequiredOnNewDevice") && !at.has("DeviceOnlyRememberedOnUserPrompt") {
		return nil
	}
	return &userpool.DeviceSettings{
		ChallengeRequiredOnNewDevice:     at.flag("ChallengeRequiredOnNewDevice", false),
		DeviceOnlyRememberedOnUserPrompt: at.flag("DeviceOnlyRememberedOnUserPrompt", false),
	}
}

// recovery reads AccountRecoverySetting. A pool whose only mechanism is admin_only sends no
// reset code.
func (p *properties) recovery() []string {
	if !p.has("RecoveryMechanisms") {
		return nil
	}
	options := p.objects("RecoveryMechanisms")
	slices.SortStableFunc(options, func(a, b *properties) int { return a.number("Priority", 0) - b.number("Priority", 0) })
	attributes := []string{}
	for _, option := range options {
		if name, ok := strings.CutPrefix(option.text("Name"), "verified_"); ok {
			attributes = append(attributes, name)
		}
	}
	return attributes
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

// schema adds what Schema says. Standard attributes may be in it too, to be required or
// immutable.
func (pool *Pool) schema(attributes []*properties) {
	for _, attribute := range attributes {
		name := strings.TrimPrefix(attribute.text("Name"), "custom:")
		mutable, required := attribute.flag("Mutable", true), attribute.flag("Required", false)
		if name != "sub" && !cognito.IsStandard(name, 0) {
			pool.CustomAttributes["custom:"+name] = mutable
			continue
		}
		if required {
			pool.RequiredAttributes = append(pool.RequiredAttributes, name)
		}
		if !mutable && name != "sub" {
			pool.ImmutableAttributes = append(pool.ImmutableAttributes, name)
		}
	}
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
			at.ifOurs(func(pool *Pool) { pool.Groups = append(pool.Groups, at.group(id)) })
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

func (p *properties) group(id string) userpool.Group {
	group := userpool.Group{Name: p.nameOf(id), RoleARN: p.text("RoleArn")}
	if p.has("Precedence") {
		group.Precedence = new(p.number("Precedence", 0))
	}
	return group
}

func (p *properties) resourceServer() ResourceServer {
	server := ResourceServer{Identifier: p.text("Identifier")}
	for _, scope := range p.objects("Scopes") {
		server.Scopes = append(server.Scopes, scope.text("ScopeName"))
	}
	return server
}
