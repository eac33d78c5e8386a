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
		CreateDefaultStage: new(false), CorsPreflight: cors(p.API.AllowOrigins),
		DefaultAuthorizer:          s.authorizer(),
		DefaultAuthorizationScopes: list(p.API.Scopes),
	})
	s.API.AddRoutes(&api.AddRoutesOptions{
		Path: new("/whoami"), Methods: &[]api.HttpMethod{api.HttpMethod_GET},
		Integration: awsapigatewayv2integrations.NewHttpLambdaIntegration(new("Whoami"), whoami, nil),
	})
	stage := api.NewHttpStage(s.Construct, new("ApiStage"), &api.HttpStageProps{
		HttpApi: s.API, AutoDeploy: new(true),
		Throttle: &api.ThrottleSettings{RateLimit: new(requestsPerSecond), BurstLimit: new(requestsAtOnce)},
	})
	stage.Node().DefaultChild().(api.CfnStage).SetAccessLogSettings(&api.CfnStage_AccessLogSettingsProperty{
		DestinationArn: newLogs(s.Construct, "Api", p).LogGroupArn(), Format: new(accessLine),
	})
	return nil
}

// authorizer accepts a token of this pool for one of its known clients.
func (s *TriggerSuite) authorizer() awsapigatewayv2authorizers.HttpJwtAuthorizer {
	ids := s.clientIDs()
	var audience []*string
	for _, name := range slices.Sorted(maps.Keys(ids)) {
		audience = append(audience, ids[name])
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
func cors(origins []string) *api.CorsPreflightOptions {
	if len(origins) == 0 {
		return nil
	}
	return &api.CorsPreflightOptions{
		AllowOrigins: list(origins), AllowMethods: &[]api.CorsHttpMethod{api.CorsHttpMethod_GET},
		AllowHeaders: list([]string{"authorization"}), MaxAge: awscdk.Duration_Hours(new(1.0)),
	}
}
