package gateway

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

// Mapping is a request parameter of an HTTP integration (guide, "Transform API requests and
// responses for HTTP APIs"): a header with a claim, a header that is removed, or the path.
type Mapping struct {
	Header string // "" is the path
	Claim  string // "" removes the header
}

const claimValue = "$context.authorizer.claims."

var (
	headerKey = regexp.MustCompile(`^(overwrite|remove):header\.([A-Za-z0-9_-]+)$`)
	// reserved are headers that AWS lets nobody map, and host, which is no header here.
	reserved = regexp.MustCompile(`(?i)^(access-control-.*|apigw-.*|authorization|connection|content-(encoding|length|location)|forwarded|keep-alive|origin|proxy-authenticat(e|ion)|proxy-authorization|te|trailers?|transfer-encoding|upgrade|x-amzn?-.*|x-forwarded-(for|host|proto)|via|host)$`)
)

// NewMapping reads a member of RequestParameters.
func NewMapping(key, value string) (Mapping, error) {
	if key == "overwrite:path" && value == "$request.path" {
		return Mapping{}, nil
	}
	form := headerKey.FindStringSubmatch(key)
	claim, isClaim := strings.CutPrefix(value, claimValue)
	switch {
	case form != nil && reserved.MatchString(form[2]):
		return Mapping{}, fmt.Errorf("the header %s cannot be mapped", form[2])
	case form != nil && form[1] == "remove":
		return Mapping{Header: form[2]}, nil
	case form != nil && isClaim && claim != "":
		return Mapping{form[2], claim}, nil
	}
	return Mapping{}, fmt.Errorf("the mapping %s = %s is not modelled: the local cloud knows overwrite:header.NAME = %sNAME, remove:header.NAME and overwrite:path = $request.path", key, value, claimValue)
}

// apply changes a request to the service. A claim that the token lacks leaves no header: the
// caller's own must not take its place.
func (m Mapping) apply(out *http.Request, q *request) {
	value, has := q.claims[m.Claim]
	switch {
	case m.Header == "":
		out.URL.Path, out.URL.RawPath = q.URL.Path, q.URL.RawPath
	case m.Claim != "" && has:
		out.Header.Set(m.Header, fmt.Sprint(value))
	default:
		out.Header.Del(m.Header)
	}
}
