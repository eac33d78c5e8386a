package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
	signed "github.com/cognito-triggers/cognito-triggers/internal/signup/invite"
)

const inviteHelp = `
invite: keys that sign invites, and invites

  go run ./infra/cmd/ops invite keygen --id ID --out FILE
  go run ./infra/cmd/ops invite issue --key FILE --email ADDRESS [--days N] [--client ID]

A pool whose policy says signUp.access.mode: invite accepts only users with an invite
that was signed for their address. keygen makes a pair of keys. It writes the private
half to FILE, which only its owner can read and which is never deployed, and prints
the public half for signUp.access.keys of the stage's file. issue signs an invite and
prints it. The app sends it with the sign-up, as validationData or clientMetadata
with the name invite.

Make separate keys for each stage. To change a key, add the next one to the stage's
file and deploy, sign with it from then on, and remove the old one when its last
invite has expired. Removing a key revokes all that was signed with it.

keygen:
  --id ID           the key's name, 1 to 16 small letters, digits and hyphens, such as
                    the month in which it was made: 2027-01
  --out FILE        a new file for the private half
  --json            write the public half as JSON
issue:
  --key FILE        the private half
  --email ADDRESS   who is invited; case does not count
  --days N          how long the invite is valid, 1 to 365 (default 7)
  --client ID       the only app client that accepts it (default: all)
  --json            write it as JSON, with its content

Example:
  go run ./infra/cmd/ops invite keygen --id 2027-01 --out ~/invites-dev.key
  go run ./infra/cmd/ops invite issue --key ~/invites-dev.key --email ada@example.com
`

func invite(_ context.Context, args []string, t terminal) error {
	if len(args) > 0 && args[0] == "keygen" {
		return inviteKeygen(args[1:], t)
	}
	if len(args) > 0 && args[0] == "issue" {
		return inviteIssue(args[1:], t)
	}
	return misused("write keygen or issue")
}

// inviteKeygen makes a pair of keys.
func inviteKeygen(args []string, t terminal) error {
	flags := newFlags("invite keygen")
	id := flags.String("id", "", "")
	file := flags.String("out", "", "")
	asJSON := flags.Bool("json", false, "")
	switch err := parseOnly(flags, args); {
	case err != nil:
		return err
	case !signed.ValidKeyID(*id):
		return misused("--id %q: use 1 to 16 small letters, digits and inner hyphens", *id)
	case *file == "":
		return misused("--out FILE is missing: where the private half goes")
	}
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return fmt.Errorf("making a key: %w", err)
	}
	half := policy.InviteKey{ID: *id, PublicKey: signed.FormatPublicKey(public)}
	entry := fmt.Sprintf("- {id: %q, publicKey: %q}", half.ID, half.PublicKey)
	remark := "# Signs invites: its holder can invite. Never deploy it. Its public half:\n# " + entry + "\n"
	if err := writePrivate(*file, remark+signed.FormatPrivateKey(*id, private)); err != nil {
		return err
	}
	if *asJSON {
		return writeJSON(t.out, half)
	}
	fmt.Fprintf(t.out, "# The private half is in %s. Keep it to yourself.\n# The public half, for policy.signUp.access.keys of the stage's file:\n%s\n", *file, entry)
	return nil
}

// writePrivate writes a new file that only its owner can read.
func writePrivate(name, text string) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already: name a new file, or a key would be lost", name)
	}
	if err != nil {
		return fmt.Errorf("writing the private key: %w", err)
	}
	_, err = file.WriteString(text)
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("writing the private key: %w", err)
	}
	return nil
}

// issued is an invite with its content.
type issued struct {
	Invite  string    `json:"invite"`
	Email   string    `json:"email"`
	Expires time.Time `json:"expires"`
	KeyID   string    `json:"keyId"`
	Client  string    `json:"clientId,omitempty"`
}

// inviteIssue signs an invite.
func inviteIssue(args []string, t terminal) error {
	flags := newFlags("invite issue")
	file := flags.String("key", "", "")
	written := flags.String("email", "", "")
	days := flags.Int("days", 7, "")
	client := flags.String("client", "", "")
	asJSON := flags.Bool("json", false, "")
	switch err := parseOnly(flags, args); {
	case err != nil:
		return err
	case *file == "":
		return misused("--key FILE is missing: what invite keygen wrote")
	case *days < 1 || *days > 365:
		return misused("--days %d: use 1 to 365", *days)
	}
	address, err := email.Parse(*written)
	if err != nil {
		return misused("--email %q: %v", *written, err)
	}
	id, key, err := readPrivate(*file)
	if err != nil {
		return err
	}
	made := issued{Email: address.Normal(), Expires: t.now().UTC().AddDate(0, 0, *days).Truncate(time.Second), KeyID: id, Client: *client}
	made.Invite, err = signed.Sign(id, key, signed.Invite{Email: made.Email, Expires: made.Expires, ClientID: made.Client})
	if err != nil {
		return err
	}
	if *asJSON {
		return writeJSON(t.out, made)
	}
	fmt.Fprintln(t.out, made.Invite)
	return nil
}

// readPrivate reads a private key from a file that only its owner can read.
func readPrivate(name string) (id string, key ed25519.PrivateKey, err error) {
	info, err := os.Stat(name)
	if err != nil {
		return "", nil, fmt.Errorf("reading the private key: %w", err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return "", nil, fmt.Errorf("%s can be read by others: chmod 600 it, and make a new key if that may have happened", name)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return "", nil, fmt.Errorf("reading the private key: %w", err)
	}
	id, key, err = signed.ParsePrivateKey(string(text))
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", name, err)
	}
	return id, key, nil
}
