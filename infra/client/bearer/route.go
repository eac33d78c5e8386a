package bearer

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Option is what a route demands beyond a right access token of a user. One that demands nothing,
// such as Role of an empty setting, panics: it would let everybody in.
type Option func(*route)

type route struct {
	scopes              []string
	machines, anyTenant bool
	minACR              int
	maxAge, maxRow      time.Duration
	asksRow             bool
	resource            string
	roles               []string
	tenant              func(*http.Request) string
}

// demand returns an option that demands something.
func demand(something bool, name string, option Option) Option {
	if !something {
		panic("bearer: " + name + " demands nothing")
	}
	return option
}

// Scopes demands all of these.
func Scopes(all ...string) Option {
	return demand(len(all) > 0, "Scopes", func(r *route) { r.scopes = append(r.scopes, all...) })
}

// Machines lets client credentials in as well.
func Machines() Option { return func(r *route) { r.machines = true } }

// MinACR demands a sign-in of this level or above. Cognito's level 3 is a passkey, or a password
// with a code: who wants to exclude codes by SMS also looks at the claim amr. Managed login of
// the plan Lite ignores acr_values (developer guide, "Step-up authentication").
func MinACR(level int) Option {
	return demand(level > 0, "MinACR", func(r *route) { r.minACR = level })
}

// MaxAge demands that the user signed in at most so long ago. A refresh is no sign-in.
func MaxAge(d time.Duration) Option {
	return demand(d > 0, "MaxAge", func(r *route) { r.maxAge = d })
}

// Fresh demands that the user's row, read at most so long ago, has no newer version, and is neither
// suspended nor deleted; 0 reads it for each request. A token without a version is as old as
// version 0: each profile must say it. Where the row cannot be read the answer is 503. It needs
// Config.Rows.
func Fresh(maxAge time.Duration) Option {
	return demand(maxAge >= 0, "Fresh", func(r *route) { r.asksRow, r.maxRow = true, maxAge })
}

// RequireResource demands this aud. It must be one of Config.Resources. The answer then names the
// metadata of this resource.
func RequireResource(url string) Option {
	return demand(url != "", "RequireResource", func(r *route) { r.resource = url })
}

// Role demands a role; several are all demanded. Whoever acts for a tenant has the roles of that
// tenant, so without InTenant a token that names a tenant has no role: an administrator of one
// tenant would be one of all.
func Role(name string) Option {
	return demand(name != "", "Role", func(r *route) { r.roles = append(r.roles, name) })
}

// InTenant demands that the user acts for the tenant that the request is about. from returns
// it, from the path for example; "" is refused.
func InTenant(from func(*http.Request) string) Option {
	return demand(from != nil, "InTenant", func(r *route) { r.tenant = from })
}

// AnyTenant lets Role count without InTenant, whatever tenant the token names. It is for a profile
// whose roles are the same in every tenant (authz.roles).
func AnyTenant() Option { return func(r *route) { r.anyTenant = true } }

// Require returns next behind a check of the request's token. Like http.ServeMux.Handle, it panics
// where the program is wrong: an option that the configuration has no answer to.
func (v *Verifier) Require(next http.Handler, demands ...Option) http.Handler {
	var route route
	for _, demand := range demands {
		demand(&route)
	}
	if route.asksRow && v.config.Rows == nil {
		panic("bearer: Fresh needs Config.Rows")
	}
	if route.resource != "" && !slices.Contains(v.config.Resources, route.resource) {
		panic(fmt.Sprintf("bearer: RequireResource(%q) is not one of Config.Resources", route.resource))
	}
	if route.minACR > 0 && v.levelName(route.minACR) == "" {
		panic(fmt.Sprintf("bearer: Config.Levels has no level %d or above", route.minACR))
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, denied := v.judge(r, &route)
		if denied != nil {
			v.deny(w, denied, &route)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, who)))
	})
}

// judge returns the caller, or why not.
func (v *Verifier) judge(r *http.Request, route *route) (*Principal, *denial) {
	token, denied := tokenOf(r)
	if denied != nil {
		return nil, denied
	}
	who, denied := v.verified(r, token)
	if denied != nil {
		return nil, denied
	}
	if who.Machine && !route.machines {
		return nil, v.refuse(r, errMachine)
	}
	if route.resource != "" && who.Claims["aud"] != route.resource {
		return nil, v.refuse(r, errResource)
	}
	if denied := v.fresh(r, who, route); denied != nil {
		return nil, denied
	}
	return who, route.refuses(r, who)
}

// refuses judges what the user may do.
func (route *route) refuses(r *http.Request, who *Principal) *denial {
	if !containsAll(who.Scopes, route.scopes) {
		return narrow
	}
	if who.Level < route.minACR || route.maxAge > 0 && time.Since(who.SignedIn) > route.maxAge {
		return stepUp
	}
	if elsewhere := route.tenant == nil && who.Tenant != "" && !route.anyTenant; len(route.roles) > 0 && (elsewhere || !containsAll(who.Roles, route.roles)) {
		return forbidden
	}
	if route.tenant != nil {
		if tenant := route.tenant(r); tenant == "" || tenant != who.Tenant {
			return forbidden
		}
	}
	return nil
}

func containsAll(has, wanted []string) bool {
	return !slices.ContainsFunc(wanted, func(one string) bool { return !slices.Contains(has, one) })
}

// challenge returns what a client needs to know for its next try. It names the scopes wherever
// another token helps, so that a client asks for no others (Model Context Protocol, specification
// of 2025-11-25, "Protected Resource Metadata Discovery Requirements").
func (v *Verifier) challenge(d *denial, route *route) string {
	var fields []string
	add := func(name, value string) {
		if value != "" {
			fields = append(fields, name+`="`+value+`"`)
		}
	}
	add("error", d.code)
	if d != malformed {
		add("scope", strings.Join(route.scopes, " "))
	}
	if d == stepUp {
		add("acr_values", v.levelName(route.minACR))
		if route.maxAge > 0 {
			add("max_age", strconv.Itoa(int(route.maxAge/time.Second)))
		}
	}
	add("resource_metadata", v.metadataURL(route.resource))
	return strings.TrimSpace("Bearer " + strings.Join(fields, ", "))
}

// levelName returns the name of the lowest sufficient level; "" for 0 and where none is.
func (v *Verifier) levelName(level int) (name string) {
	for _, other := range slices.Sorted(maps.Keys(v.config.Levels)) {
		is := v.config.Levels[other]
		if level > 0 && is >= level && (name == "" || is < v.config.Levels[name]) {
			name = other
		}
	}
	return name
}
