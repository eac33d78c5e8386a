package house

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// TestTheWordsOfTheTableStandInOneRoom: a key that is spelled elsewhere is a second
// table.
func TestTheWordsOfTheTableStandInOneRoom(t *testing.T) {
	rows := append(table.UserRows(), table.ClientRow, table.AttachRow, table.TriesRow) // LEGACY is also a word of Cognito's API
	prefixes := []string{strings.TrimSuffix(table.User("", ""), "#"), table.ClientPrefix, table.CheckpointPrefix, table.AttachPrefix, table.LegacyPrefix, table.TriesPrefix}
	for _, s := range sources(t) {
		if s.test() || strings.HasPrefix(s.path, "internal/table/") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			text, _ := strconv.Unquote(literal.Value)
			says := func(word string) bool { return text == word || strings.Contains(text, `"`+word+`"`) }
			begins := func(prefix string) bool { return strings.Contains(text, prefix) }
			if slices.ContainsFunc(rows, says) || slices.ContainsFunc(prefixes, begins) {
				t.Errorf("%s:%d: %s is a word of package table", s.path, s.set.Position(literal.Pos()).Line, literal.Value)
			}
			return true
		})
	}
}
