package infra

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// GrantDirectoryRead lets an application's role read PROFILE and SIGNIN and search by
// e-mail address, with package directory: Profile, SignIn, ByEmail. The role sees no
// column of AUTHZ and can write nothing. The rows are personal data: grant this only
// where it is needed.
func (s *TriggerSuite) GrantDirectoryRead(grantee awsiam.IGrantable) {
	s.allow(grantee, "ReadProfileAndSignIn", "dynamodb:GetItem", s.Table.TableArn(), selecting(directory.ReadAttributes()))
	s.allow(grantee, "FindByEmail", "dynamodb:Query", s.emailIndexArn(), selecting(directory.EmailAttributes()))
	s.add(grantee, useTableKey(s.props, false))
}

// GrantAuthzManagement lets a role read and change AUTHZ with package directory: Authz,
// AuthzOf, Change. To find users by address it also needs GrantDirectoryRead. It can grant every
// role to every user: it is for the team's own server and for operators, never for a
// trigger. Package directory reads AUTHZ alone with it, and whether a user exists; no IAM
// condition keeps the role from reading a row whose key it knows (see updating).
func (s *TriggerSuite) GrantAuthzManagement(grantee awsiam.IGrantable) {
	s.allow(grantee, "ReadAuthz", "dynamodb:GetItem", s.Table.TableArn(), selecting(directory.ManagementAttributes()), "dynamodb:BatchGetItem")
	s.allow(grantee, "ChangeAuthz", "dynamodb:UpdateItem", s.Table.TableArn(), updating(directory.ChangeAttributes()))
	s.add(grantee, useTableKey(s.props, true))
}

// GrantStanding lets an API's role read how often a user's AUTHZ has changed and whether the user
// is suspended, with package directory: Standing, for package bearer. It sees no role, no tenant
// and no personal data.
func (s *TriggerSuite) GrantStanding(grantee awsiam.IGrantable) {
	s.allow(grantee, "ReadStanding", "dynamodb:GetItem", s.Table.TableArn(), selecting(directory.StandingAttributes()))
	s.add(grantee, useTableKey(s.props, false))
}

// GrantSuspension lets a role suspend and reinstate users in Cognito, too, with package
// directory: Suspend and Reinstate of a Directory with WithPool. The role may ask for one
// user of this pool, disable, enable and sign out that user, and read the user's name in
// PROFILE. It also needs GrantAuthzManagement, for the table.
func (s *TriggerSuite) GrantSuspension(grantee awsiam.IGrantable) {
	s.allow(grantee, "ReadUsername", "dynamodb:GetItem", s.Table.TableArn(), selecting(directory.UsernameAttributes()))
	s.add(grantee, []awsiam.PolicyStatement{awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: new("SuspendInCognito"), Resources: &[]*string{s.Pool.UserPoolArn()},
		Actions: list([]string{"cognito-idp:AdminDisableUser", "cognito-idp:AdminEnableUser", "cognito-idp:AdminGetUser", "cognito-idp:AdminUserGlobalSignOut"}),
	})})
}

// allow adds a statement to the grantee's own policy.
func (s *TriggerSuite) allow(grantee awsiam.IGrantable, sid, action string, arn *string, conditions *map[string]any, more ...string) {
	s.add(grantee, []awsiam.PolicyStatement{awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: new(sid), Actions: list(append([]string{action}, more...)), Resources: &[]*string{arn}, Conditions: conditions,
	})})
}

// add adds statements to the grantee's own policy: a resource in the grantee's stack that
// names the table and nothing else of the suite. So the suite never depends on the
// grantee, and no cycle can arise. The caller completes a role that is imported as not
// mutable, as everywhere in the CDK.
func (s *TriggerSuite) add(grantee awsiam.IGrantable, statements []awsiam.PolicyStatement) {
	for _, statement := range statements {
		added := grantee.GrantPrincipal().AddToPrincipalPolicy(statement)
		if !*added.StatementAdded {
			awscdk.Annotations_Of(s.Construct).AddError(new(fmt.Sprintf(
				"%s cannot be granted to a principal without a policy of its own, such as a service: grant it to a role", *statement.Sid())))
		}
	}
}

// emailIndexArn returns the ARN of the index alone.
func (s *TriggerSuite) emailIndexArn() *string {
	return new(*s.Table.TableArn() + "/index/" + table.EmailIndex)
}

// selecting allows a read that asks for these columns by name. A read that asks for all
// has the Select ALL_ATTRIBUTES and names no column that the first condition could
// compare, so both conditions are needed (IAM user guide, "Amazon DynamoDB: Allows access
// to specific attributes").
func selecting(attributes []string) *map[string]any {
	return &map[string]any{
		"ForAllValues:StringEquals": map[string]any{"dynamodb:Attributes": attributes},
		"StringEqualsIfExists":      map[string]any{"dynamodb:Select": "SPECIFIC_ATTRIBUTES"},
	}
}
