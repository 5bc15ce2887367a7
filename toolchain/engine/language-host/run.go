package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

const (
	healthcheckInterval = 5 * time.Second
	// exitAfterLogging is the exit code with which @pulumi/pulumi says that it has already shown the error (cmd/run/index.js).
	exitAfterLogging = 32
)

// options are what Pulumi.yaml says under runtime.options, with the official host's meaning and defaults.
type options struct {
	nodeArguments []string
	typescript    bool
}

func readOptions(info *pulumirpc.ProgramInfo) options {
	result := options{typescript: true}
	if info == nil || info.Options == nil {
		return result
	}
	fields := info.Options.AsMap()
	if value, ok := fields["typescript"].(bool); ok {
		result.typescript = value
	}
	if value, ok := fields["nodeargs"].(string); ok {
		result.nodeArguments = strings.Fields(value)
	}
	return result
}

func (h *host) Run(ctx context.Context, request *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	script, err := launcher(request.Info.ProgramDirectory, "run")
	if err != nil {
		return nil, err
	}
	config, err := json.Marshal(request.Config)
	if err != nil {
		return nil, fmt.Errorf("cannot encode the configuration: %w", err)
	}
	secretKeys, err := json.Marshal(request.ConfigSecretKeys)
	if err != nil {
		return nil, fmt.Errorf("cannot encode the names of secret configuration: %w", err)
	}

	settings := readOptions(request.Info)
	arguments := append([]string{}, settings.nodeArguments...)
	arguments = append(arguments, script,
		"--monitor", request.MonitorAddress, "--engine", h.engineAddress,
		"--project", request.Project, "--stack", request.Stack, "--organization", request.Organization,
		"--pwd", request.Pwd, "--root-directory", request.Info.RootDirectory,
		"--parallel", strconv.Itoa(int(request.Parallel)))
	if request.DryRun {
		arguments = append(arguments, "--dry-run")
	}
	arguments = append(arguments, request.Info.EntryPoint)
	arguments = append(arguments, request.Args...)

	command := exec.CommandContext(ctx, "node", arguments...)
	command.Dir = request.Pwd
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	command.Env = append(os.Environ(),
		"PULUMI_CONFIG="+string(config),
		"PULUMI_CONFIG_SECRET_KEYS="+string(secretKeys),
		"PULUMI_NODEJS_TYPESCRIPT="+strconv.FormatBool(settings.typescript))
	code, err := exitCode(command.Run())
	if err != nil {
		return nil, fmt.Errorf("cannot start node: %w", err)
	}
	switch code {
	case 0:
		return &pulumirpc.RunResponse{}, nil
	case exitAfterLogging:
		return &pulumirpc.RunResponse{Bail: true}, nil
	default:
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("the program exited with code %d", code)}, nil
	}
}

// RunPlugin starts a policy pack or a provider that is a Node.js program, and passes its output on.
func (h *host) RunPlugin(request *pulumirpc.RunPluginRequest, stream grpc.ServerStreamingServer[pulumirpc.RunPluginResponse]) error {
	kind := "run-plugin"
	if request.Kind == "analyzer" {
		kind = "run-policy-pack"
	}
	script, err := launcher(request.Info.ProgramDirectory, kind)
	if err != nil {
		return err
	}
	arguments := append(readOptions(request.Info).nodeArguments, script)
	if kind == "run-policy-pack" {
		// Its command line is `<engine address> <program>`: the address is the first of the engine's arguments.
		arguments = append(arguments, request.Args...)
		arguments = append(arguments, request.Info.ProgramDirectory)
	} else {
		arguments = append(arguments, request.Info.ProgramDirectory)
		arguments = append(arguments, request.Args...)
	}
	command := exec.CommandContext(stream.Context(), "node", arguments...)
	command.Dir = request.Pwd
	command.Env = append(os.Environ(), request.Env...)
	command.Stdout = streamWriter(func(bytes []byte) error {
		return stream.Send(&pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Stdout{Stdout: bytes}})
	})
	command.Stderr = streamWriter(func(bytes []byte) error {
		return stream.Send(&pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Stderr{Stderr: bytes}})
	})
	code, err := exitCode(command.Run())
	if err != nil {
		return fmt.Errorf("cannot start node: %w", err)
	}
	return stream.Send(&pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Exitcode{Exitcode: int32(code)}})
}

type streamWriter func([]byte) error

func (write streamWriter) Write(bytes []byte) (int, error) {
	if err := write(append([]byte{}, bytes...)); err != nil {
		return 0, err
	}
	return len(bytes), nil
}

var _ io.Writer = streamWriter(nil)

// exitCode tells a process that ended with a code from one that could not be started.
func exitCode(err error) (int, error) {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode(), nil
	}
	return 0, err
}
