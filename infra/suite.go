package infra

import (
	"errors"
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	ddb "github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
)

// TriggerSuite is what NewTriggerSuite made, for code that builds on it. It is not a
// construct; Construct is the one that contains everything.
type TriggerSuite struct {
	Construct constructs.Construct
	// Pool is the pool that the functions serve.
	Pool   awscognito.IUserPool
	Domain awscognito.UserPoolDomain
	// Clients are the app clients that the suite made, by their names in Settings.Clients.
	Clients map[string]awscognito.UserPoolClient
	// Branding has the style of each client of users; nil without Props.ManagedLogin.
	Branding map[string]awscognito.CfnManagedLoginBranding
	// ResourceServer is nil without Props.ResourceServer.
	ResourceServer awscognito.UserPoolResourceServer
	Groups         []awscognito.UserPoolGroup
	// IdentityProviders are by name; AddPropertyOverride reaches what no setting has.
	IdentityProviders map[string]awscognito.CfnUserPoolIdentityProvider
	Table             ddb.TableV2
	// Functions has one function for each trigger of the stage, by the trigger's name: PreSignUp,
	// PostConfirmation, PreTokenGeneration, PostAuthentication.
	Functions map[string]awslambda.Function
	// Aliases has the alias live of each of them, by the same names: what the pool calls.
	Aliases map[string]awslambda.Alias
	// Reconcile is the function of the scheduled sweep; nil without
	// Props.Reconcile.EveryHours.
	Reconcile awslambda.Function
	// Tripwire is the function that looks after the hooks; nil without Props.Tripwire.
	Tripwire awslambda.Function
	// Alarms are by name, the trigger's first: PreSignUpBroken, and PreSignUpBrokenDay over
	// a day; runbook.go has the kinds. None with Monitoring.NoAlarms.
	Alarms map[string]awscloudwatch.Alarm
	// PageAlarm is red while an alarm is that must wake somebody, TicketAlarm while another
	// one is. Only they notify anybody; nil without a topic of theirs.
	PageAlarm, TicketAlarm awscloudwatch.CompositeAlarm
	// Dashboard is nil with Monitoring.NoDashboard.
	Dashboard awscloudwatch.Dashboard

	// API is nil without Props.API.On. IdentityPool and IdentityRoles, by the names in
	// Props.IdentityPool, are nil without any role there.
	API           awsapigatewayv2.HttpApi
	IdentityPool  awscognito.CfnIdentityPool
	IdentityRoles map[string]awsiam.Role

	props *Props
	// hookable is Pool where its hooks are in a template of this app; nil elsewhere.
	hookable awscognito.UserPool
	// permissions are those of the aliases where the pool is made elsewhere.
	permissions []awslambda.CfnPermission
}

// NewTriggerSuite makes the user pool, its clients, the table and the trigger functions in
// scope. The functions must have been built (Props.Bundles).
//
// It panics if props are faulty or a build is missing, as constructs do, with the list of
// faults; nil props are those of the zero value. Call props.Validate and props.CheckBundles
// first, to report all faults in one list.
func NewTriggerSuite(scope constructs.Construct, id string, props *Props) *TriggerSuite {
	props = props.checked("trigger suite " + id)
	self := constructs.NewConstruct(scope, &id)
	for _, warning := range props.Warnings() {
		awscdk.Annotations_Of(self).AddWarningV2(new(WarningID(warning.Path)), new(warning.String()))
	}
	props = props.filled()
	s := &TriggerSuite{
		Construct: self,
		props:     props,
		Table:     newTable(self, props),
		Functions: make(map[string]awslambda.Function),
		Aliases:   make(map[string]awslambda.Alias),
	}
	s.makePool(props)
	for _, t := range props.Hooked() {
		fn, err := newFunction(self, t, s.Table, props)
		if err != nil {
			panic(fmt.Sprintf("trigger suite %s: %v", id, err))
		}
		s.Functions[t.Name], s.Aliases[t.Name] = fn, newAlias(self, t.Name, fn, props)
		s.wire(t, s.Aliases[t.Name], props)
	}
	if err := errors.Join(newReconcile(self, s, props), newAttach(self, s, props), newTripwire(self, s, props)); err != nil {
		panic(fmt.Sprintf("trigger suite %s: %v", id, err))
	}
	s.Alarms = newAlarms(s, props)
	s.Dashboard = newDashboard(s, props)
	newIdentityPool(s, props)
	for key, value := range props.Tags {
		awscdk.Tags_Of(self).Add(new(key), new(value), nil)
	}
	if err := errors.Join(newRegister(self, s, props), newAPI(s, props)); err != nil {
		panic(fmt.Sprintf("trigger suite %s: %v", id, err))
	}
	return s
}
