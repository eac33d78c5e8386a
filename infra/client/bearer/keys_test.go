package bearer_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer"
	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer/bearertest"
)

// server is a key server without a network, so that a test's clock can run ahead.
type server struct {
	mu      sync.Mutex
	fetches int
	asked   string // the last address
	// complaint is why the last fetch failed.
	complaint string
	after     time.Duration
	status    int
	broken    bool   // in the middle of the body
	body      []byte // nil: nobody answers
}

func (s *server) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.fetches++
	s.asked = r.URL.String()
	after, status, body := s.after, s.status, s.body
	s.mu.Unlock()
	select {
	case <-time.After(after):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	if body == nil {
		return nil, errors.New("connection refused")
	}
	reader := io.Reader(bytes.NewReader(body))
	if s.broken {
		reader = io.MultiReader(reader, iotest.ErrReader(io.ErrUnexpectedEOF))
	}
	return &http.Response{StatusCode: status, Body: io.NopCloser(reader), Header: http.Header{}}, nil
}

func (s *server) says(body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status, s.body = http.StatusOK, body
}

func (s *server) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fetches
}

// offline returns an API whose keys come from a server without a network. The issuer's tokens are
// made for the clock of the test.
func offline(t *testing.T, issuer *bearertest.Issuer, s *server, demands ...bearer.Option) http.Handler {
	c := config(issuer)
	c.HTTP, c.Failed = &http.Client{Transport: s}, func(err error) { s.complaint = err.Error() }
	return verifier(t, c).Require(ok, demands...)
}

// keyed is offline with the issuer's keys at the server.
func keyed(t *testing.T, issuer *bearertest.Issuer) (*server, http.Handler) {
	s := &server{}
	s.says(issuer.KeySet(0))
	return s, offline(t, issuer, s)
}

func status(h http.Handler, token string) int { return ask(h, "Bearer "+token).Code }

func forged(issuer *bearertest.Issuer, n int) string {
	return issuer.Sign(map[string]any{"kid": fmt.Sprint("forged-", n)}, issuer.Claims())
}

func TestR91_AForgedKeyIDCostsNothing(t *testing.T) {
	issuer := bearertest.New(t)
	synctest.Test(t, func(t *testing.T) {
		s, h := keyed(t, issuer)
		token := forged(issuer, 0)
		begin := time.Now()
		for range 10_000 {
			if got := status(h, token); got != 401 {
				t.Fatal(got)
			}
			time.Sleep(10 * time.Millisecond)
		}
		if most := int(time.Since(begin)/(10*time.Second)) + 1; s.count() > most || s.count() < 2 {
			t.Errorf("%d fetches in %v", s.count(), time.Since(begin))
		}
		if got := status(h, issuer.Right()); got != 200 {
			t.Errorf("a right token afterwards: %d", got)
		}
	})
}

func TestR91_WithoutKeysNobodyIsLetIn(t *testing.T) {
	issuer := bearertest.New(t)
	synctest.Test(t, func(t *testing.T) {
		s := &server{}
		h := offline(t, issuer, s)
		for range 100 {
			w := ask(h, "Bearer "+issuer.Right())
			verdict(t, w)
			if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != "10" || w.Header().Get("WWW-Authenticate") != "" {
				t.Fatal(w.Code, w.Header())
			}
		}
		if s.count() != 1 || !strings.Contains(s.complaint, "connection refused") {
			t.Errorf("%d fetches, %q", s.count(), s.complaint)
		}
		s.says(issuer.KeySet(0))
		time.Sleep(10 * time.Second)
		if got := status(h, issuer.Right()); got != 200 {
			t.Errorf("once the keys are there: %d", got)
		}
		s.says(nil)
		time.Sleep(48 * time.Hour)
		if got := status(h, issuer.Right()); got != 200 {
			t.Errorf("keys that were known are kept: %d", got)
		}
	})
}

func TestR91_ANewKeyIsFoundInTenSeconds(t *testing.T) {
	issuer := bearertest.New(t)
	synctest.Test(t, func(t *testing.T) {
		s, h := keyed(t, issuer)
		old := issuer.Right()
		for range 600 {
			if got := status(h, old); got != 200 {
				t.Fatal(got)
			}
			time.Sleep(time.Second)
		}
		if s.count() != 1 {
			t.Errorf("%d fetches for a known key", s.count())
		}
		status(h, forged(issuer, 0))
		issuer.Rotate()
		s.says(issuer.KeySet(1))
		if got := status(h, issuer.Right()); got != 401 {
			t.Errorf("so soon after a fetch: %d", got)
		}
		time.Sleep(10 * time.Second)
		if got := status(h, issuer.Right()); got != 200 {
			t.Errorf("the new key: %d", got)
		}
		if got := status(h, old); got != 401 {
			t.Errorf("the key that was taken back: %d", got)
		}
	})
}

// Nobody asks for a key that is taken back, so its age is looked at.
func TestR91_AKeyThatIsTakenBackIsForgotten(t *testing.T) {
	issuer := bearertest.New(t)
	synctest.Test(t, func(t *testing.T) {
		s, h := keyed(t, issuer)
		status(h, issuer.Right())
		s.says(issuer.KeySet(1))
		time.Sleep(time.Hour)
		token := issuer.Right()
		status(h, token) // begins the fetch, and does not wait for it
		synctest.Wait()
		if got := status(h, token); got != 401 {
			t.Errorf("%d after %d fetches", got, s.count())
		}
	})
}

func TestR91_ASlowKeyServerHoldsNobodyWhoseKeyIsKnown(t *testing.T) {
	issuer := bearertest.New(t)
	synctest.Test(t, func(t *testing.T) {
		s, h := keyed(t, issuer)
		status(h, issuer.Right())
		s.after = time.Hour
		time.Sleep(time.Minute)
		done := make(chan int)
		go func() { done <- status(h, forged(issuer, 1)) }()
		synctest.Wait()
		began := time.Now()
		if got := status(h, issuer.Right()); got != 200 || time.Since(began) != 0 {
			t.Errorf("%d after %v", got, time.Since(began))
		}
		if got := <-done; got != 503 || time.Since(began) != 3*time.Second {
			t.Errorf("an unknown key: %d after %v", got, time.Since(began))
		}
	})
}

func TestR91_ABrokenOffRequestDoesNotTakeTheKeysFromOthers(t *testing.T) {
	issuer := bearertest.New(t)
	synctest.Test(t, func(t *testing.T) {
		s := &server{after: time.Second}
		s.says(issuer.KeySet(0))
		h := offline(t, issuer, s)
		ctx, cancel := context.WithCancel(t.Context())
		broken := make(chan bool)
		go func() {
			r, _ := http.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
			r.Header.Set("Authorization", "Bearer "+issuer.Right())
			h.ServeHTTP(discard{}, r)
			close(broken)
		}()
		synctest.Wait()
		cancel()
		<-broken
		if got := status(h, issuer.Right()); got != 200 || s.count() != 1 {
			t.Errorf("%d after %d fetches", got, s.count())
		}
	})
}

type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}

func TestR91_AServerThatLiesLetsNobodyInAndTakesNoKeys(t *testing.T) {
	issuer := bearertest.New(t)
	const none = "a key set without a key for RS256"
	for name, c := range map[string]struct{ body, complaint string }{
		"a page":          {"<html>Sign in to the network</html>", "no key set: "},
		"nothing":         {"", "no key set: "},
		"no keys":         {`{"keys":[]}`, none},
		"another form":    {`{"keys":{"kid":"eu-west-1-0"}}`, "no key set: "},
		"null":            {`null`, none},
		"a shared secret": {`{"keys":[{"kty":"oct","kid":"eu-west-1-0","k":"c2VjcmV0","alg":"HS256"}]}`, none},
		"a kid twice":     {`{"keys":[` + jwk(2048, "x", "") + "," + jwk(2048, "x", "") + `]}`, "two keys have one kid"},
		"a short key":     {`{"keys":[` + jwk(1024, "x", "") + `]}`, none},
		"an encryption":   {`{"keys":[` + strings.Replace(jwk(2048, "x", ""), "sig", "enc", 1) + `]}`, none},
		"another alg":     {`{"keys":[` + strings.Replace(jwk(2048, "x", ""), "RS256", "RS512", 1) + `]}`, none},
		"a private key":   {`{"keys":[` + jwk(2048, "x", `,"d":"AQ"`) + `]}`, none},
		"no end":          {`{"keys":[` + strings.Repeat(" ", 1<<20) + `]}`, "no key set: "},
	} {
		t.Run(name, func(t *testing.T) {
			body := c.body
			synctest.Test(t, func(t *testing.T) {
				s := &server{}
				s.says([]byte(body))
				h := offline(t, issuer, s)
				if got := status(h, issuer.Right()); got != 503 || !strings.Contains(s.complaint, c.complaint) {
					t.Errorf("at first: %d %q", got, s.complaint)
				}
				s.says(issuer.KeySet(0))
				time.Sleep(10 * time.Second)
				if got := status(h, issuer.Right()); got != 200 {
					t.Fatalf("right keys: %d", got)
				}
				s.says([]byte(body))
				time.Sleep(10 * time.Second)
				status(h, forged(issuer, 2))
				if got := status(h, issuer.Right()); got != 200 {
					t.Errorf("after the lie: %d", got)
				}
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		s := &server{}
		s.says(issuer.KeySet(0))
		s.status = http.StatusBadGateway
		if got := status(offline(t, issuer, s), issuer.Right()); got != 503 || s.complaint != "fetching keys from "+issuer.Keys+": status 502" {
			t.Errorf("status 502: %d %q", got, s.complaint)
		}
		s.status, s.broken = http.StatusOK, true
		if got := status(offline(t, issuer, s), issuer.Right()); got != 503 || !strings.HasSuffix(s.complaint, "unexpected EOF") {
			t.Errorf("broken off: %d %q", got, s.complaint)
		}
	})
}

// jwk returns a key of some bits and no known factors.
func jwk(bits int, kid, more string) string {
	n := bytes.Repeat([]byte{0xff}, bits/8)
	return `{"kty":"RSA","alg":"RS256","use":"sig","e":"AQAB","kid":"` + kid + `","n":"` + base64.RawURLEncoding.EncodeToString(n) + `"` + more + `}`
}

// A pool may publish a key of a kind to come beside its own.
func TestR91_AKeyThatNobodyKnowsTakesNoOtherAway(t *testing.T) {
	issuer := bearertest.New(t)
	for name, beside := range map[string]string{
		"a kind to come": `{"kty":"AKP","alg":"ML-DSA-65","kid":"x","pub":"AAAA"}`,
		"a curve":        `{"kty":"OKP","crv":"Ed448","kid":"x","x":"AAAA"}`,
		"no Base64":      `{"kty":"RSA","alg":"RS256","use":"sig","kid":"x","n":"!!","e":"AQAB"}`,
		"no key":         `7`,
		"a private key":  jwk(2048, "eu-west-1-0", `,"d":"AQ"`),
		"a short key":    jwk(1024, "eu-west-1-0", ""),
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &server{}
			s.says([]byte(strings.Replace(string(issuer.KeySet(0)), "[", "["+beside+",", 1)))
			if got := status(offline(t, issuer, s), issuer.Right()); got != 200 {
				t.Errorf("%s: %d %q", name, got, s.complaint)
			}
		})
	}
}

// Whether a kid is new cannot be known while no keys can be fetched, and a 401 would sign users
// out.
func TestR91_AnUnknownKeyIsNoFaultOfTheTokenWhileTheKeyServerIsDown(t *testing.T) {
	issuer := bearertest.New(t)
	synctest.Test(t, func(t *testing.T) {
		s, h := keyed(t, issuer)
		old := issuer.Right()
		status(h, old)
		issuer.Rotate()
		s.says(nil)
		time.Sleep(10 * time.Second)
		for range 3 {
			if got := status(h, issuer.Right()); got != 503 {
				t.Errorf("the new key: %d", got)
			}
		}
		if got := status(h, old); got != 200 || s.count() != 2 {
			t.Errorf("the known key: %d after %d fetches", got, s.count())
		}
		s.says(issuer.KeySet(1))
		time.Sleep(10 * time.Second)
		status(h, old) // a failed fetch is not left for an hour
		synctest.Wait()
		if got := status(h, old); got != 401 || s.count() != 3 {
			t.Errorf("the key that was taken back: %d after %d fetches", got, s.count())
		}
		if got := status(h, issuer.Right()); got != 200 {
			t.Errorf("the new key, later: %d", got)
		}
	})
}

func TestR91_KeysAreAtTheirAddressAndNowhereElse(t *testing.T) {
	issuer := bearertest.New(t)
	issuer.Answer(http.RedirectHandler(issuer.Second.Keys, http.StatusFound))
	h := verifier(t, config(issuer)).Require(ok)
	if got := status(h, issuer.Right()); got != 503 || issuer.Fetches() != 1 || issuer.Second.Fetches() != 0 {
		t.Errorf("%d after %d fetches and %d elsewhere", got, issuer.Fetches(), issuer.Second.Fetches())
	}
}

func TestR91_AThousandRequestsFetchOnceForEachIssuer(t *testing.T) {
	issuer := bearertest.New(t)
	h := verifier(t, config(issuer)).Require(ok)
	tokens := []string{issuer.Right(), issuer.Second.Right()}
	var all sync.WaitGroup
	for n := range 1000 {
		all.Go(func() {
			if got := status(h, tokens[n%2]); got != 200 {
				t.Error(got)
			}
		})
	}
	all.Wait()
	if issuer.Fetches() != 1 || issuer.Second.Fetches() != 1 {
		t.Errorf("%d and %d fetches", issuer.Fetches(), issuer.Second.Fetches())
	}
}

// An allocation more is a decision: it is paid with each request.
const allocations = 140

func TestR91_WithKeysATokenIsCheckedWithoutANetwork(t *testing.T) {
	issuer := bearertest.New(t)
	h := verifier(t, config(issuer)).Require(ok, bearer.Scopes("app/read"))
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	r.Header.Set("Authorization", "Bearer "+issuer.Right())
	h.ServeHTTP(discard{}, r)
	if got := testing.AllocsPerRun(100, func() { h.ServeHTTP(discard{}, r) }); got > allocations {
		t.Errorf("%v allocations", got)
	}
	if issuer.Fetches() != 1 {
		t.Errorf("%d fetches", issuer.Fetches())
	}
}

func BenchmarkRequire(b *testing.B) {
	issuer := bearertest.New(b)
	h := verifier(b, config(issuer)).Require(ok, bearer.Scopes("app/read"))
	r, _ := http.NewRequestWithContext(b.Context(), http.MethodGet, "/", nil)
	r.Header.Set("Authorization", "Bearer "+issuer.Right())
	b.ReportAllocs()
	for b.Loop() {
		h.ServeHTTP(discard{}, r)
	}
}

func TestR91_TheKeysAreWhereTheIssuerIs(t *testing.T) {
	issuer := bearertest.New(t)
	s := &server{}
	s.says(issuer.KeySet(0))
	h := verifier(t, bearer.Config{Pool: bearertest.Pool, Clients: []string{bearertest.Client}, HTTP: &http.Client{Transport: s}}).Require(ok)
	if got := status(h, issuer.Right()); got != 200 || s.asked != issuer.URL+"/.well-known/jwks.json" {
		t.Errorf("%d, keys of %s", got, s.asked)
	}
	c := config(issuer)
	c.Issuers = map[string]string{issuer.URL: "http://bad host/"}
	if got := status(verifier(t, c).Require(ok), issuer.Right()); got != 503 {
		t.Errorf("and nobody is told: %d", got)
	}
	var complaint error
	c.Failed = func(err error) { complaint = err }
	if got := status(verifier(t, c).Require(ok), issuer.Right()); got != 503 || complaint == nil {
		t.Errorf("an address that is none: %d %v", got, complaint)
	}
}
