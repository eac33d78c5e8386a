package userpool

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// paging is what a request for one page may have: the lists of the API name their limits
// and tokens differently.
type paging struct {
	Limit, MaxResults          *int
	NextToken, PaginationToken string
}

// pageInput is a request for a page of what a pool has.
type pageInput struct {
	ofPool
	paging
}

// list is one list of the API: the members of its answer, and the limits of its pages (API
// reference, at Limit or MaxResults of the operation). Without a token it has one page.
type list struct {
	name, rows, token string
	least, most       int
}

// The lists of this pool.
var (
	usersList      = list{"ListUsers", "Users", "PaginationToken", 0, 60}
	groupUsersList = list{"ListUsersInGroup", "Users", "NextToken", 0, 60}
	groupsList     = list{"ListGroups", "Groups", "NextToken", 0, 60}
	userGroupsList = list{"AdminListGroupsForUser", "Groups", "NextToken", 0, 60}
	clientsList    = list{"ListUserPoolClients", "UserPoolClients", "NextToken", 1, 60}
	secretsList    = list{"ListUserPoolClientSecrets", "ClientSecrets", "", 0, maxSecrets}
	poolsList      = list{"ListUserPools", "UserPools", "NextToken", 1, 60}
	providersList  = list{"ListIdentityProviders", "Providers", "NextToken", 0, 60}
	serversList    = list{"ListResourceServers", "ResourceServers", "NextToken", 1, 50}
	sessionsList   = list{"ListUserSessions", "Sessions", "", 0, maxSessions}
	eventsList     = list{"AdminListUserAuthEvents", "AuthEvents", "NextToken", 0, 60}
	devicesList    = list{"ListDevices", "Devices", "PaginationToken", 0, 60}
	importsList    = list{"ListUserImportJobs", "UserImportJobs", "PaginationToken", 1, 60}
	passkeysList   = list{"ListWebAuthnCredentials", "Credentials", "NextToken", 0, maxPasskeys}
)

// size returns how much a page holds; without a limit, and for 0, as much as it can.
func (l list) size(in paging) (int, error) {
	name, limit := "limit", in.Limit
	if limit == nil {
		name, limit = "maxResults", in.MaxResults
	}
	switch {
	case limit == nil:
		return l.most, nil
	case *limit > l.most:
		return 0, violation(fmt.Sprintf(" '%d'", *limit), name, fmt.Sprintf("have value less than or equal to %d", l.most))
	case *limit < l.least:
		return 0, violation(fmt.Sprintf(" '%d'", *limit), name, fmt.Sprintf("have value greater than or equal to %d", l.least))
	}
	return cmp.Or(*limit, l.most), nil
}

// pageOf returns the page that a request asks for. A key names its row alone and is not "". A
// token names the last row of its page, not a number of rows, so that a row that comes or goes
// between two pages hides no other.
func pageOf[Row, Shown any](p *Pool, l list, in paging, question string, rows []Row, key func(Row) string, show func(Row) Shown) (object, error) {
	size, after, err := p.pageAsked(l, in, question)
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(slices.Clone(rows), func(row Row) bool { return key(row) <= after })
	slices.SortFunc(rows, func(a, b Row) int { return strings.Compare(key(a), key(b)) })
	last := ""
	if len(rows) > size {
		rows, last = rows[:size], key(rows[size-1])
	}
	return showPage(p, l, question, rows, last, show)
}

// same shows a row as it is.
func same[Row any](row Row) Row { return row }

// showPage returns the answer of a list; last is the key of its last row if more follow.
func showPage[Row, Shown any](p *Pool, l list, question string, rows []Row, last string, show func(Row) Shown) (object, error) {
	shown := make([]Shown, len(rows))
	for i, row := range rows {
		shown[i] = show(row)
	}
	out := object{l.rows: shown}
	if last == "" || l.token == "" {
		return out, nil
	}
	token, err := p.seal(pageState{l.name, question, last})
	out[l.token] = token
	return out, err
}

// pageState is what a token says. It belongs to its list and its question: "an additional API
// request with the same parameters" (API reference, PaginationToken).
type pageState struct{ List, Question, Last string }

// pageAsked returns the size of a page and the key after which it begins. AWS's refusal of a
// token names the token and the request (aws-sdk-js#3705); this one repeats nothing.
func (p *Pool) pageAsked(l list, in paging, question string) (size int, after string, err error) {
	if size, err = l.size(in); err != nil {
		return 0, "", err
	}
	token := cmp.Or(in.NextToken, in.PaginationToken)
	if token == "" {
		return size, "", nil
	}
	var state pageState
	if _, ok := p.unseal(token, &state); !ok || state.List != l.name || state.Question != question {
		return 0, "", invalidParameter("Invalid pagination token")
	}
	return size, state.Last, nil
}

type listUsersInput struct {
	pageInput
	AttributesToGet []string
	Filter          string
}

// listUsers returns a page of users.
func (p *Pool) listUsers(in listUsersInput) (object, error) {
	if err := p.checkAsked(in.AttributesToGet); err != nil {
		return nil, err
	}
	matches, err := p.parseFilter(in.Filter)
	if err != nil {
		return nil, err
	}
	question := strings.Join(append([]string{in.Filter}, in.AttributesToGet...), "\x00")
	return p.pageOfUsers(usersList, in.paging, question, matches, in.AttributesToGet)
}

// pageOfUsers reads the list that may lag; its keys are the users' places.
func (p *Pool) pageOfUsers(l list, in paging, question string, matches func(*user) bool, asked []string) (object, error) {
	size, after, err := p.pageAsked(l, in, question)
	if err != nil {
		return nil, err
	}
	place, _ := strconv.ParseInt(after, 10, 64) // sealed, or "" for the first page
	found, next := p.store.page(place, size, matches)
	last := ""
	if next != 0 {
		last = strconv.FormatInt(next, 10)
	}
	return showPage(p, l, question, found, last, func(u *user) userType { return only(describeUser(*u), asked) })
}

// checkAsked refuses an attribute that the schema does not have, as AWS does. AWS also
// refuses an attribute that it cannot filter by and that not every user has (API
// reference); this pool leaves it out where it is missing.
func (p *Pool) checkAsked(names []string) error {
	for _, name := range names {
		if name != "sub" && name != "identities" && !p.inSchema(name) {
			return invalidParameter("One or more requested attributes do not exist.")
		}
	}
	return nil
}

// only keeps the attributes that the caller asked for; nil asks for all.
func only(u userType, names []string) userType {
	if names != nil {
		u.Attributes = slices.DeleteFunc(u.Attributes, func(a attribute) bool { return !slices.Contains(names, a.Name) })
	}
	return u
}
