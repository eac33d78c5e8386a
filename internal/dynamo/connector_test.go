package dynamo

import (
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestTheBundlesOfTheSystemsLieHere(t *testing.T) {
	want := []string{ // crypto/x509, root_linux.go, and Lambda's first
		"/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
		"/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
	}
	if !slices.Equal(systemRoots, want) {
		t.Errorf("the roots are looked for in %v", systemRoots)
	}
	first, second := bundle(t, newAuthority(t, pkix.Name{CommonName: "one"})), bundle(t, newAuthority(t, pkix.Name{CommonName: "two"}))
	wanted, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	got, err := readBundle(settings{systemRoots: []string{filepath.Join(t.TempDir(), "missing"), first, second}})
	if err != nil || !slices.Equal(got, wanted) {
		t.Errorf("read %d bytes with error %v, want the first bundle that is there", len(got), err)
	}
	if got, err := readBundle(settings{systemRoots: []string{"/missing"}}); err != nil || got != nil {
		t.Errorf("without a bundle: %d bytes, error %v", len(got), err)
	}
}

func TestWhichRootsAConnectorBeginsWith(t *testing.T) {
	amazon, company := newAuthority(t, pkix.Name{CommonName: "Amazon Root CA 3"}), newAuthority(t, pkix.Name{CommonName: "Company CA"})
	pool := func(authorities ...authority) *x509.CertPool {
		roots := x509.NewCertPool()
		for _, a := range authorities {
			roots.AddCert(a.cert)
		}
		return roots
	}
	system, err := x509.SystemCertPool()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		settings settings
		roots    *x509.CertPool
		partial  bool
	}{
		"Amazon's of a bundle":         {settings{caBundle: bundle(t, company, amazon)}, pool(amazon), true},
		"Amazon's of the system's":     {settings{systemRoots: []string{bundle(t, company, amazon)}}, pool(amazon), true},
		"a bundle without Amazon's":    {settings{caBundle: bundle(t, company)}, pool(company), false},
		"the system's, as Go finds it": {settings{}, system, false},
	} {
		got, err := newConnector(c.settings)
		if err != nil || got.partial.Load() != c.partial || !got.config.Load().RootCAs.Equal(c.roots) {
			t.Errorf("%s: other roots, or partial %v, or error %v", name, got.partial.Load(), err)
		}
	}
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, []byte("no certificate\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const want = "AWS_CA_BUNDLE has no certificate: it must name a file in PEM form"
	if c, err := newConnector(settings{caBundle: empty}); c != nil || err == nil || err.Error() != want {
		t.Errorf("an empty bundle gives the error %v, want %s", err, want)
	}
}

func TestWhoIsAmazon(t *testing.T) {
	for _, c := range []struct {
		subject pkix.Name
		want    bool
	}{
		{pkix.Name{CommonName: "Amazon Root CA 1"}, true},
		{pkix.Name{CommonName: "Starfield Services Root Certificate Authority - G2"}, true},
		{pkix.Name{OrganizationalUnit: []string{starfieldClass2}}, true},
		{pkix.Name{OrganizationalUnit: []string{"Sales"}}, false},
		{pkix.Name{OrganizationalUnit: []string{starfieldClass2, "Sales"}}, false},
		{pkix.Name{CommonName: "Company CA"}, false},
	} {
		if got := isAmazon(newAuthority(t, c.subject).cert); got != c.want {
			t.Errorf("%v is Amazon: %v", c.subject, got)
		}
	}
	for name, want := range map[string]bool{"Amazon Root CA 2": true, "Starfield Class 2": true, "Company CA": false, "Amazon": false} {
		block, _ := pem.Decode(newAuthority(t, pkix.Name{CommonName: name}).pem)
		text := pem.EncodeToMemory(block)
		body := strings.TrimPrefix(string(text), "-----BEGIN CERTIFICATE-----")
		if got := looksLikeAmazon([]byte(body)); got != want {
			t.Errorf("%s looks like Amazon: %v", name, got)
		}
	}
}

// counted is a connection that reports when it is closed.
type counted struct {
	net.Conn
	open *atomic.Int64
}

func (c counted) Close() error { c.open.Add(-1); return c.Conn.Close() }

func TestAConnectionThatFailsIsClosed(t *testing.T) {
	amazon, company := newAuthority(t, pkix.Name{CommonName: "Amazon Root CA 1"}), newAuthority(t, pkix.Name{CommonName: "Company CA"})
	server := secureStub(t, company)
	var open atomic.Int64
	c, err := newConnector(settings{caBundle: bundle(t, amazon), attempt: time.Second, dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		open.Add(1)
		return counted{conn, &open}, err
	}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.dialTLS(t.Context(), "tcp", server.Listener.Addr().String()); err == nil || open.Load() != 0 {
		t.Errorf("%d connections are open, error %v", open.Load(), err)
	}
	if _, err := c.dialTLS(t.Context(), "tcp", "no port"); err == nil || !strings.HasPrefix(err.Error(), "reading the address: ") {
		t.Errorf("an address without a port: %v", err)
	}
	down := errors.New("down")
	c.dial = func(context.Context, string, string) (net.Conn, error) { return nil, down }
	if _, err := c.dialTLS(t.Context(), "tcp", server.Listener.Addr().String()); err != down {
		t.Errorf("a network that is down: %v", err)
	}
}

// TestABundleThatCannotBeParsedWhole keeps both errors, and the partial roots.
func TestABundleThatCannotBeParsedWhole(t *testing.T) {
	amazon, company := newAuthority(t, pkix.Name{CommonName: "Amazon Root CA 1"}), newAuthority(t, pkix.Name{CommonName: "Company CA"})
	c, err := newConnector(settings{caBundle: bundle(t, amazon), attempt: time.Second, dial: (&net.Dialer{}).DialContext})
	if err != nil {
		t.Fatal(err)
	}
	c.bundle = []byte("damaged")
	_, err = c.dialTLS(t.Context(), "tcp", secureStub(t, company).Listener.Addr().String())
	unknown := x509.UnknownAuthorityError{}
	if !errors.As(err, &unknown) || !strings.Contains(err.Error(), "AWS_CA_BUNDLE has no certificate") || !c.partial.Load() {
		t.Errorf("the error is %v, partial %v", err, c.partial.Load())
	}
}
