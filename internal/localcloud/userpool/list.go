package userpool

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/fnv"
	"slices"
	"strings"
)

// maxPage is the largest page (API reference, ListUsers and ListGroups, Limit).
const maxPage = 60

type listUsersInput struct {
	ofPool
	AttributesToGet []string
	Filter          string
	Limit           *int
	PaginationToken string
}

type listUsersOutput struct {
	Users           []userType
	PaginationToken string `json:",omitempty"`
}

// listUsers returns a page of users. A token names the last user of its page, not a
// number of users, so that creating or deleting a user between two pages hides no other
// user.
func (p *Pool) listUsers(in listUsersInput) (listUsersOutput, error) {
	limit, err := pageSize(in.Limit)
	if err != nil {
		return listUsersOutput{}, err
	}
	if err := p.checkAsked(in.AttributesToGet); err != nil {
		return listUsersOutput{}, err
	}
	matches, err := p.parseFilter(in.Filter)
	if err != nil {
		return listUsersOutput{}, err
	}
	after, err := in.place()
	if err != nil {
		return listUsersOutput{}, err
	}
	found, last := p.store.page(after, limit, matches)
	out := listUsersOutput{Users: make([]userType, len(found)), PaginationToken: in.token(last)}
	for i, u := range found {
		out.Users[i] = only(describeUser(*u), in.AttributesToGet)
	}
	return out, nil
}

// pageSize returns how much a page of users or groups holds; without a limit, and for 0,
// as much as it can.
func pageSize(limit *int) (int, error) {
	switch {
	case limit == nil || *limit == 0:
		return maxPage, nil
	case *limit > maxPage:
		return 0, invalidParameter("1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60", *limit)
	case *limit < 0:
		return 0, invalidParameter("1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 0", *limit)
	}
	return *limit, nil
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

// token is opaque and belongs to its question: "an additional API request with the same
// parameters" (API reference, PaginationToken).
func (in listUsersInput) token(last int64) string {
	if last == 0 {
		return ""
	}
	raw := binary.BigEndian.AppendUint64(in.question(), uint64(last))
	return base64.RawURLEncoding.EncodeToString(raw)
}

func (in listUsersInput) place() (int64, error) {
	if in.PaginationToken == "" {
		return 0, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(in.PaginationToken)
	if err != nil || len(raw) != 16 || !bytes.Equal(raw[:8], in.question()) {
		return 0, invalidParameter("Invalid pagination token")
	}
	return int64(binary.BigEndian.Uint64(raw[8:]) &^ (1 << 63)), nil
}

func (in listUsersInput) question() []byte {
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(in.Filter + "\x00" + strings.Join(in.AttributesToGet, "\x00")))
	return sum.Sum(nil)
}

// only keeps the attributes that the caller asked for; nil asks for all.
func only(u userType, names []string) userType {
	if names != nil {
		u.Attributes = slices.DeleteFunc(u.Attributes, func(a attribute) bool { return !slices.Contains(names, a.Name) })
	}
	return u
}
