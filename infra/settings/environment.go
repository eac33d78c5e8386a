package settings

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/policy/strict"
)

// accountForm and regionForm are AWS's (IAM user guide, "AWS account identifiers"; EC2 user
// guide, "Regions and Zones").
var (
	accountForm = form[Settings]("Account")
	regionForm  = form[Settings]("Region")
)

// environment checks where the stage belongs.
func (c *checker) environment(s *Settings) {
	if s.Account != "" && !accountForm.MatchString(s.Account) {
		c.faults.Add("account", fmt.Sprintf("%q is not an account", s.Account), "write its twelve digits in quotes")
	}
	if s.Region != "" && !regionForm.MatchString(s.Region) {
		c.faults.Add("region", fmt.Sprintf("%q is not a Region", s.Region), "write its code, such as eu-central-1")
	}
}

// placeholderForms find what the shipped stages and the manual have in the place of
// something that only an operator knows. Nobody can own such a name (RFC 2606, RFC 6761), or
// that account.
var placeholderForms = []struct {
	is   string
	form *regexp.Regexp
}{
	{"a name for examples", regexp.MustCompile(`(?i)((^|[./@])example\.(com|org|net)|([.@]|//)example)([/:?#]|$)|^(com|org|net)\.example[.:]`)},
	{"of the account of AWS's own examples", regexp.MustCompile(`(^|\D)111122223333(\D|$)`)},
	{"what the stage is shipped with", regexp.MustCompile(`^trigger-suite-`)},
}

// Placeholders returns what must still be filled in before the stage can be deployed, with
// file and line: account and Region, who sends e-mails, and values that are meant to be
// replaced. The policy is left out, which may deny such a name. A disposable stage needs none of it. Synth warns of
// them, `ops deploy` refuses them.
func (s *Stage) Placeholders() strict.Faults {
	if s.Disposable {
		return nil
	}
	var faults policy.Faults
	for _, pin := range [][2]string{{"account", s.Account}, {"region", s.Region}} {
		if pin[1] == "" {
			faults.Add(pin[0], "is missing: the credentials alone decide where the stage is deployed", "pin it before you deploy")
		}
	}
	located, _ := errors.AsType[strict.Faults](s.lines.Locate(append(faults, s.Unfilled(s.given)...).Err()))
	return located
}

// Unfilled returns what a suite whose data is kept needs before users come, also one of an
// app's own stack: who sends its e-mails, and values in the place of placeholders.
func (s *Settings) Unfilled(given Given) policy.Faults {
	given = given.completed(s)
	if s.Disposable {
		return nil
	}
	var faults policy.Faults
	if !given.Pool && !s.Email.throughSES() && !s.Email.CognitoDefault {
		faults.Add("email", "is missing: Cognito's own sender sends 50 e-mails a day, codes of sign-ups included",
			"set email.identity, or cognitoDefault: true if that is enough")
	}
	placeholders(&faults, "", reflect.ValueOf(*s))
	return faults
}

// placeholders adds a fault for each placeholder in a value, which is at path.
func placeholders(faults *policy.Faults, path string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for field, value := range v.Fields() {
			if key, _, _ := strings.Cut(field.Tag.Get("yaml"), ","); key != "policy" {
				placeholders(faults, policy.Child(path, key), value)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			placeholders(faults, policy.Item(path, i), v.Index(i))
		}
	case reflect.Map:
		keys := slices.SortedFunc(v.Seq(), func(a, b reflect.Value) int { return cmp.Compare(a.String(), b.String()) })
		for _, key := range keys {
			placeholders(faults, policy.Child(path, key.String()), v.MapIndex(key))
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			placeholders(faults, path, v.Elem())
		}
	case reflect.String:
		for _, placeholder := range placeholderForms {
			if placeholder.form.MatchString(v.String()) {
				faults.Add(path, fmt.Sprintf("%q is %s", v.String(), placeholder.is), "write your own before you deploy")
			}
		}
	}
}
