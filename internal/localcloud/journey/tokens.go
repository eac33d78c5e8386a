package journey

import (
	"context"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

// read returns the claims of both tokens.
func (j *Journey) read(ctx context.Context, who *user) (id, access jwt.MapClaims, err error) {
	if id, err = j.verify(ctx, who.idToken); err != nil {
		return nil, nil, fmt.Errorf("ID token: %w", err)
	}
	if access, err = j.verify(ctx, who.accessToken); err != nil {
		return nil, nil, fmt.Errorf("access token: %w", err)
	}
	return id, access, nil
}

// expectGroup checks that both tokens have Ada's group, which no profile of the stage
// changes.
func (j *Journey) expectGroup(id, access jwt.MapClaims) error {
	want := fmt.Sprint([]string{j.Group})
	return expect(fmt.Sprint(id["cognito:groups"]) == want && fmt.Sprint(access["cognito:groups"]) == want,
		"the tokens say the groups %v and %v", id["cognito:groups"], access["cognito:groups"])
}

// expectGrant checks that both tokens carry what the AUTHZ row grants Ada in that tenant,
// and nothing that she asked for herself.
func (j *Journey) expectGrant(ctx context.Context, who *user, acting string) error {
	id, access, err := j.read(ctx, who)
	if err != nil {
		return err
	}
	want := map[string]string{"acme": "[editor admin]", "globex": "[editor]"}[acting]
	for _, token := range []struct {
		name string
		says jwt.MapClaims
	}{{"ID", id}, {"access", access}} {
		roles, tenant := token.says["roles"], token.says["tenant"]
		if err := expect(fmt.Sprint(roles) == want && tenant == acting, "the %s token says roles %v, tenant %v", token.name, roles, tenant); err != nil {
			return err
		}
	}
	if err := expect(id["plan"] == "team", "the ID token says plan %v", id["plan"]); err != nil {
		return err
	}
	if err := j.expectGroup(id, access); err != nil {
		return err
	}
	scopes := strings.Fields(fmt.Sprint(access["scope"]))
	return expect(slices.Contains(scopes, j.SuiteScope) && slices.Contains(scopes, "aws.cognito.signin.user.admin"),
		"the access token has the scopes %v", scopes)
}

// expectNoGrant checks the tokens of a user without an AUTHZ row.
func (j *Journey) expectNoGrant(ctx context.Context, who *user) error {
	id, access, err := j.read(ctx, who)
	if err != nil {
		return err
	}
	for _, token := range []jwt.MapClaims{id, access} {
		if err := expect(token["roles"] == nil && token["tenant"] == nil, "nobody granted roles %v, tenant %v", token["roles"], token["tenant"]); err != nil {
			return err
		}
	}
	return nil
}

// verify checks a token's signature against the pool's published keys, with a public
// library, and returns its claims.
func (j *Journey) verify(ctx context.Context, encoded string) (jwt.MapClaims, error) {
	keys, err := Keys(ctx, j.KeysURL)
	if err != nil {
		return nil, err
	}
	claims := jwt.MapClaims{}
	_, err = jwt.ParseWithClaims(encoded, claims, func(token *jwt.Token) (any, error) {
		id, _ := token.Header["kid"].(string)
		if key := keys[id]; key != nil {
			return key, nil
		}
		return nil, fmt.Errorf("the key %q is not published at %s", id, j.KeysURL)
	}, jwt.WithValidMethods([]string{"RS256"}), jwt.WithExpirationRequired(), jwt.WithIssuer(j.Issuer))
	if err != nil {
		return nil, fmt.Errorf("verifying the token: %w", err)
	}
	return claims, nil
}

// Keys returns the keys of a JSON Web Key Set by their ids.
func Keys(ctx context.Context, at string) (map[string]*rsa.PublicKey, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	var set struct {
		Keys []struct{ Kid, N, E string }
	}
	if err := json.NewDecoder(answer.Body).Decode(&set); err != nil {
		return nil, fmt.Errorf("reading the keys at %s: %w", at, err)
	}
	keys := map[string]*rsa.PublicKey{}
	for _, key := range set.Keys {
		n, err := base64.RawURLEncoding.DecodeString(key.N)
		e, alsoErr := base64.RawURLEncoding.DecodeString(key.E)
		if err := errors.Join(err, alsoErr); err != nil {
			return nil, fmt.Errorf("key %s: %w", key.Kid, err)
		}
		keys[key.Kid] = &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
	}
	return keys, nil
}
