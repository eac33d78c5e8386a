package userpool

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
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

// list is one list of the API, with the limits of its pages (API reference, at Limit or
// MaxResults of the operation).
type list struct {
	name        string
	least, most int
}

// The lists of this pool.
var (
	usersList      = list{"ListUsers", 0, 60}
	groupUsersList = list{"ListUsersInGroup", 0, 60}
	groupsList     = list{"ListGroups", 0, 60}
	userGroupsList = list{"AdminListGroupsForUser", 0, 60}
	clientsList    = list{"ListUserPoolClients", 1, 60}
	secretsList    = list{"ListUserPoolClientSecrets", 0, maxSecrets}
	poolsList      = list{"ListUserPools", 1, 60}
	serversList    = list{"ListResourceServers", 1, 50}
	sessionsList   = list{"ListUserSessions", 0, maxSessions}
	eventsList     = list{"AdminListUserAuthEvents", 0, 60}
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

// pageOf returns the rows of the page that a request asks for, and the token of the next
// page, "" after the last. A key names its row alone and is not "". A token names the last
// row of its page, not a number of rows, so that a row that comes or goes between two pages
// hides no other.
func pageOf[T any](p *Pool, l list, in paging, question string, rows []T, key func(T) string) ([]T, string, error) {
	size, after, err := p.pageAsked(l, in, question)
	if err != nil {
		return nil, "", err
	}
	rows = slices.DeleteFunc(append([]T{}, rows...), func(row T) bool { return key(row) <= after })
	slices.SortFunc(rows, func(a, b T) int { return strings.Compare(key(a), key(b)) })
	if len(rows) <= size {
		return rows, "", nil
	}
	return rows[:size], p.pageToken(l, question, key(rows[size-1])), nil
}

// pageAsked returns the size of a page and the key after which it begins.
func (p *Pool) pageAsked(l list, in paging, question string) (size int, after string, err error) {
	if size, err = l.size(in); err != nil {
		return 0, "", err
	}
	token := cmp.Or(in.NextToken, in.PaginationToken)
	if token == "" {
		return size, "", nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) < sha256.Size {
		return 0, "", errPageToken()
	}
	seal, key := raw[:sha256.Size], string(raw[sha256.Size:])
	if !hmac.Equal(seal, p.pageSeal(l, question, key)) {
		return 0, "", errPageToken()
	}
	return size, key, nil
}

func errPageToken() *APIError { return invalidParameter("Invalid pagination token") }

// pageToken is opaque and belongs to its list and its question: "an additional API request
// with the same parameters" (API reference, PaginationToken).
func (p *Pool) pageToken(l list, question, last string) string {
	return base64.RawURLEncoding.EncodeToString(append(p.pageSeal(l, question, last), last...))
}

func (p *Pool) pageSeal(l list, question, key string) []byte {
	mac := hmac.New(sha256.New, p.formKey)
	mac.Write(bytes.Join([][]byte{[]byte(l.name), []byte(question), []byte(key)}, []byte{0}))
	return mac.Sum(nil)
}

type listUsersInput struct {
	ofPool
	paging
	AttributesToGet []string
	Filter          string
}

type listUsersOutput struct {
	Users           []userType
	PaginationToken string `json:",omitempty"`
}

// listUsers returns a page of users.
func (p *Pool) listUsers(in listUsersInput) (listUsersOutput, error) {
	if err := p.checkAsked(in.AttributesToGet); err != nil {
		return listUsersOutput{}, err
	}
	matches, err := p.parseFilter(in.Filter)
	if err != nil {
		return listUsersOutput{}, err
	}
	question := strings.Join(append([]string{in.Filter}, in.AttributesToGet...), "\x00")
	found, token, err := p.pageOfUsers(usersList, in.paging, question, matches)
	for i := range found {
		found[i] = only(found[i], in.AttributesToGet)
	}
	return listUsersOutput{found, token}, err
}

// pageOfUsers reads the list that may lag; its keys are the users' places.
func (p *Pool) pageOfUsers(l list, in paging, question string, matches func(*user) bool) ([]userType, string, error) {
	size, after, err := p.pageAsked(l, in, question)
	if err != nil {
		return nil, "", err
	}
	place, _ := strconv.ParseInt(after, 10, 64) // sealed, or "" for the first page
	found, last := p.store.page(place, size, matches)
	out, token := make([]userType, len(found)), ""
	for i, u := range found {
		out[i] = describeUser(*u)
	}
	if last != 0 {
		token = p.pageToken(l, question, strconv.FormatInt(last, 10))
	}
	return out, token, nil
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
