/** Prod and chisan-dr with engines that do at the vendors what the real ones do, as far as a hand-over can see it. */
import { createServer, type Server } from "node:http";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryWorld } from "../../../../sandbox/world/open-world";
import type { World } from "../../../../sandbox/world/world";
import type { ApiServer } from "../../../../sandbox/services/http/server";
import { putVercelProject } from "../../../../sandbox/services/vercel-api/test-support/project";
import { startVercelApi } from "../../../../sandbox/services/vercel-api/vercel-api";
import type { StateResource } from "../../region/traffic-state";
import { belongingNames, urnOf, type Belonging, type Side } from "../belongings";
import { isCutOver } from "../cut-over-setting";
import type { StackEngine, Step, ToImport } from "../engine";
import type { SideOf } from "../hand-over";
import type { HostRecord } from "../host-records";

export const team = "team_abcdefghijklmnopqrstuvwx";
export const zone = "d002001f1bc719848877832ad8587bbc";
export const domainType = "vercel:index/projectDomain:ProjectDomain";
export const [app, api] = ["app.chisan.app", "api.chisan.app"];
export const address = { prod: "198.51.100.7", "chisan-dr": "203.0.113.9" } as const;
export const project = { prod: "prj_prod", "chisan-dr": "prj_dr" } as const;
/** What prod's state has of the three. */
export const inProd = { "dns-app": "record-app", "dns-api": "record-api", "web-domain": app };

export interface Fake extends SideOf {
  readonly calls: string[];
  readonly imported: ToImport[];
  /** Its state's entries of the three, by the vendor's id. */
  readonly has: Map<Belonging, string>;
  extra: Step[];
}

export class Vendors {
  private readonly folder = mkdtempSync(join(tmpdir(), "chisan-hand-over-"));
  private readonly cloudflare: Server = createServer((request, response) => {
    const name = new URL(request.url ?? "", "http://x").searchParams.get("name.exact");
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ success: true, errors: [], result: this.records.filter((record) => record.name === name) }));
  });

  private constructor(
    public readonly world: World,
    private readonly vercel: ApiServer,
    public records: HostRecord[],
  ) {}

  /** The users are at prod. */
  public static async start(): Promise<Vendors> {
    const world = memoryWorld();
    await putVercelProject(world, project.prod, team, "chisan-prod-web");
    await putVercelProject(world, project["chisan-dr"], team, "chisan-dr-web");
    const vendors = new Vendors(world, await startVercelApi({ world, token: "token" }), [
      { id: "record-app", name: app, type: "CNAME", content: "cname.vercel-dns.com" },
      { id: "record-api", name: api, type: "A", content: address.prod },
      { id: "record-text", name: api, type: "TXT", content: "of no account" },
    ]);
    await vendors.putDomain(project.prod);
    await new Promise<void>((resolve) => vendors.cloudflare.listen(0, "127.0.0.1", resolve));
    return vendors;
  }

  public async stop(): Promise<void> {
    rmSync(this.folder, { recursive: true });
    await this.vercel.stop();
    await new Promise((resolve) => this.cloudflare.close(resolve));
  }

  public async putDomain(projectId: string): Promise<void> {
    const inputs = { projectId, teamId: team, domain: app };
    await this.world.put({ type: domainType, id: app, urns: [], inputs, outputs: { ...inputs, id: app, verified: true }, secretPaths: [] });
  }

  /** @param has its state's entries of the three, by the vendor's id */
  public side(stack: Side, has: Partial<Record<Belonging, string>> = {}): Fake {
    const file = join(this.folder, `Pulumi.${stack}.yaml`);
    writeFileSync(file, "config:\n  chisan:zone: chisan.app\n");
    const calls: string[] = [];
    const imported: ToImport[] = [];
    const own = new Map(Object.entries(has) as [Belonging, string][]);
    const names = (urns: readonly string[]) => urns.map((urn) => urn.slice(urn.lastIndexOf("::") + 2)).join(",");
    const wanted: Record<Belonging, Record<string, unknown>> = {
      "dns-app": { zoneId: zone, name: app, type: "CNAME", content: "cname.vercel-dns.com" },
      "dns-api": { zoneId: zone, name: api, type: "A", content: address[stack] },
      "web-domain": { teamId: team, domain: app, projectId: project[stack] },
    };
    const base: StateResource[] = [
      { urn: `urn:pulumi:${stack}::chisan::pulumi:providers:cloudflare::default_6_22_1`, type: "pulumi:providers:cloudflare" },
      { urn: `urn:pulumi:${stack}::chisan::pulumi:providers:vercel::default_5_10_0`, type: "pulumi:providers:vercel" },
      { urn: `urn:pulumi:${stack}::chisan::x$vercel:index/project:Project::web-project`, type: "vercel:index/project:Project", id: project[stack] },
      { urn: `urn:pulumi:${stack}::chisan::x$gcp:compute/globalAddress:GlobalAddress::edge-address`, type: "gcp:compute/globalAddress:GlobalAddress", id: "address" },
    ];
    const fake: Fake = {
      stack,
      file,
      target: { kind: "cloud", environment: { CHISAN_TARGET: "sandbox", CLOUDFLARE_API_URL: `http://127.0.0.1:${(this.cloudflare.address() as AddressInfo).port}`, CLOUDFLARE_API_TOKEN: "token", VERCEL_API_URL: this.vercel.url, VERCEL_API_TOKEN: "token" }, configurationArguments: [], explainFailure: () => undefined },
      calls,
      imported,
      has: own,
      extra: [],
      engine: {
        with: (draft) => (calls.push(`with cutOver ${isCutOver(draft)}`), fake.engine),
        state: () => Promise.resolve({ deployment: { resources: [...base, ...[...own].map(([name, id]) => ({ urn: urnOf(stack, name), type: "x", id }))] } }),
        plainState: () => Promise.reject(new Error("no secret is needed")),
        preview: () => Promise.resolve([...belongingNames.map((name) => ({ op: own.has(name) ? "same" : "create", urn: urnOf(stack, name), newState: { inputs: wanted[name] } })), ...fake.extra]),
        import: (resources) => {
          calls.push(`import ${resources.map(({ name }) => name).join(",")}`);
          for (const each of resources) {
            imported.push(each);
            own.set(each.name as Belonging, each.id.split("/").at(-1) ?? "");
          }
          return Promise.resolve();
        },
        refresh: (urns) => Promise.resolve(void calls.push(`refresh ${names(urns)}`)),
        update: async (urns) => {
          calls.push(`update ${names(urns)}`);
          this.records = this.records.map((record) => (record.type === "A" ? { ...record, content: address[stack] } : record));
          if (!this.records.some(({ name, type }) => name === api && type === "A")) this.records.push({ id: "made", name: api, type: "A", content: address[stack] });
          if (!own.has("web-domain")) await this.putDomain(project[stack]);
          for (const name of belongingNames) if (!own.has(name)) own.set(name, name === "dns-api" ? "made" : app);
        },
        operate: () => Promise.reject(new Error("nothing else is done to the stack")),
        forget: (urns) => {
          calls.push(`forget ${names(urns)}`);
          for (const name of belongingNames) if (urns.includes(urnOf(stack, name))) own.delete(name);
          return Promise.resolve();
        },
      } satisfies StackEngine,
    };
    return fake;
  }
}
