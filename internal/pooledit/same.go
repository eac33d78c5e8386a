package pooledit

import (
	"maps"
	"slices"
)

// Same reports whether a pool that is described after an update is as its request said.
func Same(described, request []byte) bool { return len(Differences(described, request)) == 0 }

// Differences returns the members of a request that the described pool shows otherwise, sorted.
// What the request left out as asked is not judged, nor what AWS alone says of a pool. An absent
// LambdaConfig equals an empty one.
func Differences(described, request []byte) (names []string) {
	e := edit{Options: Options{Carry: Unknown(described)}}
	e.translate(described)
	asked, _ := object(request)
	for _, name := range slices.Sorted(maps.Keys(merged(asked, e.out))) {
		_, known := members()[name]
		_, text := older()[name]
		switch said, is := asked[name], e.out[name]; {
		case name == lambdaConfig:
			if !maps.EqualFunc(Hooks(described), Hooks(request), equal) {
				names = append(names, name)
			}
		case said == nil && (text || !known && name != "UserPoolId" && name != "PoolName"), equal(said, is):
		default:
			names = append(names, name)
		}
	}
	return names
}
