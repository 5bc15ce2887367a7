import { oneWorkerHost } from "./one-worker-host";
import { policyCases } from "./testing/mutations";

const host = (hostname: string, service: string) => ({ type: "cloudflare:index/workersCustomDomain:WorkersCustomDomain", name: "host", inputs: { hostname, service } });

policyCases(oneWorkerHost, {
  compliant: [host("files.chisan.app", "chisan-prod-files-gateway")],
  refused: [
    ["host", "service", "chisan-prod-file-version-keeper", 'service is "chisan-prod-file-version-keeper"; allowed: chisan-prod-files-gateway'],
    ["host", "hostname", "app.chisan.app", 'hostname is "app.chisan.app"; allowed: files in the zone'],
  ],
  undecided: [["host", "service"]],
});
policyCases(oneWorkerHost, { stack: "staging", compliant: [host("files-staging.chisan.app", "chisan-staging-files-gateway")], refused: [["host", "hostname", "files.chisan.app", "allowed: files-staging in the zone"]] });
