package template

import "strings"

// notModelled is the reason of what an HTTP API may ask for and does not get here.
const notModelled = "not modelled"

// apiRows are the rows of the types of an HTTP API.
func apiRows() map[string]verdict {
	rows := map[string]verdict{
		"Api":                                 {refused, notModelled},
		"Api.Description":                     {harmless, "a label"},
		"Api.IpAddressType":                   {harmless, "the local cloud listens on both"},
		"Api.Name":                            {harmless, "a label"},
		"Api.RouteSelectionExpression":        {harmless, "HTTP APIs have one"},
		"Api.Tags":                            {harmless, "labels"},
		"Api.Version":                         {harmless, "a label"},
		"ApiGatewayManagedOverrides":          {refused, notModelled},
		"ApiMapping":                          {lacking, "the API has its local address alone"},
		"Authorizer":                          {refused, notModelled},
		"Authorizer.Name":                     {harmless, "a label"},
		"Deployment":                          {harmless, "the template is what is served"},
		"DomainName":                          {lacking, "the API has its local address alone"},
		"Integration":                         {refused, notModelled},
		"Integration.ConnectionType=INTERNET": {harmless, "the only way"},
		"Integration.Description":             {harmless, "a label"},
		"IntegrationResponse":                 {refused, notModelled},
		"Model":                               {refused, notModelled},
		"PortalProduct":                       {harmless, "documentation"},
		"Route":                               {refused, notModelled},
		"Route.OperationName":                 {harmless, "a label"},
		"RouteResponse":                       {refused, notModelled},
		"RoutingRule":                         {refused, notModelled},
		"Stage":                               {refused, notModelled},
		"Stage.AccessLogSettings":             {harmless, "no caller sees the log"},
		"Stage.AutoDeploy":                    {harmless, "the template is what is served"},
		"Stage.DefaultRouteSettings.DetailedMetricsEnabled": {harmless, "no caller sees metrics"},
		"Stage.DeploymentId": {harmless, "the template is what is served"},
		"Stage.Description":  {harmless, "a label"},
		"Stage.Tags":         {harmless, "labels"},
		"VpcLink":            {refused, notModelled},
	}
	for kind, paths := range map[string]string{
		"Api": `
			CorsConfiguration.AllowCredentials CorsConfiguration.AllowHeaders CorsConfiguration.AllowMethods
			CorsConfiguration.AllowOrigins CorsConfiguration.ExposeHeaders CorsConfiguration.MaxAge ProtocolType`,
		"Authorizer": `ApiId AuthorizerType IdentitySource JwtConfiguration.Audience JwtConfiguration.Issuer`,
		"Integration": `
			ApiId IntegrationMethod IntegrationType IntegrationUri PayloadFormatVersion RequestParameters TimeoutInMillis`,
		"Route": `ApiId AuthorizationScopes AuthorizationType AuthorizerId RouteKey Target`,
		"Stage": `
			ApiId DefaultRouteSettings.ThrottlingBurstLimit DefaultRouteSettings.ThrottlingRateLimit StageName`,
	} {
		for path := range strings.FieldsSeq(paths) {
			rows[kind+"."+path] = verdict{class: acts}
		}
	}
	return rows
}
