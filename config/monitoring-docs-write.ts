/** Writes docs/monitoring.md and docs/runbooks/alerts.md. Run: npm run docs */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderAlertRunbook, renderMonitoringDocs } from "./monitoring-docs";
import { runbookFile } from "./monitoring-docs-runbook";

const root = join(__dirname, "..");
writeFileSync(join(root, "docs", "monitoring.md"), renderMonitoringDocs());
writeFileSync(join(root, runbookFile), renderAlertRunbook());
