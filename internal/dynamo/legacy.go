package dynamo

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// TriesKept is how long the row of a name's tries is there after the last one.
const TriesKept = 7 * 24 * time.Hour

var _ users.Mover = (*Store)(nil)

// LegacyAttributes and TriesAttributes return the attribute names that a request about such
// a row may mention, for dynamodb:Attributes.
func LegacyAttributes() []string { return table.Written[table.Legacy]() }

// TriesAttributes: see [LegacyAttributes]. The row ends by itself, and so its writer sets
// when.
func TriesAttributes() []string { return append(table.Written[table.Tries](), table.TTL) }

// legacyChange has room for any change of these rows but a load.
func legacyChange() *change { return newChange(8) }

// Reserve takes one of so many tries that a name has in a window of time, and reports
// whether there was one left. It changes the row before the password is looked at, so that
// tries at the same time cannot share one. A reply that was lost may cost a second try.
func (s *Store) Reserve(ctx context.Context, pool, name string, at time.Time, most int, window time.Duration) (bool, error) {
	key := ItemKey(table.TriesKey(pool, name))
	first := legacyChange()
	first.put("tries", number(1))
	first.put("triesSince", stamp(at))
	next := legacyChange()
	next.count("tries")
	next.name("triesSince")
	next.value("most", number(int64(most)))
	for _, step := range []struct {
		change    *change
		condition string
	}{
		{first, "attribute_not_exists(#triesSince) OR #triesSince <= :edge"},
		{next, "#triesSince > :edge AND #tries < :most"},
	} {
		step.change.count("triesAll")
		step.change.put(table.TTL, number(at.Add(TriesKept).Unix()))
		step.change.value("edge", stamp(at.Add(-window)))
		write, err := s.update(ctx, "counting a try", key, step.change, step.condition)
		if err != nil || write == users.Applied {
			return err == nil, err
		}
	}
	return false, nil
}

// Waiting returns the row of the person with that name, consistently; a zero row is an
// absent one.
func (s *Store) Waiting(ctx context.Context, pool, name string) (table.Legacy, error) {
	projection, names := Project(LegacyAttributes())
	consistent := true
	out, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &s.table, Key: ItemKey(table.LegacyKey(pool, name)), ConsistentRead: &consistent,
		ProjectionExpression: &projection, ExpressionAttributeNames: names,
	})
	if err != nil {
		return table.Legacy{}, explain("reading LEGACY", err)
	}
	return ReadLegacy(out.Item)
}

// ReadLegacy reads LEGACY from an item; a nil one is an absent row.
func ReadLegacy(item map[string]types.AttributeValue) (table.Legacy, error) {
	r := reader{item: item}
	row := table.Legacy{
		Hash:       column(&r, "legacyHash", decodeText),
		Username:   column(&r, "legacyUsername", decodeText),
		Attributes: column(&r, "legacyAttributes", decodeTextMap),
		LoadedAt:   column(&r, "legacyLoadedAt", decodeTime),
		ProvedAt:   column(&r, "legacyProvedAt", decodeTime),
		MovedAt:    column(&r, "legacyMovedAt", decodeTime),
	}
	if r.err != nil {
		return table.Legacy{}, explain("decoding LEGACY", r.err)
	}
	return row, nil
}

// Prove notes that the old password of that hash was right, or that its reset was asked for,
// and reports whether the person still waits with it. Repeating it changes nothing.
func (s *Store) Prove(ctx context.Context, pool, name, hash string, at time.Time) (bool, error) {
	c := legacyChange()
	c.keep("legacyProvedAt", stamp(at))
	c.name("legacyMovedAt")
	condition := "attribute_not_exists(#legacyMovedAt) AND attribute_not_exists(" + c.name("legacyHash") + ")"
	if hash != "" {
		condition = "attribute_not_exists(#legacyMovedAt) AND #legacyHash = " + c.value("legacyHash", text(hash))
	}
	c.name("legacyLoadedAt")
	write, err := s.update(ctx, "noting a proof", ItemKey(table.LegacyKey(pool, name)), c, condition+" AND attribute_exists(#legacyLoadedAt)")
	return write == users.Applied, err
}

// Moved ends the wait of a person whose sign-in to the pool was seen: what is personal in the
// row goes. It changes nothing of a row that nobody has proved, of one for another user than
// username unless that is "", nor of an absent one: that is Unchanged.
func (s *Store) Moved(ctx context.Context, pool, name, username string, at time.Time) (users.Write, error) {
	c := legacyChange()
	c.put("legacyMovedAt", stamp(at))
	c.drop(table.Names[table.Legacy](table.Personal)...)
	c.name("legacyProvedAt")
	condition := "attribute_exists(#legacyProvedAt) AND attribute_not_exists(#legacyMovedAt)"
	if username != "" {
		condition += " AND #legacyUsername = " + c.value("legacyUsername", text(username))
	}
	return s.update(ctx, "ending LEGACY", ItemKey(table.LegacyKey(pool, name)), c, condition)
}

// SignInAgain counts the sign-in of a user who has been seen to sign in before, unless another
// one lies within the window before it. Otherwise it does nothing, and is Unchanged.
func (s *Store) SignInAgain(ctx context.Context, seen users.SignIn) (users.Write, error) {
	c, condition := countAlone(seen)
	return s.update(ctx, "counting the sign-in", rowKey(seen.Key, table.SignInRow), c, "attribute_exists(#signInMark) AND "+condition)
}

// Load writes the row of a person who waits. It changes nothing of a person who has moved,
// and nothing of a row that says the same: that is Unchanged. A new hash needs a new proof.
func (s *Store) Load(ctx context.Context, pool, name string, row table.Legacy) (users.Write, error) {
	c := legacyChange()
	c.put("legacyHash", textOrNone(row.Hash))
	c.put("legacyUsername", textOrNone(row.Username))
	c.put("legacyAttributes", textMap(row.Attributes))
	c.put("legacyLoadedAt", stamp(row.LoadedAt))
	c.drop("legacyProvedAt")
	c.name("legacyMovedAt")
	same := "attribute_exists(#legacyLoadedAt)"
	for _, name := range []string{"legacyHash", "legacyUsername", "legacyAttributes"} {
		switch {
		case c.values[":"+name] == nil:
			same += " AND attribute_not_exists(#" + name + ")"
		case name == "legacyAttributes":
			same += c.equals(name, row.Attributes)
		default:
			same += " AND #" + name + " = :" + name
		}
	}
	return s.update(ctx, "writing LEGACY", ItemKey(table.LegacyKey(pool, name)), c, "attribute_not_exists(#legacyMovedAt) AND NOT ("+same+")")
}

// equals says that a map holds these texts and no other. Each is compared alone: dynalite does
// not compare maps.
func (c *change) equals(column string, texts map[string]string) string {
	condition := " AND size(#" + column + ") = " + c.value(column+"Size", number(int64(len(texts))))
	for i, key := range slices.Sorted(maps.Keys(texts)) {
		placeholder := column + strconv.Itoa(i)
		c.names["#"+placeholder] = key
		condition += " AND #" + column + ".#" + placeholder + " = " + c.value(placeholder, text(texts[key]))
	}
	return condition
}

func decodeTextMap(column string, v types.AttributeValue) (map[string]string, error) {
	switch v := v.(type) {
	case nil, *types.AttributeValueMemberNULL:
		return nil, nil
	case *types.AttributeValueMemberM:
		texts := make(map[string]string, len(v.Value))
		for name, element := range v.Value {
			s, ok := element.(*types.AttributeValueMemberS)
			if !ok {
				return nil, wrongType(column, element)
			}
			texts[name] = s.Value
		}
		return texts, nil
	default:
		return nil, wrongType(column, v)
	}
}

func decodeTime(column string, v types.AttributeValue) (time.Time, error) {
	word, err := decodeText(column, v)
	if err != nil || word == "" {
		return time.Time{}, err
	}
	at, err := time.Parse(time.RFC3339Nano, word)
	if err != nil {
		return time.Time{}, unreadable{column, "is no time"}
	}
	return at, nil
}
