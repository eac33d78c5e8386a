package doctor

import "strings"

// Subject is what the stack wants. A zero field is not known, or not wanted.
type Subject struct {
	Pool, Table, Stack string
	// Triggers are those of the stage, any subset.
	Triggers []Trigger
	// TokenVersion is that of pretokengeneration's event: V1_0, V2_0 or V3_0.
	TokenVersion string
}

// Trigger is a trigger with its function.
type Trigger struct {
	Name string // its member of LambdaConfig: PreSignUp …
	// Function is the function's name, Alias its alias that the pool calls, Version the version
	// that the stack points the alias to, "" if nobody knows.
	Function, Alias, Version string
}

// TokenTrigger has two members of LambdaConfig (API reference, LambdaConfigType): the one of its
// name, and the newer Config with a version.
const TokenTrigger = "PreTokenGeneration"

// ARN returns the ARN of the trigger's alias, which is in the pool's partition, Region and
// account.
func (t Trigger) ARN(pool string) string {
	parts := strings.Split(pool, ":") // arn:aws:cognito-idp:REGION:ACCOUNT:userpool/ID
	if len(parts) < 6 {
		return ""
	}
	return strings.Join([]string{"arn", parts[1], "lambda", parts[3], parts[4], "function", t.Function, t.Alias}, ":")
}
