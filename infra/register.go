package infra

import (
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	ddb "github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// registerFolder is the folder of the custom resource's program in dist.
const registerFolder = "register"

// The custom resource's time-outs: one row takes some milliseconds, and a lost answer is
// sent again. CloudFormation's own time-out is an hour.
const (
	registerSeconds = 60
	serviceSeconds  = 300
)

// newRegister writes the token profile of each app client into the table,
// by a function of the suite that CloudFormation runs. It depends on the clients, the
// table and the live function that reads the rows: a row names a profile only when that
// function has it. Nothing depends on it, so there is no cycle. For a policy that names
// no client it makes nothing.
func newRegister(scope constructs.Construct, s *TriggerSuite, p *Props) error {
	if len(p.Profiles()) == 0 {
		return nil
	}
	folder, err := stageBundle(registerFolder, p)
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	logs := newLogs(scope, "Register", p)
	fn := awslambda.NewFunction(scope, new("Register"), functionProps(p, &awslambda.FunctionProps{
		Description: new("Writes which token profile an app client has"),
		Code:        awslambda.Code_FromAsset(new(folder), nil),
		Timeout:     awscdk.Duration_Seconds(new(float64(registerSeconds))),
		Environment: &map[string]*string{envTable: s.Table.TableName()},
		Role:        registerRole(scope, logs, s.Table, p),
		LogGroup:    logs,
	}))
	ids := map[string]string{}
	for name, id := range s.clientIDs() {
		ids[name] = *id
	}
	rows := awscdk.NewCustomResource(scope, new("ClientProfiles"), &awscdk.CustomResourceProps{
		ServiceToken:   fn.FunctionArn(),
		ServiceTimeout: awscdk.Duration_Seconds(new(float64(serviceSeconds))),
		ResourceType:   new(settings.ClientProfilesType),
		Properties: &map[string]any{
			"Table":   s.Table.TableName(),
			"Clients": p.ClientProfiles(ids),
		},
	})
	rows.Node().AddDependency(s.Aliases["PreTokenGeneration"])
	return nil
}

// registerRole lets the function write and remove whole rows, of app clients only:
// no row of a user has such a key (developer guide, "Using IAM policy conditions
// for fine-grained access control", dynamodb:LeadingKeys).
func registerRole(scope constructs.Construct, logs awslogs.ILogGroup, mirror ddb.ITableV2, p *Props) awsiam.Role {
	return newLambdaRole(scope, "Register", "Register", append([]awsiam.PolicyStatement{
		writeLogs(logs),
		awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid:       new("WriteClients"),
			Actions:   list([]string{"dynamodb:DeleteItem", "dynamodb:PutItem"}),
			Resources: &[]*string{mirror.TableArn()},
			Conditions: &map[string]any{
				"ForAllValues:StringLike": map[string]any{"dynamodb:LeadingKeys": []string{table.ClientPrefix + "*"}},
				"StringEqualsIfExists":    map[string]any{"dynamodb:ReturnValues": "NONE"},
			},
		}),
	}, useTableKey(p, true)...))
}
