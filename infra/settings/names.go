package settings

import "strings"

// LocalStage is the stage name for what make local serves. The outputs of its stack are a
// deployment's and four more: three endpoints, and the stage that was synthesized. That of Lambda
// also has the functions' logs.
const (
	LocalStage          = "local"
	LocalCognitoOutput  = "LocalCognitoUrl"
	LocalDynamoDBOutput = "LocalDynamoDBUrl"
	LocalLambdaOutput   = "LocalLambdaUrl"
	LocalStageOutput    = "LocalStage"
)

// StackName is the name of a stage's stack.
func StackName(stage string) string { return stackPrefix + stage }

// StageOf is the stage of a stack.
func StageOf(stack string) string { return strings.TrimPrefix(stack, stackPrefix) }

const stackPrefix = "CognitoTriggers-"

// FunctionNameOutput ends the name of the output that holds a trigger function's name,
// after the trigger's: PreSignUpFunctionName.
const FunctionNameOutput = "FunctionName"

// AliasOutput ends the name of the output that holds the ARN of a trigger's alias, such as
// PreSignUpAliasArn, and EventVersionOutput is that of the event's version: what the owner of
// a pool must hook into it.
const (
	AliasOutput        = "AliasArn"
	EventVersionOutput = "TokenEventVersion"
)

// WatchOutput is the output with the ARNs of at most five alarms, with commas, by which a
// deployment can be taken back: sign-up or sign-in is broken.
const WatchOutput = "WatchAlarmArns"

// LiveAlias is the alias of every trigger function that the pool calls. The version that
// it points to runs; a rollback is one call that points it to the previous version.
const LiveAlias = "live"

// ClientProfilesType is the type of the custom resource that writes the token profiles of
// app clients into the table, from its property Clients (Settings.ClientProfiles).
const ClientProfilesType = "Custom::AppClientProfiles"

// AttachType is the type of the custom resource that puts the hooks into a pool that the stack
// did not make.
const AttachType = "Custom::UserPoolHooks"

// PolicyLabel precedes the policy's hash in a version's description, where an operator
// reads which policy a version has: its log lines have the same hash.
const PolicyLabel = "policy "

// MachineAttribute is all that a machine's client may read and write of a user. The
// client never sees a user; but Cognito takes an empty list for an absent one, and then
// the client could write every standard attribute
// (github.com/hashicorp/terraform-provider-aws#28684).
const MachineAttribute = "name"
