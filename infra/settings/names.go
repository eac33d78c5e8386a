package settings

// StackName is the name of a stage's stack.
func StackName(stage string) string { return "CognitoTriggers-" + stage }

// FunctionNameOutput ends the name of the output that holds a trigger function's
// name, behind the trigger's: PreSignUpFunctionName.
const FunctionNameOutput = "FunctionName"

// LiveAlias is the alias of every trigger function that the pool calls. What it
// points to is what runs; a rollback is one call that points it to the version
// before.
const LiveAlias = "live"

// PolicyLabel stands before the policy's hash in a version's description, which
// is where an operator reads which policy a version has: the log lines of the
// version carry the same hash.
const PolicyLabel = "policy "

// MachineAttribute is all that the machine client may read and write of a user.
// It never sees one; but a list that is empty counts as not given, and then it
// could write every standard attribute
// (github.com/hashicorp/terraform-provider-aws#28684).
const MachineAttribute = "name"
