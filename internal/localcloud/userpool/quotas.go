package userpool

import (
	"encoding/json"
	"strings"
	"sync"
	"time"
)

// Quotas are the requests per second of each category of operations, by AWS's names:
// UserList, UserUpdate and so on (guide, "Quotas in Amazon Cognito", API operation
// categories). A category that is missing has no quota.
type Quotas map[string]float64

// AWSQuotas returns the defaults of an account in a Region, as of 2026. UserList,
// UserUpdate and UserAccountRecovery cannot be raised. AWS counts all pools of the
// account together, and also allows at most ten calls a second about one user.
func AWSQuotas() Quotas {
	return Quotas{
		"UserAuthentication": 120, "UserCreation": 50, "UserFederation": 25, "UserAccountRecovery": 30, "UserRead": 120,
		"UserUpdate": 25, "UserResourceRead": 50, "UserList": 30, "UserPoolRead": 15, "UserPoolResourceRead": 20,
		"UserPoolResourceUpdate": 15, "UserToken": 120, "UserResourceUpdate": 25, "UserPoolClientUpdate": 15, "UserPoolUpdate": 15,
		"UserPoolClientRead": 15,
	}
}

// counted is what a request counts against: a quota, or several times it.
type counted struct {
	category string
	times    float64
}

// countedOf returns it for an operation. The answer to NEW_PASSWORD_REQUIRED counts as
// account recovery; for other answers UserAuthentication is three times as much (same
// page, notes on challenges).
func (p *Pool) countedOf(name string, body []byte) counted {
	var in struct{ ChallengeName string }
	switch _ = json.Unmarshal(body, &in); {
	case !strings.HasSuffix(name, "RespondToAuthChallenge"):
		return counted{p.ops[name].category, 1}
	case in.ChallengeName == "NEW_PASSWORD_REQUIRED":
		return counted{"UserAccountRecovery", 1}
	}
	return counted{p.ops[name].category, 3}
}

// throttle counts against the quotas: each category has a bucket that holds one second's
// requests and fills at the quota's rate. AWS does not say how it measures within a
// second.
type throttle struct {
	mu      sync.Mutex
	quotas  Quotas
	buckets map[counted]bucket
}

func newThrottle(quotas Quotas) *throttle {
	return &throttle{quotas: quotas, buckets: map[counted]bucket{}}
}

type bucket struct {
	left float64
	at   time.Time
}

// admit counts one request, or refuses it. AWS's sentence is seen in boto3#2517 and
// amplify-js#13608.
func (t *throttle) admit(request counted, now time.Time) error {
	rate, limited := t.quotas[request.category]
	rate *= request.times
	if !limited {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	full := max(rate, 1)
	b := t.buckets[request] // a new one fills since the year 1
	if passed := now.Sub(b.at); passed > 0 {
		b.left, b.at = min(full, b.left+rate*passed.Seconds()), now
	}
	if b.left < 1 {
		return refuse("TooManyRequestsException", "Rate exceeded")
	}
	b.left--
	t.buckets[request] = b
	return nil
}
