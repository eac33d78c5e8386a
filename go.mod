module github.com/cognito-triggers/cognito-triggers

go 1.26.0

// A comment says why each module is here.
require (
	github.com/MicahParks/jwkset v0.11.4 // infra/client/bearer: which keys of a set count
	github.com/MicahParks/keyfunc/v3 v3.9.1 // infra/client/bearer: the key of a token
	github.com/anishathalye/porcupine v1.3.1 // tests: linearizability
	github.com/aws/aws-cdk-go/awscdk/v2 v2.220.0 // the stack; exactly this one
	github.com/aws/aws-lambda-go v1.55.1 // the functions: the runtime loop and the log context
	github.com/aws/aws-sdk-go-v2 v1.47.8 // the table
	github.com/aws/aws-sdk-go-v2/config v1.33.16 // commands: credentials
	github.com/aws/aws-sdk-go-v2/credentials v1.20.16 // local cloud, verify, tests: fixed credentials
	github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue v1.21.4 // the table; see service/dynamodb
	github.com/aws/aws-sdk-go-v2/service/cloudformation v1.82.6 // ops: stacks and their outputs
	github.com/aws/aws-sdk-go-v2/service/cloudwatch v1.75.6 // ops: is an alarm red before a deployment that it judges
	github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs v1.92.1 // verify: what the functions printed
	github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider v1.61.0 // the sweep's look at the pool; in tests, the app
	// The table. 1.68.0, and attributevalue 1.21.4, are the last releases without the
	// package dynamodb/schemas. From 1.69.0 on it builds its schemas before main: 3,151
	// allocations and 0.9 ms, a tenth of a store-using function's start, for the same
	// work per event. To raise them, run go test ./internal/dev/bench/weight -update and
	// look at what that costs by then.
	github.com/aws/aws-sdk-go-v2/service/dynamodb v1.68.0
	github.com/aws/aws-sdk-go-v2/service/lambda v1.114.3 // ops: status and rollback
	github.com/aws/aws-sdk-go-v2/service/sts v1.51.9 // verify, ops: whose account it is
	github.com/aws/constructs-go/constructs/v10 v10.4.2 // the stack; exactly this one
	github.com/aws/jsii-runtime-go v1.119.0 // the stack
	github.com/aws/smithy-go v1.28.8 // the table
	github.com/go-crypt/crypt v0.14.15 // usermigration: crypt(3) of SHA-2 and MD5
	github.com/go-webauthn/webauthn v0.18.2 // local cloud: passkeys
	github.com/goccy/go-yaml v1.19.2 // stage files, at synth and in ops only
	github.com/golang-jwt/jwt/v5 v5.3.1 // the verifier of tokens: in package bearer, in the local cloud, in tests, and of an OpenID provider beside the local pool
	github.com/nyaruka/phonenumbers v1.8.1 // make phone and tests: number plans, boiled down to 13 KB
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.3 // tests: the stage files' schema
	go.uber.org/goleak v1.3.0 // tests: leaks
	golang.org/x/crypto v0.59.0 // usermigration: bcrypt, argon2, scrypt
	golang.org/x/net v0.62.0 // synth: public suffixes; presignup: IDNA
	golang.org/x/sys v0.50.0 // the benchmark: clocks
	golang.org/x/text v0.44.0 // presignup: the Unicode form of user names
	golang.org/x/time v0.16.0 // local cloud: the throttling of the HTTP API
	pgregory.net/rapid v1.3.0 // tests: properties
)

require (
	github.com/BurntSushi/toml v1.4.1-0.20240526193622-a339e1f7089c // indirect
	github.com/Masterminds/semver/v3 v3.4.0 // indirect
	github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream v1.7.26 // indirect
	github.com/aws/aws-sdk-go-v2/feature/ec2/imds v1.20.8 // indirect
	github.com/aws/aws-sdk-go-v2/internal/configsources v1.5.11 // indirect
	github.com/aws/aws-sdk-go-v2/internal/endpoints/v2 v2.8.11 // indirect
	github.com/aws/aws-sdk-go-v2/internal/v4a v1.5.11 // indirect
	github.com/aws/aws-sdk-go-v2/service/dynamodbstreams v1.46.7 // indirect
	github.com/aws/aws-sdk-go-v2/service/internal/accept-encoding v1.13.24 // indirect
	github.com/aws/aws-sdk-go-v2/service/internal/endpoint-discovery v1.13.11 // indirect
	github.com/aws/aws-sdk-go-v2/service/internal/presigned-url v1.14.11 // indirect
	github.com/aws/aws-sdk-go-v2/service/signin v1.12.4 // indirect
	github.com/aws/aws-sdk-go-v2/service/sso v1.39.4 // indirect
	github.com/aws/aws-sdk-go-v2/service/ssooidc v1.44.4 // indirect
	github.com/cdklabs/awscdk-asset-awscli-go/awscliv1/v2 v2.2.242 // indirect
	github.com/cdklabs/awscdk-asset-node-proxy-agent-go/nodeproxyagentv6/v2 v2.1.0 // indirect
	github.com/cdklabs/cloud-assembly-schema-go/awscdkcloudassemblyschema/v48 v48.6.0 // indirect
	github.com/fatih/color v1.18.0 // indirect
	github.com/fxamacker/cbor/v2 v2.9.4 // indirect
	github.com/go-crypt/x v0.4.16 // indirect
	github.com/go-viper/mapstructure/v2 v2.5.0 // indirect
	github.com/go-webauthn/x v0.3.1 // indirect
	github.com/google/go-cmp v0.7.0 // indirect
	github.com/google/go-tpm v0.9.8 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/mattn/go-colorable v0.1.13 // indirect
	github.com/mattn/go-isatty v0.0.20 // indirect
	github.com/philhofer/fwd v1.2.0 // indirect
	github.com/tinylib/msgp v1.6.4 // indirect
	github.com/x448/float16 v0.8.4 // indirect
	github.com/yuin/goldmark v1.7.13 // indirect
	golang.org/x/exp/typeparams v0.0.0-20231108232855-2478ac86f678 // indirect
	golang.org/x/lint v0.0.0-20210508222113-6edffad5e616 // indirect
	golang.org/x/mod v0.42.0 // indirect
	golang.org/x/sync v0.25.0 // indirect
	golang.org/x/telemetry v0.0.0-20261009151841-97e8ea77aa2a // indirect
	golang.org/x/tools v0.52.0 // indirect
	golang.org/x/tools/cmd/godoc v0.1.0-deprecated // indirect; jsii-runtime-go imports it, and golang.org/x/tools has it no more: without this line `go mod tidy` fails, here and for importers
	golang.org/x/tools/godoc v0.1.0-deprecated // indirect
	google.golang.org/protobuf v1.36.11 // indirect
	honnef.co/go/tools v0.8.2 // indirect
	mvdan.cc/gofumpt v0.9.2 // indirect
)

// make check.
tool (
	honnef.co/go/tools/cmd/staticcheck
	mvdan.cc/gofumpt
)

// npm's packages and what is built are no Go packages of this module.
ignore (
	./cdk.out
	./dist
	./infra/node_modules
)
