package iam

import (
	"context"
	"crypto/rand"
	"strings"
	"sync"
	"time"
)

// Principal is who signs with a key: an administrator, or a session of a role.
type Principal struct {
	// ARN is arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION, which AWS's refusals name.
	ARN string
	// Policies are the role's; without any, nothing is allowed.
	Policies []Policy
	// Tags are the session's principal tags (aws:PrincipalTag/NAME), by name.
	Tags map[string]string
	// Admin passes the evaluation of policies. The signature is checked all the same.
	Admin bool
}

// Credentials are what a client signs with.
type Credentials struct {
	AccessKeyID, SecretAccessKey string
	// SessionToken is "" for the administrator's.
	SessionToken string
	// Expires is zero if they never do.
	Expires time.Time
}

// SessionARN returns the ARN of a session of a role (IAM user guide, "IAM identifiers"). The
// role's path is no part of it.
func SessionARN(roleARN, session string) string {
	account, role, _ := strings.Cut(strings.TrimPrefix(roleARN, "arn:aws:iam::"), ":role/")
	return "arn:aws:sts::" + account + ":assumed-role/" + role[strings.LastIndex(role, "/")+1:] + "/" + session
}

// Keys are the credentials that are known, expired ones included. It is safe for concurrent use.
type Keys struct {
	mu  sync.RWMutex
	all map[string]key
}

// key is known credentials.
type key struct {
	Credentials
	principal Principal
}

// Administrator is the access key and the secret of every tool on this machine.
const Administrator = "local"

// NewKeys returns Keys that know the administrator's.
func NewKeys() *Keys {
	k := &Keys{all: map[string]key{}}
	k.add(Credentials{AccessKeyID: Administrator, SecretAccessKey: Administrator}, Principal{Admin: true})
	return k
}

// Issue returns fresh temporary credentials of the principal; expires zero is never.
func (k *Keys) Issue(p Principal, expires time.Time) Credentials {
	c := Credentials{
		AccessKeyID: "ASIA" + rand.Text()[:16], SecretAccessKey: rand.Text() + rand.Text()[:14],
		SessionToken: rand.Text() + rand.Text(), Expires: expires,
	}
	k.add(c, p)
	return c
}

func (k *Keys) add(c Credentials, p Principal) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.all[c.AccessKeyID] = key{c, p}
}

// find returns known credentials, expired ones included.
func (k *Keys) find(accessKeyID string) (key, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	found, ok := k.all[accessKeyID]
	return found, ok
}

// clock is the key of a context's time.
type clock struct{}

// At returns a context in which a Guard's clock shows this time: that of a store whose clock is
// wrong.
func At(ctx context.Context, now time.Time) context.Context {
	return context.WithValue(ctx, clock{}, now)
}

func now(ctx context.Context) time.Time {
	if at, is := ctx.Value(clock{}).(time.Time); is {
		return at
	}
	return time.Now()
}
