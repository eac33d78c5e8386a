package stub

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// rootName is the root under which AWS signs DynamoDB's certificates today.
//
// The suite's client finds Amazon's roots in the system's bundle by their subject and
// parses only these (internal/dynamo/roots.go). To make it do the same here, the stub's
// own root has this subject and replaces the real one in a copy of the system's bundle.
// The number of certificates stays the same, and this one is worthless outside this
// process. The chain is like AWS's, RSA 2048 with one intermediate certificate, except
// for two things: the address, and the leaf's key. It is an ECDSA key, so that the stub
// answers a handshake as fast as AWS's machines instead of spending a millisecond of this
// one.
const rootName = "Amazon Root CA 1"

// bundles are the usual places of the system's root certificates, in crypto/x509's order.
var bundles = []string{
	"/etc/ssl/certs/ca-certificates.crt",
	"/etc/pki/tls/certs/ca-bundle.crt",
	"/etc/ssl/ca-bundle.pem",
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
	"/etc/ssl/cert.pem",
}

// roots are the trusted certificates as in provided.al2023: the bundle, and a folder with
// each certificate in its own file, which crypto/x509 parses as well (golang/go#79018).
// So a program with Go's defaults, such as the tutorial's, parses all of them twice.
type roots struct{ bundle, folder string }

// signer is a certificate that can sign others.
type signer struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// newIdentity makes the chain and writes the roots that trust it.
func newIdentity(dir string) (tls.Certificate, roots, error) {
	root, err := issue(signer{}, template(1, rootName), newRSA)
	if err != nil {
		return tls.Certificate{}, roots{}, err
	}
	middle, err := issue(root, template(2, "Amazon RSA 2048 M01"), newRSA)
	if err != nil {
		return tls.Certificate{}, roots{}, err
	}
	own := template(3, "dynamodb.eu-west-1.amazonaws.com")
	own.IsCA, own.KeyUsage, own.IPAddresses = false, x509.KeyUsageDigitalSignature, []net.IP{net.IPv4(127, 0, 0, 1)}
	leaf, err := issue(middle, own, newECDSA)
	if err != nil {
		return tls.Certificate{}, roots{}, err
	}
	trusted := roots{bundle: filepath.Join(dir, "roots.pem"), folder: filepath.Join(dir, "roots")}
	if err := trusted.write(root.cert); err != nil {
		return tls.Certificate{}, roots{}, err
	}
	return tls.Certificate{Certificate: [][]byte{leaf.cert.Raw, middle.cert.Raw}, PrivateKey: leaf.key, Leaf: leaf.cert}, trusted, nil
}

func template(serial int64, name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(serial),
		Subject:      pkix.Name{Country: []string{"US"}, Organization: []string{"Amazon"}, CommonName: name},
		NotBefore:    time.Now().Add(-time.Hour), NotAfter: time.Now().Add(30 * 24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
}

func newRSA() (crypto.Signer, error)   { return rsa.GenerateKey(rand.Reader, 2048) }
func newECDSA() (crypto.Signer, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }

// issue signs a certificate for a new key; a zero signer signs with that key.
func issue(by signer, cert *x509.Certificate, newKey func() (crypto.Signer, error)) (signer, error) {
	key, err := newKey()
	if err != nil {
		return signer{}, fmt.Errorf("making a key: %w", err)
	}
	if by.cert == nil {
		by = signer{cert, key}
	}
	der, err := x509.CreateCertificate(rand.Reader, cert, by.cert, key.Public(), by.key)
	if err != nil {
		return signer{}, fmt.Errorf("making a certificate: %w", err)
	}
	signed, err := x509.ParseCertificate(der)
	if err != nil {
		return signer{}, fmt.Errorf("making a certificate: %w", err)
	}
	return signer{signed, key}, nil
}

// write copies the system's roots with the given one in place of the real one, or at the
// end if the system does not have it.
func (r roots) write(root *x509.Certificate) error {
	system, err := systemBundle()
	if err != nil {
		return err
	}
	own := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Raw})
	var all [][]byte
	replaced := false
	for block, rest := pem.Decode(system); block != nil; block, rest = pem.Decode(rest) {
		if cert, err := x509.ParseCertificate(block.Bytes); err == nil && cert.Subject.CommonName == rootName {
			all = append(all, own)
			replaced = true
			continue
		}
		all = append(all, pem.EncodeToMemory(block))
	}
	if !replaced {
		all = append(all, own)
	}
	return r.writeFiles(all)
}

func (r roots) writeFiles(all [][]byte) error {
	if err := os.Mkdir(r.folder, 0o755); err != nil {
		return fmt.Errorf("writing the root certificates: %w", err)
	}
	for i, text := range all {
		if err := os.WriteFile(filepath.Join(r.folder, fmt.Sprintf("%03d.pem", i)), text, 0o644); err != nil {
			return fmt.Errorf("writing the root certificates: %w", err)
		}
	}
	if err := os.WriteFile(r.bundle, bytes.Join(all, nil), 0o644); err != nil {
		return fmt.Errorf("writing the root certificates: %w", err)
	}
	return nil
}

func systemBundle() ([]byte, error) {
	for _, path := range bundles {
		if text, err := os.ReadFile(path); err == nil {
			return text, nil
		}
	}
	return nil, errors.New("this system has no bundle of root certificates (/etc/ssl/certs/ca-certificates.crt or the like): install the package ca-certificates")
}
