package settings

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// tagForm is what every service takes in keys and values of tags; most take less than Unicode
// has (tagging user guide, "Tag naming limits and requirements").
var tagForm = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

// tags checks the tags. The stack adds two of its own, and CloudFormation three.
func (c *checker) tags(s *Settings) {
	const most = 45
	c.refuse("tags", []refusal{{len(s.Tags) > most, fmt.Sprintf("has %d entries", len(s.Tags)), fmt.Sprintf("use at most %d; a resource has 50 with those of the stack", most)}})
	for _, key := range slices.Sorted(maps.Keys(s.Tags)) {
		value := s.Tags[key]
		c.refuse(policy.Child("tags", key), []refusal{
			{key == "" || utf8.RuneCountInString(key) > 128 || !tagForm.MatchString(key), fmt.Sprintf("%q is not the key of a tag", key), "use 1 to 128 letters, digits, blanks and _ . : / = + - @"},
			{strings.HasPrefix(strings.ToLower(key), "aws:"), "aws: is AWS's own", "choose another key"},
			{utf8.RuneCountInString(value) > 256 || !tagForm.MatchString(value), fmt.Sprintf("%q is not the value of a tag", value), "use up to 256 letters, digits, blanks and _ . : / = + - @"},
		})
	}
}

// webACL checks the web ACL. One for CloudFront is global, and protects no pool (WAF developer
// guide, "Associating or disassociating protection with an AWS resource").
func (c *checker) webACL(s *Settings) {
	c.arn("webAclArn", s.WebACLARN, "wafv2")
	found := arnForm.FindStringSubmatch(s.WebACLARN)
	if found == nil || found[1] != "wafv2" {
		return
	}
	c.refuse("webAclArn", []refusal{
		{!strings.Contains(s.WebACLARN, ":regional/webacl/"), fmt.Sprintf("%q is not a regional web ACL", s.WebACLARN), "write one of the pool's Region, …:regional/webacl/<name>/<id>"},
		{s.Region != "" && found[2] != s.Region, "is of another Region than the stage", "write one of " + s.Region},
	})
}
