package dynamo

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

func TestARowOfTheOldAppIsReadToTheLetter(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 1e6, time.UTC)
	const loaded = `"legacyLoadedAt":{"S":"2026-03-01T12:00:00.001Z"}`
	for name, c := range map[string]struct {
		item string
		want table.Legacy
	}{
		"nobody":        {``, table.Legacy{}},
		"who waits":     {`"pk":{"S":"p"},"legacyHash":{"S":"$1"},"legacyUsername":{"S":"ada"},"legacyAttributes":{"M":{"email":{"S":"a@b"},"custom:x":{"S":""}}},` + loaded, table.Legacy{Hash: "$1", Username: "ada", Attributes: map[string]string{"email": "a@b", "custom:x": ""}, LoadedAt: at}},
		"who has moved": {`"legacyProvedAt":{"S":"2026-03-01T12:00:01.001Z"},"legacyMovedAt":{"S":"2026-03-01T12:00:02.001Z"},` + loaded, table.Legacy{LoadedAt: at, ProvedAt: at.Add(time.Second), MovedAt: at.Add(2 * time.Second)}},
		"nulls":         {`"legacyHash":{"NULL":true},"legacyAttributes":{"NULL":true},"legacyMovedAt":{"NULL":true}`, table.Legacy{}},
	} {
		got, err := answered(t, `{"Item":{`+c.item+`}}`).Waiting(t.Context(), "p", "n")
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// A column that cannot be read leaves nothing of the row, and is told from a store that is down.
func TestR102_AColumnOfTheOldAppThatCannotBeReadIsSaid(t *testing.T) {
	const rest = `"legacyHash":{"S":"$1"},"legacyLoadedAt":{"S":"2026-03-01T12:00:00.000Z"},`
	for column, values := range map[string][]string{
		"legacyHash": {`{"N":"1"}`, `{"B":"AAAA"}`}, "legacyUsername": {`{"L":[]}`},
		"legacyAttributes": {`{"S":"x"}`, `{"M":{"email":{"BOOL":true}}}`, `{"M":{"email":{"NULL":true}}}`},
		"legacyLoadedAt":   {`{"S":"yesterday"}`, `{"N":"1"}`}, "legacyProvedAt": {`{"S":"1"}`}, "legacyMovedAt": {`{"BOOL":true}`},
	} {
		for _, value := range values {
			others := strings.Join(without(strings.SplitAfter(rest, "},"), column), "")
			got, err := answered(t, `{"Item":{`+others+`"`+column+`":`+value+`}}`).Waiting(t.Context(), "p", "n")
			if !errors.Is(err, table.ErrUnreadable) || !reflect.DeepEqual(got, table.Legacy{}) {
				t.Errorf("%s %s: %+v, %v", column, value, got, err)
			}
			if said, ok := errors.AsType[*Error](err); !ok || said.Operation() != "decoding LEGACY" || !said.Lasting() || !strings.HasPrefix(errors.Unwrap(said).Error(), column+" ") || strings.HasSuffix(errors.Unwrap(said).Error(), " ") {
				t.Errorf("%s %s: %v", column, value, err)
			}
		}
	}
	s, _ := scriptedStore(t, denied)
	if _, err := s.Waiting(t.Context(), "p", "n"); err == nil || errors.Is(err, table.ErrUnreadable) {
		t.Errorf("a store that refuses: %v", err)
	}
}

func without(members []string, column string) (rest []string) {
	for _, member := range members {
		if !strings.Contains(member, column) {
			rest = append(rest, member)
		}
	}
	return rest
}
