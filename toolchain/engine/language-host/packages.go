package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// manifest is the part of a package.json that says which provider plugin a package needs.
type manifest struct {
	Name            string            `json:"name"`
	Version         string            `json:"version"`
	Dependencies    map[string]string `json:"dependencies"`
	DevDependencies map[string]string `json:"devDependencies"`
	Pulumi          *struct {
		Resource         bool   `json:"resource"`
		Name             string `json:"name"`
		Version          string `json:"version"`
		Server           string `json:"server"`
		Parameterization *struct {
			Name    string `json:"name"`
			Version string `json:"version"`
			Value   []byte `json:"value"`
		} `json:"parameterization"`
	} `json:"pulumi"`
}

func readManifest(path string) (manifest, error) {
	var result manifest
	bytes, err := os.ReadFile(path)
	if err != nil {
		return result, err
	}
	if err := json.Unmarshal(bytes, &result); err != nil {
		return result, fmt.Errorf("%s is not a package manifest: %w", path, err)
	}
	return result, nil
}

// GetRequiredPackages lists the provider plugins behind the program's direct dependencies. Like the official host it goes by
// the `pulumi` block of each installed package.
func (h *host) GetRequiredPackages(
	_ context.Context, request *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	directory := request.Info.ProgramDirectory
	program, err := readManifest(filepath.Join(directory, "package.json"))
	if err != nil {
		return nil, err
	}
	response := &pulumirpc.GetRequiredPackagesResponse{}
	for name := range program.Dependencies {
		dependency, err := readManifest(filepath.Join(directory, "node_modules", name, "package.json"))
		if err != nil || dependency.Pulumi == nil || !dependency.Pulumi.Resource {
			continue // not installed yet (the program itself will say so), or an ordinary library
		}
		response.Packages = append(response.Packages, required(dependency))
	}
	return response, nil
}

func required(dependency manifest) *pulumirpc.PackageDependency {
	plugin := dependency.Pulumi
	name := plugin.Name
	if name == "" {
		name = strings.TrimPrefix(dependency.Name, "@pulumi/")
	}
	version := plugin.Version
	if version == "" {
		version = dependency.Version
	}
	result := &pulumirpc.PackageDependency{
		Name: name, Kind: "resource", Version: "v" + strings.TrimPrefix(version, "v"), Server: plugin.Server,
	}
	if parameter := plugin.Parameterization; parameter != nil {
		result.Parameterization = &pulumirpc.PackageParameterization{
			Name: parameter.Name, Version: parameter.Version, Value: parameter.Value,
		}
	}
	return result
}

// GeneratePackage writes an SDK from a provider's schema: `pulumi package gen-sdk` and `pulumi package add`.
func (h *host) GeneratePackage(
	_ context.Context, request *pulumirpc.GeneratePackageRequest,
) (*pulumirpc.GeneratePackageResponse, error) {
	loader, err := schema.NewLoaderClient(request.LoaderTarget)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal([]byte(request.Schema), &spec); err != nil {
		return nil, fmt.Errorf("the schema is not a package schema: %w", err)
	}
	pkg, diagnostics, err := schema.BindSpec(spec, schema.NewCachedLoader(loader), schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	if diagnostics.HasErrors() {
		return nil, fmt.Errorf("the schema of %s cannot be bound: %w", spec.Name, diagnostics)
	}
	files, err := nodejs.GeneratePackage("pulumi-language-nodejs", pkg, request.ExtraFiles, request.LocalDependencies, request.Local, loader)
	if err != nil {
		return nil, err
	}
	for name, contents := range files {
		path := filepath.Join(request.Directory, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(path, contents, 0o644); err != nil {
			return nil, err
		}
	}
	return &pulumirpc.GeneratePackageResponse{}, nil
}

// InstallDependencies serves `pulumi install` for the project and its policy packs.
func (h *host) InstallDependencies(
	request *pulumirpc.InstallDependenciesRequest, stream grpc.ServerStreamingServer[pulumirpc.InstallDependenciesResponse],
) error {
	verb := "install"
	if _, err := os.Stat(filepath.Join(request.Info.ProgramDirectory, "package-lock.json")); err == nil {
		verb = "ci"
	}
	command := exec.CommandContext(stream.Context(), "npm", verb)
	command.Dir = request.Info.ProgramDirectory
	command.Stdout = streamWriter(func(bytes []byte) error {
		return stream.Send(&pulumirpc.InstallDependenciesResponse{Stdout: bytes})
	})
	command.Stderr = streamWriter(func(bytes []byte) error {
		return stream.Send(&pulumirpc.InstallDependenciesResponse{Stderr: bytes})
	})
	if err := command.Run(); err != nil {
		return fmt.Errorf("`npm %s` in %s: %w", verb, request.Info.ProgramDirectory, err)
	}
	return nil
}

// GetProgramDependencies and About are what `pulumi about` prints.
func (h *host) GetProgramDependencies(
	_ context.Context, request *pulumirpc.GetProgramDependenciesRequest,
) (*pulumirpc.GetProgramDependenciesResponse, error) {
	program, err := readManifest(filepath.Join(request.Info.ProgramDirectory, "package.json"))
	if err != nil {
		return nil, err
	}
	response := &pulumirpc.GetProgramDependenciesResponse{}
	for _, group := range []map[string]string{program.Dependencies, program.DevDependencies} {
		for name, version := range group {
			response.Dependencies = append(response.Dependencies, &pulumirpc.DependencyInfo{Name: name, Version: version})
		}
	}
	return response, nil
}

func (h *host) About(ctx context.Context, _ *pulumirpc.AboutRequest) (*pulumirpc.AboutResponse, error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, fmt.Errorf("node is not on PATH: %w", err)
	}
	output, err := exec.CommandContext(ctx, node, "--version").Output()
	if err != nil {
		return nil, err
	}
	line, _, err := bufio.NewReader(strings.NewReader(string(output))).ReadLine()
	if err != nil {
		return nil, err
	}
	return &pulumirpc.AboutResponse{Executable: node, Version: string(line)}, nil
}

