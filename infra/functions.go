package infra

import (
	"os"
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	ddb "github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// timeoutSeconds ends a warm function before Cognito stops waiting at 5 s and calls again,
// so that it does not write at the same time as its own repetition. After a cold start of
// more than a second it may (kernel.WorkBudget).
const timeoutSeconds = 4

// The environment of the functions.
const (
	// envTable is the table's name, for functions that use the table.
	envTable = kernel.TableVariable
	// envTimeout is the time-out in milliseconds. Lambda tells a function only its
	// deadline; with the time-out the function knows when the event began.
	envTimeout = kernel.TimeoutVariable
	// envNamespace is the namespace of the log lines' metrics, envSlow the milliseconds from
	// which a call counts as slow.
	envNamespace = kernel.NamespaceVariable
	envSlow      = kernel.SlowVariable
)

// newFunction makes one trigger function with its own role and log group.
func newFunction(scope constructs.Construct, t triggers.Trigger, table ddb.TableV2, p *Props) (awslambda.Function, error) {
	folder, err := stageBundle(t.Room, p)
	if err != nil {
		return nil, err
	}
	// The CDK copies and fingerprints the folder at once.
	defer func() { _ = os.RemoveAll(folder) }()

	version, err := versionOptions(t.Room, p)
	if err != nil {
		return nil, err
	}
	logs := newLogs(scope, t.Name, p)
	fn := awslambda.NewFunction(scope, new(t.Name), functionProps(p, &awslambda.FunctionProps{
		Description: new(t.Purpose + p.place()),
		Code:        awslambda.Code_FromAsset(new(folder), nil),
		Timeout:     awscdk.Duration_Seconds(new(float64(timeoutSeconds))),
		Environment: environment(scope, t, table, p),
		Role:        newRole(scope, t, logs, table, p),
		LogGroup:    logs,
		MemorySize:  new(float64(p.Functions[t.Name].MemoryMiB)),

		ReservedConcurrentExecutions: number(p.Functions[t.Name].ReservedConcurrency),
		CurrentVersionOptions:        version,
	}))
	trace(fn, p)
	return fn, nil
}

// trace turns X-Ray on. It sets the property itself: the CDK's own way would allow the
// role more than grants.go says.
func trace(fn awslambda.Function, p *Props) {
	if p.Tracing {
		fn.Node().DefaultChild().(awslambda.CfnFunction).SetTracingConfig(&awslambda.CfnFunction_TracingConfigProperty{Mode: new("Active")})
	}
}

// retention is how long the lines of a log group are kept, and under which key.
type retention struct {
	days   int
	keyARN string
}

// logRetention is that of the functions' groups.
func (p *Props) logRetention() retention { return retention{p.LogRetentionDays, p.LogKeyARN} }

// newLogs makes a function's log group.
func newLogs(scope constructs.Construct, id string, p *Props) awslogs.LogGroup {
	return newLogGroup(scope, id, p.logRetention(), p)
}

// newLogGroup makes a log group. The CDK has a name for each number of days, and the
// template the number.
func newLogGroup(scope constructs.Construct, id string, keep retention, p *Props) awslogs.LogGroup {
	group := awslogs.NewLogGroup(scope, new(id+"Logs"), &awslogs.LogGroupProps{
		Retention:     awslogs.RetentionDays_INFINITE,
		EncryptionKey: logKey(scope, id, keep.keyARN),
		RemovalPolicy: p.removal(),
	})
	if keep.days > 0 {
		group.Node().DefaultChild().(awslogs.CfnLogGroup).SetRetentionInDays(new(float64(keep.days)))
	}
	return group
}

// systemLogs are the CDK's names for ours.
var systemLogs = map[SystemLog]awslambda.SystemLogLevel{
	SystemWarn: awslambda.SystemLogLevel_WARN, SystemInfo: awslambda.SystemLogLevel_INFO, SystemDebug: awslambda.SystemLogLevel_DEBUG,
}

// functionProps adds what all functions of the suite have in common.
func functionProps(p *Props, props *awslambda.FunctionProps) *awslambda.FunctionProps {
	props.Runtime = awslambda.Runtime_PROVIDED_AL2023()
	props.Architecture = lambdaArchitecture(p.architecture())
	props.Handler = new("bootstrap")
	if props.MemorySize == nil {
		props.MemorySize = new(float64(p.MemoryMiB))
	}
	props.LoggingFormat = awslambda.LoggingFormat_JSON
	props.SystemLogLevelV2 = systemLogs[p.Logging.System]
	return props
}

// environment returns the function's variables. The pool's id is not among them; see the
// package comment.
func environment(scope constructs.Construct, t triggers.Trigger, table ddb.TableV2, p *Props) *map[string]*string {
	env := map[string]*string{
		envTimeout:   new(strconv.Itoa(timeoutSeconds * 1000)),
		envNamespace: new(p.namespace(scope)),
		envSlow:      new(strconv.Itoa(p.Monitoring.DurationMillis)),
	}
	if t.UsesTable() {
		env[envTable] = table.TableName()
	}
	secretVariables(env, t, p)
	return &env
}

// lambdaArchitecture returns Lambda's name for the architecture.
func lambdaArchitecture(a Architecture) awslambda.Architecture {
	if a == AMD64 {
		return awslambda.Architecture_X86_64()
	}
	return awslambda.Architecture_ARM_64()
}
