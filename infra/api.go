package infra

import (
	"maps"
	"os"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	api "github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2authorizers"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2integrations"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// whoamiFolder is the folder of the sample route's program in dist.
const whoamiFolder = "whoami"

// The limits of the API's stage: a sample route must not use up the account's
// concurrency, which sign-ins need.
const (
	requestsPerSecond = 50.0
	requestsAtOnce    = 100.0
)

// whoamiSeconds is short: the function reads and writes nothing.
const whoamiSeconds = 3

// accessLine is the API's own log of a request: no address, no token.
const accessLine = `{"requestId":"$context.requestId","route":"$context.routeKey","status":"$context.status",` +
	`"authorizer":"$context.authorizer.error","latencyMs":"$context.responseLatency"}`

// newAPI makes the API, if the stage has one.
func newAPI(s *TriggerSuite, p *Props) error {
	if !p.API.On {
		return nil
	}
	whoami, err := newWhoami(s.Construct, p)
	if err != nil {
		return err
	}
	s.API = api.NewHttpApi(s.Construct, new("Api"), &api.HttpApiProps{
		// The CDK's default is the id, Api, in every suite of an account.
		ApiName:            awscdk.Names_UniqueResourceName(s.Construct, &awscdk.UniqueResourceNameOptions{Separator: new("-")}),
		CreateDefaultStage: new(false), CorsPreflight: cors(p.API),
		DefaultAuthorizer:          s.authorizer(),
		DefaultAuthorizationScopes: list(p.API.Scopes),
	})
	s.API.AddRoutes(&api.AddRoutesOptions{
		Path: new("/whoami"), Methods: &[]api.HttpMethod{api.HttpMethod_GET},
		Integration: awsapigatewayv2integrations.NewHttpLambdaIntegration(new("Whoami"), whoami, nil),
	})
	s.frontApp(p.API.App)
	stage := api.NewHttpStage(s.Construct, new("ApiStage"), &api.HttpStageProps{
		HttpApi: s.API, AutoDeploy: new(true),
		Throttle: &api.ThrottleSettings{RateLimit: new(requestsPerSecond), BurstLimit: new(requestsAtOnce)},
	})
	stage.Node().DefaultChild().(api.CfnStage).SetAccessLogSettings(&api.CfnStage_AccessLogSettingsProperty{
		DestinationArn: newLogs(s.Construct, "Api", p).LogGroupArn(), Format: new(accessLine),
	})
	return nil
}

// userHeader has the caller's sub for an app that is left in place. Some servers take _ for -
// in a header's name (RFC 3875, section 4.1.18): the other spellings are the caller's own and
// are removed. API Gateway takes _ in the name of a mapped parameter of a REST API (guide,
// "Parameter mapping source reference"); of an HTTP API it does not say.
const userHeader = "x-user-sub"

// frontApp passes an app every request that no other route takes. Each method has its route:
// one for ANY would take the preflights of browsers, which have no token (API Gateway
// Developer Guide, "Configure CORS for HTTP APIs").
func (s *TriggerSuite) frontApp(app string) {
	if app == "" {
		return
	}
	mapping := api.NewParameterMapping().
		OverwritePath(api.MappingValue_RequestPath()).
		OverwriteHeader(new(userHeader), api.MappingValue_ContextVariable(new("authorizer.claims.sub")))
	for _, spelling := range []string{"x_user_sub", "x_user-sub", "x-user_sub"} {
		mapping.RemoveHeader(new(spelling))
	}
	integration := awsapigatewayv2integrations.NewHttpUrlIntegration(new("App"), new(app),
		&awsapigatewayv2integrations.HttpUrlIntegrationProps{ParameterMapping: mapping})
	for _, path := range []string{"/", "/{proxy+}"} {
		s.API.AddRoutes(&api.AddRoutesOptions{
			Path: new(path), Integration: integration,
			Methods: &[]api.HttpMethod{api.HttpMethod_GET, api.HttpMethod_HEAD, api.HttpMethod_POST, api.HttpMethod_PUT, api.HttpMethod_PATCH, api.HttpMethod_DELETE},
		})
	}
}

// authorizer accepts a token of this pool for one of its known clients, or for a resource.
func (s *TriggerSuite) authorizer() awsapigatewayv2authorizers.HttpJwtAuthorizer {
	ids := s.clientIDs()
	var audience []*string
	for _, name := range slices.Sorted(maps.Keys(ids)) {
		audience = append(audience, ids[name])
	}
	for _, resource := range s.props.API.Resources {
		audience = append(audience, new(resource))
	}
	return awsapigatewayv2authorizers.NewHttpJwtAuthorizer(new("Pool"), s.providerURL(),
		&awsapigatewayv2authorizers.HttpJwtAuthorizerProps{JwtAudience: &audience})
}

// newWhoami makes the function of the sample route, which may only log.
func newWhoami(scope constructs.Construct, p *Props) (awslambda.Function, error) {
	folder, err := stageBundle(whoamiFolder, p)
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	logs := newLogs(scope, "Whoami", p)
	return awslambda.NewFunction(scope, new("Whoami"), functionProps(p, &awslambda.FunctionProps{
		Description: new("Answers who the caller is"),
		Code:        awslambda.Code_FromAsset(new(folder), nil),
		Timeout:     awscdk.Duration_Seconds(new(float64(whoamiSeconds))),
		Role:        newLambdaRole(scope, "Whoami", "Whoami", []awsiam.PolicyStatement{writeLogs(logs)}),
		LogGroup:    logs,
	})), nil
}

// cors returns nil without origins: then no browser of another origin may call.
func cors(a settings.API) *api.CorsPreflightOptions {
	if len(a.AllowOrigins) == 0 {
		return nil
	}
	methods, headers := []api.CorsHttpMethod{api.CorsHttpMethod_GET}, []string{"authorization"}
	if a.App != "" {
		methods = append(methods, api.CorsHttpMethod_HEAD, api.CorsHttpMethod_POST, api.CorsHttpMethod_PUT, api.CorsHttpMethod_PATCH, api.CorsHttpMethod_DELETE)
		headers = append(headers, "content-type")
	}
	return &api.CorsPreflightOptions{
		AllowOrigins: list(a.AllowOrigins), AllowMethods: &methods,
		AllowHeaders: list(headers), MaxAge: awscdk.Duration_Hours(new(1.0)),
	}
}
