package dynamo

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// ReadAuthz reads AUTHZ from an item, for tokens and for those who write the row, who
// then see what a token gets. It does without reflection, because it runs for every
// token. It accepts what an operator may reasonably write (a list or a set of roles,
// null for nothing) and refuses everything else. An error comes with the status and never
// with a grant; a status that cannot be read is table.Unreadable, and the error is about
// it. A nil item is an absent row.
func ReadAuthz(item map[string]types.AttributeValue) (table.Authz, error) {
	r := reader{item: item}
	denied := table.Authz{Status: column(&r, "authzStatus", decodeStatus)}
	row := table.Authz{
		Status:      denied.Status,
		Disabled:    column(&r, "authzDisabled", decodeTruth),
		Roles:       column(&r, "authzRoles", decodeTexts),
		Tenants:     column(&r, "authzTenants", decodeTexts),
		Tenant:      column(&r, "authzTenant", decodeText),
		TenantRoles: column(&r, "authzTenantRoles", decodeTextLists),
		Extra:       column(&r, "authzExtra", decodeExtra),
		Rev:         column(&r, "authzRev", decodeWhole),
		Schema:      column(&r, "authzSchema", decodeWhole),
	}
	if r.err != nil {
		return denied, r.err
	}
	// By and At are for operators: a row made by hand may have anything there.
	hints := reader{item: item}
	row.By = column(&hints, "authzBy", decodeText)
	row.At, _ = time.Parse(time.RFC3339Nano, column(&hints, "authzAt", decodeText))
	return row, nil
}

// reader reads the columns of an item and keeps the first error.
type reader struct {
	item map[string]types.AttributeValue
	err  error
}

func column[T any](r *reader, name string, decode func(string, types.AttributeValue) (T, error)) T {
	value, err := decode(name, r.item[name])
	if r.err == nil {
		r.err = err
	}
	return value
}

func decodeStatus(column string, v types.AttributeValue) (table.Status, error) {
	word, err := decodeText(column, v)
	switch status := table.Status(word); {
	case err != nil:
		return table.Unreadable, err
	case slices.Contains([]table.Status{"", table.Active, table.Suspended, table.Deleted}, status):
		return status, nil
	default:
		return table.Unreadable, unreadable{column, "is none of active, suspended and deleted"}
	}
}

func decodeText(attribute string, v types.AttributeValue) (string, error) {
	switch v := v.(type) {
	case nil, *types.AttributeValueMemberNULL:
		return "", nil
	case *types.AttributeValueMemberS:
		return v.Value, nil
	default:
		return "", wrongType(attribute, v)
	}
}

func decodeTruth(attribute string, v types.AttributeValue) (bool, error) {
	switch v := v.(type) {
	case nil, *types.AttributeValueMemberNULL:
		return false, nil
	case *types.AttributeValueMemberBOOL:
		return v.Value, nil
	default:
		return false, wrongType(attribute, v)
	}
}

func decodeTexts(attribute string, v types.AttributeValue) ([]string, error) {
	switch v := v.(type) {
	case nil, *types.AttributeValueMemberNULL:
		return nil, nil
	case *types.AttributeValueMemberSS: // a set has no order, but the token must not change for that
		return slices.Sorted(slices.Values(v.Value)), nil
	case *types.AttributeValueMemberL:
		texts := slices.Grow([]string(nil), len(v.Value)) // nil for none
		for _, element := range v.Value {
			s, ok := element.(*types.AttributeValueMemberS)
			if !ok {
				return nil, wrongType(attribute, element)
			}
			texts = append(texts, s.Value)
		}
		return texts, nil
	default:
		return nil, wrongType(attribute, v)
	}
}

// decodeTextLists reads a map of what decodeTexts reads. An empty list has no entry.
func decodeTextLists(column string, v types.AttributeValue) (map[string][]string, error) {
	switch v := v.(type) {
	case nil, *types.AttributeValueMemberNULL:
		return nil, nil
	case *types.AttributeValueMemberM:
		lists := make(map[string][]string, len(v.Value))
		for name, element := range v.Value {
			texts, err := decodeTexts(column, element)
			if err != nil {
				return nil, err
			}
			if len(texts) > 0 {
				lists[name] = texts
			}
		}
		if len(lists) == 0 {
			return nil, nil
		}
		return lists, nil
	default:
		return nil, wrongType(column, v)
	}
}

func decodeWhole(column string, v types.AttributeValue) (int64, error) {
	n, ok := v.(*types.AttributeValueMemberN)
	switch {
	case v == nil:
		return 0, nil
	case !ok:
		return 0, wrongType(column, v)
	}
	whole, err := strconv.ParseInt(n.Value, 10, 64)
	if err != nil {
		return 0, unreadable{column, "is no whole number"}
	}
	return whole, nil
}

func decodeExtra(column string, v types.AttributeValue) (map[string]any, error) {
	switch v := v.(type) {
	case nil, *types.AttributeValueMemberNULL:
		return nil, nil
	case *types.AttributeValueMemberM:
		return decodeMap(v.Value)
	default:
		return nil, wrongType(column, v)
	}
}

func decodeMap(m map[string]types.AttributeValue) (map[string]any, error) {
	out := make(map[string]any, len(m))
	for name, v := range m {
		value, err := decodeAny(v)
		if err != nil {
			return nil, err
		}
		out[name] = value
	}
	return out, nil
}

// decodeAny returns a value as a token holds it. A number keeps its digits, which a
// float would round. Sets and binary values have no counterpart in a token.
func decodeAny(v types.AttributeValue) (any, error) {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return v.Value, nil
	case *types.AttributeValueMemberBOOL:
		return v.Value, nil
	case *types.AttributeValueMemberNULL:
		return nil, nil
	case *types.AttributeValueMemberN:
		if !json.Valid([]byte(v.Value)) {
			return nil, unreadable{"authzExtra", "has a number that JSON cannot write"}
		}
		return json.Number(v.Value), nil
	case *types.AttributeValueMemberM:
		return decodeMap(v.Value)
	case *types.AttributeValueMemberL:
		out := make([]any, 0, len(v.Value))
		for _, element := range v.Value {
			value, err := decodeAny(element)
			if err != nil {
				return nil, err
			}
			out = append(out, value)
		}
		return out, nil
	default:
		return nil, wrongType("authzExtra", v)
	}
}

// unreadable is an attribute that cannot be read. Its text has the type, never the value.
type unreadable struct{ attribute, why string }

func (u unreadable) Error() string { return u.attribute + " " + u.why }

// Is makes it a table.ErrUnreadable.
func (unreadable) Is(target error) bool { return target == table.ErrUnreadable }

func wrongType(attribute string, v types.AttributeValue) error {
	return unreadable{attribute, fmt.Sprintf("has a value of type %T, which cannot be read", v)}
}
