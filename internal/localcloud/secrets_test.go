package localcloud

import (
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/template"
	"github.com/cognito-triggers/cognito-triggers/internal/secret"
)

func TestASecretThatNobodyGivesIsNamed(t *testing.T) {
	t.Parallel()
	const pepper, signer = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:pepper", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:signer"
	env := map[string]string{"A": secret.Place(pepper, "member", ""), "B": secret.Place(signer, "", ""), "C": "c"}
	c := &Cloud{Stack: &template.Stack{Functions: []template.Function{{LogicalID: "Mover", Function: lambdahost.Function{Env: env}}}}}
	c.giveSecrets(map[string]string{pepper: "hunter2"})
	if env["A"] != "hunter2" || env["B"] != secret.Place(signer, "", "") || env["C"] != "c" {
		t.Errorf("the function has %v", env)
	}
	if named := c.Stack.Unsupported; len(named) != 1 || !strings.Contains(named[0], "Mover.Environment.B") || !strings.Contains(named[0], signer) || strings.Contains(named[0], "hunter2") {
		t.Errorf("named are %q", named)
	}
}
