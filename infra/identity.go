package infra

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// matchTypes are Cognito's names for ours (API reference, MappingRule).
var matchTypes = map[Match]string{
	MatchEquals: "Equals", MatchContains: "Contains", MatchStartsWith: "StartsWith", MatchNotEqual: "NotEqual",
}

// newIdentityPool makes the identity pool with its roles, if the stage has one.
func newIdentityPool(s *TriggerSuite, p *Props) {
	if !p.IdentityPool.Made() {
		return
	}
	ids, users := s.clientIDs(), p.UserClients(p.given())
	var audiences []any
	for _, name := range users {
		audiences = append(audiences, &awscognito.CfnIdentityPool_CognitoIdentityProviderProperty{
			ClientId: ids[name], ProviderName: s.Pool.UserPoolProviderName(), ServerSideTokenCheck: new(true),
		})
	}
	s.IdentityPool = awscognito.NewCfnIdentityPool(s.Construct, new("IdentityPool"), &awscognito.CfnIdentityPoolProps{
		AllowUnauthenticatedIdentities: new(false), AllowClassicFlow: new(false),
		CognitoIdentityProviders: audiences,
	})
	s.IdentityRoles = make(map[string]awsiam.Role)
	attached := &awscognito.CfnIdentityPoolRoleAttachmentProps{IdentityPoolId: s.IdentityPool.Ref()}
	if rules := s.identityRules(p); len(rules) > 0 {
		mappings := make(map[string]any)
		for _, name := range users {
			mappings[name] = &awscognito.CfnIdentityPoolRoleAttachment_RoleMappingProperty{
				Type: new("Rules"), AmbiguousRoleResolution: new(unmatched(p)),
				IdentityProvider:   new(*s.Pool.UserPoolProviderName() + ":" + *ids[name]),
				RulesConfiguration: &awscognito.CfnIdentityPoolRoleAttachment_RulesConfigurationTypeProperty{Rules: &rules},
			}
		}
		attached.RoleMappings = mappings
	}
	if p.IdentityPool.OwnRows {
		attached.Roles = map[string]any{"authenticated": newIdentityRole(s, p, ownRows, nil).RoleArn()}
		tagUsers(s)
	}
	awscognito.NewCfnIdentityPoolRoleAttachment(s.Construct, new("IdentityRoles"), attached)
}

// ownRows is the name of the role and the policy by which users read their own rows.
const ownRows = "OwnRows"

// unmatched says what a user gets whom no rule matches.
func unmatched(p *Props) string {
	if p.IdentityPool.OwnRows {
		return "AuthenticatedRole"
	}
	return "Deny"
}

// identityRules makes the roles of the stage, each with its rule.
func (s *TriggerSuite) identityRules(p *Props) (rules []any) {
	for _, r := range p.IdentityPool.Roles {
		role := newIdentityRole(s, p, r.Name, r.ManagedPolicyARNs)
		s.IdentityRoles[r.Name] = role
		rules = append(rules, &awscognito.CfnIdentityPoolRoleAttachment_MappingRuleProperty{
			Claim: new(r.Claim), MatchType: new(matchTypes[r.Match]), Value: new(r.Value), RoleArn: role.RoleArn(),
		})
	}
	return rules
}

// tagUsers tags a user's session with sub, a claim that nobody writes. The provider is the
// pool, without a client (Terraform's registry, cognito_identity_pool_provider_principal_tag).
func tagUsers(s *TriggerSuite) {
	awscognito.NewCfnIdentityPoolPrincipalTag(s.Construct, new("IdentityTag"), &awscognito.CfnIdentityPoolPrincipalTagProps{
		IdentityPoolId: s.IdentityPool.Ref(), IdentityProviderName: s.Pool.UserPoolProviderName(),
		PrincipalTags: map[string]any{subTag: subTag}, UseDefaults: new(false),
	})
}

// subTag is the tag of a user's session, and the claim with its value.
const subTag = "sub"

// newIdentityRole makes a role for signed-in users of this identity pool alone. A session with
// tags needs sts:TagSession in the trust (guide, "Using attributes for access control").
func newIdentityRole(s *TriggerSuite, p *Props, name string, managed []string) awsiam.Role {
	var policies []awsiam.IManagedPolicy
	for i, arn := range managed {
		policies = append(policies, awsiam.ManagedPolicy_FromManagedPolicyArn(s.Construct, new(fmt.Sprintf("%sPolicy%d", name, i)), new(arn)))
	}
	signedIn := awsiam.PrincipalBase(awsiam.NewFederatedPrincipal(new("cognito-identity.amazonaws.com"), &map[string]any{
		"StringEquals":           map[string]any{"cognito-identity.amazonaws.com:aud": s.IdentityPool.Ref()},
		"ForAnyValue:StringLike": map[string]any{"cognito-identity.amazonaws.com:amr": "authenticated"},
	}, new("sts:AssumeRoleWithWebIdentity")))
	props := &awsiam.RoleProps{AssumedBy: signedIn, ManagedPolicies: &policies}
	if p.IdentityPool.OwnRows {
		statements := append([]awsiam.PolicyStatement{readOwnRows(s)}, useTableKey(p, false)...)
		props.AssumedBy = signedIn.WithSessionTags()
		props.InlinePolicies = &map[string]awsiam.PolicyDocument{
			ownRows: awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &statements}),
		}
	}
	return awsiam.NewRole(s.Construct, new("Identity"+name), props)
}

// readOwnRows lets a user read PROFILE and SIGNIN of the sub in the session's tag, by name of
// the columns: AUTHZ shares the partition key. A session without the tag reads nothing, since
// a variable without a value matches nothing (IAM user guide, "IAM policy elements:
// Variables and tags"). ForAllValues holds for a request without the key, so Null asks for
// both ("Set operators for multivalued context keys"): AWS does not say which keys a transaction
// has, and GetItem's permission lets it through. There is no index among the resources: there
// the leading key is another.
func readOwnRows(s *TriggerSuite) awsiam.PolicyStatement {
	conditions := *selecting(directory.ReadAttributes())
	conditions["ForAllValues:StringEquals"].(map[string]any)["dynamodb:LeadingKeys"] = list([]string{table.User(*s.Pool.UserPoolId(), "${aws:PrincipalTag/"+subTag+"}")})
	conditions["Null"] = map[string]any{"dynamodb:Attributes": "false", "dynamodb:LeadingKeys": "false"}
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: new("ReadOwnRows"), Actions: list([]string{"dynamodb:GetItem", "dynamodb:Query"}), Resources: &[]*string{s.Table.TableArn()},
		Conditions: &conditions,
	})
}
