package dynamo

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"sync/atomic"
	"time"
)

// systemRoots are the usual paths of the certificate bundle; Lambda's is the first.
var systemRoots = []string{
	"/etc/pki/tls/certs/ca-bundle.crt",
	"/etc/ssl/certs/ca-certificates.crt",
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
	"/etc/ssl/ca-bundle.pem",
	"/etc/ssl/cert.pem",
}

// amazonRoots are the common names of the root certificates of AWS's endpoints
// (amazontrust.com, "Repository").
var amazonRoots = []string{
	"Amazon Root CA 1", "Amazon Root CA 2", "Amazon Root CA 3", "Amazon Root CA 4",
	"Starfield Services Root Certificate Authority - G2",
}

// starfieldClass2 is the oldest root; its subject has no common name.
const starfieldClass2 = "Starfield Class 2 Certification Authority"

// connector opens TLS connections. A bundle holds some 144 certificates, and parsing
// them costs more than all else in a cold start. So it starts with only Amazon's own
// out of the same bundle. Trust is never widened: if a chain does not end at one of
// them, the whole bundle decides, from then on.
type connector struct {
	dial    func(context.Context, string, string) (net.Conn, error)
	limit   time.Duration
	config  atomic.Pointer[tls.Config]
	bundle  []byte // what to parse when Amazon's roots do not suffice; nil: the system's
	partial atomic.Bool
}

func newConnector(s settings) (*connector, error) {
	c := &connector{dial: s.dial, limit: s.attempt}
	bundle, err := readBundle(s)
	if err != nil {
		return nil, err
	}
	if s.caBundle != "" {
		c.bundle = bundle
	}
	roots := amazonOnly(bundle)
	c.partial.Store(roots != nil)
	if roots == nil {
		if roots, err = c.all(); err != nil {
			return nil, err
		}
	}
	c.use(roots)
	return c, nil
}

// readBundle reads AWS_CA_BUNDLE, which must be readable if it is set, or the first of
// the system's bundles, or none.
func readBundle(s settings) ([]byte, error) {
	if s.caBundle != "" {
		bundle, err := os.ReadFile(s.caBundle)
		if err != nil {
			return nil, fmt.Errorf("reading AWS_CA_BUNDLE: %w", err)
		}
		return bundle, nil
	}
	for _, path := range s.systemRoots {
		if bundle, err := os.ReadFile(path); err == nil {
			return bundle, nil
		}
	}
	return nil, nil
}

// amazonOnly parses only Amazon's roots out of a bundle. It returns nil if there are
// none.
func amazonOnly(bundle []byte) *x509.CertPool {
	var roots *x509.CertPool
	for {
		var found bool
		var body []byte
		if _, bundle, found = bytes.Cut(bundle, []byte("-----BEGIN CERTIFICATE-----")); !found {
			return roots
		}
		body, bundle, _ = bytes.Cut(bundle, []byte("-----END CERTIFICATE-----"))
		if !looksLikeAmazon(body) {
			continue
		}
		if cert, err := x509.ParseCertificate(decoded(body)); err == nil && isAmazon(cert) {
			if roots == nil {
				roots = x509.NewCertPool()
			}
			roots.AddCert(cert)
		}
	}
}

// looksLikeAmazon is the cheap check that saves decoding and parsing. A root is its own
// issuer, and the issuer's name stands within the first 300 bytes.
func looksLikeAmazon(body []byte) bool {
	start := decoded(body[:min(len(body), 512)])
	return bytes.Contains(start, []byte("Amazon Root CA ")) || bytes.Contains(start, []byte("Starfield "))
}

// decoded returns the bytes of a base64 text up to its end or its first fault; line
// breaks are no fault.
func decoded(text []byte) []byte {
	der := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, _ := base64.StdEncoding.Decode(der, text)
	return der[:n]
}

func isAmazon(cert *x509.Certificate) bool {
	units := cert.Subject.OrganizationalUnit
	return slices.Contains(amazonRoots, cert.Subject.CommonName) || len(units) == 1 && units[0] == starfieldClass2
}

func (c *connector) use(roots *x509.CertPool) {
	c.config.Store(&tls.Config{
		MinVersion: tls.VersionTLS12, RootCAs: roots,
		ClientSessionCache: tls.NewLRUClientSessionCache(4),
		// A request then goes out in one write. The first records of a connection would
		// else be cut to a packet's size, for the sake of who reads a long stream.
		DynamicRecordSizingDisabled: true,
	})
}

// all parses every root.
func (c *connector) all() (*x509.CertPool, error) {
	if c.bundle == nil {
		roots, err := x509.SystemCertPool()
		if err != nil {
			return nil, fmt.Errorf("reading the system's root certificates: %w", err)
		}
		return roots, nil
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(c.bundle) {
		return nil, errors.New("AWS_CA_BUNDLE has no certificate: it must name a file in PEM form")
	}
	return roots, nil
}

// dialTLS connects and verifies. It limits its own time, because the transport goes on
// dialling for the next request after the one that asked is gone.
func (c *connector) dialTLS(ctx context.Context, network, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	conn, err := c.handshake(ctx, network, address)
	if unknown := (x509.UnknownAuthorityError{}); !errors.As(err, &unknown) || !c.partial.Load() {
		return conn, err
	}
	roots, rootsErr := c.all()
	if rootsErr != nil {
		return nil, errors.Join(err, rootsErr)
	}
	c.use(roots)
	c.partial.Store(false)
	return c.handshake(ctx, network, address)
}

func (c *connector) handshake(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("reading the address: %w", err)
	}
	plain, err := c.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	config := c.config.Load().Clone()
	config.ServerName = host
	conn := tls.Client(plain, config)
	if err := conn.HandshakeContext(ctx); err != nil {
		plain.Close()
		return nil, err
	}
	return conn, nil
}
