package infra

import (
	"reflect"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// What the settings know of a pool of the app's is what its construct says, and nothing
// that it leaves open.
func TestR42_APoolOfTheAppSaysWhatIsImmutable(t *testing.T) {
	stack := awscdk.NewStack(newApp(t), new("App"), nil)
	bare := awscognito.NewUserPool(stack, new("Bare"), nil)
	full := awscognito.NewUserPool(stack, new("Full"), &awscognito.UserPoolProps{
		SelfSignUpEnabled: new(true), KeepOriginal: &awscognito.KeepOriginalAttrs{Email: new(true), Phone: new(true)},
		StandardAttributes: &awscognito.StandardAttributes{GivenName: &awscognito.StandardAttribute{Mutable: new(false)}, Locale: &awscognito.StandardAttribute{}},
		CustomAttributes: &map[string]awscognito.ICustomAttribute{
			"plan": awscognito.NewStringAttribute(&awscognito.StringAttributeProps{Mutable: new(false)}),
			"role": awscognito.NewStringAttribute(&awscognito.StringAttributeProps{Mutable: new(true)}),
			"open": awscognito.NewStringAttribute(nil), // the template leaves it to Cognito
		},
	})
	developers := awscognito.NewUserPool(stack, new("Developers"), &awscognito.UserPoolProps{SelfSignUpEnabled: new(true)})
	developers.Node().DefaultChild().(awscognito.CfnUserPool).SetSchema([]any{
		&awscognito.CfnUserPool_SchemaAttributeProperty{Name: new("role"), Mutable: new(false), DeveloperOnlyAttribute: new(true), AttributeDataType: new("String")},
	})
	for name, c := range map[string]struct {
		pool awscognito.UserPool
		want settings.Given
	}{
		"no pool":                   {nil, settings.Given{}},
		"without a schema":          {bare, settings.Given{Pool: true, Closed: true}}, // the CDK's default
		"of developers":             {developers, settings.Given{Pool: true}},         // dev:custom:role; custom:role may be made by hand
		"with a schema and sign-up": {full, settings.Given{Pool: true, Immutable: []string{"given_name", "custom:plan"}, Keeps: []string{"email", "phone_number"}}},
	} {
		if got := GivenPool(c.pool); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
