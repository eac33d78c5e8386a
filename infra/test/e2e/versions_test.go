package e2e

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// live returns the version of each trigger's function that the pool's calls reach.
func (a *account) live(t *testing.T) map[string]string {
	t.Helper()
	versions := map[string]string{}
	for _, trigger := range triggers.UsualNames() {
		name := a.outputs[trigger+settings.FunctionNameOutput]
		alias, err := lambda.NewFromConfig(a.config()).GetAlias(t.Context(), &lambda.GetAliasInput{FunctionName: &name, Name: new(settings.LiveAlias)})
		if err != nil {
			t.Fatal(err)
		}
		versions[trigger] = *alias.FunctionVersion
	}
	return versions
}
