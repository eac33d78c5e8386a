// Package authority is a certificate authority for this machine alone. Amplify, the
// browsers' cookies of an https app and many OpenID clients want https (amplify-js#14799),
// and no public authority signs for localhost.
//
// A user makes one authority at the first start and trusts it once. A thief of its key
// can sign for nothing else: its certificate has critical name constraints (RFC 5280,
// section 4.2.1.10) that permit localhost, the names under it, 127.0.0.1 and ::1. It signs
// for servers only, makes no other authority, and ends after two years.
package authority

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"net"
	"time"
)

const (
	life     = 2 * 365 * 24 * time.Hour
	leafLife = 90 * 24 * time.Hour
	early    = time.Hour // for a clock that is behind
)

// Authority signs certificates for localhost. It is immutable.
type Authority struct {
	// File is the authority's certificate in PEM, which a user trusts; "" if it is kept in
	// memory only.
	File string
	// New says that the authority was made now: nobody trusts it yet.
	New bool

	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// Fresh returns an authority that no file keeps.
func Fresh(now time.Time) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making an authority's key: %w", err)
	}
	raw, err := sign(ofThisMachine(now), nil, key, key)
	if err != nil {
		return nil, err
	}
	return read(raw, key)
}

// ofThisMachine is an authority that can sign for this machine only.
func ofThisMachine(now time.Time) *x509.Certificate {
	return &x509.Certificate{
		Subject:   pkix.Name{CommonName: "Local cloud of cognito-triggers (for localhost only)"},
		NotBefore: now.Add(-early), NotAfter: now.Add(life), KeyUsage: x509.KeyUsageCertSign,
		BasicConstraintsValid: true, IsCA: true, MaxPathLenZero: true,
		PermittedDNSDomainsCritical: true, PermittedDNSDomains: []string{"localhost"}, PermittedIPRanges: loopback(),
		// Names of other kinds are not constrained; no other use than a server's needs them.
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
}

func loopback() []*net.IPNet {
	return []*net.IPNet{
		{IP: net.IPv4(127, 0, 0, 1).To4(), Mask: net.CIDRMask(32, 32)},
		{IP: net.IPv6loopback, Mask: net.CIDRMask(128, 128)},
	}
}

// TLS returns a server's configuration with a certificate for localhost, whose key stays in
// memory. It ends after 90 days.
func (a *Authority) TLS(now time.Time) (*tls.Config, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making a certificate's key: %w", err)
	}
	raw, err := sign(&x509.Certificate{
		Subject: pkix.Name{CommonName: "localhost"}, NotBefore: now.Add(-early), NotAfter: now.Add(leafLife),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}, a.cert, key, a.key)
	if err != nil {
		return nil, err
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{{Certificate: [][]byte{raw}, PrivateKey: key}}}, nil
}

// Roots returns a pool with this authority alone, for a client in the same process.
func (a *Authority) Roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

// sign makes a certificate for key, with a serial number drawn by crypto/x509; without a
// parent it signs itself.
func sign(template, parent *x509.Certificate, key, by *ecdsa.PrivateKey) ([]byte, error) {
	if parent == nil {
		parent = template
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, by)
	if err != nil {
		return nil, fmt.Errorf("signing a certificate: %w", err)
	}
	return raw, nil
}

func read(raw []byte, key *ecdsa.PrivateKey) (*Authority, error) {
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		return nil, fmt.Errorf("reading the authority's certificate: %w", err)
	}
	return &Authority{cert: cert, key: key}, nil
}
