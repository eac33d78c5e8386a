package authority

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/state"
)

// The files of an authority: one with key and certificate, so that both always belong
// together, and the certificate alone, for others to read.
const (
	keyFile  = "authority.key"
	certFile = "authority.pem"
)

// Folder is where a user's authority is kept.
func Folder() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("finding your cache folder, where the authority is kept: %w", err)
	}
	return filepath.Join(cache, "cognito-triggers"), nil
}

// Open returns the authority that dir keeps, and makes one if there is none or if it ends
// within a leaf's life. A folder that others can write to is an error, as is a key that they
// can read or that is broken: a user may trust what is there. Two programs that open one
// folder get the same authority.
func Open(dir string, now time.Time) (*Authority, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the authority's folder: %w", err)
	}
	unlock, err := lock(dir)
	if err != nil {
		return nil, err
	}
	defer unlock()
	a, err := load(filepath.Join(dir, keyFile))
	if errors.Is(err, fs.ErrNotExist) || err == nil && a.cert.NotAfter.Before(now.Add(leafLife)) {
		a, err = renew(dir, now)
	}
	if err != nil {
		return nil, err
	}
	a.File = filepath.Join(dir, certFile)
	return a, a.publish()
}

// lock waits for the folder until no other process has it; a process that ends frees it.
// A user who writes to the folder can replace the certificate, between the start and the
// command of make trust, by one that is not restricted. The group may: it is the user's own
// where its members write by default (umask 002).
func lock(dir string) (unlock func(), err error) {
	folder, err := os.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("opening the authority's folder: %w", err)
	}
	if info, err := folder.Stat(); err != nil || !own(info, 0o002) {
		return nil, errors.Join(fmt.Errorf("%s must be a folder of your own that nobody else can write to: name another one (-ca FOLDER)", dir), err, folder.Close())
	}
	for {
		if err = syscall.Flock(int(folder.Fd()), syscall.LOCK_EX); !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("locking the authority's folder: %w", err), folder.Close())
	}
	return func() { _ = folder.Close() }, nil
}

func load(file string) (*Authority, error) {
	info, err := os.Lstat(file)
	if err != nil {
		return nil, fmt.Errorf("looking at the authority's key: %w", err)
	}
	remedy := fmt.Sprintf("remove %s, and trust the next one (make trust)", file)
	if !info.Mode().IsRegular() || !own(info, 0o077) {
		return nil, fmt.Errorf("%s is %v: the authority's key must be a file of your own that nobody else can read, mode 0600: %s", file, info.Mode(), remedy)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the authority's key: %w", err)
	}
	a, err := decode(text)
	if err != nil {
		return nil, fmt.Errorf("%s is broken (%w): %s", file, err, remedy)
	}
	return a, nil
}

// own reports whether a file is the user's and others have none of the permissions.
func own(info fs.FileInfo, others fs.FileMode) bool {
	owner, known := info.Sys().(*syscall.Stat_t)
	return info.Mode().Perm()&others == 0 && (!known || int(owner.Uid) == os.Getuid())
}

func decode(text []byte) (*Authority, error) {
	keyBlock, rest := pem.Decode(text)
	certBlock, _ := pem.Decode(rest)
	if keyBlock == nil || certBlock == nil {
		return nil, errors.New("it does not hold a key and a certificate")
	}
	key, err := x509.ParseECPrivateKey(keyBlock.Bytes)
	if err != nil {
		return nil, err
	}
	a, err := read(certBlock.Bytes, key)
	switch {
	case err != nil:
		return nil, err
	case !key.PublicKey.Equal(a.cert.PublicKey):
		return nil, errors.New("the certificate is of another key")
	case !restricted(a.cert):
		return nil, errors.New("the certificate is not restricted to this machine")
	}
	return a, nil
}

// restricted reports whether an authority can sign for this machine only, as Fresh makes it.
func restricted(cert *x509.Certificate) bool {
	sameRange := func(a, b *net.IPNet) bool { return a.String() == b.String() }
	return cert.IsCA && cert.MaxPathLenZero && cert.PermittedDNSDomainsCritical && slices.Equal(cert.PermittedDNSDomains, []string{"localhost"}) &&
		slices.EqualFunc(cert.PermittedIPRanges, loopback(), sameRange) && slices.Equal(cert.ExtKeyUsage, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth})
}

func renew(dir string, now time.Time) (*Authority, error) {
	a, err := Fresh(now)
	if err != nil {
		return nil, err
	}
	a.New = true
	text, err := a.encode()
	if err != nil {
		return nil, err
	}
	return a, replace(filepath.Join(dir, keyFile), text, 0o600)
}

func (a *Authority) encode() ([]byte, error) {
	raw, err := x509.MarshalECPrivateKey(a.key)
	if err != nil {
		return nil, fmt.Errorf("writing the authority's key: %w", err)
	}
	return append(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: raw}), a.pem()...), nil
}

func (a *Authority) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

// publish writes the certificate unless it is there.
func (a *Authority) publish() error {
	if there, err := os.ReadFile(a.File); err == nil && bytes.Equal(there, a.pem()) {
		return nil
	}
	return replace(a.File, a.pem(), 0o644)
}

func replace(file string, text []byte, mode fs.FileMode) error {
	if err := state.Replace(file, text, mode); err != nil {
		return fmt.Errorf("writing the authority: %w", err)
	}
	return nil
}
