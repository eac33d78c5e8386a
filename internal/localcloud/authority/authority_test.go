package authority

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func leafOf(t *testing.T, a *Authority, now time.Time) *x509.Certificate {
	t.Helper()
	config, err := a.TLS(now)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(config.Certificates[0].Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	return leaf
}

func TestR56_TheLeafIsForThisMachineAndEnds(t *testing.T) {
	now := time.Now()
	a, err := Fresh(now)
	if err != nil {
		t.Fatal(err)
	}
	leaf := leafOf(t, a, now)
	for name, want := range map[string]bool{"localhost": true, "127.0.0.1": true, "::1": true, "example.com": false, "127.0.0.2": false} {
		_, err := leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: a.Roots(), CurrentTime: now})
		if (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := leaf.Verify(x509.VerifyOptions{Roots: a.Roots(), CurrentTime: now.Add(leafLife + time.Hour)}); err == nil {
		t.Error("the leaf does not end")
	}
}

// What a thief of the key signs for another site is refused.
func TestR56_TheAuthoritySignsForNothingElse(t *testing.T) {
	now := time.Now()
	a, err := Fresh(now)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	stolen := func(change func(*x509.Certificate)) *x509.Certificate {
		template := &x509.Certificate{NotBefore: now.Add(-early), NotAfter: now.Add(time.Hour), DNSNames: []string{"localhost"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
		change(template)
		raw, err := sign(template, a.cert, key, a.key)
		if err != nil {
			t.Fatal(err)
		}
		cert, err := x509.ParseCertificate(raw)
		if err != nil {
			t.Fatal(err)
		}
		return cert
	}
	for name, c := range map[string]struct {
		change func(*x509.Certificate)
		usage  x509.ExtKeyUsage
		ok     bool
	}{
		"localhost":           {func(*x509.Certificate) {}, x509.ExtKeyUsageServerAuth, true},
		"a bank":              {func(c *x509.Certificate) { c.DNSNames = []string{"bank.example"} }, x509.ExtKeyUsageServerAuth, false},
		"a bank beside":       {func(c *x509.Certificate) { c.DNSNames = append(c.DNSNames, "bank.example") }, x509.ExtKeyUsageServerAuth, false},
		"a name that ends so": {func(c *x509.Certificate) { c.DNSNames = []string{"evillocalhost"} }, x509.ExtKeyUsageServerAuth, false},
		"another address":     {func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.IPv4(10, 0, 0, 1)} }, x509.ExtKeyUsageServerAuth, false},
		"a neighbour":         {func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 2)} }, x509.ExtKeyUsageServerAuth, false},
		"another address, 6":  {func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.ParseIP("2001:db8::1")} }, x509.ExtKeyUsageServerAuth, false},
		"mail":                {func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection} }, x509.ExtKeyUsageEmailProtection, false},
		"programs":            {func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning} }, x509.ExtKeyUsageCodeSigning, false},
	} {
		of := x509.VerifyOptions{Roots: a.Roots(), CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{c.usage}}
		if _, err := stolen(c.change).Verify(of); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestR56_TheAuthorityMakesNoOther(t *testing.T) {
	now := time.Now()
	a, err := Fresh(now)
	must(t, err)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	made := func(template, by *x509.Certificate, with *ecdsa.PrivateKey) *x509.Certificate {
		template.NotBefore, template.NotAfter, template.BasicConstraintsValid = now.Add(-early), now.Add(time.Hour), true
		raw, err := sign(template, by, key, with)
		must(t, err)
		cert, err := x509.ParseCertificate(raw)
		must(t, err)
		return cert
	}
	second := made(&x509.Certificate{IsCA: true, KeyUsage: x509.KeyUsageCertSign, Subject: pkix.Name{CommonName: "second"}}, a.cert, a.key)
	below := made(&x509.Certificate{DNSNames: []string{"localhost"}}, second, key)
	under := x509.NewCertPool()
	under.AddCert(second)
	if _, err := below.Verify(x509.VerifyOptions{Roots: a.Roots(), Intermediates: under, CurrentTime: now}); err == nil {
		t.Error("it makes another authority")
	}
}

func TestR56_OneAuthorityForAUserAlsoAmongStartsAtOnce(t *testing.T) {
	dir, now := filepath.Join(t.TempDir(), "not yet there"), time.Now()
	all, made := make([]*Authority, 20), 0
	var starts sync.WaitGroup
	for i := range all {
		starts.Go(func() {
			var err error
			if all[i], err = Open(dir, now); err != nil {
				t.Error(err)
			}
		})
	}
	starts.Wait()
	for _, a := range all {
		if a == nil || !a.cert.Equal(all[0].cert) {
			t.Fatal("two starts have two authorities")
		}
		if a.New {
			made++
		}
	}
	if made != 1 {
		t.Errorf("%d were made", made)
	}
	for name, want := range map[string]os.FileMode{keyFile: 0o600, certFile: 0o644} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 2 {
		t.Errorf("the folder has %v, %v", left, err)
	}
	text, err := os.ReadFile(all[0].File)
	if err != nil || strings.Contains(string(text), "PRIVATE") {
		t.Errorf("the certificate's file: %v, %s", err, text)
	}
	// A certificate whose leaf would outlive it is replaced, and named as new.
	later, err := Open(dir, now.Add(life-leafLife/2))
	if err != nil || !later.New || later.cert.Equal(all[0].cert) {
		t.Errorf("at its end: %v", err)
	}
	if text, err := os.ReadFile(later.File); err != nil || string(text) != string(later.pem()) {
		t.Errorf("the old certificate is still there: %v", err)
	}
}

func TestR56_ABadKeyFileIsSaidWithItsRemedy(t *testing.T) {
	now := time.Now()
	other, err := Fresh(now)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		spoil func(t *testing.T, file string)
		want  string
	}{
		"others may read it": {func(t *testing.T, file string) { must(t, os.Chmod(file, 0o640)) }, "mode 0600"},
		"others may run it":  {func(t *testing.T, file string) { must(t, os.Chmod(file, 0o601)) }, "mode 0600"},
		"a link": {func(t *testing.T, file string) {
			must(t, os.Rename(file, file+"2"))
			must(t, os.Symlink(file+"2", file))
		}, "mode 0600"},
		"empty": {func(t *testing.T, file string) { must(t, os.WriteFile(file, nil, 0o600)) }, "is broken"},
		"cut":   {func(t *testing.T, file string) { must(t, os.Truncate(file, 300)) }, "is broken"},
		"another key": {func(t *testing.T, file string) {
			mine, err := os.ReadFile(file)
			must(t, err)
			_, cert, _ := strings.Cut(string(mine), "-----END EC PRIVATE KEY-----\n")
			theirs, err := other.encode()
			must(t, err)
			key, _, _ := strings.Cut(string(theirs), "-----BEGIN CERTIFICATE")
			must(t, os.WriteFile(file, []byte(key+cert), 0o600))
		}, "of another key"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			_, err := Open(dir, now)
			must(t, err)
			file := filepath.Join(dir, keyFile)
			c.spoil(t, file)
			if _, err = Open(dir, now); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "remove "+file) || strings.Contains(err.Error(), "\n") {
				t.Fatalf("got %v", err)
			}
			must(t, os.Remove(file))
			if again, err := Open(dir, now); err != nil || !again.New {
				t.Errorf("after the remedy: %v", err)
			}
		})
	}
}

// Another user who can write to the folder chooses the certificate that make trust names, or
// keeps the starts waiting.
func TestR56_AFolderOfOthersIsNotTaken(t *testing.T) {
	for name, spoil := range map[string]func(string) error{
		"everybody may write": func(dir string) error { return os.Chmod(dir, 0o777) },
		"a sticky one":        func(dir string) error { return os.Chmod(dir, 0o777|os.ModeSticky) },
		"another user's":      func(dir string) error { return os.Chown(dir, os.Getuid()+1, -1) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := spoil(dir); errors.Is(err, os.ErrPermission) {
				t.Skipf("only root can give a folder away: %v", err)
			}
			if a, err := Open(dir, time.Now()); err == nil || !strings.Contains(err.Error(), dir+" must be a folder of your own") || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, %v", a, err)
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("it wrote %v, %v", left, err)
			}
		})
	}
}

// Somebody's own authority in the place of this one would be able to sign for every site.
func TestR56_AnAuthorityThatMayDoMoreIsNotTaken(t *testing.T) {
	now := time.Now()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	for name, widen := range map[string]func(*x509.Certificate){
		"nothing":            func(*x509.Certificate) {},
		"no authority":       func(c *x509.Certificate) { c.IsCA, c.MaxPathLenZero = false, false },
		"more authorities":   func(c *x509.Certificate) { c.MaxPathLenZero, c.MaxPathLen = false, 1 },
		"not critical":       func(c *x509.Certificate) { c.PermittedDNSDomainsCritical = false },
		"another name":       func(c *x509.Certificate) { c.PermittedDNSDomains = []string{"example.com"} },
		"one more name":      func(c *x509.Certificate) { c.PermittedDNSDomains = append(c.PermittedDNSDomains, "example.com") },
		"all names":          func(c *x509.Certificate) { c.PermittedDNSDomains = nil },
		"all addresses":      func(c *x509.Certificate) { c.PermittedIPRanges = nil },
		"all of one kind":    func(c *x509.Certificate) { c.PermittedIPRanges = c.PermittedIPRanges[:1] },
		"the whole net":      func(c *x509.Certificate) { c.PermittedIPRanges[0].Mask = net.CIDRMask(8, 32) },
		"every kind of use":  func(c *x509.Certificate) { c.ExtKeyUsage = nil },
		"programs beside it": func(c *x509.Certificate) { c.ExtKeyUsage = append(c.ExtKeyUsage, x509.ExtKeyUsageCodeSigning) },
	} {
		t.Run(name, func(t *testing.T) {
			dir, template := t.TempDir(), ofThisMachine(now)
			widen(template)
			raw, err := sign(template, nil, key, key)
			must(t, err)
			a, err := read(raw, key)
			must(t, err)
			text, err := a.encode()
			must(t, err)
			must(t, os.WriteFile(filepath.Join(dir, keyFile), text, 0o600))
			if _, err := Open(dir, now); (err == nil) != (name == "nothing") || err != nil && !strings.Contains(err.Error(), "not restricted") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAClientThatTrustsItShakesHands(t *testing.T) {
	a, err := Open(t.TempDir(), time.Now())
	must(t, err)
	config, err := a.TLS(time.Now())
	must(t, err)
	here, there := net.Pipe()
	go func() { _ = tls.Server(there, config).Handshake() }()
	if err := tls.Client(here, &tls.Config{ServerName: "localhost", RootCAs: a.Roots()}).Handshake(); err != nil {
		t.Error(err)
	}
}
