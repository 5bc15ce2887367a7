/** An S3 endpoint that tests kill and start again on the same bytes. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestCredentials } from "../../../../sandbox/services/r2/testing";
import type { BucketAccess } from "../../../connections/connections";

interface Announced {
  readonly endpoint: string;
  readonly bucket: string;
  readonly writer: TestCredentials;
  readonly reader: TestCredentials;
}

export class MortalEndpoint {
  private readonly directory = mkdtempSync(join(tmpdir(), "chisan-endpoint-"));
  private process: ChildProcess | undefined;
  private announced: Announced | undefined;

  /** Unless it runs. With other credentials and another port each time. */
  public async start(): Promise<void> {
    if (this.process !== undefined) return;
    const root = join(__dirname, "../../../..");
    const child = spawn(process.execPath, ["--require", join(root, "toolchain/typescript.cjs"), join(__dirname, "endpoint-process.ts"), this.directory], { stdio: ["pipe", "pipe", "inherit"] });
    this.process = child;
    const ended = once(child, "close").then(() => Promise.reject(new Error("the endpoint ended before it listened")));
    ended.catch(() => undefined);
    const [line] = (await Promise.race([once(createInterface(child.stdout), "line"), ended])) as [string];
    this.announced = JSON.parse(line) as Announced;
  }

  public access(who: "writer" | "reader"): BucketAccess {
    if (this.announced === undefined) throw new Error("the endpoint was not started");
    const { endpoint, bucket } = this.announced;
    return { endpoint, bucket, ...this.announced[who] };
  }

  /** kill -9, if it runs. */
  public async kill(): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (child === undefined) return;
    const ended = once(child, "close");
    child.kill("SIGKILL");
    await ended;
  }

  public async stop(): Promise<void> {
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
