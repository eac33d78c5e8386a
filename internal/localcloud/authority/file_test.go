package authority

import (
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestAUsersAuthorityIsInTheCacheFolder(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XDG_CACHE_HOME", "")
	cache, err := os.UserCacheDir()
	must(t, err)
	if got, err := Folder(); err != nil || got != filepath.Join(cache, "cognito-triggers") {
		t.Errorf("%s, %v", got, err)
	}
	t.Setenv("HOME", "")
	if got, err := Folder(); err == nil || got != "" || !strings.HasPrefix(err.Error(), "finding your cache folder, where the authority is kept: ") {
		t.Errorf("without a home: %q, %v", got, err)
	}
}

func TestANewFolderIsForItsUserAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	_, err := Open(dir, time.Now())
	must(t, err)
	info, err := os.Stat(dir)
	must(t, err)
	if info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v", info.Mode())
	}
}

func TestWhatCannotBeWrittenIsSaidAndLeavesNothing(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	file := filepath.Join(dir, "file")
	must(t, os.WriteFile(file, nil, 0o600))
	if a, err := Open(filepath.Join(file, "below"), now); a != nil || err == nil || !strings.HasPrefix(err.Error(), "making the authority's folder: ") {
		t.Errorf("a folder below a file: %v, %v", a, err)
	}
	nowhere := filepath.Join(dir, "nowhere")
	if _, err := lock(nowhere); err == nil || !strings.HasPrefix(err.Error(), "opening the authority's folder: ") {
		t.Errorf("a folder that went away: %v", err)
	}
	if err := replace(filepath.Join(nowhere, certFile), nil, 0o644); err == nil || !strings.HasPrefix(err.Error(), "writing the authority: ") {
		t.Errorf("a file there: %v", err)
	}
	kept := filepath.Join(dir, "kept")
	must(t, os.MkdirAll(filepath.Join(kept, certFile, "full"), 0o700))
	if _, err := Open(kept, now); err == nil || !strings.HasPrefix(err.Error(), "writing the authority: ") {
		t.Errorf("a folder in the place of the certificate: %v", err)
	}
	if left, err := os.ReadDir(kept); err != nil || len(left) != 2 {
		t.Errorf("the folder has %v, %v", left, err)
	}
}

// A browser or a watcher that has the certificate's file open keeps it.
func TestTheNextStartLeavesTheCertificate(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	a, err := Open(dir, now)
	must(t, err)
	before, err := os.Stat(a.File)
	must(t, err)
	_, err = Open(dir, now)
	must(t, err)
	if after, err := os.Stat(a.File); err != nil || !os.SameFile(before, after) {
		t.Errorf("it was written again: %v", err)
	}
	must(t, os.WriteFile(a.File, []byte("another"), 0o644))
	_, err = Open(dir, now)
	must(t, err)
	if text, err := os.ReadFile(a.File); err != nil || string(text) != string(a.pem()) {
		t.Errorf("another certificate stays: %v", err)
	}
}

func TestAKeyFileSaysWhatIsBroken(t *testing.T) {
	a, err := Fresh(time.Now())
	must(t, err)
	text, err := a.encode()
	must(t, err)
	key, _ := pem.Decode(text)
	block := func(kind string, bytes []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes}))
	}
	keyPart := block(key.Type, key.Bytes)
	for name, c := range map[string]struct{ text, want string }{
		"nothing":              {"", "it does not hold a key and a certificate"},
		"a key alone":          {keyPart, "it does not hold a key and a certificate"},
		"a key that is none":   {block(key.Type, []byte("x")) + string(a.pem()), "x509: failed to parse EC private key"},
		"a certificate is not": {keyPart + block("CERTIFICATE", []byte("x")), "reading the authority's certificate: x509"},
	} {
		if got, err := decode([]byte(c.text)); got != nil || err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

// A user looks for the names in a list of hundreds.
func TestTheCertificatesHaveNames(t *testing.T) {
	now := time.Now()
	a, err := Fresh(now)
	must(t, err)
	if got := a.cert.Subject.CommonName; got != "Local cloud of cognito-triggers (for localhost only)" {
		t.Errorf("the authority is %q", got)
	}
	if got := leafOf(t, a, now).Subject.CommonName; got != "localhost" {
		t.Errorf("the leaf is %q", got)
	}
}

func TestAKeyThatIsNotTheAuthoritysSignsNothing(t *testing.T) {
	now := time.Now()
	a, err := Fresh(now)
	must(t, err)
	other, err := Fresh(now)
	must(t, err)
	mixed := &Authority{cert: a.cert, key: other.key}
	if config, err := mixed.TLS(now); config != nil || err == nil || !strings.HasPrefix(err.Error(), "signing a certificate: ") {
		t.Errorf("%v, %v", config, err)
	}
}
