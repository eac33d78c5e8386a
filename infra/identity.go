package infra

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
)

// matchTypes are Cognito's names for ours (API reference, MappingRule).
var matchTypes = map[Match]string{
	MatchEquals: "Equals", MatchContains: "Contains", MatchStartsWith: "StartsWith", MatchNotEqual: "NotEqual",
}

// newIdentityPool makes the identity pool with its roles, if the stage has any.
func newIdentityPool(s *TriggerSuite, p *Props) {
	if len(p.IdentityPool.Roles) == 0 {
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
	var rules []any
	for _, r := range p.IdentityPool.Roles {
		role := newIdentityRole(s, r)
		s.IdentityRoles[r.Name] = role
		rules = append(rules, &awscognito.CfnIdentityPoolRoleAttachment_MappingRuleProperty{
			Claim: new(r.Claim), MatchType: new(matchTypes[r.Match]), Value: new(r.Value), RoleArn: role.RoleArn(),
		})
	}
	mappings := make(map[string]any)
	for _, name := range users {
		mappings[name] = &awscognito.CfnIdentityPoolRoleAttachment_RoleMappingProperty{
			Type: new("Rules"), AmbiguousRoleResolution: new("Deny"),
			IdentityProvider:   new(*s.Pool.UserPoolProviderName() + ":" + *ids[name]),
			RulesConfiguration: &awscognito.CfnIdentityPoolRoleAttachment_RulesConfigurationTypeProperty{Rules: &rules},
		}
	}
	awscognito.NewCfnIdentityPoolRoleAttachment(s.Construct, new("IdentityRoles"), &awscognito.CfnIdentityPoolRoleAttachmentProps{
		IdentityPoolId: s.IdentityPool.Ref(), RoleMappings: mappings,
	})
}

// newIdentityRole makes a role for signed-in users of this identity pool alone.
func newIdentityRole(s *TriggerSuite, r IdentityRole) awsiam.Role {
	var policies []awsiam.IManagedPolicy
	for i, arn := range r.ManagedPolicyARNs {
		policies = append(policies, awsiam.ManagedPolicy_FromManagedPolicyArn(s.Construct, new(fmt.Sprintf("%sPolicy%d", r.Name, i)), new(arn)))
	}
	return awsiam.NewRole(s.Construct, new("Identity"+r.Name), &awsiam.RoleProps{
		AssumedBy: awsiam.NewFederatedPrincipal(new("cognito-identity.amazonaws.com"), &map[string]any{
			"StringEquals":           map[string]any{"cognito-identity.amazonaws.com:aud": s.IdentityPool.Ref()},
			"ForAnyValue:StringLike": map[string]any{"cognito-identity.amazonaws.com:amr": "authenticated"},
		}, new("sts:AssumeRoleWithWebIdentity")),
		ManagedPolicies: &policies,
	})
}
