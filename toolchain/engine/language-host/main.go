// Command pulumi-language-nodejs is the engine's Node.js language host, for machines where the official one cannot be
// downloaded: it is not published as a Go module, so it cannot be built beside the CLI.
//
// It serves the LanguageRuntime service of pulumi/sdk/v3/proto and starts Node with the launchers that @pulumi/pulumi ships
// (cmd/run, cmd/run-policy-pack, cmd/run-plugin). What it does not serve (templates, project conversion, packing) answers
// "unimplemented", which the CLI reports by name.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

// version is what the host reports of itself; the CLI prints it in `pulumi about`.
const version = "3.250.0"

func main() {
	_ = flag.String("tracing", "", "accepted because the engine passes it; not used")
	flag.Parse()

	engineAddress := ""
	if flag.NArg() > 0 {
		engineAddress = flag.Arg(0)
	}
	if err := serve(engineAddress); err != nil {
		fmt.Fprintf(os.Stderr, "pulumi-language-nodejs: %v\n", err)
		os.Exit(1)
	}
}

// serve listens on a free port, prints it (the engine reads it from the first line), and serves until the engine goes away.
func serve(engineAddress string) error {
	interrupted, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	cancel := make(chan bool)
	go func() { <-interrupted.Done(); close(cancel) }()
	if engineAddress != "" {
		if err := rpcutil.Healthcheck(interrupted, engineAddress, healthcheckInterval, stop); err != nil {
			return fmt.Errorf("cannot watch the engine at %s: %w", engineAddress, err)
		}
	}
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: cancel,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, &host{engineAddress: engineAddress})
			return nil
		},
	})
	if err != nil {
		return fmt.Errorf("cannot listen: %w", err)
	}
	fmt.Println(handle.Port)
	return <-handle.Done
}

type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
	engineAddress string
}

func (h *host) Handshake(_ context.Context, request *pulumirpc.LanguageHandshakeRequest) (*pulumirpc.LanguageHandshakeResponse, error) {
	h.engineAddress = request.EngineAddress
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

func (h *host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: version}, nil
}

// RuntimeOptionsPrompts is asked by `pulumi new` and `pulumi install`; this project's options are all in Pulumi.yaml.
func (h *host) RuntimeOptionsPrompts(context.Context, *pulumirpc.RuntimeOptionsRequest) (*pulumirpc.RuntimeOptionsResponse, error) {
	return &pulumirpc.RuntimeOptionsResponse{}, nil
}

// Cancel is a request to stop; the Node processes receive the terminal's signal themselves.
func (h *host) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// launcher is the path of one of the start scripts in the program's own @pulumi/pulumi.
func launcher(programDirectory, command string) (string, error) {
	for directory := programDirectory; ; directory = filepath.Dir(directory) {
		path := filepath.Join(directory, "node_modules", "@pulumi", "pulumi", "cmd", command)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
		if directory == filepath.Dir(directory) {
			return "", fmt.Errorf("@pulumi/pulumi is not installed above %s: run `npm ci`", programDirectory)
		}
	}
}
