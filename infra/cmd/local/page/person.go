package page

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/infra/support/dossier"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// person is a user: what the pool knows, beside the rows of the table.
type person struct {
	Sub string `json:"sub"`
	// Pool is nil if the pool has no such user.
	Pool *member `json:"pool"`
	// Rows are those of the table by their sort keys. Deleted says that they are tombstones.
	Rows    map[string]map[string]any `json:"rows"`
	Deleted bool                      `json:"deleted"`
	// Authz is nil if it cannot be changed. Problems say what cannot be shown, and why.
	Authz    *directory.Authz `json:"authz"`
	Problems []string         `json:"problems,omitempty"`

	Form edit   `json:"-"`
	Done string `json:"-"` // what was done just now
	Asks string `json:"-"` // what the view is about
}

// member is a user as the pool has it.
type member struct {
	Username   string            `json:"username"`
	Status     string            `json:"status"`
	Enabled    bool              `json:"enabled"`
	Created    time.Time         `json:"created"`
	Modified   time.Time         `json:"modified"`
	Attributes map[string]string `json:"attributes"`
	Groups     []string          `json:"groups"`
	MFA        []string          `json:"mfa"`
	Preferred  string            `json:"preferredMfa,omitempty"`
	Devices    []string          `json:"devices"`
	// SignIns are the newest events of threat protection; none where it is off.
	SignIns []attempt `json:"signIns"`
}

// attempt is an event of threat protection.
type attempt struct {
	Time   time.Time `json:"time"`
	Type   string    `json:"type"`
	Result string    `json:"result"`
}

// Name is what people call the user.
func (p person) Name() string {
	if p.Pool == nil {
		return p.Sub
	}
	return cmp.Or(p.Pool.Attributes["email"], p.Pool.Attributes["phone_number"], p.Pool.Username)
}

// Heading is the view's title.
func (p person) Heading() string { return p.Asks + " " + p.Name() }

// Suspended reports whether AUTHZ refuses the user.
func (p person) Suspended() bool { return p.Authz != nil && p.Authz.Status != directory.Active }

// Blocks are the rows as a reader wants them: the three that every user may have, then those
// of a history.
func (p person) Blocks() []block {
	names := table.UserRows()
	for _, sk := range slices.Sorted(maps.Keys(p.Rows)) {
		if !slices.Contains(names, sk) {
			names = append(names, sk)
		}
	}
	var all []block
	for _, sk := range names {
		all = append(all, block{sk, pairs(p.Rows[sk])})
	}
	return all
}

type block struct {
	Name  string
	Pairs []pair
}

type pair struct{ Name, Value string }

// pairs returns a row by column: texts as they are, other values as JSON.
func pairs[V any](row map[string]V) []pair {
	var all []pair
	for _, name := range slices.Sorted(maps.Keys(row)) {
		value, isText := any(row[name]).(string)
		if !isText {
			value = support.Compact(row[name])
		}
		all = append(all, pair{name, value})
	}
	return all
}

// one is the view of a user, by the sub, or the one that asks before it does something.
func one(asks string) func(*suite, *http.Request) (any, error) {
	return func(s *suite, r *http.Request) (any, error) {
		found, err := s.person(r.Context(), r.PathValue("sub"))
		if err != nil {
			return nil, err
		}
		found.Done, found.Asks = done[r.FormValue("done")], asks
		return found, nil
	}
}

// done are what a view says after a change; the change names one in the path.
var done = map[string]string{
	"saved": "AUTHZ is saved. It acts from the user's next token on.", "suspended": "The user is suspended.", "reinstated": "The user is reinstated.",
}

// person reads the user from both sides. Each side may fail alone.
func (s *suite) person(ctx context.Context, sub string) (person, error) {
	found := person{Sub: sub, Asks: "User"}
	rows, err := dossier.Read(ctx, s.rows, s.table, s.id, sub, s.now())
	found.note("the table", err)
	found.Rows = rows.Rows
	if found.Pool, err = s.member(ctx, sub); err != nil {
		found.note("the pool", err)
	} else if found.Pool == nil && len(found.Rows) == 0 && len(found.Problems) == 0 {
		return found, Problem{http.StatusNotFound, "neither the pool nor the table has a user with this sub"}
	}
	granted, err := s.users.Authz(ctx, sub)
	switch {
	case errors.Is(err, directory.ErrDeleted):
		found.Deleted = true
	case err != nil:
		found.note(table.AuthzRow, err)
	default:
		found.Authz, found.Form = &granted, editOf(granted)
	}
	return found, nil
}

func (p *person) note(what string, err error) {
	if err != nil {
		p.Problems = append(p.Problems, what+" cannot be read: "+err.Error())
	}
}

// member asks the pool; nil if it has no such user. It looks in the list, since AdminGetUser
// finds a federated user by name only, and then there: a list may lag.
func (s *suite) member(ctx context.Context, sub string) (*member, error) {
	name := sub
	found, err := s.looks.ListUsers(ctx, &cognito.ListUsersInput{UserPoolId: &s.id, Filter: aws.String(`sub = "` + quoted.Replace(sub) + `"`)})
	if err != nil {
		return nil, err
	}
	if len(found.Users) == 1 {
		name = aws.ToString(found.Users[0].Username)
	}
	out, err := s.looks.AdminGetUser(ctx, &cognito.AdminGetUserInput{UserPoolId: &s.id, Username: &name})
	if _, gone := errors.AsType[*types.UserNotFoundException](err); gone {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	m := &member{
		Username: aws.ToString(out.Username), Status: string(out.UserStatus), Enabled: out.Enabled, Attributes: attributes(out.UserAttributes),
		Created: aws.ToTime(out.UserCreateDate), Modified: aws.ToTime(out.UserLastModifiedDate), MFA: out.UserMFASettingList, Preferred: aws.ToString(out.PreferredMfaSetting),
	}
	if m.Attributes["sub"] != sub { // a sub that is somebody's name
		return nil, nil
	}
	return m, s.more(ctx, m)
}

// more adds the groups, the devices and the sign-ins.
func (s *suite) more(ctx context.Context, m *member) error {
	groups, err := s.looks.AdminListGroupsForUser(ctx, &cognito.AdminListGroupsForUserInput{UserPoolId: &s.id, Username: &m.Username})
	if err != nil {
		return fmt.Errorf("its groups: %w", err)
	}
	for _, g := range groups.Groups {
		m.Groups = append(m.Groups, aws.ToString(g.GroupName))
	}
	devices, err := s.looks.AdminListDevices(ctx, &cognito.AdminListDevicesInput{UserPoolId: &s.id, Username: &m.Username})
	if err != nil {
		return fmt.Errorf("its devices: %w", err)
	}
	for _, d := range devices.Devices {
		m.Devices = append(m.Devices, cmp.Or(deviceName(d.DeviceAttributes), aws.ToString(d.DeviceKey)))
	}
	events, err := s.looks.AdminListUserAuthEvents(ctx, &cognito.AdminListUserAuthEventsInput{UserPoolId: &s.id, Username: &m.Username, MaxResults: aws.Int32(10)})
	if _, off := errors.AsType[*types.UserPoolAddOnNotEnabledException](err); off {
		return nil
	}
	if err != nil {
		return fmt.Errorf("its sign-ins: %w", err)
	}
	for _, e := range events.AuthEvents {
		m.SignIns = append(m.SignIns, attempt{aws.ToTime(e.CreationDate), string(e.EventType), string(e.EventResponse)})
	}
	return nil
}

func deviceName(list []types.AttributeType) string { return attributes(list)["device_name"] }

// Pairs are the user's attributes.
func (m member) Pairs() []pair { return pairs(m.Attributes) }
