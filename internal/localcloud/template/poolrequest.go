package template

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// membersOf are where CloudFormation's properties of a user pool stand in the API, if not
// under their own name.
var membersOf = map[string][]string{
	"EmailAuthenticationMessage":  {"EmailMfaConfiguration", "Message"},
	"EmailAuthenticationSubject":  {"EmailMfaConfiguration", "Subject"},
	"UserPoolName":                {"PoolName"},
	"WebAuthnFactorConfiguration": {"WebAuthnConfiguration", "FactorConfiguration"},
	"WebAuthnRelyingPartyID":      {"WebAuthnConfiguration", "RelyingPartyId"},
	"WebAuthnUserVerification":    {"WebAuthnConfiguration", "UserVerification"},
}

// poolRequest returns what CloudFormation asks of CreateUserPool and SetUserPoolMfaConfig.
func (p *properties) poolRequest(id string) map[string]any {
	request := map[string]any{"PoolName": id}
	for name, value := range p.plainObject("UserPool.", "", p.values) {
		path, in := membersOf[name], request
		if path == nil {
			path = []string{name}
		}
		if len(path) == 2 {
			if in, _ = request[path[0]].(map[string]any); in == nil {
				in = map[string]any{}
				request[path[0]] = in
			}
		}
		in[path[len(path)-1]] = value
	}
	return request
}

// plain resolves a property and what is in it. What the pool does not obey may be known only
// after a deployment; it is left out. At is the path for a fault.
func (p *properties) plain(path, at string, declared any) any {
	if object, ok := declared.(map[string]any); ok {
		if _, _, call := intrinsic(object); !call {
			return p.plainObject(path+".", at+".", object)
		}
	}
	if items, ok := declared.([]any); ok {
		all := []any{}
		for i, item := range items {
			if value := p.plain(path, fmt.Sprintf("%s[%d]", at, i), item); value != nil {
				all = append(all, value)
			}
		}
		return all
	}
	value, err := p.resolve(declared, maxDepth)
	switch value.(type) {
	case map[string]any, []any:
		return p.plain(path, at, value)
	}
	switch {
	case err != nil:
		if p.obeyed(path) {
			p.fault(at, err)
		}
		return nil
	case value == nil || value == (noValue{}):
		return nil
	}
	return p.typed(path, at, value)
}

// plainObject is plain for what is in an object; path and at end with a dot, unless they are "".
func (p *properties) plainObject(path, at string, object map[string]any) map[string]any {
	all := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if value := p.plain(path+name, at+name, object[name]); value != nil {
			all[name] = value
		}
	}
	return all
}

// obeyed reports whether a row of known says that a property acts, or one in it.
func (p *properties) obeyed(path string) bool {
	for key, verdict := range known() {
		if verdict.class == acts && (key == path || strings.HasPrefix(key, path+".") || strings.HasPrefix(key, path+"=")) {
			return true
		}
	}
	return false
}

// typed makes a flag or a number of a text, as CloudFormation does.
func (p *properties) typed(path, at string, value any) any {
	text, isText := value.(string)
	name := path[strings.LastIndex(path, ".")+1:]
	switch {
	case !isText:
		return value
	case slices.Contains(flags, name):
		flag, err := strconv.ParseBool(text)
		if err != nil {
			p.fault(at, fmt.Errorf("want true or false, not %q", text))
			return nil
		}
		return flag
	case slices.Contains(numbers, name):
		if _, err := strconv.Atoi(text); err != nil {
			p.fault(at, fmt.Errorf("want a whole number, not %q", text))
			return nil
		}
		return json.Number(text)
	}
	return value
}

// The properties of a user pool and of an app client that are no texts.
var (
	flags = []string{
		"AllowAdminCreateUserOnly", "AllowedOAuthFlowsUserPoolClient", "CaseSensitive", "ChallengeRequiredOnNewDevice", "DeveloperOnlyAttribute",
		"DeviceOnlyRememberedOnUserPrompt", "EnablePropagateAdditionalUserContextData", "EnableTokenRevocation", "GenerateSecret", "Mutable",
		"RequireLowercase", "RequireNumbers", "RequireSymbols", "RequireUppercase", "Required",
	}
	numbers = []string{
		"AccessTokenValidity", "AuthSessionValidity", "IdTokenValidity", "MinimumLength", "PasswordHistorySize", "Priority", "RefreshTokenValidity",
		"RetryGracePeriodSeconds", "TemporaryPasswordValidityDays", "UnusedAccountValidityDays",
	}
)
