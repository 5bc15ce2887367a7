import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How the server answers a request for the archive. */
export type Behaviour = "serve" | "refuse" | "break off" | "hang";

/** Stands in for where Pulumi's releases are downloaded from: one archive with its checksum. */
export class ReleaseServer {
  public behaviour: Behaviour = "serve";
  /** The line of the checksums' file; the right one unless told. */
  public checksums: string;
  public downloads = 0;
  public readonly archive: Buffer;
  public readonly file: string;
  private readonly server: Server;

  private constructor(version: string) {
    const architecture = process.arch === "arm64" ? "arm64" : "x64";
    this.file = `pulumi-v${version}-${process.platform}-${architecture}.tar.gz`;
    this.archive = archiveOf(version);
    this.checksums = `${this.digest}  ${this.file}\n`;
    this.server = createServer((request, response) => {
      if (request.url?.endsWith("checksums.txt")) return void response.end(this.checksums);
      if (!request.url?.endsWith(this.file) || this.behaviour === "refuse") return void response.writeHead(404).end();
      this.downloads += 1;
      response.writeHead(200, { "content-length": this.archive.length });
      if (this.behaviour === "serve") return void response.end(this.archive);
      response.write(this.archive.subarray(0, 20));
      if (this.behaviour === "break off") setTimeout(() => response.destroy(), 20);
      return undefined;
    });
  }

  public static async start(version: string): Promise<ReleaseServer> {
    const made = new ReleaseServer(version);
    await new Promise<void>((resolve) => made.server.listen(0, "127.0.0.1", resolve));
    return made;
  }

  public get digest(): string {
    return createHash("sha256").update(this.archive).digest("hex");
  }

  public get environment(): NodeJS.ProcessEnv {
    return { CHISAN_PULUMI_RELEASES: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}` };
  }

  public stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

/** A release's form (a folder `pulumi` with the programs), with a CLI that says its version and nothing else. */
function archiveOf(version: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "chisan-release-"));
  try {
    mkdirSync(join(folder, "pulumi"));
    for (const name of ["pulumi", "pulumi-language-nodejs"]) {
      writeFileSync(join(folder, "pulumi", name), `#!/bin/sh\necho v${version}\n`);
      chmodSync(join(folder, "pulumi", name), 0o755);
    }
    execFileSync("tar", ["--create", "--gzip", "--file", join(folder, "release.tar.gz"), "--directory", folder, "pulumi"]);
    return readFileSync(join(folder, "release.tar.gz"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
