package house

import (
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/cognito-triggers/cognito-triggers/"

// cdk are the modules that start the CDK: jsii, and all that is reached through it. The
// binding alone is 90 MB of program, which only makes templates.
var cdk = []string{"github.com/aws/jsii-runtime-go", "github.com/aws/aws-cdk-go", "github.com/aws/constructs-go"}

// knowsTheCDK are the packages that make constructs. All others, such as the operator's
// command line, read what a stage decides from infra/settings.
var knowsTheCDK = []string{"infra", "infra/app"}

// isCDK reports whether a package is the CDK's.
func isCDK(path string) bool {
	return slices.ContainsFunc(cdk, func(m string) bool { return path == m || strings.HasPrefix(path, m+"/") })
}

// imports returns the imports of every package of the module and of all that they link.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("listing the packages: %v", err)
	}
	all := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		names := strings.Fields(line)
		all[names[0]] = names[1:]
	}
	return all
}

// way returns the chain of imports from a package to the CDK; nil if there is none.
func way(all map[string][]string, from string, seen map[string]bool) []string {
	seen[from] = true
	for _, to := range all[from] {
		if isCDK(to) {
			return []string{from, to}
		}
		if seen[to] {
			continue
		}
		if rest := way(all, to, seen); rest != nil {
			return append([]string{from}, rest...)
		}
	}
	return nil
}

func TestOnlyTheStackLinksTheCDK(t *testing.T) {
	all := imports(t)
	for path := range all {
		name, own := strings.CutPrefix(path, module)
		if !own {
			continue
		}
		chain := way(all, path, map[string]bool{})
		switch known := slices.Contains(knowsTheCDK, name); {
		case chain != nil && !known:
			t.Errorf("%s links the CDK: %s; what a stage decides is in infra/settings", name, strings.Join(chain, " imports "))
		case chain == nil && known:
			t.Errorf("%s does not link the CDK: take it out of knowsTheCDK", name)
		}
	}
	if all[module+"infra/cmd/ops"] == nil {
		t.Errorf("only %d packages are looked at", len(all))
	}
}

// checksPasswords are the packages that may link the cryptography of password hashes: of
// the functions, usermigration alone. The shop is an old app.
var checksPasswords = []string{"internal/legacy/check", "internal/localcloud/userpool", "internal/migration", "triggers/usermigration", "infra/cmd/migrate", "infra/cmd/local/sample/shop"}

func TestOnlyWhatChecksOldPasswordsLinksTheirCryptography(t *testing.T) {
	of := regexp.MustCompile(`^github\.com/go-crypt/|^golang\.org/x/crypto/(bcrypt|argon2|scrypt)$|^` + module + `internal/legacy/check$`)
	found := 0
	for path, imported := range imports(t) {
		name, own := strings.CutPrefix(path, module)
		for _, i := range imported {
			if !own || !of.MatchString(i) {
				continue
			}
			if found++; !slices.Contains(checksPasswords, name) {
				t.Errorf("%s imports %s", name, i)
			}
		}
	}
	if found < 5 {
		t.Errorf("only %d such imports are found", found)
	}
}
