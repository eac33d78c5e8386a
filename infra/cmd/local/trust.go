package main

import (
	"cmp"
	"flag"
	"fmt"
	"io"
	"runtime"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/authority"
)

func caFlag(flags *flag.FlagSet, dir *string) {
	flags.StringVar(dir, "ca", "", "the folder of the certificate authority for this machine (default: one in your cache folder)")
}

// openAuthority opens the user's authority, or makes it.
func openAuthority(dir string) (*authority.Authority, error) {
	own, err := authority.Folder()
	if dir == "" && err != nil {
		return nil, fmt.Errorf("%w; name a folder of your own: -ca FOLDER", err)
	}
	return authority.Open(cmp.Or(dir, own), time.Now())
}

// trust prints what makes this machine's programs trust the local cloud's certificates. It
// runs none of it.
func trust(args []string, out io.Writer) error {
	var dir string
	flags := flag.NewFlagSet("local trust", flag.ContinueOnError)
	caFlag(flags, &dir)
	if err := flags.Parse(args); err != nil {
		return err
	}
	a, err := openAuthority(dir)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(out, trustText(runtime.GOOS, a.File))
	return err
}

// trustText has the commands of a system: of security(1) on macOS, elsewhere of
// update-ca-certificates(8) and trust(1), and of certutil for Chromium, which has a store
// of its own on Linux.
func trustText(system, file string) string {
	stores := fmt.Sprintf(`  Debian, Ubuntu:   sudo cp '%[1]s' /usr/local/share/ca-certificates/cognito-triggers.crt && sudo update-ca-certificates
  Fedora, Arch:     sudo trust anchor '%[1]s'
  Chromium, Chrome: certutil -d sql:"$HOME/.pki/nssdb" -A -t C,, -n cognito-triggers -i '%[1]s'
  undo:             sudo rm /usr/local/share/ca-certificates/cognito-triggers.crt && sudo update-ca-certificates --fresh
                    sudo trust anchor --remove '%[1]s'
                    certutil -d sql:"$HOME/.pki/nssdb" -D -n cognito-triggers
`, file)
	if system == "darwin" {
		stores = fmt.Sprintf(`  macOS:            security add-trusted-cert -r trustRoot -p ssl -k ~/Library/Keychains/login.keychain-db '%[1]s'
  undo:             security remove-trusted-cert '%[1]s'
`, file)
	}
	return fmt.Sprintf(`The certificates of the local cloud are signed by an authority of your own, which can
sign for nothing but localhost:

  %[1]s

Nothing was changed. A browser trusts it after one of these commands:

%[2]s  Firefox:          Settings, Privacy & Security, View Certificates, Authorities, Import

Other programs take it from their environment:

  Node, Amplify:    NODE_EXTRA_CA_CERTS='%[1]s'
  AWS SDKs and CLI: AWS_CA_BUNDLE='%[1]s'
  Python requests:  REQUESTS_CA_BUNDLE='%[1]s'
  Go, OpenSSL:      SSL_CERT_FILE='%[1]s'
  curl:             curl --cacert '%[1]s'

All but the first of these trust nothing else then: set them for one program only.
`, file, stores)
}
