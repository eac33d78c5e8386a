package bearer

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
)

const (
	// fetchLimit is the longest wait for the keys.
	fetchLimit = 3 * time.Second
	// fetchEvery is the shortest time between two fetches of one issuer's keys.
	fetchEvery = 10 * time.Second
	// fetchAgain is the age after which keys are fetched again, beside the requests, so that a
	// key that was taken back is forgotten.
	fetchAgain = time.Hour
	// longestKeys is far above the kilobyte of a pool's two keys.
	longestKeys = 64 << 10
	// leastBits is what RS256 demands (RFC 7518 §3.3).
	leastBits = 2048
)

// errNoKeys says that no key of the issuer is known, and errUnknownKey that this one is not.
var (
	errNoKeys     = errors.New("the issuer's keys could not be fetched")
	errUnknownKey = errors.New("no key of the issuer has this kid")
)

// keySet has the keys of one issuer. keyfunc reads and finds them; when they are fetched is
// decided here, since its own limiter lets an unknown kid wait for minutes.
type keySet struct {
	address string
	client  *http.Client
	failed  func(error)

	mu      sync.Mutex
	known   keyfunc.Keyfunc // nil: none yet
	began   time.Time       // of the last fetch
	running chan struct{}   // closed at the end of the fetch under way; nil: none
	lost    bool            // the last fetch failed
}

// key returns the key of a token's header. It waits for a fetch only where the key is unknown.
func (k *keySet) key(ctx context.Context, token *jwt.Token) (any, error) {
	known, running := k.look(false)
	if known != nil {
		if key, err := known.KeyfuncCtx(ctx)(token); err == nil {
			return key, nil
		}
		_, running = k.look(true)
	}
	if running != nil {
		select {
		case <-running:
		case <-ctx.Done():
		}
		known, _ = k.look(false)
	}
	if known == nil {
		return nil, errNoKeys
	}
	key, err := known.KeyfuncCtx(ctx)(token)
	if err != nil && k.mayBeNew() {
		return nil, errNoKeys
	}
	if err != nil {
		return nil, errUnknownKey
	}
	return key, nil
}

// mayBeNew reports whether an unknown key may be one that could not be fetched.
func (k *keySet) mayBeNew() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.lost
}

// look returns the keys and the fetch under way. It starts one where the keys are old, missing
// or said to lack one, unless the last one is too near.
func (k *keySet) look(lacking bool) (keyfunc.Keyfunc, <-chan struct{}) {
	k.mu.Lock()
	defer k.mu.Unlock()
	age := time.Since(k.began)
	if k.running == nil && age >= fetchEvery && (lacking || k.lost || k.known == nil || age >= fetchAgain) {
		k.began, k.running = time.Now(), make(chan struct{})
		go k.fetch(k.running)
	}
	return k.known, k.running
}

// fetch replaces the keys if it gets any. It belongs to no request: one that is broken off
// does not take the keys from the others.
func (k *keySet) fetch(running chan struct{}) {
	ctx, cancel := context.WithTimeout(context.Background(), fetchLimit)
	defer cancel()
	fetched, err := k.get(ctx)
	if err != nil {
		k.failed(fmt.Errorf("fetching keys from %s: %w", k.address, err))
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if err == nil {
		k.known = fetched
	}
	k.running, k.lost = nil, err != nil
	close(running)
}

// get fetches a key set. One without a key is an error: keys that worked are not given up for it.
func (k *keySet) get(ctx context.Context) (keyfunc.Keyfunc, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, k.address, nil)
	if err != nil {
		return nil, err
	}
	reply, err := k.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = reply.Body.Close() }()
	if reply.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d", reply.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(reply.Body, longestKeys))
	if err != nil {
		return nil, err
	}
	var set struct{ Keys []json.RawMessage }
	if err := json.Unmarshal(body, &set); err != nil {
		return nil, fmt.Errorf("no key set: %w", err)
	}
	return usable(set.Keys)
}

// usable returns the keys of a set that sign tokens. The others are left out, as RFC 7517 §5 wants:
// a key of a kind to come must not take the others away. So is one whose private half is in the
// set: it is everybody's. Without any, or with two of one kid, it is no pool's set.
func usable(set []json.RawMessage) (keyfunc.Keyfunc, error) {
	store, kids := jwkset.NewMemoryStorage(), map[string]bool{}
	for _, raw := range set {
		var is jwkset.JWKMarshal
		if err := json.Unmarshal(raw, &is); err != nil || is.ALG != jwkset.AlgRS256 || is.USE != jwkset.UseSig || is.D != "" {
			continue
		}
		key, _ := jwkset.NewJWKFromMarshal(is, jwkset.JWKMarshalOptions{}, jwkset.JWKValidateOptions{}) // no key beside an error
		if public, ok := key.Key().(*rsa.PublicKey); !ok || public.N.BitLen() < leastBits {
			continue
		}
		if kids[is.KID] {
			return nil, errors.New("two keys have one kid")
		}
		kids[is.KID] = true
		_ = store.KeyWrite(context.Background(), key) // memory
	}
	if len(kids) == 0 {
		return nil, errors.New("a key set without a key for RS256")
	}
	return keyfunc.New(keyfunc.Options{Storage: store})
}
