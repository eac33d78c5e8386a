package doctor_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"
)

// metadata returns that of a provider that has a certificate for encryption, which lasts, and some
// for signatures, which end then.
func metadata(t testing.TB, ends ...time.Time) string {
	t.Helper()
	var keys strings.Builder
	fmt.Fprintf(&keys, descriptor, ` use="encryption"`, certificate(t, now.AddDate(10, 0, 0)))
	for _, end := range ends {
		fmt.Fprintf(&keys, descriptor, ` use="signing"`, certificate(t, end))
	}
	return `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.org"><IDPSSODescriptor>` + keys.String() + `</IDPSSODescriptor></EntityDescriptor>`
}

const descriptor = `<KeyDescriptor%s><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>
%s
</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`

func certificate(t testing.TB, end time.Time) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: now.AddDate(-1, 0, 0), NotAfter: end}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(der)
}
