/** Workers with Durable Objects, as FileStore declares them: one's own, another script's, a cron and a host. */
import type { Declared } from "../whole-environment";

export function filesGatewayExamples(slug: string, account: string, zone: string): Declared[] {
  const accountId = account;
  const script = { accountId, mainModule: "index.js", compatibilityDate: "2026-01-01" };
  const [keeper, gateway] = [`ledger-keeper-${slug}`, `gateway-${slug}`];
  return [
    {
      token: "cloudflare:index/workersScript:WorkersScript",
      name: "ledger-keeper",
      inputs: () => ({
        ...script,
        scriptName: keeper,
        content: "export class Ledger {} export default { queue() {}, scheduled() {} }",
        bindings: [
          { type: "durable_object_namespace", name: "LEDGER", className: "Ledger" },
          { type: "plain_text", name: "VERSION_DAYS", text: "30" },
        ],
        migrations: { newTag: "v1", newSqliteClasses: ["Ledger"] },
      }),
      importId: () => `${account}/${keeper}`,
    },
    {
      token: "cloudflare:index/workersScript:WorkersScript",
      name: "gateway",
      inputs: (made) => ({
        ...script,
        scriptName: gateway,
        content: "export class FileObject {} export default { fetch() { return new Response() } }",
        bindings: [
          { type: "durable_object_namespace", name: "FILE", className: "FileObject" },
          { type: "durable_object_namespace", name: "LEDGER", className: "Ledger", scriptName: made["ledger-keeper"]!.outputs.scriptName },
          { type: "secret_text", name: "SIGNING_SECRET", text: "a secret of the example" },
        ],
        migrations: { newTag: "v1", newSqliteClasses: ["FileObject"] },
      }),
      importId: () => `${account}/${gateway}`,
    },
    {
      token: "cloudflare:index/workersCronTrigger:WorkersCronTrigger",
      name: "ledger-crons",
      inputs: (made) => ({ accountId, scriptName: made["ledger-keeper"]!.outputs.scriptName, schedules: [{ cron: "*/5 * * * *" }, { cron: "*/10 * * * *" }] }),
      importId: () => `${account}/${keeper}`,
    },
    {
      token: "cloudflare:index/workersCustomDomain:WorkersCustomDomain",
      name: "gateway-domain",
      inputs: (made) => ({ accountId, zoneId: zone, hostname: `gateway-${slug}.chisan.app`, service: made.gateway!.outputs.scriptName }),
      importId: (made) => `${account}/${made["gateway-domain"]!.id}`,
    },
  ];
}
