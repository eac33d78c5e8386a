package dynamo

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// authority is a root certificate made for one test.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pem  []byte
}

func newAuthority(t testing.TB, subject pkix.Name) authority {
	t.Helper()
	cert, key, der := issue(t, &x509.Certificate{
		Subject: subject, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, nil)
	return authority{cert, key, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
}

// issue signs a certificate; without an issuer it signs itself.
func issue(t testing.TB, template *x509.Certificate, issuer *authority) (*x509.Certificate, *ecdsa.PrivateKey, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template.SerialNumber, template.NotBefore, template.NotAfter = big.NewInt(time.Now().UnixNano()), time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	parent, parentKey := template, key
	if issuer != nil {
		parent, parentKey = issuer.cert, issuer.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, parentKey)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert, key, der
}

// secureStub returns a stub with a certificate signed by the authority.
func secureStub(t testing.TB, a authority) *stub {
	t.Helper()
	_, key, der := issue(t, &x509.Certificate{IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}, &a)
	s := newUnstarted(ok)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// bundle writes authorities into a file, as systems keep them.
func bundle(t testing.TB, authorities ...authority) string {
	t.Helper()
	path, text := filepath.Join(t.TempDir(), "roots.pem"), []byte("# a comment, as Amazon Linux has them\n")
	for _, a := range authorities {
		text = append(text, a.pem...)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTheAmazonRootsOfABundleAreEnoughForAWS(t *testing.T) {
	for _, subject := range []pkix.Name{
		{CommonName: "Amazon Root CA 1", Organization: []string{"Amazon"}},
		{CommonName: "Amazon Root CA 4", Organization: []string{"Amazon"}},
		{CommonName: "Starfield Services Root Certificate Authority - G2"},
		{Organization: []string{"Starfield Technologies, Inc."}, OrganizationalUnit: []string{starfieldClass2}},
	} {
		amazon, other := newAuthority(t, subject), newAuthority(t, pkix.Name{CommonName: "Some CA"})
		server, path := secureStub(t, amazon), bundle(t, other, amazon)
		s, _ := at(t, server.URL, func(s *settings) { s.caBundle = path })
		if _, err := signIn(t.Context(), s); err != nil {
			t.Errorf("%v: %v", subject, err)
		}
		if server.connections.Load() != 1 {
			t.Errorf("%v: %d connections, want 1", subject, server.connections.Load())
		}
	}
}

func TestAChainThatIsNotAmazonsIsHeldAgainstTheWholeBundle(t *testing.T) {
	amazon, company := newAuthority(t, pkix.Name{CommonName: "Amazon Root CA 1"}), newAuthority(t, pkix.Name{CommonName: "Company CA"})
	server, path := secureStub(t, company), bundle(t, amazon, company)
	s, _ := at(t, server.URL, func(s *settings) { s.caBundle = path })
	for range 2 {
		if _, err := signIn(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		s.Close()
	}
	if got := server.connections.Load(); got != 3 {
		t.Errorf("%d connections: the first should need two, the second one", got)
	}
}

func TestABundleWithoutAmazonIsUsedWhole(t *testing.T) {
	company := newAuthority(t, pkix.Name{CommonName: "Company CA"})
	server, path := secureStub(t, company), bundle(t, company)
	s, _ := at(t, server.URL, func(s *settings) { s.caBundle = path })
	if _, err := signIn(t.Context(), s); err != nil || server.connections.Load() != 1 {
		t.Errorf("%d connections, error %v", server.connections.Load(), err)
	}
}

// TestTrustIsNeverWidened shows that an authority outside the bundle is refused at
// once, also under Amazon's name, and the right authority for another host, too.
func TestTrustIsNeverWidened(t *testing.T) {
	amazon, thief := newAuthority(t, pkix.Name{CommonName: "Amazon Root CA 1"}), newAuthority(t, pkix.Name{CommonName: "Amazon Root CA 1"})
	server, path := secureStub(t, thief), bundle(t, amazon)
	s, _ := at(t, server.URL, func(s *settings) { s.caBundle = path })
	_, err := signIn(t.Context(), s)
	if codeIn(t, err) != "certificate" || !err.(*Error).Lasting() || server.requests.Load() != 0 || server.connections.Load() > 2 {
		t.Errorf("error %v after %d connections and %d requests", err, server.connections.Load(), server.requests.Load())
	}
	before := server.connections.Load()
	if _, err := signIn(t.Context(), s); codeIn(t, err) != "certificate" || server.connections.Load() != before+1 {
		t.Errorf("the next call made %d connections, error %v: the whole bundle has decided", server.connections.Load()-before, err)
	}
	right := secureStub(t, amazon)
	_, port, _ := net.SplitHostPort(right.Listener.Addr().String())
	other, _ := at(t, "https://localhost:"+port, func(s *settings) { s.caBundle = path })
	if _, err := signIn(t.Context(), other); codeIn(t, err) != "certificate" {
		t.Errorf("a certificate for another host: %v", err)
	}
}

func TestOnlyExactNamesAreAmazons(t *testing.T) {
	for _, subject := range []pkix.Name{
		{CommonName: "Amazon Root CA 1 "},
		{CommonName: "Amazon Root CA 5"},
		{CommonName: "My Amazon Root CA 1"},
		{Organization: []string{"Amazon Root CA 1"}},
		{CommonName: starfieldClass2},
	} {
		a := newAuthority(t, subject)
		if amazonOnly(a.pem) != nil {
			t.Errorf("%v is taken for Amazon's", subject)
		}
	}
}

// TestTheSystemsAmazonRootsAreAllFoundByTheQuickLook compares the quick look with
// parsing everything.
func TestTheSystemsAmazonRootsAreAllFoundByTheQuickLook(t *testing.T) {
	text, err := readBundle(settings{systemRoots: systemRoots})
	if err != nil || text == nil {
		fmt.Println("dynamo: this system has no certificate bundle in the usual places: one test is skipped")
		t.Skip("no bundle")
	}
	slow := x509.NewCertPool()
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if cert, err := x509.ParseCertificate(block.Bytes); err == nil && isAmazon(cert) {
			slow.AddCert(cert)
		}
	}
	if roots := amazonOnly(text); roots == nil || !roots.Equal(slow) {
		t.Fatal("the quick look does not find the system's Amazon roots")
	}
}

func TestTLSSessionsAreResumed(t *testing.T) {
	amazon := newAuthority(t, pkix.Name{CommonName: "Amazon Root CA 1"})
	server, path := secureStub(t, amazon), bundle(t, amazon)
	c, err := newConnector(settings{caBundle: path, dial: (&net.Dialer{}).DialContext, attempt: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	resumed := 0
	for range 2 {
		conn, err := c.dialTLS(t.Context(), "tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = conn.Write([]byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
		_, _ = conn.Read(make([]byte, 1024)) // the session ticket comes with the reply
		if conn.(*tls.Conn).ConnectionState().DidResume {
			resumed++
		}
		conn.Close()
	}
	if resumed != 1 {
		t.Errorf("%d of 2 connections were resumed, want the second", resumed)
	}
}

func BenchmarkRoots(b *testing.B) {
	pem, _ := readBundle(settings{systemRoots: systemRoots})
	b.Run("amazon", func(b *testing.B) {
		for b.Loop() {
			amazonOnly(pem)
		}
	})
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			x509.NewCertPool().AppendCertsFromPEM(pem)
		}
	})
}

// writes counts the writes to a connection.
type writes struct {
	net.Conn
	n *atomic.Int64
}

func (w writes) Write(b []byte) (int, error) {
	w.n.Add(1)
	return w.Conn.Write(b)
}

// A first event's request, larger than a packet, is one write on a warm connection.
func TestR78_AFirstRequestIsOneWrite(t *testing.T) {
	amazon := newAuthority(t, pkix.Name{CommonName: "Amazon Root CA 1"})
	server, path := secureStub(t, amazon), bundle(t, amazon)
	var n atomic.Int64
	s, _ := at(t, server.URL, func(s *settings) {
		s.caBundle = path
		dial := s.dial
		s.dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dial(ctx, network, address)
			return writes{conn, &n}, err
		}
	})
	s.Warm(t.Context(), 1)()
	before := n.Load()
	seen := users.Snapshot{Key: ada, At: noon, Profile: users.Profile{Username: "ada", Attributes: map[string]string{"address": strings.Repeat("a", 1900)}}}
	if _, err := s.Upsert(t.Context(), seen); err != nil {
		t.Fatal(err)
	}
	if got := n.Load() - before; got != 1 {
		t.Errorf("the request was sent in %d writes", got)
	}
}
