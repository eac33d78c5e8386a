// Package pooledit turns what DescribeUserPool says of a pool into the request of UpdateUserPool
// that changes its hooks and nothing else. It is pure: it calls nobody.
//
// UpdateUserPool sets what a request omits to a default (API reference, UpdateUserPool), so a
// request must say everything that is to stay. A description is not a request: some members
// have another name, some are read only, some are refused as they were described, and AWS adds
// members faster than its SDKs do. Both are therefore raw JSON here. What is not touched keeps
// its bytes, so numbers keep their digits and members of members that nobody knows are carried.
//
// What cannot be sent safely is refused: a member of the pool that this release does not know,
// somebody else's function in a place, texts that contradict each other, a plan without the
// wanted version of the token's event. [Edit] reports all refusals together.
//
// # Hooks
//
// A place is a member of LambdaConfig. A trigger whose event has versions has two: the function
// alone, and the function with the version (PreTokenGeneration, PreTokenGenerationConfig). If a
// pool has both, they are one function (API reference, LambdaConfigType), and DescribeUserPool
// shows both where only the second was set. [Hooks] leaves the first one out then: to send it
// back after the second one was taken out would leave the function in the pool.
package pooledit
