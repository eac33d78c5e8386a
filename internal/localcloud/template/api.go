package template

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/gateway"
)

// apiKinds are the types of an HTTP API.
const apiKinds = "AWS::ApiGatewayV2::"

// httpAPI reads the stack's HTTP API with what belongs to it. Which properties act is in
// known.go; here is what a value that the local cloud does not have would change: a route that
// is open, or an answer that AWS does not make.
func (r *reading) httpAPI() {
	for id, at := range r.of(apiKinds + "Api") {
		if r.stack.API != nil {
			at.fault("", fmt.Errorf("the local cloud runs one HTTP API a stack, and %s is one already", r.stack.API.LogicalID))
			continue
		}
		at.oneOf("ProtocolType", "HTTP")
		ref := at.reference(id)
		r.stack.API = &gateway.API{LogicalID: id, ID: ref, AccountID: AccountID, ARN: arn("execute-api", ref), CORS: at.cors()}
	}
	if r.stack.API != nil {
		r.apiStage()
		r.apiRoutes()
	}
}

// ofAPI yields the resources of a type that belong to the API.
func (r *reading) ofAPI(kind string, yield func(id string, at *properties)) {
	for id, at := range r.of(apiKinds + kind) {
		if at.text("ApiId") == r.stack.API.ID {
			yield(id, at)
		} else {
			at.fault("ApiId", fmt.Errorf("it belongs to an API that this stack does not create: not modelled"))
		}
	}
}

// oneOf returns a value, and is a fault if it is none of those that are known.
func (p *properties) oneOf(name string, known ...string) string {
	value := p.text(name)
	if !slices.Contains(known, value) {
		p.fault(name, fmt.Errorf("%q is not modelled: the local cloud knows %s", value, strings.Join(known, ", ")))
	}
	return value
}

func (p *properties) cors() *gateway.CORS {
	if !p.has("CorsConfiguration") {
		return nil
	}
	c := p.object("CorsConfiguration")
	return &gateway.CORS{
		Origins: c.list("AllowOrigins"), Methods: c.list("AllowMethods"), Headers: c.list("AllowHeaders"), Exposed: c.list("ExposeHeaders"),
		MaxAge: c.number("MaxAge", 0), Credentials: c.flag("AllowCredentials"),
	}
}

func (r *reading) apiStage() {
	stages := 0
	r.ofAPI("Stage", func(_ string, at *properties) {
		stages++
		at.oneOf("StageName", "$default")
		limits := at.object("DefaultRouteSettings")
		r.stack.API.Rate, r.stack.API.Burst = float64(limits.number("ThrottlingRateLimit", 0)), limits.number("ThrottlingBurstLimit", 5000) // the account's
	})
	if stages != 1 {
		r.propertiesOf(r.stack.API.LogicalID).fault("", fmt.Errorf("it has %d stages: the local cloud serves $default alone", stages))
	}
}

func (r *reading) apiRoutes() {
	authorizers, integrations := map[string]*gateway.Authorizer{}, map[string]gateway.Integration{}
	r.ofAPI("Authorizer", func(id string, at *properties) { authorizers[at.reference(id)] = at.authorizer(id) })
	r.ofAPI("Integration", func(id string, at *properties) { integrations["integrations/"+at.reference(id)] = at.integration(id) })
	r.ofAPI("Route", func(_ string, at *properties) {
		route, err := gateway.NewRoute(at.text("RouteKey"))
		if err != nil {
			at.fault("RouteKey", err)
		}
		var known bool
		if route.Integration, known = integrations[at.text("Target")]; !known {
			at.fault("Target", errors.New("it is no integration of this stack: not modelled"))
		}
		route.Scopes = at.list("AuthorizationScopes")
		if at.has("AuthorizationType") && at.oneOf("AuthorizationType", "JWT", "NONE") == "JWT" {
			if route.Authorizer, known = authorizers[at.text("AuthorizerId")]; !known {
				at.fault("AuthorizerId", errors.New("it is no authorizer of this stack: not modelled"))
			}
		}
		if route.Integration.FunctionARN == "" && route.Key == "$default" {
			at.fault("RouteKey", errors.New("$default before an HTTP service is not modelled: write ANY /{proxy+}"))
		}
		r.stack.API.Routes = append(r.stack.API.Routes, route)
	})
}

// reference is what Ref returns for a part of the API.
func (p *properties) reference(id string) string {
	physical, err := p.physicalID(id, maxDepth)
	if err != nil {
		p.fault("", err)
	}
	return fmt.Sprint(physical)
}

func (p *properties) authorizer(id string) *gateway.Authorizer {
	p.oneOf("AuthorizerType", "JWT")
	if source := p.list("IdentitySource"); !slices.Equal(source, []string{"$request.header.Authorization"}) {
		p.fault("IdentitySource", fmt.Errorf("%q is not modelled: the local cloud knows $request.header.Authorization", source))
	}
	config := p.object("JwtConfiguration")
	a := &gateway.Authorizer{LogicalID: id, Issuer: config.text("Issuer"), Audience: config.list("Audience")}
	if p.stack.Pool != nil && p.stack.Pool.Existing { // the stack is deployed in its pool's Region
		a.Issuer = strings.Replace(a.Issuer, "."+Region+".", "."+p.stack.Pool.Region+".", 1)
	}
	if p.stack.Pool == nil || a.Issuer != p.stack.Pool.ProviderURL() {
		config.fault("Issuer", fmt.Errorf("%s is not modelled: the local cloud has the keys of the stack's own user pool alone", a.Issuer))
	}
	return a
}

func (p *properties) integration(id string) gateway.Integration {
	i := gateway.Integration{LogicalID: id, Timeout: time.Duration(p.number("TimeoutInMillis", 30_000)) * time.Millisecond}
	if p.oneOf("IntegrationType", "AWS_PROXY", "HTTP_PROXY") == "AWS_PROXY" {
		i.FunctionARN = p.text("IntegrationUri")
		p.oneOf("PayloadFormatVersion", "2.0")
		if !p.stack.runs(i.FunctionARN) {
			p.fault("IntegrationUri", fmt.Errorf("%s is no function that runs here: not modelled", i.FunctionARN))
		}
		if p.has("RequestParameters") {
			p.fault("RequestParameters", errors.New("mappings of a function are not modelled"))
		}
		return i
	}
	i.URL, i.Method = p.text("IntegrationUri"), p.text("IntegrationMethod")
	at, err := url.Parse(i.URL)
	if err != nil || at.Scheme != "http" && at.Scheme != "https" || at.Host == "" || at.User != nil || strings.ContainsAny(i.URL, "?#{") {
		p.fault("IntegrationUri", fmt.Errorf("%q is not modelled: want http or https, a host and a fixed path", i.URL))
	}
	parameters := p.texts("RequestParameters")
	for _, key := range slices.Sorted(maps.Keys(parameters)) {
		mapping, err := gateway.NewMapping(key, parameters[key])
		if err != nil {
			p.fault("RequestParameters", err)
		}
		i.Mappings = append(i.Mappings, mapping)
	}
	return i
}
