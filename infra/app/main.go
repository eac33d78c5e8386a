// Command app is the CDK app: it makes the stack of one stage. The CDK command line runs
// it from the project's folder (cdk.json); its context selects the stage:
//
//	-c stage=dev    the file infra/stages/dev.yaml (default dev)
//	-c stages=DIR   another folder than infra/stages
//	-c arch=amd64   the processor of the functions (default arm64)
//	-c protected=false
//	                no protection against deletion: the first of the two passes in which
//	                ops deploy makes a stack
//	-c pinned=false the stage's account and Region are left open
//	-c os=darwin    their system, for a local cloud that is not on Linux (default linux)
//
// Faults of the stage or the build are printed as plain lines on stderr, with exit status
// 1.
package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

func main() {
	err := synthesize(awscdk.NewApp(nil))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	hush()
	jsii.Close()
	if err != nil {
		os.Exit(1)
	}
}
