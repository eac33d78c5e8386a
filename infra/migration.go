package infra

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	ddb "github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/waiting"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/secret"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// A stage with settings.Migration has a fifth function, which moves people of an old app into
// the pool, and lets postauthentication end their wait. Their rows stand in
// the table under keys of their own, so that a role can be held to them.

// moves lets a function do its part of a migration.
func moves(t triggers.Trigger, of ddb.ITableV2, p *Props) (statements []awsiam.PolicyStatement) {
	if !p.Migration.Made() {
		return nil
	}
	if t.Name == settings.Migrator {
		statements = append(statements,
			under(table.LegacyPrefix, "ReadWaiting", "dynamodb:GetItem", of, selecting(dynamo.LegacyAttributes())),
			under(table.TriesPrefix, "CountTries", "dynamodb:UpdateItem", of, updating(dynamo.TriesAttributes())))
		statements = append(statements, readSecrets(p)...)
	}
	if t.Name == settings.Migrator || slices.Contains(t.Sections, "moving") {
		statements = append(statements, under(table.LegacyPrefix, "UpdateWaiting", "dynamodb:UpdateItem", of, updating(dynamo.LegacyAttributes())))
	}
	return statements
}

// under allows an action on rows whose partition keys begin with a prefix, on the conditions.
func under(prefix, sid, action string, of ddb.ITableV2, conditions *map[string]any) awsiam.PolicyStatement {
	(*conditions)["ForAllValues:StringLike"] = map[string]any{"dynamodb:LeadingKeys": []string{prefix + "*"}}
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: new(sid), Actions: list([]string{action}), Resources: &[]*string{of.TableArn()}, Conditions: conditions,
	})
}

// secrets returns the function's secrets, by the variables that say where they are. The function
// fetches them when it starts: as CloudFormation resolves one in a variable, everybody who may
// read the function's settings would see it.
func (p *Props) secrets() map[string]Secret {
	all := map[string]Secret{secret.Pepper: p.Migration.Pepper.Secret, secret.FirebaseSigner: p.Migration.FirebaseSigner, secret.OldApp: p.Migration.OldApp.Secret}
	maps.DeleteFunc(all, func(_ string, s Secret) bool { return s == Secret{} })
	return all
}

// readSecrets lets the function fetch these secrets. One that is encrypted under a key of its
// own needs that key's policy, too.
func readSecrets(p *Props) []awsiam.PolicyStatement {
	var arns []string
	for _, s := range p.secrets() {
		arns = append(arns, s.ARN)
	}
	if len(arns) == 0 {
		return nil
	}
	return []awsiam.PolicyStatement{awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: new("ReadSecrets"), Actions: list([]string{"secretsmanager:GetSecretValue"}), Resources: list(sorted(arns)),
	})}
}

// secretVariables adds where the secrets are to a function's environment.
func secretVariables(env map[string]*string, t triggers.Trigger, p *Props) {
	if t.Name == settings.Migrator {
		for variable, s := range p.secrets() {
			env[variable] = new(strings.Join([]string{s.ARN, s.Field, s.Version}, secret.Separator))
		}
	}
}

// waitingFor returns the file of the names that wait, for the function that looks into it; "" for
// the others, and without such a file.
func (p *Props) waitingFor(function string) string {
	if !slices.Contains(policy.Sections(function), "signUp") {
		return ""
	}
	return p.Migration.Waiting
}

// checkWaiting opens the file of the names that wait.
func (p *Props) checkWaiting(function string) error {
	path := p.waitingFor(function)
	if path == "" {
		return nil
	}
	file, err := waiting.Open(path)
	if err != nil {
		return fmt.Errorf("migration.waiting: %w", err)
	}
	return file.Close()
}

// addWaiting puts the names that wait beside a function's policy.
func (p *Props) addWaiting(folder, function string) error {
	file := p.waitingFor(function)
	if err := p.checkWaiting(function); err != nil || file == "" {
		return err
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return write(filepath.Join(folder, waiting.FileName), content, 0o644)
}
