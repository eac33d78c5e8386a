package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/awsraw"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/check"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/hash"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/importfile"
)

// canary asks the pool itself whether it takes what load sends: AWS does not document every byte of a
// hash. For each algorithm it imports a throw-away user with a password that nobody knows, signs the
// user in, and deletes the user. No message is sent: an import sends none, and the addresses are of
// a domain that cannot exist (RFC 2606).
func canary(ctx context.Context, c *call) error {
	if c.client == "" || c.logsRole == "" {
		return misused("pass --client ID (an app client without a secret that has the password flow) and --logs-role ARN")
	}
	if err := c.connect(ctx); err != nil {
		return err
	}
	b, err := c.openBook()
	if err != nil {
		return err
	}
	s, err := newSorter(ctx, c)
	if err != nil {
		return err
	}
	bad := 0
	for _, algorithm := range hash.Algorithms() {
		verdict, err := c.try(ctx, b, s, algorithm)
		if err != nil {
			return fmt.Errorf("trying %s: %w", algorithm, err)
		}
		if fmt.Fprintf(c.out, "%-14s %s\n", algorithm, cmp.Or(verdict, "signs in")); verdict != "" {
			bad++
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d forms of hashes do not come along: load with --no-import", bad)
	}
	return nil
}

// try tries an algorithm and returns what went wrong.
func (c *call) try(ctx context.Context, b *book, s sorter, algorithm string) (verdict string, err error) {
	word := "canary-" + strings.ToLower(rand.Text())
	password := "Aa1-" + rand.Text()
	who := importfile.Person{Username: word, Attributes: map[string]string{}}
	for _, name := range s.required {
		who.Attributes[name] = map[string]string{"birthdate": "2000-01-01", "updated_at": "1471453471", "phone_number": "+15555550100"}[name]
		who.Attributes[name] = cmp.Or(who.Attributes[name], "canary")
	}
	who.Attributes["email"], who.Attributes["email_verified"] = word+"@canary.invalid", "true"
	if !s.alias {
		who.Username = who.Attributes["email"]
	}
	if who.Hash, err = check.Make(algorithm, password); err != nil {
		return "", err
	}
	line, err := s.header.Line(who)
	if unfit, is := errors.AsType[importfile.Unfit](err); is {
		return "", fmt.Errorf("the pool wants of a user what no throw-away user has: %s", unfit)
	}
	path := b.path(word + ".csv")
	defer func() { err = errors.Join(err, os.Remove(path)) }()
	if err := keep(path, func(w io.Writer) error { _, err := io.WriteString(w, s.header.String()+"\n"+line+"\n"); return err }); err != nil {
		return "", err
	}
	j, err := c.importFile(ctx, word, algorithm, path, 1)
	if err != nil || j.ImportedUsers == 0 {
		return "is not imported: " + cmp.Or(j.CompletionMessage, j.Status), err
	}
	in := map[string]any{"ClientId": c.client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": map[string]string{"USERNAME": who.Username, "PASSWORD": password}}
	signedIn := c.call(ctx, "InitiateAuth", in, nil)
	if refused, is := errors.AsType[*awsraw.Error](signedIn); is {
		verdict, signedIn = "is imported and does not sign in: "+refused.Code, nil
	}
	return verdict, errors.Join(signedIn, c.call(context.WithoutCancel(ctx), "AdminDeleteUser", map[string]string{"UserPoolId": c.pool, "Username": who.Username}, nil))
}
