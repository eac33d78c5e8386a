package page

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

func (s *suite) usersViews() part {
	return part{
		views: []View{
			{Path: "/users", Title: "Users", Menu: true, Template: "users.html", Data: s.asked(list)},
			{Path: "/users/{sub}", Template: "user.html", Data: s.asked(one("User"))},
			{Path: "/users/{sub}/suspend", Template: "suspend.html", Data: s.asked(one("Suspend"))},
			{Path: "/users/{sub}/erase", Template: "erase.html", Data: s.asked(one("Erase"))},
		},
		actions: []Action{
			{Path: "/users/{sub}/authz", Title: "User", Template: "user.html", Do: s.told(saveAuthz)},
			{Path: "/users/{sub}/suspend", Do: s.told(suspend)},
			{Path: "/users/{sub}/reinstate", Do: s.told(reinstate)},
			{Path: "/users/{sub}/erase", Title: "Receipt", Template: "receipt.html", Do: s.told(erase)},
		},
	}
}

// people is a page of the pool's users.
type people struct {
	Search string   `json:"search"`
	By     string   `json:"by"`
	Users  []inList `json:"users"`
	// Next is the after of the next page; "" is the last one.
	Next string `json:"next,omitempty"`
	// Problem says why AUTHZ is not beside the users.
	Problem string `json:"problem,omitempty"`
}

type inList struct {
	Sub      string    `json:"sub"`
	Username string    `json:"username"`
	Email    string    `json:"email,omitempty"`
	Phone    string    `json:"phone,omitempty"`
	Name     string    `json:"name,omitempty"`
	Status   string    `json:"status"`
	Enabled  bool      `json:"enabled"`
	Created  time.Time `json:"created"`
	// Authz is the status in AUTHZ, "" without a row; Roles are the global ones.
	Authz string   `json:"authz,omitempty"`
	Roles []string `json:"roles,omitempty"`
}

// searched are the attributes by whose beginning a user is found; the first is the default.
var searched = []struct{ Attribute, Word string }{
	{"email", "e-mail"}, {"phone_number", "phone number"}, {"name", "name"}, {"username", "user name"}, {"sub", "sub"},
}

// Choices are what a search may look at.
func (p people) Choices() []struct{ Attribute, Word string } { return searched }

// More is the path of the next page.
func (p people) More() string {
	return "/users?" + url.Values{"q": {p.Search}, "by": {p.By}, "after": {p.Next}}.Encode()
}

const perPage = 20

// list is the view of all users, or of those whose attribute begins with a text.
func list(s *suite, r *http.Request) (any, error) {
	form := people{Search: strings.TrimSpace(r.FormValue("q")), By: r.FormValue("by"), Users: []inList{}}
	if !slices.ContainsFunc(searched, func(c struct{ Attribute, Word string }) bool { return c.Attribute == form.By }) {
		form.By = searched[0].Attribute
	}
	in := &cognito.ListUsersInput{UserPoolId: &s.id, Limit: aws.Int32(perPage)}
	if form.Search != "" {
		in.Filter = aws.String(form.By + ` ^= "` + quoted.Replace(form.Search) + `"`)
	}
	if after := r.FormValue("after"); after != "" {
		in.PaginationToken = &after
	}
	out, err := s.looks.ListUsers(r.Context(), in)
	if err != nil {
		return nil, fmt.Errorf("listing the users: %w", err)
	}
	form.Next = aws.ToString(out.PaginationToken)
	for _, u := range out.Users {
		form.Users = append(form.Users, listedOf(u))
	}
	if err := s.grants(r.Context(), form.Users); err != nil {
		form.Problem = "AUTHZ cannot be shown: " + err.Error()
	}
	return form, nil
}

// quoted writes a text into a filter (API reference, ListUsers: "Quotation marks within the
// filter string must be escaped using the backslash").
var quoted = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func listedOf(u types.UserType) inList {
	has := attributes(u.Attributes)
	return inList{
		Sub: has["sub"], Username: aws.ToString(u.Username), Email: has["email"], Phone: has["phone_number"], Name: has["name"],
		Status: string(u.UserStatus), Enabled: u.Enabled, Created: aws.ToTime(u.UserCreateDate),
	}
}

func attributes(list []types.AttributeType) map[string]string {
	all := map[string]string{}
	for _, a := range list {
		all[aws.ToString(a.Name)] = aws.ToString(a.Value)
	}
	return all
}

// grants adds what AUTHZ says to the users of a page, by one request.
func (s *suite) grants(ctx context.Context, users []inList) error {
	if len(users) == 0 {
		return nil
	}
	var keys []map[string]ddb.AttributeValue
	for _, u := range users {
		keys = append(keys, dynamo.ItemKey(table.Keys{PK: table.User(s.id, u.Sub), SK: table.AuthzRow}))
	}
	out, err := s.rows.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]ddb.KeysAndAttributes{s.table: {Keys: keys}}})
	if err != nil {
		return err
	}
	for _, item := range out.Responses[s.table] {
		key, _ := item[table.PK].(*ddb.AttributeValueMemberS)
		row, err := dynamo.ReadAuthz(item)
		at := slices.IndexFunc(users, func(u inList) bool { return key != nil && table.User(s.id, u.Sub) == key.Value })
		if at < 0 {
			continue
		}
		if users[at].Authz, users[at].Roles = string(row.Status), row.Roles; err != nil {
			users[at].Authz = string(table.Unreadable)
		} else if users[at].Authz == "" {
			users[at].Authz = string(table.Active)
		}
	}
	return nil
}
