package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
)

// report writes the row for readers.
func (r *request) report(granted directory.Authz, t terminal) {
	line := func(name, format string, args ...any) {
		fmt.Fprintf(t.out, "  %-8s "+format+"\n", append([]any{name}, args...)...)
	}
	fmt.Fprintf(t.out, "AUTHZ of %s in %s\n", granted.Sub, r.pool)
	line("status", "%s", statusOf(granted))
	line("roles", "%s", listed(granted.Roles))
	for _, text := range tenantRoles(granted) {
		line("", "%s", text)
	}
	tenants := slices.Clone(granted.AllTenants())
	if i := slices.Index(tenants, granted.Tenant); i >= 0 {
		tenants[i] += " (default)"
	}
	line("tenants", "%s", listed(tenants))
	for i, name := range sortedKeys(granted.Extra) {
		title := "claims"
		if i > 0 {
			title = ""
		}
		line(title, "%s = %s", shown(name), support.Compact(granted.Extra[name]))
	}
	if granted.Rev == 0 && granted.By == "" {
		line("rev", "0, nothing has been granted")
	} else {
		line("rev", "%d, by %s at %s", granted.Rev, shown(granted.By), granted.At.Format("2006-01-02 15:04:05 MST"))
	}
	r.reportRemoved(granted, t)
}

// statusOf returns the status in words.
func statusOf(granted directory.Authz) string {
	status := string(granted.Status)
	if granted.Status == directory.Unreadable {
		status = "authzStatus cannot be read, so the user gets no token: suspend or reinstate the user to write it again"
	}
	if granted.Disabled {
		status += "; the suite disables the user in Cognito"
	}
	return status
}

func listed(words []string) string {
	if len(words) == 0 {
		return "none"
	}
	shownWords := make([]string, len(words))
	for i, word := range words {
		shownWords[i] = shown(word)
	}
	return strings.Join(shownWords, ", ")
}

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
