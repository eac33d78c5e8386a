package main

import (
	"crypto/rand"
	"flag"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// poolFlags make the user pool as slow and as strict as Cognito, or easier to test with.
func poolFlags(flags *flag.FlagSet, pool *userpool.Options) {
	flags.DurationVar(&pool.ListDelay, "list-delay", 0, "how old a change must be for ListUsers to show it, such as 5s")
	flags.StringVar(&pool.Issuer, "issuer", "", "the form of the tokens' iss: original or updated, which are AWS's, or local, where the keys are found (default: the template's)")
	flags.StringVar(&pool.Code, "code", "", "every code that would be sent is this one, such as 123456: for tests of your app")
	flags.Func("reset", "what UpdateUserPool makes of what it omits: documented (AWS's defaults) or measured (default: documented)",
		func(text string) error {
			pool.Reset = userpool.Reset(text)
			if pool.Reset != userpool.ResetDocumented && pool.Reset != userpool.ResetMeasured {
				return fmt.Errorf("%q: want documented or measured", text)
			}
			return nil
		})
	flags.Func("quotas", "requests per second: aws for AWS's defaults, or categories such as UserList=30,UserUpdate=25 (default: none)",
		func(text string) (err error) {
			pool.Quotas, err = quotas(text)
			return err
		})
}

func quotas(text string) (userpool.Quotas, error) {
	if text == "aws" {
		return userpool.AWSQuotas(), nil
	}
	found, known := userpool.Quotas{}, userpool.AWSQuotas()
	for _, part := range strings.Split(text, ",") {
		category, figure, _ := strings.Cut(part, "=")
		rate, err := strconv.ParseFloat(figure, 64)
		if _, ok := known[category]; !ok || err != nil || rate <= 0 {
			return nil, fmt.Errorf("%q is not a quota: write aws, or CATEGORY=REQUESTS with a category of %s", part, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		}
		found[category] = rate
	}
	return found, nil
}

// importedUsers returns users as an import leaves them: without a password and unknown to every
// trigger.
func importedUsers(n int) []userpool.ImportedUser {
	all := make([]userpool.ImportedUser, n)
	for i := range all {
		all[i].Attributes = map[string]string{
			"email": fmt.Sprintf("person%06d@example.com", i+1), "email_verified": "true", "name": fmt.Sprintf("Person %d", i+1),
		}
	}
	return all
}

// kept tells, on the terminal and on the page, when users are kept no longer, and when they are
// again.
func kept(out io.Writer, folder string, shown *timeline.Timeline) func(error) {
	return func(err error) {
		text := "kept again: everything is in the folder"
		if err != nil {
			text = "not kept: " + err.Error()
		}
		fmt.Fprintf(out, "\n      ! %s\n\n", text)
		shown.AddEdit(timeline.Edit{ID: rand.Text(), Time: time.Now(), File: folder, Acted: err == nil, Text: text})
	}
}
